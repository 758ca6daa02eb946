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
	if (rc || (rc = ct_query(r, "privacy_audiences", CT_ARGS(CT_NUM(x->party)), &row, e)))
		return rc;
	list = ct_put_array(x->data, "audiences");
	while (ct_next(row))
		ct_add_json(list, ct_row_json(r, row));
	return 0;
}

static int find_as_guest(struct ct_request *r, const char *addresses, struct ct_result **row_r, struct ct_error *e)
{
	return ct_one(r, "privacy_as_guest", CT_ARGS(CT_UTC(r->now), CT_UTC(r->now), CT_STR(addresses)), row_r, e);
}

static void add_due(json_t *due, const char *text, const char *href)
{
	json_t *item = ct_add_object(due);

	ct_put_text(item, "text", text);
	ct_put_text(item, "href", href);
}

int privacy_due(struct ct_request *r, const struct ct_party_due *x, struct ct_error *e)
{
	struct ct_result *own, *guest;
	int n, rc = ct_one(r, "privacy_to_come", CT_ARGS(CT_NUM(x->party), CT_UTC(r->now), CT_UTC(r->now)), &own, e);

	if (rc || (rc = find_as_guest(r, x->addresses, &guest, e)))
		return rc;
	if ((n = (int)ct_col_int(own, "n")))
		add_due(x->due, talloc_asprintf(r, ngettext_("You have %d booking to come. Cancel it, or come first.",
			"You have %d bookings to come. Cancel them, or come first.", n), n), "/bookings");
	if ((n = (int)ct_col_int(guest, "n")))
		add_due(x->due, talloc_asprintf(r, ngettext_(
			"You made %d booking to come without signing in. The link in our mail about it cancels it.",
			"You made %d bookings to come without signing in. The links in our mails about them cancel them.",
			n), n), NULL);
	return 0;
}

static void raise_to(struct ct_utc *last, struct ct_utc other)
{
	if (ct_utc_set(other) && (!ct_utc_set(*last) || other.s > last->s))
		*last = other;
}

int privacy_seen(struct ct_request *r, const struct ct_party_seen *x, struct ct_error *e)
{
	struct ct_result *own, *guest;
	int rc = ct_one(r, "privacy_last", CT_ARGS(CT_NUM(x->party), CT_NUM(x->party)), &own, e);

	if (rc || (rc = find_as_guest(r, x->addresses, &guest, e)))
		return rc;
	raise_to(x->last, ct_col_utc(own, "last_utc"));
	raise_to(x->last, ct_col_utc(guest, "last_utc"));
	return 0;
}

static int clear_guests(struct ct_request *r, const char *ids, int64_t *count_r, struct ct_error *e)
{
	int rc = ct_exec(r, "privacy_drop_guests_ics", CT_ARGS(CT_STR(ids)), e);

	return rc ? rc : ct_exec_count(r, "privacy_clear_guests", CT_ARGS(CT_STR(ids)), count_r, e);
}

/* Also asked here, and not only by the page, for a job asks nobody. */
int privacy_forgotten(struct ct_request *r, const struct ct_party_forget *x, struct ct_error *e)
{
	struct ct_result *own, *guest;
	const char *ids;
	int64_t count;
	int rc = ct_one(r, "privacy_to_come", CT_ARGS(CT_NUM(x->party), CT_UTC(r->now), CT_UTC(r->now)), &own, e);

	if (rc || (rc = find_as_guest(r, x->addresses, &guest, e)))
		return rc;
	if (ct_col_int(own, "n") || ct_col_int(guest, "n"))
		return ct_fail(e, CT_CONFLICT, "%s", _("There is a booking to come."));
	ids = ct_col_text(guest, "ids");
	if ((rc = ct_exec(r, "privacy_drop_ics", CT_ARGS(CT_NUM(x->party)), e)) ||
	    (rc = ct_exec(r, "privacy_leave", CT_ARGS(CT_NUM(x->party)), e)) ||
	    (rc = ct_exec(r, "feed_raise", CT_ARGS(CT_NUM(x->party)), e)) ||
	    (rc = ct_exec(r, "address_renew", CT_ARGS(CT_NUM(x->party)), e)) ||
	    (rc = ct_exec(r, "privacy_clear", CT_ARGS(CT_NUM(x->party)), e)))
		return rc;
	if ((rc = ct_exec(r, "privacy_groups", CT_ARGS(CT_NUM(x->party)), e)) ||
	    (ids && (rc = clear_guests(r, ids, &count, e))))
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
	if ((rc = clear_guests(r, ids, &count, e)) ||
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
