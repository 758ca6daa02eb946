/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A private MariaDB for a C test: started at first use by tests/support/mariadb.sh, on a unix
 * socket in a folder of its own, ended and removed when the program ends (also when it crashes: the
 * server dies with its parent). What fails here fails the running test.
 *
 * The helpers below talk to the server as its administrator over a connection of their own, so they
 * do not count on the code under test.
 */
#ifndef TESTS_SUPPORT_DB_H
#define TESTS_SUPPORT_DB_H

#include <stdbool.h>
#include <stdint.h>
#include "db/db.h"

/* The server's socket. `options` (NULL, or ending with NULL) go to mariadbd when this starts it. */
const char *test_db_server(const char *const *options);

/* Ends the server (TERM, or KILL) and waits; starts it again over the same data. */
void test_db_stop(bool kill);
void test_db_start(void);

/* Makes the database `name` anew, with the users `owner` and `user` of sql/users.sql.in. */
void test_db_create(const char *name);

/* The same, with the core's tables; and with those of a plugin ("invoicing"). */
void test_db_create_core(const char *name);
void test_db_create_plugin(const char *name, const char *plugin);

/* Where it is, for ct_db_open: as `user` ("root", "owner" or "user"), statements of 20 s. */
struct ct_db_options test_db_options(const char *name, const char *user);

struct ct_db *test_db_open(void *mem, const char *name, const char *user);

/* As administrator: one statement; the first column of the first row. */
void test_db_sql(const char *name, const char *format, ...) CT_PRINTF(2, 3);
int64_t test_db_number(const char *name, const char *format, ...) CT_PRINTF(2, 3);

/* The folder of this checkout, or what $COMPTOIR_SOURCE says. */
const char *test_source(void);

#endif
