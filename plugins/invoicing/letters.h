/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What is mailed to clients: an issued document, reminders of it in three levels, the question for an address.
 * ADR 0042.
 *
 * A letter is a row (invoicing_letter) and a mail, written in one transaction, with the stored PDF in it. The document
 * itself (level 0) goes as often as somebody says so; a reminder of a level once (UNIQUE).
 */
#ifndef INVOICING_LETTERS_H
#define INVOICING_LETTERS_H

#include <comptoir/file.h>

#include "documents.h"

/* ---- stored.c: the stored PDF of an issued document ---- */

/* CT_BROKEN where it is another file than issuing stored (`sha256`). */
int stored_get(struct ct_request *r, int64_t file, const char *sha256, struct ct_file *file_r,
	       struct ct_error *e) CT_MUST_USE;

/* ---- dunning.c: the rules, without a database ---- */

/* FIRST_AFTER: days after it was due; LETTER_REST: days between two reminders of a document. */
enum { LEVELS = 3, LEAST_CENTS = 500, FIRST_AFTER = 7, LETTER_REST = 7 };

/*
 * The level that may be sent now, 1 to 3, or 0: none. 7, 21 and 45 days after it was due, one after the other, the
 * third (a formal notice) to professionals only. `last`: the level that was sent last, `since` so many days ago.
 */
int dunning_level(int late, int last, int since, bool professional);

/* Why nothing leaves on `day`: the name of the public holiday, or of the day of the week-end; NULL: it may. */
const char *dunning_rest(struct ct_day day, const char *lang);
/* The first day from `day` on when something may leave. */
struct ct_day dunning_open(struct ct_day day);

/* A rate of the European Central Bank, as of the first day of a half-year. */
struct ecb { struct ct_day from; int64_t bp; };

/* So much was open of a document until the end of a day, too late; then it was paid, or that day is today. */
struct late { int64_t cents; struct ct_day till; };

/*
 * Penalties on what was open, each amount from the day after `due` until the day on which it was paid: cents × rate ×
 * days / 365, rounded once. The rate is that of each half-year plus `points` (C. com. L441-10 II); `fixed`: that of
 * the half-year in which lateness began, throughout (public buyers, CCP R2192-31). -1 where the rate of a half-year is
 * not known.
 */
int64_t dunning_penalty(const struct ecb *, size_t n, int64_t points, bool fixed, const struct late *, size_t n_late,
			struct ct_day due);

/* ---- letter.c: a letter about a document ---- */

struct letter {
	int64_t id, org, party, gross, left, file;	/* left: what is open; of a credit note 0 */
	const char *type, *number, *payer, *email, *lang, *currency, *issuer, *sha256;
	const char *text[LEVELS], *closing;		/* the organisation's own; NULL: the program's; none */
	const char *holder, *iban, *bic, *reference;	/* how it is paid, as it was printed */
	bool professional, is_public, disputed;
	struct ct_day issued, due;
	int last;					/* level of the last reminder; 0: none */
	struct ct_utc last_sent;
};

/* CT_MISSING where it is not issued. One query. */
int letter_load(struct ct_request *r, int64_t document, struct letter *, struct ct_error *e) CT_MUST_USE;

/*
 * The letter as it is read, in the language that r speaks: { subject, name_ui, text_ui, law_ui, pay_ui, closing_ui
 * (each or null) }. `penalty_r` is the sum that level 3 names, or -1. Owned by the caller.
 */
int letter_view(struct ct_request *r, const struct letter *, int level, json_t **view_r, int64_t *penalty_r,
		struct ct_error *e) CT_MUST_USE;

/* Inside a transaction, with the client's guard: the row and the mail. CT_CONFLICT: that level was sent already. */
int letter_send(struct ct_request *r, const struct letter *, int level, struct ct_error *e) CT_MUST_USE;

/*
 * Inside a transaction: sends the document itself. `again`: also where it was sent before; otherwise that is
 * CT_CONFLICT with a sentence that says when. CT_INVALID where the client has no address.
 */
int letter_document(struct ct_request *r, int64_t document, bool again, struct ct_error *e) CT_MUST_USE;

/* letter_page.c: puts letters[], disputed, dispute, mail_ui and dispute_ui of a document's page, for who issues it. */
int letters_put(struct ct_request *r, const struct bill *, bool house, bool remindable, struct ct_error *e) CT_MUST_USE;

extern const struct ct_field letter_fields[], dispute_fields[];
ct_handler_f letter_post, letter_form, dispute_post;

/* ---- reminders.c, notice.c ---- */

extern const struct ct_field reminders_fields[], notice_fields[];
extern const struct ct_view_field reminders_view[], reminder_view[];
ct_handler_f reminders_page, reminders_send, reminder_page;
int notice_check(struct ct_request *r, int64_t id, struct ct_error *e);
int notice_write(struct ct_request *r, int64_t *id, int64_t version, struct ct_error *e);
int notice_form(struct ct_request *r, int64_t id, json_t *controls, struct ct_error *e);

/* The program's text of a level, 1 to 3, in the language that r speaks. */
const char *notice_text(int level);
/* The same of a balance carried over, 1 or 2: an issuer’s own texts speak of invoices. */
const char *notice_opening_text(int level);
/* The name in braces of `text` that is not known, on `mem`; NULL: all are. */
const char *notice_unknown(void *mem, const char *text);

/* ---- address.c: a guest's address, asked for by mail ---- */

extern const struct ct_field address_fields[], address_look_fields[];
extern const struct ct_view_field address_view[];
ct_handler_f address_ask, address_page, address_post;

/* Puts address_ui of a draft's page: { action, asked_ui } where the address of a guest is missing, or null. */
int address_put(struct ct_request *r, const struct bill *, bool missing, struct ct_error *e) CT_MUST_USE;

/* A client by her link: who opens it is asked by the page. */
#define LETTER_KINDS { "address", N_("Address"), "client_find", "client_find_text" }

#define LETTER_CODES "invoicing/reminders"

#define NOTICE_ROWS "SELECT o.id, p.uid, o.id AS org_id, COALESCE(n.row_version, 1) AS row_version, o.archived_at," \
	" n.first_text, n.second_text, n.third_text, n.closing FROM organisation o JOIN party p ON p.id = o.id" \
	" LEFT JOIN invoicing_notice n ON n.org_id = o.id"

#define LETTER_RECORDS \
	{ "notice", N_("Texts of reminders"), notice_fields, MAY_SEE, MAY_ISSUE, .path = LETTER_CODES, .single = true, \
	  .table = "invoicing_notice", .rows = NOTICE_ROWS, .before_store = notice_check, .write = notice_write, \
	  .form = notice_form }

#define LETTER_ROUTES \
	{ "POST", "/o/{org}/invoices/{id}/mail", DOCUMENT, MAY_ISSUE, "invoicing/document", letter_post, letter_fields, \
	  document_view, N_("Send by e-mail"), .form = letter_form }, \
	{ "POST", "/o/{org}/invoices/{id}/dispute", DOCUMENT, MAY_ISSUE, "invoicing/document", dispute_post, dispute_fields, \
	  document_view, N_("Contested"), .form = document_put }, \
	{ "POST", "/o/{org}/invoices/{id}/address", DOCUMENT, MAY_PREPARE, "invoicing/document", address_ask, NULL, \
	  document_view, N_("Ask for the address"), .form = document_put }, \
	{ "GET", "/o/{org}/reminders", CT_ORG, MAY_SEE, "invoicing/reminders", reminders_page, .view = reminders_view, \
	  .title = N_("Reminders") }, \
	{ "POST", "/o/{org}/reminders", CT_ORG, MAY_ISSUE, "invoicing/reminders", reminders_send, reminders_fields, \
	  reminders_view, N_("Send reminders"), .form = reminders_page }, \
	{ "GET", "/o/{org}/reminders/{id}", DOCUMENT, MAY_SEE, "invoicing/reminder", reminder_page, .view = reminder_view, \
	  .title = N_("A reminder as it would be sent") }, \
	{ "GET", "/clients/{uid}/address", CT_PATH("uid", "invoicing.address"), CT_PUBLIC, "invoicing/address", address_page, \
	  address_look_fields, address_view, N_("Your address") }, \
	{ "POST", "/clients/{uid}/address", CT_PATH("uid", "invoicing.address"), CT_PUBLIC, "invoicing/address", address_post, \
	  address_fields, address_view, N_("Your address"), .form = address_page, .no_csrf = true }

#define LETTER_MENU \
	{ N_("Reminders"), "/o/{org}/reminders", MAY_SEE, 34 }, \
	{ N_("Texts of reminders"), "/o/{org}/" LETTER_CODES, MAY_ISSUE, 79, N_("Settings"), N_("Invoices") }

#endif
