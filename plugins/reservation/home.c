/* SPDX-License-Identifier: GPL-3.0-or-later */
/* GET /: can I get a room when I need it, where, and for how much? */
#include <string.h>
#include <talloc.h>

#include "rates.h"
#include "reservation.h"
#include "together.h"
#include "views.h"

enum { WORDS = 3, FREE_TODAY = 6, RESULTS = 60, FIRST_HOUR = 7, LAST_HOUR = 22 };

struct search {
	bool asked;	    /* anything at all */
	struct ct_day date; /* CT_NO_DAY: any, and today where hours matter */
	int from;	    /* minutes of the day; -1: any hour */
	int64_t people;
	const char *like[WORDS];
};

struct home {
	struct search search;
	struct place *places;
	size_t n_places;
	struct rooms rooms;
	struct tariff **tariffs;
	struct slots *slots; /* parallel to the rooms, of the day that the search is about */
	struct ct_day today; /* where most places are */
	struct ct_day day; /* of the booking that something is added to, or none */
};

/* A word as a pattern of LIKE that means itself. */
static const char *pattern(struct ct_request *r, const char *word, size_t len)
{
	char *text = talloc_array(r, char, 2 * len + 3);
	size_t n = 0;

	text[n++] = '%';
	for (size_t i = 0; i < len; i++) {
		if (strchr("%_\\", word[i]))
			text[n++] = '\\';
		text[n++] = word[i];
	}
	text[n++] = '%';
	text[n] = '\0';
	return text;
}

static struct search read_search(struct ct_request *r)
{
	const char *q = ct_in_text(r, "q");
	struct search s = {
		.date = ct_in_day(r, "date"),
		.from = ct_in_set(r, "from") ? (int)ct_in_int(r, "from") : -1,
		.people = ct_in_int(r, "people"),
		.like = { "%", "%", "%" },
	};

	s.asked = q || ct_day_set(s.date) || s.from >= 0 || s.people;
	for (size_t n = 0; q && n < WORDS && *(q += strspn(q, " ,;")); n++) {
		size_t len = strcspn(q, " ,;");

		s.like[n] = pattern(r, q, len);
		q += len;
	}
	return s;
}

/* The day that matters in a place: another one where the day has changed there already. */
static struct ct_day day_in(const struct ct_request *r, const struct search *s,
			    const struct ct_zone *zone)
{
	return ct_day_set(s->date) ? s->date : ct_zone_day(zone, r->now);
}

/* What is left of a day's slots from an hour on: cards show what was asked for. */
static void cut_before(struct slots *slots, struct ct_local at)
{
	size_t kept = 0;

	for (size_t i = 0; i < slots->n; i++) {
		struct slot slot = slots->slot[i];

		if (slot.end.s <= at.s)
			continue;
		if (slot.start.s < at.s)
			slot.start = at;
		if (slot.bookable && slot.from.s < at.s)
			slot.from = at;
		slot.bookable = slot.bookable && slot.from.s < slot.to.s;
		slots->slot[kept++] = slot;
	}
	slots->n = kept;
}

static int load_days(struct ct_request *r, struct home *h, struct ct_error *e)
{
	struct ct_day about = ct_day_set(h->search.date)
				      ? h->search.date
				      : ct_local_day((struct ct_local){ r->now.s });
	struct ct_day first = ct_day_add(about, -1), last = ct_day_add(about, 1);
	int rc;

	if ((rc = rates_tariffs(r, &h->rooms, about, &h->tariffs, e)) ||
	    (rc = openings_load(r, &h->rooms, first, last, e)) ||
	    (rc = busy_load(r, &h->rooms, (struct ct_utc){ ct_day_local(first).s },
			    (struct ct_utc){ ct_day_local(ct_day_add(last, 1)).s }, e)))
		return rc;
	h->slots = talloc_array(r, struct slots, h->rooms.n + 1);
	for (size_t i = 0; i < h->rooms.n; i++)
		h->slots[i] = room_slots(r, &h->rooms.room[i],
					 day_in(r, &h->search, h->rooms.room[i].zone));
	return 0;
}

/* Today, in the zone that most places are in. */
static struct ct_day common_today(const struct ct_request *r, const struct home *h)
{
	const struct ct_zone *zone = NULL;
	size_t most = 0;

	for (size_t i = 0; i < h->n_places; i++) {
		size_t same = 0;

		for (size_t k = 0; k < h->n_places; k++)
			same += h->places[k].zone == h->places[i].zone;
		if (same > most)
			zone = h->places[i].zone;
		most = same > most ? same : most;
	}
	return zone ? ct_zone_day(zone, r->now) : ct_local_day((struct ct_local){ r->now.s });
}

static const struct place *place_of(const struct home *h, const struct room *room)
{
	for (size_t i = 0; i < h->n_places; i++)
		if (h->places[i].id == room->place)
			return &h->places[i];
	return NULL;
}

static void put_room_card(struct ct_request *r, json_t *list, const struct home *h, size_t i)
{
	const struct room *room = &h->rooms.room[i];

	put_card(r, ct_add_object(list), room, h->tariffs[i], place_of(h, room),
		 day_in(r, &h->search, room->zone), &h->slots[i]);
}

/* Can it be booked at `at`, or where that is none at any hour of the day? */
static bool is_free(const struct room *room, const struct slots *slots, struct ct_local at)
{
	for (size_t i = 0; i < slots->n; i++) {
		const struct slot *slot = &slots->slot[i];

		if (slot->bookable &&
		    (!ct_local_set(at) ||
		     (slot->from.s <= at.s && at.s + room_least(room) <= slot->to.s)))
			return true;
	}
	return false;
}

static const char *results_text(struct ct_request *r, const struct home *h, size_t n)
{
	const struct search *s = &h->search;
	char day[CT_TIME_UI], hour[CT_TIME_UI];
	const char *count;

	if (!ct_day_set(s->date) && s->from < 0)
		return talloc_asprintf(r, ngettext_("%zu space fits", "%zu spaces fit", n), n);
	count = talloc_asprintf(r, ngettext_("%zu free space", "%zu free spaces", n), n);
	if (ct_day_set(s->date))
		count = talloc_asprintf(r, "%s, %s", count,
					ct_day_ui_long(day, s->date, h->today, r->lang));
	if (s->from < 0)
		return count;
	return talloc_asprintf(r, _("%s, from %s"), count, ct_clock_ui(hour, s->from, r->lang));
}

/* What somebody cannot book is no answer to when; to a word it is. */
static bool is_result(struct ct_request *r, const struct home *h, size_t i)
{
	const struct search *s = &h->search;
	const struct room *room = &h->rooms.room[i];
	struct ct_local at = CT_NO_LOCAL;

	if (!s->asked || (!ct_day_set(s->date) && s->from < 0))
		return s->asked;
	if (s->from >= 0)
		at = ct_day_at(day_in(r, s, room->zone), s->from);
	if (!room_for_me(r, room) || !is_free(room, &h->slots[i], at))
		return false;
	if (s->from >= 0)
		cut_before(&h->slots[i], at);
	return true;
}

static void put_results(struct ct_request *r, const struct home *h)
{
	json_t *list = ct_put_array(r->view, "results");
	size_t n = 0;

	for (size_t i = 0; i < h->rooms.n; i++)
		if (is_result(r, h, i) && n++ < RESULTS)
			put_room_card(r, list, h, i);
	ct_put_bool(r->view, "searched_ui", h->search.asked);
	ct_put_text(r->view, "results_ui", h->search.asked ? results_text(r, h, n) : NULL);
	ct_put_bool(r->view, "has_results_ui", n > 0);
	ct_put_text(r->view, "clear_link_ui", *together_tail(r) ? together_url(r, ct_url(r, "/places")) : "/");
}

/* Room by room, the first of each place, then the second of each …: six, and of all places. */
static void put_free_today(struct ct_request *r, const struct home *h)
{
	json_t *list = ct_put_array(r->view, "free_today");
	bool *done = talloc_zero_array(r, bool, h->rooms.n + 1), more = !h->search.asked;

	while (more) {
		int64_t place = 0;

		more = false;
		for (size_t i = 0; i < h->rooms.n && json_array_size(list) < FREE_TODAY; i++) {
			const struct room *room = &h->rooms.room[i];

			if (done[i] || room->place == place || !room_for_me(r, room) ||
			    ct_zone_day(room->zone, r->now).n != h->today.n ||
			    !is_free(room, &h->slots[i], CT_NO_LOCAL))
				continue;
			more = done[i] = true;
			place = room->place;
			put_room_card(r, list, h, i);
		}
	}
	ct_put_bool(r->view, "has_free_today_ui", json_array_size(list) > 0);
}

static const char *free_now(struct ct_request *r, const struct home *h, const struct place *place)
{
	long long n = 0;

	if (h->search.asked)
		return NULL;
	for (size_t i = 0; i < h->rooms.n; i++)
		n += h->rooms.room[i].place == place->id &&
		     slots_at(&h->slots[i], ct_zone_local(place->zone, r->now));
	return n ? talloc_asprintf(r, ngettext_("%lld free now", "%lld free now", n), n) : NULL;
}

static void put_places(struct ct_request *r, const struct home *h)
{
	json_t *list = ct_put_array(r->view, "places");

	for (size_t i = 0; i < h->n_places; i++) {
		const struct place *p = &h->places[i];
		json_t *o = ct_add_object(list);

		put_place(r, o, p);
		put_photo(r, o, &p->photo, p->name);
		ct_put_int(o, "number", (int64_t)i + 1);
		ct_put_text(o, "resources_ui",
			    talloc_asprintf(r, ngettext_("%lld space", "%lld spaces", p->rooms),
					    (long long)p->rooms));
		ct_put_text(o, "free_ui", free_now(r, h, p));
		ct_put_text(o, "day_link_ui", together_url(r, ct_url(r, "/places/%s/day", p->slug)));
		ct_put_text(o, "map_link_ui", place_way(r, p));
	}
}

/* The town with the most places names where all of it is. */
static void put_hero(struct ct_request *r, const struct home *h)
{
	const char *town = NULL, *places;
	int64_t rooms = 0;
	size_t most = 0;

	for (size_t i = 0; i < h->n_places; i++) {
		size_t same = 0;

		rooms += h->places[i].rooms;
		for (size_t k = 0; h->places[i].town && k < h->n_places; k++)
			same += h->places[k].town && !strcmp(h->places[k].town, h->places[i].town);
		if (same > most)
			town = h->places[i].town;
		most = same > most ? same : most;
	}
	ct_put_text(r->view, "hero_ui",
		    town ? talloc_asprintf(r, _("A room, a desk, a workshop near %s."), town)
			 : _("A room, a desk, a workshop."));
	places = talloc_asprintf(r, ngettext_("%zu place", "%zu places", h->n_places), h->n_places);
	ct_put_text(
		r->view, "counts_ui",
		talloc_asprintf(r, "%s, %s.", places,
				talloc_asprintf(r, ngettext_("%lld space", "%lld spaces", rooms),
						(long long)rooms)));
	ct_put_bool(r->view, "needs_account_ui", false);
}

static void put_form(struct ct_request *r, const struct home *h)
{
	json_t *search = ct_put_object(r->view, "search"),
	       *hours = ct_put_array(r->view, "from_options_ui");
	const char *date = ct_in_typed(r, "date");
	char text[CT_TIME_UI], clock[CT_TIME_TEXT];
	json_t *o = ct_add_object(hours);

	ct_put_text(search, "q", ct_in_text(r, "q"));
	ct_put_text(search, "date_d",
		    h->search.asked || date ? ct_day_text(clock, h->search.date)
					    : ct_day_text(clock, ct_day_set(h->day) ? h->day : h->today));
	ct_put_text(search, "from",
		    h->search.from >= 0 ? ct_clock_text(clock, h->search.from) : NULL);
	ct_put_text(search, "people", ct_in_typed(r, "people"));
	ct_put_text(o, "value", "");
	ct_put_text(o, "label", _("any hour"));
	ct_put_bool(o, "selected", h->search.from < 0);
	for (int hour = FIRST_HOUR; hour <= LAST_HOUR; hour++) {
		o = ct_add_object(hours);
		ct_put_text(o, "value", ct_clock_text(clock, hour * 60));
		ct_put_text(o, "label", ct_clock_ui(text, hour * 60, r->lang));
		ct_put_bool(o, "selected", h->search.from / 60 == hour && h->search.from >= 0);
	}
	ct_put_text(r->view, "today_ui", day_long(r, h->today, h->today));
	ct_put_json(r->view, "kept_ui", together_kept(r));
}

/* Only where something can be added: in one organisation. */
static void keep_org(struct home *h, int64_t org)
{
	size_t rooms = 0, places = 0;

	for (size_t i = 0; i < h->rooms.n; i++)
		if (h->rooms.room[i].org == org)
			h->rooms.room[rooms++] = h->rooms.room[i];
	for (size_t i = 0; i < h->n_places; i++)
		if (h->places[i].org == org)
			h->places[places++] = h->places[i];
	h->rooms.n = rooms;
	h->n_places = places;
}

int reservation_home(struct ct_request *r, struct ct_error *e)
{
	struct home h = { .search = read_search(r), .day = CT_NO_DAY };
	struct together with;
	int rc;

	if ((rc = together_put(r, &with, e)) || (rc = places_load(r, &h.places, &h.n_places, e)) ||
	    (rc = rooms_search(r, h.search.people, h.search.like, &h.rooms, e)))
		return rc;
	if (with.id) {
		keep_org(&h, ct_col_int(with.row, "org_id"));
		h.day = ct_local_day(ct_col_local(with.row, "start_local"));
		ct_put_null(json_object_get(r->view, "with_ui"), "places_link_ui"); /* this page is it */
	}
	if ((rc = load_days(r, &h, e)))
		return rc;
	h.today = common_today(r, &h);
	put_hero(r, &h);
	put_form(r, &h);
	put_results(r, &h);
	put_free_today(r, &h);
	put_places(r, &h);
	put_map(r, h.places, h.n_places);
	ct_put_text(r->view, "find_link_ui", r->person ? NULL : "/bookings/find");
	ct_put_text(r->view, "mine_link_ui", r->person ? "/bookings" : NULL);
	return 0;
}
