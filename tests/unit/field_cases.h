/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Tables of good and bad values for the tests of field types. Each good value is parsed,
 * compared, typed again, parsed again and compared again; each bad one must be refused at its
 * field, with a sentence, and leave the value as it was.
 */
#ifndef TESTS_FIELD_CASES_H
#define TESTS_FIELD_CASES_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include <talloc.h>
#include <comptoir/field.h>

#define NBSP "\xC2\xA0"
#define NARROW "\xE2\x80\xAF"
#define THIN "\xE2\x80\x89"
#define MINUS "\xE2\x88\x92"
#define EURO "\xE2\x82\xAC"
#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

#define FIELD(type_, ...) { .name = "the_field", .label = "Label", .type = type_, __VA_ARGS__ }

struct good { const char *typed, *text; int64_t i; };

static inline struct ct_value field_accept(void *mem, const struct ct_field *f, const char *typed)
{
	struct ct_value v = { .i = 4711 };
	struct ct_error e = { 0 };

	if (ct_field_parse(mem, f, typed, &v, &e) != 0)
		fail_msg("\"%s\" was refused: %s", typed, e.text);
	if (!v.set)
		fail_msg("\"%s\" counts as nothing", typed);
	return v;
}

static inline void field_same(const char *typed, const struct ct_value *a, const struct ct_value *b)
{
	if (a->i != b->i || a->local.s != b->local.s || a->day.n != b->day.n)
		fail_msg("\"%s\": another number when typed again: %lld and %lld", typed,
			 (long long)a->i, (long long)b->i);
	if (!a->text != !b->text || (a->text && strcmp(a->text, b->text) != 0))
		fail_msg("\"%s\": \"%s\" became \"%s\"", typed, a->text, b->text);
}

static inline void field_good(const struct ct_field *f, const struct good *cases, size_t n)
{
	void *mem = talloc_new(NULL);

	for (size_t c = 0; c < n; c++) {
		struct ct_value v = field_accept(mem, f, cases[c].typed), again;

		if (v.i != cases[c].i)
			fail_msg("\"%s\" is %lld, not %lld", cases[c].typed, (long long)v.i,
				 (long long)cases[c].i);
		if (cases[c].text)
			assert_string_equal(v.text, cases[c].text);
		else
			assert_null(v.text);
		if (f->type == CT_SECRET)
			continue;
		again = field_accept(mem, f, ct_field_typed(mem, f, &v));
		field_same(cases[c].typed, &v, &again);
		assert_true(*ct_field_show(mem, f, &v, "fr"));
		assert_true(*ct_field_show(mem, f, &v, "en"));
	}
	talloc_free(mem);
}

static inline void field_bad(const struct ct_field *f, const char *const *cases, size_t n)
{
	void *mem = talloc_new(NULL);

	for (size_t c = 0; c < n; c++) {
		struct ct_value v = { .i = 4711, .text = "as it was" };
		struct ct_error e = { 0 };

		if (ct_field_parse(mem, f, cases[c], &v, &e) != CT_INVALID)
			fail_msg("\"%s\" was accepted: \"%s\" %lld", cases[c], v.text,
				 (long long)v.i);
		assert_int_equal(e.rc, CT_INVALID);
		assert_string_equal(e.field, f->name);
		if (strlen(e.text) < 20)
			fail_msg("\"%s\": no sentence but \"%s\"", cases[c], e.text);
		assert_int_equal(v.i, 4711);
		assert_string_equal(v.text, "as it was");
	}
	talloc_free(mem);
}

/* `typed` (may be NULL) is refused with a sentence that holds `part`. */
static inline void field_refused(const struct ct_field *f, const char *typed, const char *part)
{
	void *mem = talloc_new(NULL);
	struct ct_value v;
	struct ct_error e = { 0 };

	assert_int_equal(ct_field_parse(mem, f, typed, &v, &e), CT_INVALID);
	assert_string_equal(e.field, f->name);
	if (!strstr(e.text, part))
		fail_msg("\"%s\": \"%s\" does not say \"%s\"", typed ? typed : "", e.text, part);
	talloc_free(mem);
}

#define GOOD(field, cases) field_good(field, cases, COUNT(cases))
#define BAD(field, cases) field_bad(field, cases, COUNT(cases))

/* What the value that `typed` means looks like to a reader. */
static inline void field_shown(const struct ct_field *f, const char *typed, const char *lang,
			       const char *shown)
{
	void *mem = talloc_new(NULL);
	struct ct_value v = field_accept(mem, f, typed);

	assert_string_equal(ct_field_show(mem, f, &v, lang), shown);
	talloc_free(mem);
}

static inline void field_typed(const struct ct_field *f, const char *typed, const char *again)
{
	void *mem = talloc_new(NULL);
	struct ct_value v = field_accept(mem, f, typed);

	assert_string_equal(ct_field_typed(mem, f, &v), again);
	talloc_free(mem);
}

#endif
