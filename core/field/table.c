/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "field/type.h"

#include <assert.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>
#include "base/utf8.h"
#include "field/utf8.h"

#define JSON_MOST 9007199254740991	/* 2^53 - 1 */
#define AMOUNT_MOST 10000000000000

static const struct ct_type_row table[] = {
	[CT_TEXT] = { .name = "text", .max = 255, .parse = ct_parse_text, .input = "text" },
	[CT_LONG_TEXT] = { .name = "long text", .max = 16000, .parse = ct_parse_text,
		.input = "text" },
	[CT_INT] = { .name = "integer", .min = -JSON_MOST, .max = JSON_MOST,
		.parse = ct_parse_int, .show = ct_show_int, .typed = ct_typed_int,
		.input = "text", .inputmode = "numeric", .code = true, .numeric = true },
	[CT_MONEY] = { .name = "money", .suffix = "_cents", .max = AMOUNT_MOST,
		.parse = ct_parse_money, .show = ct_show_money, .typed = ct_typed_money,
		.input = "text", .inputmode = "decimal", .hint = N_("In euros, as in 12,50"),
		.code = true, .numeric = true },
	[CT_RATE] = { .name = "rate", .suffix = "_bp", .max = 10000,
		.parse = ct_parse_rate, .show = ct_show_rate, .typed = ct_typed_rate,
		.input = "text", .inputmode = "decimal", .hint = N_("In per cent, as in 5,5"),
		.code = true, .numeric = true },
	[CT_QUANTITY] = { .name = "quantity", .max = AMOUNT_MOST,
		.parse = ct_parse_quantity, .show = ct_show_quantity, .typed = ct_typed_quantity,
		.input = "text", .inputmode = "decimal", .code = true, .numeric = true },
	[CT_DEGREES] = { .name = "degrees", .suffix = "_e6", .min = -180000000, .max = 180000000,
		.parse = ct_parse_quantity, .show = ct_show_quantity, .typed = ct_typed_quantity,
		.input = "text", .inputmode = "text", .code = true, .numeric = true },
	[CT_DATE] = { .name = "date", .suffix = "_d",
		.parse = ct_parse_date, .show = ct_show_date, .typed = ct_typed_date,
		.input = "date", .hint = N_("As in 24/11/2026"), .code = true },
	[CT_TIME] = { .name = "time",
		.parse = ct_parse_time, .show = ct_show_time, .typed = ct_typed_time,
		.input = "time", .hint = N_("As in 14:30"), .code = true },
	[CT_DURATION] = { .name = "duration", .max = 10 * 366 * 1440,
		.parse = ct_parse_duration, .show = ct_show_duration, .typed = ct_typed_duration,
		.input = "text", .hint = N_("As in 30 min, 2 h or 3 days"), .code = true, .numeric = true },
	[CT_DATETIME] = { .name = "date and time", .suffix = "_local",
		.parse = ct_parse_datetime, .show = ct_show_datetime, .typed = ct_typed_datetime,
		.input = "datetime-local", .hint = N_("As in 24/11/2026 14:30"), .code = true },
	[CT_BOOL] = { .name = "boolean", .max = 1, .parse = ct_parse_bool, .show = ct_show_bool,
		.typed = ct_typed_bool, .input = "checkbox" },
	[CT_CHOICE] = { .name = "choice", .parse = ct_parse_choice, .show = ct_show_choice,
		.input = "text" },
	[CT_REF] = { .name = "reference", .suffix = "_id", .parse = ct_parse_ref,
		.show = ct_show_ref, .typed = ct_typed_ref, .input = "text" },
	[CT_EMAIL] = { .name = "e-mail", .max = 254, .parse = ct_parse_email, .input = "email",
		.inputmode = "email", .hint = N_("As in name@example.org"), .code = true },
	[CT_PHONE] = { .name = "phone", .max = 20, .parse = ct_parse_phone, .show = ct_show_phone,
		.typed = ct_typed_phone, .input = "tel", .inputmode = "tel",
		.hint = N_("As in 06 12 34 56 78"), .code = true },
	[CT_POSTCODE] = { .name = "postcode", .max = 12, .parse = ct_parse_postcode,
		.input = "text", .code = true },
	[CT_SIREN] = { .name = "SIREN", .max = 9, .parse = ct_parse_siren, .show = ct_show_siren,
		.input = "text", .inputmode = "numeric", .hint = N_("Nine digits"), .code = true },
	[CT_SIRET] = { .name = "SIRET", .max = 14, .parse = ct_parse_siret, .show = ct_show_siret,
		.input = "text", .inputmode = "numeric", .hint = N_("14 digits"), .code = true },
	[CT_RNA] = { .name = "RNA", .max = 10, .parse = ct_parse_rna, .input = "text",
		.hint = N_("W and nine digits"), .code = true },
	[CT_VAT_NO] = { .name = "VAT number", .max = 14, .parse = ct_parse_vat_no,
		.input = "text", .hint = N_("As in FR44732829320"), .code = true },
	[CT_IBAN] = { .name = "IBAN", .max = 34, .parse = ct_parse_iban, .show = ct_show_iban,
		.input = "text", .code = true },
	[CT_BIC] = { .name = "BIC", .max = 11, .parse = ct_parse_bic, .input = "text",
		.hint = N_("8 or 11 letters and digits"), .code = true },
	[CT_COLOUR] = { .name = "colour", .max = 7, .parse = ct_parse_colour, .input = "color",
		.code = true },
	[CT_URL] = { .name = "address", .max = 500, .parse = ct_parse_url, .input = "url",
		.inputmode = "url", .hint = N_("As in https://example.org"), .code = true },
	[CT_SLUG] = { .name = "slug", .min = 1, .max = 60, .parse = ct_parse_slug,
		.input = "text", .hint = N_("a to z, digits and hyphens"), .code = true },
	[CT_WEEKDAYS] = { .name = "weekdays", .parse = ct_parse_weekdays,
		.show = ct_show_weekdays, .typed = ct_typed_weekdays, .input = "checkbox" },
	[CT_SECRET] = { .name = "secret", .max = 1024, .parse = ct_parse_secret,
		.show = ct_show_secret, .typed = ct_typed_secret, .input = "password",
		.code = true },
	[CT_FILE] = { .name = "file", .suffix = "_id", .parse = ct_parse_ref,
		.show = ct_show_ref, .typed = ct_typed_ref, .input = "file" },
	[CT_CONSENT] = { .name = "consent", .max = 1, .parse = ct_parse_bool,
		.show = ct_show_bool, .typed = ct_typed_bool, .input = "checkbox" },
};

const struct ct_type_row *ct_type_find(enum ct_type type)
{
	size_t i = (size_t)type;

	return i < sizeof(table) / sizeof(table[0]) && table[i].parse ? &table[i] : NULL;
}

static const struct ct_type_row *row_of(const struct ct_field *field)
{
	const struct ct_type_row *row = ct_type_find(field->type);

	assert(row);
	return row;
}

struct ct_bounds ct_field_bounds(const struct ct_field *field)
{
	const struct ct_type_row *row = row_of(field);

	if (field->min == 0 && field->max == 0)
		return (struct ct_bounds){ row->min, row->max };
	if (field->max < field->min)
		return (struct ct_bounds){ field->min, row->max };
	return (struct ct_bounds){ field->min, field->max };
}

void *ct_field_sure(void *p)
{
	if (!p)
		abort();
	return p;
}

char *ct_field_copy(void *mem, const char *text)
{
	return ct_field_sure(talloc_strdup(mem, text));
}

char *ct_field_print(void *mem, const char *format, ...)
{
	va_list args;
	char *out;

	va_start(args, format);
	out = talloc_vasprintf(mem, format, args);
	va_end(args);
	return ct_field_sure(out);
}

bool ct_lang_french(const char *lang)
{
	return !lang || strncmp(lang, "en", 2) != 0;
}

static int check_characters(const struct ct_field *field, const char *text, struct ct_error *e)
{
	bool lines = field->type == CT_LONG_TEXT || field->type == CT_WEEKDAYS;
	uint32_t point;
	size_t len;

	for (; (len = ct_utf8_step(text, &point)); text += len) {
		if (lines && (point == '\t' || point == '\n' || point == '\r'))
			continue;
		if (point == '\n' || point == '\r')
			return ct_fail_field(e, field->name,
				_("Only one line fits here: please remove the line break."));
		if (ct_utf8_control(point))
			return ct_fail_field(e, field->name,
				_("There is an invisible character in this text that cannot be "
				  "stored. Please type it instead of pasting it."));
	}
	return 0;
}

static int missing(const struct ct_field *field, struct ct_error *e)
{
	if (!field->required || field->type == CT_BOOL)
		return 0;
	if (field->type == CT_CONSENT)
		return ct_fail_field(e, field->name, _("Please tick this box if you agree: "
						       "without it we cannot go on."));
	if (field->type == CT_CHOICE || field->type == CT_REF)
		return ct_fail_field(e, field->name, _("Please choose one of the possibilities."));
	if (field->type == CT_WEEKDAYS)
		return ct_fail_field(e, field->name, _("Please choose at least one day."));
	if (field->type == CT_FILE)
		return ct_fail_field(e, field->name, _("Please choose a file."));
	return ct_fail_field(e, field->name, _("Please fill this in: it is needed."));
}

int ct_field_parse(void *mem, const struct ct_field *field, const char *text,
		   struct ct_value *value_r, struct ct_error *e)
{
	struct ct_value v = { .local = CT_NO_LOCAL, .day = CT_NO_DAY };
	int rc;

	if (text && !ct_utf8_check(text, strlen(text)))
		return ct_fail_field(e, field->name,
			_("This text arrived damaged (it is not UTF-8). Please type it again."));
	if (text && field->type != CT_SECRET)
		text = ct_utf8_trim(mem, text);
	if (!text || !*text) {
		rc = missing(field, e);
	} else {
		rc = check_characters(field, text, e);
		if (rc == 0)
			rc = row_of(field)->parse(mem, field, text, &v, e);
		v.set = true;
	}
	if (rc == 0)
		*value_r = v;
	return rc;
}

static const char *join(void *mem, const char *list, const char *separator, const char *next)
{
	return list ? ct_field_print(mem, "%s%s%s", list, separator, next) : next;
}

const char *ct_field_show(void *mem, const struct ct_field *field, const struct ct_value *value,
			  const char *lang)
{
	const struct ct_type_row *row = row_of(field);
	const char *out = NULL;

	if (field->many && value->each) {
		for (size_t i = 0; i < value->many; i++) {
			struct ct_field one = *field;

			one.many = false;
			out = join(mem, out, ", ", ct_field_show(mem, &one, &value->each[i], lang));
		}
		return out ? out : "";
	}
	if (!value->set)
		return "";
	return row->show ? row->show(mem, field, value, lang) : ct_field_copy(mem, value->text);
}

const char *ct_field_typed(void *mem, const struct ct_field *field, const struct ct_value *value)
{
	const struct ct_type_row *row = row_of(field);
	const char *out = NULL;

	if (field->many && value->each) {
		for (size_t i = 0; i < value->many; i++) {
			struct ct_field one = *field;

			one.many = false;
			out = join(mem, out, "\n", ct_field_typed(mem, &one, &value->each[i]));
		}
		return out ? out : "";
	}
	if (!value->set)
		return "";
	return row->typed ? row->typed(mem, field, value) : ct_field_copy(mem, value->text);
}

const char *ct_field_column(void *mem, const struct ct_field *field)
{
	const char *suffix = row_of(field)->suffix;

	if (field->column)
		return field->column;
	return ct_field_print(mem, "%s%s", field->name, suffix ? suffix : "");
}
