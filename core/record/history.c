/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who changed a row, when, and what: read from its traces (audit). */
#include <string.h>
#include <talloc.h>

#include "record/internal.h"
#include "record/trace.h"
#include "view/row.h"

const struct ct_query ct_record_history_query = {
	"record history", .max_rows = CT_HISTORY_ROWS,
	.sql = "SELECT a.at_utc, a.action, a.before_json, a.after_json, p.name AS who FROM audit a"
	       " LEFT JOIN party p ON p.id = a.person_id WHERE a.plugin = ? AND a.kind = ? AND a.object_id = ?"
	       " AND a.org_id = ? ORDER BY a.id DESC LIMIT 50",
};

struct change { struct ct_utc at; const char *action, *who; struct ct_change what; };

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

static void put_line(struct ct_request *r, const struct ct_record_info *info, const struct change *change,
		     const json_t *names, json_t *line)
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
		ct_trace_put(r, info->record->fields, info->plugin->domain, &change->what, names, changes);
}

static json_t *parsed(struct ct_request *r, const struct ct_result *row, const char *column)
{
	const char *text = ct_col_null(row, column) ? NULL : ct_col_text(row, column);
	json_t *json = text ? json_loads(text, 0, NULL) : NULL;

	return json ? ct_own_json(r, json) : NULL;
}

/* All that was ever changed of it, for those who may see the organisation's traces. */
static void put_more(struct ct_request *r, const struct ct_record_info *info, int64_t id)
{
	ct_put_text(r->view, "history_more_ui", !ct_may(r, "audit.see", r->org) ? NULL
		: ct_url(r, "/o/%s/audit?kind=%s&object=%lld", r->s->org_slug, info->full, (long long)id));
}

int ct_record_history(struct ct_request *r, const struct ct_record_info *info, int64_t id, struct ct_error *e)
{
	json_t *wanted = ct_own_json(r, json_object()), *names, *list = ct_put_array(r->view, "history_ui");
	struct change changes[CT_HISTORY_ROWS];
	struct ct_result *rows;
	size_t n = 0;
	int rc;

	ct_put_bool(r->view, "has_history_ui", false);
	put_more(r, info, id);
	if (!ct_may(r, info->record->edit, r->org))
		return 0;
	rc = ct_query_run(r, &ct_record_history_query, CT_ARGS(CT_STR(info->plugin->name),
		CT_STR(info->record->name), CT_NUM(id), CT_NUM(r->org)), &rows, e);
	if (rc)
		return rc;
	while (ct_next(rows)) {
		changes[n] = (struct change){ ct_col_utc(rows, "at_utc"), ct_col_text(rows, "action"),
			ct_col_text(rows, "who"), { parsed(r, rows, "before_json"), parsed(r, rows, "after_json") } };
		ct_trace_keys(info->record->fields, &changes[n++].what, wanted);
	}
	rc = ct_trace_names(r, wanted, &names, e);
	for (size_t i = 0; i < n && !rc; i++)
		put_line(r, info, &changes[i], names, ct_add_object(list));
	ct_put_bool(r->view, "has_history_ui", n > 0);
	return rc;
}
