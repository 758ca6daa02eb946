/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Contacts from a spreadsheet, in two steps: what would happen, line by line, and then that. Between them the
 * text is kept as a draft for a day. Whatever was imported once is recognised again, so nothing is doubled by
 * importing a file twice; empty cells change nothing; nobody gets an account by it.
 */
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include "http/upload.h"
#include "people/import.h"
#include "people/people.h"
#include "people/sheet.h"
#include "route/state.h"

enum { SHOWN = 200, BATCH = 200 };

/* The spreadsheet itself is read and forgotten. */
const struct ct_field ct_import_fields[] = {
	{ "file", N_("CSV file"), CT_FILE, .accept = CT_CSV, .max = 4 << 20, .passing = true,
	  .help = N_("Its first line names the columns: Nom, Prénom, E-mail, Téléphone, Adresse, Code postal, Ville, SIREN …") },
	{ "text", N_("Or paste the cells here"), CT_LONG_TEXT, .max = 60000,
	  .help = N_("With the line that names the columns.") },
	{ 0 }
};

const struct ct_view_field ct_import_view[] = {
	{ "uid", "text", NULL }, { "added", "integer", NULL }, { "changed", "integer", NULL },
	{ "unchanged", "integer", NULL }, { "skipped", "integer", NULL }, { "wrong", "integer", NULL },
	{ "meanwhile", "integer", N_("Left out, because somebody changed the contact before it was stored") },
	{ "lines", "array", NULL }, { "lines.line", "integer", NULL }, { "lines.what", "text", NULL },
	{ "lines.name", "text", NULL }, { "lines.why", "text", NULL }, { "lines.changes", "array", NULL }, { 0 }
};

static const char *here(struct ct_request *r, const char *uid)
{
	return ct_url(r, uid ? "/o/%s/people/import/%s" : "/o/%s/people/import", r->s->org_slug, uid);
}

static void put_crumbs(struct ct_request *r)
{
	json_t *crumb = ct_add_object(ct_put_array(r->view, "breadcrumbs_ui"));

	ct_put_text(crumb, "label", _("Contacts"));
	ct_put_text(crumb, "href", ct_url(r, "/o/%s/people", r->s->org_slug));
}

int ct_import_page(struct ct_request *r, struct ct_error *e)
{
	json_t *form = ct_put_object(r->view, "form_ui");

	(void)e;
	ct_put_text(form, "action", here(r, NULL));
	ct_put_bool(form, "multipart", true);
	ct_put_controls(r, form, "fields", ct_import_fields, NULL);
	ct_put_array(form, "hidden");
	ct_put_text(form, "submit", _("See what would happen"));
	ct_put_text(form, "cancel_href", ct_url(r, "/o/%s/people", r->s->org_slug));
	ct_put_text(form, "note", _("Nothing is stored before you have seen it. Import only people who know that you keep their data."));
	put_crumbs(r);
	ct_put_text(r->view, "heading_ui", _("Import contacts"));
	return 0;
}

/* ------------------------------------------------------------------------ the draft ---- */

static const struct ct_upload *uploaded(const struct ct_request *r)
{
	for (size_t i = 0; i < r->s->n_uploads; i++)
		if (!strcmp(r->s->uploads[i].name, "file") && r->s->uploads[i].size)
			return &r->s->uploads[i];
	return NULL;
}

/* What was uploaded, else what was pasted. */
static int read_text(struct ct_request *r, const char **name_r, char **text_r, struct ct_error *e)
{
	const struct ct_upload *file = uploaded(r);
	char *bytes;
	ssize_t got;

	*name_r = file ? file->filename : _("pasted");
	if (!file && ct_in_set(r, "text")) {
		*text_r = talloc_strdup(r, ct_in_text(r, "text"));
		return 0;
	}
	if (!file)
		return ct_fail_field(e, "file", "%s", _("Please choose a file, or paste your cells below."));
	bytes = talloc_size(r, file->size + 1);
	for (size_t at = 0; at < file->size; at += (size_t)got) {
		got = ct_upload_read(file, at, bytes + at, file->size - at, e);
		if (got <= 0)
			return got ? (int)got : ct_fail(e, CT_BAD, "%s", _("What was sent arrived incomplete. Nothing was done; please send it again."));
	}
	bytes[file->size] = '\0';
	return ct_sheet_text(r, bytes, file->size, text_r, e);
}

struct draft { const char *uid, *name, *text; };

static int store_draft(struct ct_request *r, void *arg, struct ct_error *e)
{
	const struct draft *d = arg;

	return ct_exec(r, "draft_add", CT_ARGS(CT_STR(d->uid), CT_NUM(r->org), CT_NUM(r->person), CT_STR(d->name),
					       CT_STR(d->text)), e);
}

/* `label`: NULL, where that is not to be known */
static int keep(struct ct_request *r, const char *const *columns, const char *label, const char **uid_r,
		struct ct_error *e)
{
	struct draft d = { .uid = ct_new_uid(r) };
	struct ct_import import;
	char *text = NULL;
	int rc = read_text(r, &d.name, &text, e);

	if (rc || (rc = ct_import_read(r, text, columns, label, &import, e)))
		return rc;
	d.text = text;
	d.name = label ? label : d.name;
	CT_AS(r, &ct_plugin_people, rc = ct_transaction(r, store_draft, &d, e));
	if (!rc)
		*uid_r = d.uid;
	return rc;
}

int ct_import_keep(struct ct_request *r, const char *const *columns, const char **uid_r, struct ct_error *e)
{
	return keep(r, columns, NULL, uid_r, e);
}

int ct_import_keep_known(struct ct_request *r, const char *const *columns, const char *label, const char **uid_r,
			 struct ct_error *e)
{
	return keep(r, columns, label, uid_r, e);
}

int ct_import_post(struct ct_request *r, struct ct_error *e)
{
	const char *uid;
	int rc = ct_import_keep(r, NULL, &uid, e);

	if (rc)
		return rc;
	ct_put_text(r->view, "uid", uid);
	ct_redirect(r, 201, here(r, uid));
	return 0;
}

static int load(struct ct_request *r, const char *uid, const char *const *columns, bool known,
		struct ct_import *import, struct ct_error *e)
{
	struct ct_result *row;
	int rc = ct_one(r, "draft", CT_ARGS(CT_STR(uid), CT_NUM(r->org), CT_NUM(r->person)), &row, e);

	if (!rc)
		rc = ct_import_read(r, ct_col_text(row, "text"), columns, known, import, e);
	if (rc)
		return rc;
	import->label = ct_col_text(row, "name");
	return known ? ct_import_match_known(r, import, e) : ct_import_match(r, import, e);
}

int ct_import_load(struct ct_request *r, const char *uid, const char *const *columns, struct ct_import *import_r,
		   struct ct_error *e)
{
	int rc;

	CT_AS(r, &ct_plugin_people, rc = load(r, uid, columns, false, import_r, e));
	return rc;
}

int ct_import_load_known(struct ct_request *r, const char *uid, const char *const *columns, struct ct_import *import_r,
			 struct ct_error *e)
{
	int rc;

	CT_AS(r, &ct_plugin_people, rc = load(r, uid, columns, true, import_r, e));
	return rc;
}

/* ------------------------------------------------------------------------ seen ---- */

static const char *word(enum ct_import_what what)
{
	switch (what) {
	case CT_IMPORT_NEW:
		return _("new");
	case CT_IMPORT_CHANGE:
		return _("changes");
	case CT_IMPORT_SAME:
		return _("as it is");
	case CT_IMPORT_SKIP:
		return _("skipped");
	case CT_IMPORT_WRONG:
	default:
		return _("to be corrected");
	}
}

void ct_import_put(struct ct_request *r, const struct ct_import_line *line, json_t *object)
{
	static const char *const codes[] = { "new", "change", "same", "skip", "wrong" };
	json_t *changes;

	ct_put_int(object, "line", (int64_t)line->no);
	ct_put_text(object, "what", codes[line->what]);
	ct_put_text(object, "what_ui", word(line->what));
	ct_put_text(object, "name", line->name);
	ct_put_text(object, "why", line->why);
	ct_put_bool(object, "wrong_ui", line->what == CT_IMPORT_WRONG);
	ct_put_bool(object, "detail_ui", line->why || line->n_changes);
	changes = ct_put_array(object, "changes");
	for (size_t i = 0; line->changes && i < line->n_changes; i++) {
		json_t *change = ct_add_object(changes);

		ct_put_text(change, "label", _(line->changes[i].field->label));
		ct_put_text(change, "before", line->changes[i].before);
		ct_put_text(change, "before_ui", ct_contact_shown(r, line->changes[i].field, line->changes[i].before));
		ct_put_text(change, "after", line->changes[i].after);
		ct_put_text(change, "after_ui", ct_contact_shown(r, line->changes[i].field, line->changes[i].after));
	}
}

static void put_counts(json_t *view, const struct ct_import *import)
{
	static const char *const names[] = { "added", "changed", "unchanged", "skipped", "wrong" };

	for (size_t i = 0; i < 5; i++)
		ct_put_int(view, names[i], (int64_t)import->counts[i]);
	ct_put_int(view, "meanwhile", (int64_t)import->meanwhile);
}

static const char *counted(struct ct_request *r, const struct ct_import *import)
{
	long long added = (long long)import->counts[CT_IMPORT_NEW];
	long long changed = (long long)import->counts[CT_IMPORT_CHANGE];

	return talloc_asprintf(r, "%s, %s",
		talloc_asprintf(r, ngettext_("%lld new contact", "%lld new contacts", added), added),
		talloc_asprintf(r, ngettext_("%lld changed", "%lld changed", changed), changed));
}

/* Lines to be corrected first, then what changes, then the rest: what has to be looked at is not at the end. */
static void put_lines(struct ct_request *r, const struct ct_import *import)
{
	static const enum ct_import_what order[] = { CT_IMPORT_WRONG, CT_IMPORT_SKIP, CT_IMPORT_CHANGE, CT_IMPORT_NEW,
						     CT_IMPORT_SAME };
	json_t *list = ct_put_array(r->view, "lines");
	size_t limit = ct_wants_html(r) ? SHOWN : import->n, n = 0;

	for (size_t k = 0; k < 5; k++)
		for (size_t i = 0; i < import->n && n < limit; i++)
			if (import->lines[i].what == order[k]) {
				ct_import_put(r, &import->lines[i], ct_add_object(list));
				n++;
			}
	ct_put_text(r->view, "rest_ui", n < import->n
		    ? talloc_asprintf(r, _("And %zu more lines like these."), import->n - n) : NULL);
}

int ct_import_preview(struct ct_request *r, struct ct_error *e)
{
	struct ct_import import;
	bool something;
	int rc = ct_import_load(r, ct_path(r, "uid"), NULL, &import, e);

	if (rc)
		return rc;
	something = import.counts[CT_IMPORT_NEW] + import.counts[CT_IMPORT_CHANGE] > 0;
	ct_put_text(r->view, "uid", ct_path(r, "uid"));
	put_counts(r->view, &import);
	put_lines(r, &import);
	ct_put_text(r->view, "summary_ui", something ? counted(r, &import) : _("Nothing in this file would change anything."));
	ct_put_text(r->view, "wrong_ui", import.counts[CT_IMPORT_WRONG]
		    ? talloc_asprintf(r, ngettext_("%zu line has to be corrected; it is left out if you import now.",
				      "%zu lines have to be corrected; they are left out if you import now.",
				      import.counts[CT_IMPORT_WRONG]), import.counts[CT_IMPORT_WRONG]) : NULL);
	ct_put_text(r->view, "unknown_ui", import.unknown
		    ? talloc_asprintf(r, _("Columns that are not read: %s."), import.unknown) : NULL);
	ct_put_bool(r->view, "something_ui", something);
	ct_put_text(r->view, "action_ui", here(r, ct_path(r, "uid")));
	ct_put_text(r->view, "back_ui", here(r, NULL));
	put_crumbs(r);
	ct_put_text(r->view, "heading_ui", _("What would happen"));
	return 0;
}

/* ------------------------------------------------------------------------ done ---- */

/* The row of the draft is the guard: two clicks, or two people, do not import it twice. */
int ct_import_claim(struct ct_request *r, const char *uid, struct ct_error *e)
{
	int64_t count;
	int rc;

	CT_AS(r, &ct_plugin_people, rc = ct_exec_count(r, "draft_claim", CT_ARGS(CT_UTC(r->now), CT_STR(uid), CT_NUM(r->org),
										 CT_NUM(r->person)), &count, e));
	return rc || count ? rc : ct_fail(e, CT_CONFLICT, "%s", _("This file has been imported already."));
}

static int claim(struct ct_request *r, void *arg, struct ct_error *e)
{
	(void)arg;
	return ct_import_claim(r, ct_path(r, "uid"), e);
}

struct batch { struct ct_import *import; size_t from, to, meanwhile; };

/* Of what somebody else may change, only our note is ours: *locked_r as it is now, under the locks of the change. */
static int change_line(struct ct_request *r, const struct ct_import_line *line, int64_t *count_r, bool *locked_r,
		       struct ct_error *e)
{
	struct ct_result *row;
	int rc = ct_exec_count(r, "contact_change", CT_ARGS(CT_STR(ct_contact_value(line->values, "note")),
			       CT_NUM(r->org), CT_NUM(line->id), CT_NUM(line->version)), count_r, e);

	if (rc || !*count_r)
		return rc;
	rc = ct_one(r, "contact_locked", CT_ARGS(CT_NUM(r->org), CT_NUM(line->id)), &row, e);
	if (rc)
		return rc;
	*locked_r = ct_col_int(row, "locked") != 0;
	return *locked_r ? 0 : ct_contact_update(r, line->id, line->values, e);
}

/* *id_r: 0 where the contact was changed meanwhile. */
static int store_line(struct ct_request *r, const struct ct_import_line *line, int64_t *id_r, struct ct_error *e)
{
	json_t *before, *after;
	int64_t id = line->id, count = 1;
	bool locked = false;
	int rc = line->what == CT_IMPORT_NEW ? ct_contact_insert(r, line->values, &id, e)
					     : change_line(r, line, &count, &locked, e);

	*id_r = !rc && count ? id : 0;
	if (rc || !count)
		return rc;
	before = json_object();
	after = json_object();
	for (size_t i = 0; i < line->n_changes; i++) {
		const struct ct_import_change *change = &line->changes[i];

		if (locked && !change->field->own)
			continue;
		ct_put_text(before, change->field->name, change->before);
		ct_put_text(after, change->field->name, change->after);
	}
	return ct_audit(r, "contact", id, line->what == CT_IMPORT_NEW ? "create" : "change", before, after, e);
}

int ct_import_store(struct ct_request *r, const struct ct_import_line *line, int64_t *id_r, struct ct_error *e)
{
	int rc = 0;

	if (line->what == CT_IMPORT_NEW || line->what == CT_IMPORT_CHANGE)
		CT_AS(r, &ct_plugin_people, rc = store_line(r, line, id_r, e));
	else
		*id_r = line->what == CT_IMPORT_WRONG ? 0 : line->id;
	return rc;
}

static int store_batch(struct ct_request *r, void *arg, struct ct_error *e)
{
	struct batch *b = arg;
	int rc = 0;

	b->meanwhile = 0;
	for (size_t i = b->from; i < b->to && !rc; i++) {
		const struct ct_import_line *line = &b->import->lines[i];
		int64_t id;

		rc = ct_import_store(r, line, &id, e);
		b->meanwhile += !rc && !id && (line->what == CT_IMPORT_NEW || line->what == CT_IMPORT_CHANGE);
	}
	return rc;
}

static bool has_work(const struct ct_import *import, size_t from, size_t to)
{
	for (size_t i = from; i < to; i++)
		if (import->lines[i].what == CT_IMPORT_NEW || import->lines[i].what == CT_IMPORT_CHANGE)
			return true;
	return false;
}

/*
 * By batches, so that no lock is held for long; each is whole or not at all. One that fails says so, and the
 * same file again does the rest.
 */
int ct_import_apply(struct ct_request *r, struct ct_error *e)
{
	struct ct_import import;
	int rc = ct_import_load(r, ct_path(r, "uid"), NULL, &import, e);

	if (!rc)
		rc = ct_transaction(r, claim, NULL, e);
	for (size_t from = 0; !rc && from < import.n; from += BATCH) {
		struct batch b = { &import, from, from + BATCH < import.n ? from + BATCH : import.n, 0 };

		if (has_work(&import, b.from, b.to))
			rc = ct_transaction(r, store_batch, &b, e);
		import.meanwhile += b.meanwhile;
	}
	if (rc)
		return rc;
	import.counts[CT_IMPORT_CHANGE] -= import.meanwhile;
	ct_notice(r, _("Imported: %s."), counted(r, &import));
	if (import.meanwhile)
		ct_notice(r, ngettext_("%zu line was left out: its contact has been changed in the meantime.",
				       "%zu lines were left out: their contacts have been changed in the meantime.",
				       import.meanwhile), import.meanwhile);
	ct_put_text(r->view, "uid", ct_path(r, "uid"));
	put_counts(r->view, &import);
	ct_put_array(r->view, "lines");
	ct_redirect(r, 200, ct_url(r, "/o/%s/people", r->s->org_slug));
	return 0;
}

static int purge(struct ct_request *r, void *arg, struct ct_error *e)
{
	struct ct_utc day = { r->now.s - 86400 };

	(void)arg;
	return ct_exec(r, "drafts_purge", CT_ARGS(CT_UTC(day)), e);
}

int ct_import_purge(struct ct_request *r, struct ct_error *e)
{
	return ct_transaction(r, purge, NULL, e);
}
