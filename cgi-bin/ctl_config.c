/* SPDX-License-Identifier: GPL-3.0-or-later */
/* comptoirctl setup: comptoir.ini, made from the tables that the parser goes by. */
#include "ctl_setup.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <talloc.h>
#include <unistd.h>

#include "config/settings.h"
#include "ctl_file.h"

gid_t ctl_config_group(void)
{
	const struct passwd *user = getpwnam("comptoir");

	return user ? user->pw_gid : (gid_t)-1;
}

static void make_secrets(struct ctl_answers *a)
{
	static const char *const secrets[][2] = {
		{ "security", "key" },
		{ "database", "password" },
		{ "database", "owner_password" },
	};
	unsigned char bytes[32];
	char hex[sizeof(bytes) * 2 + 1];

	for (size_t i = 0; i < sizeof(secrets) / sizeof(secrets[0]); i++) {
		if (ctl_answer(a, secrets[i][0], secrets[i][1]))
			continue;
		randombytes_buf(bytes, sizeof(bytes));
		ctl_answer_set(a, secrets[i][0], secrets[i][1],
			       sodium_bin2hex(hex, sizeof(hex), bytes, sizeof(bytes)));
	}
	/* Where one user is both, as on shared hosting, there is one password. */
	if (!strcmp(ctl_answer(a, "database", "user"), ctl_answer(a, "database", "owner_user")))
		ctl_answer_set(a, "database", "password",
			       ctl_answer(a, "database", "owner_password"));
}

static void print_section(FILE *out, const struct ctl_answers *a, const char *section,
			  const struct ct_setting *s)
{
	fprintf(out, "\n[%s]\n", section);
	for (; s->key; s++) {
		const char *text = ctl_answer(a, section, s->key);

		fprintf(out, "# %s\n", s->help);
		if (text)
			fprintf(out, "%s = %s\n", s->key, text);
		else
			fprintf(out, "#%s = %s\n", s->key, s->initial ? s->initial : "");
	}
}

static bool is_core(const char *section)
{
	for (const struct ct_settings_section *s = ct_core_sections; s->name; s++)
		if (!strcmp(s->name, section))
			return true;
	return false;
}

/* Settings of plugins are taken over as they were given. */
static void print_others(FILE *out, const struct ctl_answers *a)
{
	const char *open = "";

	for (size_t i = 0; i < a->n; i++) {
		const struct ctl_answer *one = &a->list[i];

		if (!*one->section || is_core(one->section))
			continue;
		if (strcmp(open, one->section) != 0)
			fprintf(out, "\n[%s]\n", one->section);
		open = one->section;
		fprintf(out, "%s = %s\n", one->key, one->text);
	}
}

/* What is written is read back first: a text that INI cannot hold is found here. */
static int check_written(const struct ctl_answers *a, const char *path, struct ct_error *e)
{
	struct ct_settings *s;
	int rc = ct_settings_read(NULL, path, &s, e);

	if (rc)
		return rc;
	for (size_t i = 0; i < a->n && !rc; i++) {
		const struct ctl_answer *one = &a->list[i];
		const char *read = *one->section ? ct_settings_raw(s, one->section, one->key)
						 : one->text;

		if (!read || strcmp(read, one->text) != 0)
			rc = ct_fail(
				e, CT_INVALID,
				"[%s] %s cannot stand in comptoir.ini as it is: choose one without"
				" \" ;\" and of at most 150 characters",
				one->section, one->key);
	}
	talloc_free(s);
	return rc;
}

static int make_folder(void *mem, const char *path, struct ct_error *e)
{
	const char *folder = ctl_folder_of(mem, path);

	if (mkdir(folder, 0755) && errno != EEXIST)
		return ct_fail(e, CT_BROKEN, "%s: %s", folder, strerror(errno));
	return 0;
}

int ctl_config_write(struct ctl_answers *a, const char *path, struct ct_error *e)
{
	char *text = NULL, *draft = talloc_asprintf(a, "%s.draft", path);
	size_t len;
	FILE *out = open_memstream(&text, &len);
	int rc;

	make_secrets(a);
	fputs("# Comptoir's configuration, made by comptoirctl setup; see comptoir.ini(5). Lines that begin with # are\n"
	      "# comments: settings among them show their default. comptoirctl check judges what you change here.\n",
	      out);
	for (const struct ct_settings_section *s = ct_core_sections; s->name; s++)
		print_section(out, a, s->name, s->table);
	print_others(out, a);
	fclose(out);
	if (!(rc = make_folder(a, path, e)) &&
	    !(rc = ctl_file_put(draft, text, len, 0600, (gid_t)-1, e)))
		rc = check_written(a, draft, e);
	unlink(draft);
	if (!rc)
		rc = ctl_file_put(path, text, len, 0640, ctl_config_group(), e);
	sodium_memzero(text, len);
	free(text);
	return rc;
}

int ctl_config_repair(const char *path, struct ct_error *e)
{
	gid_t group = ctl_config_group();
	struct stat st;

	if (stat(path, &st))
		return ct_fail(e, CT_BROKEN, "%s: %s", path, strerror(errno));
	if (st.st_mode & 07) {
		if (chmod(path, 0640))
			return ct_fail(e, CT_BROKEN, "%s: %s", path, strerror(errno));
		printf("%s: others could read it; now they cannot (0640)\n", path);
	}
	if (group != (gid_t)-1 && st.st_gid != group && !geteuid() &&
	    !chown(path, (uid_t)-1, group))
		printf("%s: now of the group of the user comptoir\n", path);
	return 0;
}
