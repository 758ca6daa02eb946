/* SPDX-License-Identifier: GPL-3.0-or-later */
/* GET and POST /o/{org}/law: one form for all that the law pages of an operator say. */
#include <string.h>
#include <talloc.h>

#include "law/law.h"
#include "record/trace.h"
#include "route/state.h"

static const struct ct_choice access_states[] = {
	{ "none", N_("does not conform") }, { "partial", N_("conforms in part") }, { "full", N_("conforms") }, { 0 }
};

#define NOTICE \
	{ "director", N_("Who answers for what is published"), CT_TEXT, .max = 120, \
	  .help = N_("Often the president: given and family name.") }, \
	{ "legal_form", N_("Legal form"), CT_TEXT, .max = 80, .help = N_("For example: association loi 1901, SCIC SA.") }, \
	{ "capital", N_("Share capital, if there is any"), CT_MONEY }, \
	{ "registered", N_("Registered at"), CT_TEXT, .max = 160, \
	  .help = N_("For example: RCS Lille Métropole. Empty for an association without registration.") }, \
	{ "notice_phone", N_("Telephone"), CT_PHONE, .autocomplete = "tel", \
	  .help = N_("Empty: the organisation's own.") }, \
	{ "notice_email", N_("E-mail"), CT_EMAIL, .autocomplete = "email", \
	  .help = N_("Empty: the organisation's own.") }, \
	{ "host_name", N_("Who hosts the site"), CT_TEXT, .max = 120 }, \
	{ "host_address", N_("Address of the host"), CT_TEXT, .max = 300 }, \
	{ "host_phone", N_("Telephone of the host"), CT_PHONE }, \
	{ "notice_text", N_("More about this"), CT_LONG_TEXT, .max = 5000 }
#define PRIVACY \
	{ "privacy_contact", N_("Who answers questions about data"), CT_TEXT, .max = 160, \
	  .help = N_("A person or a service.") }, \
	{ "privacy_email", N_("E-mail for questions about data"), CT_EMAIL }, \
	{ "dpo", N_("This is a data protection officer who was declared to the CNIL"), CT_BOOL }, \
	{ "recipients", N_("Who else receives data"), CT_LONG_TEXT, .max = 3000, \
	  .help = N_("One a line: who, and what for. For example the host, the accountant.") }, \
	{ "outside_eu", N_("Transfers outside of the European Union"), CT_LONG_TEXT, .max = 3000, \
	  .help = N_("Where to, and with which safeguards. Empty: none.") }, \
	{ "keep_contacts", N_("Contacts and accounts: months after the last act"), CT_INT, .min = 1, .max = 600, \
	  .help = N_("The site makes them anonymous by itself when its settings say so. Write a number only if you do it sooner.") }, \
	{ "keep_documents", N_("Accounting documents: months from the end of the year"), CT_INT, .min = 1, .max = 600, .initial = "120" }, \
	{ "keep_traces", N_("Who changed what: months"), CT_INT, .min = 1, .max = 600 }, \
	{ "keep_logs", N_("Logs of the web server: months"), CT_INT, .min = 1, .max = 600 }, \
	{ "privacy_text", N_("More about this"), CT_LONG_TEXT, .max = 5000 }
#define TERMS \
	{ "sells", N_("We sell to private persons"), CT_BOOL }, \
	{ "mediator", N_("Consumer mediator"), CT_TEXT, .max = 160, \
	  .help = N_("Has to be named by who sells to private persons.") }, \
	{ "mediator_address", N_("Address of the mediator"), CT_TEXT, .max = 300 }, \
	{ "mediator_url", N_("Site of the mediator"), CT_URL, .max = 300 }, \
	{ "terms_text", N_("More about this"), CT_LONG_TEXT, .max = 5000 }
#define ACCESS \
	{ "access_state", N_("Conformity with the RGAA"), CT_CHOICE, .choices = access_states, \
	  .help = N_("Leave it empty until somebody has assessed it.") }, \
	{ "access_rate", N_("Criteria that are met, per cent"), CT_INT, .min = 0, .max = 100 }, \
	{ "access_audit", N_("Day of the audit"), CT_DATE }, \
	{ "access_auditor", N_("Who made the audit"), CT_TEXT, .max = 120 }, \
	{ "access_gaps", N_("What is not accessible, and why"), CT_LONG_TEXT, .max = 5000 }, \
	{ "access_email", N_("E-mail for difficulties"), CT_EMAIL }, \
	{ "access_phone", N_("Telephone for difficulties"), CT_PHONE }, \
	{ "access_text", N_("More about this"), CT_LONG_TEXT, .max = 5000 }
#define HELP \
	{ "help_text", N_("What your visitors ask most"), CT_LONG_TEXT, .max = 5000, \
	  .help = N_("Stands on the help page, in your own words.") }

static const struct ct_field notice[] = { NOTICE, { 0 } }, privacy[] = { PRIVACY, { 0 } }, terms[] = { TERMS, { 0 } },
	accessibility[] = { ACCESS, { 0 } }, help[] = { HELP, { 0 } };

const struct ct_field ct_law_fields[] = {
	NOTICE, PRIVACY, TERMS, ACCESS, HELP,
	{ "row_version", N_("Version that was changed"), CT_INT, .min = 0 },
	{ 0 }
};

enum { FIELDS = sizeof(ct_law_fields) / sizeof(ct_law_fields[0]) - 2 };

static struct ct_value stored(struct ct_request *r, const struct ct_result *row, const struct ct_field *f)
{
	const char *column = ct_field_column(r, f);
	struct ct_value v = { .local = CT_NO_LOCAL, .day = CT_NO_DAY };

	v.set = !ct_col_null(row, column);
	if (f->type == CT_DATE)
		v.day = ct_col_day(row, column);
	else if (f->type == CT_INT || f->type == CT_MONEY || f->type == CT_BOOL)
		v.i = ct_col_int(row, column);
	else
		v.text = ct_col_text(row, column);
	return v;
}

/* What stands in the form of a row that is there; a new one begins with what the fields say. */
static json_t *standing(struct ct_request *r, const struct ct_law *law)
{
	json_t *typed = ct_own_json(r, json_object());

	if (ct_col_null(law->row, "row_version"))
		return NULL;
	for (size_t i = 0; i < FIELDS; i++) {
		struct ct_value v = stored(r, law->row, &ct_law_fields[i]);

		if (v.set)
			ct_put_text(typed, ct_law_fields[i].name, ct_field_typed(r, &ct_law_fields[i], &v));
	}
	return typed;
}

static void put_group(struct ct_request *r, json_t *groups, const char *page, const char *title,
		      const struct ct_field *fields, json_t *current)
{
	json_t *group = ct_add_object(groups);

	ct_put_text(group, "title", title);
	ct_put_text(group, "href", ct_url(r, "/legal/%s/%s", r->s->org_slug, page));
	ct_put_text(group, "anchor", page);
	ct_put_controls(r, group, "fields", fields, current);
}

int ct_law_form(struct ct_request *r, struct ct_error *e)
{
	struct ct_law law;
	json_t *groups, *current;
	const char *typed = ct_in_typed(r, "row_version");
	int rc = ct_law_find(r, &law, e);

	if (rc)
		return rc;
	current = standing(r, &law);
	groups = ct_put_array(r->view, "groups_ui");
	put_group(r, groups, "notice", _("Legal notice"), notice, current);
	put_group(r, groups, "privacy", _("Privacy"), privacy, current);
	put_group(r, groups, "terms", _("Conditions"), terms, current);
	put_group(r, groups, "accessibility", _("Accessibility"), accessibility, current);
	put_group(r, groups, "help", _("Help"), help, current);
	ct_put_text(r->view, "action_ui", ct_url(r, "/o/%s/law", r->s->org_slug));
	ct_put_text(r->view, "version_ui", typed ? typed
		: talloc_asprintf(r, "%lld", (long long)ct_law_int(&law, "row_version")));
	return 0;
}

/* ---- storing ---- */

struct change { const struct ct_law *law; struct ct_value values[FIELDS]; json_t *before, *after; };

static struct ct_arg arg_of(const struct ct_field *f, const struct ct_value *v)
{
	if (f->type == CT_BOOL)
		return CT_NUM(v->set && v->i);
	if (!v->set)
		return CT_NULL;
	if (f->type == CT_DATE)
		return CT_DAY(v->day);
	return f->type == CT_INT || f->type == CT_MONEY ? CT_NUM(v->i) : CT_STR(v->text);
}

/* Of a JSON body what is not there stays as it is. */
static void read_values(struct ct_request *r, struct change *c)
{
	bool new = ct_col_null(c->law->row, "row_version");

	for (size_t i = 0; i < FIELDS; i++) {
		const struct ct_field *f = &ct_law_fields[i];
		bool kept = r->s->json && !json_object_get(r->s->json, f->name) && !new;

		c->values[i] = kept ? stored(r, c->law->row, f) : *ct_in(r, f->name);
	}
}

static const char *typed_text(struct ct_request *r, const struct ct_field *f, const struct ct_value *v)
{
	if (f->type == CT_BOOL)
		return v->set && v->i ? "1" : "0";
	return v->set ? ct_field_typed(r, f, v) : NULL;
}

static void trace(struct ct_request *r, struct change *c)
{
	c->before = json_object();
	c->after = json_object();
	for (size_t i = 0; i < FIELDS; i++) {
		const struct ct_field *f = &ct_law_fields[i];
		struct ct_value old = stored(r, c->law->row, f);
		const char *a = typed_text(r, f, &old), *b = typed_text(r, f, &c->values[i]);

		if ((a && *a ? !b || strcmp(a, b) != 0 : b && *b)) {
			ct_put_text(c->before, f->name, a);
			ct_put_text(c->after, f->name, b);
		}
	}
}

static int lost(struct ct_error *e)
{
	return ct_fail(e, CT_CONFLICT, "%s",
		       _("Somebody else changed these pages meanwhile. Open the form again to see how they stand now."));
}

static int store(struct ct_request *r, void *arg, struct ct_error *e)
{
	struct change *c = arg;
	struct ct_arg args[FIELDS + 3];
	int64_t version = ct_in_int(r, "row_version"), count = 1;
	bool new = ct_col_null(c->law->row, "row_version");
	size_t n = FIELDS;
	int rc;

	for (size_t i = 0; i < FIELDS; i++)
		args[i] = arg_of(&ct_law_fields[i], &c->values[i]);
	args[n++] = CT_UTC(r->now);
	args[n++] = CT_NUM(r->org);
	if (!new)
		args[n++] = CT_NUM(version);
	rc = ct_exec_count(r, new ? "law_insert" : "law_update", (struct ct_args){ args, n }, &count, e);
	if ((rc == CT_CONFLICT && new) || (!rc && !count))
		return lost(e);
	if (rc)
		return rc;
	trace(r, c);
	return ct_audit(r, "law", r->org, new ? "create" : "change", c->before, c->after, e);
}

int ct_law_store(struct ct_request *r, struct ct_error *e)
{
	struct change c = { 0 };
	struct ct_law law;
	int rc = ct_law_find(r, &law, e);

	if (rc)
		return rc;
	c.law = &law;
	read_values(r, &c);
	rc = ct_transaction(r, store, &c, e);
	if (rc)
		return rc;
	json_object_clear(r->view);
	ct_put_int(r->view, "row_version", ct_law_int(&law, "row_version") + 1);
	ct_notice(r, "%s", _("The legal pages are changed."));
	ct_redirect(r, 200, ct_url(r, "/legal/%s/notice", r->s->org_slug));
	return 0;
}
