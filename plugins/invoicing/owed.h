/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * From a set of charges to the rows that it is to be stored as: its lines, and for each share that somebody takes
 * (stage charge.shared) a row for each VAT code, off what is left to who pays, and on what the buyer owes.
 *
 * Nothing is read or written here but by the hooks of the stage: ct_billing.quote is this and no more.
 */
#ifndef INVOICING_OWED_H
#define INVOICING_OWED_H

#include <comptoir/billing.h>

#include "totals.h"

/* A row of invoicing_charge, stored or to be. Texts are borrowed. */
struct charge_row {
	int64_t id;			/* 0: not stored */
	int64_t issuer, client;
	int64_t owner;			/* of a row of a set: the client that `client` turned out to be, or itself */
	size_t debtor;			/* of a row that is to be: whose it is */
	const char *line;
	int64_t version, reverses, document;	/* 0: none */
	bool billed;
	bool waived;			/* of one that reverses: what it takes back is not to be billed again */
	const char *share_kind;		/* NULL: no share */
	int64_t share_id, place, project;
	bool by_project;		/* of a stored one: its client wants an invoice for each */
	const char *label, *unit;
	int64_t quantity, unit_amount, amount_cents;
	enum ct_charge_basis basis;
	const char *currency, *vat_code;
	struct ct_day from, to;
	const char *order_ref;
};

struct charge_rows { struct charge_row *row; size_t n; };

struct debtor {
	struct ct_payer payer;
	int64_t client;			/* 0: not looked for yet */
};

struct owed {
	struct charge_rows rows;
	struct debtor *debtors;		/* the first is who pays, then a buyer of each share that is invoiced */
	size_t n_debtors;
	int64_t gross, payer_gross;
	const struct ct_share *shares;
	size_t n_shares;
};

/*
 * The rows of a set. CT_INVALID where a line has an unknown VAT code. `only_asks`: the hooks are to store
 * nothing. On r.
 */
int owed_by(struct ct_request *r, const struct ct_charges *, bool only_asks, struct owed *owed_r,
	    struct ct_error *e) CT_MUST_USE;

/* "Pris en charge par Ville de Lille": a share as who pays reads it, in the language that is spoken. On r. */
const char *share_label(struct ct_request *r, const struct ct_share *);

/* What rows come to, VAT included, as one document of them would: of all, or with `client` of that one only. */
int64_t rows_gross(const struct charge_rows *, int64_t client);

/* "no_vat", "include_vat", "exclude_vat": a basis as it is stored, and back. */
const char *basis_name(enum ct_charge_basis);
enum ct_charge_basis basis_named(const char *name);

#endif
