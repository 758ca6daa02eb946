/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "charge.h"

#include <string.h>

#include "client.h"
#include "vat_code.h"

/* What is stored and what is to be, under the locks; and the clients of both. */
struct posting {
	const struct ct_charges *set;
	struct charge_rows stored;
	struct owed owed;
	int64_t *clients;
	size_t n_clients;
	bool changed;
};

static bool same_text(const char *a, const char *b)
{
	return a && b ? !strcmp(a, b) : a == b;
}

/* Of one issuer, one client (whom she was before she was merged too) and one line of the set? */
static bool is_like(const struct charge_row *a, const struct charge_row *b)
{
	return a->issuer == b->issuer && a->owner == b->owner && !strcmp(a->line, b->line);
}

/* As a document says it. What only sorts it (place, project, the buyer's reference) is no reason to credit one. */
static bool says_same(const struct charge_row *a, const struct charge_row *b)
{
	return !strcmp(a->label, b->label) && !strcmp(a->unit, b->unit) && a->quantity == b->quantity &&
	       a->unit_amount == b->unit_amount && a->amount_cents == b->amount_cents && a->basis == b->basis &&
	       !strcmp(a->currency, b->currency) && !strcmp(a->vat_code, b->vat_code) &&
	       a->from.n == b->from.n && a->to.n == b->to.n;
}

static bool is_same(const struct charge_row *a, const struct charge_row *b)
{
	return says_same(a, b) && a->place == b->place && a->project == b->project &&
	       same_text(a->order_ref, b->order_ref);
}

/* May `w` stand on the draft on which `s` does, as what a draft is made of (draft.c)? */
static bool stands_beside(const struct charge_row *s, const struct charge_row *w)
{
	return !strcmp(vat_code_apart(s->vat_code), vat_code_apart(w->vat_code)) && !strcmp(s->currency, w->currency) &&
	       same_text(s->order_ref, w->order_ref) && (!s->by_project || s->project == w->project);
}

/* ---- reading ---- */

static struct charge_row row_of(const struct ct_result *row)
{
	return (struct charge_row){
		.id = ct_col_int(row, "id"),
		.issuer = ct_col_int(row, "issuer_id"),
		.client = ct_col_int(row, "client_id"),
		.owner = ct_col_int(row, "owner_id"),
		.line = ct_col_text(row, "line"),
		.version = ct_col_int(row, "version"),
		.reverses = ct_col_int(row, "reverses_id"),
		.document = ct_col_int(row, "document_id"),
		.billed = !ct_col_null(row, "billed_utc"),
		.waived = ct_col_int(row, "waived"),
		.share_kind = ct_col_text(row, "share_kind"),
		.share_id = ct_col_int(row, "share_id"),
		.place = ct_col_int(row, "place_id"),
		.project = ct_col_int(row, "project_id"),
		.by_project = ct_col_int(row, "by_project"),
		.label = ct_col_text(row, "label"),
		.unit = ct_col_text(row, "unit"),
		.quantity = ct_col_int(row, "quantity"),
		.unit_amount = ct_col_int(row, "unit_amount"),
		.amount_cents = ct_col_int(row, "amount_cents"),
		.basis = basis_named(ct_col_text(row, "amounts")),
		.currency = ct_col_text(row, "currency"),
		.vat_code = ct_col_text(row, "vat_code"),
		.from = ct_col_day(row, "service_from_d"),
		.to = ct_col_day(row, "service_to_d"),
		.order_ref = ct_col_text(row, "order_ref"),
	};
}

static int read_stored(struct ct_request *r, const char *source, int64_t source_id, struct charge_rows *rows_r,
		       struct ct_error *e)
{
	struct ct_result *row;
	int rc = ct_query(r, "charges_of_source", CT_ARGS(CT_STR(source), CT_NUM(source_id)), &row, e);

	if (rc)
		return rc;
	*rows_r = (struct charge_rows){ talloc_array(r, struct charge_row, ct_result_rows(row)), 0 };
	while (ct_next(row))
		rows_r->row[rows_r->n++] = row_of(row);
	return 0;
}

/* The guard. *known_r: something may be stored of the source. */
static int lock_source(struct ct_request *r, const struct ct_charges *set, bool *known_r, struct ct_error *e)
{
	int64_t raised = 0, put = 1;
	int rc = ct_exec_count(r, "source_raise", CT_ARGS(CT_STR(set->source), CT_NUM(set->source_id)), &raised,
			       e);

	if (!rc && set->n_lines)
		rc = ct_exec_count(r, "source_put",
				   CT_ARGS(CT_NUM(set->issuer), CT_STR(set->source), CT_NUM(set->source_id),
					   CT_STR(set->title)),
				   &put, e);
	*known_r = raised || put != 1; /* 1 is a new row */
	return rc;
}

/* Those of the source, by key; and among them the one that is nobody known. */
static int stored_clients(struct ct_request *r, struct posting *p, int64_t *nameless_r, struct ct_error *e)
{
	struct ct_result *row;
	int rc = ct_query(r, "clients_of_source", CT_ARGS(CT_STR(p->set->source), CT_NUM(p->set->source_id)),
			  &row, e);

	if (rc)
		return rc;
	p->clients = talloc_realloc(r, p->clients, int64_t, ct_result_rows(row) + p->owed.n_debtors);
	while (ct_next(row)) {
		p->clients[p->n_clients++] = ct_col_int(row, "id");
		if (ct_col_int(row, "nameless") && ct_col_int(row, "issuer_id") == p->set->issuer)
			*nameless_r = ct_col_int(row, "id");
	}
	return 0;
}

/* Who owes, found or made; then the guard rows of all whose charges this may change. */
static int lock_clients(struct ct_request *r, struct posting *p, bool known, struct ct_error *e)
{
	int64_t nameless = 0;
	int rc = 0;

	p->clients = talloc_array(r, int64_t, p->owed.n_debtors);
	if (known && (rc = stored_clients(r, p, &nameless, e)))
		return rc;
	for (size_t i = 0; i < p->owed.n_debtors && p->set->n_lines && !rc; i++) {
		struct debtor *d = &p->owed.debtors[i];

		rc = client_get(r, p->set->issuer, &d->payer, nameless, &d->client, e);
		p->clients[p->n_clients++] = d->client;
	}
	for (size_t i = 0; i < p->owed.rows.n; i++) {
		struct charge_row *row = &p->owed.rows.row[i];

		row->client = row->owner = p->owed.debtors[row->debtor].client;
	}
	return rc ? rc : clients_lock(r, p->clients, p->n_clients, e);
}

/* ---- writing ---- */

static int64_t next_version(const struct posting *p, const struct charge_row *like)
{
	int64_t version = 0;

	for (size_t i = 0; i < p->stored.n; i++)
		if (is_like(&p->stored.row[i], like) && p->stored.row[i].version > version)
			version = p->stored.row[i].version;
	return version + 1;
}

/* The draft on which this source stands for this client: what becomes of it belongs there, if it may stand there. */
static int64_t draft_of(const struct posting *p, const struct charge_row *like)
{
	for (size_t i = 0; i < p->stored.n; i++) {
		const struct charge_row *s = &p->stored.row[i];

		if (s->document && !s->billed && !s->reverses && s->issuer == like->issuer &&
		    s->owner == like->owner && stands_beside(s, like))
			return s->document;
	}
	return 0;
}

static int insert(struct ct_request *r, struct posting *p, const struct charge_row *w, struct ct_error *e)
{
	p->changed = true;
	return ct_exec(r, "charge_insert",
		       CT_ARGS(CT_NUM(w->issuer), CT_NUM(w->client), CT_STR(p->set->source),
			       CT_NUM(p->set->source_id), CT_STR(w->line), CT_NUM(w->version),
			       CT_ID(w->reverses), CT_STR(w->share_kind), CT_ID(w->share_id), CT_ID(w->place),
			       CT_ID(w->project), CT_STR(w->label), CT_NUM(w->quantity), CT_STR(w->unit),
			       CT_NUM(w->unit_amount), CT_NUM(w->amount_cents), CT_STR(basis_name(w->basis)),
			       CT_STR(w->currency), CT_STR(w->vat_code), CT_DAY(w->from), CT_DAY(w->to),
			       CT_STR(w->order_ref), CT_ID(w->document)),
		       e);
}

static int insert_new(struct ct_request *r, struct posting *p, const struct charge_row *w, int64_t above,
		      struct ct_error *e)
{
	struct charge_row row = *w;

	row.version = next_version(p, w) + above;
	row.document = draft_of(p, w);
	return insert(r, p, &row, e);
}

/* A billed row comes off whole: the same with its signs turned. */
static int reverse(struct ct_request *r, struct posting *p, const struct charge_row *billed, int64_t above,
		   struct ct_error *e)
{
	struct charge_row row = *billed;

	row.reverses = billed->id;
	row.version = next_version(p, billed) + above;
	row.quantity = -billed->quantity;
	row.amount_cents = -billed->amount_cents;
	row.document = 0;
	return insert(r, p, &row, e);
}

/* Of a query that changes one row that is not billed: whoever bills it holds the client's guard, and so do we. */
static int changed_one(int rc, int64_t count, struct posting *p, struct ct_error *e)
{
	p->changed = true;
	return rc || count ? rc
			   : ct_fail(e, CT_CONFLICT, "%s", _("What is owed has just changed. Please look again."));
}

/* What may not stand any more with what is on its draft leaves it, and is billed another time. */
static int update(struct ct_request *r, struct posting *p, const struct charge_row *s, const struct charge_row *w,
		  struct ct_error *e)
{
	int64_t count = 0;
	int64_t draft = stands_beside(s, w) ? s->document : 0;
	int rc = ct_exec_count(
		r, "charge_update",
		CT_ARGS(CT_ID(w->place), CT_ID(w->project), CT_STR(w->label), CT_NUM(w->quantity), CT_STR(w->unit),
			CT_NUM(w->unit_amount), CT_NUM(w->amount_cents), CT_STR(basis_name(w->basis)),
			CT_STR(w->currency), CT_STR(w->vat_code), CT_DAY(w->from), CT_DAY(w->to),
			CT_STR(w->order_ref), CT_STR(w->share_kind), CT_ID(w->share_id), CT_ID(draft), CT_NUM(s->id)),
		&count, e);

	return changed_one(rc, count, p, e);
}

static int drop(struct ct_request *r, struct posting *p, int64_t id, struct ct_error *e)
{
	int64_t count = 0;
	int rc = ct_exec_count(r, "charge_delete", CT_ARGS(CT_NUM(id)), &count, e);

	return changed_one(rc, count, p, e);
}

static const struct charge_row *reversal_of(const struct posting *p, const struct charge_row *billed)
{
	for (size_t i = 0; i < p->stored.n; i++)
		if (p->stored.row[i].reverses == billed->id)
			return &p->stored.row[i];
	return NULL;
}

static const struct charge_row *wanted_like(const struct posting *p, const struct charge_row *like)
{
	for (size_t i = 0; i < p->owed.rows.n; i++)
		if (is_like(&p->owed.rows.row[i], like))
			return &p->owed.rows.row[i];
	return NULL;
}

/*
 * What became of a row: it was billed, and nothing that was issued takes it back; or it was credited, not to be billed
 * again. OTHER: not billed, credited and due again, or itself what takes another one back.
 */
enum fate { OTHER, STANDS, WAIVED };

static enum fate fate_of(const struct posting *p, const struct charge_row *s)
{
	const struct charge_row *back;

	if (!s->billed || s->reverses)
		return OTHER;
	back = reversal_of(p, s);
	return !back || !back->billed ? STANDS : back->waived ? WAIVED : OTHER;
}

static bool is_true(const struct posting *p, const struct charge_row *s)
{
	const struct charge_row *w = wanted_like(p, s);

	return w && says_same(s, w);
}

/*
 * May a billed or a waived row stay what it is? Where something was taken off (a discount, a share), what a document
 * says of the source stays or goes together: a line without what was taken off it is more than is left to credit, and
 * that alone is below nought.
 */
static bool stays(const struct posting *p, const struct charge_row *s)
{
	bool off = false, all = true;

	for (size_t i = 0; i < p->stored.n; i++) {
		const struct charge_row *t = &p->stored.row[i];

		if (t->document != s->document || t->issuer != s->issuer || t->owner != s->owner ||
		    fate_of(p, t) != fate_of(p, s))
			continue;
		off = off || t->amount_cents < 0;
		all = all && is_true(p, t);
	}
	return is_true(p, s) && (all || !off);
}

/*
 * All stored rows like `like`, to be `w` (NULL: nothing any more). Of the billed ones that no document has
 * taken back yet, one that may stay is kept and every other reversed; what was waived and is still the same is not
 * charged again; of the rest one is made to say it, and every other goes.
 */
static int settle(struct ct_request *r, struct posting *p, const struct charge_row *like,
		  const struct charge_row *w, struct ct_error *e)
{
	bool done = !w;
	int64_t above = 0;
	int rc = 0;

	for (size_t i = 0; i < p->stored.n && !rc; i++) {
		const struct charge_row *s = &p->stored.row[i], *back;

		if (!is_like(s, like) || fate_of(p, s) == OTHER)
			continue;
		back = reversal_of(p, s);
		if (!done && stays(p, s)) {
			done = true;
			rc = back && !back->billed ? drop(r, p, back->id, e) : 0;
		} else if (!back) {
			rc = reverse(r, p, s, above++, e);
		}
	}
	for (size_t i = 0; i < p->stored.n && !rc; i++) {
		const struct charge_row *s = &p->stored.row[i];

		if (!is_like(s, like) || s->billed || s->reverses)
			continue;
		if (done)
			rc = drop(r, p, s->id, e);
		else if (!is_same(s, w))
			rc = update(r, p, s, w, e);
		done = true;
	}
	return rc || done ? rc : insert_new(r, p, w, above, e);
}

static bool is_first(const struct charge_rows *rows, size_t at)
{
	for (size_t i = 0; i < at; i++)
		if (is_like(&rows->row[i], &rows->row[at]))
			return false;
	return true;
}

/* What is stored and not wanted any more goes first, then each wanted row finds its place. */
static int make_equal(struct ct_request *r, struct posting *p, struct ct_error *e)
{
	int rc = 0;

	for (size_t i = 0; i < p->stored.n && !rc; i++)
		if (is_first(&p->stored, i) && !wanted_like(p, &p->stored.row[i]))
			rc = settle(r, p, &p->stored.row[i], NULL, e);
	for (size_t i = 0; i < p->owed.rows.n && !rc; i++)
		rc = settle(r, p, &p->owed.rows.row[i], &p->owed.rows.row[i], e);
	return rc;
}

static json_t *trace_of(const struct posting *p, int64_t cents)
{
	json_t *o = json_object();

	ct_put_text(o, "title", p->set->title);
	ct_put_int(o, "total_cents", cents);
	return o;
}

static int trace_client(struct ct_request *r, const struct posting *p, int64_t id, struct ct_error *e)
{
	return ct_audit(r, "client", id, "change", trace_of(p, rows_gross(&p->stored, id)),
			trace_of(p, rows_gross(&p->owed.rows, id)), e);
}

/* One for each client whom it makes owe more or less; where nothing but words differ, one all the same. */
static int trace(struct ct_request *r, const struct posting *p, struct ct_error *e)
{
	bool left = false;
	int rc = 0;

	for (size_t i = 0; i < p->n_clients && !rc; i++) {
		int64_t id = p->clients[i];

		if ((i && id == p->clients[i - 1]) ||
		    rows_gross(&p->stored, id) == rows_gross(&p->owed.rows, id))
			continue;
		left = true;
		rc = trace_client(r, p, id, e);
	}
	return rc || left ? rc : trace_client(r, p, p->clients[0], e);
}

int charge_post(struct ct_request *r, const struct ct_charges *set, struct owed *owed_r, struct ct_error *e)
{
	struct posting p = { .set = set };
	bool known;
	int rc;

	if ((rc = lock_source(r, set, &known, e)))
		return rc;
	if (!known && !set->n_lines) { /* it never owed anything */
		if (owed_r)
			*owed_r = p.owed;
		return 0;
	}
	if ((rc = owed_by(r, set, false, &p.owed, e)) || (rc = lock_clients(r, &p, known, e)) ||
	    (known && (rc = read_stored(r, set->source, set->source_id, &p.stored, e))) ||
	    (rc = make_equal(r, &p, e)) || (p.changed && (rc = trace(r, &p, e))))
		return rc;
	if (owed_r)
		*owed_r = p.owed;
	return 0;
}

/* ---- asking ---- */

/* Does this client owe a line of it, and not only a share that it buys? */
static bool pays_lines(const struct charge_rows *rows, int64_t owner)
{
	for (size_t i = 0; i < rows->n; i++)
		if (rows->row[i].owner == owner && !rows->row[i].share_kind)
			return true;
	return false;
}

static json_t *share_among(json_t *shares, const char *line, const char *label)
{
	const char *of = strchr(line, '/') ? strchr(line, '/') : line;
	json_t *share;
	size_t i;

	json_array_foreach(shares, i, share)
		if (!strcmp(json_string_value(json_object_get(share, "of")), of))
			return share;
	share = ct_add_object(shares);
	ct_put_text(share, "of", of);
	ct_put_text(share, "by", NULL);
	ct_put_text(share, "label", label);
	ct_put_int(share, "gross", 0);
	return share;
}

/* Only what still stands: a row that was reversed and its reversal come to nought together. */
static json_t *shares_of(const struct charge_rows *rows)
{
	json_t *shares = json_array();

	for (size_t i = 0; i < rows->n; i++) {
		const struct charge_row *row = &rows->row[i];
		json_t *share;

		if (!row->share_kind || !pays_lines(rows, row->owner))
			continue;
		share = share_among(shares, row->line, row->label);
		ct_put_int(share, "gross",
			   json_integer_value(json_object_get(share, "gross")) - row->amount_cents);
	}
	for (size_t i = json_array_size(shares); i-- > 0;) {
		json_object_del(json_array_get(shares, i), "of");
		if (!json_integer_value(json_object_get(json_array_get(shares, i), "gross")))
			json_array_remove(shares, i);
	}
	return shares;
}

int charge_stored(struct ct_request *r, const char *source, int64_t source_id, int64_t *gross_r,
		  json_t **shares_r, struct ct_error *e)
{
	struct charge_rows rows, lines;
	int rc = read_stored(r, source, source_id, &rows, e);

	if (rc)
		return rc;
	lines = (struct charge_rows){ talloc_array(r, struct charge_row, rows.n), 0 };
	for (size_t i = 0; i < rows.n; i++)
		if (!rows.row[i].share_kind)
			lines.row[lines.n++] = rows.row[i];
	*gross_r = rows_gross(&lines, 0);
	*shares_r = shares_of(&rows);
	return 0;
}
