/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "field_cases.h"

#include <comptoir/view.h>
#include "field/form.h"

static const struct ct_choice layouts[] = {
	{ "theatre", "Theatre" }, { "u", "U shape" }, { NULL, NULL },
};

static const char *text(const json_t *control, const char *key)
{
	const json_t *value = json_object_get(control, key);

	assert_true(json_is_string(value));
	return json_string_value(value);
}

static bool yes(const json_t *control, const char *key)
{
	const json_t *value = json_object_get(control, key);

	assert_true(json_is_boolean(value));
	return json_is_true(value);
}

static void is_null(const json_t *control, const char *key)
{
	assert_true(json_is_null(json_object_get(control, key)));
}

static const json_t *option(const json_t *control, size_t i)
{
	return json_array_get(json_object_get(control, "options"), i);
}

static json_t *made(const struct ct_field *f, const char *typed, const char *error)
{
	void *mem = talloc_new(NULL);
	json_t *control = ct_form_control(mem, f, typed, error, "fr");

	talloc_free(mem);		/* nothing in the control hangs on it */
	return control;
}

/* Strict templates need every key in every control, and exactly one kind. */
static void every_key(void **state)
{
	static const char *const keys[] = {
		"name", "id", "label", "heading", "search", "search_label", "help", "hint", "error", "described_by", "value", "type",
		"inputmode",
		"autocomplete", "maxlength", "min", "max", "step", "pattern", "options", "file", "kept",
		"accept", "remove_id", "remove_name",
	};
	static const char *const booleans[] = {
		"has_error", "required", "read_only", "spellcheck", "numeric", "checked",
		"multiple", "removed",
	};
	static const char *const kinds[] = {
		"is_input", "is_textarea", "is_select", "is_checkbox", "is_checkboxes", "is_file",
	};
	static const char *const typed[] = { NULL, "", "1", "nonsense", "24/11/2026" };

	(void)state;
	for (unsigned i = 0; i < (CT_CONSENT + 1) * 2 * COUNT(typed); i++) {
		struct ct_field f = FIELD((enum ct_type)(i % (CT_CONSENT + 1)), .choices = layouts);
		unsigned n = 0;
		json_t *control;

		if (f.type == 0)
			continue;
		f.many = i / (CT_CONSENT + 1) % 2;
		control = made(&f, typed[i / (CT_CONSENT + 1) / 2], NULL);
		for (size_t k = 0; k < COUNT(keys); k++)
			assert_non_null(json_object_get(control, keys[k]));
		for (size_t k = 0; k < COUNT(booleans); k++)
			yes(control, booleans[k]);
		for (size_t k = 0; k < COUNT(kinds); k++)
			n += yes(control, kinds[k]);
		assert_int_equal(n, 1);
		assert_int_equal(json_object_size(control),
				 COUNT(keys) + COUNT(booleans) + COUNT(kinds));
		json_decref(control);
	}
}

static void a_text(void **state)
{
	static const struct ct_field f = {
		.name = "given_name", .label = "Given name", .type = CT_TEXT, .required = true,
		.max = 40,
		.help = "As on the door.", .autocomplete = "given-name",
	};
	json_t *c = made(&f, "<Zo\xC3\xA9>", "Please fill this in.");

	(void)state;
	assert_string_equal(text(c, "name"), "given_name");
	assert_string_equal(text(c, "id"), "f-given-name");
	assert_string_equal(text(c, "label"), "Given name");
	assert_string_equal(text(c, "value"), "<Zo\xC3\xA9>");
	assert_string_equal(text(c, "error"), "Please fill this in.");
	assert_string_equal(text(c, "described_by"), "f-given-name-error f-given-name-help");
	assert_string_equal(text(c, "autocomplete"), "given-name");
	assert_string_equal(text(c, "maxlength"), "40");
	assert_true(yes(c, "required") && yes(c, "has_error") && yes(c, "spellcheck"));
	json_decref(c);
	c = made(&f, "", "");
	assert_false(yes(c, "has_error"));
	is_null(c, "value");
	is_null(c, "error");
	json_decref(c);
}

static void numbers_keep_what_was_typed(void **state)
{
	static const struct ct_field f = FIELD(CT_MONEY);
	json_t *c = made(&f, "1 234,50 " EURO, "no");

	(void)state;
	assert_string_equal(text(c, "type"), "text");
	assert_string_equal(text(c, "inputmode"), "decimal");
	assert_string_equal(text(c, "value"), "1 234,50 " EURO);
	assert_string_equal(text(c, "described_by"), "f-the-field-error f-the-field-hint");
	assert_true(yes(c, "numeric"));
	assert_false(yes(c, "spellcheck"));
	is_null(c, "maxlength");
	json_decref(c);
}

static void browsers_own_controls(void **state)
{
	static const struct { enum ct_type type; const char *typed, *as, *value; } cases[] = {
		{ CT_DATE, "24/11/2026", "date", "2026-11-24" },
		{ CT_DATE, "2026-11-24", "date", "2026-11-24" },
		{ CT_DATE, "31/02/2026", "text", "31/02/2026" }, { CT_DATE, NULL, "date", NULL },
		{ CT_TIME, "14h", "time", "14:00" }, { CT_TIME, "24:00", "text", "24:00" },
		{ CT_TIME, "late", "text", "late" },
		{ CT_DATETIME, "24/11/2026 14h", "datetime-local", "2026-11-24T14:00" },
		{ CT_DATETIME, "24/11/2026", "text", "24/11/2026" },
		{ CT_COLOUR, "#FFF", "color", "#ffffff" }, { CT_COLOUR, "red", "text", "red" },
		{ CT_COLOUR, NULL, "text", NULL }, { CT_EMAIL, "a", "email", "a" },
		{ CT_PHONE, "1", "tel", "1" },
		{ CT_URL, "x", "url", "x" }, { CT_SECRET, "hunter22", "password", NULL },
		{ CT_FILE, "17", "file", NULL }, { CT_SIREN, "732 829 320", "text", "732 829 320" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct ct_field f = FIELD(cases[i].type);
		json_t *c = made(&f, cases[i].typed, NULL);

		assert_string_equal(text(c, "type"), cases[i].as);
		if (cases[i].value)
			assert_string_equal(text(c, "value"), cases[i].value);
		else
			is_null(c, "value");
		json_decref(c);
	}
}

static void one_choice(void **state)
{
	struct ct_field f = FIELD(CT_CHOICE, .choices = layouts, .required = true);
	json_t *c = made(&f, NULL, NULL);

	(void)state;
	assert_true(yes(c, "is_select"));
	assert_string_equal(text(option(c, 0), "value"), "");
	assert_true(yes(option(c, 0), "selected"));
	assert_string_equal(text(option(c, 2), "label"), "U shape");
	assert_false(yes(option(c, 2), "selected"));
	json_decref(c);
	c = made(&f, "u", NULL);
	assert_string_equal(text(option(c, 0), "value"), "theatre");
	assert_true(yes(option(c, 1), "selected"));
	assert_null(option(c, 2));
	json_decref(c);
	f.required = false;
	c = made(&f, "u", NULL);
	assert_string_equal(text(option(c, 0), "value"), "");
	assert_false(yes(option(c, 0), "selected"));
	json_decref(c);
}

static void many_choices(void **state)
{
	static const struct ct_field f = FIELD(CT_CHOICE, .choices = layouts, .many = true,
					       .required = true);
	json_t *c = made(&f, "u\ntheatres\nx", NULL);

	(void)state;
	assert_true(yes(c, "is_checkboxes"));
	assert_false(yes(option(c, 0), "selected"));
	assert_true(yes(option(c, 1), "selected"));
	assert_string_equal(text(option(c, 1), "id"), "f-the-field-2");
	json_decref(c);
}

static void references(void **state)
{
	struct ct_field f = FIELD(CT_REF, .ref = "place");
	json_t *c = made(&f, "4", NULL);

	(void)state;
	assert_true(yes(c, "is_select"));
	ct_form_option(c, "42", "Lys");
	ct_form_option(c, "4", "Ruche");
	assert_false(yes(option(c, 0), "selected"));
	assert_false(yes(option(c, 1), "selected"));
	assert_true(yes(option(c, 2), "selected"));
	json_decref(c);
	f.many = true;
	c = made(&f, "42\r\n4", NULL);
	ct_form_option(c, "42", "Lys");
	ct_form_option(c, "2", "Ruche");
	assert_true(yes(option(c, 0), "selected"));
	assert_false(yes(option(c, 1), "selected"));
	json_decref(c);
}

static void days(void **state)
{
	static const struct ct_field f = FIELD(CT_WEEKDAYS);
	json_t *c = made(&f, "1,7", NULL);

	(void)state;
	assert_true(yes(c, "is_checkboxes"));
	assert_string_equal(text(option(c, 0), "label"), "lundi");
	for (size_t i = 0; i < 7; i++)
		assert_int_equal(yes(option(c, i), "selected"), i == 0 || i == 6);
	assert_null(option(c, 7));
	json_decref(c);
}

static void boxes(void **state)
{
	struct ct_field f = FIELD(CT_BOOL, .required = true);
	struct ct_field consent = FIELD(CT_CONSENT, .required = true);
	json_t *c = made(&f, "on", NULL);

	(void)state;
	assert_true(yes(c, "is_checkbox") && yes(c, "checked"));
	assert_false(yes(c, "required"));	/* an empty box is an answer too */
	json_decref(c);
	c = made(&f, "0", NULL);
	assert_false(yes(c, "checked"));
	json_decref(c);
	c = made(&consent, "1", NULL);		/* she had ticked it, and another field was wrong */
	assert_true(yes(c, "checked") && yes(c, "required"));
	json_decref(c);
	consent.initial = "1";
	c = made(&consent, consent.initial, NULL);
	assert_false(yes(c, "checked"));
	json_decref(c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_key), cmocka_unit_test(a_text),
		cmocka_unit_test(numbers_keep_what_was_typed),
		cmocka_unit_test(browsers_own_controls),
		cmocka_unit_test(one_choice), cmocka_unit_test(many_choices),
		cmocka_unit_test(references),
		cmocka_unit_test(days), cmocka_unit_test(boxes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
