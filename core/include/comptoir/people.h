/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What happens to people, for plugins that keep rows about them: the stages that the core raises when a
 * person is merged, asks for her data, or leaves.
 *
 * A party is one row for the whole installation; organisations know it by org_contact or by a role. Those
 * that write (merged, forgotten) run inside the core's transaction, and their error rolls everything back.
 */
#ifndef COMPTOIR_PEOPLE_H
#define COMPTOIR_PEOPLE_H

#include <stdint.h>
#include <comptoir/plugin.h>

/*
 * "party.merged": two rows turned out to be one person. `from` is about to be archived with merged_into =
 * `into`: whatever the plugin keeps of `from` (bookings, documents, memberships, consents) is to be moved
 * to `into`. Where both have a row that may exist once only, the one of `into` stays.
 */
struct ct_party_merge { int64_t from, into; };
typedef int ct_party_merge_f(struct ct_request *r, const struct ct_party_merge *, struct ct_error *e);
#define CT_ON_PARTY_MERGED(fn)    CT_HOOK("party.merged", ct_party_merge_f, fn)

/*
 * "party.exported": a person asks for what is kept about her (GDPR, article 15 and 20). The hook adds its
 * rows to `data` (borrowed) under its own name, as a person may read them and a program too: no keys of
 * tables, no word about anybody else.
 */
struct ct_party_export { int64_t party; json_t *data; };
typedef int ct_party_export_f(struct ct_request *r, const struct ct_party_export *, struct ct_error *e);
#define CT_ON_PARTY_EXPORTED(fn)  CT_HOOK("party.exported", ct_party_export_f, fn)

/*
 * "party.due": what still keeps a person from leaving (a booking to come, an unpaid bill)? The hook adds an
 * object for each to `due` (borrowed): `text` a sentence for her, `href` the local page where she can end it,
 * or null. It reads only: the page before "delete my account" shows them, and then nothing is forgotten.
 *
 * `addresses`, here and below, is a JSON array of the e-mail addresses by which her accounts sign in and that
 * she proved to be hers by a mailed link ("[]": none): what was done as a guest with one of them is hers, too.
 */
struct ct_party_due { int64_t party; json_t *due; const char *addresses; };
typedef int ct_party_due_f(struct ct_request *r, const struct ct_party_due *, struct ct_error *e);
#define CT_ON_PARTY_DUE(fn)       CT_HOOK("party.due", ct_party_due_f, fn)

/*
 * "party.forgotten": the person leaves, or 36 months have passed since her last act; the core is about to
 * clear name, e-mail, telephone and address of the party. The hook clears what would still tell who she was
 * (names and notes typed into its rows) and keeps what the law wants kept (documents, ten years) and what
 * no longer names anybody (figures). It may refuse, with a sentence for her.
 */
struct ct_party_forget { int64_t party; const char *addresses; };
typedef int ct_party_forget_f(struct ct_request *r, const struct ct_party_forget *, struct ct_error *e);
#define CT_ON_PARTY_FORGOTTEN(fn) CT_HOOK("party.forgotten", ct_party_forget_f, fn)

/*
 * "party.seen": when did the party last act (come, sign, pay)? The hook raises *last (CT_NO_UTC at first) to
 * the latest instant that it knows; a future one keeps the party from being forgotten.
 */
struct ct_party_seen { int64_t party; struct ct_utc *last; const char *addresses; };
typedef int ct_party_seen_f(struct ct_request *r, const struct ct_party_seen *, struct ct_error *e);
#define CT_ON_PARTY_SEEN(fn)      CT_HOOK("party.seen", ct_party_seen_f, fn)

/*
 * For "party.forgotten": clears what the audit trail says was in rows of this plugin before and after, and
 * keeps who changed them when. `ids` is a JSON array of the keys of rows of `kind` ("[4,7]", as
 * JSON_ARRAYAGG gives it); NULL: none.
 */
int ct_audit_forget(struct ct_request *r, const char *kind, const char *ids, struct ct_error *e) CT_MUST_USE;

/*
 * "party.panel": a box (ct_panel) on the page that an organisation (r->org) has of a contact of its own; the
 * hook shows only what this organisation may see of the party. Outside a transaction.
 */
struct ct_party_panel { int64_t party; };
typedef int ct_party_panel_f(struct ct_request *r, const struct ct_party_panel *, struct ct_error *e);
#define CT_ON_PARTY_PANEL(fn)     CT_HOOK("party.panel", ct_party_panel_f, fn)

/*
 * "place.check": a place is about to be stored, with what its form holds (ct_in: "zone", "state" …); `place`
 * 0: a new one. "place.delete": it is about to go. The hook refuses with ct_fail_field, or with CT_CONFLICT and
 * a sentence. Both inside the transaction; "place.delete" also for the page that asks beforehand.
 */
struct ct_place_change { int64_t place; };
typedef int ct_place_change_f(struct ct_request *r, const struct ct_place_change *, struct ct_error *e);
#define CT_ON_PLACE_CHECK(fn)     CT_HOOK("place.check", ct_place_change_f, fn)
#define CT_ON_PLACE_DELETE(fn)    CT_HOOK("place.delete", ct_place_change_f, fn)

/*
 * The postcodes of parties, for figures: `ids` is a JSON array of keys; *codes_r an object "key": "59000" on r, without
 * those that have no main address. What is counted by postcode has to name nobody.
 */
int ct_party_postcodes(struct ct_request *r, const char *ids, json_t **codes_r, struct ct_error *e) CT_MUST_USE;

/* Where a party is written to, for what is sent: its "billing" address, else the main one. Texts are on r, or NULL. */
struct ct_address {
	const char *recipient, *building, *street, *hamlet, *postcode, *town;
	const char *country;		/* ISO 3166-1; NULL: there is no address */
};
int ct_party_address(struct ct_request *r, int64_t party, struct ct_address *address_r, struct ct_error *e) CT_MUST_USE;

/* Of many at once: `ids` is a JSON array of keys; *addresses_r an object "key": { the members above }, on r. */
int ct_party_addresses(struct ct_request *r, const char *ids, json_t **addresses_r, struct ct_error *e) CT_MUST_USE;

/* One of those; without it all are NULL. Texts are borrowed. */
struct ct_address ct_address_of(const json_t *addresses, int64_t party);

/*
 * Inside a transaction: the organisation knows the party from now on, as one of its contacts. For who turns to it by
 * herself (a member who joins); whoever it knows already stays as she is.
 */
int ct_contact_know(struct ct_request *r, int64_t org, int64_t party, struct ct_error *e) CT_MUST_USE;

/*
 * The contact of an organisation whose e-mail address or SIREN (blanks in it do not matter) is exactly `text`: for who
 * may not look through the contacts. *party_r 0: there is none, or more than one.
 */
int ct_contact_exact(struct ct_request *r, int64_t org, const char *text, int64_t *party_r,
		     struct ct_error *e) CT_MUST_USE;

/* Who has a permission in an organisation by a role of today, and can sign in: 100 rows of id, name, email and lang. */
int ct_holders(struct ct_request *r, int64_t org, const char *permission, struct ct_result **rows_r,
	       struct ct_error *e) CT_MUST_USE;

#endif
