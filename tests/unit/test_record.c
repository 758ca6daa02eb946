/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is prepared of a declared record: its statements, routes and kind, and what is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include <talloc.h>

#include "record/internal.h"

static const struct ct_plugin plugin = { .name = "keys", .title = "Keys" };

static const struct ct_field fields[] = {
	{ "label", "Label", CT_TEXT, .required = true, .list = true, .search = true },
	{ "place", "Where", CT_REF, .ref = "place", .list = true },
	{ "deposit", "Deposit", CT_MONEY, .list = true, .search = true },
	{ "days", "Days", CT_WEEKDAYS },
	{ "lent", "Lent", CT_BOOL },
	{ "pin", "Code", CT_SECRET },
	{ "times", "Times lent", CT_INT, .read_only = true },
	{ 0 }
};

static struct ct_record record(void)
{
	return (struct ct_record){ "key", "Keys", fields, "keys.see", "keys.edit" };
}

static struct ct_record_info *prepared(void *mem, const struct ct_record *r, bool builtin)
{
	struct ct_record_info *info = NULL;
	struct ct_error e = { 0 };

	if (ct_record_prepare(mem, &plugin, r, builtin, &info, &e))
		fail_msg("%s", e.text);
	return info;
}

static void test_names(void **state)
{
	void *mem = talloc_new(NULL);
	struct ct_record r = record();
	struct ct_record_info *info = prepared(mem, &r, false);

	(void)state;
	assert_string_equal(info->table, "keys_key");
	assert_string_equal(info->full, "keys.key");
	assert_string_equal(info->path, "key");
	assert_string_equal(info->kind.name, "key");
	assert_string_equal(info->kind.see, "keys.see");
	r.path = "places";
	info = prepared(mem, &r, true);
	assert_string_equal(info->table, "key");
	assert_string_equal(info->full, "key");
	assert_string_equal(info->path, "places");
	talloc_free(mem);
}

static size_t count(const char *text, const char *part)
{
	size_t n = 0;

	for (; (text = strstr(text, part)); text += strlen(part))
		n++;
	return n;
}

static void test_statements(void **state)
{
	void *mem = talloc_new(NULL);
	struct ct_record r = record();
	const struct ct_record_info *info = prepared(mem, &r, false);
	const struct ct_record_sql *sql = info->sql;

	(void)state;
	assert_string_equal(sql->row.sql, "SELECT id, uid, row_version, archived_at, `label`, `place_id`,"
		" `deposit_cents`, `days`, `lent`, `times` FROM `keys_key` WHERE id = ? AND `org_id` = ?");
	assert_string_equal(sql->insert.sql, "INSERT INTO `keys_key` (`org_id`, `label`, `place_id`, `deposit_cents`,"
		" `days`, `lent`, `pin`) VALUES (?, ?, COALESCE(?, DEFAULT(`place_id`)),"
		" COALESCE(?, DEFAULT(`deposit_cents`)), COALESCE(?, DEFAULT(`days`)), ?, COALESCE(?, DEFAULT(`pin`)))");
	assert_string_equal(sql->update.sql, "UPDATE `keys_key` SET `label` = ?, `place_id` = COALESCE(?,"
		" DEFAULT(`place_id`)), `deposit_cents` = COALESCE(?, DEFAULT(`deposit_cents`)), `days` = COALESCE(?,"
		" DEFAULT(`days`)), `lent` = ?, `pin` = COALESCE(?, `pin`), row_version = row_version + 1 WHERE id = ?"
		" AND `org_id` = ? AND row_version = ?");
	assert_non_null(strstr(sql->count.sql, "CONCAT_WS(' ', '', `label`, `deposit_cents`) COLLATE utf8mb4_uca1400_ai_ci LIKE ?"));
	assert_string_equal(sql->update.audits, "key");
	assert_string_equal(sql->columns[1].users.sql, "SELECT COUNT(*) AS n, COUNT(IF(archived_at IS NULL, 1, NULL))"
		" AS living FROM `keys_key` WHERE `place_id` = ? AND (? IS NULL OR `org_id` = ?)");
	talloc_free(mem);
}

/* Whatever is asked of a row or a list, the organisation is asked too; a kind's rows say theirs. */
static void test_every_statement_names_the_organisation(void **state)
{
	void *mem = talloc_new(NULL);
	struct ct_record r = record();
	const struct ct_record_info *info;
	size_t n = 0;

	(void)state;
	r.org_field = "owner_org_id";
	info = prepared(mem, &r, false);
	for (const struct ct_query *q = info->queries; q->name; q++, n++)
		if (!strstr(q->name, "labels") && !strstr(q->name, "users"))
			assert_true(count(q->sql, "`owner_org_id`") >= 1);
	assert_true(n >= 15);
	assert_null(strstr(info->find.sql, "`org_id`"));
	talloc_free(mem);
}

static void test_lists(void **state)
{
	void *mem = talloc_new(NULL);
	struct ct_record r = record();
	const struct ct_record_sql *sql = prepared(mem, &r, false)->sql;

	(void)state;
	assert_ptr_equal(sql->order, &sql->columns[0]);
	assert_false(sql->order_down);
	assert_non_null(strstr(sql->columns[2].down.sql, "ORDER BY `deposit_cents` DESC, id DESC LIMIT ?"));
	assert_int_equal(count(sql->columns[2].up.sql, "?"), 9);
	assert_null(sql->columns[1].up.sql);		/* a reference: its key says nothing */
	assert_null(sql->columns[6].up.sql);		/* not listed */
	r.order = "-times";
	sql = prepared(mem, &r, false)->sql;
	assert_ptr_equal(sql->order, &sql->columns[6]);
	assert_true(sql->order_down);
	r.order = "deposit_cents";
	sql = prepared(mem, &r, false)->sql;
	assert_ptr_equal(sql->order, &sql->columns[2]);
	talloc_free(mem);
}

static const struct ct_route *route(const struct ct_record_info *info, const char *method, const char *path)
{
	for (const struct ct_route *r = info->routes; r->method; r++)
		if (!strcmp(r->method, method) && !strcmp(r->path, path))
			return r;
	fail_msg("no route %s %s", method, path);
	return NULL;
}

static const struct ct_field *field(const struct ct_route *r, const char *name)
{
	for (const struct ct_field *f = r->fields; f->name; f++)
		if (!strcmp(f->name, name))
			return f;
	return NULL;
}

static void test_routes(void **state)
{
	void *mem = talloc_new(NULL);
	struct ct_record r = record();
	const struct ct_record_info *info = prepared(mem, &r, false);
	const struct ct_route *create = route(info, "POST", "/o/{org}/key"), *change;
	size_t n = 0;

	(void)state;
	for (const struct ct_route *each = info->routes; each->method; each++, n++) {
		bool reads = each == route(info, "GET", "/o/{org}/key") || each == route(info, "GET", "/o/{org}/key/{id}");

		assert_string_equal(each->permission, reads ? "keys.see" : "keys.edit");
		assert_int_equal(each->subject.from, CT_FROM_ORG);
		assert_non_null(each->handler);
	}
	assert_int_equal(n, 8);
	change = route(info, "POST", "/o/{org}/key/{id}");
	assert_true(field(create, "label")->required);
	assert_false(field(change, "label")->required);		/* a script may leave out what stays */
	assert_true(field(change, "row_version")->required);
	assert_null(field(create, "row_version"));
	assert_null(field(create, "times"));			/* read-only */
	assert_true(field(create, "days")->many);
	assert_non_null(create->form);
	talloc_free(mem);
}

static void test_slug_names_a_row(void **state)
{
	static const struct ct_field with_slug[] = {
		{ "name", "Name", CT_TEXT, .required = true, .list = true }, { "word", "Word", CT_SLUG }, { 0 }
	};
	void *mem = talloc_new(NULL);
	struct ct_record r = record();

	(void)state;
	assert_null(strstr(prepared(mem, &r, false)->find_text.sql, "LIMIT 1"));
	r.fields = with_slug;
	assert_non_null(strstr(prepared(mem, &r, false)->find_text.sql, "WHERE `word` = k ORDER BY id LIMIT 1"));
	talloc_free(mem);
}

static void refused(const struct ct_record *r, const char *why)
{
	void *mem = talloc_new(NULL);
	struct ct_record_info *info;
	struct ct_error e = { 0 };

	assert_int_equal(ct_record_prepare(mem, &plugin, r, false, &info, &e), CT_BROKEN);
	assert_non_null(strstr(e.text, "plugin keys: record key"));
	if (!strstr(e.text, why))
		fail_msg("\"%s\" does not say \"%s\"", e.text, why);
	talloc_free(mem);
}

static void refused_field(struct ct_field field, const char *why)
{
	const struct ct_field own[] = { { "label", "Label", CT_TEXT, .list = true }, field, { 0 } };
	struct ct_record r = record();

	r.fields = own;
	refused(&r, why);
}

static void test_wrong_declarations(void **state)
{
	static const struct ct_field none[] = { { 0 } };
	static const struct ct_field hidden[] = {
		{ "label", "Label", CT_TEXT, .see = "keys.edit", .list = true }, { "note", "Note", CT_TEXT }, { 0 }
	};
	static const struct ct_field only_secret[] = { { "pin", "Code", CT_SECRET }, { 0 } };
	struct ct_record r = record();

	(void)state;
	refused_field((struct ct_field){ "id", "Id", CT_INT }, "uses this name itself");
	refused_field((struct ct_field){ "row_version", "V", CT_INT }, "uses this name itself");
	refused_field((struct ct_field){ "tags", "Tags", CT_TEXT, .many = true }, "one value");
	refused_field((struct ct_field){ "lines", "Lines", CT_TEXT, .raw = true }, "one value");
	refused_field((struct ct_field){ "x", "X", 99 }, "one value");
	refused_field((struct ct_field){ "cost", "Cost", CT_MONEY, .search = true, .see = "keys.edit" }, "by searching");
	refused_field((struct ct_field){ "pin", "Code", CT_SECRET, .search = true }, "by searching");
	refused_field((struct ct_field){ "lent", "Lent", CT_BOOL, .filter = true, .see = "keys.edit" }, "by searching");
	refused_field((struct ct_field){ "note", "Note", CT_TEXT, .filter = true }, "is narrowed by");
	r.order = "nothing";
	refused(&r, "cannot be sorted");
	r.order = "place";
	refused(&r, "cannot be sorted");
	r.order = NULL;
	r.title = "nothing";
	refused(&r, "none of its fields");
	r.title = NULL;
	r.fields = none;
	refused(&r, "it has none");
	r.fields = only_secret;
	refused(&r, "everybody may see");
	r.fields = hidden;
	refused(&r, "everybody may see");
	r.title = "note";
	refused(&r, "cannot be sorted");	/* its cursor would say what it holds */
	r = record();
	r.edit = NULL;
	refused(&r, "needed");
}

/* Rows of several tables: read from the SELECT, written by the record alone; a link row for each organisation. */
static int write_row(struct ct_request *r, int64_t *id, int64_t version, struct ct_error *e)
{
	(void)r;
	(void)id;
	(void)version;
	return ct_lost(e);
}

static int remove_row(struct ct_request *r, int64_t id, int64_t version, bool *archived_r, struct ct_error *e)
{
	(void)r;
	(void)id;
	(void)version;
	(void)archived_r;
	return ct_lost(e);
}

static void test_rows_of_several_tables(void **state)
{
	void *mem = talloc_new(NULL);
	struct ct_record r = record();
	const struct ct_record_info *info;
	struct ct_error e = { 0 };

	(void)state;
	r.rows = "SELECT k.id, 1 AS locked FROM key k";
	refused(&r, "need .write and .remove");
	r.write = write_row;
	refused(&r, "need .write and .remove");
	r.remove = remove_row;
	info = prepared(mem, &r, false);
	assert_string_equal(info->source, "(SELECT k.id, 1 AS locked FROM key k) t");
	assert_non_null(strstr(info->sql->row.sql, ", locked FROM (SELECT k.id, 1 AS locked FROM key k) t WHERE id = ?"));
	assert_null(strstr(info->sql->columns[0].up.sql, ", locked FROM"));	/* asked for one row, not for a list */
	assert_null(info->sql->insert.sql);
	for (const struct ct_query *q = info->queries; q->name; q++) {
		assert_non_null(q->sql);
		assert_null(q->audits);
	}
	assert_int_equal(info->find.max_rows, 0);		/* one for each organisation that knows it */
	assert_non_null(strstr(info->labels.sql, "SELECT DISTINCT id"));
	assert_int_equal(r.write(NULL, NULL, 0, &e), CT_CONFLICT);
	assert_string_equal(e.field, "row_version");
	talloc_free(mem);
}

static void test_single(void **state)
{
	void *mem = talloc_new(NULL);
	struct ct_record r = record();
	const struct ct_record_info *info;
	size_t n = 0;

	(void)state;
	r.single = true;
	r.see = r.edit;
	info = prepared(mem, &r, false);
	for (const struct ct_route *each = info->routes; each->method; each++, n++) {
		assert_string_equal(each->path, "/o/{org}/key");
		assert_string_equal(each->permission, "keys.edit");
	}
	assert_int_equal(n, 2);
	assert_true(field(route(info, "POST", "/o/{org}/key"), "row_version")->required);
	talloc_free(mem);
}

static const struct ct_choice sorts[] = { { "a", "A" }, { "b", "B" }, { 0 } };

static void test_sorts_filters_and_questions(void **state)
{
	static const struct ct_field sorted[] = {
		{ "label", "Label", CT_TEXT, .list = true },
		{ "sort", "Sort", CT_CHOICE, .choices = sorts, .required = true, .fixed = true, .filter = true },
		{ "of_b", "Of B", CT_TEXT, .required = true, .only = "b" },
		{ "note", "Note", CT_TEXT, .own = true },
		{ "sure", "Sure", CT_BOOL, .question = true },
		{ 0 }
	};
	void *mem = talloc_new(NULL);
	struct ct_record r = record();
	struct ct_record_row row = { .locked = 0 };
	const struct ct_record_info *info;
	const struct ct_record_column *c;

	(void)state;
	r.fields = sorted;
	refused(&r, "of which the record has none");
	r.variant = "note";
	refused(&r, "a choice that is .fixed");
	r.variant = "sort";
	info = prepared(mem, &r, false);
	c = info->sql->columns;
	assert_int_equal(count(c[0].up.sql, "?"), 11);			/* two more for the filter */
	assert_non_null(strstr(info->sql->count.sql, " AND (? IS NULL OR `sort` = ?)"));
	assert_non_null(field(route(info, "GET", "/o/{org}/key"), "sort"));
	assert_false(field(route(info, "GET", "/o/{org}/key"), "sort")->required);
	assert_false(field(route(info, "POST", "/o/{org}/key"), "of_b")->required);	/* asked of one sort alone */
	assert_true(field(route(info, "POST", "/o/{org}/key"), "sort")->required);
	assert_null(strstr(info->sql->row.sql, "sure"));
	assert_null(strstr(info->sql->insert.sql, "sure"));
	assert_non_null(field(route(info, "POST", "/o/{org}/key"), "sure"));
	assert_true(ct_record_applies(info, &c[2], "b"));
	assert_false(ct_record_applies(info, &c[2], "a"));
	assert_false(ct_record_applies(info, &c[2], NULL));
	assert_true(ct_record_applies(info, &c[0], "a"));
	assert_true(ct_record_writes(NULL, &c[1]));
	assert_false(ct_record_writes(&row, &c[1]));			/* typed once */
	assert_true(ct_record_writes(&row, &c[0]));
	row.locked = 1;
	assert_false(ct_record_writes(&row, &c[0]));
	assert_true(ct_record_writes(&row, &c[3]));
	row.locked = 2;
	assert_false(ct_record_writes(&row, &c[3]));
	talloc_free(mem);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_statements),
		cmocka_unit_test(test_every_statement_names_the_organisation),
		cmocka_unit_test(test_lists),
		cmocka_unit_test(test_routes),
		cmocka_unit_test(test_slug_names_a_row),
		cmocka_unit_test(test_wrong_declarations),
		cmocka_unit_test(test_rows_of_several_tables),
		cmocka_unit_test(test_single),
		cmocka_unit_test(test_sorts_filters_and_questions),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
