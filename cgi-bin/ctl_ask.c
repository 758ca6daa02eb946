/* SPDX-License-Identifier: GPL-3.0-or-later */
/* comptoirctl setup: the questions. A wrong answer is explained, and at the terminal asked again. */
#include "ctl_setup.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
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

/* --- each answer: checks `text` and fills the settings that follow from it */

static const char *next_word(void *mem, const char **text)
{
	const char *from = *text + strspn(*text, " \t");
	size_t len = strcspn(from, " \t");

	*text = from + len;
	return len ? talloc_strndup(mem, from, len) : NULL;
}

static int take_url(struct ctl_answers *a, const char *text, struct ct_error *e)
{
	(void)a;
	if (strpbrk(text, "?#"))
		return ct_fail(e, CT_INVALID,
			       "The address ends with its path: no ? and no # can stand in it.");
	return 0;
}

/* What is before the last @ signs in at the mail server; a password may have a @ of its own. */
static int take_mail(struct ctl_answers *a, const char *text, struct ct_error *e)
{
	const char *host = strstr(text, "://"), *at, *colon;

	if (!strncmp(text, "file:/", 6)) {
		ctl_answer_set(a, "mail", "transport", text);
		return 0;
	}
	if (!host || (strncmp(text, "smtp://", 7) != 0 && strncmp(text, "smtps://", 8) != 0))
		host = "";
	else
		host += 3;
	at = strrchr(host, '@');
	colon = at ? memchr(host, ':', (size_t)(at - host)) : NULL;
	if (!*host || (at && (!colon || colon == host || colon + 1 == at || !at[1])))
		return ct_fail(e, CT_INVALID,
			       "Say smtp://USER:PASSWORD@HOST:PORT for a mail server, or"
			       " file:/FOLDER to keep each mail as a file.");
	if (at) {
		ctl_answer_set(a, "mail", "user", talloc_strndup(a, host, (size_t)(colon - host)));
		ctl_answer_set(a, "mail", "password",
			       talloc_strndup(a, colon + 1, (size_t)(at - colon) - 1));
	}
	ctl_answer_set(a, "mail", "transport",
		       talloc_asprintf(a, "%.*s%s", (int)(host - text), text, at ? at + 1 : host));
	return 0;
}

/* "OWNER:PASSWORD" */
static bool is_user(const char *word)
{
	const char *colon = strchr(word, ':');

	return colon && colon != word && colon[1];
}

static void take_user(struct ctl_answers *a, const char *word, const char *user,
		      const char *password)
{
	const char *colon = strchr(word, ':');

	ctl_answer_set(a, "database", user, talloc_strndup(a, word, (size_t)(colon - word)));
	ctl_answer_set(a, "database", password, colon + 1);
}

static int take_server(struct ctl_answers *a, const char *word, struct ct_error *e)
{
	const char *colon;

	if (!strncmp(word, "socket:/", 8)) {
		ctl_answer_set(a, "database", "socket", word + 7);
		return 0;
	}
	if (strncmp(word, "host:", 5) != 0 || !word[5] || word[5] == ':')
		return ct_fail(e, CT_INVALID,
			       "The server is socket:/PATH or host:NAME:PORT, not %s.", word);
	colon = strchr(word + 5, ':');
	ctl_answer_set(a, "database", "host",
		       colon ? talloc_strndup(a, word + 5, (size_t)(colon - word) - 5) : word + 5);
	if (colon)
		ctl_answer_set(a, "database", "port", colon + 1);
	return 0;
}

static const char *usual_socket(void)
{
	static const char *const paths[] = { "/run/mysqld/mysqld.sock", "/var/lib/mysql/mysql.sock",
					     "/run/mariadb/mariadb.sock" };

	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++)
		if (access(paths[i], F_OK) == 0)
			return paths[i];
	return paths[0];
}

/* Those that were given, or else names for those that will be made. */
static void take_users(struct ctl_answers *a, const char *name, const char *owner, const char *user)
{
	if (owner) {
		take_user(a, owner, "owner_user", "owner_password");
		take_user(a, user ? user : owner, "user", "password");
	}
	if (!ctl_answer(a, "database", "user"))
		ctl_answer_set(a, "database", "user", name);
	if (!ctl_answer(a, "database", "owner_user"))
		ctl_answer_set(a, "database", "owner_user", talloc_asprintf(a, "%s_owner", name));
}

static int judge_database(const struct ctl_answers *a, const char *server, const char *name,
			  const char *owner, const char *user, struct ct_error *e)
{
	bool remote = server ? !strncmp(server, "host:", 5)
			     : ctl_answer(a, "database", "host") != NULL;

	if (!name || strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_") != strlen(name) ||
	    strlen(name) > 40)
		return ct_fail(
			e, CT_INVALID,
			"A database's name has small letters, digits and _ only, at most 40.");
	if ((owner && !is_user(owner)) || (user && !is_user(user)))
		return ct_fail(e, CT_INVALID,
			       "A user of the database is given as NAME:PASSWORD, not as %s.",
			       is_user(owner) ? user : owner);
	if (remote && !owner && !ctl_answer(a, "database", "owner_password"))
		return ct_fail(
			e, CT_INVALID,
			"On another machine its administrator makes the database and its users"
			" (sql/users.sql.in says how). Give them too: host:NAME DATABASE"
			" OWNER:PASSWORD USER:PASSWORD");
	return 0;
}

/* Nothing is taken of a wrong answer: the next one is not to inherit from it. */
static int take_database(struct ctl_answers *a, const char *text, struct ct_error *e)
{
	const char *name = next_word(a, &text), *server = NULL, *owner, *user;
	int rc;

	if (name && strchr(name, ':')) {
		server = name;
		name = next_word(a, &text);
	}
	owner = next_word(a, &text);
	user = next_word(a, &text);
	if (next_word(a, &text))
		return ct_fail(e, CT_INVALID,
			       "This is one word too many: server, name, owner and user at most.");
	if ((rc = judge_database(a, server, name, owner, user, e)) ||
	    (server && (rc = take_server(a, server, e))))
		return rc;
	ctl_answer_set(a, "database", "name", name);
	if (!ctl_answer(a, "database", "socket") && !ctl_answer(a, "database", "host"))
		ctl_answer_set(a, "database", "socket", usual_socket());
	take_users(a, name, owner, user);
	return 0;
}

static int take_person(struct ctl_answers *a, const char *text, struct ct_error *e)
{
	const char *rest = text, *given = next_word(a, &rest);

	rest += strspn(rest, " \t");
	if (!given || !*rest)
		return ct_fail(e, CT_INVALID,
			       "Give both, first name and family name: Camille Lefebvre.");
	return 0;
}

static int take_organisation(struct ctl_answers *a, const char *text, struct ct_error *e)
{
	const struct ct_field field = { "organisation", NULL, CT_SLUG, .max = 60 };
	const char *rest = text, *slug = next_word(a, &rest);
	struct ct_value value;

	if (!strcmp(text, "none"))
		return 0;
	rest += strspn(rest, " \t");
	if (!slug || !*rest)
		return ct_fail(
			e, CT_INVALID,
			"Give its short name for addresses, then its name: filature La Filature."
			" Or none.");
	if (!strcmp(slug, "reseau"))
		return ct_fail(e, CT_INVALID,
			       "The short name reseau is the network's own: choose another one.");
	return ct_field_parse(a, &field, slug, &value, e);
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
	int (*take)(struct ctl_answers *a, const char *text, struct ct_error *e);
} questions[] = {
	{ "url", "site", "url", CTL_TOPIC_INSTALLATION, CT_URL, "Public address",
	  "where people will find it, with its path: https://lieu.example/reserver/", NULL,
	  take_url },
	{ "name", "site", "name", CTL_TOPIC_INSTALLATION, CT_TEXT, "Name of the network",
	  "in titles and mails: Les lieux de la Lys", NULL, NULL },
	{ "email", "site", "email", CTL_TOPIC_INSTALLATION, CT_EMAIL,
	  "E-mail address that mails come from", "people may answer it: bonjour@lieu.example", NULL,
	  NULL },
	{ "mail", "mail", "transport", CTL_TOPIC_INSTALLATION, CT_TEXT, "How mails are sent",
	  "smtp://USER:PASSWORD@HOST:587, or file:/FOLDER while you try it out",
	  "file:/var/spool/comptoir", take_mail },
	{ "database", "database", "name", CTL_TOPIC_INSTALLATION, CT_TEXT, "Database",
	  "a name: it is made with its users, as root over the local socket;\n     for one that you were given:"
	  " host:NAME:PORT DATABASE OWNER:PASSWORD USER:PASSWORD",
	  "comptoir", take_database },
	{ "admin_email", NULL, NULL, CTL_TOPIC_FIRST, CT_EMAIL, "E-mail of the first administrator",
	  "yours, probably: it signs you in", NULL, NULL },
	{ "admin_name", NULL, NULL, CTL_TOPIC_FIRST, CT_TEXT,
	  "First name and family name of the administrator", "Camille Lefebvre", NULL,
	  take_person },
	{ "organisation", NULL, NULL, CTL_TOPIC_FIRST, CT_TEXT,
	  "First organisation that runs a place",
	  "its short name for addresses, then its name: filature La Filature", "none",
	  take_organisation },
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
	if (q->setting && q->take != take_mail && q->take != take_database)
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
	first_r->given_name = next_word(a, &name);
	first_r->family_name = name + strspn(name, " \t");
	if (!strcmp(org, "none"))
		return;
	first_r->org_slug = next_word(a, &org);
	first_r->org_name = org + strspn(org, " \t");
}
