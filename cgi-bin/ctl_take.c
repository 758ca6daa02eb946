/* SPDX-License-Identifier: GPL-3.0-or-later */
/* comptoirctl setup: what an answer means. Nothing is taken of a wrong one. */
#include "ctl_setup.h"

#include <string.h>
#include <talloc.h>
#include <unistd.h>

#include <comptoir/field.h>

const char *ctl_next_word(void *mem, const char **text)
{
	const char *from = *text + strspn(*text, " \t");
	size_t len = strcspn(from, " \t");

	*text = from + len;
	return len ? talloc_strndup(mem, from, len) : NULL;
}

int ctl_take_url(struct ctl_answers *a, const char *text, struct ct_error *e)
{
	(void)a;
	if (strpbrk(text, "?#"))
		return ct_fail(e, CT_INVALID,
			       "The address ends with its path: no ? and no # can stand in it.");
	return 0;
}

/* What is before the last @ signs in at the mail server; a password may have a @ of its own. */
int ctl_take_mail(struct ctl_answers *a, const char *text, struct ct_error *e)
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
	const char *colon = word ? strchr(word, ':') : NULL;

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
int ctl_take_database(struct ctl_answers *a, const char *text, struct ct_error *e)
{
	const char *name = ctl_next_word(a, &text), *server = NULL, *owner, *user;
	int rc;

	if (name && strchr(name, ':')) {
		server = name;
		name = ctl_next_word(a, &text);
	}
	owner = ctl_next_word(a, &text);
	user = ctl_next_word(a, &text);
	if (ctl_next_word(a, &text))
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

int ctl_take_person(struct ctl_answers *a, const char *text, struct ct_error *e)
{
	const char *rest = text, *given = ctl_next_word(a, &rest);

	rest += strspn(rest, " \t");
	if (!given || !*rest)
		return ct_fail(e, CT_INVALID,
			       "Give both, first name and family name: Camille Lefebvre.");
	return 0;
}

int ctl_take_organisation(struct ctl_answers *a, const char *text, struct ct_error *e)
{
	const struct ct_field field = { "organisation", NULL, CT_SLUG, .max = 60 };
	const char *rest = text, *slug = ctl_next_word(a, &rest);
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
