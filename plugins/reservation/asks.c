/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the booking form asks beside the time: what for, and who. */
#include <string.h>
#include <talloc.h>

#include "reservation.h"
#include "views.h"

enum { MAX_CONTROLS = 16 };

static const struct ct_field *field_named(const struct ct_field *f, const char *name)
{
	for (; f->name; f++)
		if (!strcmp(f->name, name))
			return f;
	return NULL;
}

json_t *put_fields_of(struct ct_request *r, const char *key, const struct ct_field *table, const char *const *names,
		      const char *const *required, const char *help, json_t *current)
{
	struct ct_field *fields = talloc_zero_array(r, struct ct_field, MAX_CONTROLS + 1);
	size_t n = 0;

	for (; *names && n < MAX_CONTROLS; names++) {
		const struct ct_field *f = field_named(table, *names);

		if (!f)
			continue;
		fields[n] = *f;
		for (const char *const *one = required; *one; one++)
			fields[n].required |= !strcmp(*one, f->name);
		if (help && !strcmp(f->name, "attendance"))
			fields[n].help = help;
		n++;
	}
	return ct_put_controls(r, r->view, key, fields, current);
}

/* Those of POST /bookings with these names; some need more in this form. */
static json_t *put_fields(struct ct_request *r, const char *key, const char *const *names,
			  const char *const *required, const char *help)
{
	return put_fields_of(r, key, reservation_book_fields, names, required, help, NULL);
}

json_t *control_named(json_t *controls, const char *name)
{
	json_t *control;
	size_t i;

	json_array_foreach(controls, i, control)
		if (!strcmp(json_string_value(json_object_get(control, "name")), name))
			return control;
	return NULL;
}

int put_purposes(struct ct_request *r, json_t *controls, int64_t org, struct ct_error *e)
{
	json_t *control = control_named(controls, "purpose"),
	       *options = json_object_get(control, "options");
	const char *typed = json_string_value(json_object_get(control, "value"));
	struct ct_result *row;
	int rc = ct_query(r, "purposes", CT_ARGS(CT_NUM(org)), &row, e);

	while (!rc && ct_next(row)) {
		const char *value = talloc_asprintf(r, "%lld", (long long)ct_col_int(row, "id"));
		json_t *o = ct_add_object(options);

		ct_put_text(o, "value", value);
		ct_put_text(o, "label", ct_col_text(row, "label"));
		ct_put_text(o, "id", talloc_asprintf(r, "f-purpose-%s", value));
		ct_put_bool(o, "selected", typed && !strcmp(typed, value));
	}
	for (size_t i = 0; !rc && !ct_result_rows(row) && i < json_array_size(controls); i++)
		if (json_array_get(controls, i) == control) {
			json_array_remove(controls, i);
			break;
		}
	return rc;
}

int put_what(struct ct_request *r, const struct room *room, struct ct_error *e)
{
	static const char *const pool[] = { "units", "title", "purpose", "note", NULL };
	static const char *const one[] = { "attendance", "title", "purpose", "note", NULL };
	static const char *const required[] = { "units", "attendance", NULL };
	bool many = room->units > 1 && room->n_leaves == 1;
	const char *help = room->capacity ? talloc_asprintf(r, _("At most %lld here."),
							    (long long)room->capacity)
					  : NULL;
	json_t *controls = put_fields(r, "fields_ui", many ? pool : one, required, help);
	json_t *units = control_named(controls, "units");

	if (units && json_is_null(json_object_get(units, "value")))
		ct_put_text(units, "value", "1");
	return put_purposes(r, controls, room->org, e);
}

void put_who(struct ct_request *r, const struct room *room)
{
	static const char *const names[] = { "name", "email", "phone", NULL };
	static const char *const nobody[] = { NULL };
	static const char *const required[] = { "name", "email", NULL };
	bool manager = r->person && ct_may(r, MAY_MANAGE, room->org);
	bool asked = manager || (!r->person && !*together_tail(r)); /* who adds to her booking has said who she is */
	const char *hint = NULL, *privacy;

	put_fields(r, "person_fields_ui", asked ? names : nobody,
		   r->person ? nobody : required, NULL);
	ct_put_bool(r->view, "has_person_fields_ui", asked);
	if (manager)
		hint = _(
			"For somebody else, such as on the telephone. Leave it empty for yourself.");
	else if (!r->person)
		hint = _("No account is needed: we send you an e-mail with a link that confirms.");
	ct_put_text(r->view, "person_hint_ui", hint);
	if (r->person)
		privacy = talloc_asprintf(r,
					  _("What you write here serves %s for this booking, "
					    "and nothing else."),
					  room->place_name);
	else
		privacy = talloc_asprintf(r,
					  _("Your name, e-mail and telephone serve %s for this "
					    "booking, and nothing else."),
					  room->place_name);
	ct_put_text(r->view, "privacy_ui", privacy);
}
