/* SPDX-License-Identifier: GPL-3.0-or-later */
/* GET /memberships: where the caller belongs, and the organisations whose money she may commit. */
#include <string.h>
#include <stdlib.h>
#include <talloc.h>

#include <comptoir/search.h>

#include "tax.h"

const struct ct_view_field mine_view[] = {
	{ "memberships", "array", NULL }, { "memberships.id", "id", NULL }, { "memberships.uid", "text", NULL },
	{ "memberships.organisation", "text", NULL }, { "memberships.member", "text", "Who it is for" },
	{ "memberships.plan", "text", NULL }, { "memberships.from_d", "date", NULL }, { "memberships.to_d", "date", NULL },
	{ "memberships.state", "text", "asked, due, coming, active, over, ended or refused" },
	{ "receipts", "array", "My tax receipts, newest first" }, { "receipts.number", "text", NULL }, { "receipts.paid_d", "date", NULL },
	{ "receipts.organisation", "text", NULL }, { "receipts.amount", "money", NULL }, { "receipts.given_d", "date", NULL },
	{ "memberships.dues", "money", NULL }, { "memberships.renews", "boolean", "The next period is proposed by itself" },
	{ "places", "array", "Where one may join" }, { "places.name", "text", NULL }, { "places.slug", "text", NULL },
	{ "id", "id", "What was changed" }, { 0 }
};

static void own_party(json_t *list, const struct ct_result *row)
{
	json_t *o = ct_add_object(list);

	ct_put_id(o, "id", ct_col_int(row, "id"));
	ct_put_text(o, "name", ct_col_text(row, "name"));
	ct_put_text(o, "kind", ct_col_text(row, "kind"));
}

/* Those that she has a role in, less those whose money she may not commit; she herself is first. */
int mine_parties(struct ct_request *r, json_t **parties_r, struct ct_error *e)
{
	json_t *list = json_array();
	struct ct_result *row;
	int rc;

	ct_own(r, list, (void (*)(void *))json_decref);
	rc = ct_query(r, "parties", CT_ARGS(CT_NUM(r->person), CT_STR(ct_orgs_with(r, "org.work")), CT_NUM(r->person)), &row, e);
	while (!rc && ct_next(row))
		if (ct_col_int(row, "id") == r->person || ct_engages(r, ct_col_int(row, "id")))
			own_party(list, row);
	*parties_r = list;
	return rc;
}

static const char *ids_of(struct ct_request *r, const json_t *parties)
{
	char *text = talloc_strdup(r, "[");
	const json_t *party;
	size_t i;

	json_array_foreach(parties, i, party)
		text = talloc_asprintf_append(text, "%s%s", i ? "," : "", json_string_value(json_object_get(party, "id")));
	return talloc_asprintf_append(text, "]");
}

const char *state_label(const char *state)
{
	for (const struct ct_choice *c = membership_states; c->value; c++)
		if (!strcmp(c->value, state))
			return _(c->label);
	return state;
}

static void put_acts(struct ct_request *r, json_t *o, const struct ct_result *row, const char *state)
{
	bool waits = !strcmp(state, "asked"), due = !strcmp(state, "due"), paid = !strcmp(state, "active") || !strcmp(state, "coming");
	bool renews = ct_col_int(row, "renews"), paper = paid || !strcmp(state, "over");
	const char *uid = ct_col_text(row, "uid");

	ct_put_text(o, "leave_ui", waits || due ? ct_url(r, "/memberships/%s/leave", uid) : NULL);
	ct_put_text(o, "leave_label_ui", waits ? _("Withdraw the request") : _("Give it up"));
	ct_put_text(o, "certificate_ui", paper ? ct_url(r, "/memberships/%s/certificate.pdf", uid) : NULL);
	ct_put_text(o, "card_ui", paid ? ct_url(r, "/memberships/%s/card.pdf", uid) : NULL);
	ct_put_text(o, "renewal_ui", paid ? ct_url(r, "/memberships/%s/renewal", uid) : NULL);
	ct_put_text(o, "renewal_value_ui", renews ? "0" : "1");
	ct_put_text(o, "renewal_label_ui", renews ? _("Do not propose the next one") : _("Propose the next one"));
}

static void put_row(struct ct_request *r, json_t *o, const struct ct_result *row)
{
	const char *state = ct_col_text(row, "state");
	int64_t dues = ct_col_int(row, "dues_cents");
	char days[CT_TIME_UI];

	ct_put_id(o, "id", ct_col_int(row, "id"));
	ct_put_text(o, "uid", ct_col_text(row, "uid"));
	ct_put_text(o, "organisation", ct_col_text(row, "organisation"));
	ct_put_text(o, "member", ct_col_text(row, "member"));
	ct_put_text(o, "member_ui", ct_col_int(row, "party_id") == r->person ? NULL : ct_col_text(row, "member"));
	ct_put_text(o, "plan", ct_col_text(row, "plan"));
	ct_put_day(o, "from", ct_col_day(row, "from_d"), r->lang);
	ct_put_day(o, "to", ct_col_day(row, "to_d"), r->lang);
	ct_put_text(o, "days_ui", ct_days_ui(days, ct_col_day(row, "from_d"), ct_col_day(row, "to_d"), CT_NO_DAY, r->lang));
	ct_put_text(o, "state", state);
	ct_put_text(o, "status_ui", state_label(state));
	ct_put_text(o, "tone_ui", !strcmp(state, "asked") || !strcmp(state, "due") ? "pending"
		    : !strcmp(state, "active") || !strcmp(state, "coming") ? "confirmed" : "expired");
	ct_put_bool(o, "is_good_ui", !strcmp(state, "active") || !strcmp(state, "coming"));
	ct_put_bool(o, "is_waiting_ui", !strcmp(state, "asked") || !strcmp(state, "due"));
	ct_put_money(o, "dues", dues, ct_col_text(row, "currency"), r->lang);
	ct_put_bool(o, "renews", ct_col_int(row, "renews"));
	put_acts(r, o, row, state);
}

static int put_places(struct ct_request *r, struct ct_error *e)
{
	json_t *list = ct_put_array(r->view, "places");
	struct ct_result *row;
	int rc = ct_query(r, "joinable", CT_NO_ARGS, &row, e);

	while (!rc && ct_next(row)) {
		json_t *o = ct_add_object(list);

		ct_put_text(o, "name", ct_col_text(row, "name"));
		ct_put_text(o, "slug", ct_col_text(row, "slug"));
		ct_put_text(o, "href_ui", ct_url(r, "/o/%s/join", ct_col_text(row, "slug")));
	}
	ct_put_bool(r->view, "has_places_ui", !rc && json_array_size(list));
	return rc;
}

/* Her own only; of an organisation there are none. */
static int put_receipts(struct ct_request *r, struct ct_error *e)
{
	json_t *list = ct_put_array(r->view, "receipts");
	struct ct_result *row;
	int rc = ct_query(r, "tax_mine", CT_ARGS(CT_NUM(r->person)), &row, e);

	while (!rc && ct_next(row)) {
		json_t *o = ct_add_object(list);

		ct_put_text(o, "number", ct_col_text(row, "number"));
		ct_put_text(o, "organisation", ct_col_text(row, "organisation"));
		ct_put_day(o, "given", ct_col_day(row, "given_d"), r->lang);
		ct_put_day(o, "paid", ct_col_day(row, "paid_d"), r->lang);
		ct_put_money(o, "amount", ct_col_int(row, "amount_cents"), ct_col_text(row, "currency"), r->lang);
		ct_put_text(o, "pdf_ui", tax_link(r, ct_col_text(row, "slug"), ct_col_int(row, "id"), ".pdf"));
	}
	ct_put_bool(r->view, "has_receipts_ui", json_array_size(list) > 0);
	return rc;
}

int mine_page(struct ct_request *r, struct ct_error *e)
{
	json_t *list = ct_put_array(r->view, "memberships"), *parties;
	struct ct_result *row;
	int rc = mine_parties(r, &parties, e);

	if (rc || (rc = ct_query(r, "mine", CT_ARGS(CT_STR(ids_of(r, parties))), &row, e)))
		return rc;
	while (ct_next(row))
		put_row(r, ct_add_object(list), row);
	ct_put_bool(r->view, "has_any_ui", json_array_size(list));
	rc = put_receipts(r, e);
	return rc ? rc : put_places(r, e);
}

/* ---- what she may do herself ---- */

struct own { struct membership m; };

static int lock_own(struct ct_request *r, struct membership *m, struct ct_error *e)
{
	int rc = membership_lock(r, r->subject, m, e);

	if (rc || m->party == r->person || ct_engages(r, m->party))
		return rc;
	return ct_fail(e, CT_MISSING, "%s", _("There is no page at this address."));
}

static int leave(struct ct_request *r, void *arg, struct ct_error *e)
{
	struct own *own = arg;
	int rc = lock_own(r, &own->m, e);

	if (rc)
		return rc;
	if (strcmp(own->m.state, "asked") && strcmp(own->m.state, "due"))
		return ct_fail(e, CT_CONFLICT, "%s", _("Only what is not paid yet can be given up here. Write to the place."));
	return membership_end(r, &own->m, "declined", e);
}

int mine_leave(struct ct_request *r, struct ct_error *e)
{
	struct own own;
	int rc = ct_transaction(r, leave, &own, e);

	if (rc)
		return rc;
	ct_notice(r, "%s", _("It is given up. You owe nothing for it."));
	ct_put_id(r->view, "id", own.m.id);
	ct_redirect(r, 200, "/memberships");
	return 0;
}

static int renew(struct ct_request *r, void *arg, struct ct_error *e)
{
	struct own *own = arg;
	int rc = lock_own(r, &own->m, e);

	if (rc || (rc = ct_exec(r, "set_renews", CT_ARGS(CT_NUM(ct_in_int(r, "renews")), CT_NUM(own->m.id)), e)))
		return rc;
	return ct_audit(r, "membership", own->m.id, "change", NULL, json_pack("{s:b}", "renews", (int)ct_in_int(r, "renews")), e);
}

int mine_renew(struct ct_request *r, struct ct_error *e)
{
	struct own own;
	int rc = ct_transaction(r, renew, &own, e);

	if (rc)
		return rc;
	ct_notice(r, "%s", ct_in_int(r, "renews") ? _("The next one will be proposed to you by mail.")
						  : _("It ends on its last day, and no mail proposes the next one."));
	ct_put_id(r->view, "id", own.m.id);
	ct_redirect(r, 200, "/memberships");
	return 0;
}
