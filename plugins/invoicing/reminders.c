/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * GET and POST /o/{org}/reminders: what may be reminded today, looked at and sent by the treasurer. Each is a
 * transaction of its own, in which all rules are looked at once more: what was paid, contested or sent in between
 * stays.
 */
#include <stdio.h>
#include <string.h>
#include <talloc.h>

#include "letters.h"
#include "pages.h"

enum { ROWS = 100 };

const struct ct_field reminders_fields[] = {
	{ "remind", N_("Reminders as shown"), CT_TEXT, .many = true, .max = 60 }, { 0 }
};

const struct ct_view_field reminders_view[] = {
	{ "rests", "text", "why nothing leaves today (a week-end, a public holiday), or null" },
	{ "opens_d", "date", "the next day when something does" },
	{ "reminders", "array", "what may be reminded, oldest first" }, { "reminders.id", "id", "of the document" },
	{ "reminders.number", "text", NULL }, { "reminders.payer", "text", NULL }, { "reminders.due_d", "date", NULL },
	{ "reminders.days", "integer", "since it was due" }, { "reminders.left", "money", "what is open" },
	{ "reminders.level", "integer", "1 to 3" }, { "reminders.to", "text", "address, or null: it cannot be sent" },
	{ "reminders.disputed", "boolean", "its client contests it: nothing is sent" },
	{ "reminders.remind", "text", "to be sent back: DOCUMENT:LEVEL:CENTS; null where nothing can be sent" },
	{ "sent", "array", "what was sent" }, { "sent.id", "id", NULL }, { "sent.number", "text", NULL },
	{ "sent.level", "integer", NULL }, { "sent.to", "text", NULL },
	{ "refused", "array", "what was not" }, { "refused.id", "id", NULL }, { "refused.number", "text", NULL },
	{ "refused.text", "text", "why" }, { 0 }
};

static const char *level_word(int level)
{
	return level == LEVELS ? _("Formal notice") : level == 2 ? _("Reminder 2") : _("Reminder 1");
}

/* Whole days since the last one, as the calendar counts them. */
static int days_since(struct ct_utc last, struct ct_day today)
{
	const struct ct_zone *zone;
	struct ct_error ignored;

	return ct_utc_set(last) && !ct_zone_get("Europe/Paris", &zone, &ignored) ? today.n - ct_zone_day(zone, last).n : 0;
}

static int level_of(const struct letter *l, struct ct_day today)
{
	if (!strcmp(l->type, "credit") || !strcmp(l->type, "receipt") || l->left < LEAST_CENTS)
		return 0;
	return dunning_level(today.n - l->due.n, l->last, days_since(l->last_sent, today), l->professional);
}

static void put_row(struct ct_request *r, json_t *list, const struct ct_result *row, struct ct_day today)
{
	bool professional = ct_col_int(row, "professional"), disputed = ct_col_int(row, "disputed");
	int late = today.n - ct_col_day(row, "due_d").n;
	int level = dunning_level(late, (int)ct_col_int(row, "last_level"), days_since(ct_col_utc(row, "last_utc"), today),
				  professional);
	int64_t id = ct_col_int(row, "id"), left = ct_col_int(row, "left_cents");
	const char *to = ct_col_text(row, "email"), *org = ct_path(r, "org");
	json_t *o;

	if (!level)
		return;
	o = ct_add_object(list);
	ct_put_id(o, "id", id);
	ct_put_text(o, "id_ui", talloc_asprintf(r, "d%lld", (long long)id));
	ct_put_text(o, "number", ct_col_text(row, "number"));
	ct_put_text(o, "payer", ct_col_text(row, "payer"));
	ct_put_day(o, "due", ct_col_day(row, "due_d"), r->lang);
	ct_put_int(o, "days", late);
	ct_put_text(o, "days_ui", talloc_asprintf(r, ngettext_("%d day", "%d days", late), late));
	ct_put_money(o, "left", left, ct_col_text(row, "currency"), r->lang);
	ct_put_int(o, "level", level);
	ct_put_text(o, "level_ui", level_word(level));
	ct_put_text(o, "to", to);
	ct_put_bool(o, "disputed", disputed);
	ct_put_text(o, "remind", to && !disputed ? talloc_asprintf(r, "%lld:%d:%lld", (long long)id, level, (long long)left) : NULL);
	ct_put_text(o, "href_ui", ct_url(r, "/o/%s/invoices/%lld", org, (long long)id));
	ct_put_text(o, "look_ui", ct_url(r, "/o/%s/reminders/%lld", org, (long long)id));
}

static int put_list(struct ct_request *r, struct ct_error *e)
{
	json_t *list = ct_put_array(r->view, "reminders");
	struct ct_day today = today_of(r);
	struct ct_result *row;
	int rc = ct_query(r, "reminders", CT_ARGS(CT_NUM(r->org), CT_NUM(LEAST_CENTS),
			  CT_DAY(ct_day_add(today, -FIRST_AFTER))), &row, e);

	while (!rc && json_array_size(list) < ROWS && ct_next(row))
		put_row(r, list, row, today);
	ct_put_bool(r->view, "any_ui", json_array_size(list) > 0);
	ct_put_bool(r->view, "more_ui", json_array_size(list) == ROWS);
	return rc;
}

int reminders_page(struct ct_request *r, struct ct_error *e)
{
	struct ct_day today = today_of(r), open = dunning_open(today);
	char day[CT_TIME_UI];

	ct_put_text(r->view, "rests", dunning_rest(today, r->lang));
	ct_put_day(r->view, "opens", open, r->lang);
	ct_put_text(r->view, "opens_long_ui", ct_day_ui_long(day, open, today, r->lang));
	ct_put_array(r->view, "sent");
	ct_put_array(r->view, "refused");
	ct_put_bool(r->view, "done_ui", false);
	ct_put_bool(r->view, "any_refused_ui", false);
	ct_put_bool(r->view, "may_send_ui", ct_may(r, MAY_ISSUE, r->org) && !dunning_rest(today, r->lang));
	ct_put_text(r->view, "action_ui", ct_url(r, "/o/%s/reminders", ct_path(r, "org")));
	ct_put_text(r->view, "texts_ui", ct_may(r, MAY_ISSUE, r->org) ? ct_url(r, "/o/%s/" LETTER_CODES, ct_path(r, "org")) : NULL);
	return put_list(r, e);
}

/* ---- sending them ---- */

struct ticked { long long id, left; int level; const struct letter *letter; };

/* As it was shown, and nothing has happened since. */
static int allowed(struct ct_request *r, const struct letter *l, const struct ticked *t, struct ct_error *e)
{
	if (l->org != r->org)
		return ct_fail(e, CT_MISSING, "%s", _("There is no page at this address."));
	if (l->disputed)
		return ct_fail(e, CT_CONFLICT, "%s", _("Its client contests it: nothing is sent as long as that is open."));
	if (!l->email)
		return ct_fail(e, CT_CONFLICT, _("No e-mail address is known of %s."), l->payer);
	if (l->last >= t->level)
		return ct_fail(e, CT_CONFLICT, _("This reminder of %s was sent already."), l->number);
	if (level_of(l, today_of(r)) != t->level || l->left != t->left)
		return ct_fail(e, CT_CONFLICT, "%s", _("It has just changed. Please look again."));
	return 0;
}

static int remind(struct ct_request *r, void *arg, struct ct_error *e)
{
	struct ticked *t = arg;
	struct letter *l = talloc(r, struct letter);
	int rc;

	t->letter = NULL;
	if ((rc = client_guard_of(r, t->id, e)) || (rc = ct_exec(r, "credit_guard", CT_ARGS(CT_NUM(t->id)), e)) ||
	    (rc = letter_load(r, t->id, l, e)))
		return rc;
	if (l->org == r->org)
		t->letter = l;
	return (rc = allowed(r, l, t, e)) ? rc : letter_send(r, l, t->level, e);
}

static void put_done(struct ct_request *r, const struct ticked *t, const char *why)
{
	json_t *o = ct_add_object(json_object_get(r->view, why ? "refused" : "sent"));

	ct_put_id(o, "id", t->id);
	ct_put_text(o, "number", t->letter ? t->letter->number : NULL);
	ct_put_text(o, "href_ui", ct_url(r, "/o/%s/invoices/%lld", ct_path(r, "org"), t->id));
	if (why || !t->letter) {
		ct_put_text(o, "text", why);
		return;
	}
	ct_put_int(o, "level", t->level);
	ct_put_text(o, "level_ui", level_word(t->level));
	ct_put_text(o, "to", t->letter->email);
	ct_put_text(o, "payer_ui", t->letter->payer);
}

static int send_one(struct ct_request *r, const char *text, struct ct_error *e)
{
	struct ticked t = { 0 };
	struct ct_error why;
	char end;
	int rc;

	if (sscanf(text, "%lld:%d:%lld%c", &t.id, &t.level, &t.left, &end) != 3 || t.level < 1 || t.level > LEVELS)
		return ct_fail_field(e, "remind", "%s", _("This is no reminder as it was shown."));
	rc = ct_transaction(r, remind, &t, &why);
	if (rc && rc != CT_CONFLICT && rc != CT_MISSING) {
		*e = why;
		return rc;
	}
	put_done(r, &t, rc ? why.text : NULL);
	return 0;
}

int reminders_send(struct ct_request *r, struct ct_error *e)
{
	const struct ct_value *v = ct_in(r, "remind");
	const char *rests = dunning_rest(today_of(r), r->lang);
	int rc;

	if (rests)
		return ct_fail(e, CT_CONFLICT, _("No reminder leaves today (%s)."), rests);
	if (v->many > ROWS)
		return ct_fail_field(e, "remind", "%s", _("These are too many at once."));
	if ((rc = reminders_page(r, e)))
		return rc;
	for (size_t i = 0; i < v->many && !rc; i++)
		rc = send_one(r, v->each[i].text, e);
	if (rc || (rc = put_list(r, e)))
		return rc;
	ct_put_bool(r->view, "done_ui", true);
	ct_put_bool(r->view, "any_refused_ui", json_array_size(json_object_get(r->view, "refused")) > 0);
	return 0;
}

/* ---- a letter beforehand ---- */

const struct ct_view_field reminder_view[] = {
	{ "id", "id", "of the document" }, { "level", "integer", "1 to 3" }, { "to", "text", "address, or null" },
	{ "subject", "text", NULL }, { "text", "text", NULL }, { "law", "text", "of level 3: penalties, by article; or null" },
	{ "number", "text", NULL }, { 0 }
};

int reminder_page(struct ct_request *r, struct ct_error *e)
{
	const char *page = ct_url(r, "/o/%s/invoices/%lld", ct_path(r, "org"), (long long)r->subject), *before;
	json_t *letter, *crumb;
	int64_t penalty;
	struct letter l;
	int rc, level;

	if ((rc = document_at_home(r, e)) || (rc = letter_load(r, r->subject, &l, e)))
		return rc;
	if (!(level = level_of(&l, today_of(r))))
		return ct_fail(e, CT_MISSING, "%s", _("There is nothing to remind of here."));
	before = ct_speak(r, l.lang);
	rc = letter_view(r, &l, level, &letter, &penalty, e);
	ct_speak(r, before);
	if (rc)
		return rc;
	own_json(r, letter);
	ct_put_id(r->view, "id", l.id);
	ct_put_int(r->view, "level", level);
	ct_put_text(r->view, "level_ui", level_word(level));
	ct_put_text(r->view, "to", l.email);
	ct_put_text(r->view, "number", l.number);
	ct_put_text(r->view, "subject", sheet_text(letter, "subject"));
	ct_put_text(r->view, "text", sheet_text(letter, "text_ui"));
	ct_put_text(r->view, "law", sheet_text(letter, "law_ui"));
	ct_put_json(r->view, "letter_ui", json_incref(letter));
	ct_put_text(r->view, "href_ui", page);
	ct_put_text(r->view, "pdf_ui", talloc_asprintf(r, "%s.pdf", page));
	crumb = ct_add_object(ct_put_array(r->view, "breadcrumbs_ui"));
	ct_put_text(crumb, "label", _("Reminders"));
	ct_put_text(crumb, "href", ct_url(r, "/o/%s/reminders", ct_path(r, "org")));
	return 0;
}
