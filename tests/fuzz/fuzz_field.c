/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Any text into any field type: byte 0 chooses the type, byte 1 required, many and bounds, the
 * rest is what was typed. What is accepted must be printable, must fit its own limits, and must
 * parse to the same value again from what a form shows; what is refused must come with a
 * sentence at its field.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>
#include <comptoir/field.h>

#include "base/utf8.h"
#include "field/form.h"
#include "field/type.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define MUST(x) do { if (!(x)) abort(); } while (0)

static const struct ct_choice choices[] = { { "a", "A" }, { "b", "B" }, { NULL, NULL } };

static bool is_text(const char *s)
{
	return s && ct_utf8_check(s, strlen(s));
}

static bool is_same(const struct ct_value *a, const struct ct_value *b)
{
	return a->set == b->set && a->i == b->i && a->local.s == b->local.s &&
		a->day.n == b->day.n && !a->text == !b->text &&
		(!a->text || strcmp(a->text, b->text) == 0);
}

static void check_accepted(void *mem, const struct ct_field *f, const struct ct_value *v)
{
	const struct ct_bounds b = ct_field_bounds(f);
	struct ct_value again;
	struct ct_error e;

	MUST(is_text(ct_field_show(mem, f, v, "fr")) && is_text(ct_field_show(mem, f, v, "en")));
	if (!v->set)
		return;
	if (f->type >= CT_INT && f->type <= CT_DEGREES)
		MUST(v->i >= b.min && v->i <= b.max);
	else if (v->text && f->type != CT_CHOICE && f->type != CT_REF && f->type != CT_FILE)
		MUST((int64_t)ct_utf8_count(v->text, strlen(v->text)) <= b.max);
	if (f->type == CT_SECRET)
		return;
	MUST(ct_field_parse(mem, f, ct_field_typed(mem, f, v), &again, &e) == 0);
	MUST(is_same(v, &again));
}

static void check_control(void *mem, const struct ct_field *f, const char *typed, const char *error)
{
	json_t *control = ct_form_control(mem, f, typed, error, "fr");
	char *text = json_dumps(control, JSON_COMPACT);

	MUST(text);
	free(text);
	json_decref(control);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ct_field f = { .name = "the_field", .label = "Label", .choices = choices };
	struct ct_value v = { .i = 4711 };
	struct ct_error e = { 0 };
	void *mem;
	char *text;
	int rc;

	if (size < 2 || size > 4096)
		return 0;
	f.type = (enum ct_type)(CT_TEXT + data[0] % CT_CONSENT);
	f.required = data[1] & 1;
	f.many = data[1] & 2;
	if (f.type <= CT_DEGREES && data[1] & 4)
		f.max = data[1] >> 3;
	if (f.type >= CT_INT && f.type <= CT_DEGREES && data[1] & 4)
		f.min = -1000;
	mem = talloc_new(NULL);
	text = talloc_strndup(mem, (const char *)data + 2, size - 2);
	rc = ct_field_parse(mem, &f, text, &v, &e);
	MUST(rc == 0 || rc == CT_INVALID);
	if (rc == 0)
		check_accepted(mem, &f, &v);
	else
		MUST(v.i == 4711 && strcmp(e.field, f.name) == 0 && *e.text && is_text(e.text));
	check_control(mem, &f, text, rc ? e.text : NULL);
	talloc_free(mem);
	return 0;
}
