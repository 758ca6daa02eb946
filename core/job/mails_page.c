/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What was mailed and what could not be: /admin/mails without names, /o/{org}/mails with them. */
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include <comptoir/text.h>

#include "job/mail.h"
#include "job/pages.h"
#include "route/state.h"

enum { ROWS = 50 };

struct look {
	const char *base, *state, *q, *pattern;
	int64_t after;
	size_t rows;
	bool more;
	int64_t last;
};

static struct look read_look(struct ct_request *r)
{
	struct look k = { .base = r->org ? ct_url(r, "/o/%s/mails", r->s->org_slug) : "/admin/mails",
			  .state = ct_in_text(r, "state"),
			  .q = r->org ? ct_in_text(r, "q") : NULL,
			  .after = ct_in_set(r, "after") ? ct_in_int(r, "after") : INT64_MAX,
			  .rows = ct_in_set(r, "limit") ? (size_t)ct_in_int(r, "limit") : ROWS };

	k.pattern = ct_like_pattern(r, k.q, k.q ? strlen(k.q) : 0, true);
	return k;
}

static int fetch(struct ct_request *r, const struct look *k, struct ct_result **row_r,
		 struct ct_error *e)
{
	struct ct_arg after = CT_NUM(k->after), limit = CT_NUM(k->rows + 1), org = CT_NUM(r->org);
	struct ct_arg q = CT_STR(k->q), like = CT_STR(k->pattern), state = CT_STR(k->state);
	struct ct_arg or = k->state && !strcmp(k->state, "queued") ? CT_STR("sending") : state;

	if (!r->org)
		return k->state ? ct_query(r, "mails_in", CT_ARGS(state, or, after, limit), row_r, e)
				: ct_query(r, "mails", CT_ARGS(after, limit), row_r, e);
	return k->state ? ct_query(r, "org_mails_in",
				   CT_ARGS(org, state, or, q, like, like, after, limit), row_r, e)
			: ct_query(r, "org_mails", CT_ARGS(org, q, like, like, after, limit), row_r,
				   e);
}

/* ---- a row ---- */

/* The installation's administrator is told the domain and, of what is no mail, its topic. */
static void put_what(struct ct_request *r, json_t *o, const struct ct_result *row)
{
	const char *to = ct_col_text(row, "recipient"), *error = ct_col_text(row, "last_error");
	bool mail = !strcmp(ct_col_text(row, "kind"), "mail");

	ct_put_text(o, "to", r->org ? to : ct_mail_masked(r, to));
	ct_put_text(o, "to_ui",
		    !mail ? talloc_asprintf(r, _("For other programs: %s"), ct_col_text(row, "topic"))
		    : !to ? _("An address that was forgotten")
		    : r->org ? to
			     : ct_mail_masked(r, to));
	ct_put_text(o, "subject", r->org ? ct_col_text(row, "subject") : NULL);
	ct_put_text(o, "error", r->org ? error : ct_mail_masked(r, error));
}

static void put_state(struct ct_request *r, json_t *o, const struct ct_result *row)
{
	const char *state = ct_col_text(row, "state"), *when;
	bool dead = !strcmp(state, "dead"), sent = !strcmp(state, "sent");

	ct_put_text(o, "state", dead || sent ? state : "queued");
	ct_put_bool(o, "is_sent_ui", sent);
	ct_put_bool(o, "is_dead_ui", dead);
	ct_put_bool(o, "waits_ui", !dead && !sent);
	ct_put_text(o, "tone_ui", dead ? "rejected" : sent ? "done" : "pending");
	ct_put_text(o, "state_ui", dead ? _("Not delivered") : sent ? _("Sent") : _("Waiting"));
	ct_job_put_moment(r, o, "created", ct_col_utc(row, "created_utc"));
	ct_job_put_moment(r, o, "sent", ct_col_utc(row, "sent_utc"));
	ct_job_put_moment(r, o, "next", dead || sent ? CT_NO_UTC : ct_col_utc(row, "next_utc"));
	when = json_string_value(json_object_get(o, "next_ui"));
	ct_put_text(o, "later_ui",
		    when && !ct_col_null(row, "last_error")
			    ? talloc_asprintf(r, _("Next try: %s"), when)
			    : NULL);
	ct_put_int(o, "tries", ct_col_int(row, "tries"));
}

static void put_mail(struct ct_request *r, json_t *o, const struct look *k,
		     const struct ct_result *row)
{
	long long id = (long long)ct_col_int(row, "id");

	ct_put_id(o, "id", id);
	put_what(r, o, row);
	put_state(r, o, row);
	ct_put_text(o, "again_ui",
		    ct_col_int(row, "again") ? talloc_asprintf(r, "%s/%lld/again", k->base, id)
					     : NULL);
	ct_put_text(o, "stop_ui",
		    !strcmp(ct_col_text(row, "state"), "queued")
			    ? talloc_asprintf(r, "%s/%lld/stop", k->base, id)
			    : NULL);
}

/* ---- the page ---- */

static const char *link_to(struct ct_request *r, const struct look *k, const char *state,
			   int64_t after)
{
	char *url = talloc_asprintf(r, "%s?", k->base);

	if (state)
		url = talloc_asprintf_append_buffer(url, "state=%s&", state);
	if (k->q)
		url = talloc_asprintf_append_buffer(url, "%s&", ct_url(r, "q=%s", k->q));
	if (after)
		url = talloc_asprintf_append_buffer(url, "after=%lld&", (long long)after);
	if (k->rows != ROWS)
		url = talloc_asprintf_append_buffer(url, "limit=%zu&", k->rows);
	url[strlen(url) - 1] = '\0';
	return url;
}

static void put_filters(struct ct_request *r, const struct look *k)
{
	static const struct {
		const char *state, *label;
	} filters[] = {
		{ NULL, N_("All mails") },
		{ "queued", N_("Waiting") },
		{ "sent", N_("Sent ones") },
		{ "dead", N_("Not delivered") },
	};
	json_t *list = ct_put_array(r->view, "filters_ui");

	for (size_t i = 0; i < sizeof(filters) / sizeof(filters[0]); i++) {
		const char *state = filters[i].state;
		json_t *o = ct_add_object(list);

		ct_put_text(o, "label", _(filters[i].label));
		ct_put_text(o, "href", link_to(r, k, state, 0));
		ct_put_bool(o, "current", state ? k->state && !strcmp(k->state, state) : !k->state);
	}
}

static void put_frame(struct ct_request *r, const struct look *k)
{
	json_t *search;

	if (r->org) {
		search = ct_put_object(r->view, "search_ui");
		ct_put_text(search, "action", k->base);
		ct_put_text(search, "value", k->q ? k->q : "");
		ct_put_text(search, "state", k->state);
	} else {
		ct_put_null(r->view, "search_ui");
	}
	ct_put_bool(r->view, "installation_ui", !r->org);
	ct_put_text(r->view, "next", k->more ? talloc_asprintf(r, "%lld", (long long)k->last) : NULL);
	ct_put_text(r->view, "next_link_ui", k->more ? link_to(r, k, k->state, k->last) : NULL);
	ct_put_text(r->view, "first_link_ui",
		    ct_in_set(r, "after") ? link_to(r, k, k->state, 0) : NULL);
}

int ct_mails_page(struct ct_request *r, struct ct_error *e)
{
	json_t *list = ct_put_array(r->view, "mails");
	struct look k = read_look(r);
	struct ct_result *row;
	size_t n = 0;
	int rc = fetch(r, &k, &row, e);

	while (!rc && ct_next(row)) {
		k.more = n++ == k.rows;
		if (k.more)
			break;
		put_mail(r, ct_add_object(list), &k, row);
		k.last = ct_col_int(row, "id");
	}
	put_filters(r, &k);
	put_frame(r, &k);
	ct_put_bool(r->view, "has_mails_ui", n > 0);
	return rc;
}

/* ---- again, or never ---- */

struct change {
	int64_t id;
	bool again, changed;
};

static int change_body(struct ct_request *r, void *arg, struct ct_error *e)
{
	struct change *c = arg;
	struct ct_arg id = CT_NUM(c->id), org = CT_NUM(r->org),
		      why = CT_STR(_("Somebody gave it up by hand."));
	int64_t count = 0;
	int rc;

	if (c->again)
		rc = r->org ? ct_exec_count(r, "org_mail_again", CT_ARGS(id, org), &count, e)
			    : ct_exec_count(r, "mail_again", CT_ARGS(id), &count, e);
	else
		rc = r->org ? ct_exec_count(r, "org_mail_stop", CT_ARGS(why, id, org), &count, e)
			    : ct_exec_count(r, "mail_stop", CT_ARGS(why, id), &count, e);
	if (!rc && !count)
		rc = ct_fail(e, CT_CONFLICT, "%s",
			     _("This mail is not here, or has changed meanwhile. Please look at the list again."));
	return rc ? rc
		  : ct_audit(r, "mail", c->id, c->again ? "again" : "stop", NULL, NULL, e);
}

static int change(struct ct_request *r, bool again, struct ct_error *e)
{
	const char *text = ct_path(r, "mail");
	struct change c = { .again = again };
	int rc;

	if (!*text || strlen(text) > 18 || text[strspn(text, "0123456789")])
		return ct_fail(e, CT_MISSING, _("There is no page at this address."));
	c.id = strtoll(text, NULL, 10);
	rc = ct_transaction(r, change_body, &c, e);
	if (rc)
		return rc;
	ct_notice(r, "%s", again ? _("It is tried again in a moment.") : _("It is not tried any more."));
	ct_redirect(r, 200, r->org ? ct_url(r, "/o/%s/mails", r->s->org_slug) : "/admin/mails");
	return 0;
}

int ct_mail_again(struct ct_request *r, struct ct_error *e)
{
	return change(r, true, e);
}

int ct_mail_stop(struct ct_request *r, struct ct_error *e)
{
	return change(r, false, e);
}

/* ---- boxes ---- */

static const char *undelivered(struct ct_request *r, int64_t n)
{
	return talloc_asprintf(r,
			       ngettext_("%lld could not be delivered", "%lld could not be delivered", n),
			       (long long)n);
}

int ct_mails_panel(struct ct_request *r, struct ct_error *e)
{
	struct ct_result *waits, *dead;
	int64_t n_waits, n_dead;
	json_t *panel;
	int rc = ct_one(r, "mails_count", CT_NO_ARGS, &waits, e);

	if (rc || (rc = ct_one(r, "mails_dead", CT_NO_ARGS, &dead, e)))
		return rc;
	n_waits = ct_col_int(waits, "waiting");
	n_dead = ct_col_int(dead, "dead");
	panel = ct_panel(r, _("Mails"), n_waits || n_dead ? NULL : _("Everything was sent."));
	if (n_waits)
		ct_panel_row(panel,
			     talloc_asprintf(r, ngettext_("%lld waits", "%lld wait", n_waits),
					     (long long)n_waits),
			     talloc_asprintf(r, _("the oldest for %lld min"),
					     (long long)ct_col_int(waits, "minutes")),
			     "/admin/mails?state=queued");
	if (n_dead)
		ct_panel_row(panel, undelivered(r, n_dead), NULL, "/admin/mails?state=dead");
	ct_panel_more(panel, _("See the mails"), "/admin/mails");
	return 0;
}

/* Only where something is to be done about it. */
int ct_org_mails_panel(struct ct_request *r, struct ct_error *e)
{
	struct ct_result *row;
	const char *href;
	json_t *panel;
	int rc;

	if (!ct_may(r, "mail.see", r->org))
		return 0;
	rc = ct_one(r, "org_mails_dead", CT_ARGS(CT_NUM(r->org)), &row, e);
	if (rc || !ct_col_int(row, "dead"))
		return rc;
	href = ct_url(r, "/o/%s/mails?state=dead", r->s->org_slug);
	panel = ct_panel(r, _("Mails"), NULL);
	ct_panel_row(panel, undelivered(r, ct_col_int(row, "dead")), NULL, href);
	ct_panel_more(panel, _("See the mails"), href);
	return 0;
}
