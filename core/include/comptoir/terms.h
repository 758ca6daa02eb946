/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Terms: conditions of sale, house rules, privacy, charter, sharing conditions. The version in force is the
 * latest whose first day has come; what was accepted is kept with its version. And what an organisation lets
 * another see of its rows.
 */
#ifndef COMPTOIR_TERMS_H
#define COMPTOIR_TERMS_H

#include <stdbool.h>
#include <stdint.h>
#include <jansson.h>
#include <comptoir/error.h>
#include <comptoir/time.h>

struct ct_request;

struct ct_terms {
	int64_t id;			/* 0: the organisation has none of this kind in force */
	int64_t version;
	const char *uid;		/* /legal/{org}/terms/{uid} shows this version */
	const char *title, *text;	/* on r; text NULL where there is only a file */
	int64_t file;			/* file.id, or 0 */
	struct ct_day from;
};

/* The terms of `kind` ("sale", "rules", "privacy", "charter", "sharing") in force today. None is no error. */
int ct_terms_in_force(struct ct_request *r, int64_t org, const char *kind, struct ct_terms *terms_r,
		      struct ct_error *e) CT_MUST_USE;

/*
 * Inside a transaction: `party` accepts this version, for one thing (`subject_kind` as in "reservation.booking",
 * and its key) or for everything (NULL, 0). Again changes nothing: the first day counts.
 */
int ct_terms_accept(struct ct_request *r, int64_t terms, int64_t party, const char *subject_kind, int64_t subject,
		    struct ct_error *e) CT_MUST_USE;

/*
 * Has `owner` let `to` see its rows today? `scope`: "figures" (sums without names, groups under five masked),
 * "bookings" or "accounts"; an organisation always sees its own. false also where that cannot be asked.
 */
bool ct_granted(struct ct_request *r, int64_t owner, int64_t to, const char *scope);

/*
 * The same for the caller: is it let to an organisation in which she has `permission` by a role? Her right to rows of
 * her own house says what she may do with those of another. One query.
 */
bool ct_granted_caller(struct ct_request *r, int64_t owner, const char *scope, const char *permission);

/*
 * Adds { slug, name } of each organisation that lets `to` see rows today, by name, to a list. `scopes`: one, or several
 * of which one is enough: "figures,bookings". One query.
 */
int ct_granting(struct ct_request *r, int64_t to, const char *scopes, json_t *list, struct ct_error *e) CT_MUST_USE;

#endif
