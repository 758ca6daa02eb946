/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who changed a row, when, and what: read from its traces (audit). */
#include <string.h>
#include <talloc.h>

#include "record/internal.h"
#include "view/row.h"

const struct ct_query ct_record_history_query = {
	"record history", .max_rows = CT_HISTORY_ROWS,
	.sql = "SELECT a.at_utc, a.action, a.before_json, a.after_json, p.name AS who FROM audit a"
	       " LEFT JOIN party p ON p.id = a.person_id WHERE a.plugin = ? AND a.kind = ? AND a.object_id = ?"
	       " AND a.org_id = ? ORDER BY a.id DESC LIMIT 50",
};

struct change { struct ct_utc at; const char *action, *who; json_t *before, *after; };

static const char *what_done(const char *action)
{
	static const struct { const char *action, *text; } words[] = {
		{ "create", N_("added it") }, { "change", N_("changed it") }, { "delete", N_("deleted it") },
		{ "archive", N_("archived it") }, { "merge", N_("merged it with another") },
		{ "accept", N_("accepted it") },
	};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (!strcmp(words[i].action, action))
			return _(words[i].text);
	return action;
}

/* A traced text as it is shown: parsed again by the field's type, which may have changed since. */
static const char *shown(struct ct_request *r, const struct ct_record_column *c, const json_t *traced,
			 const json_t *labels)
{
	const char *text = json_string_value(traced);
	struct ct_value value;
	struct ct_error e;

	if (c->field->type == CT_SECRET)
		return json_is_true(traced) ? _("(not shown)") : NULL;
	if (!text || !*text)
		return NULL;
	if (c->field->type == CT_FILE)
		return text;
	if (c->field->type == CT_REF) {
		const char *label = json_string_value(json_object_get(labels, text));

		return label ? label : text;
	}
	return ct_field_parse(r, c->field, text, &value, &e) ? text : ct_record_show(r, c, &value, NULL);
}

static void put_changes(struct ct_request *r, const struct ct_record_info *info, const struct change *change,
			json_t *labels, json_t *list)
{
	for (size_t i = 0; i < info->sql->n; i++) {
		const struct ct_record_column *c = &info->sql->columns[i];
		const json_t *before = json_object_get(change->before, c->field->name);
		const json_t *after = json_object_get(change->after, c->field->name);
		const json_t *named = c->field->type == CT_REF ? json_object_get(labels, c->field->ref) : NULL;
		json_t *line;

		if ((!before && !after) || (c->field->see && !ct_may(r, c->field->see, r->org)))
			continue;
		line = ct_add_object(list);
		ct_put_text(line, "label", ct_record_text(info, c->field->label));
		ct_put_text(line, "before", shown(r, c, before, named));
		ct_put_text(line, "after", shown(r, c, after, named));
	}
}

static void put_line(struct ct_request *r, const struct ct_record_info *info, const struct change *change,
		     json_t *labels, json_t *line)
{
	const struct ct_zone *zone;
	char text[CT_TIME_UI];
	struct ct_error e;
	json_t *changes;

	ct_put_text(line, "when", ct_zone_get(CT_DEFAULT_ZONE, &zone, &e) ? NULL
		: ct_local_ui(text, ct_zone_local(zone, change->at), CT_NO_DAY, r->lang));
	ct_put_text(line, "who", change->who ? change->who : _("The system"));
	ct_put_text(line, "what", what_done(change->action));
	changes = ct_put_array(line, "changes");
	if (!strcmp(change->action, "change"))
		put_changes(r, info, change, labels, changes);
}

/* All keys that the traces hold of a reference, so that one query a kind names them. */
static int name_references(struct ct_request *r, const struct ct_record_info *info, const struct change *changes,
			   size_t n, json_t *labels, struct ct_error *e)
{
	int rc = 0;

	for (size_t c = 0; c < info->sql->n && !rc; c++) {
		const struct ct_field *field = info->sql->columns[c].field;
		json_t *keys = ct_own_json(r, json_array()), *named, *all;

		if (field->type != CT_REF)
			continue;
		for (size_t i = 0; i < n; i++) {
			const json_t *both[] = { json_object_get(changes[i].before, field->name),
						 json_object_get(changes[i].after, field->name) };

			for (size_t k = 0; k < 2; k++)
				if (json_string_length(both[k]))
					ct_add_text(keys, json_string_value(both[k]));
		}
		rc = ct_record_labels(r, field->ref, keys, &named, e);
		all = json_object_get(labels, field->ref);
		if (!rc)
			json_object_update(all ? all : ct_put_object(labels, field->ref), named);
	}
	return rc;
}

static json_t *parsed(struct ct_request *r, const struct ct_result *row, const char *column)
{
	const char *text = ct_col_null(row, column) ? NULL : ct_col_text(row, column);
	json_t *json = text ? json_loads(text, 0, NULL) : NULL;

	return json ? ct_own_json(r, json) : NULL;
}

int ct_record_history(struct ct_request *r, const struct ct_record_info *info, int64_t id, struct ct_error *e)
{
	json_t *labels = ct_own_json(r, json_object()), *list = ct_put_array(r->view, "history_ui");
	struct change changes[CT_HISTORY_ROWS];
	struct ct_result *rows;
	size_t n = 0;
	int rc;

	ct_put_bool(r->view, "has_history_ui", false);
	if (!ct_may(r, info->record->edit, r->org))
		return 0;
	rc = ct_query_run(r, &ct_record_history_query, CT_ARGS(CT_STR(info->plugin->name),
		CT_STR(info->record->name), CT_NUM(id), CT_NUM(r->org)), &rows, e);
	if (rc)
		return rc;
	while (ct_next(rows))
		changes[n++] = (struct change){ ct_col_utc(rows, "at_utc"), ct_col_text(rows, "action"),
			ct_col_text(rows, "who"), parsed(r, rows, "before_json"), parsed(r, rows, "after_json") };
	rc = name_references(r, info, changes, n, labels, e);
	for (size_t i = 0; i < n && !rc; i++)
		put_line(r, info, &changes[i], labels, ct_add_object(list));
	ct_put_bool(r->view, "has_history_ui", n > 0);
	return rc;
}
