/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config/settings.h"

#include <assert.h>
#include <ctype.h>
#include <errno.h>
#include <ini.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

struct entry {
	const char *section, *key, *text;
	int line;
	bool used;
};

struct value {
	const char *section;
	const struct ct_setting *setting;
	struct ct_value value;
};

struct ct_settings {
	const char *path;
	struct entry *entries;
	size_t n_entries;
	struct value *values;
	size_t n_values;
};

struct reading {
	struct ct_settings *settings;
	FILE *file;
	int line;
	bool indented; /* this line */
	struct ct_error *e;
};

static struct entry *find_entry(const struct ct_settings *s, const char *section, const char *key)
{
	for (size_t i = 0; i < s->n_entries; i++)
		if (!strcmp(s->entries[i].section, section) && !strcmp(s->entries[i].key, key))
			return &s->entries[i];
	return NULL;
}

/*
 * inih does not say lines to its handler; it asks for one line at a time, so counting them here does. It
 * has room for `size` bytes and would take the rest of a longer one for the next line.
 */
static char *read_line(char *text, int size, void *stream)
{
	struct reading *reading = stream;
	int c, n = 0;

	reading->line++;
	while ((c = getc(reading->file)) != EOF && c) {
		if (n < size)
			text[n++] = (char)c;
		if (c == '\n')
			break;
	}
	if (!c)
		ct_fail(reading->e, CT_BROKEN, "%s:%d: this is no text", reading->settings->path,
			reading->line);
	if (!c || !n)
		return NULL;
	reading->indented = *text == ' ' || *text == '\t';
	text[n < size ? n : size - 1] = '\0';
	if (n < size || strchr(";#", text[strspn(text, " \t")]))
		return text;
	ct_fail(reading->e, CT_BROKEN,
		"%s:%d: a line has at most %d bytes; an indented line continues it",
		reading->settings->path, reading->line, size - 2);
	return NULL;
}

/* An indented line comes as another value of the entry before it. */
static int continue_entry(struct reading *reading, struct entry *entry, const char *text)
{
	if (strchr(text, '=')) {
		ct_fail(reading->e, CT_BROKEN,
			"%s:%d: an indented line continues the setting above it, and this looks like one of its own",
			reading->settings->path, reading->line);
		return 0;
	}
	entry->text = talloc_asprintf(reading->settings, "%s %s", entry->text, text);
	return 1;
}

static int keep_entry(void *user, const char *section, const char *key, const char *text)
{
	struct reading *reading = user;
	struct ct_settings *s = reading->settings;
	struct entry *before = find_entry(s, section, key);

	if (before && reading->indented && before == &s->entries[s->n_entries - 1])
		return continue_entry(reading, before, text);
	if (before) {
		ct_fail(reading->e, CT_BROKEN, "%s:%d: [%s] %s stands twice", s->path, reading->line,
			section, key);
		return 0;
	}
	s->entries = talloc_realloc(s, s->entries, struct entry, s->n_entries + 1);
	s->entries[s->n_entries++] = (struct entry){
		.section = talloc_strdup(s, section),
		.key = talloc_strdup(s, key),
		.text = talloc_strdup(s, text),
		.line = reading->line,
	};
	return 1;
}

int ct_settings_read(void *mem, const char *path, struct ct_settings **settings_r,
		     struct ct_error *e)
{
	struct ct_settings *s = talloc_zero(mem, struct ct_settings);
	struct reading reading = { .settings = s, .e = e };
	int bad_line;

	s->path = talloc_strdup(s, path);
	reading.file = fopen(path, "re");
	if (!reading.file) {
		ct_fail(e, CT_BROKEN, "%s: %s", path, strerror(errno));
		talloc_free(s);
		return CT_BROKEN;
	}
	e->rc = 0;
	struct reading *stream = &reading;
	bad_line = ini_parse_stream(read_line, stream, keep_entry, stream);
	fclose(reading.file);
	if (bad_line || e->rc) {
		if (!e->rc)
			ct_fail(e, CT_BROKEN, "%s:%d: expected [section] or key = value", path,
				bad_line);
		talloc_free(s);
		return CT_BROKEN;
	}
	*settings_r = s;
	return 0;
}

void ct_settings_declare(struct ct_settings *s, const char *section, const struct ct_setting *table)
{
	for (; table && table->key; table++) {
		s->values = talloc_realloc(s, s->values, struct value, s->n_values + 1);
		s->values[s->n_values++] = (struct value){
			.section = talloc_strdup(s, section),
			.setting = table,
		};
	}
}

static const char *variable(void *mem, const char *section, const char *key)
{
	char *name = talloc_asprintf(mem, "COMPTOIR_%s_%s", section, key);

	for (char *c = name; *c; c++)
		*c = isalnum((unsigned char)*c) ? (char)toupper((unsigned char)*c) : '_';
	return name;
}

const char *ct_settings_raw(const struct ct_settings *s, const char *section, const char *key)
{
	void *tmp = talloc_new(NULL);
	const char *text = getenv(variable(tmp, section, key));
	const struct entry *entry = find_entry(s, section, key);

	talloc_free(tmp);
	return text ? text : entry ? entry->text : NULL;
}

void ct_settings_each(const struct ct_settings *s, ct_settings_each_f *each, void *ctx)
{
	for (size_t i = 0; i < s->n_entries; i++)
		each(ctx, s->entries[i].section, s->entries[i].key, s->entries[i].text);
}

/* Where what counts of a setting stands: its variable, its line, or the file that lacks it. */
static const char *where(struct ct_settings *s, const struct value *v, const struct entry *entry)
{
	const char *name = variable(s, v->section, v->setting->key);

	if (getenv(name))
		return name;
	return entry ? talloc_asprintf(s, "%s:%d", s->path, entry->line) : s->path;
}

static int check_one(struct ct_settings *s, struct value *v, struct ct_error *e)
{
	const struct ct_setting *setting = v->setting;
	struct entry *entry = find_entry(s, v->section, setting->key);
	const char *text = ct_settings_raw(s, v->section, setting->key);
	struct ct_field field = {
		.name = setting->key,
		.type = setting->type,
		.choices = setting->choices,
		.max = setting->type == CT_TEXT ? 4000 : 0,
	};
	struct ct_error why;

	if (entry)
		entry->used = true;
	if (!text)
		text = setting->initial;
	if (!text || !*text) {
		if (!setting->required)
			return 0;
		return ct_fail(e, CT_BROKEN, "%s: [%s] %s is required: %s", where(s, v, entry),
			       v->section, setting->key, setting->help);
	}
	if (setting->type == CT_SECRET || setting->type == CT_TEXT) {
		v->value = (struct ct_value){ .set = true, .text = talloc_strdup(s, text) };
		return 0;
	}
	if (ct_field_parse(s, &field, text, &v->value, &why))
		return ct_fail(e, CT_BROKEN, "%s: [%s] %s: %s", where(s, v, entry), v->section,
			       setting->key, why.text);
	return 0;
}

int ct_settings_check(struct ct_settings *s, struct ct_error *e)
{
	int rc;

	for (size_t i = 0; i < s->n_values; i++)
		if ((rc = check_one(s, &s->values[i], e)))
			return rc;
	for (size_t i = 0; i < s->n_entries; i++)
		if (!s->entries[i].used)
			return ct_fail(e, CT_BROKEN, "%s:%d: no such setting: [%s] %s", s->path,
				       s->entries[i].line, s->entries[i].section,
				       s->entries[i].key);
	return 0;
}

static const struct ct_value *get(const struct ct_settings *s, const char *key)
{
	const char *dot = strchr(key, '.');

	assert(dot);
	for (size_t i = 0; i < s->n_values; i++) {
		const struct value *v = &s->values[i];

		if (!strncmp(v->section, key, (size_t)(dot - key)) && !v->section[dot - key] &&
		    !strcmp(v->setting->key, dot + 1))
			return &v->value;
	}
	assert(!"an undeclared setting was asked for");
	abort();
}

const char *ct_settings_text(const struct ct_settings *s, const char *key)
{
	return get(s, key)->text;
}

int64_t ct_settings_int(const struct ct_settings *s, const char *key)
{
	return get(s, key)->i;
}

const char *ct_settings_path(void *mem, const struct ct_settings *s, const char *path)
{
	const char *slash = strrchr(s->path, '/');

	if (*path == '/' || !slash)
		return talloc_strdup(mem, path);
	return talloc_asprintf(mem, "%.*s/%s", (int)(slash - s->path), s->path, path);
}
