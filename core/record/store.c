/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Storing a row: a new one, or a change of the version that its form was made from. All of it, with
 * what the plugin does around it, is one transaction.
 */
#include <assert.h>
#include <string.h>
#include <talloc.h>

#include "record/internal.h"

#define LOST "row_version"

int ct_lost(struct ct_error *e)
{
	ct_fail_field(e, LOST, "%s", _("Somebody else changed this in the meantime"));
	e->rc = CT_CONFLICT;
	return CT_CONFLICT;
}

struct store {
	const struct ct_record_info *info;
	struct ct_record_row *stored;	/* NULL: a new row */
	struct ct_value *values;	/* parallel to the columns: what will be stored */
	int64_t id;
	bool lost;			/* somebody else was first */
};

/* The route's value of a column's field; the route has the fields of the form. */
static struct ct_value *routed(const struct ct_request *r, const struct ct_record_column *c)
{
	const struct ct_field *fields = r->s->entry->route->fields;

	for (size_t i = 0; fields[i].name; i++)
		if (!strcmp(fields[i].name, c->field->name))
			return &r->s->values[i];
	return NULL;
}

static bool was_sent(const struct ct_request *r, const struct ct_record_column *c)
{
	if (c->field->type == CT_FILE)
		return ct_file_sent(r, c->field);
	if (r->s->json)
		return json_object_get(r->s->json, c->field->name) != NULL;
	return c->box || ct_param_count(r->s->form, c->field->name) || ct_param_count(r->s->query, c->field->name);
}

static struct ct_value initial(struct ct_request *r, const struct ct_field *f)
{
	struct ct_value value = { .local = CT_NO_LOCAL, .day = CT_NO_DAY };
	struct ct_error e;

	if (f->initial && ct_field_parse(r, f, f->initial, &value, &e))
		assert(!"an initial value that its own type refuses");
	return value;
}

/* Somebody else's to change: a field that was sent all the same, and would differ. */
static void refuse_locked(struct ct_request *r, const struct store *s, const struct ct_record_column *c,
			  const struct ct_value *in)
{
	const struct ct_value *stored = &s->stored->values[c - s->info->sql->columns];

	if (c->written && c->stored && !c->field->fixed && (r->s->json || !c->box) && was_sent(r, c) &&
	    !ct_record_same(c, in, stored))
		ct_in_error(r, c->field->name, "%s", _("This can no longer be changed, or not by you."));
}

static struct ct_value nothing(void)
{
	return (struct ct_value){ .local = CT_NO_LOCAL, .day = CT_NO_DAY };
}

/* What was sent, else what is stored, else what a form starts with. */
static struct ct_value merged(struct ct_request *r, const struct store *s, const struct ct_record_column *c,
			      const struct ct_value *in)
{
	bool seen = !c->field->see || ct_may(r, c->field->see, r->org);

	if (in && seen && was_sent(r, c) && ct_record_writes(s->stored, c))
		return *in;
	return s->stored ? s->stored->values[c - s->info->sql->columns] : initial(r, c->field);
}

/*
 * Whoever may not see a field does not change it, and a row of one sort has no fields of another. The
 * route's values follow, so that the plugin reads what will be stored (ct_in).
 */
static void merge(struct ct_request *r, struct store *s)
{
	const struct ct_record_sql *sql = s->info->sql;
	const struct ct_value *kind = sql->variant ? routed(r, sql->variant) : NULL;
	const char *variant = s->stored ? ct_record_variant(s->info, s->stored->values) : kind ? kind->text : NULL;

	for (size_t i = 0; i < sql->n; i++) {
		const struct ct_record_column *c = &sql->columns[i];
		struct ct_value *in = routed(r, c);
		bool applies = ct_record_applies(s->info, c, variant);

		if (in && s->stored && s->stored->locked)
			if (!ct_record_writes(s->stored, c))
				refuse_locked(r, s, c, in);
		s->values[i] = applies ? merged(r, s, c, in) : nothing();
		if (in)
			*in = s->values[i];
		if (c->written && c->field->required && applies && !s->values[i].set && c->field->type != CT_BOOL &&
		    !(s->stored && c->field->type == CT_SECRET))
			ct_in_error(r, c->field->name, "%s", c->field->type == CT_FILE
				? _("Please choose a file.") : _("Please fill this in: it is needed."));
	}
}

static struct ct_args arguments(struct ct_request *r, const struct store *s)
{
	struct ct_arg *args = talloc_array(r, struct ct_arg, s->info->sql->n + 4);
	size_t n = 0;

	if (!s->stored)
		args[n++] = CT_NUM(r->org);
	for (size_t i = 0; i < s->info->sql->n; i++)
		if (s->info->sql->columns[i].written && s->info->sql->columns[i].stored)
			args[n++] = ct_record_arg(&s->info->sql->columns[i], &s->values[i]);
	if (s->stored) {
		args[n++] = CT_NUM(s->stored->id);
		args[n++] = CT_NUM(r->org);
		args[n++] = CT_NUM(s->stored->version);
	}
	return (struct ct_args){ args, n };
}

/* Does the name of a violated key name this column: "place_slug" the column "slug"? */
static bool names(const char *key, const char *column)
{
	size_t len = strlen(column);

	for (const char *at = key; (at = strstr(at, column)); at++)
		if ((at == key || at[-1] == '_') && (!at[len] || at[len] == '_'))
			return true;
	return false;
}

/* A value that only one row may have becomes an error at its field. */
static int explain(struct ct_request *r, const struct store *s, int rc, struct ct_error *e)
{
	const struct ct_record_column *found = NULL;
	size_t prefix = strlen(s->info->table);
	const char *key = e->field;

	if (rc != CT_CONFLICT || !*key)
		return rc;
	if (!strncmp(key, s->info->table, prefix) && key[prefix] == '_')
		key += prefix + 1;
	for (size_t i = 0; i < s->info->sql->n; i++) {
		const struct ct_record_column *c = &s->info->sql->columns[i];

		if (c->written && (names(key, c->name) || names(key, c->field->name)) &&
		    (!found || strlen(c->name) > strlen(found->name)))
			found = c;
	}
	if (!found)
		return ct_fail(e, CT_CONFLICT, "%s", _("There is another entry like this already."));
	ct_in_error(r, found->field->name, "%s", _("There is another entry with this already: please choose a different one."));
	return ct_in_fail(r, e);
}

static int write_row(struct ct_request *r, struct store *s, struct ct_error *e)
{
	int64_t count = 0;
	int rc;

	if (s->info->record->write) {
		rc = s->info->record->write(r, &s->id, s->stored ? s->stored->version : 0, e);
		s->lost = rc == CT_CONFLICT && !strcmp(e->field, LOST);
		return s->lost ? rc : explain(r, s, rc, e);
	}
	if (!s->stored)
		return explain(r, s, ct_exec_run(r, &s->info->sql->insert, arguments(r, s), NULL, &s->id, e), e);
	rc = explain(r, s, ct_exec_run(r, &s->info->sql->update, arguments(r, s), &count, NULL, e), e);
	if (!rc && !count) {
		s->lost = true;
		rc = ct_lost(e);
	}
	return rc;
}

/* A file that took the place of another one, or of which nothing came: the other one may go. */
static int drop_files(struct ct_request *r, const struct store *s, struct ct_error *e)
{
	int rc = 0;

	for (size_t i = 0; s->stored && i < s->info->sql->n && !rc; i++)
		if (s->info->sql->columns[i].field->type == CT_FILE && s->stored->values[i].i != s->values[i].i)
			rc = ct_file_drop(r, s->stored->values[i].i, e);
	return rc;
}

/* What the row was and what it becomes; files are named, so what is known of them is asked first. */
static int leave_trace(struct ct_request *r, const struct store *s, struct ct_error *e)
{
	struct ct_record_row new = { .values = s->values }, *rows[] = { &new, s->stored };
	json_t *before, *after;
	int rc = 0;

	new.files = talloc_zero_array(r, const struct ct_file *, s->info->sql->n);
	if (s->info->sql->files)
		rc = ct_record_fetch_files(r, s->info, rows, s->stored ? 2 : 1, e);
	if (rc)
		return rc;
	before = s->stored ? ct_record_trace(r, s->info, s->stored, s->values) : NULL;
	after = ct_record_trace(r, s->info, &new, s->stored ? s->stored->values : NULL);
	return ct_audit(r, s->info->record->name, s->id, s->stored ? "change" : "create", before, after, e);
}

static int store(struct ct_request *r, void *arg, struct ct_error *e)
{
	struct store *s = arg;
	const struct ct_record *record = s->info->record;
	int rc = 0;

	s->lost = false;
	s->id = s->stored ? s->stored->id : 0;
	if (record->before_store)
		rc = record->before_store(r, s->id, e);
	if (rc || (rc = ct_in_fail(r, e)) || (rc = write_row(r, s, e)))
		return rc;
	r->subject = s->id;
	if (record->after_store)
		rc = record->after_store(r, s->id, e);
	if (!rc)
		rc = drop_files(r, s, e);
	return rc ? rc : leave_trace(r, s, e);
}

/* For a script: the row as it is now. A browser follows the redirect to it. */
static int answer(struct ct_request *r, const struct store *s, int status, struct ct_error *e)
{
	struct ct_record_row *row;
	struct ct_result *result;
	int rc;

	ct_redirect(r, status, ct_record_url(r, s->info, s->id, NULL));
	if (ct_wants_html(r))
		return 0;
	rc = ct_query_run(r, &s->info->sql->row, CT_ARGS(CT_NUM(s->id), CT_NUM(r->org)), &result, e);
	if (rc || !ct_next(result))
		return rc;
	row = ct_record_read(s->info, result);
	rc = ct_record_label(r, s->info, &row, 1, e);
	if (!rc)
		ct_record_put(r, s->info, row, r->view);
	return rc;
}

int ct_record_create(struct ct_request *r, struct ct_error *e)
{
	struct store s = { .info = ct_record_of(r) };
	int rc;

	s.values = talloc_zero_array(r, struct ct_value, s.info->sql->n);
	merge(r, &s);
	if ((rc = ct_in_fail(r, e)) || (rc = ct_transaction(r, store, &s, e)))
		return rc;
	ct_notice(r, "%s", _("It is added."));
	return answer(r, &s, 201, e);
}

/* ------------------------------------------------------------------------ a lost race ---- */

static const char *who_changed(struct ct_request *r, const struct store *s)
{
	struct ct_result *rows;
	const struct ct_zone *zone;
	char when[CT_TIME_UI];
	struct ct_error e;

	if (ct_query_run(r, &ct_record_history_query, CT_ARGS(CT_STR(s->info->plugin->name),
			 CT_STR(s->info->record->name), CT_NUM(s->stored->id), CT_NUM(r->org)), &rows, &e) ||
	    !ct_next(rows) || ct_col_null(rows, "who") || ct_zone_get("Europe/Paris", &zone, &e))
		return _("Another change was stored since you opened this form.");
	return talloc_asprintf(r, _("%s stored another change (%s)."), ct_col_text(rows, "who"),
		ct_local_ui(when, ct_zone_local(zone, ct_col_utc(rows, "at_utc")), CT_NO_DAY, r->lang));
}

static void put_hidden(json_t *list, const char *name, const char *value)
{
	json_t *pair = ct_add_object(list);

	ct_put_text(pair, "name", name);
	ct_put_text(pair, "value", value);
}

/* What was typed, to be sent again against the version that counts now. */
static void put_typed(struct ct_request *r, const struct store *s)
{
	json_t *list = ct_put_array(r->view, "hidden_ui"), *value, *each;
	const char *name;
	size_t i;

	for (i = 0; i < s->info->sql->n; i++) {
		const struct ct_field *f = s->info->sql->columns[i].field;

		if (f->type == CT_FILE && ct_file_removed(r, f))
			put_hidden(list, talloc_asprintf(r, "%s_remove", f->name), "1");
	}
	put_hidden(list, "row_version", talloc_asprintf(r, "%lld", (long long)s->stored->version));
	json_object_foreach(r->s->typed, name, value) {
		if (!strcmp(name, "row_version"))
			continue;
		if (json_is_string(value))
			put_hidden(list, name, json_string_value(value));
		json_array_foreach(value, i, each)
			put_hidden(list, name, json_string_value(each));
	}
}

static void put_versions(struct ct_request *r, const struct store *s, const struct ct_record_row *mine)
{
	json_t *list = ct_put_array(r->view, "fields_ui");

	for (size_t i = 0; i < s->info->sql->n; i++) {
		const struct ct_record_column *c = &s->info->sql->columns[i];
		const char *yours, *theirs;
		json_t *line;

		if (!c->written || !c->stored || !ct_record_sees(r, c) ||
		    !ct_record_applies(s->info, c, ct_record_variant(s->info, s->stored->values)))
			continue;
		yours = ct_record_show_at(r, s->info, mine, i);
		theirs = ct_record_show_at(r, s->info, s->stored, i);
		line = ct_add_object(list);
		ct_put_text(line, "label", ct_record_text(s->info, c->field->label));
		ct_put_text(line, "yours", yours);
		ct_put_text(line, "theirs", theirs);
		ct_put_bool(line, "differs", !yours != !theirs || (yours && strcmp(yours, theirs) != 0));
	}
}

/* 409: both versions, as a page or as `yours` and `theirs`. Nothing was stored. */
static int show_both(struct ct_request *r, struct store *s, struct ct_error *e)
{
	struct ct_record_row *mine = talloc_zero(r, struct ct_record_row), *both[2];
	int rc = ct_record_load(r, s->info, &s->stored, e);

	if (rc)
		return rc;
	*mine = *s->stored;
	mine->values = s->values;
	mine->labels = talloc_zero_array(mine, const char *, s->info->sql->n);
	mine->files = talloc_zero_array(mine, const struct ct_file *, s->info->sql->n);
	both[0] = mine;
	both[1] = s->stored;
	rc = ct_record_label(r, s->info, both, 2, e);
	if (rc)
		return rc;
	if (!ct_wants_html(r)) {
		ct_record_put(r, s->info, mine, ct_put_object(r->view, "yours"));
		ct_record_put(r, s->info, s->stored, ct_put_object(r->view, "theirs"));
		return ct_fail(e, CT_CONFLICT, "%s", _("Somebody else changed this in the meantime"));
	}
	ct_put_text(r->view, "heading_ui", ct_record_title(r, s->info, s->stored));
	ct_put_text(r->view, "who_ui", who_changed(r, s));
	put_versions(r, s, mine);
	put_typed(r, s);
	ct_put_text(r->view, "action_ui", ct_record_url(r, s->info, s->stored->id, NULL));
	ct_put_text(r->view, "back_ui", ct_record_url(r, s->info, s->stored->id, NULL));
	ct_record_crumbs(r, s->info, s->stored);
	ct_template(r, "core/record-conflict");
	ct_answer(r, 409);
	return 0;
}

int ct_record_change(struct ct_request *r, struct ct_error *e)
{
	struct store s = { .info = ct_record_of(r) };
	int rc = ct_record_load(r, s.info, &s.stored, e);

	if (rc)
		return rc;
	if (s.stored->locked > 1)
		return ct_fail(e, CT_DENIED, "%s", _("This can no longer be changed, or not by you."));
	s.values = talloc_zero_array(r, struct ct_value, s.info->sql->n);
	merge(r, &s);
	rc = ct_in_fail(r, e);
	if (rc)
		return rc;
	if (ct_in_int(r, "row_version") != s.stored->version)
		return show_both(r, &s, e);
	rc = ct_transaction(r, store, &s, e);
	if (rc == CT_CONFLICT && s.lost)
		return show_both(r, &s, e);
	if (rc)
		return rc;
	ct_notice(r, "%s", _("It is stored."));
	return answer(r, &s, 200, e);
}
