/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Texts and small objects that several pages show. */
#include "views.h"

#include <string.h>
#include <talloc.h>

#define NB "\xC2\xA0" /* U+00A0, no-break space */

/* ---- what is kept on the way to the form ---- */

const char *together_tail(const struct ct_request *r)
{
	const char *tail = json_string_value(json_object_get(json_object_get(r->view, "with_ui"), "tail_ui"));

	return tail ? tail : "";
}

const char *together_url(struct ct_request *r, const char *url)
{
	const char *also = json_string_value(json_object_get(r->view, "also_tail_ui"));
	const char *tail = also ? talloc_asprintf(r, "%s%s", together_tail(r), also) : together_tail(r);

	return *tail ? talloc_asprintf(r, "%s%c%s", url, strchr(url, '?') ? '&' : '?', tail + 1) : url;
}

json_t *together_kept(const struct ct_request *r)
{
	json_t *all = json_array();

	json_array_extend(all, json_object_get(json_object_get(r->view, "with_ui"), "kept_ui"));
	json_array_extend(all, json_object_get(r->view, "also_kept_ui"));
	return all;
}

/* ---- rooms and places ---- */

void put_room(struct ct_request *r, json_t *o, const struct room *room)
{
	ct_put_id(o, "id", room->id);
	ct_put_text(o, "name", room->name);
	ct_put_text(o, "link_ui", together_url(r, ct_url(r, "/resources/%lld", (long long)room->id)));
}

void put_place(struct ct_request *r, json_t *o, const struct place *place)
{
	ct_put_id(o, "id", place->id);
	ct_put_text(o, "slug", place->slug);
	ct_put_text(o, "name", place->name);
	ct_put_text(o, "town", place->town);
	ct_put_text(o, "address", place->address);
	ct_put_text(o, "link_ui", together_url(r, ct_url(r, "/places/%s", place->slug)));
}

struct photo photo_of(const struct ct_result *row)
{
	return (struct photo){ ct_col_text(row, "photo_uid"), ct_col_int(row, "photo_width"), ct_col_int(row, "photo_height") };
}

void put_photo(struct ct_request *r, json_t *o, const struct photo *p, const char *of)
{
	json_t *photo;

	if (!p->uid) {
		ct_put_null(o, "photo");
		return;
	}
	photo = ct_put_object(o, "photo");
	ct_put_text(photo, "uid", p->uid);
	ct_put_text(photo, "href", ct_url(r, "/files/%s", p->uid));
	ct_put_text(photo, "small", ct_url(r, "/files/%s/small", p->uid));
	ct_put_int(photo, "width", p->width);
	ct_put_int(photo, "height", p->height);
	ct_put_text(photo, "alt_ui", talloc_asprintf(r, _("Photo of %s"), of));
}

void put_place_of(struct ct_request *r, json_t *o, const struct room *room)
{
	ct_put_text(o, "slug", room->place_slug);
	ct_put_text(o, "name", room->place_name);
	ct_put_text(o, "link_ui", together_url(r, ct_url(r, "/places/%s", room->place_slug)));
}

const char *people_text(struct ct_request *r, int64_t people)
{
	if (!people)
		return NULL;
	return talloc_asprintf(r, ngettext_("%lld person", "%lld people", people),
			       (long long)people);
}

const char *hour_text(struct ct_request *r, struct ct_day day, struct ct_local at)
{
	int64_t minutes = (at.s - ct_day_local(day).s) / 60;
	char buf[CT_TIME_UI];

	if (minutes == 1440)
		return talloc_strdup(r, ct_clock_ui(buf, 1440, r->lang));
	return talloc_strdup(r, ct_time_ui(buf, at, r->lang));
}

const char *hours_text(struct ct_request *r, struct ct_local start, struct ct_local end)
{
	struct ct_day day = ct_local_day(start);
	const char *dash = strncmp(r->lang, "en", 2) ? NB "– " : "–";

	return talloc_asprintf(r, "%s%s%s", hour_text(r, day, start), dash, hour_text(r, day, end));
}

const char *open_text(struct ct_request *r, const struct span *spans, size_t n, const char *holiday)
{
	char *list = NULL;

	if (!n && holiday)
		return talloc_asprintf(r, _("Closed: %s"), holiday);
	if (!n)
		return _("Closed");
	if (n == 1)
		return talloc_asprintf(r, _("Open from %s to %s"),
				       hour_text(r, ct_local_day(spans[0].start), spans[0].start),
				       hour_text(r, ct_local_day(spans[0].start), spans[0].end));
	for (size_t i = 0; i < n; i++)
		list = talloc_asprintf(r, "%s%s%s", i ? list : "", i ? ", " : "",
				       hours_text(r, spans[i].start, spans[i].end));
	return talloc_asprintf(r, _("Open %s"), list);
}

const char *when_text(struct ct_request *r, const struct ct_zone *zone, struct ct_local start,
		      struct ct_local end)
{
	char buf[CT_TIME_UI];

	return talloc_strdup(r, ct_range_ui(buf, start, end, ct_zone_day(zone, r->now), r->lang));
}

const char *day_short(struct ct_request *r, struct ct_day day)
{
	return talloc_asprintf(r, "%s %d", ct_weekday_short_ui(ct_day_weekday(day), r->lang),
			       ct_day_civil(day).day);
}

const char *day_long(struct ct_request *r, struct ct_day day, struct ct_day today)
{
	char buf[CT_TIME_UI];

	return talloc_strdup(r, ct_day_ui_long(buf, day, today, r->lang));
}

const char *phone_text(struct ct_request *r, const char *phone)
{
	const struct ct_field field = { .name = "phone", .type = CT_PHONE };
	const struct ct_value value = { .set = true, .text = phone };

	return phone ? ct_field_show(r, &field, &value, r->lang) : NULL;
}

const char *phone_link(struct ct_request *r, const char *phone)
{
	return phone ? talloc_asprintf(r, "tel:%s", phone) : NULL;
}

struct ct_utc day_begin(const struct ct_zone *zone, struct ct_day day)
{
	return ct_zone_utc(zone, ct_day_local(day));
}

static void add_part(struct ct_request *r, char **text, const char *part, const char *between)
{
	if (!part || !*part)
		return;
	*text = *text ? talloc_asprintf(r, "%s%s%s", *text, between, part) : talloc_strdup(r, part);
}

const char *address_text(struct ct_request *r, const struct ct_result *row)
{
	const char *country = ct_col_text(row, "country");
	char *text = NULL, *town = NULL;

	add_part(r, &text, ct_col_text(row, "building"), ", ");
	add_part(r, &text, ct_col_text(row, "street"), ", ");
	add_part(r, &text, ct_col_text(row, "hamlet"), ", ");
	add_part(r, &town, ct_col_text(row, "postcode"), " ");
	add_part(r, &town, ct_col_text(row, "town"), " ");
	add_part(r, &text, town, ", ");
	if (text && country && strcmp(country, "FR") != 0)
		add_part(r, &text, country, ", ");
	return text;
}

/* ---- days ---- */

/* In the frame of another site the next day stays in the frame. */
static const char *day_link(struct ct_request *r, const struct day_nav *nav, struct ct_day day, bool list)
{
	char text[CT_TIME_TEXT], *link = talloc_strdup(r, nav->path);
	const char *between = "?";

	if (ct_day_set(day)) {
		link = talloc_asprintf_append(link, "%sdate=%s", between, ct_day_text(text, day));
		between = "&";
	}
	if (list) {
		link = talloc_asprintf_append(link, "%sview=list", between);
		between = "&";
	}
	return ct_embedded(r) ? talloc_asprintf_append(link, "%sembed=1", between) : together_url(r, link);
}

static void put_step(struct ct_request *r, json_t *view, const char *key, const struct day_nav *nav,
		     int days)
{
	struct ct_day day = ct_day_add(nav->date, days);
	json_t *o;

	if (!ct_day_set(day) || (nav->only_ahead && day.n < nav->today.n)) {
		ct_put_null(view, key);
		return;
	}
	o = ct_put_object(view, key);
	ct_put_text(o, "link", day_link(r, nav, day, nav->list));
	ct_put_text(o, "label",
		    nav->step == 1 ? day_short(r, day)
				   : talloc_asprintf(r, _("week %d"), ct_day_iso_week(day, NULL)));
}

void put_day_nav(struct ct_request *r, json_t *view, const struct day_nav *nav)
{
	struct ct_day first = nav->step == 7 ? ct_day_week(nav->date) : nav->date;
	bool now = first.n <= nav->today.n && nav->today.n < first.n + nav->step;
	char text[CT_TIME_TEXT];

	ct_put_text(view, "date_d", ct_day_text(text, nav->date));
	ct_put_text(view, "day_action_ui", nav->path);
	put_step(r, view, "prev_ui", nav, -nav->step);
	put_step(r, view, "next_ui", nav, nav->step);
	ct_put_text(view, "today_link_ui", now ? NULL : day_link(r, nav, CT_NO_DAY, nav->list));
	ct_put_text(view, "view_ui", nav->list ? "list" : "grid");
	ct_put_bool(view, "is_list_ui", nav->list);
	ct_put_json(view, "nav_kept_ui", together_kept(r));
	ct_put_text(view, "grid_link_ui", day_link(r, nav, nav->date, false));
	ct_put_text(view, "list_link_ui", day_link(r, nav, nav->date, true));
}
