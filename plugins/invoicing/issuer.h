/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What an organisation says of itself as an issuer, and its VAT regimes: records of the core. */
#ifndef INVOICING_ISSUER_H
#define INVOICING_ISSUER_H

#include <comptoir/plugin.h>

extern const struct ct_field issuer_fields[], regime_fields[], series_fields[];

/* Once something was issued, it is only read. */
#define SERIES_ROWS "SELECT s.id, s.uid, s.issuer_id AS org_id, s.row_version, CAST(NULL AS DATETIME) AS archived_at, s.kind," \
	" s.year, MAKEDATE(s.year, 1) + INTERVAL s.first_month - 1 MONTH AS from_d, s.prefix, s.first_number, s.reason, s.next_number, IF(s.next_number > s.first_number, 2, 0) AS locked" \
	" FROM invoicing_series s"

#define ISSUER_ROWS "SELECT o.id, p.uid, o.id AS org_id, COALESCE(i.row_version, 1) AS row_version, o.archived_at," \
	" i.legal_form, i.registration, i.iban, i.bic," \
	" COALESCE(i.payment_days, 30) AS payment_days, COALESCE(i.invoice_prefix, 'F') AS invoice_prefix," \
	" COALESCE(i.receipt_prefix, 'C') AS receipt_prefix, CAST(COALESCE(i.fiscal_month, 1) AS CHAR) AS fiscal_month, i.letter_head, i.letter_intro, i.letter_end" \
	" FROM organisation o JOIN party p ON p.id = o.id LEFT JOIN invoicing_issuer i ON i.org_id = o.id"

int issuer_check(struct ct_request *r, int64_t id, struct ct_error *e);
int issuer_write(struct ct_request *r, int64_t *id, int64_t version, struct ct_error *e);
int issuer_form(struct ct_request *r, int64_t id, json_t *controls, struct ct_error *e);
int series_check(struct ct_request *r, int64_t id, struct ct_error *e);
int series_write(struct ct_request *r, int64_t *id, int64_t version, struct ct_error *e);
int series_remove(struct ct_request *r, int64_t id, int64_t version, bool *archived_r, struct ct_error *e);
int regime_check(struct ct_request *r, int64_t id, struct ct_error *e);

/* The records, for the table of the plugin. */
#define ISSUER_RECORDS \
	{ "issuer", N_("Invoices: who issues them"), issuer_fields, MAY_SEE, MAY_ISSUE, .path = "invoicing/issuer", \
	  .single = true, .table = "invoicing_issuer", .rows = ISSUER_ROWS, .before_store = issuer_check, \
	  .write = issuer_write, .form = issuer_form }, \
	{ "regime", N_("VAT regimes"), regime_fields, MAY_SEE, MAY_ISSUE, .path = "invoicing/regimes", \
	  .one = N_("VAT regime"), .fresh = N_("New VAT regime"), .order = "from_d", .before_store = regime_check, \
	  .empty = N_("Under which VAT regime you issue, and since when. Nothing can be issued before this is said.") }, \
	{ "series", N_("Numbers of invoices"), series_fields, MAY_SEE, MAY_ISSUE, .path = "invoicing/series", \
	  .one = N_("Numbers of a year"), .fresh = N_("Begin with another number"), .order = "year", .title = "prefix", \
	  .rows = SERIES_ROWS, .before_store = series_check, .write = series_write, .remove = series_remove, \
	  .empty = N_("Numbers begin with 1 each year, by themselves. Where you have issued elsewhere this year, say here with which number to go on.") }

#endif
