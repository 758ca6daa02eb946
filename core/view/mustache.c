/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "view/mustache_internal.h"

#include <assert.h>
#include <dirent.h>
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "base/utf8.h"

#define FILE_BYTES ((long)1 << 20)
#define DIRS_MAX   8

static bool prefix_ok(const char *p)
{
	size_t n = strlen(p);

	if (!n)
		return true;
	for (size_t i = 0; i < n; i++) {
		bool word = (p[i] >= 'a' && p[i] <= 'z') || (p[i] >= 'A' && p[i] <= 'Z') ||
			    (p[i] >= '0' && p[i] <= '9') || strchr("-._~", p[i]);

		if (p[i] == '/' ? i + 1 == n || p[i + 1] == '/' : !word)
			return false;
	}
	return *p == '/';
}

struct ct_templates *ct_templates_new(void *mem, const struct ct_template_options *o)
{
	struct ct_templates *set = ct_need(talloc_zero(mem, struct ct_templates));

	set->o = *o;
	set->o.prefix = ct_need(talloc_strdup(set, o->prefix ? o->prefix : ""));
	assert(prefix_ok(set->o.prefix));
	set->o.max_depth = o->max_depth ? o->max_depth : 100;
	set->o.max_steps = o->max_steps ? o->max_steps : 2000000;
	set->o.max_output = o->max_output ? o->max_output : (size_t)16 << 20;
	while (o->langs && o->langs[set->langs])
		set->langs++;
	if (!set->langs) {
		set->o.langs = NULL;
		set->langs = 1;
	}
	return set;
}

/* Where `name` is, or would be. */
static unsigned slot(const struct ct_templates *set, const char *name, size_t len, bool *found_r)
{
	unsigned low = 0, high = set->n;

	*found_r = false;
	while (low < high) {
		unsigned mid = low + (high - low) / 2;
		int d = strncmp(set->list[mid]->name, name, len);

		if (!d && set->list[mid]->name[len])
			d = 1;
		if (!d) {
			*found_r = true;
			return mid;
		}
		if (d < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

struct ct_template *ct_templates_find(const struct ct_templates *set, const char *name, size_t len)
{
	bool found;
	unsigned at = slot(set, name, len, &found);

	return found ? set->list[at] : NULL;
}

struct ct_template *ct_templates_resolve(const struct ct_templates *set,
					 const struct ct_template *from, const char *name)
{
	const char *slash = strchr(from->name, '/');
	struct ct_template *t = NULL;
	char full[256];
	int n;

	if (slash) {
		n = snprintf(full, sizeof(full), "%.*s/%s", (int)(slash - from->name), from->name,
			     name);
		if (n > 0 && (size_t)n < sizeof(full))
			t = ct_templates_find(set, full, (size_t)n);
	}
	if (!t) {
		n = snprintf(full, sizeof(full), "core/%s", name);
		if (n > 0 && (size_t)n < sizeof(full))
			t = ct_templates_find(set, full, (size_t)n);
	}
	return t ? t : ct_templates_find(set, name, strlen(name));
}

bool ct_templates_has(const struct ct_templates *set, const char *name)
{
	return ct_templates_find(set, name, strlen(name));
}

unsigned ct_templates_count(const struct ct_templates *set)
{
	return set->n;
}

const char *ct_templates_name(const struct ct_templates *set, unsigned i)
{
	assert(i < set->n);
	return set->list[i]->name;
}

static enum ct_kind kind_of(const struct ct_templates *set, const char *name)
{
	size_t n = strlen(name);

	if (n > 4 && !strcmp(name + n - 4, ".txt"))
		return CT_KIND_TXT;
	return set->o.flags & CT_TEMPLATE_HTML ? CT_KIND_HTML : CT_KIND_PLAIN;
}

int ct_templates_add(struct ct_templates *set, const char *name, const char *file, const char *text,
		     size_t len, const char *domain, struct ct_error *e)
{
	struct ct_template *t;
	bool found;
	unsigned at = slot(set, name, strlen(name), &found);
	int rc;

	if (found)
		return ct_fail(e, CT_BROKEN, "%s: the template \"%s\" is there twice", file, name);
	if (!ct_utf8_check(text, len))
		return ct_fail(e, CT_BROKEN, "%s: not UTF-8", file);
	t = ct_need(talloc_zero(set, struct ct_template));
	t->name = ct_need(talloc_strdup(t, name));
	t->file = ct_need(talloc_strdup(t, file));
	t->domain = domain ? ct_need(talloc_strdup(t, domain)) : NULL;
	t->text = ct_need(talloc_array(t, char, len + 1));
	memcpy(t->text, text, len);
	t->text[len] = '\0';
	t->len = len;
	t->kind = kind_of(set, name);
	rc = ct_mustache_parse(t, t, e);
	if (rc < 0) {
		talloc_free(t);
		return rc;
	}
	if (set->n == set->cap) {
		set->cap = set->cap ? 2 * set->cap : 64;
		set->list = ct_need(talloc_realloc(set, set->list, struct ct_template *, set->cap));
	}
	for (unsigned i = set->n++; i > at; i--)
		set->list[i] = set->list[i - 1];
	set->list[at] = t;
	return 0;
}

/* NULL after a failure. */
static char *read_file(void *mem, const char *path, size_t *len_r, struct ct_error *e)
{
	FILE *f = fopen(path, "re");
	char *text;
	bool bad;

	if (!f) {
		(void)ct_fail(e, CT_BROKEN, "%s: %s", path, strerror(errno));
		return NULL;
	}
	text = ct_need(talloc_size(mem, FILE_BYTES + 1));
	*len_r = fread(text, 1, FILE_BYTES + 1, f);
	bad = ferror(f);
	(void)fclose(f);
	if (!bad && *len_r <= FILE_BYTES)
		return text;
	(void)ct_fail(e, CT_BROKEN, "%s: %s", path, bad ? "cannot be read" : "larger than 1 MiB");
	talloc_free(text);
	return NULL;
}

static int load_file(struct ct_templates *set, const char *path, const char *name,
		     const char *domain, struct ct_error *e)
{
	size_t len = 0;
	char *text = read_file(set, path, &len, e);
	int rc;

	if (!text)
		return CT_BROKEN;
	rc = ct_templates_add(set, name, path, text, len, domain, e);
	talloc_free(text);
	return rc;
}

static int load_dir(struct ct_templates *, const char *dir, const char *prefix, const char *domain,
		    unsigned depth, struct ct_error *e);

static int load_entry(struct ct_templates *set, const char *dir, const char *entry,
		      const char *prefix, const char *domain, unsigned depth, struct ct_error *e)
{
	static const char suffix[] = ".mustache";
	size_t n = strlen(entry), cut = sizeof(suffix) - 1;
	char *path = ct_need(talloc_asprintf(set, "%s/%s", dir, entry));
	char *name = ct_need(talloc_asprintf(path, "%s%s%s", prefix, *prefix ? "/" : "", entry));
	struct stat st;
	int rc = 0;

	if (stat(path, &st) < 0) {
		rc = ct_fail(e, CT_BROKEN, "%s: %s", path, strerror(errno));
	} else if (S_ISDIR(st.st_mode)) {
		rc = load_dir(set, path, name, domain, depth + 1, e);
	} else if (n > cut && !strcmp(entry + n - cut, suffix)) {
		name[strlen(name) - cut] = '\0';
		rc = load_file(set, path, name, domain, e);
	}
	talloc_free(path);
	return rc;
}

static int load_dir(struct ct_templates *set, const char *dir, const char *prefix,
		    const char *domain, unsigned depth, struct ct_error *e)
{
	struct dirent **entries;
	int n, rc = 0;

	if (depth > DIRS_MAX)
		return ct_fail(e, CT_BROKEN, "%s: folders are nested too deeply", dir);
	n = scandir(dir, &entries, NULL, alphasort);
	if (n < 0)
		return ct_fail(e, CT_BROKEN, "%s: %s", dir, strerror(errno));
	for (int i = 0; i < n; i++) {
		if (!rc && entries[i]->d_name[0] != '.')
			rc = load_entry(set, dir, entries[i]->d_name, prefix, domain, depth, e);
		free(entries[i]);
	}
	free(entries);
	return rc;
}

int ct_templates_load_dir(struct ct_templates *set, const char *dir, const char *prefix,
			  const char *domain, struct ct_error *e)
{
	return load_dir(set, dir, prefix, domain, 0, e);
}
