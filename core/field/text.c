/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "field/type.h"

#include <ctype.h>
#include <string.h>
#include <talloc.h>
#include "base/utf8.h"

/* Line ends of any kind become one line feed. */
static char *one_line_end(void *mem, const char *text)
{
	char *out = ct_field_copy(mem, text), *to = out;

	for (const char *s = text; *s; s++) {
		if (*s == '\r' && s[1] == '\n')
			continue;
		*to++ = *s == '\r' ? '\n' : *s;
	}
	*to = '\0';
	return out;
}

static int check_length(const struct ct_field *field, const char *text, struct ct_error *e)
{
	struct ct_bounds b = ct_field_bounds(field);
	int64_t n = (int64_t)ct_utf8_count(text, strlen(text));

	if (n > b.max)
		return ct_fail_field(e, field->name,
			_("This is too long: it has %lld characters, and %lld at most fit here."),
			(long long)n, (long long)b.max);
	if (n < b.min)
		return ct_fail_field(e, field->name,
			_("This is too short: it has %lld characters and needs at least %lld."),
			(long long)n, (long long)b.min);
	return 0;
}

int ct_parse_text(void *mem, const struct ct_field *field, const char *text, struct ct_value *v,
		  struct ct_error *e)
{
	v->text = one_line_end(mem, text);
	return check_length(field, v->text, e);
}

int ct_parse_secret(void *mem, const struct ct_field *field, const char *text,
		    struct ct_value *v, struct ct_error *e)
{
	v->text = ct_field_copy(mem, text);
	return check_length(field, text, e);
}

const char *ct_show_secret(void *mem, const struct ct_field *field, const struct ct_value *v,
			   const char *lang)
{
	(void)mem;
	(void)field;
	(void)v;
	(void)lang;
	return "";
}

const char *ct_typed_secret(void *mem, const struct ct_field *field, const struct ct_value *v)
{
	return ct_show_secret(mem, field, v, NULL);
}

static bool is_uid(const char *s)
{
	static const char shape[] = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";

	if (strlen(s) != sizeof(shape) - 1)
		return false;
	for (size_t i = 0; shape[i]; i++)
		if (shape[i] == '-' ? s[i] != '-' : !isxdigit((unsigned char)s[i]))
			return false;
	return true;
}

static bool is_key(const char *s, int64_t *key_r)
{
	int64_t key = 0;

	for (; *s >= '0' && *s <= '9'; s++)
		if (__builtin_mul_overflow(key, (int64_t)10, &key) ||
		    __builtin_add_overflow(key, (int64_t)(*s - '0'), &key))
			return false;
	*key_r = key;
	return !*s && key > 0;
}

int ct_parse_ref(void *mem, const struct ct_field *field, const char *text, struct ct_value *v,
		 struct ct_error *e)
{
	char *uid;

	if (is_key(text, &v->i))
		return 0;
	v->i = 0;
	if (!is_uid(text))
		return ct_fail_field(e, field->name, field->type == CT_FILE ?
			_("This file was not received. Please choose it again.") :
			_("This is none of the possible choices. Please choose again."));
	uid = ct_field_copy(mem, text);
	for (char *s = uid; *s; s++)
		*s = (char)tolower((unsigned char)*s);
	v->text = uid;
	return 0;
}

const char *ct_typed_ref(void *mem, const struct ct_field *field, const struct ct_value *v)
{
	(void)field;
	return v->text ? v->text : ct_field_print(mem, "%lld", (long long)v->i);
}

const char *ct_show_ref(void *mem, const struct ct_field *field, const struct ct_value *v,
			const char *lang)
{
	(void)lang;
	return ct_typed_ref(mem, field, v);
}
