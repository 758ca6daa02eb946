/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "field/form.h"

#include <string.h>
#include <talloc.h>
#include <comptoir/view.h>
#include "field/type.h"

static const char *translated(const char *text)
{
	return text && *text ? _(text) : NULL;
}

/* Is `one` a line of `lines`? A text of one line is a list of one. */
static bool has_line(const char *lines, const char *one)
{
	size_t n = strlen(one), len;

	for (const char *s = lines; s; s = s[len] ? s + len + 1 : NULL) {
		len = strcspn(s, "\r\n");
		if (len == n && memcmp(s, one, n) == 0)
			return true;
	}
	return false;
}

static void add_option(json_t *control, const char *value, const char *label, bool selected)
{
	json_t *options = json_object_get(control, "options"), *option = ct_add_object(options);
	const char *id = json_string_value(json_object_get(control, "id"));
	char *own = ct_field_print(NULL, "%s-%zu", id, json_array_size(options));

	ct_put_text(option, "value", value);
	ct_put_text(option, "label", label);
	ct_put_text(option, "id", own);
	ct_put_bool(option, "selected", selected);
	talloc_free(own);
}

void ct_form_option(json_t *control, const char *value, const char *label)
{
	const char *typed = json_string_value(json_object_get(control, "value"));

	add_option(control, value, label, typed && has_line(typed, value));
}

static void add_weekdays(json_t *control, const struct ct_field *field, const char *typed,
			 const char *lang)
{
	struct ct_value v = { .i = 0 };
	struct ct_error e;
	void *mem = talloc_new(NULL);

	if (ct_field_parse(mem, field, typed, &v, &e) != 0)
		v.i = 0;
	talloc_free(mem);
	for (int day = 1; day <= 7; day++)
		add_option(control, (const char[]){ (char)('0' + day), '\0' },
			   ct_weekday_ui(day, lang), v.i & 1 << (day - 1));
}

/* A select needs an entry for "nothing" unless something must be and already is chosen. */
static void add_options(json_t *control, const struct ct_field *field, const char *typed,
			const char *lang)
{
	bool nothing = !typed || !*typed;

	if (field->type == CT_WEEKDAYS)
		add_weekdays(control, field, typed, lang);
	if (field->type != CT_CHOICE && field->type != CT_REF)
		return;
	if (!field->many && (nothing || !field->required))
		add_option(control, "", field->required ? _("Please choose") : _("None"), nothing);
	for (const struct ct_choice *c = field->choices; c && c->value; c++)
		ct_form_option(control, c->value, translated(c->label) ? _(c->label) : c->value);
}

enum kind { INPUT, TEXTAREA, SELECT, CHECKBOX, CHECKBOXES, FILE_INPUT };

static enum kind kind_of(const struct ct_field *field)
{
	switch (field->type) {
	case CT_LONG_TEXT:
		return TEXTAREA;
	case CT_BOOL:
	case CT_CONSENT:
		return CHECKBOX;
	case CT_WEEKDAYS:
		return CHECKBOXES;
	case CT_CHOICE:
	case CT_REF:
		return field->many ? CHECKBOXES : SELECT;
	case CT_FILE:
		return FILE_INPUT;
	default:
		return field->many ? TEXTAREA : INPUT;
	}
}

static void put_kind(json_t *control, const struct ct_field *field)
{
	enum kind kind = kind_of(field);

	ct_put_bool(control, "is_input", kind == INPUT);
	ct_put_bool(control, "is_textarea", kind == TEXTAREA);
	ct_put_bool(control, "is_select", kind == SELECT);
	ct_put_bool(control, "is_checkbox", kind == CHECKBOX);
	ct_put_bool(control, "is_checkboxes", kind == CHECKBOXES);
	ct_put_bool(control, "is_file", kind == FILE_INPUT);
	ct_put_bool(control, "multiple", kind == FILE_INPUT && field->many);
}

/* The browser's own date, time and colour controls show nothing for a text they cannot read. */
static bool is_strict(enum ct_type type)
{
	return type == CT_DATE || type == CT_TIME || type == CT_DATETIME || type == CT_COLOUR;
}

struct content { const char *value, *type, *inputmode; };

static struct content content_of(void *mem, const struct ct_field *field, const char *typed)
{
	const struct ct_type_row *row = ct_type_find(field->type);
	struct content c = { typed && *typed ? typed : NULL, row->input, row->inputmode };
	struct ct_value v;
	struct ct_error e;

	if (field->type == CT_SECRET || field->type == CT_FILE)
		c.value = NULL;
	if (kind_of(field) != INPUT || !is_strict(field->type))
		return c;
	if (field->type == CT_COLOUR && !c.value)
		c.type = "text";	/* a colour control cannot be empty: it would send black */
	if (!c.value)
		return c;
	if (ct_field_parse(mem, field, c.value, &v, &e) != 0 || !v.set ||
	    (field->type == CT_TIME && v.i == 1440))
		c.type = "text";
	else
		c.value = ct_field_typed(mem, field, &v);
	return c;
}

static const char *described_by(void *mem, const char *id, bool error, bool hint, bool help)
{
	const char *s = ct_field_print(mem, "%s%s%s%s%s%s", error ? " " : "", error ? id : "",
				       error ? "-error" : "", hint ? " " : "", hint ? id : "",
				       hint ? "-hint" : "");

	if (help)
		s = ct_field_print(mem, "%s %s-help", s, id);
	return *s ? s + 1 : NULL;
}

static bool is_prose(enum ct_type type)
{
	return type == CT_TEXT || type == CT_LONG_TEXT;
}

static void put_limits(json_t *control, void *mem, const struct ct_field *field)
{
	bool counted = !field->many && (is_prose(field->type) || field->type == CT_SECRET);
	long long most = (long long)ct_field_bounds(field).max;

	ct_put_text(control, "maxlength", counted ? ct_field_print(mem, "%lld", most) : NULL);
	ct_put_null(control, "min");
	ct_put_null(control, "max");
	ct_put_null(control, "step");
	ct_put_null(control, "pattern");
}

static const char *id_of(void *mem, const struct ct_field *field)
{
	char *id = ct_field_print(mem, "f-%s", field->name);

	for (char *s = id; *s; s++)
		if (*s == '_')
			*s = '-';
	return id;
}

/* Whoever must agree ticks the box herself: a consent's initial value does not count. */
static bool is_checked(void *mem, const struct ct_field *field, const char *typed)
{
	struct ct_value v;
	struct ct_error e;

	if (kind_of(field) != CHECKBOX || (field->type == CT_CONSENT && field->initial))
		return false;
	return ct_field_parse(mem, field, typed, &v, &e) == 0 && v.i == 1;
}

static const char *hint_of(const struct ct_field *field)
{
	if (kind_of(field) == INPUT)
		return translated(ct_type_find(field->type)->hint);
	return field->many && kind_of(field) == TEXTAREA ? _("One on each line") : NULL;
}

static void put_words(json_t *control, void *mem, const struct ct_field *field,
		      const char *error)
{
	const char *id = id_of(mem, field), *hint = hint_of(field), *help = translated(field->help);
	const char *label = translated(field->label);

	error = error && *error ? error : NULL;
	ct_put_text(control, "name", field->name);
	ct_put_text(control, "id", id);
	ct_put_text(control, "label", label ? label : field->name);
	ct_put_text(control, "heading", translated(field->heading));
	ct_put_null(control, "search");
	ct_put_null(control, "search_label");
	ct_put_text(control, "help", help);
	ct_put_text(control, "hint", hint);
	ct_put_text(control, "error", error);
	ct_put_bool(control, "has_error", error);
	ct_put_text(control, "described_by", described_by(mem, id, error, hint, help));
}

/* The core fills these in where a file is: it knows the rows, the field only their kind. */
static void put_no_file(json_t *control, void *mem, const struct ct_field *field)
{
	ct_put_null(control, "file");
	ct_put_null(control, "kept");
	ct_put_null(control, "accept");
	ct_put_bool(control, "removed", false);
	ct_put_text(control, "remove_name", ct_field_print(mem, "%s_remove", field->name));
	ct_put_text(control, "remove_id", ct_field_print(mem, "%s-remove", id_of(mem, field)));
}

json_t *ct_form_control(void *mem, const struct ct_field *field, const char *typed_text,
			const char *error, const char *lang)
{
	const struct ct_type_row *row = ct_type_find(field->type);
	struct content c = content_of(mem, field, typed_text);
	json_t *control = ct_field_sure(json_object());

	put_words(control, mem, field, error);
	put_kind(control, field);
	put_limits(control, mem, field);
	ct_put_text(control, "value", c.value);
	ct_put_text(control, "type", c.type);
	ct_put_text(control, "inputmode", c.inputmode);
	ct_put_text(control, "autocomplete", field->autocomplete);
	ct_put_bool(control, "required", field->required && field->type != CT_BOOL);
	ct_put_bool(control, "read_only", field->read_only);
	ct_put_bool(control, "spellcheck", !row->code);
	ct_put_bool(control, "numeric", row->numeric);
	ct_put_bool(control, "checked", is_checked(mem, field, c.value));
	put_no_file(control, mem, field);
	ct_put_array(control, "options");
	add_options(control, field, c.value, lang);
	return control;
}
