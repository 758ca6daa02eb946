/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From a declared record to its columns and statements, once a generation. */
#include <stdarg.h>
#include <string.h>
#include <talloc.h>

#include "record/internal.h"

#define WORDS "utf8mb4_uca1400_ai_ci"	/* as names are compared, also where a code stands among them */
#define KEYS "(SELECT k FROM JSON_TABLE(?, '$[*]' COLUMNS (k BIGINT PATH '$')) j)"

static int bad(const struct ct_record_info *info, const char *row, const char *why, struct ct_error *e)
{
	return ct_fail(e, CT_BROKEN, "plugin %s: record %s: %s: %s", info->plugin->name, info->record->name,
		       row, why);
}

static enum ct_storage storage_of(enum ct_type type)
{
	switch (type) {
	case CT_INT:
	case CT_MONEY:
	case CT_RATE:
	case CT_QUANTITY:
	case CT_DEGREES:
	case CT_TIME:
	case CT_DURATION:
	case CT_BOOL:
	case CT_REF:
	case CT_WEEKDAYS:
	case CT_FILE:
	case CT_CONSENT:
		return CT_STORED_INT;
	case CT_DATE:
		return CT_STORED_DAY;
	case CT_DATETIME:
		return CT_STORED_LOCAL;
	default:
		return CT_STORED_TEXT;
	}
}

static bool is_reserved(const char *name)
{
	static const char *const names[] = { "id", "uid", "row_version", "archived_at", "csrf", "page",
					     "rows", "errors", "problem", "type", "title_ui" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (!strcmp(names[i], name))
			return true;
	return false;
}

static int bind(struct ct_record_info *info, struct ct_record_sql *sql, struct ct_error *e)
{
	const struct ct_field *f = info->record->fields;

	for (; f && f->name; f++) {
		struct ct_record_column *c = &sql->columns[sql->n];

		if (sql->n == CT_RECORD_COLUMNS)
			return bad(info, f->name, "too many fields", e);
		if (is_reserved(f->name))
			return bad(info, f->name, "the core uses this name itself", e);
		if ((f->many && f->type != CT_WEEKDAYS) || f->raw || f->type < CT_TEXT || f->type > CT_CONSENT)
			return bad(info, f->name, "a record stores one value of a known type in a column", e);
		if (f->filter && f->type != CT_CHOICE && f->type != CT_BOOL && f->type != CT_REF && f->type != CT_INT)
			return bad(info, f->name, "a list is narrowed by a choice, a boolean, a reference or a number", e);
		if (f->only && !info->record->variant)
			return bad(info, f->name, "it is for one sort of rows, of which the record has none", e);
		if ((f->search || f->filter) && (f->see || f->type == CT_SECRET))
			return bad(info, f->name, "whoever may not see it could find it by searching", e);
		*c = (struct ct_record_column){ .field = f, .name = ct_field_column(sql, f) };
		c->storage = storage_of(f->type);
		c->stored = !f->question;
		c->written = !f->read_only;
		c->box = ct_record_is_flag(c) || f->type == CT_WEEKDAYS;
		sql->searches |= f->search;
		sql->files |= f->type == CT_FILE;
		sql->n++;
	}
	return sql->n ? 0 : bad(info, "fields", "it has none", e);
}

static const struct ct_record_column *column_named(const struct ct_record_sql *sql, const char *name)
{
	for (size_t i = 0; i < sql->n; i++)
		if (!strcmp(sql->columns[i].field->name, name) || !strcmp(sql->columns[i].name, name))
			return &sql->columns[i];
	return NULL;
}

static const struct ct_record_column *first_sorted(const struct ct_record_sql *sql)
{
	for (size_t i = 0; i < sql->n; i++)
		if (sql->columns[i].up.sql)
			return &sql->columns[i];
	return NULL;
}

static int choose_title(const struct ct_record_info *info, struct ct_record_sql *sql, struct ct_error *e)
{
	const char *title = info->record->title;

	sql->title = title ? column_named(sql, title) : &sql->columns[0];
	if (!sql->title)
		return bad(info, title, "the title is none of its fields", e);
	return sql->title->field->type == CT_SECRET || sql->title->field->see
		? bad(info, sql->title->field->name, "the title is what everybody may see", e) : 0;
}

static int choose_variant(const struct ct_record_info *info, struct ct_record_sql *sql, struct ct_error *e)
{
	const char *variant = info->record->variant;

	if (!variant)
		return 0;
	sql->variant = column_named(sql, variant);
	if (!sql->variant || sql->variant->field->type != CT_CHOICE || !sql->variant->field->fixed)
		return bad(info, variant, "what sort of row it is has to be a choice that is .fixed", e);
	return 0;
}

static int choose_order(const struct ct_record_info *info, struct ct_record_sql *sql, struct ct_error *e)
{
	const char *order = info->record->order;

	sql->order_down = order && *order == '-';
	sql->order = order ? column_named(sql, order + sql->order_down) : first_sorted(sql);
	if (!sql->order || !sql->order->up.sql || sql->order->field->see)
		return bad(info, order ? order : "order", "the list cannot be sorted by this", e);
	return 0;
}

static const char *all_columns(void *mem, const struct ct_record_sql *sql)
{
	char *text = talloc_strdup(mem, "id, uid, row_version, archived_at");

	for (size_t i = 0; i < sql->n; i++)
		if (sql->columns[i].stored && sql->columns[i].field->type != CT_SECRET)
			text = talloc_asprintf_append(text, ", `%s`", sql->columns[i].name);
	return text;
}

/* Narrowing a list: a NULL for each filter that was not asked for. */
static const char *narrowed(void *mem, const struct ct_record_sql *sql)
{
	char *text = talloc_strdup(mem, "");

	for (size_t i = 0; i < sql->n; i++)
		if (sql->columns[i].field->filter)
			text = talloc_asprintf_append(text, " AND (? IS NULL OR `%s` = ?)", sql->columns[i].name);
	return text;
}

static const char *locks(const struct ct_record_info *info)
{
	return info->record->rows && strstr(info->record->rows, "locked") ? ", locked" : "";
}

static const char *org_of(const struct ct_record_info *info)
{
	return info->record->org_field ? info->record->org_field : "org_id";
}

static struct ct_query query(const struct ct_record_info *info, const char *audits, unsigned rows,
			     const char *name, char *sql)
{
	return (struct ct_query){ .name = talloc_asprintf(sql, "%s %s", info->record->name, name),
				  .sql = sql, .audits = audits, .max_rows = rows };
}

static bool sortable(const struct ct_record_info *info, const struct ct_record_column *c)
{
	const char *order = info->record->order;
	enum ct_type type = c->field->type;

	if (type == CT_REF || type == CT_FILE || type == CT_SECRET || type == CT_LONG_TEXT)
		return false;
	order = order ? order + (*order == '-') : "";
	return c->field->list || c == &info->sql->columns[0] || !strcmp(order, c->name) ||
	       !strcmp(order, c->field->name);
}

/*
 * A page of the list starts behind a row of which the sorted value and the key are known. NULL sorts
 * first. Parameters: organisation, archived?, pattern, each filter twice, "from the start?", the value, the value, the
 * key, the value, rows.
 */
static char *page_sql(const struct ct_record_info *info, struct ct_record_sql *sql, const char *looked,
		      const char *column, bool down)
{
	return talloc_asprintf(sql, "SELECT %s FROM %s WHERE `%s` = ? AND (archived_at IS NOT NULL) = ?"
		" AND CONCAT_WS(' ', %s) COLLATE " WORDS " LIKE ?%s AND (? = 1 OR `%s` %s ? OR (`%s` <=> ? AND id %s ?)"
		" OR (? %s NULL AND `%s` %s NULL)) ORDER BY `%s` %s, id %s LIMIT ?",
		all_columns(sql, sql), info->source, org_of(info), looked, narrowed(sql, sql), column,
		down ? "<" : ">", column,
		down ? "<" : ">", down ? "IS NOT" : "IS", column, down ? "IS" : "IS NOT", column,
		down ? "DESC" : "ASC", down ? "DESC" : "ASC");
}

static const char *searched(void *mem, const struct ct_record_sql *sql)
{
	char *text = talloc_strdup(mem, "''");

	for (size_t i = 0; i < sql->n; i++)
		if (sql->columns[i].field->search)
			text = talloc_asprintf_append(text, ", `%s`", sql->columns[i].name);
	return text;
}

static void build_lists(const struct ct_record_info *info, struct ct_record_sql *sql)
{
	const char *columns = talloc_asprintf(sql, "%s%s", all_columns(sql, sql), locks(info));
	const char *looked = searched(sql, sql), *org = org_of(info);

	for (size_t i = 0; i < sql->n; i++) {
		struct ct_record_column *c = &sql->columns[i];

		if (sortable(info, c)) {
			c->up = query(info, NULL, CT_LIST_MOST + 1, "list",
				      page_sql(info, sql, looked, c->name, false));
			c->down = query(info, NULL, CT_LIST_MOST + 1, "list, descending",
					page_sql(info, sql, looked, c->name, true));
		}
		if (c->field->type == CT_REF)
			c->users = query(info, NULL, 1, "users", talloc_asprintf(sql,
				"SELECT COUNT(*) AS n, COUNT(IF(archived_at IS NULL, 1, NULL)) AS living"
				" FROM %s WHERE `%s` = ? AND (? IS NULL OR `%s` = ?)", info->source, c->name, org));
	}
	sql->count = query(info, NULL, 1, "count", talloc_asprintf(sql, "SELECT COUNT(*) AS n FROM %s"
		" WHERE `%s` = ? AND (archived_at IS NOT NULL) = ? AND CONCAT_WS(' ', %s) COLLATE " WORDS " LIKE ?%s",
		info->source, org, looked, narrowed(sql, sql)));
	sql->choices = query(info, NULL, CT_LIST_MOST + 1, "choices", talloc_asprintf(sql,
		"SELECT id, `%s` AS label FROM %s WHERE `%s` = ? AND archived_at IS NULL"
		" ORDER BY `%s`, id LIMIT %d", sql->title->name, info->source, org, sql->title->name,
		CT_LIST_MOST + 1));
	sql->search = query(info, NULL, CT_MATCHES, "search", talloc_asprintf(sql,
		"SELECT id, `%s` AS label FROM %s WHERE `%s` = ? AND archived_at IS NULL AND `%s` LIKE ?"
		" ORDER BY `%s` = ? DESC, `%s`, id LIMIT %d", sql->title->name, info->source, org, sql->title->name,
		sql->title->name, sql->title->name, CT_MATCHES));
	sql->row = query(info, NULL, 1, "row", talloc_asprintf(sql, "SELECT %s FROM %s WHERE id = ?"
		" AND `%s` = ?", columns, info->source, org));
	sql->row_text = query(info, NULL, 1, "row by uid", talloc_asprintf(sql, "SELECT %s FROM %s"
		" WHERE uid = ? AND `%s` = ?", columns, info->source, org));
}

/* What a column that must not be NULL starts with holds where a form leaves it empty. */
static const char *stored(void *mem, const struct ct_record_column *c)
{
	if (c->field->required || ct_record_is_flag(c))
		return "?";
	return talloc_asprintf(mem, "COALESCE(?, DEFAULT(`%s`))", c->name);
}

static void build_writes(const struct ct_record_info *info, struct ct_record_sql *sql)
{
	const char *org = org_of(info), *audits = info->record->name;
	char *names = talloc_asprintf(sql, "`%s`", org), *values = talloc_strdup(sql, "?");
	char *sets = talloc_strdup(sql, "");

	for (size_t i = 0; i < sql->n; i++) {
		const struct ct_record_column *c = &sql->columns[i];
		const char *value = stored(sql, c);

		if (!c->written || !c->stored)
			continue;
		names = talloc_asprintf_append(names, ", `%s`", c->name);
		values = talloc_asprintf_append(values, ", %s", value);
		/* a secret that is not typed again stays */
		sets = talloc_asprintf_append(sets, c->field->type == CT_SECRET ? "`%s` = COALESCE(?, `%s`), "
					      : "`%s` = %s, ", c->name,
					      c->field->type == CT_SECRET ? c->name : value);
	}
	sql->insert = query(info, audits, 0, "insert", talloc_asprintf(sql, "INSERT INTO `%s` (%s) VALUES (%s)",
		info->table, names, values));
	sql->update = query(info, audits, 0, "update", talloc_asprintf(sql, "UPDATE `%s` SET %srow_version ="
		" row_version + 1 WHERE id = ? AND `%s` = ? AND row_version = ?", info->table, sets, org));
	sql->archive = query(info, audits, 0, "archive", talloc_asprintf(sql, "UPDATE `%s` SET archived_at = ?,"
		" row_version = row_version + 1 WHERE id = ? AND `%s` = ? AND row_version = ?"
		" AND archived_at IS NULL", info->table, org));
	sql->remove = query(info, audits, 0, "delete", talloc_asprintf(sql, "DELETE FROM `%s` WHERE id = ?"
		" AND `%s` = ? AND row_version = ?", info->table, org));
}

/* The column of an address in words, which a path may name a row by as well as its uid. */
static const char *slug_of(const struct ct_record_sql *sql)
{
	for (size_t i = 0; i < sql->n; i++)
		if (sql->columns[i].field->type == CT_SLUG)
			return sql->columns[i].name;
	return NULL;
}

static void build_kind(struct ct_record_info *info, const struct ct_record_sql *sql)
{
	const struct ct_record *record = info->record;
	const char *what = talloc_asprintf(info, "SELECT id, uid, `%s` AS org_id, `%s` AS label FROM %s WHERE",
					   org_of(info), sql->title->name, info->source);
	const char *slug = slug_of(sql);
	unsigned most = record->rows ? 0 : 1;	/* a row for each organisation that knows it */

	info->find = query(info, NULL, most, "find", talloc_asprintf(info, "%s id = ?", what));
	info->find_text = query(info, NULL, most, "find by uid", slug
		? talloc_asprintf(info, "%s id = (SELECT COALESCE((SELECT id FROM %s WHERE `%s` = k ORDER BY id"
			" LIMIT 1), (SELECT id FROM %s WHERE uid = k)) FROM (SELECT ? AS k) asked)", what,
			info->source, slug, info->source)
		: talloc_asprintf(info, "%s uid = ?", what));
	info->labels = query(info, NULL, CT_LIST_MOST + 1, "labels", talloc_asprintf(info,
		"SELECT %sid, `%s` AS label FROM %s WHERE id IN " KEYS, record->rows ? "DISTINCT " : "",
		sql->title->name, info->source));
	info->kind = (struct ct_kind){ .name = record->name, .label = record->one ? record->one : record->label,
		.find = "find", .find_text = "find_text", .labels = "labels", .see = record->see,
		.url = record->url };
}

static void collect(struct ct_record_info *info, const struct ct_record_sql *sql)
{
	struct ct_query *list = talloc_zero_array(info, struct ct_query, 3 * sql->n + 13);
	const struct ct_query fixed[] = { info->find, info->find_text, info->labels, sql->row, sql->row_text,
		sql->count, sql->choices, sql->search, sql->insert, sql->update, sql->archive, sql->remove };
	size_t n = 0;

	for (size_t i = 0; i < sizeof(fixed) / sizeof(fixed[0]); i++)
		if (fixed[i].sql)
			list[n++] = fixed[i];
	for (size_t i = 0; i < sql->n; i++) {
		const struct ct_record_column *c = &sql->columns[i];

		if (c->up.sql) {
			list[n++] = c->up;
			list[n++] = c->down;
		}
		if (c->users.sql)
			list[n++] = c->users;
	}
	info->queries = list;
}

static void build_form(struct ct_record_sql *sql)
{
	struct ct_field *fields = talloc_zero_array(sql, struct ct_field, sql->n + 1);
	size_t n = 0;

	for (size_t i = 0; i < sql->n; i++)
		if (sql->columns[i].written)
			fields[n++] = *sql->columns[i].field;
	sql->form_fields = fields;
}

int ct_record_prepare(void *mem, const struct ct_plugin *plugin, const struct ct_record *record, bool builtin,
		      struct ct_record_info **info_r, struct ct_error *e)
{
	struct ct_record_info *info = talloc_zero(mem, struct ct_record_info);
	struct ct_record_sql *sql = talloc_zero(info, struct ct_record_sql);
	int rc;

	info->plugin = plugin;
	info->record = record;
	info->full = talloc_asprintf(info, "%s%s%s", builtin ? "" : plugin->name, builtin ? "" : ".", record->name);
	info->table = record->table ? record->table
		: talloc_asprintf(info, "%s%s%s", builtin ? "" : plugin->name, builtin ? "" : "_", record->name);
	info->source = talloc_asprintf(info, record->rows ? "(%s) t" : "`%s`", record->rows ? record->rows : info->table);
	info->path = record->path ? record->path : record->name;
	info->sql = sql;
	sql->columns = talloc_zero_array(sql, struct ct_record_column, CT_RECORD_COLUMNS);
	if (!record->label || !record->see || !record->edit)
		return bad(info, record->name, "label, see and edit are needed", e);
	if (record->rows && (!record->write || (!record->remove && !record->single)))
		return bad(info, record->name, "rows of several tables need .write and .remove", e);
	if ((rc = bind(info, sql, e)) || (rc = choose_title(info, sql, e)) || (rc = choose_variant(info, sql, e)))
		return rc;
	build_lists(info, sql);
	rc = choose_order(info, sql, e);
	if (rc)
		return rc;
	if (!record->rows)
		build_writes(info, sql);
	build_kind(info, sql);
	build_form(sql);
	collect(info, sql);
	ct_record_routes(info);
	*info_r = info;
	return 0;
}
