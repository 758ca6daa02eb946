/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Inside the field types: the row that each type has in the one table of core/field/table.c.
 *
 * A parser gets text that is valid UTF-8, trimmed, not empty and without control characters (a long
 * text keeps tabs and line feeds; a secret is not trimmed). It fills the value, with canonical
 * text in `text` where the type is a text and the number in `i` where it is one, and need not
 * set `set`. It refuses with ct_fail_field. Strings are on `mem`.
 *
 * The law between the functions of a row, which tests and a fuzzer hold it to: what `typed`
 * prints of a value parses to the same value again.
 *
 * Own bounds, where a field has min = max = 0 (a field with a max below its min has no max of
 * its own):
 *
 *   text 255, long text 16 000 (four bytes each fill a TEXT column), secret 1 024, url 500 and
 *   slug 60 code points; int ±(2^53 - 1), which every JSON reader keeps exact; money and quantity
 *   0 to 10^13 of their last digit; rate 0 to 10 000 (100 %); duration
 *   0 to ten years. A field that may be negative says
 *   so. Dates and times: the years of comptoir/time.h.
 */
#ifndef FIELD_TYPE_H
#define FIELD_TYPE_H

#include <comptoir/field.h>
#include <comptoir/i18n.h>

typedef int ct_type_parse_f(void *mem, const struct ct_field *field, const char *text,
			    struct ct_value *v, struct ct_error *e);
typedef const char *ct_type_show_f(void *mem, const struct ct_field *field,
				   const struct ct_value *v, const char *lang);
typedef const char *ct_type_typed_f(void *mem, const struct ct_field *field,
				    const struct ct_value *v);

struct ct_type_row {
	const char *name;		/* "money": for messages and OpenAPI */
	const char *suffix;		/* of the column: "_cents"; NULL: none */
	int64_t min, max;		/* own bounds */
	ct_type_parse_f *parse;
	ct_type_show_f *show;		/* NULL: the canonical text */
	ct_type_typed_f *typed;		/* NULL: the canonical text */
	const char *input, *inputmode;	/* form.h; inputmode may be NULL */
	const char *hint;		/* how it is written, or NULL */
	bool code;			/* not prose: no spell check */
	bool numeric;			/* right-aligned in tables */
};

/* The row of a type; NULL where there is no such type. */
const struct ct_type_row *ct_type_find(enum ct_type type);

/* The bounds that hold for `field`: its own, or its type's. */
struct ct_bounds { int64_t min, max; };
struct ct_bounds ct_field_bounds(const struct ct_field *field);

/* Refuses v->i where it is outside of the field's bounds. */
int ct_field_check_number(void *mem, const struct ct_field *field, const struct ct_value *v,
			  struct ct_error *e) CT_MUST_USE;

/* Talloc without failure: without memory the process aborts. ct_field_sure passes `p` on. */
void *ct_field_sure(void *p);
char *ct_field_copy(void *mem, const char *text);
char *ct_field_print(void *mem, const char *format, ...) CT_PRINTF(2, 3);

/* Is a reader's language written the French way? As in comptoir/time.h: every one but "en…" is. */
bool ct_lang_french(const char *lang);

/* text.c */
ct_type_parse_f ct_parse_text, ct_parse_secret, ct_parse_ref;
ct_type_show_f ct_show_secret, ct_show_ref;
ct_type_typed_f ct_typed_secret, ct_typed_ref;

/* choice.c */
ct_type_parse_f ct_parse_choice, ct_parse_bool, ct_parse_weekdays;
ct_type_show_f ct_show_choice, ct_show_bool, ct_show_weekdays;
ct_type_typed_f ct_typed_bool, ct_typed_weekdays;

/* web.c */
ct_type_parse_f ct_parse_email, ct_parse_url, ct_parse_slug, ct_parse_colour;

/* number.c */
ct_type_parse_f ct_parse_int, ct_parse_money, ct_parse_rate, ct_parse_quantity;
ct_type_show_f ct_show_int, ct_show_money, ct_show_rate, ct_show_quantity;
ct_type_typed_f ct_typed_int, ct_typed_money, ct_typed_rate, ct_typed_quantity;

/* time.c */
ct_type_parse_f ct_parse_date, ct_parse_time, ct_parse_datetime;
ct_type_show_f ct_show_date, ct_show_time, ct_show_datetime;
ct_type_typed_f ct_typed_date, ct_typed_time, ct_typed_datetime;

/* duration.c */
ct_type_parse_f ct_parse_duration;
ct_type_show_f ct_show_duration;
ct_type_typed_f ct_typed_duration;

/* phone.c */
ct_type_parse_f ct_parse_phone;
ct_type_show_f ct_show_phone;
ct_type_typed_f ct_typed_phone;

/* identity.c */
ct_type_parse_f ct_parse_postcode, ct_parse_siren, ct_parse_siret, ct_parse_rna, ct_parse_vat_no;
ct_type_show_f ct_show_siren, ct_show_siret;

/* bank.c */
ct_type_parse_f ct_parse_iban, ct_parse_bic;
ct_type_show_f ct_show_iban;

#endif
