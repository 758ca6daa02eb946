/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Files that are there whole or not at all. Paths in sentences are those that were given. */
#ifndef CGI_BIN_CTL_FILE_H
#define CGI_BIN_CTL_FILE_H

#include <stddef.h>
#include <sys/types.h>
#include <comptoir/error.h>

/*
 * Writes `text` to `path`, under a temporary name first, with `mode` and, where it is not -1 and we may, `group`;
 * on the disk before it returns. Whatever stood there is replaced.
 */
int ctl_file_put(const char *path, const char *text, size_t len, mode_t mode, gid_t group,
		 struct ct_error *e) CT_MUST_USE;

/* Reads a whole file of at most `max` bytes, ended by NUL, on `mem`. CT_MISSING where there is none. */
int ctl_file_get(void *mem, const char *path, size_t max, char **text_r, struct ct_error *e) CT_MUST_USE;

/* Waits until the names in the folder are on the disk. */
int ctl_folder_sync(const char *path, struct ct_error *e) CT_MUST_USE;

/* SHA-256 of a file as 64 hexadecimal digits and NUL. */
enum { CTL_SHA256 = 65 };
int ctl_file_sha256(const char *path, char hex[CTL_SHA256], struct ct_error *e) CT_MUST_USE;

/* The folder that `path` is in, on `mem`. */
const char *ctl_folder_of(void *mem, const char *path);

#endif
