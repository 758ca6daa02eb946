/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Members from a spreadsheet: the core reads and stores the people of it as contacts (comptoir/import.h), this the
 * columns beside them, by which plan, from when to when, for how much, and whether that is paid. What is in the list
 * already is found again, so a file may be imported twice.
 */
#include "memberships.h"

#include <string.h>
#include <strings.h>
#include <talloc.h>

#include <comptoir/import.h>

enum { SHOWN = 200, BATCH = 100 };

enum column { PLAN, FROM, TO, DUES, PAID };

static const char *const columns[] = {
	[PLAN] = "formule adhesion plan membership", [FROM] = "debut premierjour du from firstday",
	[TO] = "fin dernierjour echeance au to lastday", [DUES] = "cotisation montant dues amount",
	[PAID] = "payee paye regle reglee paid", NULL
};

const struct ct_view_field import_view[] = {
	{ "uid", "text", NULL }, { "added", "integer", NULL }, { "changed", "integer", "Marked as paid" },
	{ "unchanged", "integer", NULL }, { "skipped", "integer", NULL }, { "wrong", "integer", NULL },
	{ "meanwhile", "integer", "Left out, because something changed before it was stored" },
	{ "lines", "array", NULL }, { "lines.line", "integer", NULL }, { "lines.what", "text", NULL },
	{ "lines.name", "text", NULL }, { "lines.why", "text", NULL }, { "lines.changes", "array", "Of the contact" }, { 0 }
};

/* What becomes of the membership of a line. */
struct wish {
	enum ct_import_what what;	/* CT_IMPORT_CHANGE: it is marked as paid */
	const char *why;
	const struct plan *plan;
	struct span span;
	bool has_dues, paid;
	int64_t dues, id;		/* id: of the membership that there is, or 0 */
};

struct list {
	struct ct_import import;
	struct wish *wishes;		/* parallel to its lines */
	struct plan *plans;
	size_t n_plans, counts[5], meanwhile;
};

/* ---- what a line says ---- */

static void wrong(struct wish *w, const char *why)
{
	w->what = CT_IMPORT_WRONG;
	if (!w->why)
		w->why = why;
}

/* The cell as the type of its column; *value_r is unset where it is empty or wrong. */
static void read_cell(struct ct_request *r, struct wish *w, const char *cell, const struct ct_field *field,
		      struct ct_value *value_r)
{
	struct ct_error why;

	*value_r = (struct ct_value){ .day = CT_NO_DAY };
	if (*cell && ct_field_parse(r, field, cell, value_r, &why))
		wrong(w, talloc_asprintf(r, _("%s (“%s”): %s"), _(field->label), cell, why.text));
}

static bool says_yes(const char *cell)
{
	static const char *const words[] = { "oui", "x", "1", "yes", "vrai", "true", "ok", "payée", "payé" };

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (!strcasecmp(cell, words[i]))
			return true;
	return false;
}

static const struct plan *find_plan(const struct list *l, const char *cell)
{
	for (size_t i = 0; i < l->n_plans; i++)
		if (!strcasecmp(l->plans[i].label, cell))
			return &l->plans[i];
	return !*cell && l->n_plans == 1 ? &l->plans[0] : NULL;
}

/* A list that says only until when somebody is a member means the twelve months before. */
static void read_days(struct ct_request *r, struct wish *w, const char *const *cells)
{
	static const struct ct_field from_field = { .name = "from", .label = N_("First day"), .type = CT_DATE };
	static const struct ct_field to_field = { .name = "to", .label = N_("Last day"), .type = CT_DATE };
	struct ct_day day = { (int32_t)(r->now.s / 86400) };
	struct ct_value from, to;

	read_cell(r, w, cells[FROM], &from_field, &from);
	read_cell(r, w, cells[TO], &to_field, &to);
	if (from.set)
		day = from.day;
	else if (to.set)
		day = ct_day_add(ct_day_add_months(to.day, -12), 1);
	if (!w->plan || w->what == CT_IMPORT_WRONG)
		return;
	w->span = span_at(w->plan->period, w->plan->first_month, day);
	if (to.set)
		w->span.to = to.day;
	if (w->span.to.n < w->span.from.n)
		wrong(w, _("The last day comes before the first."));
}

static void read_wish(struct ct_request *r, const struct list *l, const struct ct_import_line *line, struct wish *w)
{
	static const struct ct_field dues_field = { .name = "dues", .label = N_("Dues"), .type = CT_MONEY, .max = 100000000 };
	struct ct_value dues;

	w->plan = find_plan(l, line->cells[PLAN]);
	if (!w->plan)
		wrong(w, *line->cells[PLAN] ? talloc_asprintf(r, _("There is no plan “%s”."), line->cells[PLAN])
					    : _("Which plan? A column “Formule” has to say it."));
	read_days(r, w, line->cells);
	read_cell(r, w, line->cells[DUES], &dues_field, &dues);
	w->has_dues = dues.set;
	w->dues = dues.i;
	w->paid = !l->import.has[PAID] || says_yes(line->cells[PAID]);
	if (!w->plan)
		return;
	if (!w->has_dues && !strcmp(w->plan->pricing, "bracket"))
		wrong(w, _("This plan has several prices: a column “Cotisation” has to say which."));
	if (strcmp(w->plan->whom, "both") && strcmp(w->plan->whom, line->kind))
		wrong(w, !strcmp(w->plan->whom, "person") ? _("This plan is for people.") : _("This plan is for organisations."));
}

/* ---- what there is already ---- */

static const char *known_parties(struct ct_request *r, const struct ct_import *import)
{
	char *text = talloc_strdup(r, "[");

	for (size_t i = 0; i < import->n; i++)
		if (import->lines[i].id)
			text = talloc_asprintf_append_buffer(text, "%s%lld", text[1] ? "," : "", (long long)import->lines[i].id);
	return talloc_asprintf_append_buffer(text, "]");
}

static void compare(const struct ct_result *row, const struct ct_import_line *line, struct wish *w)
{
	if (w->what == CT_IMPORT_WRONG || line->id != ct_col_int(row, "party_id") || w->plan->id != ct_col_int(row, "plan_id") ||
	    w->span.from.n > ct_col_day(row, "to_d").n || w->span.to.n < ct_col_day(row, "from_d").n)
		return;
	w->id = ct_col_int(row, "id");
	w->what = w->paid && !strcmp(ct_col_text(row, "state"), "due") ? CT_IMPORT_CHANGE : CT_IMPORT_SAME;
}

static int find_known(struct ct_request *r, struct list *l, struct ct_error *e)
{
	struct ct_result *row;
	int rc = ct_query(r, "import_have", CT_ARGS(CT_NUM(r->org), CT_STR(known_parties(r, &l->import))), &row, e);

	while (!rc && ct_next(row))
		for (size_t i = 0; i < l->import.n; i++)
			compare(row, &l->import.lines[i], &l->wishes[i]);
	return rc;
}

/* A line whose contact cannot be stored, or is nobody in particular, makes no member. */
static void follow_contact(const struct ct_import_line *line, struct wish *w)
{
	if (line->what != CT_IMPORT_WRONG && (line->what != CT_IMPORT_SKIP || line->id))
		return;
	w->what = line->what;
	w->why = line->why;
}

static int load_plans(struct ct_request *r, struct list *l, struct ct_error *e)
{
	struct ct_result *row;
	int rc = ct_query(r, "plans", CT_ARGS(CT_NUM(r->org)), &row, e);

	if (rc)
		return rc;
	l->plans = talloc_array(r, struct plan, ct_result_rows(row) + 1);
	while (ct_next(row))
		l->plans[l->n_plans++] = plan_of(r, row);
	return 0;
}

static int load(struct ct_request *r, struct list *l, struct ct_error *e)
{
	int rc;

	if ((rc = ct_must(r, "people.edit", e)) || (rc = ct_import_load(r, ct_path(r, "uid"), columns, &l->import, e)) ||
	    (rc = load_plans(r, l, e)))
		return rc;
	l->wishes = talloc_zero_array(r, struct wish, l->import.n + 1);
	for (size_t i = 0; i < l->import.n; i++)
		read_wish(r, l, &l->import.lines[i], &l->wishes[i]);
	rc = find_known(r, l, e);
	for (size_t i = 0; i < l->import.n; i++) {
		follow_contact(&l->import.lines[i], &l->wishes[i]);
		l->counts[l->wishes[i].what]++;
	}
	return rc;
}

/* ---- seen ---- */

static const char *word(enum ct_import_what what)
{
	return what == CT_IMPORT_NEW	  ? _("new membership")
	       : what == CT_IMPORT_CHANGE ? _("marked as paid")
	       : what == CT_IMPORT_SAME	  ? _("as it is")
	       : what == CT_IMPORT_SKIP	  ? _("skipped")
					  : _("to be corrected");
}

static const char *detail(struct ct_request *r, const struct wish *w)
{
	char days[CT_TIME_UI];

	if (w->why || w->what != CT_IMPORT_NEW)
		return w->why;
	return talloc_asprintf(r, "%s, %s, %s", w->plan->label, ct_days_ui(days, w->span.from, w->span.to, CT_NO_DAY, r->lang),
			       w->paid ? _("paid") : _("dues awaited"));
}

static void put_line(struct ct_request *r, const struct list *l, size_t i, json_t *object)
{
	static const char *const codes[] = { "new", "change", "same", "skip", "wrong" };
	const struct wish *w = &l->wishes[i];
	const char *why = detail(r, w);

	ct_import_put(r, &l->import.lines[i], object);
	ct_put_text(object, "what", codes[w->what]);
	ct_put_text(object, "what_ui", word(w->what));
	ct_put_bool(object, "wrong_ui", w->what == CT_IMPORT_WRONG);
	ct_put_text(object, "why", why);
	ct_put_bool(object, "detail_ui", why || l->import.lines[i].n_changes);
}

/* What has to be looked at first. */
static void put_lines(struct ct_request *r, const struct list *l)
{
	static const enum ct_import_what order[] = { CT_IMPORT_WRONG, CT_IMPORT_SKIP, CT_IMPORT_CHANGE, CT_IMPORT_NEW,
						     CT_IMPORT_SAME };
	json_t *lines = ct_put_array(r->view, "lines");
	size_t limit = ct_wants_html(r) ? SHOWN : l->import.n, n = 0;

	for (size_t k = 0; k < 5; k++)
		for (size_t i = 0; i < l->import.n && n < limit; i++)
			if (l->wishes[i].what == order[k]) {
				put_line(r, l, i, ct_add_object(lines));
				n++;
			}
	ct_put_text(r->view, "rest_ui", n < l->import.n
		    ? talloc_asprintf(r, _("And %zu more lines like these."), l->import.n - n) : NULL);
}

static void put_counts(json_t *view, const struct list *l)
{
	static const char *const names[] = { "added", "changed", "unchanged", "skipped", "wrong" };

	for (size_t i = 0; i < 5; i++)
		ct_put_int(view, names[i], (int64_t)l->counts[i]);
	ct_put_int(view, "meanwhile", (int64_t)l->meanwhile);
}

static const char *counted(struct ct_request *r, const struct list *l)
{
	size_t added = l->counts[CT_IMPORT_NEW], paid = l->counts[CT_IMPORT_CHANGE];

	char *text = talloc_asprintf(r, ngettext_("%zu new membership", "%zu new memberships", added), added);

	return paid ? talloc_asprintf_append(text, ", %s", talloc_asprintf(r, ngettext_("%zu marked as paid",
							   "%zu marked as paid", paid), paid)) : text;
}

static const char *here(struct ct_request *r, const char *tail)
{
	return talloc_asprintf(r, "%s%s", ct_url(r, "/o/%s/members", ct_path(r, "org")), tail);
}

static void put_crumbs(struct ct_request *r)
{
	json_t *crumb = ct_add_object(ct_put_array(r->view, "breadcrumbs_ui"));

	ct_put_text(crumb, "label", _("Members"));
	ct_put_text(crumb, "href", here(r, ""));
}

int import_page(struct ct_request *r, struct ct_error *e)
{
	json_t *form = ct_put_object(r->view, "form_ui");

	(void)e;
	ct_put_text(form, "action", here(r, "/import"));
	ct_put_bool(form, "multipart", true);
	ct_put_controls(r, form, "fields", ct_import_fields, NULL);
	ct_put_array(form, "hidden");
	ct_put_text(form, "submit", _("See what would happen"));
	ct_put_text(form, "cancel_href", here(r, ""));
	ct_put_text(form, "note", _("Beside the columns of a contact: Formule (the name of a plan), Début, Fin, Cotisation, Payée (oui or non; without this column all are paid). Nothing is stored before you have seen it, and no mail leaves. Import only people who know that you keep their data."));
	put_crumbs(r);
	ct_put_text(r->view, "heading_ui", _("Import members"));
	return 0;
}

int import_post(struct ct_request *r, struct ct_error *e)
{
	const char *uid;
	int rc = ct_import_keep(r, columns, &uid, e);

	if (rc)
		return rc;
	ct_put_text(r->view, "uid", uid);
	ct_redirect(r, 201, here(r, talloc_asprintf(r, "/import/%s", uid)));
	return 0;
}

int import_preview(struct ct_request *r, struct ct_error *e)
{
	struct list l = { 0 };
	size_t wrongs;
	int rc = load(r, &l, e);

	if (rc)
		return rc;
	wrongs = l.counts[CT_IMPORT_WRONG];
	ct_put_text(r->view, "uid", ct_path(r, "uid"));
	put_counts(r->view, &l);
	put_lines(r, &l);
	ct_put_bool(r->view, "something_ui", l.counts[CT_IMPORT_NEW] + l.counts[CT_IMPORT_CHANGE] > 0);
	ct_put_text(r->view, "summary_ui", l.counts[CT_IMPORT_NEW] + l.counts[CT_IMPORT_CHANGE] > 0
		    ? counted(r, &l) : _("Nothing in this file would change anything."));
	ct_put_text(r->view, "wrong_ui", wrongs
		    ? talloc_asprintf(r, ngettext_("%zu line has to be corrected; it is left out if you import now.",
				      "%zu lines have to be corrected; they are left out if you import now.", wrongs), wrongs) : NULL);
	ct_put_text(r->view, "unknown_ui", l.import.unknown
		    ? talloc_asprintf(r, _("Columns that are not read: %s."), l.import.unknown) : NULL);
	ct_put_text(r->view, "action_ui", here(r, talloc_asprintf(r, "/import/%s", ct_path(r, "uid"))));
	ct_put_text(r->view, "back_ui", here(r, "/import"));
	put_crumbs(r);
	ct_put_text(r->view, "heading_ui", _("What would happen"));
	return 0;
}

/* ---- done ---- */

struct batch { struct list *list; size_t from, to, meanwhile; };

static int claim(struct ct_request *r, void *arg, struct ct_error *e)
{
	(void)arg;
	return ct_import_claim(r, ct_path(r, "uid"), e);
}

static int add(struct ct_request *r, const struct wish *w, int64_t party, struct ct_error *e)
{
	struct joining j = { .plan = w->plan, .party = party, .span = w->span, .has_dues = w->has_dues, .dues = w->dues,
			     .paid = w->paid, .paid_day = CT_NO_DAY, .source = "import" };
	int64_t id;
	int rc = membership_make(r, &j, &id, e);

	return rc ? rc : ct_audit(r, "membership", id, "create", NULL, json_pack("{s:s, s:b}", "plan", w->plan->label, "paid", w->paid), e);
}

/* A line that does not hold any more, because somebody was faster, is left out; the others are stored. */
static int store_line(struct ct_request *r, struct batch *b, size_t i, struct ct_error *e)
{
	const struct wish *w = &b->list->wishes[i];
	int64_t party;
	int rc;

	if (w->what == CT_IMPORT_CHANGE) {
		rc = membership_mark(r, w->id, e);
	} else if (w->what == CT_IMPORT_NEW) {
		rc = ct_import_store(r, &b->list->import.lines[i], &party, e);
		if (!rc)
			rc = party ? add(r, w, party, e) : CT_INVALID;
	} else {
		return 0;
	}
	b->meanwhile += rc == CT_INVALID || rc == CT_CONFLICT;
	return rc == CT_INVALID || rc == CT_CONFLICT ? 0 : rc;
}

static int store_batch(struct ct_request *r, void *arg, struct ct_error *e)
{
	struct batch *b = arg;
	int rc = 0;

	b->meanwhile = 0;
	for (size_t i = b->from; i < b->to && !rc; i++)
		rc = store_line(r, b, i, e);
	return rc;
}

/* By batches, so that no lock is held for long; each is whole or not at all. */
int import_apply(struct ct_request *r, struct ct_error *e)
{
	struct list l = { 0 };
	int rc = load(r, &l, e);

	if (!rc)
		rc = ct_transaction(r, claim, NULL, e);
	for (size_t from = 0; !rc && from < l.import.n; from += BATCH) {
		struct batch b = { &l, from, from + BATCH < l.import.n ? from + BATCH : l.import.n, 0 };

		rc = ct_transaction(r, store_batch, &b, e);
		l.meanwhile += b.meanwhile;
	}
	if (rc)
		return rc;
	ct_notice(r, _("Imported: %s."), counted(r, &l));
	if (l.meanwhile)
		ct_notice(r, ngettext_("%zu line was left out, because something changed in the meantime. Import the file again to see it.",
				       "%zu lines were left out, because something changed in the meantime. Import the file again to see them.",
				       l.meanwhile), l.meanwhile);
	ct_put_text(r->view, "uid", ct_path(r, "uid"));
	put_counts(r->view, &l);
	ct_put_array(r->view, "lines");
	ct_redirect(r, 200, here(r, ""));
	return 0;
}
