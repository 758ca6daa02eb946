/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cancel.h"

#include <talloc.h>

#include "vat.h"

enum { WHOLE = 10000 };

struct cancel_step { int64_t before, share_bp, cents; bool is_share; };

/* Of the rows the steps of the first rules that have any, of the audience if they have some of its own. */
static size_t choose_steps(struct ct_result *row, int64_t audience, struct cancel_step *steps)
{
	int64_t top = 0, depth = 0;
	size_t own = 0, common = 0, max = ct_result_rows(row);

	while (ct_next(row)) {
		struct cancel_step step = { ct_col_int(row, "before_minutes"), ct_col_int(row, "share_bp"),
					    ct_col_int(row, "fee_cents"), !ct_col_null(row, "share_bp") };
		int64_t who = ct_col_int(row, "audience_id");

		if (top && (ct_col_int(row, "top") != top || ct_col_int(row, "depth") != depth))
			break;
		if (who && who != audience)
			continue;
		top = ct_col_int(row, "top");
		depth = ct_col_int(row, "depth");
		if (who)
			steps[own++] = step;
		else
			steps[max + common++] = step;
	}
	if (own)
		return own;
	for (size_t i = 0; i < common; i++)
		steps[i] = steps[max + i];
	return common;
}

static int64_t fee_of(const struct cancel_step *s, const struct price *p)
{
	return s->is_share ? vat_share(p->total_cents, s->share_bp, WHOLE) : s->cents;
}

static const char *fee_label(struct ct_request *r, const struct cancel_step *s, const struct price *p)
{
	if (s->is_share && s->share_bp == WHOLE)
		return _("the whole price");
	if (s->is_share)
		return talloc_asprintf(r, _("%s of the price"), ct_rate_show(r, s->share_bp, r->lang));
	return ct_money_show(r, price_shown(p, s->cents), p->currency, r->lang);
}

static void add(struct cancel_lines *lines, struct ct_local until, int64_t cents, const char *label)
{
	lines->line[lines->n++] = (struct cancel_line){ until, cents, label };
}

int cancel_offer(struct ct_request *r, const struct rooms *rooms, struct ct_local start,
		 const struct price *price, struct cancel_lines *lines_r, struct ct_error *e)
{
	int64_t *keys = talloc_array(r, int64_t, rooms->n * 3 + 1);
	struct cancel_lines lines = { 0 };
	struct cancel_step *steps;
	struct ct_result *row;
	size_t n = 0;
	int rc;

	for (size_t i = 0; i < rooms->n; i++)
		for (size_t k = 0; k < 3; k++)
			if (rooms->room[i].policy_of[k])
				keys[n++] = rooms->room[i].policy_of[k];
	rc = ct_query(r, "cancel_steps", CT_ARGS(CT_STR(json_ids(r, keys, n))), &row, e);
	if (rc)
		return rc;
	steps = talloc_zero_array(r, struct cancel_step, 2 * ct_result_rows(row) + 1);
	n = choose_steps(row, price->audience, steps);
	lines.line = talloc_array(r, struct cancel_line, n + 1);
	for (size_t i = 0; i < n; i++) {
		struct ct_local at = ct_local_add(start, -steps[i].before * 60);

		if (lines.n && lines.line[lines.n - 1].until.s == at.s)
			continue;	/* two steps from the same hour on: the first counts */
		add(&lines, at, i ? fee_of(&steps[i - 1], price) : 0,
		    i ? fee_label(r, &steps[i - 1], price) : _("free of charge"));
	}
	if (n && lines.line[lines.n - 1].until.s < start.s)
		add(&lines, start, fee_of(&steps[n - 1], price), fee_label(r, &steps[n - 1], price));
	*lines_r = lines;
	return 0;
}

int cancel_freeze(struct ct_request *r, int64_t booking, const struct rooms *rooms, struct ct_local start,
		  const struct price *price, struct ct_error *e)
{
	struct cancel_lines lines;
	int rc = cancel_offer(r, rooms, start, price, &lines, e);

	if (rc)
		return rc;
	for (size_t i = 0; i < lines.n && !rc; i++)
		rc = ct_exec(r, "cancel_line_insert",
			     CT_ARGS(CT_NUM(booking), CT_LOCAL(lines.line[i].until), CT_NUM(lines.line[i].cents),
				     CT_STR(lines.line[i].label)),
			     e);
	return rc;
}

int cancel_keep(struct ct_request *r, int64_t booking, const struct rooms *rooms, struct ct_local start,
		const struct price *price, struct ct_error *e)
{
	int rc = ct_exec(r, "cancel_lines_drop", CT_ARGS(CT_NUM(booking)), e);

	return rc ? rc : cancel_freeze(r, booking, rooms, start, price, e);
}

int cancel_stored(struct ct_request *r, int64_t booking, struct cancel_lines *lines_r,
		  struct ct_error *e)
{
	struct ct_result *row;
	int rc = ct_query(r, "cancel_lines", CT_ARGS(CT_NUM(booking)), &row, e);

	if (rc)
		return rc;
	*lines_r = (struct cancel_lines){ .line = talloc_array(r, struct cancel_line, ct_result_rows(row) + 1) };
	while (ct_next(row)) {
		lines_r->charged = ct_col_int(row, "cancel_fee_cents");
		add(lines_r, ct_col_local(row, "until_local"), ct_col_int(row, "fee_cents"),
		    ct_col_text(row, "label"));
	}
	return 0;
}

static size_t line_at(const struct cancel_lines *lines, struct ct_local now)
{
	size_t i = 0;

	while (i + 1 < lines->n && lines->line[i].until.s <= now.s)
		i++;
	return i;
}

int64_t cancel_fee(const struct cancel_lines *lines, struct ct_local now)
{
	return lines->n ? lines->line[line_at(lines, now)].cents : 0;
}

const char *cancel_text(struct ct_request *r, const struct cancel_lines *lines, struct ct_local now)
{
	char *text, at[CT_TIME_UI];
	struct ct_day today = ct_local_day(now);
	size_t i = line_at(lines, now);

	if (!lines->n)
		return _("Cancelling is free of charge until it begins.");
	ct_local_ui(at, lines->line[i].until, today, r->lang);
	if (!lines->line[i].cents)
		text = talloc_asprintf(r, _("Cancelling is free of charge until %s"), at);
	else
		text = talloc_asprintf(r, _("Cancelling costs %s until %s"), lines->line[i].label, at);
	while (++i < lines->n) {
		ct_local_ui(at, lines->line[i].until, today, r->lang);
		text = talloc_asprintf_append(text, _(", then %s until %s"), lines->line[i].label, at);
	}
	return talloc_asprintf_append(text, ".");
}
