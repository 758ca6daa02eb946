/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How traces read, and the form that looks for them. */
#include <string.h>
#include <talloc.h>

#include "audit/audit.h"
#include "field/form.h"
#include "record/record.h"
#include "route/state.h"

static const struct ct_choice actions[] = {
	{ "create", N_("added") },     { "change", N_("changed") },    { "delete", N_("deleted") },
	{ "archive", N_("archived") }, { "cancel", N_("cancelled") },  { "confirm", N_("accepted") },
	{ "reject", N_("refused") },   { "verify", N_("confirmed") },  { "expire", N_("expired") },
	{ "revoke", N_("taken back") }, { "merge", N_("merged") },     { "forget", N_("made anonymous") },
	{ 0 }
};

/* What the core traces without its being a kind that a path could name. */
static const struct { const char *kind, *label; } words[] = {
	{ "account", N_("Account") }, { "token", N_("Access for a program") }, { "role", N_("Role") },
	{ "session", N_("Session") },
};

const char *ct_audit_action(const char *action)
{
	for (const struct ct_choice *c = actions; c->value; c++)
		if (!strcmp(c->value, action))
			return _(c->label);
	return action;
}

const char *ct_audit_kind(struct ct_request *r, const char *full)
{
	const struct ct_kind_entry *entry = ct_registry_kind(r->s->core->registry, full);
	const char *domain = entry ? entry->module->plugin->domain : NULL, *dot = strchr(full, '.');

	if (entry)
		return dgettext(domain ? domain : CT_TEXT_DOMAIN, entry->kind->label);
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (!strcmp(words[i].kind, full))
			return _(words[i].label);
	return dot ? dot + 1 : full;
}

static const struct ct_record_info *record_of(const struct ct_kind_entry *entry)
{
	const struct ct_module *m = entry ? entry->module : NULL;

	for (size_t i = 0; m && m->records && m->plugin->records[i].name; i++)
		if (&m->records[i]->kind == entry->kind)
			return m->records[i];
	return NULL;
}

const struct ct_field *ct_audit_traced(struct ct_request *r, const char *full, const char **domain_r)
{
	const struct ct_kind_entry *entry = ct_registry_kind(r->s->core->registry, full);
	const struct ct_record_info *info = record_of(entry);

	*domain_r = entry ? entry->module->plugin->domain : NULL;
	return info ? info->record->fields : entry ? entry->kind->traces : NULL;
}

const char *ct_audit_href(struct ct_request *r, const char *full, int64_t object)
{
	const struct ct_kind_entry *entry = ct_registry_kind(r->s->core->registry, full);
	const struct ct_record_info *info = record_of(entry);
	const char *url = entry ? entry->kind->url : NULL, *open = url ? strchr(url, '{') : NULL, *close;

	if (!r->org)
		return NULL;
	if (info)
		return talloc_asprintf(r, "%s/%s/%lld", ct_url(r, "/o/%s", r->s->org_slug), info->path, (long long)object);
	close = open ? strchr(open, '}') : NULL;
	return close ? talloc_asprintf(r, "%.*s%lld%s", (int)(open - url), url, (long long)object, close + 1) : NULL;
}

const struct ct_field ct_audit_fields[] = {
	{ "q", N_("Text"), CT_TEXT, .max = 80 },
	{ "kind", N_("What"), CT_TEXT, .max = 80 },
	{ "action", N_("Done"), CT_CHOICE, .choices = actions },
	{ "person", N_("By whom"), CT_INT, .min = 1, .max = INT64_MAX },
	{ "from", N_("From day"), CT_DATE },
	{ "to", N_("To day"), CT_DATE },
	{ "object", N_("Key of one thing of that kind"), CT_INT, .min = 1, .max = INT64_MAX },
	{ "after", N_("Entries after this cursor"), CT_INT, .min = 1, .max = INT64_MAX },
	{ "limit", N_("Entries at once"), CT_INT, .min = 1, .max = CT_AUDIT_MOST },
	{ 0 }
};

/* As ct_audit_fields; what is chosen from rows is a list of those. */
static const struct ct_field controls[] = {
	{ "q", N_("Text"), CT_TEXT, .max = 80 },
	{ "kind", N_("What"), CT_REF, .ref = "party" },
	{ "action", N_("Done"), CT_CHOICE, .choices = actions },
	{ "person", N_("By whom"), CT_REF, .ref = "party" },
	{ "from", N_("From day"), CT_DATE },
	{ "to", N_("To day"), CT_DATE },
	{ 0 }
};

static void add_kinds(struct ct_request *r, json_t *control)
{
	const struct ct_registry *g = r->s->core->registry;

	for (size_t i = 0; i < g->n_kinds && r->org; i++)
		ct_form_option(control, g->kinds[i].name, ct_audit_kind(r, g->kinds[i].name));
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (!ct_registry_kind(g, words[i].kind))
			ct_form_option(control, words[i].kind, _(words[i].label));
	if (!r->org)
		ct_form_option(control, "organisation", ct_audit_kind(r, "organisation"));
}

static int add_people(struct ct_request *r, json_t *control, struct ct_error *e)
{
	const char *chosen = ct_in_typed(r, "person");
	struct ct_result *rows;
	bool there = !chosen || !*chosen;
	int rc = ct_query(r, "people", CT_ARGS(CT_ID(r->org)), &rows, e);

	while (!rc && ct_next(rows)) {
		there |= chosen && !strcmp(chosen, ct_col_text(rows, "id"));
		ct_form_option(control, ct_col_text(rows, "id"), ct_col_text(rows, "name"));
	}
	if (rc || there)
		return rc;
	rc = ct_query(r, "person", CT_ARGS(CT_NUM(ct_in_int(r, "person")), CT_ID(r->org)), &rows, e);
	if (!rc && ct_next(rows))
		ct_form_option(control, chosen, ct_col_text(rows, "name"));
	return rc;
}

/* The first choice of a search is no choice. */
static void put_any(json_t *list)
{
	json_t *control;
	size_t i;

	json_array_foreach(list, i, control) {
		json_t *first = json_array_get(json_object_get(control, "options"), 0);

		if (first)
			ct_put_text(first, "label", _("all"));
		ct_put_text(control, "hint", NULL);
		ct_put_text(control, "described_by", NULL);
	}
}

int ct_audit_put_form(struct ct_request *r, struct ct_error *e)
{
	json_t *list = ct_put_controls(r, r->view, "fields_ui", controls, NULL);

	int rc;

	put_any(list);
	add_kinds(r, json_array_get(list, 1));
	rc = add_people(r, json_array_get(list, 3), e);
	if (!r->org)	/* no text is looked for */
		json_array_remove(list, 0);
	return rc;
}
