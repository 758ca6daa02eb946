/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Guarantees ("dépôt de garantie", caution): a cheque or money of somebody that is held until a key or a room is given
 * back. It is no invoice, has no VAT, pays nothing and stands in no balance: it is not the organisation's money.
 *
 * It is received, and then given back, wholly or but for a part that is kept for a reason. That is one step (settle),
 * which can be taken back as a whole (reopen) where it was a mistake; both leave a trace. While it is held it is a
 * record like others, and may be corrected; afterwards the database refuses it. What is kept bills nobody by itself:
 * where it is to be billed, a treasurer writes an invoice for it.
 */
#ifndef INVOICING_GUARANTEE_H
#define INVOICING_GUARANTEE_H

#include <comptoir/people.h>

#include "documents.h"

/*
 * Puts guarantees[] and has_guarantees_ui: the last 100 of parties (a JSON array of keys) with `org`; 0: with anybody.
 */
int guarantees_put(struct ct_request *r, const char *parties, int64_t org, struct ct_error *e) CT_MUST_USE;

/* What a view says of them. */
#define GUARANTEE_VIEW \
	{ "guarantees", "array", "deposits of guarantee, the last 100" }, { "guarantees.id", "id", NULL }, { "guarantees.issuer", "text", "who keeps it" }, \
	{ "guarantees.subject", "text", NULL }, { "guarantees.received_d", "date", NULL }, { "guarantees.amount", "money", NULL }, \
	{ "guarantees.state", "text", "held, returned, or kept (at least a part)" }, { "guarantees.returned_d", "date", NULL }, \
	{ "guarantees.kept", "money", NULL }, { "guarantees.reason", "text", "why something was kept, or null" }

extern const struct ct_field guarantee_fields[], guarantee_settle_fields[];
extern const struct ct_view_field guarantee_view[], guarantee_settle_view[];

int guarantee_check(struct ct_request *r, int64_t id, struct ct_error *e);
int guarantee_write(struct ct_request *r, int64_t *id, int64_t version, struct ct_error *e);
int guarantee_remove(struct ct_request *r, int64_t id, int64_t version, bool *archived_r, struct ct_error *e);
int guarantee_before_delete(struct ct_request *r, int64_t id, struct ct_error *e);
int guarantee_show(struct ct_request *r, int64_t id, struct ct_error *e);
ct_handler_f guarantee_form, guarantee_settle, guarantee_reopen;

/* guarantee_people.c */
ct_party_merge_f guarantee_party_merged;
ct_party_export_f guarantee_party_exported;
ct_party_due_f guarantee_party_due;
ct_party_seen_f guarantee_party_seen;
ct_party_forget_f guarantee_party_forgotten;

#define GUARANTEE_STATE "CASE WHEN g.returned_d IS NULL THEN 'held' WHEN g.kept_cents > 0 THEN 'kept' ELSE 'returned' END"

#define GUARANTEE_ROWS "SELECT g.id, g.uid, g.org_id, g.row_version, CAST(NULL AS DATETIME) AS archived_at, p.name, g.party_id, g.subject," \
	" g.amount_cents, g.means, g.cheque_no, g.received_d, " GUARANTEE_STATE " AS state, g.returned_d, NULLIF(g.kept_cents, 0) AS kept_cents," \
	" g.reason, IF(g.returned_d IS NULL, 0, 2) AS locked FROM invoicing_guarantee g JOIN party p ON p.id = g.party_id"

#define GUARANTEE_RECORD \
	{ "guarantee", N_("Guarantees"), guarantee_fields, MAY_SEE, MAY_ISSUE, .path = "guarantees", .one = N_("Guarantee"), \
	  .fresh = N_("New guarantee"), .order = "-received", .title = "name", .table = "invoicing_guarantee", .rows = GUARANTEE_ROWS, \
	  .before_store = guarantee_check, .write = guarantee_write, .remove = guarantee_remove, \
	  .before_delete = guarantee_before_delete, .show = guarantee_show, .show_view = guarantee_view, \
	  .remove_text = N_("For what was never received. What was is given back, and stays in the list."), \
	  .empty = N_("Cheques and money that you keep until the key is back: whose, for what, since when. They are no invoices and stand in no balance.") }

#define GUARANTEE CT_PATH("id", "invoicing.guarantee")

#define GUARANTEE_ROUTES \
	{ "GET", "/o/{org}/guarantees/{id}/settle", GUARANTEE, MAY_ISSUE, "core/record-form", guarantee_form, \
	  .view = guarantee_settle_view, .title = N_("Give a guarantee back") }, \
	{ "POST", "/o/{org}/guarantees/{id}/settle", GUARANTEE, MAY_ISSUE, "core/record-form", guarantee_settle, \
	  guarantee_settle_fields, guarantee_settle_view, N_("Give a guarantee back"), .form = guarantee_form }, \
	{ "POST", "/o/{org}/guarantees/{id}/reopen", GUARANTEE, MAY_ISSUE, NULL, guarantee_reopen, \
	  .view = guarantee_settle_view, .title = N_("A guarantee is still held") }

#define GUARANTEE_HOOKS \
	CT_ON_PARTY_MERGED(guarantee_party_merged), CT_ON_PARTY_EXPORTED(guarantee_party_exported), \
	CT_ON_PARTY_DUE(guarantee_party_due), CT_ON_PARTY_SEEN(guarantee_party_seen), \
	CT_ON_PARTY_FORGOTTEN(guarantee_party_forgotten)

#define GUARANTEE_MENU { N_("Guarantees"), "/o/{org}/guarantees", MAY_SEE, 35 }

#endif
