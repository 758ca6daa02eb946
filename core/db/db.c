/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "db/db.h"

#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <talloc.h>
#include <unistd.h>

#include <comptoir/i18n.h>
#include "db/internal.h"

enum { CONNECT_SECONDS = 3, READ_MARGIN = 10 };

static int closed(struct ct_db *db)
{
	if (db->mysql && db->pid != getpid())
		ct_db_cut(db);
	ct_db_drop(db);
	return 0;
}

int ct_db_open(void *mem, const struct ct_db_options *options, struct ct_db **db_r,
	       struct ct_error *e)
{
	struct ct_db *db;

	if (!options->socket && !options->host)
		return ct_fail(e, CT_BROKEN, "[database] needs a socket or a host");
	db = talloc_zero(mem, struct ct_db);
	db->options = *options;
	db->options.socket = talloc_strdup(db, options->socket);
	db->options.host = talloc_strdup(db, options->host);
	db->options.name = talloc_strdup(db, options->name);
	db->options.user = talloc_strdup(db, options->user);
	db->options.password = talloc_strdup(db, options->password);
	if (!db->options.lock_seconds)
		db->options.lock_seconds = 5;
	talloc_set_destructor(db, closed);
	*db_r = db;
	return 0;
}

void ct_db_drop(struct ct_db *db)
{
	TALLOC_FREE(db->statements);
	if (db->mysql)
		mysql_close(db->mysql);
	db->mysql = NULL;
}

/* mysql_close says good-bye over the socket that the parent still uses, so it gets another one. */
void ct_db_cut(struct ct_db *db)
{
	int nowhere, fd = db->mysql ? (int)mysql_get_socket(db->mysql) : -1;

	if (fd >= 0) {
		nowhere = open("/dev/null", O_RDWR | O_CLOEXEC);
		if (nowhere >= 0) {
			dup2(nowhere, fd);
			close(nowhere);
		} else {
			close(fd);
		}
	}
	ct_db_drop(db);
	db->in_transaction = false;
	db->given_up = 0;
}

static void set_options(MYSQL *mysql, const struct ct_db_options *o)
{
	const unsigned connect = CONNECT_SECONDS, local_infile = 0;
	const unsigned silence = o->statement_seconds + o->lock_seconds + READ_MARGIN;
	char set[512];

	snprintf(set, sizeof(set),
		 "SET NAMES utf8mb4 COLLATE utf8mb4_uca1400_ai_ci, time_zone = '+00:00',"
		 " tx_isolation = 'READ-COMMITTED', sql_mode = 'STRICT_ALL_TABLES,NO_ZERO_DATE,"
		 "NO_ZERO_IN_DATE,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION',"
		 " innodb_lock_wait_timeout = %u, max_statement_time = %u,"
		 " idle_transaction_timeout = 30",
		 o->lock_seconds, o->statement_seconds);
	mysql_options(mysql, MYSQL_INIT_COMMAND, set);
	mysql_options(mysql, MYSQL_SET_CHARSET_NAME, "utf8mb4");
	mysql_options(mysql, MYSQL_OPT_CONNECT_TIMEOUT, &connect);
	mysql_options(mysql, MYSQL_OPT_LOCAL_INFILE, &local_infile);
	if (o->statement_seconds) {
		mysql_options(mysql, MYSQL_OPT_READ_TIMEOUT, &silence);
		mysql_options(mysql, MYSQL_OPT_WRITE_TIMEOUT, &silence);
	}
}

static int connect_now(struct ct_db *db, struct ct_error *e)
{
	const struct ct_db_options *o = &db->options;
	int rc = 0;

	db->mysql = mysql_init(NULL);
	if (!db->mysql)
		return ct_fail(e, CT_BROKEN, "mysql_init: out of memory");
	set_options(db->mysql, o);
	if (!mysql_real_connect(db->mysql, o->socket ? NULL : o->host, o->user, o->password,
				o->name, o->port, o->socket, 0)) {
		rc = ct_db_fault(db, mysql_errno(db->mysql), mysql_error(db->mysql), "database", e);
		ct_db_drop(db);
		return rc;
	}
	db->pid = getpid();
	db->statements = ct_statements_new(db);
	return 0;
}

/* A server says nothing to a connection that asks nothing, except that it is closed. */
static bool hung_up(struct ct_db *db)
{
	struct pollfd p = { .fd = (int)mysql_get_socket(db->mysql), .events = POLLIN };

	return poll(&p, 1, 0) != 0;
}

int ct_db_ready(struct ct_db *db, struct ct_error *e)
{
	if (db->mysql && db->pid != getpid())
		ct_db_cut(db);
	if (db->given_up)
		return ct_fail(e, db->given_up,
			       _("The database gave up. Please try again in a moment."));
	if (db->mysql && (db->in_transaction || !hung_up(db)))
		return 0;
	if (db->in_transaction || db->pinned) {
		ct_db_drop(db);
		return ct_fail(e, CT_LOST,
			       _("The database does not answer. Please try again in a moment."));
	}
	ct_db_drop(db);
	return connect_now(db, e);
}

int ct_db_pin(struct ct_db *db, struct ct_error *e)
{
	int rc = ct_db_ready(db, e);

	if (!rc)
		db->pinned = true;
	return rc;
}

void ct_db_unpin(struct ct_db *db)
{
	db->pinned = false;
}

static void drop_rows(struct ct_db *db)
{
	do {
		MYSQL_RES *rows = mysql_use_result(db->mysql);

		if (rows)
			mysql_free_result(rows);
	} while (mysql_next_result(db->mysql) == 0);
}

int ct_db_sql(struct ct_db *db, const char *sql, struct ct_error *e)
{
	int rc = ct_db_ready(db, e);

	if (rc)
		return rc;
	db->count++;
	if (!mysql_real_query(db->mysql, sql, strlen(sql)))
		drop_rows(db);
	if (!mysql_errno(db->mysql))
		return 0;
	return ct_db_fault(db, mysql_errno(db->mysql), mysql_error(db->mysql), "SQL", e);
}

int ct_db_ping(struct ct_db *db, struct ct_error *e)
{
	return ct_db_sql(db, "DO 0", e);
}

unsigned long ct_db_thread_id(const struct ct_db *db)
{
	return db->mysql ? mysql_thread_id(db->mysql) : 0;
}

int ct_db_kill(struct ct_db *db, unsigned long thread_id, struct ct_error *e)
{
	char sql[64];

	snprintf(sql, sizeof(sql), "KILL QUERY %lu", thread_id);
	return ct_db_sql(db, sql, e);
}

uint64_t ct_db_count(const struct ct_db *db)
{
	return db->count;
}

const char *ct_db_trouble(const struct ct_db *db)
{
	return db->trouble;
}
