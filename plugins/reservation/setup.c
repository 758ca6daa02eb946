/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "setup.h"

#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include "closure.h"
#include "reservation.h"

enum { ROWS = 4, WEEK = 31, SATURDAY = 32, SUNDAY = 64 };

static const struct ct_choice holidays[] = {
	{ "none", N_("open all the same") }, { "fr", N_("closed") }, { "fr_alsace", N_("closed, those of Alsace and Moselle too") },
	{ "fr_reunion", N_("closed, 20 December too (La Réunion)") }, { 0 }
};

const struct ct_field setup_hours_fields[] = {
	{ "week_from", N_("Opens"), CT_TIME }, { "week_to", N_("Closes"), CT_TIME },
	{ "saturday_from", N_("Opens"), CT_TIME }, { "saturday_to", N_("Closes"), CT_TIME },
	{ "sunday_from", N_("Opens"), CT_TIME }, { "sunday_to", N_("Closes"), CT_TIME },
	{ "holidays", N_("On public holidays"), CT_CHOICE, .required = true, .choices = holidays },
	{ 0 }
};

static const struct ct_choice kinds[] = {
	{ "room", N_("room") }, { "desk", N_("desks") }, { "workshop", N_("workshop") }, { "machine", N_("machine") },
	{ "item", N_("thing to lend") }, { 0 }
};

#define ROW(n) { "name_" n, N_("Name"), CT_TEXT, .max = 80 }, \
	{ "kind_" n, N_("Kind"), CT_CHOICE, .choices = kinds, .required = true, .initial = "room" }, \
	{ "seats_" n, N_("For how many"), CT_INT, .min = 1, .max = 500 }

const struct ct_field setup_rooms_fields[] = {
	ROW("1"), ROW("2"), ROW("3"), ROW("4"), { 0 }
};

const struct ct_view_field setup_view[] = { { "place", "id", "whose hours these are" }, { 0 } };

const struct ct_view_field setup_rooms_view[] = {
	{ "place", "id", "where they are" }, { "resources", "array", "what was made" }, { "resources.id", "id", "" },
	{ "resources.name", "text", "" }, { 0 }
};

static const struct {
	const char *from, *to, *label;
	int64_t mask;
} days[] = {
	{ "week_from", "week_to", N_("Monday to Friday"), WEEK }, { "saturday_from", "saturday_to", N_("Saturday"), SATURDAY },
	{ "sunday_from", "sunday_to", N_("Sunday"), SUNDAY },
};

static const struct { const char *label; int from, to; } windows[] = {
	{ N_("morning"), 9 * 60, 13 * 60 }, { N_("afternoon"), 14 * 60, 18 * 60 }, { N_("evening"), 18 * 60, 22 * 60 },
};

/* The words of a kind that is not there yet. */
static const struct { const char *code, *one, *many, *verb, *unit; } words[] = {
	{ "room", N_("room"), N_("rooms"), N_("Book the room"), NULL },
	{ "desk", N_("desk"), N_("desks"), N_("Book a desk"), N_("desks") },
	{ "workshop", N_("workshop"), N_("workshops"), N_("Book the workshop"), NULL },
	{ "machine", N_("machine"), N_("machines"), N_("Book the machine"), NULL },
	{ "item", N_("thing to lend"), N_("things to lend"), N_("Borrow"), NULL },
};

/* The control of this field, or NULL; borrowed. */
static json_t *control(json_t *controls, const char *name)
{
	json_t *one;
	size_t i;

	json_array_foreach(controls, i, one)
		if (!strcmp(json_string_value(json_object_get(one, "name")), name))
			return one;
	return NULL;
}

static void put_control(json_t *object, const char *key, json_t *controls, const char *name)
{
	ct_put_json(object, key, json_incref(control(controls, name)));
}

static void put_step(struct ct_request *r, int step, const struct ct_result *place)
{
	ct_put_text(r->view, "step_ui", talloc_asprintf(r, _("Step %d of 3"), step));
	ct_put_text(r->view, "place_ui", ct_col_text(place, "name"));
	ct_put_id(r->view, "place", r->subject);
	ct_put_text(r->view, "action_ui", ct_url(r, step == 1 ? "/places/%s/setup" : "/places/%s/setup/rooms",
						 ct_path(r, "slug")));
}

/* ---- first: when it is open ---- */

static const char *usual_holidays(const char *postcode)
{
	static const char *const alsace[] = { "57", "67", "68" };

	for (size_t i = 0; postcode && i < 3; i++)
		if (!strncmp(postcode, alsace[i], 2))
			return "fr_alsace";
	return postcode && !strncmp(postcode, "974", 3) ? "fr_reunion" : "fr";
}

int setup_hours_page(struct ct_request *r, struct ct_error *e)
{
	struct ct_result *place;
	json_t *usual, *controls, *hidden, *list;
	int rc = ct_one(r, "setup_place", CT_ARGS(CT_NUM(r->subject)), &place, e);

	if (rc)
		return rc;
	put_step(r, 1, place);
	usual = json_pack("{s:s,s:s,s:s,s:s,s:s}", "week_from", "09:00", "week_to", "22:00", "saturday_from", "09:00",
			  "saturday_to", "18:00", "holidays", usual_holidays(ct_col_text(place, "postcode")));
	hidden = json_object();
	controls = ct_put_controls(r, hidden, "all", setup_hours_fields, usual);
	list = ct_put_array(r->view, "days_ui");
	for (size_t i = 0; i < sizeof(days) / sizeof(days[0]); i++) {
		json_t *o = ct_add_object(list);

		ct_put_text(o, "label", _(days[i].label));
		put_control(o, "from_ui", controls, days[i].from);
		put_control(o, "to_ui", controls, days[i].to);
	}
	put_control(r->view, "holidays_ui", controls, "holidays");
	json_decref(hidden);
	json_decref(usual);
	ct_put_text(r->view, "there_ui", ct_col_int(place, "openings")
		    ? _("This place has its hours already; change them under “Opening hours”.") : NULL);
	ct_put_text(r->view, "next_link_ui", ct_url(r, "/places/%s/setup/rooms", ct_path(r, "slug")));
	return 0;
}

static int check_hours(struct ct_request *r, struct ct_error *e)
{
	bool any = false;

	for (size_t i = 0; i < sizeof(days) / sizeof(days[0]); i++) {
		bool from = ct_in_set(r, days[i].from), to = ct_in_set(r, days[i].to);

		any |= from && to;
		if (from != to)
			ct_in_error(r, from ? days[i].to : days[i].from, "%s", _("Give both hours, or leave both empty: closed."));
		else if (from && ct_in_int(r, days[i].to) <= ct_in_int(r, days[i].from))
			ct_in_error(r, days[i].to, "%s", _("The end has to come after the start."));
	}
	if (!any)
		ct_in_error(r, "week_from", "%s", _("Please say when it is open: on one day at least."));
	return ct_in_fail(r, e);
}

/* Stores a row and leaves its trace. */
static int add(struct ct_request *r, const char *query, struct ct_args args, const char *kind, json_t *after,
	       int64_t *id_r, struct ct_error *e)
{
	int rc = ct_insert(r, query, args, id_r, e);

	if (!rc)
		return ct_audit(r, kind, *id_r, "create", NULL, after, e);
	json_decref(after);
	return rc;
}

/* The organisation's calendar of these holidays, made where it has none. 0: they are days like others. */
static int calendar(struct ct_request *r, const char *code, int64_t *id_r, struct ct_error *e)
{
	struct ct_result *row;
	int rc;

	*id_r = 0;
	if (!strcmp(code, "none"))
		return 0;
	if ((rc = ct_query(r, "setup_calendar", CT_ARGS(CT_NUM(r->org), CT_STR(code)), &row, e)))
		return rc;
	if (ct_next(row)) {
		*id_r = ct_col_int(row, "id");
		return 0;
	}
	return add(r, "setup_calendar_add", CT_ARGS(CT_NUM(r->org), CT_STR(_("public holidays")), CT_STR(code)), "day_calendar",
		   json_pack("{s:s,s:s}", "label", _("public holidays"), "computed", code), id_r, e);
}

static int add_windows(struct ct_request *r, int64_t place, struct ct_error *e)
{
	int64_t id;
	int rc = 0;

	for (size_t i = 0; i < sizeof(windows) / sizeof(windows[0]) && !rc; i++)
		rc = add(r, "setup_window", CT_ARGS(CT_NUM(r->org), CT_NUM(place), CT_STR(_(windows[i].label)),
			 CT_NUM(windows[i].from), CT_NUM(windows[i].to)), "window",
			 json_pack("{s:s}", "label", _(windows[i].label)), &id, e);
	return rc;
}

static int store_hours(struct ct_request *r, void *arg, struct ct_error *e)
{
	int64_t place = r->subject, closed_in = 0, id;
	struct ct_result *row;
	int rc = ct_exec(r, "setup_guard", CT_ARGS(CT_NUM(place)), e);

	(void)arg;
	if (rc || (rc = ct_one(r, "setup_place", CT_ARGS(CT_NUM(place)), &row, e)))
		return rc;
	if (ct_col_int(row, "openings"))
		return ct_fail(e, CT_CONFLICT, "%s", _("This place has its hours already; change them under “Opening hours”."));
	rc = calendar(r, ct_in_text(r, "holidays"), &closed_in, e);
	for (size_t i = 0; i < sizeof(days) / sizeof(days[0]) && !rc; i++)
		if (ct_in_set(r, days[i].from))
			rc = add(r, "setup_opening", CT_ARGS(CT_NUM(r->org), CT_NUM(place), CT_NUM(days[i].mask),
				 CT_NUM(ct_in_int(r, days[i].from)), CT_NUM(ct_in_int(r, days[i].to)),
				 CT_ID(closed_in)),
				 "opening", json_pack("{s:I,s:I}", "opens", (json_int_t)ct_in_int(r, days[i].from), "closes",
						      (json_int_t)ct_in_int(r, days[i].to)), &id, e);
	if (!rc && !ct_col_int(row, "windows"))
		rc = add_windows(r, place, e);
	return rc;
}

int setup_hours(struct ct_request *r, struct ct_error *e)
{
	int rc = check_hours(r, e);

	if (rc || (rc = ct_transaction(r, store_hours, NULL, e)))
		return rc;
	ct_put_id(r->view, "place", r->subject);
	ct_redirect(r, 201, ct_url(r, "/places/%s/setup/rooms", ct_path(r, "slug")));
	return 0;
}

/* ---- second: what can be booked ---- */

static const char *field(char buf[24], const char *name, int row)
{
	snprintf(buf, 24, "%s_%d", name, row);
	return buf;
}

int setup_rooms_page(struct ct_request *r, struct ct_error *e)
{
	json_t *controls, *hidden, *list;
	struct ct_result *place;
	int rc = ct_one(r, "setup_place", CT_ARGS(CT_NUM(r->subject)), &place, e);

	if (rc)
		return rc;
	put_step(r, 2, place);
	ct_put_array(r->view, "resources");
	hidden = json_object();
	controls = ct_put_controls(r, hidden, "all", setup_rooms_fields, NULL);
	list = ct_put_array(r->view, "rows_ui");
	for (int i = 1; i <= ROWS; i++) {
		json_t *o = ct_add_object(list);
		char buf[24];

		ct_put_text(o, "label", talloc_asprintf(r, _("Room or equipment %d"), i));
		put_control(o, "name_ui", controls, field(buf, "name", i));
		put_control(o, "kind_ui", controls, field(buf, "kind", i));
		put_control(o, "seats_ui", controls, field(buf, "seats", i));
	}
	json_decref(hidden);
	return 0;
}

static int kind_of(struct ct_request *r, const char *code, int64_t *id_r, struct ct_error *e)
{
	struct ct_result *row;
	size_t i = 0;
	int rc;

	while (strcmp(words[i].code, code) != 0)
		i++;
	if ((rc = ct_query(r, "setup_kind", CT_ARGS(CT_NUM(r->org), CT_STR(_(words[i].one))), &row, e)))
		return rc;
	if (ct_next(row)) {
		*id_r = ct_col_int(row, "id");
		return 0;
	}
	return add(r, "setup_kind_add", CT_ARGS(CT_NUM(r->org), CT_STR(_(words[i].one)), CT_STR(_(words[i].many)),
		   CT_STR(_(words[i].verb)), CT_STR(words[i].unit ? _(words[i].unit) : NULL)), "kind",
		   json_pack("{s:s}", "label_one", _(words[i].one)), id_r, e);
}

/* Of desks the number is how many there are, of the rest how many people they are for. */
static int add_room(struct ct_request *r, int row, json_t *made, struct ct_error *e)
{
	char buf[24];
	const char *name = ct_in_text(r, field(buf, "name", row)), *code = ct_in_text(r, field(buf, "kind", row));
	int64_t seats = ct_in_int(r, field(buf, "seats", row)), kind, id;
	bool desks = !strcmp(code, "desk");
	json_t *o;
	int rc = kind_of(r, code, &kind, e);

	if (rc || (rc = add(r, "setup_room", CT_ARGS(CT_NUM(r->org), CT_NUM(r->subject), CT_NUM(kind), CT_STR(name),
			    CT_NUM(desks && seats ? seats : 1), CT_ID(desks ? 0 : seats), CT_NUM(row)), "resource",
			    json_pack("{s:s}", "name", name), &id, e)))
		return rc;
	o = ct_add_object(made);
	ct_put_id(o, "id", id);
	ct_put_text(o, "name", name);
	return closures_fill_room(r, id, e);
}

static int store_rooms(struct ct_request *r, void *arg, struct ct_error *e)
{
	json_t *made = ct_put_array(r->view, "resources");
	int rc = ct_exec(r, "setup_guard", CT_ARGS(CT_NUM(r->subject)), e);
	char buf[24];

	(void)arg;
	for (int i = 1; i <= ROWS && !rc; i++)
		if (ct_in_set(r, field(buf, "name", i)))
			rc = add_room(r, i, made, e);
	return rc;
}

int setup_rooms(struct ct_request *r, struct ct_error *e)
{
	bool any = false;
	char buf[24];
	int rc;

	for (int i = 1; i <= ROWS; i++)
		any |= ct_in_set(r, field(buf, "name", i));
	if (!any)
		ct_in_error(r, "name_1", "%s", _("Please name at least one room: “Blue room”."));
	if ((rc = ct_in_fail(r, e)) || (rc = ct_transaction(r, store_rooms, NULL, e)))
		return rc;
	ct_put_id(r->view, "place", r->subject);
	ct_redirect(r, 201, ct_url(r, "/o/%lld/price-list?place=%lld&rooms=1", (long long)r->org, (long long)r->subject));
	return 0;
}

/* ---- where it begins ---- */

int setup_panel(struct ct_request *r, struct ct_error *e)
{
	struct ct_result *row;
	json_t *panel = NULL;
	int rc;

	if (!ct_may(r, "resource.edit", r->org))
		return 0;
	rc = ct_query(r, "setup_waiting", CT_ARGS(CT_NUM(r->org)), &row, e);
	while (!rc && ct_next(row)) {
		bool hours = ct_col_int(row, "openings") != 0;

		if (!panel)
			panel = ct_panel(r, _("Nobody can book here yet"), NULL);
		ct_panel_row(panel, ct_col_text(row, "name"), hours ? _("What can be booked, and what does it cost?")
			     : _("Three screens: hours, rooms, prices"), ct_url(r, hours ? "/places/%s/setup/rooms" : "/places/%s/setup",
							       ct_col_text(row, "slug")));
	}
	return rc;
}
