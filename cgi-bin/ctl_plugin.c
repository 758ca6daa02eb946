/* SPDX-License-Identifier: GPL-3.0-or-later */
/* comptoirctl: a new plugin from the skeleton. */
#include "ctl.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <talloc.h>
#include <unistd.h>

/* Where the skeleton's name stands next, as it is or in capitals (a condition of the Makefile). */
static const char *next_name(const char *at, bool *capital_r)
{
	const char *small = strstr(at, "skeleton"), *capital = strstr(at, "SKELETON");

	*capital_r = capital && (!small || capital < small);
	return *capital_r ? capital : small;
}

static void put_name(FILE *out, const char *name, bool capital)
{
	for (; *name; name++)
		fputc(capital && *name >= 'a' && *name <= 'z' ? *name - 'a' + 'A' : *name, out);
}

/* Copies one file of the skeleton, with its name replaced wherever it stands. */
static int copy_named(const char *from, const char *to, const char *name, struct ct_error *e)
{
	FILE *in = fopen(from, "re"), *out = in ? fopen(to, "wxe") : NULL;
	char line[1024];

	if (!out) {
		if (in)
			fclose(in);
		return ct_fail(e, CT_BROKEN, "%s: %s", in ? to : from, strerror(errno));
	}
	while (fgets(line, sizeof(line), in)) {
		const char *at = line, *hit;
		bool capital;

		for (; (hit = next_name(at, &capital)); at = hit + strlen("skeleton")) {
			fprintf(out, "%.*s", (int)(hit - at), at);
			put_name(out, name, capital);
		}
		fputs(at, out);
	}
	fclose(in);
	return fclose(out) ? ct_fail(e, CT_BROKEN, "%s: %s", to, strerror(errno)) : 0;
}

/* One that is there already is no error here: its files will be. */
static void make_folder(const char *const around[2], const char *name)
{
	char *path = talloc_asprintf(NULL, "%s%s%s", around[0], name, around[1]);

	mkdir(path, 0755);
	talloc_free(path);
}

int ctl_new_plugin(struct ctl_call *c, struct ct_error *e)
{
	static const char *const files[][2] = {
		{ "plugins/skeleton/skeleton.c", "plugins/%s/%s.c" },
		{ "plugins/skeleton/skeleton.md", "plugins/%s/%s.md" },
		{ "plugins/skeleton/Makefile.inc", "plugins/%s/Makefile.inc" },
		{ "plugins/skeleton/templates/waiting.mustache",
		  "plugins/%s/templates/waiting.mustache" },
		{ "sql/skeleton/0001_wishes.sql", "sql/%s/0001_wishes.sql" },
	};
	static const char *const folders[][2] = { { "plugins/", "" },
						  { "plugins/", "/templates" },
						  { "sql/", "" } };
	const char *name = c->argc == 1 ? c->argv[0] : "";
	int rc = 0;

	if (!*name || strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789") != strlen(name))
		return ctl_wrong(
			e,
			"new-plugin NAME, of small letters and digits, in the folder of the source");
	if (access(files[0][0], R_OK))
		return ct_fail(e, CT_BROKEN,
			       "%s is not here: call this in the folder of the source",
			       files[0][0]);
	for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++)
		make_folder(folders[i], name);
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]) && !rc; i++) {
		const char *at = strchr(files[i][1], '%') + 2;
		const char *second = strstr(at, "%s");
		char *to = talloc_asprintf(NULL, "%.*s%s%.*s%s%s", (int)(at - 2 - files[i][1]),
					   files[i][1], name,
					   (int)(second ? second - at : (ptrdiff_t)strlen(at)), at,
					   second ? name : "", second ? second + 2 : "");

		rc = copy_named(files[i][0], to, name, e);
		if (!rc)
			puts(to);
		talloc_free(to);
	}
	if (!rc)
		printf("now add a line \"CT_PLUGIN([%s])\" to configure.ac and \"include plugins/%s/Makefile.inc\" to Makefile.am,\n"
		       "run ./autogen.sh and make, and put %s into [plugins] load\n",
		       name, name, name);
	return rc;
}
