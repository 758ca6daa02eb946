/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "client.h"

#include <stdlib.h>

static int make(struct ct_request *r, int64_t issuer, const struct ct_payer *who, int64_t *id_r,
		struct ct_error *e)
{
	return ct_insert(r, "client_make",
			 CT_ARGS(CT_NUM(issuer), CT_ID(who->party), CT_STR(who->party ? NULL : who->email),
				 CT_STR(who->party ? NULL : who->name)),
			 id_r, e);
}

int client_get(struct ct_request *r, int64_t issuer, const struct ct_payer *who, int64_t nameless,
	       int64_t *id_r, struct ct_error *e)
{
	bool known = who->party || who->email;
	struct ct_result *row;
	int rc;

	if (!known && nameless) {
		*id_r = nameless;
		return 0;
	}
	rc = !known ? 0
	     : who->party
		     ? ct_query(r, "client_of_party", CT_ARGS(CT_NUM(issuer), CT_NUM(who->party)), &row, e)
		     : ct_query(r, "client_of_guest", CT_ARGS(CT_NUM(issuer), CT_STR(who->email)), &row, e);
	if (rc)
		return rc;
	if (!known || !ct_next(row))
		return make(r, issuer, who, id_r, e);
	*id_r = ct_col_int(row, "id");
	return 0;
}

static int by_key(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

int clients_lock(struct ct_request *r, int64_t *ids, size_t n, struct ct_error *e)
{
	int rc = 0;

	qsort(ids, n, sizeof(*ids), by_key);
	for (size_t i = 0; i < n && !rc; i++)
		if (!i || ids[i] != ids[i - 1])
			rc = ct_exec(r, "client_lock", CT_ARGS(CT_NUM(ids[i])), e);
	return rc;
}
