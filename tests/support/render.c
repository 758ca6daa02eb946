/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Renders one template with a view from standard input, for those who write templates:
 *
 *     render [--lang L] [--prefix P] [--lenient] DIR NAME < view.json
 *     render --check DIR
 *
 * DIR is the checkout, or any folder below it that holds *.mustache files. In names the folders
 * `plugins` and `templates` are left out, so that plugins/reservation/templates/day.mustache is
 * reservation/day, as in the server. Only what NAME needs is checked, so that somebody else's
 * half-written page does not disturb; --check looks at all and names the first mistake of each.
 *
 * Translations come from the compiled catalogues in $COMPTOIR_LOCALEDIR, if it is set.
 */
#include "view/mustache.h"

#include <libintl.h>
#include <limits.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <dirent.h>
#include <talloc.h>

struct request {
	const char *lang, *prefix, *dir, *name;
	bool check, lenient;
};

static int usage(void)
{
	fputs("usage: render [--lang L] [--prefix P] [--lenient] DIR NAME < view.json\n"
	      "       render --check DIR\n",
	      stderr);
	return 2;
}

static bool read_arguments(struct request *q, int argc, char **argv)
{
	int i = 1;

	for (; i < argc && !strncmp(argv[i], "--", 2); i++) {
		bool more = i + 1 < argc;

		if (!strcmp(argv[i], "--check"))
			q->check = true;
		else if (!strcmp(argv[i], "--lenient"))
			q->lenient = true;
		else if (!strcmp(argv[i], "--lang") && more)
			q->lang = argv[++i];
		else if (!strcmp(argv[i], "--prefix") && more)
			q->prefix = argv[++i];
		else
			return false;
	}
	if (argc - i != (q->check ? 1 : 2))
		return false;
	q->dir = argv[i];
	q->name = q->check ? NULL : argv[i + 1];
	return true;
}

static const char *translate(void *ctx, const char *lang, const char *domain, const char *msgid)
{
	(void)ctx;
	setenv("LANGUAGE", lang, 1);
	return dgettext(domain, msgid);
}

static void refused(void *ctx, const char *where, const char *what)
{
	(void)ctx;
	fprintf(stderr, "render: %s: %s\n", where, what);
}

/* plugins/x/templates -> x: the last folder above `templates`, or "" */
static void owner(const char *dir, char *to, size_t size)
{
	const char *end = strrchr(dir, '/'), *from = end;

	while (from > dir && from[-1] != '/')
		from--;
	snprintf(to, size, "%.*s", (int)(end - from), from);
}

/* Loads each folder named `templates` under its owner's name. */
static int load(struct ct_templates *set, const char *dir, unsigned *found, struct ct_error *e)
{
	const char *base = strrchr(dir, '/');
	struct dirent **list;
	char name[256];
	int n, rc = 0;

	if (base && !strcmp(base, "/templates")) {
		owner(dir, name, sizeof(name));
		++*found;
		return ct_templates_load_dir(set, dir, name, "comptoir", e);
	}
	n = scandir(dir, &list, NULL, alphasort);
	for (int i = 0; i < n; i++) {
		struct stat st;
		char *path = talloc_asprintf(set, "%s/%s", dir, list[i]->d_name);

		if (!rc && list[i]->d_name[0] != '.' && strcmp(list[i]->d_name, "build") &&
		    !lstat(path, &st) && S_ISDIR(st.st_mode))
			rc = load(set, path, found, e);
		free(list[i]);
	}
	if (n >= 0)
		free(list);
	return rc;
}

static int load_all(struct ct_templates *set, const char *given, struct ct_error *e)
{
	char dir[PATH_MAX];
	unsigned found = 0;
	int rc;

	if (!realpath(given, dir))
		return ct_fail(e, CT_BROKEN, "%s: no such folder", given);
	rc = load(set, dir, &found, e);
	if (!rc && !found)
		rc = ct_templates_load_dir(set, dir, "", "comptoir", e);
	return rc;
}

static int check(struct ct_templates *set, struct ct_error *e)
{
	unsigned bad = 0, n = ct_templates_count(set);

	for (unsigned i = 0; i < n; i++) {
		if (ct_templates_compile_one(set, ct_templates_name(set, i), e) < 0) {
			fprintf(stderr, "render: %s\n", e->text);
			bad++;
		}
	}
	printf("%u templates, %u with mistakes\n", n, bad);
	return bad ? 1 : 0;
}

static int render(struct ct_templates *set, const struct request *q, struct ct_error *e)
{
	json_error_t je;
	json_t *view;
	char *out;
	size_t len;
	int rc = ct_templates_compile_one(set, q->name, e);

	if (rc < 0)
		return rc;
	view = json_loadf(stdin, JSON_REJECT_DUPLICATES, &je);
	if (!view)
		return ct_fail(e, CT_BROKEN, "the view, line %d: %s", je.line, je.text);
	rc = ct_template_render(set, set, q->name, q->lang, view, &out, &len, e);
	json_decref(view);
	if (!rc && fwrite(out, 1, len, stdout) != len)
		rc = ct_fail(e, CT_BROKEN, "cannot write");
	return rc;
}

int main(int argc, char **argv)
{
	struct request q = { .lang = "", .prefix = "" };
	struct ct_template_options o = { .flags = CT_TEMPLATE_HTML, .refused = refused };
	struct ct_templates *set;
	struct ct_error e;
	int rc;

	if (!read_arguments(&q, argc, argv))
		return usage();
	if (getenv("COMPTOIR_LOCALEDIR")) {
		setlocale(LC_ALL, "C.UTF-8");
		bindtextdomain("comptoir", getenv("COMPTOIR_LOCALEDIR"));
		bind_textdomain_codeset("comptoir", "UTF-8");
		o.tr = translate;
	}
	o.flags |= q.lenient ? 0 : CT_TEMPLATE_STRICT;
	o.prefix = q.prefix;
	o.langs = (const char *const[]){ q.lang, NULL };
	set = ct_templates_new(NULL, &o);
	rc = load_all(set, q.dir, &e);
	if (!rc)
		rc = q.check ? check(set, &e) : render(set, &q, &e);
	if (rc < 0)
		fprintf(stderr, "render: %s\n%s", e.text,
			strstr(e.text, "the view has no")
				? "(--lenient lets what is missing be empty)\n"
				: "");
	talloc_free(set);
	return rc ? 1 : 0;
}
