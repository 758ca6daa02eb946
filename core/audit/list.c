/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pages of traces, newest first, and the same as CSV. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include <comptoir/buf.h>
#include <comptoir/text.h>

#include "audit/audit.h"
#include "record/trace.h"
#include "route/state.h"
#include "view/csv.h"
#include "view/row.h"

enum { HOUR = 3600 };

const struct ct_view_field ct_audit_view[] = {
	{ "entries", "array", N_("Newest first") },
	{ "entries.id", "id", NULL },
	{ "entries.at", "time", NULL },
	{ "entries.at_local", "text", NULL },
	{ "entries.who", "text", N_("A person, or who stands for none") },
	{ "entries.person", "id", NULL },
	{ "entries.via", "text", N_("page, program, job or command; null: not known") },
	{ "entries.program", "text", N_("What the token that was used is called") },
	{ "entries.action", "text", NULL },
	{ "entries.kind", "text", NULL },
	{ "entries.object", "id", NULL },
	{ "entries.name", "text", N_("What it is called now, or was") },
	{ "entries.changes", "array", N_("label, before and after of each field") },
	{ "next", "id", N_("Cursor of the next page, or null") },
	{ 0 }
};

struct look {
	const char *plugin, *kind, *full, *action, *pattern;
	int64_t person, object, below, from;
	struct ct_utc first, last;	/* CT_NO_UTC: open */
	size_t limit;
	int64_t next;			/* 0: there are no more */
};

struct entry { int64_t id, object; const char *full; struct ct_change what; };

/* The text as a JSON string holds it, without its quotation marks. */
static const char *pattern(struct ct_request *r, const char *q)
{
	const char *like;
	char *text;

	if (!q)
		return NULL;
	text = json_dumps(ct_own_json(r, json_string(q)), JSON_ENCODE_ANY);
	like = ct_like_pattern(r, text + 1, strlen(text) - 2, true);
	free(text);
	return like;
}

/* "reservation.booking" is kind booking of plugin reservation; a word alone is of the core's modules. */
static void split_kind(struct ct_request *r, struct look *k)
{
	const char *dot = k->full ? strchr(k->full, '.') : NULL;
	const struct ct_registry *g = r->s->core->registry;
	const struct ct_kind_entry *entry = k->full ? ct_registry_kind(g, k->full) : NULL;

	if (!k->full)
		return;
	k->kind = dot ? dot + 1 : k->full;
	k->plugin = dot ? talloc_strndup(r, k->full, (size_t)(dot - k->full)) : entry ? entry->module->plugin->name
		: !strcmp(k->full, "role") ? "people" : "account";
}

static struct ct_utc midnight(struct ct_day day)
{
	const struct ct_zone *zone;
	struct ct_error e;

	if (!ct_day_set(day) || ct_zone_get(CT_DEFAULT_ZONE, &zone, &e))
		return CT_NO_UTC;
	return ct_zone_utc(zone, ct_day_local(day));
}

static int read_period(struct ct_request *r, struct look *k, struct ct_error *e)
{
	struct ct_day to = ct_in_day(r, "to");
	struct ct_result *row;
	int rc;

	k->first = midnight(ct_in_day(r, "from"));
	k->last = ct_day_set(to) ? midnight(ct_day_add(to, 1)) : CT_NO_UTC;
	if (!ct_utc_set(k->first) && !ct_utc_set(k->last))
		return 0;
	rc = ct_one(r, "period", CT_ARGS(
		CT_UTC(ct_utc_set(k->first) ? ((struct ct_utc){ k->first.s - HOUR }) : CT_NO_UTC),
		CT_UTC(ct_utc_set(k->last) ? ((struct ct_utc){ k->last.s + HOUR }) : CT_NO_UTC)), &row, e);
	if (rc)
		return rc;
	if (ct_utc_set(k->first))
		k->from = ct_col_null(row, "low") ? INT64_MAX : ct_col_int(row, "low");
	if (!ct_col_null(row, "high") && ct_col_int(row, "high") < k->below)
		k->below = ct_col_int(row, "high");
	return 0;
}

static int read_look(struct ct_request *r, struct look *k, struct ct_error *e)
{
	*k = (struct look){ .full = ct_in_text(r, "kind"), .action = ct_in_text(r, "action"),
			    .pattern = pattern(r, ct_in_text(r, "q")), .person = ct_in_int(r, "person"),
			    .object = ct_in_int(r, "object"), .below = INT64_MAX,
			    .limit = ct_in_set(r, "limit") ? (size_t)ct_in_int(r, "limit") : CT_AUDIT_ROWS };
	if (ct_in_set(r, "after"))
		k->below = ct_in_int(r, "after");
	split_kind(r, k);
	/* what is not shown is not to be guessed either, and here nearly nothing is */
	if (!r->org && k->pattern)
		return ct_fail_field(e, "q", "%s", _("Here no text is looked for: the changes of people are not shown."));
	return read_period(r, k, e);
}

/* Does it look through entries, rather than take the newest of an index? */
static bool searches(const struct look *k)
{
	return k->person || k->kind || k->action || k->pattern || ct_utc_set(k->first) || ct_utc_set(k->last);
}

#define FILTERED CT_ID(k->person), CT_ID(k->person), CT_STR(k->kind), CT_STR(k->plugin), CT_STR(k->kind), \
	CT_STR(k->action), CT_STR(k->action), CT_UTC(k->first), CT_UTC(k->first), CT_UTC(k->last), \
	CT_UTC(k->last), CT_STR(k->pattern), CT_STR(k->pattern), CT_NUM(k->limit + 1)
#define RANGED CT_NUM(k->below), CT_NUM(k->from)

static int fetch(struct ct_request *r, const struct look *k, struct ct_result **rows_r, struct ct_error *e)
{
	if (k->object && k->kind)
		return ct_query(r, "entries_of_object", CT_ARGS(CT_STR(k->plugin), CT_STR(k->kind), CT_NUM(k->object),
			CT_ID(r->org), RANGED, FILTERED), rows_r, e);
	if (k->person)
		return ct_query(r, "entries_of_person", CT_ARGS(CT_NUM(k->person), CT_ID(r->org), RANGED, FILTERED),
				rows_r, e);
	return ct_query(r, "entries", CT_ARGS(CT_ID(r->org), RANGED,
		CT_NUM(searches(k) ? CT_AUDIT_WINDOW : k->limit + 1), FILTERED), rows_r, e);
}

/* A search that found less than a page may have looked at as many as it does at once: there it goes on. */
static int find_next(struct ct_request *r, struct look *k, bool more, int64_t last, struct ct_error *e)
{
	struct ct_result *row;
	int rc;

	k->next = more ? last : 0;
	if (more || !searches(k) || k->person || (k->object && k->kind))
		return 0;
	rc = ct_query(r, "window", CT_ARGS(CT_ID(r->org), RANGED, CT_NUM(CT_AUDIT_WINDOW - 1)), &row, e);
	if (!rc && ct_next(row))
		k->next = ct_col_int(row, "id");
	return rc;
}

static const char *full_kind(struct ct_request *r, const struct ct_result *row)
{
	const struct ct_module *m = ct_registry_named(r->s->core->registry, ct_col_text(row, "plugin"));

	return !m || !m->builtin ? talloc_asprintf(r, "%s.%s", ct_col_text(row, "plugin"), ct_col_text(row, "kind"))
				 : ct_col_text(row, "kind");
}

static json_t *parsed(const struct ct_result *row, const char *column)
{
	return ct_col_null(row, column) ? NULL : json_loads(ct_col_text(row, column), 0, NULL);
}

static const char *who(const struct ct_result *row)
{
	const char *via = ct_col_text(row, "via"), *name = ct_col_text(row, "who");

	if (name)
		return name;
	if (via && !strcmp(via, "page"))
		return _("A visitor");
	return via && !strcmp(via, "command") ? _("Command line") : _("The system");
}

static const struct ct_zone *zone_here(void)
{
	const struct ct_zone *zone;
	struct ct_error e;

	if (ct_zone_get(CT_DEFAULT_ZONE, &zone, &e))
		abort();
	return zone;
}

/* The name that it has, else one of those that it had. */
static const char *name_of(const struct entry *entry, const json_t *names)
{
	static const char *const keys[] = { "name", "title", "label", "label_one", "code" };
	char key[24];
	const char *name;

	snprintf(key, sizeof(key), "%lld", (long long)entry->object);
	name = json_string_value(json_object_get(json_object_get(names, entry->full), key));
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]) && (!name || !*name); i++) {
		name = json_string_value(json_object_get(entry->what.after, keys[i]));
		if (!name)
			name = json_string_value(json_object_get(entry->what.before, keys[i]));
	}
	return name && *name ? name : NULL;
}

/*
 * Names of what was changed, and of what the changes refer to: one query a kind. Whoever looks after the
 * installation learns none but organisations'.
 */
static int name_all(struct ct_request *r, const struct entry *entries, size_t n, json_t **names_r, struct ct_error *e)
{
	json_t *wanted = ct_own_json(r, json_object());

	for (size_t i = 0; i < n; i++) {
		const char *domain;
		json_t *keys = json_object_get(wanted, entries[i].full);

		if (!r->org && strcmp(entries[i].full, "organisation") != 0)
			continue;
		ct_add_int(keys ? keys : ct_put_array(wanted, entries[i].full), entries[i].object);
		if (r->org)
			ct_trace_keys(ct_audit_traced(r, entries[i].full, &domain), &entries[i].what, wanted);
	}
	return ct_trace_names(r, wanted, names_r, e);
}

/* What the first pass read of a row, in words. False: a search may have found it by what may not be seen. */
static bool put_entry(struct ct_request *r, const struct look *k, const struct entry *entry, const json_t *names,
		      json_t *o)
{
	const char *domain;
	const struct ct_field *fields = ct_audit_traced(r, entry->full, &domain);
	const char *name = name_of(entry, names), *action = json_string_value(json_object_get(o, "action"));
	size_t hidden;

	ct_put_text(o, "name", name);
	hidden = ct_trace_put(r, fields, domain, &entry->what, names, ct_put_array(o, "changes"));
	ct_put_text(o, "kind_ui", ct_audit_kind(r, entry->full));
	ct_put_text(o, "name_ui", name ? name : talloc_asprintf(r, _("no. %lld"), (long long)entry->object));
	ct_put_text(o, "action_ui", ct_audit_action(action));
	ct_put_bool(o, "created_ui", !strcmp(action, "create"));
	ct_put_text(o, "href_ui", strcmp(action, "delete") ? ct_audit_href(r, entry->full, entry->object) : NULL);
	return !k->pattern || (!hidden && fields);
}

static void read_row(struct ct_request *r, const struct ct_result *row, struct entry *entry, json_t *o)
{
	*entry = (struct entry){ ct_col_int(row, "id"), ct_col_int(row, "object_id"), full_kind(r, row),
				 { parsed(row, "before_json"), parsed(row, "after_json") } };
	ct_put_id(o, "id", entry->id);
	ct_put_instant(o, "at", ct_col_utc(row, "at_utc"), zone_here(), r->lang);
	ct_put_text(o, "who", who(row));
	ct_put_id(o, "person", ct_col_int(row, "person_id"));
	ct_put_text(o, "via", ct_col_text(row, "via"));
	ct_put_text(o, "program", ct_col_text(row, "token"));
	ct_put_text(o, "action", ct_col_text(row, "action"));
	ct_put_text(o, "kind", entry->full);
	ct_put_id(o, "object", entry->object);
}

/* In words, but those that a search may not have found. */
static int put_entries(struct ct_request *r, struct look *k, const struct entry *entries, size_t n, json_t *list,
		       struct ct_error *e)
{
	json_t *names;
	int rc = name_all(r, entries, n, &names, e);

	for (size_t i = n; !rc && i-- > 0;)
		if (!put_entry(r, k, &entries[i], names, json_array_get(list, i)))
			json_array_remove(list, i);
	return rc;
}

/* A page of entries into `list`, which is empty; k->next says where the next begins. Nothing else of it is kept. */
static int read_page(struct ct_request *r, struct look *k, json_t *list, struct ct_error *e)
{
	struct entry *entries;
	struct ct_result *rows;
	size_t n = 0;
	bool more = false;
	int rc = fetch(r, k, &rows, e);

	if (rc)
		return rc;
	entries = talloc_array(rows, struct entry, k->limit);
	while (ct_next(rows)) {
		more = n == k->limit;
		if (!more)
			read_row(r, rows, &entries[n++], ct_add_object(list));
	}
	rc = find_next(r, k, more, n ? entries[n - 1].id : 0, e);
	if (!rc)
		rc = put_entries(r, k, entries, n, list, e);
	for (size_t i = 0; i < n; i++) {
		json_decref(entries[i].what.before);
		json_decref(entries[i].what.after);
	}
	ct_result_free(rows);
	return rc;
}

static const char *base(struct ct_request *r)
{
	return r->org ? ct_url(r, "/o/%s/audit", r->s->org_slug) : "/admin/audit";
}

/* The address with what is looked for, less one member; `key` and `value` are added where they are not NULL. */
static const char *here(struct ct_request *r, const char *path, const char *less, const char *key, const char *value)
{
	struct ct_buf *b = ct_buf_new(r, 4096);
	const char *mark = "?";

	ct_buf_text(b, path);
	for (const struct ct_field *f = ct_audit_fields; f->name; f++) {
		const char *typed = ct_in_typed(r, f->name);

		if (key && !strcmp(f->name, key))
			typed = value;
		if (!typed || !*typed || !strcmp(f->name, less) || (!strcmp(f->name, "after") && !key))
			continue;
		ct_buf_printf(b, "%s%s=", mark, f->name);
		ct_url_arg(b, typed);
		mark = "&";
	}
	return ct_buf_data(b);
}

static int put_page(struct ct_request *r, const struct look *k, json_t *list, struct ct_error *e)
{
	size_t n = json_array_size(list);
	json_t *entry;
	size_t i;

	json_array_foreach(list, i, entry) {
		const char *person = json_string_value(json_object_get(entry, "person"));

		ct_put_text(entry, "person_ui", person && !k->person ? here(r, base(r), "after", "person", person) : NULL);
	}
	ct_put_text(r->view, "action_ui", base(r));
	ct_put_text(r->view, "object_ui", k->object && k->kind ? ct_in_typed(r, "object") : NULL);
	ct_put_text(r->view, "all_ui", searches(k) ? base(r) : NULL);
	ct_put_text(r->view, "csv_ui", n ? here(r, talloc_asprintf(r, "%s.csv", base(r)), "limit", NULL, NULL) : NULL);
	ct_put_text(r->view, "next_ui", !k->next ? NULL
		: here(r, base(r), "", "after", talloc_asprintf(r, "%lld", (long long)k->next)));
	ct_put_text(r->view, "empty_ui", n ? NULL : k->next ? _("Nothing among the newest that were looked through. Look further back:")
		: searches(k) ? _("No change matches this.") : _("Nothing was changed yet. Each change will stand here, with who made it."));
	return ct_audit_put_form(r, e);
}

static char *in_one_line(struct ct_request *r, const json_t *changes)
{
	char *text = talloc_strdup(r, "");
	const json_t *line;
	size_t i;

	json_array_foreach(changes, i, line) {
		const char *before = json_string_value(json_object_get(line, "before")),
			   *after = json_string_value(json_object_get(line, "after"));

		text = talloc_asprintf_append(text, "%s%s: %s → %s", i ? "; " : "",
			json_string_value(json_object_get(line, "label")), before ? before : "–", after ? after : "–");
	}
	return text;
}

/* All that was looked for, page after page. */
static int send_csv(struct ct_request *r, struct look *k, struct ct_error *e)
{
	struct ct_csv *csv = ct_csv_begin(r, NULL);
	int rc;

	k->limit = CT_AUDIT_MOST;
	do {
		json_t *list = json_array(), *row;
		size_t i;

		rc = read_page(r, k, list, e);
		json_array_foreach(list, i, row) {
			char *changes = in_one_line(r, json_object_get(row, "changes"));

			ct_put_text(row, "changes", changes);
			talloc_free(changes);
			ct_csv_row(csv, row);
		}
		json_decref(list);
		k->below = k->next;
	} while (!rc && k->next);
	return rc ? rc : ct_csv_end(r, csv, "audit", e);
}

int ct_audit_page(struct ct_request *r, struct ct_error *e)
{
	struct look k;
	json_t *list;
	int rc = read_look(r, &k, e);

	if (!rc && r->s->format == CT_FORMAT_CSV)
		return send_csv(r, &k, e);
	list = ct_put_array(r->view, "entries");
	if (rc || (rc = read_page(r, &k, list, e)))
		return rc;
	ct_put_id(r->view, "next", k.next);
	return ct_wants_html(r) ? put_page(r, &k, list, e) : 0;
}
