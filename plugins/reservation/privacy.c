/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What bookings know of people: given to them, and cleared when they leave or are forgotten. Places, hours,
 * numbers of people, purposes and amounts stay: they count what was used, and name nobody.
 */
#include <comptoir/people.h>
#include <talloc.h>

#include "reservation.h"

enum { BATCH = 500, MOST_BATCHES = 100 };

int privacy_exported(struct ct_request *r, const struct ct_party_export *x, struct ct_error *e)
{
	json_t *list = ct_put_array(x->data, "bookings");
	struct ct_result *row;
	int rc = ct_query(r, "privacy_bookings", CT_ARGS(CT_NUM(x->party)), &row, e);

	while (!rc && ct_next(row))
		ct_add_json(list, ct_row_json(r, row));
	return rc;
}

int privacy_due(struct ct_request *r, const struct ct_party_due *x, struct ct_error *e)
{
	struct ct_result *row;
	int64_t n;
	json_t *item;
	int rc = ct_one(r, "privacy_to_come",
			CT_ARGS(CT_NUM(x->party), CT_UTC(r->now), CT_UTC(r->now)), &row, e);

	if (rc || !(n = ct_col_int(row, "n")))
		return rc;
	item = ct_add_object(x->due);
	ct_put_text(
		item, "text",
		talloc_asprintf(
			r,
			ngettext_("You have %d booking to come. Cancel it, or come first.",
				  "You have %d bookings to come. Cancel them, or come first.", n),
			(int)n));
	ct_put_text(item, "href", "/bookings");
	return 0;
}

int privacy_seen(struct ct_request *r, const struct ct_party_seen *x, struct ct_error *e)
{
	struct ct_result *row;
	struct ct_utc last;
	int rc = ct_one(r, "privacy_last", CT_ARGS(CT_NUM(x->party), CT_NUM(x->party)), &row, e);

	if (rc)
		return rc;
	last = ct_col_utc(row, "last_utc");
	if (ct_utc_set(last) && (!ct_utc_set(*x->last) || last.s > x->last->s))
		*x->last = last;
	return 0;
}

/* Also asked here, and not only by the page, for a job asks nobody. */
int privacy_forgotten(struct ct_request *r, const struct ct_party_forget *x, struct ct_error *e)
{
	struct ct_result *row;
	int rc = ct_one(r, "privacy_to_come",
			CT_ARGS(CT_NUM(x->party), CT_UTC(r->now), CT_UTC(r->now)), &row, e);

	if (rc)
		return rc;
	if (ct_col_int(row, "n"))
		return ct_fail(e, CT_CONFLICT, "%s", _("There is a booking to come."));
	if ((rc = ct_exec(r, "privacy_drop_ics", CT_ARGS(CT_NUM(x->party)), e)) ||
	    (rc = ct_exec(r, "feed_raise", CT_ARGS(CT_NUM(x->party)), e)) ||
	    (rc = ct_exec(r, "address_renew", CT_ARGS(CT_NUM(x->party)), e)))
		return rc;
	if ((rc = ct_exec(r, "privacy_clear", CT_ARGS(CT_NUM(x->party)), e)) ||
	    (rc = ct_exec(r, "privacy_groups", CT_ARGS(CT_NUM(x->party)), e)))
		return rc;
	return ct_exec(r, "privacy_refusals", CT_NO_ARGS, e);
}

/* ---- guests, whom no party stands for ---- */

struct batch {
	struct ct_utc before;
	bool full;
};

static int clear_batch(struct ct_request *r, void *arg, struct ct_error *e)
{
	struct batch *b = arg;
	struct ct_result *row;
	const char *ids;
	int64_t count;
	int rc = ct_one(r, "privacy_guests",
			CT_ARGS(CT_UTC(b->before), CT_UTC(b->before), CT_NUM(BATCH)), &row, e);

	b->full = false;
	if (rc || !(ids = ct_col_text(row, "ids")))
		return rc;
	b->full = ct_col_int(row, "n") == BATCH;
	if ((rc = ct_exec(r, "privacy_drop_guests_ics", CT_ARGS(CT_STR(ids)), e)) ||
	    (rc = ct_exec_count(r, "privacy_clear_guests", CT_ARGS(CT_STR(ids)), &count, e)) ||
	    (rc = ct_exec(r, "privacy_looked_at", CT_ARGS(CT_STR(ids)), e)) ||
	    (rc = ct_exec(r, "privacy_refusals", CT_NO_ARGS, e)))
		return rc;
	return ct_audit(r, "booking", 0, "forget", NULL,
			json_pack("{s:I}", "bookings", (json_int_t)count), e);
}

/* A guest is who she is in one booking: its end is her last act. */
int reservation_forget_guests(struct ct_request *r, struct ct_error *e)
{
	int months = (int)ct_setting_int(r, "privacy.months");
	struct ct_day today = { (int32_t)(r->now.s / 86400) };
	struct batch b = { .before.s = (int64_t)ct_day_add_months(today, -months).n * 86400,
			   .full = true };
	int rc = 0;

	for (int i = 0; months > 0 && i < MOST_BATCHES && b.full && !rc; i++)
		rc = ct_transaction(r, clear_batch, &b, e);
	return rc;
}
