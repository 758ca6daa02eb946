/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Documents: from charges to a frozen, numbered paper. ADR 0037.
 *
 * A draft is a header that holds charges (invoicing_charge.document_id). What it comes to is computed each time that
 * somebody looks (struct bill). Issuing it locks the draft, computes once more, takes a number, writes lines and VAT,
 * freezes all that is printed as JSON (a *sheet*), draws the PDF from that alone and stores it, in one transaction:
 * where anything fails there was no number. From then on triggers refuse every change.
 *
 * Amounts of a credit note are above 0, as they are printed; its charges are below 0.
 */
#ifndef INVOICING_DOCUMENTS_H
#define INVOICING_DOCUMENTS_H

#include <comptoir/people.h>

#include "rules.h"
#include "totals.h"

#define MAY_SEE     "invoicing.see"
#define MAY_DRAFT   "invoicing.draft"	/* alone: what one began oneself, and of one's projects, see hand.h */
#define MAY_PREPARE "invoicing.prepare"
#define MAY_ISSUE   "invoicing.issue"

enum { BILL_LINES = 2000 };		/* at most on one document */

/* ---- issuer.c: who issues ---- */

struct regime { const char *name; struct ct_day from, to; };	/* to unset: until further notice */

struct issuer {
	int64_t org, logo;		/* logo: key of a file, or 0 */
	const char *slug, *name, *siren, *rna, *vat_no, *email, *accent;
	const char *legal_form, *registration, *iban, *bic, *invoice_prefix, *receipt_prefix;
	const char *head, *intro, *end;
	int payment_days, fiscal_month;	/* month: with which numbers begin anew, 1 to 12 */
	const char *regime;		/* of the day; NULL: none is said */
	struct regime *regimes;		/* of all days */
	size_t n_regimes;
	bool on_debits;
	struct ct_address address;
};

int issuer_load(struct ct_request *r, int64_t org, struct ct_day day, struct issuer *, struct ct_error *e) CT_MUST_USE;

/* The VAT regime of what was done on a day; where none is said of it, that of the day of issue (NULL: none either). */
const char *issuer_regime(const struct issuer *, struct ct_day day);

/* ---- bill.c: what a draft comes to ---- */

struct bill_line {
	int64_t charge;
	const char *title, *label, *unit, *vat_code;	/* title: what it was for */
	struct ct_day day;		/* whose rules count: of the service, or of issue where that comes first */
	int64_t quantity, unit_amount, unit_net;	/* in 1/10 000; unit_net without VAT */
	struct ct_day from, to;
	const struct vat *vat;				/* NULL: a code that nobody knows on that day */
	int64_t deducts;				/* advance invoice that it deducts, or 0 */
};

/* An advance invoice that is deducted, VAT included. */
struct deduction { int64_t document, gross; const char *number; struct ct_day issued; };

struct bill {
	int64_t id, org, client, party;	/* party 0: a guest */
	const char *uid, *type, *state, *number, *currency, *order_ref, *address, *reason, *payer, *email;
	const char *service_code, *service_own;		/* own: as written on the draft; NULL: that of the client */
	const char *siren, *siret, *vat_no;		/* of the payer */
	const char *subject;				/* of a quote: what it is about */
	int64_t project_id;				/* 0: none */
	const char *project;				/* its name */
	bool by_project;				/* the client wants an invoice for each */
	bool is_organisation, is_public, needs_order_ref, needs_service_code;
	struct ct_day issued, due;
	int64_t credits;				/* of a credit note: the document that it credits */
	const char *credits_number;
	struct ct_day credits_issued;
	json_t *buyer;			/* of a credit note: as the sheet has her that it credits; or NULL */
	struct bill_line *lines;
	struct total_line *sums;			/* parallel to the lines */
	size_t n;					/* those that deduct are the last */
	struct deduction *deductions;
	size_t n_deductions;
	int64_t before;					/* gross of the lines, before anything is deducted */
	struct totals totals;
};

/*
 * The document, its charges and what they come to by the rules of `day`. CT_MISSING where there is none; CT_TOO_LARGE
 * past BILL_LINES charges. For an issued one the header alone: its lines are in its sheet.
 */
int bill_load(struct ct_request *r, int64_t id, struct ct_day day, const struct rules *, struct bill *,
	      struct ct_error *e) CT_MUST_USE;

/*
 * Fills a bill's lines and totals from rows as bill_charges has them, each times `sign`; where `chosen` is not NULL
 * only those whose key is a member of it. Each advance invoice is deducted as it was issued, see totals_add.
 */
int bill_lines(struct ct_request *r, struct bill *, struct ct_result *rows, const struct rules *, struct ct_day day,
	       int64_t sign, const json_t *chosen, struct ct_error *e) CT_MUST_USE;

/* What still keeps it from being issued, as sentences: an array of { text, href (or null) }; empty: nothing. */
json_t *bill_obstacles(struct ct_request *r, const struct bill *, const struct issuer *,
		       const struct ct_address *payer);
void obstacle_add(json_t *list, const char *text, const char *href);

/*
 * When it has to be paid: never of a credit note. A public buyer has 30 days at most (CCP R2192-10), and a bill
 * that sums up services of several days 45 (C. com. L441-10), whatever the issuer's settings say.
 */
struct ct_day due_of(const struct bill *, const struct issuer *, struct ct_day issued);

/* The day of an instant on the wall of those who issue; and today. */
struct ct_day day_of(struct ct_utc);
struct ct_day today_of(const struct ct_request *r);

/* ---- sheet.c: all that is printed ---- */

/*
 * The sheet of a bill: the JSON that is frozen, raw (cents, days as ISO text), in French. `number` and `issued` as they
 * are or will be; of a draft NULL and today. On the request.
 */
json_t *sheet_make(struct ct_request *r, const struct bill *, const struct issuer *, const struct ct_address *payer,
		   const struct rules *, const char *number, struct ct_day issued, struct ct_day due);

/* sheet_view.c: puts lines[], vat[], mentions[], net, tax, rounding, total of the view, and sheet_ui with the rest. */
void sheet_put(struct ct_request *r, const json_t *sheet);

/* Members of a sheet; and texts of them as they are printed, on `mem`: "1 234,5" (at `least` so many decimals) … */
int64_t sheet_int(const json_t *o, const char *key);
const char *sheet_text(const json_t *o, const char *key);
const char *figure(void *mem, int64_t e4, unsigned least);
const char *sheet_quantity(void *mem, const json_t *line);
const char *sheet_rate(void *mem, const json_t *line);
const char *sheet_amount(void *mem, int64_t cents);
const char *sheet_iban(void *mem, const char *iban, const char *blank);

/* "SIREN 732 829 320", or "SIRET 732 829 320 00074" where there are 14 digits. */
const char *sheet_siren(void *mem, const char *digits);

/* Takes over a reference until the request ends. */
json_t *own_json(struct ct_request *r, json_t *value);

/* "RF18F202600001" (ISO 11649) of a number; and what a bank's application reads from a QR code (EPC069-12), or NULL. */
const char *sheet_reference(void *mem, const char *number);
const char *sheet_code(void *mem, const char *name, const char *iban, const char *bic, int64_t cents,
		       const char *reference);

/* ---- paper.c: drawing it ---- */

struct ct_pdf_image;

/* Draws a sheet; `logo` may be NULL. Bytes are on the request. The same sheet gives the same bytes. */
int paper_draw(struct ct_request *r, const json_t *sheet, const struct ct_pdf_image *logo, const void **bytes_r,
	       size_t *len_r, struct ct_error *e) CT_MUST_USE;

/* ---- draft.c, issue.c, credit.c ---- */

/*
 * Inside a transaction: makes drafts of a client's open charges whose service ends in a period (unset: whenever), as
 * many as they need: dues stand alone, an exemption does, an engagement number does, a project does where the client
 * wants it so, what takes back a billed charge cites its document. Keys in *ids_r, on the request. None: CT_CONFLICT.
 */
int draft_make(struct ct_request *r, int64_t client, struct ct_day from, struct ct_day to, int64_t **ids_r, size_t *n_r,
	       struct ct_error *e) CT_MUST_USE;

/*
 * Inside a transaction: issues a draft. CT_CONFLICT where it is issued already or does not come to `expected` any more,
 * CT_INVALID where something is missing.
 */
int issue_document(struct ct_request *r, int64_t id, int64_t expected, const struct ct_pdf_image *logo,
		   struct ct_error *e) CT_MUST_USE;

/* A number that was taken from a series; the day is that of the series. */
struct taken { int64_t series, serial; const char *number; struct ct_day day; };

/*
 * Inside a transaction: the next number of a kind ("invoice", "receipt", "quote" …) in the series in which the day lies.
 * Where there is none, one begins with `prefix`, of the issuer's year (calendar or fiscal) to which the day belongs.
 */
int number_take(struct ct_request *r, const struct issuer *, const char *kind, const char *prefix, struct ct_day today,
		struct taken *, struct ct_error *e) CT_MUST_USE;

/* The same of a document's type. */
int document_number(struct ct_request *r, const struct bill *, const struct issuer *, struct ct_day today,
		    struct taken *, struct ct_error *e) CT_MUST_USE;

/*
 * Inside a transaction, of a locked draft whose number is taken: stores paper, sheet and settlement, from where on it
 * is issued; and then says so (audit, document.issued).
 */
int document_freeze(struct ct_request *r, const struct bill *, const struct issuer *, const struct taken *,
		    struct ct_day due, const json_t *sheet, const struct ct_pdf_image *logo,
		    struct ct_error *e) CT_MUST_USE;
int document_tell(struct ct_request *r, const struct bill *, const struct taken *, struct ct_error *e) CT_MUST_USE;

/* Inside a transaction: draws a numbered sheet and stores it, for readers of the issuer's invoices. */
int paper_store(struct ct_request *r, const struct bill *, const struct issuer *, const json_t *sheet,
		const struct ct_pdf_image *logo, int64_t *file_r, const char **sha256_r,
		struct ct_error *e) CT_MUST_USE;

/* Before a transaction: the pixels of the issuer's logo, or NULL where it has none. */
int issue_logo(struct ct_request *r, int64_t org, const struct ct_pdf_image **logo_r, struct ct_error *e) CT_MUST_USE;

/*
 * needs.c: adds to obstacles what the client demands and a draft lacks: engagement number, service code. Of a quote
 * nothing is demanded.
 */
void needs_look(struct ct_request *r, json_t *list, const struct bill *, const struct issuer *);

/* deposit.c: puts deposit, deposited_ui and deposit_ui of the page; `row` is one of document_sheet. */
void deposit_put(struct ct_request *r, const struct bill *, const struct ct_result *row);

/* Answers with a PDF; what was stored under its hash and nothing else, or what was just drawn. */
int pdf_serve(struct ct_request *r, int64_t file, const char *sha256, struct ct_utc at, struct ct_error *e) CT_MUST_USE;
void pdf_put(struct ct_request *r, const char *name, const void *bytes, size_t len);

/* The path's organisation is that of the document: CT_MISSING otherwise. */
int document_at_home(struct ct_request *r, struct ct_error *e) CT_MUST_USE;

/* The type as people call it: "Invoice", "Credit note", "Dues", "Advance invoice", "Quote", "Balance carried over". */
const char *document_word(const char *type);

#endif
