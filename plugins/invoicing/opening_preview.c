/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What importing a spreadsheet of balances would do, line by line; and doing that. */
#include "opening.h"

#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include "pages.h"

enum { SHOWN = 200 };

const struct ct_field opening_apply_fields[] = {
	{ "expected_owed", N_("What is owed, as shown"), CT_MONEY, .required = true, .max = INT64_MAX },
	{ "expected_credit", N_("Credits, as shown"), CT_MONEY, .required = true, .max = INT64_MAX },
	{ "seen", N_("What each line does, as shown"), CT_TEXT, .required = true, .max = 40 },
	{ 0 }
};

const struct ct_view_field opening_preview_view[] = {
	{ "uid", "text", NULL }, { "as_of_d", "date", NULL }, { "origin", "text", NULL },
	{ "owed", "money", "of what would be stored" }, { "credit", "money", "above 0" },
	{ "seen", "text", "stands for what each line does: to be sent back" },
	{ "debts", "integer", NULL }, { "credits", "integer", NULL }, { "new", "integer", "contacts to be made" },
	{ "there", "integer", "whose client has one already" }, { "nothing", "integer", "whose amount is 0" },
	{ "doubtful", "integer", "that two contacts fit" }, { "wrong", "integer", NULL },
	{ "lines", "array", "what has to be looked at first" }, { "lines.line", "integer", "in the file; the line of the columns is 1" },
	{ "lines.what", "text", "debt, credit, there, nothing, doubtful, or wrong" }, { "lines.name", "text", NULL },
	{ "lines.contact", "id", "who is meant; null: somebody new, or unclear" }, { "lines.why", "text", NULL },
	{ "lines.amount", "money", "below 0: to her credit; null: there is none" }, { "lines.due_d", "date", "of a debt" }, { "lines.reference", "text", NULL },
	{ 0 }
};

static const char *const names[OPENING_WHATS] = { "debts", "credits", "there", "nothing", "doubtful", "wrong" };
static const char *const codes[OPENING_WHATS] = { "debt", "credit", "there", "nothing", "doubtful", "wrong" };

static const char *here(struct ct_request *r, const char *uid)
{
	const char *list = ct_url(r, "/o/%s/opening-balances", ct_path(r, "org"));

	return uid ? talloc_asprintf(r, "%s/import/%s", list, uid) : list;
}

/* ---- a line ---- */

static const char *word(enum opening_what what, bool fresh)
{
	switch (what) {
	case OPENING_DEBT:
		return fresh ? _("owes it; new contact") : _("owes it");
	case OPENING_CREDIT:
		return fresh ? _("has it to her credit; new contact") : _("has it to her credit");
	case OPENING_THERE:
		return _("left out: there is a balance carried over already");
	case OPENING_NOTHING:
		return _("left out: nothing is open");
	case OPENING_DOUBT:
		return _("left out: unclear who is meant");
	case OPENING_WRONG:
	case OPENING_WHATS:
	default:
		return _("left out: to be corrected");
	}
}

static void put_line(struct ct_request *r, const struct opening_list *l, size_t i, json_t *o)
{
	const struct ct_import_line *line = &l->import.lines[i];
	const struct opening_line *w = &l->lines[i];

	ct_put_int(o, "line", (int64_t)line->no);
	ct_put_text(o, "what", codes[w->what]);
	ct_put_text(o, "what_ui", word(w->what, !line->id));
	ct_put_bool(o, "bad_ui", w->what >= OPENING_DOUBT);
	ct_put_text(o, "name", line->name);
	ct_put_id(o, "contact", line->id);
	ct_put_text(o, "contact_ui", line->id ? ct_url(r, "/o/%s/people/%lld", ct_path(r, "org"), (long long)line->id) : NULL);
	ct_put_text(o, "why", w->why);
	if (w->has_cents) {
		ct_put_money(o, "amount", w->cents, l->currency, r->lang);
	} else {
		ct_put_null(o, "amount");
		ct_put_null(o, "amount_ui");
	}
	ct_put_day(o, "due", w->what == OPENING_DEBT ? w->due : CT_NO_DAY, r->lang);
	ct_put_text(o, "reference", w->reference);
}

static void put_lines(struct ct_request *r, const struct opening_list *l)
{
	static const enum opening_what order[] = { OPENING_WRONG, OPENING_DOUBT, OPENING_THERE, OPENING_DEBT,
						   OPENING_CREDIT, OPENING_NOTHING };
	json_t *lines = ct_put_array(r->view, "lines");
	size_t limit = ct_wants_html(r) ? SHOWN : l->import.n, n = 0;

	for (size_t k = 0; k < OPENING_WHATS; k++)
		for (size_t i = 0; i < l->import.n && n < limit; i++)
			if (l->lines[i].what == order[k]) {
				put_line(r, l, i, ct_add_object(lines));
				n++;
			}
	ct_put_text(r->view, "rest_ui", n < l->import.n
		    ? talloc_asprintf(r, _("And %zu more lines like these."), l->import.n - n) : NULL);
}

/* ---- all of it ---- */

static void put_counts(struct ct_request *r, const struct opening_list *l)
{
	size_t debts = l->counts[OPENING_DEBT], credits = l->counts[OPENING_CREDIT];
	size_t out = l->import.n - debts - credits;
	json_t *list = ct_put_array(r->view, "counts_ui");

	for (size_t k = 0; k < OPENING_WHATS; k++)
		ct_put_int(r->view, names[k], (int64_t)l->counts[k]);
	ct_put_int(r->view, "new", (int64_t)l->fresh);
	ct_add_text(list, talloc_asprintf(r, ngettext_("%zu client owes something", "%zu clients owe something", debts), debts));
	ct_add_text(list, talloc_asprintf(r, ngettext_("%zu client has a credit", "%zu clients have a credit", credits), credits));
	if (l->fresh)
		ct_add_text(list, talloc_asprintf(r, ngettext_("%zu new contact is made of them", "%zu new contacts are made of them",
							       l->fresh), l->fresh));
	ct_put_text(r->view, "left_ui", out ? talloc_asprintf(r, ngettext_("%zu line is left out, and in no sum above: see why below.",
							"%zu lines are left out, and in no sum above: see why below.", out), out) : NULL);
}

static const char *typed(struct ct_request *r, int64_t cents)
{
	return talloc_asprintf(r, "%lld,%02lld", (long long)(cents / 100), (long long)(cents % 100));
}

static void put_apply(struct ct_request *r, const struct opening_list *l)
{
	size_t n = l->counts[OPENING_DEBT] + l->counts[OPENING_CREDIT];
	json_t *o;

	ct_put_null(r->view, "apply_ui");
	if (!n)
		return;
	o = ct_put_object(r->view, "apply_ui");
	ct_put_text(o, "action", here(r, ct_path(r, "uid")));
	ct_put_text(o, "owed", typed(r, l->owed));
	ct_put_text(o, "credit", typed(r, l->credit));
	ct_put_text(o, "seen", l->seen);
	ct_put_text(o, "button", talloc_asprintf(r, ngettext_("Import %zu balance", "Import %zu balances", n), n));
}

static void put_list(struct ct_request *r, const struct opening_list *l)
{
	json_t *crumb = ct_add_object(ct_put_array(r->view, "breadcrumbs_ui"));

	ct_put_text(crumb, "label", _("Balances carried over"));
	ct_put_text(crumb, "href", here(r, NULL));
	ct_put_text(r->view, "uid", ct_path(r, "uid"));
	ct_put_day(r->view, "as_of", l->as_of, r->lang);
	ct_put_text(r->view, "origin", l->origin);
	ct_put_money(r->view, "owed", l->owed, l->currency, r->lang);
	ct_put_money(r->view, "credit", l->credit, l->currency, r->lang);
	ct_put_text(r->view, "seen", l->seen);
	put_counts(r, l);
	put_lines(r, l);
	put_apply(r, l);
	ct_put_text(r->view, "unknown_ui", l->import.unknown
		    ? talloc_asprintf(r, _("Columns that are not read: %s."), l->import.unknown) : NULL);
	ct_put_text(r->view, "back_ui", here(r, NULL));
	ct_put_text(r->view, "heading_ui", _("What would happen"));
}

int opening_preview(struct ct_request *r, struct ct_error *e)
{
	struct opening_list l;
	int rc = opening_load(r, ct_path(r, "uid"), &l, e);

	if (!rc)
		put_list(r, &l);
	return rc;
}

/* ---- done ---- */

struct apply { struct opening_list list; const struct ct_pdf_image *logo; };

/* One import of an issuer after the other, so that what is read here stays so until it is stored. */
static int apply(struct ct_request *r, void *arg, struct ct_error *e)
{
	struct apply *a = arg;
	int rc;

	if ((rc = ct_exec(r, "issuer_born", CT_ARGS(CT_NUM(r->org)), e)) ||
	    (rc = ct_exec(r, "issuer_guard", CT_ARGS(CT_NUM(r->org)), e)) ||
	    (rc = opening_load(r, ct_path(r, "uid"), &a->list, e)))
		return rc;
	if (a->list.owed != ct_in_int(r, "expected_owed") || a->list.credit != ct_in_int(r, "expected_credit") ||
	    strcmp(a->list.seen, ct_in_text(r, "seen")) != 0)
		return ct_fail(e, CT_CONFLICT, "%s", _("Something has changed since you looked: here is what would happen now."));
	if (!(a->list.counts[OPENING_DEBT] + a->list.counts[OPENING_CREDIT]))
		return ct_fail(e, CT_CONFLICT, "%s", _("Nothing in this file would change anything."));
	if ((rc = ct_import_claim(r, ct_path(r, "uid"), e)))
		return rc;
	return opening_store(r, &a->list, a->logo, e);
}

int opening_apply(struct ct_request *r, struct ct_error *e)
{
	struct apply a = { .logo = NULL };
	size_t n;
	int rc;

	if ((rc = issue_logo(r, r->org, &a.logo, e)) || (rc = ct_transaction(r, apply, &a, e)))
		return rc;
	put_list(r, &a.list);
	n = a.list.counts[OPENING_DEBT] + a.list.counts[OPENING_CREDIT];
	ct_notice(r, ngettext_("%zu balance is carried over.", "%zu balances are carried over.", n), n);
	ct_redirect(r, 200, here(r, NULL));
	return 0;
}
