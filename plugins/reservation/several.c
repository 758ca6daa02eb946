/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "several.h"

#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include "views.h"

enum { MOST_UNITS = 500 };

static bool read_one(const char *text, struct wish_item *item_r)
{
	char *end;
	struct wish_item item = { strtoll(text, &end, 10), 1 };

	if (end != text && *end == ':')
		item.quantity = strtoll(end + 1, &end, 10);
	*item_r = item;
	return !*end && item.room > 0 && item.quantity > 0 && item.quantity <= MOST_UNITS;
}

bool several_read(struct ct_request *r, struct wish_item first, const struct wish_item **items_r, size_t *n_r)
{
	const struct ct_value *v = ct_in(r, "also");
	struct wish_item *items = talloc_array(r, struct wish_item, v->many + 1);
	bool right = v->many < MOST_ROOMS;
	size_t n = first.room != 0;

	items[0] = first;
	for (size_t i = 0; i < v->many && right; i++) {
		right = read_one(v->each[i].text, &items[n]);
		for (size_t k = 0; k < n && right; k++)
			right = items[k].room != items[n].room;
		n += right;
	}
	*items_r = items;
	*n_r = n;
	return right && n;
}

int several_rooms(struct ct_request *r, const struct wish_item **items, size_t *n, struct rooms *rooms_r,
		  struct ct_error *e)
{
	int64_t *ids = talloc_array(r, int64_t, *n);
	struct wish_item *kept = talloc_array(r, struct wish_item, *n);
	struct rooms all, sorted = { .room = talloc_array(r, struct room, *n) };
	int rc;

	for (size_t i = 0; i < *n; i++)
		ids[i] = (*items)[i].room;
	if ((rc = rooms_by_ids(r, ids, *n, &all, e)))
		return rc;
	for (size_t i = 0; i < *n; i++) {
		const struct room *room = rooms_find(&all, ids[i]), *first = sorted.room;

		if (!room && !i)
			return ct_fail(e, CT_MISSING, _("There is no such room, or it can no longer be booked."));
		if (!room || (i && (room->place != first->place || room->org != first->org || !room_for_me(r, room))))
			continue;
		kept[sorted.n] = (*items)[i];
		sorted.room[sorted.n++] = *room;
	}
	*items = kept;
	*n = sorted.n;
	*rooms_r = sorted;
	return 0;
}

const char *several_key(struct ct_request *r, const struct wish_item *item)
{
	if (item->quantity == 1)
		return talloc_asprintf(r, "%lld", (long long)item->room);
	return talloc_asprintf(r, "%lld:%lld", (long long)item->room, (long long)item->quantity);
}

void several_put(struct ct_request *r, const struct wish_item *items, const struct rooms *rooms)
{
	json_t *list = ct_put_array(r->view, "also_ui"), *kept = ct_put_array(r->view, "also_kept_ui");
	const char *tail = "";

	for (size_t i = 1; i < rooms->n; i++) {
		const struct room *room = &rooms->room[i];
		const char *key = several_key(r, &items[i]), *people = people_text(r, room->capacity);
		json_t *o = ct_add_object(list);

		ct_put_text(o, "id", talloc_asprintf(r, "also-%lld", (long long)room->id));
		ct_put_text(o, "value", key);
		ct_put_text(o, "label",
			    items[i].quantity > 1 ? talloc_asprintf(r, "%lld × %s", (long long)items[i].quantity, room->name)
			    : people		  ? talloc_asprintf(r, "%s (%s)", room->name, people)
						  : room->name);
		o = ct_add_object(kept);
		ct_put_text(o, "name", "also");
		ct_put_text(o, "value", key);
		tail = talloc_asprintf(r, "%s%s", tail, ct_url(r, "&also=%s", key));
	}
	ct_put_bool(r->view, "has_also_ui", rooms->n > 1);
	ct_put_text(r->view, "also_tail_ui", tail);
}

const char *several_url(struct ct_request *r, const char *keys, struct ct_local start, struct ct_local end)
{
	char *list = talloc_strdup(r, keys ? keys : ""), *save, *url = NULL, from[CT_TIME_TEXT], to[CT_TIME_TEXT];

	for (const char *key = strtok_r(list, ",", &save); key; key = strtok_r(NULL, ",", &save)) {
		struct wish_item item;

		if (!read_one(key, &item))
			continue;
		if (url) {
			url = talloc_asprintf_append(url, "%s", ct_url(r, "&also=%s", key));
			continue;
		}
		url = talloc_strdup(r, ct_url(r, "/resources/%lld/book?start=%s&end=%s", (long long)item.room,
					      ct_local_text(from, start), ct_local_text(to, end)));
		if (item.quantity > 1)
			url = talloc_asprintf_append(url, "&units=%lld", (long long)item.quantity);
	}
	return url;
}
