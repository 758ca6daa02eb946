/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A sheet for who looks at it on a screen: as figures for programs, and as the words of the paper for people. */
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include "documents.h"

static void drop_json(void *value)
{
	json_decref(value);
}

json_t *own_json(struct ct_request *r, json_t *value)
{
	return ct_own(r, value, drop_json);
}

int64_t sheet_int(const json_t *o, const char *key)
{
	return json_integer_value(json_object_get(o, key));
}

const char *sheet_text(const json_t *o, const char *key)
{
	return json_string_value(json_object_get(o, key));
}

/* "12 345 678": a narrow no-break space between thousands. */
static const char *grouped(void *mem, uint64_t whole)
{
	if (whole < 1000)
		return talloc_asprintf(mem, "%u", (unsigned)whole);
	return talloc_asprintf(mem, "%s\u202f%03u", grouped(mem, whole / 1000), (unsigned)(whole % 1000));
}

const char *figure(void *mem, int64_t e4, unsigned least)
{
	uint64_t size = e4 < 0 ? (uint64_t)-e4 : (uint64_t)e4;
	const char *sign = e4 < 0 ? "\u2212" : "", *whole = grouped(mem, size / 10000);
	unsigned part = (unsigned)(size % 10000), digits = 4;

	while (digits > least && part % 10 == 0) {
		part /= 10;
		digits--;
	}
	return digits ? talloc_asprintf(mem, "%s%s,%0*u", sign, whole, (int)digits, part) : talloc_asprintf(mem, "%s%s", sign, whole);
}

const char *sheet_quantity(void *mem, const json_t *line)
{
	const char *unit = sheet_text(line, "unit"), *number = figure(mem, sheet_int(line, "quantity"), 0);

	return unit && *unit ? talloc_asprintf(mem, "%s\u00a0%s", number, unit) : number;
}

const char *sheet_rate(void *mem, const json_t *line)
{
	return strcmp(sheet_text(line, "category"), "S") ? "–" : ct_rate_show(mem, sheet_int(line, "rate_bp"), "fr");
}

const char *sheet_amount(void *mem, int64_t cents)
{
	return figure(mem, cents * 100, 2);
}

const char *sheet_iban(void *mem, const char *iban, const char *blank)
{
	char *text = talloc_strdup(mem, "");

	for (size_t i = 0; i < strlen(iban); i += 4)
		text = talloc_asprintf_append_buffer(text, "%s%.4s", i ? blank : "", iban + i);
	return text;
}

/* ---- on a page ---- */

static void put_lines(struct ct_request *r, const json_t *sheet, const char *currency)
{
	json_t *list = ct_put_array(r->view, "lines"), *line;
	size_t i;

	json_array_foreach(json_object_get(sheet, "lines"), i, line) {
		json_t *o = ct_add_object(list);

		ct_put_text(o, "charge", sheet_text(line, "charge"));
		ct_put_text(o, "title", sheet_text(line, "title"));
		ct_put_text(o, "label", sheet_text(line, "label"));
		ct_put_text(o, "note", sheet_text(line, "note"));
		ct_put_int(o, "quantity", sheet_int(line, "quantity"));
		ct_put_text(o, "quantity_ui", sheet_quantity(r, line));
		ct_put_int(o, "unit_net", sheet_int(line, "unit_net"));
		ct_put_text(o, "unit_net_ui", figure(r, sheet_int(line, "unit_net"), 2));
		ct_put_text(o, "category", sheet_text(line, "category"));
		ct_put_int(o, "rate_bp", sheet_int(line, "rate_bp"));
		ct_put_text(o, "rate_ui", sheet_rate(r, line));
		ct_put_money(o, "net", sheet_int(line, "net_cents"), currency, r->lang);
	}
}

static void put_vat(struct ct_request *r, const json_t *sheet, const char *currency)
{
	json_t *list = ct_put_array(r->view, "vat"), *group;
	size_t i;

	json_array_foreach(json_object_get(sheet, "vat"), i, group) {
		json_t *o = ct_add_object(list);

		ct_put_text(o, "label", sheet_text(group, "label"));
		ct_put_text(o, "category", sheet_text(group, "category"));
		ct_put_int(o, "rate_bp", sheet_int(group, "rate_bp"));
		ct_put_money(o, "base", sheet_int(group, "base_cents"), currency, r->lang);
		ct_put_money(o, "tax", sheet_int(group, "tax_cents"), currency, r->lang);
	}
}

/* Sheets of before there were advance invoices have none. */
static void put_deductions(struct ct_request *r, const json_t *sheet, const char *currency)
{
	json_t *list = ct_put_array(r->view, "deducts"), *each;
	size_t i;

	json_array_foreach(json_object_get(sheet, "deducts"), i, each) {
		json_t *o = ct_add_object(list);

		ct_put_text(o, "number", sheet_text(each, "number"));
		ct_put_text(o, "issued_d", sheet_text(each, "issued_d"));
		ct_put_text(o, "issued_ui", sheet_text(each, "issued_ui"));
		ct_put_money(o, "gross", sheet_int(each, "gross_cents"), currency, r->lang);
	}
	ct_put_money(r->view, "whole", json_array_size(list) ? sheet_int(sheet, "before_cents") : sheet_int(sheet, "gross_cents"),
		     currency, r->lang);
	ct_put_bool(r->view, "has_deducts_ui", json_array_size(list) > 0);
}

static json_t *copied(const json_t *value)
{
	return value ? json_deep_copy(value) : json_null();
}

static void put_paper(struct ct_request *r, const json_t *sheet)
{
	json_t *o = ct_put_object(r->view, "sheet_ui"), *payment, *seller = json_object_get(sheet, "seller");
	static const char *const same[] = { "title", "number", "buyer", "facts", "intro", "end" };

	for (size_t i = 0; i < sizeof(same) / sizeof(same[0]); i++)
		ct_put_json(o, same[i], copied(json_object_get(sheet, same[i])));
	ct_put_json(o, "seller", copied(seller));
	payment = json_object_get(sheet, "payment");
	if (!json_is_object(payment)) {
		ct_put_null(o, "payment");
		return;
	}
	ct_put_json(o, "payment", json_deep_copy(payment));
	payment = json_object_get(o, "payment");
	ct_put_text(payment, "iban", sheet_iban(r, sheet_text(payment, "iban"), " "));
	ct_put_qr(payment, "qr", sheet_text(payment, "code"));
}

void sheet_put(struct ct_request *r, const json_t *sheet)
{
	const char *currency = sheet_text(sheet, "currency");
	json_t *mentions = ct_put_array(r->view, "mentions"), *text;
	size_t i;

	put_lines(r, sheet, currency);
	put_vat(r, sheet, currency);
	put_deductions(r, sheet, currency);
	json_array_foreach(json_object_get(sheet, "mentions"), i, text)
		ct_add_text(mentions, json_string_value(text));
	ct_put_money(r->view, "net", sheet_int(sheet, "net_cents"), currency, r->lang);
	ct_put_money(r->view, "tax", sheet_int(sheet, "tax_cents"), currency, r->lang);
	ct_put_money(r->view, "rounding", sheet_int(sheet, "rounding_cents"), currency, r->lang);
	ct_put_bool(r->view, "rounded_ui", sheet_int(sheet, "rounding_cents") != 0);
	ct_put_money(r->view, "total", sheet_int(sheet, "gross_cents"), currency, r->lang);
	put_paper(r, sheet);
}
