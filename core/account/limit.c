/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <comptoir/limit.h>

#include <arpa/inet.h>
#include <ctype.h>
#include <string.h>
#include <talloc.h>

#include "base/random.h"
#include "route/state.h"
#include "server/gateway.h"

/* Hashed, so that the table names nobody; in small letters, so that case makes no second bucket. */
static const char *bucket_of(struct ct_request *r, const struct ct_limit *l)
{
	char *text = talloc_asprintf(r, "limit %s %s", l->what, l->who);

	for (char *c = text; *c; c++)
		*c = (char)tolower((unsigned char)*c);
	return ct_keyed_hash(r, r->s->core->key, text, strlen(text));
}

static int refuse(struct ct_request *r, struct ct_utc until, struct ct_error *e)
{
	int64_t minutes = (until.s - r->now.s + 59) / 60, hours = (minutes + 59) / 60;

	minutes = minutes > 0 ? minutes : 1;
	if (minutes <= 90)
		return ct_fail(e, CT_TOO_MANY,
			       ngettext_("Too many attempts. Please try again in %d minute.",
					 "Too many attempts. Please try again in %d minutes.",
					 minutes),
			       (int)minutes);
	return ct_fail(e, CT_TOO_MANY,
		       ngettext_("Too many attempts. Please try again in %d hour.",
				 "Too many attempts. Please try again in %d hours.", hours),
		       (int)hours);
}

static int count(struct ct_request *r, const struct ct_limit *l, struct ct_error *e)
{
	struct ct_utc end = { r->now.s + l->seconds };
	int rc;

	CT_AS(r, &ct_plugin_account,
	      rc = ct_exec(r, "limit_count",
			   CT_ARGS(CT_STR(bucket_of(r, l)), CT_UTC(r->now), CT_NUM(l->max),
				   CT_UTC(end), CT_UTC(end), CT_UTC(r->now), CT_UTC(r->now),
				   CT_UTC(r->now), CT_UTC(r->now), CT_UTC(end), CT_NUM(l->max)),
			   e));
	return rc;
}

static int find(struct ct_request *r, const struct ct_limit *l, struct ct_result **row_r,
		struct ct_error *e)
{
	int rc;

	CT_AS(r, &ct_plugin_account,
	      rc = ct_query(r, "limit_find", CT_ARGS(CT_STR(bucket_of(r, l)), CT_UTC(r->now)),
			    row_r, e));
	return rc;
}

/* The upsert is the guard: who reads after it holds the row until the end of the transaction. */
int ct_limit_take(struct ct_request *r, const struct ct_limit *l, struct ct_error *e)
{
	struct ct_result *row;
	int rc = count(r, l, e);

	if (rc || (rc = find(r, l, &row, e)) || !ct_next(row))
		return rc;
	return ct_col_int(row, "failures") > l->max ? refuse(r, ct_col_utc(row, "expires_utc"), e)
						    : 0;
}

int ct_limit_give_back(struct ct_request *r, const struct ct_limit *l, struct ct_error *e)
{
	int rc;

	CT_AS(r, &ct_plugin_account,
	      rc = ct_exec(r, "limit_give_back", CT_ARGS(CT_STR(bucket_of(r, l)), CT_UTC(r->now)), e));
	return rc;
}

int ct_limit_reset(struct ct_request *r, const struct ct_limit *l, struct ct_error *e)
{
	int rc;

	CT_AS(r, &ct_plugin_account,
	      rc = ct_exec(r, "limit_reset", CT_ARGS(CT_STR(bucket_of(r, l))), e));
	return rc;
}

const char *ct_limit_address(struct ct_request *r)
{
	const char *text = r->s->gateway->param(r->s->gateway, "REMOTE_ADDR");
	char shown[INET6_ADDRSTRLEN];
	struct in6_addr six;

	if (!text || inet_pton(AF_INET6, text, &six) != 1)
		return text ? text : "";
	if (IN6_IS_ADDR_V4MAPPED(&six))
		return strrchr(text, ':') + 1;
	memset(six.s6_addr + 8, 0, 8);
	return talloc_strdup(r, inet_ntop(AF_INET6, &six, shown, sizeof(shown)));
}
