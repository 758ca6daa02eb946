/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Memberships: what the files of the plugin share.
 *
 * A membership goes
 *
 *	asked ──accepted──► due ──paid──► active        asked ──► refused
 *	                    due ◄─not any more─ active  all three ──► ended
 *
 * and is `active` exactly while its dues are paid: by hand (hand_utc), as invoicing says (settled_utc), or because
 * there are none. Whatever changes a state locks the row first (membership_lock) and is one transaction with its
 * dues and its mail.
 */
#ifndef MEMBERSHIPS_H
#define MEMBERSHIPS_H

#include <comptoir/plugin.h>
#include <comptoir/people.h>
#include <comptoir/billing.h>
#include <comptoir/booking.h>

#include "period.h"

#define MAY_SEE  "memberships.see"
#define MAY_EDIT "memberships.edit"
#define MAY_PLAN "memberships.plan"

/* What the core's register calls it, and with it the charges. */
#define MEMBERSHIP "memberships.membership"

extern const struct ct_query memberships_queries[];

/* ---- plan.c: what is offered ---- */

extern const struct ct_field plan_fields[], bracket_fields[];
extern const struct ct_choice membership_states[];
int plan_check(struct ct_request *r, int64_t id, struct ct_error *e) CT_MUST_USE;
int bracket_check(struct ct_request *r, int64_t id, struct ct_error *e) CT_MUST_USE;

struct plan {
	int64_t id, org;
	const char *label, *whom, *pricing, *vat_code, *currency;
	enum period period;
	int first_month;
	int64_t price;			/* fixed: the price; free: the floor */
	bool approval, offered;
};

/* Of the current row of PLAN (queries.c). */
struct plan plan_of(const struct ct_request *r, const struct ct_result *row);

/* By key, of r->org; on r. CT_MISSING where there is none. */
int plan_load(struct ct_request *r, int64_t id, struct plan *plan_r, struct ct_error *e) CT_MUST_USE;

/* "free, from 10,00 €", "40,00 €": of a plan with this pricing and price, on r. */
const char *plan_price_ui(struct ct_request *r, const char *pricing, int64_t cents, const char *currency);

/* ---- make.c: a membership begins ---- */

struct joining {
	const struct plan *plan;
	int64_t party, bracket;		/* bracket 0: none */
	struct span span;
	bool has_dues;			/* `dues` was said, instead of what the plan asks */
	int64_t dues;
	bool asks;			/* waits for an answer */
	bool paid;			/* said by hand; and where that is known */
	const char *means;		/* by which means, a code of paid_means (tax.h); NULL: not known */
	struct ct_day paid_day;		/* on which day; "no value": not known */
	const char *source;		/* "web", "desk", "import", "renewal" */
	int64_t asked_by, renewed;	/* 0: nobody, none */
	const char *note;
};

/*
 * Inside a transaction: checks and stores it, posts its dues, and writes the mail that it causes. CT_INVALID at the
 * field that is wrong, "party", "plan" (also where the party has one of this plan in these days), "bracket" or "dues".
 */
int membership_make(struct ct_request *r, const struct joining *, int64_t *id_r, struct ct_error *e) CT_MUST_USE;

/* ---- move.c: what becomes of it ---- */

struct membership {
	int64_t id, org, party, plan, version, dues;
	const char *uid, *state, *reason, *org_slug;
	struct ct_day from, to, due;
	struct ct_utc hand, settled;	/* when it was said to be paid, by hand and by invoicing; none: it was not */
	const char *hand_means, *settled_means;	/* how, and on which day: as far as that was said */
	struct ct_day hand_day, settled_day;
	int64_t settled_cents;			/* what was paid in all; 0: that was not said */
};

/* Inside a transaction: the row, locked. CT_MISSING where there is none. */
int membership_lock(struct ct_request *r, int64_t id, struct membership *m_r, struct ct_error *e) CT_MUST_USE;

/* Inside a transaction: it ends for `reason` ("left", "unpaid", "declined", "unanswered"); dues that nobody paid are off. */
int membership_end(struct ct_request *r, const struct membership *, const char *reason, struct ct_error *e) CT_MUST_USE;

/* Inside a transaction: it is paid, by hand, without a mail. CT_CONFLICT where nothing is owed for it. */
int membership_mark(struct ct_request *r, int64_t id, struct ct_error *e) CT_MUST_USE;

/* The hook of payment.stored. */
ct_settled_f membership_settled;

ct_handler_f membership_accept, membership_refuse, membership_paid, membership_unpaid, membership_reopen;

/* ---- paid.c: how it was paid, asked where it is said by hand ---- */

extern const struct ct_field paid_fields[];
extern const struct ct_choice paid_means[];
ct_handler_f paid_form;

/* "Cheque": how a means of payment is called; what is no code of paid_means comes back. */
const char *means_label(const char *means);

/* The form on the page of a membership: how and when it was paid, as far as that is known. Puts `key`. */
void paid_put(struct ct_request *r, const char *key, int64_t id, const char *means, struct ct_day day, bool again);

/* ---- dues.c ---- */

/* Inside a transaction: makes what is owed for it equal to what its row says; without invoicing nothing. */
int dues_post(struct ct_request *r, int64_t id, struct ct_error *e) CT_MUST_USE;

/* ---- letter.c ---- */

enum letter { LETTER_ASKED, LETTER_DUE, LETTER_ACTIVE, LETTER_REFUSED, LETTER_RENEWAL, LETTER_REMINDER, LETTER_ENDED };

/* Inside a transaction: a mail about it, to its party or to who asked for it; nobody has an address: none. */
int letter_send(struct ct_request *r, int64_t id, enum letter, struct ct_error *e) CT_MUST_USE;

/* ---- member.c: the list and the page, for who looks after them ---- */

extern const struct ct_field member_fields[];
extern const struct ct_view_field member_view[];
int member_form(struct ct_request *r, int64_t id, json_t *controls, struct ct_error *e) CT_MUST_USE;
int member_write(struct ct_request *r, int64_t *id, int64_t version, struct ct_error *e) CT_MUST_USE;
int member_remove(struct ct_request *r, int64_t id, int64_t version, bool *archived_r, struct ct_error *e) CT_MUST_USE;
int member_before_delete(struct ct_request *r, int64_t id, struct ct_error *e) CT_MUST_USE;
int member_show(struct ct_request *r, int64_t id, struct ct_error *e) CT_MUST_USE;

/* ---- import.c: members from a spreadsheet ---- */

extern const struct ct_view_field import_view[];
ct_handler_f import_page, import_post, import_preview, import_apply;

/* ---- join.c, mine.c: the member herself ---- */

extern const struct ct_field join_fields[];
extern const struct ct_view_field join_view[], mine_view[];
ct_handler_f join_page, join_post, mine_page, mine_leave, mine_renew;

/* For whom the caller may join and leave: herself, and organisations whose money she may commit. [{"id", "name"}], on r. */
int mine_parties(struct ct_request *r, json_t **parties_r, struct ct_error *e) CT_MUST_USE;

/* Sentence of a state, as a member reads it. */
const char *state_label(const char *state);

/* ---- paper.c: PDF ---- */

ct_handler_f paper_certificate, paper_card;

/* ---- renew.c: the job ---- */

ct_handler_f memberships_renew;

/* ---- demo.c: members of the sample network ---- */

ct_handler_f members_demo;

/* ---- people.c: what the core and other plugins ask ---- */

ct_audience_f members_audience;
ct_party_merge_f members_merged;
ct_party_export_f members_exported;
ct_party_due_f members_due;
ct_party_forget_f members_forgotten;
ct_party_seen_f members_seen;
ct_party_panel_f members_panel;
ct_handler_f members_dashboard, members_verify, members_privacy, members_help;

#endif
