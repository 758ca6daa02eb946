/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Slips ("bordereaux de remise"): the cheques that are taken to the bank together. ADR 0044.
 *
 * Each payment by cheque has a row in invoicing_cheque, which says on which slip it is: on none it waits. Making a slip
 * locks those rows, takes a number, draws the paper and stores it, in one transaction. A slip is undone, which sets its
 * cheques free and leaves its number, until it is deposited. While it is neither, none of its cheques is reversed.
 */
#ifndef INVOICING_SLIP_H
#define INVOICING_SLIP_H

#include <comptoir/search.h>

#include "documents.h"

enum { SLIP_CHEQUES = 200 };		/* at most on one slip */

/* ---- slip.c ---- */

/*
 * Inside a transaction: a slip of `n` payments (a JSON array of keys). CT_CONFLICT where one of them is no cheque that
 * waits here.
 */
int slip_make(struct ct_request *r, const char *payments, size_t n, const struct ct_pdf_image *logo, int64_t *id_r,
	      struct ct_error *e) CT_MUST_USE;

/* Inside a transaction: it was taken to the bank, or a mistake. CT_CONFLICT where either was said before. */
int slip_deposit(struct ct_request *r, int64_t id, struct ct_day day, struct ct_error *e) CT_MUST_USE;
int slip_undo(struct ct_request *r, int64_t id, struct ct_error *e) CT_MUST_USE;

/*
 * Inside a transaction that reverses a payment: CT_CONFLICT where it is a cheque on a slip that is not at the bank yet.
 * No slip takes it from here on.
 */
int slip_spares(struct ct_request *r, int64_t payment, struct ct_error *e) CT_MUST_USE;

/* ---- pages ---- */

/* "To be taken to the bank", "Deposited on 12 November 2026", "Undone": of a row of `slip` or `slips`. */
const char *slip_state_word(struct ct_request *r, const struct ct_result *row);

/* The address of a slip, or of what is done with it ("/undo", ".pdf"). */
const char *slip_link(struct ct_request *r, int64_t id, const char *word);

/* Puts slip_ui { label, href } of a payment's page, or null where it is on none. One query. */
int slip_of_payment_put(struct ct_request *r, int64_t payment, struct ct_error *e) CT_MUST_USE;

extern const struct ct_field slip_fields[], slip_deposit_fields[], slips_fields[];
extern const struct ct_view_field slip_new_view[], slip_view[], slips_view[];
ct_handler_f slip_new, slip_post, slip_page, slip_put, slip_pdf, slip_deposit_post, slip_undo_post, slips_page,
	slips_csv, slip_verify;
ct_search_f slip_search;

#define SLIP_KIND { "slip", N_("Cheque slip"), "slip_find", "slip_find_text", .see = MAY_SEE }

#define SLIP CT_PATH("id", "invoicing.slip")

#define SLIP_ROUTES \
	{ "GET", "/o/{org}/slips", CT_ORG, MAY_SEE, "invoicing/slips", slips_page, slips_fields, slips_view, N_("Cheque slips") }, \
	{ "GET", "/o/{org}/slips.csv", CT_ORG, MAY_SEE, NULL, slips_csv, slips_fields, .title = N_("Cheque slips (CSV)") }, \
	{ "GET", "/o/{org}/slips/new", CT_ORG, MAY_ISSUE, "invoicing/slip-new", slip_new, slip_fields, slip_new_view, \
	  N_("New cheque slip") }, \
	{ "POST", "/o/{org}/slips", CT_ORG, MAY_ISSUE, "invoicing/slip-new", slip_post, slip_fields, slip_new_view, \
	  N_("New cheque slip"), .form = slip_new }, \
	{ "GET", "/o/{org}/slips/{id}", SLIP, MAY_SEE, "invoicing/slip", slip_page, .view = slip_view, .title = N_("Cheque slip") }, \
	{ "GET", "/o/{org}/slips/{id}.pdf", SLIP, MAY_SEE, NULL, slip_pdf, .title = N_("Cheque slip (PDF)") }, \
	{ "POST", "/o/{org}/slips/{id}/deposit", SLIP, MAY_ISSUE, "invoicing/slip", slip_deposit_post, slip_deposit_fields, \
	  slip_view, N_("Take a cheque slip to the bank"), .form = slip_put }, \
	{ "POST", "/o/{org}/slips/{id}/undo", SLIP, MAY_ISSUE, "invoicing/slip", slip_undo_post, NULL, slip_view, \
	  N_("Undo a cheque slip"), .form = slip_put }

#endif
