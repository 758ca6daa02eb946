/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What is owed: the service "billing", version 1, and the stage charge.shared.
 *
 * Who sells something (a booking, a membership, a training) never writes an invoice. It posts *charges*: the
 * whole set of lines of one source, as it is now. What is stored is made equal to that set: what stands on no
 * issued document is replaced, what does is never touched, and the difference becomes lines of their own, which a
 * credit note or the next invoice takes. So a caller posts the same set again whenever anything has changed, and
 * an empty one when all is off; posting twice changes nothing.
 *
 * Without the invoicing plugin ct_service(r, "billing", 1) is NULL: then nothing is owed, prices are only shown.
 *
 * Amounts are exact in the basis of their set: with VAT, without it, or none (CGI 293 B, 261). `gross` is what is
 * paid in the end; of a set without VAT in it, VAT is added per code over the sum of its lines, never line by line
 * (EN 16931, BT-117).
 */
#ifndef COMPTOIR_BILLING_H
#define COMPTOIR_BILLING_H

#include <talloc.h>

#include <comptoir/plugin.h>

/*
 * The VAT codes that something is sold with: each with its rate in basis points and how forms name it. A code says its
 * rate; another rate would be another code. Those of mainland France (CGI 278 to 281 nonies), of Guadeloupe, Martinique
 * and La Réunion (CGI 296), and the two grounds of having none. Here, not in the service: who has prices has them also
 * where nobody bills. What each is on a document, and since when, are rows (invoicing_vat) that agree with it.
 */
#define CT_VAT_CODES(x) \
	x("S20", 2000, N_("20 %")) x("S10", 1000, N_("10 %")) x("S55", 550, N_("5.5 %")) x("S21", 210, N_("2.1 %")) \
	x("S85", 850, N_("8.5 % (La Réunion, Guadeloupe, Martinique)")) \
	x("E293B", 0, N_("none: franchise (CGI 293 B)")) x("E261", 0, N_("none: exempt (CGI 261)"))

/* The list of them, for a field of CT_CHOICE. */
#define CT_VAT_CHOICE(code, bp, label) { code, label },
#define CT_VAT_CHOICES CT_VAT_CODES(CT_VAT_CHOICE) { 0 }

/* A line of what is owed, after all of its discounts. */
struct ct_charge_line {
	const char *key;		/* names it within its source, always the same: "3", "dues" (at most 40 bytes) */
	const char *label;		/* as the client reads it, at most 160 characters */
	const char *unit;		/* UN/ECE Recommendation 20: "C62" one, "HUR" hour, "DAY"; NULL: "C62" */
	int64_t quantity;		/* in 1/10 000; of what is taken off, below 0 */
	int64_t unit_amount;		/* in 1/10 000 of the currency unit, in the basis; 0 or more */
	int64_t amount_cents;		/* in the basis; may be below 0 (a discount, a gift) */
	/* "S20", "E293B", "O" (out of scope, dues without counterpart) …; "E": none, on the ground that the issuer has */
	const char *vat_code;
	struct ct_day from, to;		/* of the service; unset: none */
};

enum ct_charge_basis { CT_CHARGE_NO_VAT, CT_CHARGE_INCLUDES_VAT, CT_CHARGE_EXCLUDES_VAT };

/*
 * Who pays: a party, or a guest by the address that she proved to be hers. Who left none (a call, a name on a list) is
 * a client of her own for each source.
 */
struct ct_payer {
	int64_t party;			/* 0: a guest */
	const char *name, *email;	/* of a guest; email NULL: none */
};

/* All that one source makes somebody owe. Borrowed for the call. */
struct ct_charges {
	int64_t issuer;			/* organisation */
	struct ct_payer payer;
	const char *source;		/* a kind of the core's register: "reservation.booking" */
	int64_t source_id;
	const char *title;		/* what it is about, in the issuer's language: "Grande salle, 24/11/2026, 9 h – 12 h" */
	const char *currency;		/* ISO 4217 */
	enum ct_charge_basis basis;
	int64_t place, project;		/* 0: none */
	const char *order_ref;		/* engagement number of a public buyer (BT-13); NULL: none */
	const struct ct_charge_line *lines;
	size_t n_lines;			/* 0: nothing is owed any more */
};

/* What came of it, VAT included. */
struct ct_charged {
	int64_t gross;			/* of the whole set */
	int64_t payer_gross;		/* what is left to the payer */
	/*
	 * Array of { by, label, gross }: who takes what of it, by name (null: of what is stored, whose label says
	 * it in the issuer's words). On the caller, to be freed with json_decref.
	 */
	json_t *shares;
};

struct ct_billing {
	/*
	 * Makes what is stored of the source equal to the set; inside the caller's transaction, under whatever lock
	 * makes the source its own. A source has one issuer at a time: what it owed another one is taken back.
	 * Locks come in the order of all plugins: the source, who takes shares (agreements), clients by key,
	 * documents. CT_INVALID where a line has an unknown VAT code; whether the issuer may use it is said on the
	 * draft, where a treasurer can mend it: a wrong setting keeps nobody from booking. `charged_r` may be NULL.
	 */
	int (*charge)(struct ct_request *r, const struct ct_charges *, struct ct_charged *charged_r,
		      struct ct_error *e);

	/* The same without storing anything, also outside of a transaction: the price that is shown. */
	int (*quote)(struct ct_request *r, const struct ct_charges *, struct ct_charged *charged_r, struct ct_error *e);

	/* What is stored of a source, as it was charged last: all nought where it is none. One query. */
	int (*stored)(struct ct_request *r, const char *source, int64_t source_id, struct ct_charged *charged_r,
		      struct ct_error *e);

	/* What the party owes the issuer by now, with VAT, payments taken off: cents; below 0: it has a credit. */
	int (*balance)(struct ct_request *r, int64_t issuer, int64_t party, int64_t *cents_r, struct ct_error *e);
};

/* ---- charge.shared: who takes a share of it (subsidies answers) ---- */

/*
 * How a share is settled: the one who takes it *buys* and gets a document of its own, or gives a *subsidy*.
 * Of a set with a line out of the scope of VAT (code O: dues without counterpart, gifts) nobody buys a share.
 */
enum ct_share_settles { CT_SHARE_INVOICE, CT_SHARE_STATEMENT };

/* One share. */
struct ct_share {
	const char *kind;		/* of what took it, a kind of the register: "subsidies.agreement" */
	int64_t id;			/* its key */
	int64_t party;			/* who pays it */
	const char *by;			/* its name, as the client reads it: "Ville de Lille" */
	enum ct_share_settles settles;
	const char *order_ref;		/* engagement number of the buyer; NULL: none */
	int64_t gross;			/* of the set, VAT included, above 0; at most what is left */
};

/*
 * Asked of every set, in the transaction of ct_billing.charge, and by ct_billing.quote without one. `left` is what
 * nobody has taken yet, so that shares never pass the whole. A hook that stores what is used makes it equal to what
 * it takes now, with `set` as the source's name: what it took before of the same source is given back first. Where
 * the set is empty, all is given back.
 */
struct ct_share_ask {
	const struct ct_charges *set;
	int64_t client;			/* party of who pays; 0: a guest */
	int64_t gross, left;
	bool only_asks;			/* quote: nothing is to be stored */
	struct ct_share *found;		/* a talloc array on the request; by ct_share_add */
	size_t n_found;
};

typedef int ct_share_f(struct ct_request *r, struct ct_share_ask *ask, struct ct_error *e);

#define CT_ON_CHARGE_SHARED(fn) CT_HOOK("charge.shared", ct_share_f, fn)

/* Takes a share: no more of it than is left. Gives what it took. */
static inline int64_t ct_share_add(struct ct_request *r, struct ct_share_ask *ask, struct ct_share share)
{
	if (share.gross > ask->left)
		share.gross = ask->left;
	if (share.gross <= 0)
		return 0;
	ask->found = talloc_realloc(r, ask->found, struct ct_share, ask->n_found + 1);
	ask->found[ask->n_found++] = share;
	ask->left -= share.gross;
	return share.gross;
}

/* ---- document.issued, payment.stored: inside the transaction ---- */

struct ct_document {
	int64_t id, issuer, client;	/* client: party; 0: a guest */
	const char *type;		/* "invoice", "credit", "advance", "corrective", "receipt" */
	const char *number;
	int64_t gross;			/* of a credit note below 0 */
};

typedef int ct_document_f(struct ct_request *r, const struct ct_document *, struct ct_error *e);
#define CT_ON_DOCUMENT_ISSUED(fn) CT_HOOK("document.issued", ct_document_f, fn)

/*
 * Raised for each source of a payment's documents that is paid now and was not, or the other way round: where a payment
 * is reversed or the document credited, `paid` is false. A source is paid where all that it owes stands on issued
 * documents of which nothing is left. Memberships are active exactly while this is said of their dues. Once more where
 * it stays paid, and `cents` is another sum now: one of its lines was credited.
 *
 * How and when is said where it is known and `paid`: `means` one of "transfer", "direct_debit", "card", "cash", "cheque", or
 * "other" where several payments of several means paid it; `day` that of the last of them. Where means is NULL, neither is known
 * and `day` means nothing: so it is for who raises this with the first three members alone.
 * `cents`: what it owes, and was paid; 0 where that is not said.
 */
struct ct_settled {
	const char *source;
	int64_t source_id;
	bool paid;
	const char *means;
	struct ct_day day;
	int64_t cents;
};

typedef int ct_settled_f(struct ct_request *r, const struct ct_settled *, struct ct_error *e);
#define CT_ON_PAYMENT_STORED(fn)  CT_HOOK("payment.stored", ct_settled_f, fn)

#endif
