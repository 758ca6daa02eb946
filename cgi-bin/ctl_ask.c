/* SPDX-License-Identifier: GPL-3.0-or-later */
/* comptoirctl setup: the questions. A wrong answer is explained, and at the terminal asked again. */
#include "ctl_setup.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <talloc.h>
#include <unistd.h>

#include <comptoir/field.h>
#include "config/settings.h"

struct ctl_answers *ctl_answers_new(void *mem)
{
	return talloc_zero(mem, struct ctl_answers);
}

static struct ctl_answer *find(const struct ctl_answers *a, const char *section, const char *key)
{
	for (size_t i = 0; i < a->n; i++)
		if (!strcmp(a->list[i].section, section) && !strcmp(a->list[i].key, key))
			return &a->list[i];
	return NULL;
}

const char *ctl_answer(const struct ctl_answers *a, const char *section, const char *key)
{
	const struct ctl_answer *found = find(a, section, key);

	return found ? found->text : NULL;
}

void ctl_answer_set(struct ctl_answers *a, const char *section, const char *key, const char *text)
{
	struct ctl_answer *found = find(a, section, key);

	if (!found) {
		a->list = talloc_realloc(a, a->list, struct ctl_answer, a->n + 1);
		found = &a->list[a->n++];
		found->section = talloc_strdup(a, section);
		found->key = talloc_strdup(a, key);
	}
	found->text = talloc_strdup(a, text);
}

static void take(void *ctx, const char *section, const char *key, const char *text)
{
	ctl_answer_set(ctx, section, key, text);
}

int ctl_answers_read(struct ctl_answers *a, const char *path, struct ct_error *e)
{
	struct ct_settings *s;
	int rc = ct_settings_read(a, strcmp(path, "-") ? path : "/dev/stdin", &s, e);

	if (!rc)
		ct_settings_each(s, take, a);
	return rc;
}

/* --- the questions */

static const char *first_url(void *mem)
{
	char host[256] = "localhost";

	gethostname(host, sizeof(host) - 1);
	return talloc_asprintf(mem, "https://%s/", strchr(host, '.') ? host : "localhost");
}

static const struct question {
	const char *key, *section, *setting; /* answered under either name */
	enum ctl_topic topic;
	enum ct_type type;
	const char *ask, *help, *initial;
	ctl_take_f *take;
} questions[] = {
	{ "url", "site", "url", CTL_TOPIC_INSTALLATION, CT_URL, "Public address",
	  "where people will find it, with its path: https://lieu.example/reserver/", NULL,
	  ctl_take_url },
	{ "name", "site", "name", CTL_TOPIC_INSTALLATION, CT_TEXT, "Name of the network",
	  "in titles and mails: Les lieux de la Lys", NULL, NULL },
	{ "email", "site", "email", CTL_TOPIC_INSTALLATION, CT_EMAIL,
	  "E-mail address that mails come from", "people may answer it: bonjour@lieu.example", NULL,
	  NULL },
	{ "mail", "mail", "transport", CTL_TOPIC_INSTALLATION, CT_TEXT, "How mails are sent",
	  "smtp://USER:PASSWORD@HOST:587, or file:/FOLDER while you try it out",
	  "file:/var/spool/comptoir", ctl_take_mail },
	{ "database", "database", "name", CTL_TOPIC_INSTALLATION, CT_TEXT, "Database",
	  "a name: it is made with its users, as root over the local socket;\n     for one that you were given:"
	  " host:NAME:PORT DATABASE OWNER:PASSWORD USER:PASSWORD",
	  "comptoir", ctl_take_database },
	{ "admin_email", NULL, NULL, CTL_TOPIC_FIRST, CT_EMAIL, "E-mail of the first administrator",
	  "yours, probably: it signs you in", NULL, NULL },
	{ "admin_name", NULL, NULL, CTL_TOPIC_FIRST, CT_TEXT,
	  "First name and family name of the administrator", "Camille Lefebvre", NULL,
	  ctl_take_person },
	{ "organisation", NULL, NULL, CTL_TOPIC_FIRST, CT_TEXT,
	  "First organisation that runs a place",
	  "its short name for addresses, then its name: filature La Filature", "none",
	  ctl_take_organisation },
};

enum { QUESTIONS = sizeof(questions) / sizeof(questions[0]) };

/* By the rules of the field's type, then by the question's own. Keeps the text as the type writes it. */
static int judge(struct ctl_answers *a, const struct question *q, const char *text,
		 struct ct_error *e)
{
	const struct ct_field field = { q->key, q->ask, q->type, .required = true,
					.max = q->type == CT_TEXT ? 160 : 0 };
	struct ct_value value;
	int rc;

	if (!*text)
		return ct_fail(e, CT_INVALID, "This cannot stay empty.");
	if (text[strcspn(text, "\r\n")])
		return ct_fail(e, CT_INVALID, "This has one line.");
	rc = ct_field_parse(a, &field, text, &value, e);
	if (!rc && q->take)
		rc = q->take(a, value.text, e);
	if (rc)
		return rc;
	ctl_answer_set(a, "", q->key, value.text);
	if (q->setting && q->take != ctl_take_mail && q->take != ctl_take_database)
		ctl_answer_set(a, q->section, q->setting, value.text);
	return 0;
}

/* A line of the terminal without its end and the blanks around it, on `mem`; NULL at its end. */
static const char *read_line(void *mem)
{
	char line[1024], *from = line, *end;

	if (!fgets(line, sizeof(line), stdin))
		return NULL;
	while (isspace((unsigned char)*from))
		from++;
	for (end = from + strlen(from); end > from && isspace((unsigned char)end[-1]); end--)
		;
	*end = '\0';
	return talloc_strdup(mem, from);
}

static int ask_person(struct ctl_answers *a, int no, const char *initial, struct ct_error *e)
{
	const struct question *q = &questions[no];
	const char *text;

	printf("\n%d/%d  %s\n     %s\n", no + 1, QUESTIONS, q->ask, q->help);
	for (;;) {
		printf(initial ? "     [%s] > " : "     > ", initial);
		fflush(stdout);
		text = read_line(a);
		if (!text)
			return ct_fail(e, CT_BROKEN,
				       "\nthe answers ended at question %d: nothing was changed",
				       no + 1);
		if (!*text && initial)
			text = initial;
		if (!judge(a, q, text, e))
			return 0;
		printf("     %s\n", e->text);
	}
}

static int answer(struct ctl_answers *a, int no, struct ct_error *e)
{
	const struct question *q = &questions[no];
	const char *given = ctl_answer(a, "", q->key), *initial = q->initial;
	struct ct_error why;

	if (!given && q->setting)
		given = ctl_answer(a, q->section, q->setting);
	if (!strcmp(q->key, "url") && !initial && a->asking)
		initial = first_url(a);
	if (!given && a->asking)
		return ask_person(a, no, initial, e);
	if (!given && !initial)
		return ct_fail(e, CT_INVALID, "the answer \"%s\" is missing: %s (%s)", q->key,
			       q->ask, q->help);
	given = given ? given : initial;
	if (judge(a, q, given, &why))
		return ct_fail(e, CT_INVALID, "%s = %s: %s", q->key, given, why.text);
	return 0;
}

/* A short key that no question has is a mistake in the answers file. */
static int check_keys(const struct ctl_answers *a, struct ct_error *e)
{
	for (size_t i = 0; i < a->n; i++) {
		size_t k = 0;

		while (k < QUESTIONS && strcmp(questions[k].key, a->list[i].key) != 0)
			k++;
		if (!*a->list[i].section && k == QUESTIONS)
			return ct_fail(
				e, CT_INVALID,
				"no question is called \"%s\"; they are url, name, email, mail,"
				" database, admin_email, admin_name and organisation",
				a->list[i].key);
	}
	return 0;
}

int ctl_ask(struct ctl_answers *a, enum ctl_topic topic, struct ct_error *e)
{
	int rc = check_keys(a, e);

	for (int i = 0; i < QUESTIONS && !rc; i++)
		if (questions[i].topic == topic)
			rc = answer(a, i, e);
	return rc;
}

void ctl_first_answers(struct ctl_answers *a, struct ctl_first *first_r)
{
	const char *name = ctl_answer(a, "", "admin_name"),
		   *org = ctl_answer(a, "", "organisation");

	*first_r = (struct ctl_first){ .admin_email = ctl_answer(a, "", "admin_email") };
	first_r->given_name = ctl_next_word(a, &name);
	first_r->family_name = name + strspn(name, " \t");
	if (!strcmp(org, "none"))
		return;
	first_r->org_slug = ctl_next_word(a, &org);
	first_r->org_name = org + strspn(org, " \t");
}
