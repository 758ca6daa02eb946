/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a spreadsheet of balances says: the core reads it and finds the contacts, this the amounts beside them. */
#include "opening.h"

#include <stdlib.h>
#include <string.h>
#include <talloc.h>

enum { MOST_CENTS = 1000000000, DAY_TEXT = 10 };

enum column { AMOUNT, DUE, REFERENCE };

static const char *const columns[] = {
	[AMOUNT] = "montant solde soldedu montantdu reste resteapayer resteadu amount balance due amountdue owed",
	[DUE] = "echeance dateecheance datedecheance datelimite apayerle duedate dueday dueon",
	[REFERENCE] = "reference ref piece npiece numero nfacture ndefacture numerodepiece numerofacture numerodefacture facture number invoice document", NULL
};

int opening_keep(struct ct_request *r, struct ct_day as_of, const char *origin, const char **uid_r, struct ct_error *e)
{
	char day[CT_TIME_TEXT];

	return ct_import_keep_known(r, columns, talloc_asprintf(r, "%s %s", ct_day_text(day, as_of), origin), uid_r, e);
}

/* ---- a line ---- */

static void wrong(struct opening_line *w, const char *why)
{
	if (w->what != OPENING_WRONG)
		w->why = why;
	w->what = OPENING_WRONG;
}

static void read_cell(struct ct_request *r, struct opening_line *w, const char *cell, const struct ct_field *field,
		      struct ct_value *value_r)
{
	struct ct_error why;

	*value_r = (struct ct_value){ .day = CT_NO_DAY };
	if (*cell && ct_field_parse(r, field, cell, value_r, &why))
		wrong(w, talloc_asprintf(r, _("%s (“%s”): %s"), _(field->label), cell, why.text));
}

static void read_line(struct ct_request *r, const struct opening_list *l, const struct ct_import_line *line,
		      struct opening_line *w)
{
	static const struct ct_field amount_field = { "amount", N_("Amount"), CT_MONEY, .min = -MOST_CENTS, .max = MOST_CENTS };
	static const struct ct_field due_field = { "due", N_("To be paid by"), CT_DATE };
	static const struct ct_field reference_field = { "reference", N_("Reference"), CT_TEXT, .max = 80 };
	struct ct_value amount, due, reference;

	read_cell(r, w, line->cells[AMOUNT], &amount_field, &amount);
	read_cell(r, w, line->cells[DUE], &due_field, &due);
	read_cell(r, w, line->cells[REFERENCE], &reference_field, &reference);
	w->has_cents = amount.set;
	w->cents = amount.i;
	w->due = due.set ? due.day : l->as_of;
	w->reference = reference.set ? talloc_strdup(r, reference.text) : NULL;
	if (!*line->cells[AMOUNT])
		wrong(w, _("There is no amount in this line."));
	if (w->what != OPENING_WRONG)
		w->what = w->cents > 0 ? OPENING_DEBT : w->cents < 0 ? OPENING_CREDIT : OPENING_NOTHING;
}

/* Who is meant has the last word on what is right in itself. */
static void follow_contact(struct ct_request *r, const struct ct_import_line *line, struct opening_line *w)
{
	if (line->what == CT_IMPORT_WRONG)
		wrong(w, line->why);
	else if (line->id == r->org)
		wrong(w, _("This is your organisation itself."));
	if (w->what == OPENING_WRONG)
		return;
	if (line->what == CT_IMPORT_SKIP)
		w->what = OPENING_DOUBT;
	w->why = line->why;
}

/* Stands for whom a line means: a contact, or a new one by the line that first names her. */
static int64_t client_key(const struct ct_import_line *line)
{
	return line->id ? line->id : -(int64_t)(line->twin ? line->twin : line->no);
}

/* One line a client: the others say which line she has. */
static void find_doubles(struct ct_request *r, struct opening_list *l)
{
	json_t *seen = own_json(r, json_object());

	for (size_t i = 0; i < l->import.n; i++) {
		const struct ct_import_line *line = &l->import.lines[i];
		const char *key = talloc_asprintf(r, "%lld", (long long)client_key(line));
		const json_t *first = json_object_get(seen, key);

		if (l->lines[i].what > OPENING_NOTHING)
			continue;
		if (!first)
			ct_put_int(seen, key, (int64_t)line->no);
		else
			wrong(&l->lines[i], talloc_asprintf(r, _("Line %lld is the same client already: please add them up, one line a client."),
							    (long long)json_integer_value(first)));
	}
}

/* ---- all of it ---- */

static int find_openings(struct ct_request *r, struct opening_list *l, struct ct_error *e)
{
	json_t *keys = own_json(r, json_array()), *have = own_json(r, json_object());
	struct ct_result *row;
	char *text;
	int rc;

	for (size_t i = 0; i < l->import.n; i++)
		if (l->import.lines[i].id)
			ct_add_int(keys, l->import.lines[i].id);
	text = json_dumps(keys, JSON_COMPACT);
	rc = ct_query(r, "opening_have", CT_ARGS(CT_NUM(r->org), CT_STR(text), CT_NUM(r->org), CT_STR(text)), &row, e);
	free(text);
	while (!rc && ct_next(row))
		ct_put_bool(have, ct_col_text(row, "party_id"), true);
	for (size_t i = 0; !rc && i < l->import.n; i++)
		if (l->lines[i].what <= OPENING_CREDIT &&
		    json_object_get(have, talloc_asprintf(r, "%lld", (long long)l->import.lines[i].id)))
			l->lines[i].what = OPENING_THERE;
	return rc;
}

/* FNV-1a: nothing is kept secret by it. */
static uint64_t mix(uint64_t hash, int64_t value)
{
	for (unsigned i = 0; i < 8; i++)
		hash = (hash ^ (((uint64_t)value >> (8 * i)) & 0xFF)) * 1099511628211U;
	return hash;
}

static void add_up(struct ct_request *r, struct opening_list *l)
{
	uint64_t hash = 14695981039346656037U;

	for (size_t i = 0; i < l->import.n; i++) {
		const struct opening_line *w = &l->lines[i];
		bool stored = w->what <= OPENING_CREDIT;

		l->counts[w->what]++;
		l->owed += w->what == OPENING_DEBT ? w->cents : 0;
		l->credit += w->what == OPENING_CREDIT ? -w->cents : 0;
		l->fresh += stored && !l->import.lines[i].id;
		hash = mix(mix(mix(mix(hash, w->what), l->import.lines[i].id), w->cents), w->due.n);
	}
	l->seen = talloc_asprintf(r, "%016llx", (unsigned long long)mix(hash, l->as_of.n));
}

static int check(const struct opening_list *l, struct ct_error *e)
{
	if (!l->import.has[AMOUNT])
		return ct_fail_field(e, "file", "%s", _("There is no column of amounts: “Montant”, or “Solde”."));
	if (l->import.n > OPENING_LINES)
		return ct_fail_field(e, "file", _("At most %d lines at a time, please: cut it in two."), OPENING_LINES);
	return 0;
}

/* "2025-12-31 Paheko": as opening_keep has it. */
static int read_label(struct ct_request *r, struct opening_list *l, struct ct_error *e)
{
	const char *label = l->import.label, *day = talloc_strndup(r, label, DAY_TEXT);

	if (strlen(label) < DAY_TEXT + 2 || ct_day_parse(day, &l->as_of, e))
		return ct_fail(e, CT_MISSING, "%s", _("There is no page at this address."));
	l->origin = label + DAY_TEXT + 1;
	return 0;
}

int opening_load(struct ct_request *r, const char *uid, struct opening_list *l, struct ct_error *e)
{
	struct ct_result *row;
	int rc;

	*l = (struct opening_list){ .currency = NULL };
	if ((rc = ct_must(r, "people.edit", e)) || (rc = ct_import_load_known(r, uid, columns, &l->import, e)) ||
	    (rc = read_label(r, l, e)) || (rc = check(l, e)) ||
	    (rc = ct_one(r, "opening_currency", CT_ARGS(CT_NUM(r->org)), &row, e)))
		return rc;
	l->currency = ct_col_text(row, "currency");
	l->lines = talloc_zero_array(r, struct opening_line, l->import.n + 1);
	for (size_t i = 0; i < l->import.n; i++) {
		read_line(r, l, &l->import.lines[i], &l->lines[i]);
		follow_contact(r, &l->import.lines[i], &l->lines[i]);
	}
	find_doubles(r, l);
	rc = find_openings(r, l, e);
	if (!rc)
		add_up(r, l);
	return rc;
}
