/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "db/internal.h"

#include <errmsg.h>
#include <mysqld_error.h>
#include <stdio.h>
#include <string.h>

#include <comptoir/i18n.h>

static int rc_of_server(unsigned no)
{
	switch (no) {
	case ER_DUP_ENTRY:
	case ER_ROW_IS_REFERENCED_2:
	case ER_NO_REFERENCED_ROW_2:
		return CT_CONFLICT;
	case ER_LOCK_DEADLOCK:
	case ER_LOCK_WAIT_TIMEOUT:
	case ER_CHECKREAD:
	case ER_TABLE_DEF_CHANGED:
		return CT_REPEAT;
	case ER_UNKNOWN_COM_ERROR:	/* a Galera node that has left its cluster */
	case ER_SERVER_SHUTDOWN:
	case ER_CONNECTION_KILLED:
	case ER_UNKNOWN_STMT_HANDLER:	/* something in between has changed servers */
	case ER_NEED_REPREPARE:		/* the table was opened anew three times meanwhile */
	case ER_NET_READ_ERROR:
	case ER_NET_READ_INTERRUPTED:
	case ER_NET_ERROR_ON_WRITE:
	case ER_NET_WRITE_INTERRUPTED:
		return CT_LOST;
	case ER_STATEMENT_TIMEOUT:
	case ER_QUERY_INTERRUPTED:
	case ER_CON_COUNT_ERROR:
	case ER_TOO_MANY_USER_CONNECTIONS:
		return CT_BUSY;
	default:
		return CT_BROKEN;
	}
}

/* Errors of the library itself: no connection, or nobody knows what comes next on it. */
static int rc_of_client(unsigned no)
{
	switch (no) {
	case CR_OUT_OF_MEMORY:
	case CR_COMMANDS_OUT_OF_SYNC:
	case CR_CANT_READ_CHARSET:
	case CR_NET_PACKET_TOO_LARGE:
	case CR_PARAMS_NOT_BOUND:
	case CR_UNSUPPORTED_PARAM_TYPE:
	case CR_NEW_STMT_METADATA:
	case CR_AUTH_PLUGIN_CANNOT_LOAD:
	case CR_AUTH_PLUGIN_ERR:
		return CT_BROKEN;
	default:
		return CT_LOST;
	}
}

static bool of_client(unsigned no)
{
	return (no >= CR_MIN_ERROR && no <= CR_MAX_ERROR) || (no >= CR_EVENT_CREATE_FAILED &&
		no <= CR_MARIADB_LAST_ERROR);
}

/* "Duplicate entry 'x' for key 'name'", later 'table.name'; the entry may hold anything. */
static void key_name(char *field, size_t size, const char *message)
{
	const char *end = strrchr(message, '\''), *start = end;

	*field = '\0';
	if (!end)
		return;
	while (start > message && start[-1] != '\'' && start[-1] != '.')
		start--;
	snprintf(field, size, "%.*s", (int)(end - start), start);
}

static int refuse(int rc, unsigned no, const char *message, struct ct_error *e)
{
	switch (rc) {
	case CT_CONFLICT:
		if (no != ER_DUP_ENTRY)
			return ct_fail(e, rc,
				       _("Something else still refers to this, or it is gone."));
		ct_fail(e, rc, _("There already is one like this."));
		key_name(e->field, sizeof(e->field), message);
		return rc;
	case CT_REPEAT:
		return ct_fail(e, rc,
			       _("Somebody else was changing the same thing. Please try again."));
	case CT_LOST:
		return ct_fail(e, rc,
			       _("The database does not answer. Please try again in a moment."));
	default:
		return ct_fail(e, rc,
			       _("This takes too long right now. Please try again in a moment."));
	}
}

int ct_db_fault(struct ct_db *db, unsigned no, const char *message, const char *what,
		struct ct_error *e)
{
	int rc = of_client(no) ? rc_of_client(no) : rc_of_server(no);

	db->last_no = no;
	if (rc != CT_CONFLICT)		/* its message quotes what people typed */
		snprintf(db->trouble, sizeof(db->trouble), "%u %s", no, message);
	if (rc == CT_BROKEN)
		ct_fail(e, rc, "%s: %s", what, db->trouble);
	else
		refuse(rc, no, message, e);
	if (db->in_transaction && (rc == CT_REPEAT || rc == CT_LOST || rc == CT_BUSY))
		db->given_up = rc;
	if (rc == CT_LOST || of_client(no))
		ct_db_drop(db);
	return rc;
}
