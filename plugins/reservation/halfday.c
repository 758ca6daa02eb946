/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The half-day buttons: the named parts of a place's day, as far as a room has them free. */
#include <talloc.h>

#include "views.h"

enum { EVENING = 18 * 60, DAY_MINUTES = 1440, MOST = 52 };

static struct halfday make(const struct choice *c, const char *label, int from, int to, bool whole)
{
	struct ct_local first = ct_day_at(c->day, from), last = ct_day_at(c->day, to);
	struct halfday h = { .label = label, .start = first, .end = last };

	h.free = choice_within(c, first, last, &h.start, &h.end);
	h.free &= !whole || (h.start.s == first.s && h.end.s == last.s);
	if (!h.free) {
		h.start = first;
		h.end = last;
	}
	h.current = h.free && h.start.s == c->start.s && h.end.s == c->end.s;
	return h;
}

size_t halfdays_of(struct ct_request *r, const struct choice *c, struct ct_result *row,
		   struct halfday **list_r)
{
	struct halfday *list = talloc_array(r, struct halfday, MOST);
	int first = DAY_MINUTES, last = 0, by_day = 0;
	size_t n = 0;

	for (bool more = true; more && !ct_col_null(row, "from_min") && n + 1 < MOST; more = ct_next(row)) {
		int from = (int)ct_col_int(row, "from_min"), to = (int)ct_col_int(row, "to_min");

		if (!(ct_col_int(row, "weekday_mask") >> (ct_day_weekday(c->day) - 1) & 1))
			continue;
		list[n++] = make(c, ct_col_text(row, "label"), from, to, false);
		if (from >= EVENING)
			continue;
		by_day++;
		first = from < first ? from : first;
		last = to > last ? to : last;
	}
	if (by_day > 1)
		list[n++] = make(c, _("whole day"), first, last, true);
	*list_r = list;
	return n;
}

void put_halfday(struct ct_request *r, json_t *list, const struct halfday *h, const char *link)
{
	json_t *o = ct_add_object(list);

	ct_put_text(o, "label", h->label);
	ct_put_text(o, "hours", hours_text(r, h->start, h->end));
	ct_put_text(o, "link", link);
	ct_put_bool(o, "current", h->current);
}
