/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Backups, from inside. A backup is a folder comptoir-YYYYMMDD-HHMMSS (UTC) of four files, all 0600:
 *
 *   database.sql    all tables of one moment, as SQL; files of people are rows too
 *   comptoir.ini    the configuration with the installation's key, without passwords
 *   manifest.json   who made it, which migrations were run, how many rows each table has
 *   SHA256SUMS      of the three, as sha256sum -c reads it
 *
 * MariaDB's own programs write and read the SQL. They get the password by a descriptor, so that it is in no list
 * of processes and in no file.
 */
#ifndef CGI_BIN_CTL_BACKUP_H
#define CGI_BIN_CTL_BACKUP_H

#include <jansson.h>
#include <stdbool.h>
#include <comptoir/error.h>

struct ct_core;

/* --- MariaDB's programs (ctl_client.c) */

/* Writes all tables of one moment to `path`. `tables` (an object) gets the number of rows by table. */
int ctl_client_dump(struct ct_core *owner, const char *path, json_t *tables, struct ct_error *e) CT_MUST_USE;

/* Is the program that ctl_client_load needs there? CT_BROKEN names its package. */
int ctl_client_there(struct ct_core *owner, struct ct_error *e) CT_MUST_USE;

/* Runs the SQL in `path`. */
int ctl_client_load(struct ct_core *owner, const char *path, struct ct_error *e) CT_MUST_USE;

/* --- what a backup says about itself (ctl_manifest.c) */

/* The manifest as it is now, with `tables` (borrowed); a new reference. */
int ctl_manifest_make(struct ct_core *owner, json_t *tables, json_t **manifest_r, struct ct_error *e) CT_MUST_USE;

/* Writes SHA256SUMS of the other three files in `folder`. */
int ctl_manifest_seal(const char *folder, struct ct_error *e) CT_MUST_USE;

/* Checks the sums of a backup and reads its manifest (a new reference). CT_BROKEN for whatever is damaged. */
int ctl_manifest_read(const char *folder, json_t **manifest_r, struct ct_error *e) CT_MUST_USE;

/*
 * Compares with this program's migrations: refuses what a newer Comptoir has written; *older_r is the number of
 * files that are to be run after it was loaded. Prints what else differs.
 */
int ctl_manifest_compare(struct ct_core *owner, const json_t *manifest, unsigned *older_r,
			 struct ct_error *e) CT_MUST_USE;

#endif
