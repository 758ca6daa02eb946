/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The half-day buttons: the named parts of a place's day, as far as a room has them free. */
#include <talloc.h>

#include "days.h"
#include "views.h"

enum { EVENING = 18 * 60, DAY_MINUTES = 1440, MOST = 52 };

static struct halfday make(const struct choice *c, const char *label, int from, int to, bool whole)
{
	struct ct_local first = ct_day_at(c->day, from), last = ct_day_at(c->day, to);
	struct halfday h = { .label = label, .start = first, .end = last };

	h.free = choice_within(c, first, last, &h.start, &h.end);
	h.free &= !c->narrowed || choice_offers(c, h.start, h.end);
	h.free &= !whole || (h.start.s == first.s && h.end.s == last.s);
	if (!h.free) {
		h.start = first;
		h.end = last;
	}
	h.current = h.free && h.start.s == c->start.s && h.end.s == c->end.s;
	return h;
}

/* A named part of the day as it is stored, and the sets of days that it is limited to; 0: none. */
struct part { const char *label; int from, to; int64_t only_in, not_in; };

static size_t parts_of(struct ct_day day, struct ct_result *row, struct part *list)
{
	size_t n = 0;

	for (bool more = true; more && !ct_col_null(row, "from_min") && n + 1 < MOST; more = ct_next(row))
		if (ct_col_int(row, "weekday_mask") >> (ct_day_weekday(day) - 1) & 1)
			list[n++] = (struct part){ ct_col_text(row, "label"), (int)ct_col_int(row, "from_min"),
						   (int)ct_col_int(row, "to_min"), ct_col_int(row, "only_in"),
						   ct_col_int(row, "not_in") };
	return n;
}

static int load_sets(struct ct_request *r, struct ct_day day, const struct part *list, size_t n,
		     struct day_sets *sets_r, struct ct_error *e)
{
	int64_t keys[2 * MOST];
	size_t n_keys = 0;

	for (size_t i = 0; i < n; i++) {
		if (list[i].only_in)
			keys[n_keys++] = list[i].only_in;
		if (list[i].not_in)
			keys[n_keys++] = list[i].not_in;
	}
	return days_load(r, json_ids(r, keys, n_keys), day, day, sets_r, e);
}

static bool holds_on(const struct part *p, const struct day_sets *sets, struct ct_day day)
{
	const struct days *only = days_find(sets, p->only_in);

	return (!only || days_have(only, day)) && !days_have(days_find(sets, p->not_in), day);
}

int halfdays_of(struct ct_request *r, const struct choice *c, struct ct_result *row, struct halfday **list_r,
		size_t *n_r, struct ct_error *e)
{
	struct halfday *list = talloc_array(r, struct halfday, MOST);
	struct part parts[MOST];
	struct day_sets sets;
	int first = DAY_MINUTES, last = 0, by_day = 0;
	size_t n = 0, n_parts = parts_of(c->day, row, parts);
	int rc = load_sets(r, c->day, parts, n_parts, &sets, e);

	for (size_t i = 0; i < n_parts && !rc; i++) {
		if (!holds_on(&parts[i], &sets, c->day))
			continue;
		list[n++] = make(c, parts[i].label, parts[i].from, parts[i].to, false);
		if (parts[i].from >= EVENING)
			continue;
		by_day++;
		first = parts[i].from < first ? parts[i].from : first;
		last = parts[i].to > last ? parts[i].to : last;
	}
	if (by_day > 1)
		list[n++] = make(c, _("whole day"), first, last, true);
	if (!rc) {
		*list_r = list;
		*n_r = n;
	}
	return rc;
}

void put_halfday(struct ct_request *r, json_t *list, const struct halfday *h, const char *link)
{
	json_t *o = ct_add_object(list);

	ct_put_text(o, "label", h->label);
	ct_put_text(o, "hours", hours_text(r, h->start, h->end));
	ct_put_text(o, "link", link);
	ct_put_bool(o, "current", h->current);
}
