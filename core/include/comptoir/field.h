/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Input is declared, not read. A route or a record lists its fields; the core parses what arrived as a
 * query, a form, a multipart form or a JSON body, checks it, and hands the handler typed values. What
 * does not pass goes back to the form as 422 with one sentence a field and everything that was typed.
 *
 * A field's type decides how it is parsed, what it is stored as, how it is shown and which control a
 * form uses. The suffix of a column says its type (contract.md, "Types"): a CT_MONEY field `amount` is
 * the column `amount_cents`, a CT_REF field `place` is `place_id`, a CT_DATE `from` is `from_d`, a
 * CT_DATETIME `start` is `start_local`, a CT_RATE `discount` is `discount_bp`, a CT_DEGREES `lat` is
 * `lat_e6`, all others are the name.
 */
#ifndef COMPTOIR_FIELD_H
#define COMPTOIR_FIELD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <jansson.h>
#include <comptoir/error.h>
#include <comptoir/time.h>

struct ct_request;

enum ct_type {			/* stored as                    typed as                                 */
	CT_TEXT = 1,		/* VARCHAR(max)                 one line                                 */
	CT_LONG_TEXT,		/* TEXT                         several lines                            */
	CT_INT,			/* BIGINT                       "12", "1 200"                            */
	CT_MONEY,		/* BIGINT _cents                "12,5", "1 234,50", "12.50 €"            */
	CT_RATE,		/* INT _bp                      "30", "5,5 %" (basis points)             */
	CT_QUANTITY,		/* BIGINT in 1/10 000           "1,5"                                    */
	CT_DEGREES,		/* INT _e6 (millionths)         "50,624"                                 */
	CT_DATE,		/* DATE _d                      "24/11/2026", "2026-11-24"               */
	CT_TIME,		/* TIME (minutes of the day)    "14:00", "14h", "14 h 30"; 24:00 allowed */
	CT_DATETIME,		/* DATETIME _local              "2026-11-24T14:00", "24/11/2026 14:00"   */
	CT_BOOL,		/* TINYINT(1)                   checkbox: "1", "on", "true", absent      */
	CT_CHOICE,		/* VARCHAR(16) ascii_bin        one of .choices                          */
	CT_REF,			/* BIGINT _id                   id or uid of a `.ref` kind               */
	CT_EMAIL,		/* VARCHAR(254)                 lower-cased domain                       */
	CT_PHONE,		/* VARCHAR(20), E.164           "06 12 34 56 78"                         */
	CT_POSTCODE,		/* VARCHAR(12)                  five digits for France                   */
	CT_SIREN,		/* CHAR(9)                      Luhn                                     */
	CT_SIRET,		/* CHAR(14)                     Luhn; La Poste's exception               */
	CT_RNA,			/* CHAR(10)                     W + 9 digits                             */
	CT_VAT_NO,		/* VARCHAR(14)                  French key checked, others by shape      */
	CT_IBAN,		/* VARCHAR(34)                  mod 97                                   */
	CT_BIC,			/* VARCHAR(11)                                                           */
	CT_COLOUR,		/* CHAR(7)                      "#0e5a4f"                                */
	CT_URL,			/* VARCHAR(max)                 http or https                            */
	CT_SLUG,		/* VARCHAR(60) ascii            [a-z0-9-]                                */
	CT_WEEKDAYS,		/* TINYINT UNSIGNED mask        .many of 1..7 (Monday is bit 0)          */
	CT_SECRET,		/* never shown back, never in CSV or JSON                                */
	CT_FILE,		/* BIGINT _id of `file`         an upload (comptoir/file.h)              */
	CT_DURATION,		/* INT (minutes)                "30 min", "1 h 30", "3 jours"; "90" is minutes */
	CT_CONSENT,		/* must be ticked when .required; never ticked beforehand                */
};

struct ct_choice { const char *value, *label; };

/* Which organisations the target of a reference may belong to. */
enum ct_ref_org {
	CT_REF_SAME = 0,	/* the organisation that the route acts for */
	CT_REF_ENGAGED,		/* one that the person may engage: herself, or where she has a role for it */
	CT_REF_PUBLIC,		/* any that the person may see */
};

/* What a CT_FILE field takes: one of these, or several with |. The content decides, not the name. */
enum ct_accept {
	CT_PICTURE = 1,			/* JPEG, PNG: decoded and encoded anew, at most 1600 pixels a side */
	CT_PDF = 2,
	CT_CSV = 4,			/* any text in UTF-8 */
	CT_CALENDAR = 8,		/* iCalendar */
};

struct ct_field {
	const char *name, *label;
	enum ct_type type;
	bool required;
	bool many;			/* may be repeated; JSON: an array. Anything else repeated is 400 */
	bool list;			/* records: a column of the list */
	bool search;			/* records: the list's search box looks here (needs an index to be fast) */
	bool read_only;			/* records: shown, never typed */
	int64_t min, max;		/* text: code points; numbers: value; files: bytes; 0/0: the type's own */
	const char *initial;		/* what a new form starts with, in the form as typed */
	const char *help;		/* one sentence under the control */
	const char *autocomplete;	/* HTML's token: "name", "email", "tel", "street-address" … */
	const char *ref;		/* CT_REF: the kind, "place" of the core or "reservation.resource" */
	enum ct_ref_org ref_org;
	const struct ct_choice *choices;	/* CT_CHOICE: ends with { 0 } */
	const char *see;		/* permission to see it at all; NULL: as the page */
	const char *column;		/* records: where the name plus its type's suffix is not the column */
	bool raw;			/* a JSON body's member as it is (ct_in_json); the handler checks it */
	const char *heading;		/* N_("…"): a new part of the form begins with this field */
	const char *only;		/* records with a .variant: only in rows where that choice has this value */
	bool filter;			/* records: a choice, boolean, reference or CT_INT that narrows the list */
	bool fixed;			/* records: typed in a new row and never changed afterwards */
	bool own;			/* records: may be changed where the row is locked (ct_record.rows) */
	bool question;			/* records: stored nowhere; asked once a hook refused at it (ct_in_error) */
	unsigned accept;		/* CT_FILE: enum ct_accept */
	bool passing;			/* CT_FILE: read by the core and not stored; no value but .set */
	const char *readers;		/* CT_FILE: permission to read what is stored; NULL: as the field is seen */
};

/* What a field held. Strings and arrays belong to the request. */
struct ct_value {
	bool set;			/* given and not empty */
	int64_t i;			/* numbers, money, rates, ids, minutes of the day, weekday mask, 0/1 */
	const char *text;		/* canonical text of texty types, else NULL */
	struct ct_local local;		/* CT_DATETIME */
	struct ct_day day;		/* CT_DATE */
	size_t many;			/* .many: how many */
	const struct ct_value *each;	/* .many: the values */
	json_t *json;			/* .raw: borrowed from the body */
};

/*
 * Parses `text` (UTF-8, trimmed) as one value of `field`, by type alone: references and files are checked
 * by the core afterwards. Strings are allocated on `mem`.
 * Fails with CT_INVALID, *e holding the field's name and a sentence that says what would be right.
 */
int ct_field_parse(void *mem, const struct ct_field *field, const char *text,
		   struct ct_value *value_r, struct ct_error *e) CT_MUST_USE;

/* The stored form as a person reads it in `lang` ("1 234,50 €", "24/11/2026", "06 12 34 56 78"), on `mem`. */
const char *ct_field_show(void *mem, const struct ct_field *field, const struct ct_value *value,
			  const char *lang);

/* The stored form as it is typed into a control again ("1234,50", "2026-11-24", "14:00"), on `mem`. */
const char *ct_field_typed(void *mem, const struct ct_field *field, const struct ct_value *value);

/* The column that holds `field`, on `mem`: its name plus the suffix of its type, or .column. */
const char *ct_field_column(void *mem, const struct ct_field *field);

/* "1 234,50 €" (fr) or "€1,234.50" (en); narrow no-break spaces between thousands, one before the sign. */
const char *ct_money_show(void *mem, int64_t cents, const char *currency, const char *lang);

/* "30 %", "5,5 %" of basis points. */
const char *ct_rate_show(void *mem, int64_t bp, const char *lang);

/*
 * The values of the route's fields, after the core has checked them. Asking for an undeclared name is a
 * programming error. Absent values: 0, NULL, CT_NO_LOCAL, CT_NO_DAY.
 */
const struct ct_value *ct_in(const struct ct_request *r, const char *name);
bool ct_in_set(const struct ct_request *r, const char *name);
int64_t ct_in_int(const struct ct_request *r, const char *name);
const char *ct_in_text(const struct ct_request *r, const char *name);
struct ct_local ct_in_local(const struct ct_request *r, const char *name);
struct ct_day ct_in_day(const struct ct_request *r, const char *name);

/*
 * The text of any parameter as it arrived, declared or not; NULL where it did not. Unchecked. What
 * JSON nests (objects, lists of them) is JSON again.
 */
const char *ct_in_typed(const struct ct_request *r, const char *name);

/*
 * Notes that `name` is wrong and goes on, so that a form shows all its errors at once; the handler then
 * returns ct_in_fail(r, e), which is CT_INVALID when anything was noted, else 0.
 */
void ct_in_error(struct ct_request *r, const char *name, const char *format, ...) CT_PRINTF(3, 4);
int ct_in_fail(const struct ct_request *r, struct ct_error *e);

#endif
