/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * comptoirctl setup, from inside: answers (ctl_ask.c), the configuration (ctl_config.c), the database and its users
 * (ctl_database.c), the first rows (ctl_first.c), what is left to do (ctl_next.c); ctl_setup.c is the way through.
 *
 * Answers are settings by section and key. The eight questions have short keys without a section ("url", "name");
 * whatever stands in a section of an answers file goes to comptoir.ini as it is.
 */
#ifndef CGI_BIN_CTL_SETUP_H
#define CGI_BIN_CTL_SETUP_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>
#include <comptoir/error.h>

struct ct_core;

struct ctl_answer {
	const char *section, *key, *text;
};

struct ctl_answers {
	struct ctl_answer *list;
	size_t n;
	bool asking;			/* a person answers at the terminal; else what is missing takes its default */
};

struct ctl_answers *ctl_answers_new(void *mem);

/* What was answered, or NULL. */
const char *ctl_answer(const struct ctl_answers *, const char *section, const char *key);
void ctl_answer_set(struct ctl_answers *, const char *section, const char *key, const char *text);

/* Reads a file in INI form, "-" is standard input. */
int ctl_answers_read(struct ctl_answers *, const char *path, struct ct_error *e) CT_MUST_USE;

/* The questions, in two groups: what comptoir.ini needs, and what the first rows do. */
enum ctl_topic { CTL_TOPIC_INSTALLATION, CTL_TOPIC_FIRST };

/* Asks what is not yet answered, checks everything, and fills the settings that follow from it. */
int ctl_ask(struct ctl_answers *, enum ctl_topic, struct ct_error *e) CT_MUST_USE;

/*
 * What an answer means (ctl_take.c): CT_INVALID with a sentence, or else the settings that follow from it are filled.
 * `text` was parsed by the type of its question.
 */
typedef int ctl_take_f(struct ctl_answers *, const char *text, struct ct_error *e);
ctl_take_f ctl_take_url, ctl_take_mail, ctl_take_database, ctl_take_person, ctl_take_organisation;

/* The next word of *text, on `mem`, and *text behind it; NULL: there is none. */
const char *ctl_next_word(void *mem, const char **text);

/* Where the first rows' answers end up: texts of the answers. */
struct ctl_first {
	const char *admin_email, *given_name, *family_name;
	const char *org_slug, *org_name;	/* NULL: none yet */
};
void ctl_first_answers(struct ctl_answers *, struct ctl_first *first_r);

/* --- the database */

/* How it is reached, from the answers or from comptoir.ini. */
struct ctl_database {
	const char *socket, *name, *user, *password, *owner_user, *owner_password, *data;
};

/*
 * As root over the unix socket: makes the database and both users, or gives the users these passwords again. An
 * installation that is there already is refused unless `again`.
 */
int ctl_database_make(const struct ctl_database *, bool again, struct ct_error *e) CT_MUST_USE;

/* Prints a warning where the server's binary log forbids its owner to create triggers. */
int ctl_database_warn(struct ct_core *owner, struct ct_error *e) CT_MUST_USE;

/* --- comptoir.ini */

/* Writes it from the answers, with a comment for every setting; `key` is kept or made. */
int ctl_config_write(struct ctl_answers *, const char *path, struct ct_error *e) CT_MUST_USE;

/* The group that may read it: that of the user comptoir; (gid_t)-1: there is no such user. */
gid_t ctl_config_group(void);

/* Sets mode and group where they are wrong, and says so. */
int ctl_config_repair(const char *path, struct ct_error *e) CT_MUST_USE;

/* --- the first rows */

/* What is there of them. */
struct ctl_there {
	const char *network;		/* its name, or NULL */
	const char *admin;		/* login of the installation's first admin, or NULL */
	int64_t network_id;
};
int ctl_first_find(struct ct_core *, void *mem, struct ctl_there *there_r, struct ct_error *e) CT_MUST_USE;

/* In one transaction: the network, the admin and the first organisation, as far as they are missing. */
int ctl_first_make(struct ct_core *, const char *network, const struct ctl_first *, const struct ctl_there *,
		   int64_t *account_r, struct ct_error *e) CT_MUST_USE;

/* --- what is left */

/* Writes nginx's part beside comptoir.ini, where there is none or all is `fresh`, and prints the next steps. */
int ctl_next(struct ct_core *, const char *config, bool fresh, struct ct_error *e) CT_MUST_USE;

#endif
