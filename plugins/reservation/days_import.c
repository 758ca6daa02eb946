/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * School holidays into a calendar of days, in two steps: what the file holds and what would change, and then
 * that. A range is known by the UID of its event, or by its days where somebody typed it; so the same file
 * again changes nothing, and next year's adds to it.
 */
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include <comptoir/file.h>

#include "days_ics.h"
#include "reservation.h"

enum change { AS_IT_IS, NEW, MOVED };

const struct ct_field reservation_import_fields[] = {
	{ "calendar", N_("Calendar"), CT_REF, .required = true, .ref = "reservation.day_calendar",
	  .help = N_("The calendar that gets these days.") },
	{ "file", N_("Calendar file (.ics)"), CT_FILE, .accept = CT_CALENDAR, .max = ICS_BYTES, .readers = "resource.edit",
	  .help = N_("The ministry of education publishes one for each zone: A, B or C.") },
	{ "text", N_("Or paste its text here"), CT_LONG_TEXT, .max = 60000 },
	{ 0 }
};

const struct ct_field reservation_import_days_fields[] = {
	{ "calendar", N_("Calendar"), CT_REF, .required = true, .ref = "reservation.day_calendar" },
	{ "days", N_("Days"), CT_LONG_TEXT, .required = true, .max = 200000 },
	{ 0 }
};

const struct ct_view_field reservation_import_view[] = {
	{ "calendar", "id", "the calendar" }, { "added", "integer", "" }, { "changed", "integer", "" },
	{ "unchanged", "integer", "" }, { "skipped", "integer", "events that are no days" }, { "lines", "array", "" },
	{ "lines.from_d", "date", "" }, { "lines.to_d", "date", "the last day" }, { "lines.label", "text", "" },
	{ "lines.what", "text", "new, changed, same" }, { 0 }
};

/* A range of the calendar as it is. */
struct known { int64_t id; const char *uid; struct ct_day from, to; };

struct import {
	struct ics_days days;
	enum change *what;
	int64_t *id;			/* of the range that a day is already */
	size_t counts[3];
};

static const char *here(struct ct_request *r, bool apply)
{
	return ct_url(r, apply ? "/o/%s/day-calendars/import/days" : "/o/%s/day-calendars/import", ct_path(r, "org"));
}

static void put_crumbs(struct ct_request *r)
{
	json_t *crumb = ct_add_object(ct_put_array(r->view, "breadcrumbs_ui"));

	ct_put_text(crumb, "label", _("Calendars of days"));
	ct_put_text(crumb, "href", ct_url(r, "/o/%s/day-calendars", ct_path(r, "org")));
}

static int put_calendars(struct ct_request *r, json_t *controls, struct ct_error *e)
{
	json_t *control = json_array_get(controls, 0), *options = json_object_get(control, "options");
	const char *typed = json_string_value(json_object_get(control, "value"));
	struct ct_result *row;
	int rc = ct_query(r, "import_calendars", CT_ARGS(CT_NUM(r->org)), &row, e);

	while (!rc && ct_next(row)) {
		const char *value = talloc_asprintf(r, "%lld", (long long)ct_col_int(row, "id"));
		json_t *o = ct_add_object(options);

		ct_put_text(o, "value", value);
		ct_put_text(o, "label", ct_col_text(row, "label"));
		ct_put_text(o, "id", talloc_asprintf(r, "f-calendar-%s", value));
		ct_put_bool(o, "selected", typed && !strcmp(typed, value));
	}
	return rc;
}

int reservation_import_page(struct ct_request *r, struct ct_error *e)
{
	json_t *form = ct_put_object(r->view, "form_ui"), *controls;

	ct_put_text(form, "action", here(r, false));
	ct_put_bool(form, "multipart", true);
	controls = ct_put_controls(r, form, "fields", reservation_import_fields, NULL);
	ct_put_array(form, "hidden");
	ct_put_text(form, "submit", _("See what would happen"));
	ct_put_text(form, "cancel_href", ct_url(r, "/o/%s/day-calendars", ct_path(r, "org")));
	ct_put_text(form, "note", NULL);
	put_crumbs(r);
	ct_put_text(r->view, "heading_ui", _("Import school holidays"));
	ct_template(r, "core/record-form");
	return put_calendars(r, controls, e);
}

static int read_file(struct ct_request *r, int64_t id, char **text_r, struct ct_error *e)
{
	char *text = talloc_strdup(r, "");
	int rc = 0;

	for (int64_t seq = 0; !rc; seq++) {
		const void *bytes;
		size_t len;
		void *mem;

		rc = ct_file_chunk(r, id, seq, &mem, &bytes, &len, e);
		if (rc == CT_MISSING && seq)
			break;
		if (rc)
			return rc;
		text = talloc_strndup_append_buffer(text, bytes, len);
		talloc_free(mem);
		if (len < CT_FILE_CHUNK)
			break;
	}
	*text_r = text;
	return 0;
}

/* By its UID; else a range with the same days, whoever wrote it. */
static void match(struct import *in, size_t i, const struct known *known, size_t n)
{
	const struct ics_day *day = &in->days.day[i];

	in->what[i] = NEW;
	for (size_t k = 0; k < n; k++) {
		bool same_days = known[k].from.n == day->from.n && known[k].to.n == day->to.n;
		bool same_uid = known[k].uid && !strcmp(known[k].uid, day->uid);

		if (!same_uid && !same_days)
			continue;
		in->id[i] = known[k].id;
		in->what[i] = same_days ? AS_IT_IS : MOVED;
		if (same_uid)
			break;
	}
	in->counts[in->what[i]]++;
}

static int match_all(struct ct_request *r, int64_t calendar, struct import *in, struct ct_error *e)
{
	struct ct_result *row;
	struct known *known;
	size_t n = 0;
	int rc = ct_query(r, "import_ranges", CT_ARGS(CT_NUM(calendar)), &row, e);

	if (rc)
		return rc;
	known = talloc_array(r, struct known, ct_result_rows(row) + 1);
	while (ct_next(row))
		known[n++] = (struct known){ ct_col_int(row, "id"), ct_col_text(row, "source_uid"), ct_col_day(row, "from_d"),
					     ct_col_day(row, "to_d") };
	in->what = talloc_zero_array(r, enum change, in->days.n + 1);
	in->id = talloc_zero_array(r, int64_t, in->days.n + 1);
	memset(in->counts, 0, sizeof(in->counts));
	for (size_t i = 0; i < in->days.n; i++)
		match(in, i, known, n);
	return 0;
}

static void put_counts(struct ct_request *r, const struct import *in)
{
	ct_put_id(r->view, "calendar", ct_in_int(r, "calendar"));
	ct_put_int(r->view, "added", (int64_t)in->counts[NEW]);
	ct_put_int(r->view, "changed", (int64_t)in->counts[MOVED]);
	ct_put_int(r->view, "unchanged", (int64_t)in->counts[AS_IT_IS]);
	ct_put_int(r->view, "skipped", (int64_t)in->days.skipped);
}

static void put_lines(struct ct_request *r, const struct import *in)
{
	static const char *const codes[] = { "same", "new", "changed" };
	static const char *const words[] = { N_("as it is"), N_("new"), N_("changes") };
	json_t *list = ct_put_array(r->view, "lines"), *days = json_array();
	char *text;

	for (size_t i = 0; i < in->days.n; i++) {
		const struct ics_day *d = &in->days.day[i];
		char from[CT_TIME_TEXT], to[CT_TIME_TEXT], when[CT_TIME_UI];
		json_t *o = ct_add_object(list);

		ct_put_day(o, "from", d->from, r->lang);
		ct_put_day(o, "to", d->to, r->lang);
		ct_put_text(o, "label", d->label);
		ct_put_text(o, "when_ui", ct_days_ui(when, d->from, d->to, CT_NO_DAY, r->lang));
		ct_put_text(o, "what", codes[in->what[i]]);
		ct_put_text(o, "what_ui", _(words[in->what[i]]));
		o = ct_add_object(days);
		ct_put_text(o, "uid", d->uid);
		ct_put_text(o, "from", ct_day_text(from, d->from));
		ct_put_text(o, "to", ct_day_text(to, d->to));
		ct_put_text(o, "label", d->label);
	}
	text = json_dumps(days, JSON_COMPACT);
	ct_put_text(r->view, "days_ui", text);
	free(text);
	json_decref(days);
}

static const char *counted(struct ct_request *r, const struct import *in)
{
	long long added = (long long)in->counts[NEW], changed = (long long)in->counts[MOVED];

	return talloc_asprintf(r, "%s, %s", talloc_asprintf(r, ngettext_("%lld new range", "%lld new ranges", added), added),
			       talloc_asprintf(r, ngettext_("%lld changed", "%lld changed", changed), changed));
}

/* A calendar that is computed has no days to add to. */
static int check_calendar(struct ct_request *r, struct ct_error *e)
{
	struct ct_result *row;
	int rc = ct_query(r, "calendar_computed", CT_ARGS(CT_NUM(ct_in_int(r, "calendar"))), &row, e);

	if (!rc && ct_next(row))
		return ct_fail_field(e, "calendar", _("The days of this calendar are computed: nothing has to be added."));
	return rc;
}

int reservation_import(struct ct_request *r, struct ct_error *e)
{
	struct import in = { 0 };
	char *text = NULL;
	int rc = check_calendar(r, e);

	if (rc)
		return rc;
	if (ct_in_set(r, "file"))
		rc = read_file(r, ct_in_int(r, "file"), &text, e);
	else if (ct_in_set(r, "text"))
		text = talloc_strdup(r, ct_in_text(r, "text"));
	else
		return ct_fail_field(e, "file", "%s", _("Please choose a file, or paste its text below."));
	if (rc || (rc = ics_days_read(r, text, &in.days, e)) || (rc = match_all(r, ct_in_int(r, "calendar"), &in, e)))
		return rc;
	put_counts(r, &in);
	put_lines(r, &in);
	ct_put_text(r->view, "calendar_id_ui", talloc_asprintf(r, "%lld", (long long)ct_in_int(r, "calendar")));
	ct_put_text(r->view, "summary_ui", in.counts[NEW] + in.counts[MOVED] ? counted(r, &in)
		    : _("Nothing in this file would change anything."));
	ct_put_bool(r->view, "something_ui", in.counts[NEW] + in.counts[MOVED] > 0);
	ct_put_text(r->view, "skipped_ui", in.days.skipped
		    ? talloc_asprintf(r, ngettext_("%zu event is left out: it repeats, or has no days.",
						   "%zu events are left out: they repeat, or have no days.", in.days.skipped),
				      in.days.skipped) : NULL);
	ct_put_text(r->view, "action_ui", here(r, true));
	ct_put_text(r->view, "back_ui", here(r, false));
	put_crumbs(r);
	ct_put_text(r->view, "heading_ui", _("What would happen"));
	return 0;
}

/* ---- and then that ---- */

static int bad_days(struct ct_error *e)
{
	return ct_fail_field(e, "days", "%s", _("These days cannot be read. Please begin again with the file."));
}

/* What the preview sent along, checked like everything that comes from outside. */
static int read_days(struct ct_request *r, struct ics_days *days, struct ct_error *e)
{
	json_t *list = json_loads(ct_in_text(r, "days"), 0, NULL), *item;
	size_t i;
	int rc = 0;

	if (!json_is_array(list) || json_array_size(list) > ICS_EVENTS) {
		json_decref(list);
		return bad_days(e);
	}
	days->day = talloc_array(r, struct ics_day, json_array_size(list) + 1);
	json_array_foreach(list, i, item) {
		const char *uid = json_string_value(json_object_get(item, "uid"));
		const char *from = json_string_value(json_object_get(item, "from"));
		const char *to = json_string_value(json_object_get(item, "to"));
		const char *label = json_string_value(json_object_get(item, "label"));
		struct ics_day *d = &days->day[i];

		*d = (struct ics_day){ .uid = uid ? talloc_strdup(r, uid) : NULL,
				       .label = label ? talloc_strdup(r, label) : NULL };
		if (!uid || !*uid || strlen(uid) > ICS_UID ||
		    (label && strlen(label) > 4 * ICS_LABEL) || !from || !to ||
		    ct_day_parse(from, &d->from, e) || ct_day_parse(to, &d->to, e) || d->to.n < d->from.n ||
		    d->to.n - d->from.n > 366)
			rc = bad_days(e);
	}
	days->n = i;
	json_decref(list);
	return rc;
}

static int store_day(struct ct_request *r, int64_t calendar, const struct import *in, size_t i, struct ct_error *e)
{
	const struct ics_day *d = &in->days.day[i];
	char from[CT_TIME_TEXT], to[CT_TIME_TEXT];
	int64_t id = in->id[i];
	int rc;

	if (in->what[i] == AS_IT_IS)
		return 0;
	if (in->what[i] == MOVED)
		rc = ct_exec(r, "import_change", CT_ARGS(CT_DAY(d->from), CT_DAY(d->to), CT_STR(d->label), CT_NUM(id)), e);
	else
		rc = ct_insert(r, "import_add", CT_ARGS(CT_NUM(r->org), CT_NUM(calendar), CT_DAY(d->from), CT_DAY(d->to),
							CT_STR(d->label), CT_STR(d->uid)), &id, e);
	return rc ? rc : ct_audit(r, "day_range", id, in->what[i] == NEW ? "create" : "change", NULL,
				  json_pack("{s:s,s:s}", "from", ct_day_text(from, d->from), "to", ct_day_text(to, d->to)), e);
}

static int store(struct ct_request *r, void *arg, struct ct_error *e)
{
	struct import *in = arg;
	int64_t calendar = ct_in_int(r, "calendar");
	int rc = ct_exec(r, "import_guard", CT_ARGS(CT_NUM(calendar)), e);

	if (!rc)
		rc = match_all(r, calendar, in, e);
	for (size_t i = 0; i < in->days.n && !rc; i++)
		rc = store_day(r, calendar, in, i, e);
	return rc;
}

int reservation_import_days(struct ct_request *r, struct ct_error *e)
{
	struct import in = { 0 };
	int rc = check_calendar(r, e);

	if (rc || (rc = read_days(r, &in.days, e)) || (rc = ct_transaction(r, store, &in, e)))
		return rc;
	put_counts(r, &in);
	ct_put_array(r->view, "lines");
	ct_notice(r, _("Imported: %s."), counted(r, &in));
	ct_redirect(r, 200, ct_url(r, "/o/%s/day-calendars/%lld", ct_path(r, "org"), (long long)ct_in_int(r, "calendar")));
	return 0;
}
