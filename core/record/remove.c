/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Deleting a row. What rows in use refer to stays: the page says which. What only the past refers to
 * (archived rows, or a table of the plugin's own, by foreign key) is archived, and anything else is
 * deleted.
 */
#include <string.h>
#include <talloc.h>

#include "record/internal.h"

struct removal {
	const struct ct_record_info *info;
	struct ct_record_row *row;
	json_t *blocked;		/* sentences: who needs it; owned by the request */
	bool past;			/* archived rows refer to it */
	bool archived, lost;
};

static int ask(struct ct_request *r, struct removal *m, const struct ct_record_info *user,
	       const struct ct_record_column *column, struct ct_error *e)
{
	/* what others know of it is not said, and does not keep it here */
	struct ct_arg same = m->info->record->rows ? CT_NUM(r->org) : CT_NULL;
	struct ct_result *result;
	long long living;
	int rc = ct_query_run(r, &column->users, CT_ARGS(CT_NUM(m->row->id), same, same), &result, e);

	if (rc || !ct_next(result))
		return rc;
	living = ct_col_int(result, "living");
	m->past |= ct_col_int(result, "n") > living;
	if (living)
		ct_add_text(m->blocked, talloc_asprintf(r,
			ngettext_("%lld entry of “%s” refers to it.", "%lld entries of “%s” refer to it.", living),
			living, ct_record_text(user, user->record->label)));
	return 0;
}

/* The register of references: every field of every record that names this kind. */
static int ask_all(struct ct_request *r, struct removal *m, struct ct_error *e)
{
	const struct ct_registry *g = r->s->core->registry;
	int rc = 0;

	m->blocked = ct_own_json(r, json_array());
	m->past = false;
	for (size_t i = 0; i < g->n_kinds && !rc; i++) {
		const struct ct_record_info *user = ct_record_of_kind(r, g->kinds[i].name);

		for (size_t c = 0; user && c < user->sql->n && !rc; c++)
			if (user->sql->columns[c].users.sql &&
			    !strcmp(user->sql->columns[c].field->ref, m->info->full))
				rc = ask(r, m, user, &user->sql->columns[c], e);
	}
	return rc;
}

static int load(struct ct_request *r, struct removal *m, struct ct_error *e)
{
	int rc;

	m->info = ct_record_of(r);
	rc = ct_record_load(r, m->info, &m->row, e);
	if (!rc && m->row->locked > 1)
		rc = ct_fail(e, CT_DENIED, "%s", _("This can no longer be changed, or not by you."));
	if (!rc && ct_utc_set(m->row->archived))
		rc = ct_fail(e, CT_GONE, "%s", _("This has been archived already."));
	if (!rc)
		rc = ct_record_label(r, m->info, &m->row, 1, e);
	if (rc || (rc = ask_all(r, m, e)) || !m->info->record->before_delete)
		return rc;
	rc = m->info->record->before_delete(r, m->row->id, e);
	if (rc != CT_CONFLICT)
		return rc;
	ct_add_text(m->blocked, e->text);
	return 0;
}

static void put_page(struct ct_request *r, const struct removal *m)
{
	json_t *list = ct_put_array(r->view, "blocked_ui"), *text;
	const char *title = ct_record_title(r, m->info, m->row);
	const char *label = ct_record_text(m->info, m->info->record->remove_label);
	const char *sentence = ct_record_text(m->info, m->info->record->remove_text);
	size_t i;

	ct_put_text(r->view, "name_ui", title);
	ct_put_text(r->view, "heading_ui", label ? title
		    : talloc_asprintf(r, _("Delete “%s”?"), title));
	ct_put_text(r->view, "sentence_ui", sentence ? sentence : _("It disappears from all lists. What names it stays readable."));
	json_array_foreach(m->blocked, i, text)
		ct_put_text(ct_add_object(list), "text", json_string_value(text));
	ct_put_bool(r->view, "can_delete_ui", !json_array_size(m->blocked));
	ct_put_text(r->view, "action_ui", ct_record_url(r, m->info, m->row->id, "delete"));
	ct_put_text(r->view, "row_version_ui", talloc_asprintf(r, "%lld", (long long)m->row->version));
	ct_put_text(r->view, "submit_ui", label ? label : _("Delete"));
	ct_put_text(r->view, "back_ui", ct_record_url(r, m->info, m->row->id, NULL));
	ct_record_crumbs(r, m->info, m->row);
}

int ct_record_delete_page(struct ct_request *r, struct ct_error *e)
{
	struct removal m = { 0 };
	int rc = load(r, &m, e);

	if (rc)
		return rc;
	ct_record_put(r, m.info, m.row, r->view);
	json_object_set(r->view, "needed_by", m.blocked);
	put_page(r, &m);
	return 0;
}

static int archive(struct ct_request *r, struct removal *m, int64_t *count_r, struct ct_error *e)
{
	m->archived = true;
	return ct_exec_run(r, &m->info->sql->archive, CT_ARGS(CT_UTC(r->now), CT_NUM(m->row->id), CT_NUM(r->org),
		CT_NUM(m->row->version)), count_r, NULL, e);
}

static int drop_files(struct ct_request *r, const struct removal *m, struct ct_error *e)
{
	int rc = 0;

	for (size_t i = 0; i < m->info->sql->n && !rc; i++)
		if (m->info->sql->columns[i].field->type == CT_FILE)
			rc = ct_file_drop(r, m->row->values[i].i, e);
	return rc;
}

static int remove_row(struct ct_request *r, void *arg, struct ct_error *e)
{
	struct removal *m = arg;
	int64_t count = 0;
	int rc;

	m->archived = m->lost = false;
	/* again: what load() asked may have changed since, and here it may lock */
	if (m->info->record->before_delete && (rc = m->info->record->before_delete(r, m->row->id, e)))
		return rc;
	if (m->info->record->remove) {
		rc = m->info->record->remove(r, m->row->id, m->row->version, &m->archived, e);
		count = !rc;
	} else if (m->past) {
		rc = archive(r, m, &count, e);
	} else {
		rc = ct_exec_run(r, &m->info->sql->remove, CT_ARGS(CT_NUM(m->row->id), CT_NUM(r->org),
			CT_NUM(m->row->version)), &count, NULL, e);
		if (rc == CT_CONFLICT && !*e->field)
			rc = archive(r, m, &count, e);
	}
	if (!rc && !count) {
		m->lost = true;
		rc = ct_fail(e, CT_CONFLICT, "%s", _("Somebody else changed this in the meantime"));
	}
	if (!rc && !m->archived)
		rc = drop_files(r, m, e);
	return rc ? rc : ct_audit(r, m->info->record->name, m->row->id, m->archived ? "archive" : "delete",
				  ct_record_trace(r, m->info, m->row, NULL), NULL, e);
}

int ct_record_delete(struct ct_request *r, struct ct_error *e)
{
	struct removal m = { 0 };
	int rc = load(r, &m, e);

	if (rc)
		return rc;
	if (json_array_size(m.blocked)) {
		json_object_set(r->view, "needed_by", m.blocked);
		return ct_fail(e, CT_CONFLICT, "%s", json_string_value(json_array_get(m.blocked, 0)));
	}
	if (ct_in_int(r, "row_version") != m.row->version)
		return ct_fail(e, CT_CONFLICT, "%s", _("Somebody else changed this in the meantime"));
	rc = ct_transaction(r, remove_row, &m, e);
	if (rc)
		return rc;
	ct_notice(r, "%s", m.archived ? _("It is archived.") : _("It is deleted."));
	ct_put_id(r->view, "id", m.row->id);
	ct_put_bool(r->view, "archived", m.archived);
	ct_redirect(r, 200, ct_record_url(r, m.info, 0, NULL));
	return 0;
}
