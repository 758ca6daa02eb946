/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What has to be accepted or held before something is booked (reservation_requirement), and how much one
 * booker may have (reservation_quota).
 *
 * Terms are accepted with each booking, one box each. A membership, a badge, an insurance, a deposit is
 * held: who holds it belongs to an audience, which has the last day and the proof. Who does not hold it is
 * refused; where the rules say "approval: rule", she asks and a manager decides. A manager is asked for
 * nothing and has no quota: booking for somebody is a decision of the house.
 */
#ifndef RESERVATION_DEMAND_H
#define RESERVATION_DEMAND_H

#include <comptoir/request.h>
#include <comptoir/terms.h>

#include "store.h"

/* More than one of each kind there cannot be. */
enum { MOST_TERMS = 5 };

struct demands {
	struct ct_terms terms[MOST_TERMS];	/* in force and to be accepted, each once */
	const char *kinds[MOST_TERMS];
	size_t n_terms;
	const char *lacking;		/* what is not held and makes a refusal, as a sentence; NULL: nothing */
};

/* The keys of the rules of all these rooms, as one parameter of a query; is `policy` one of a room's? */
const char *rules_of(struct ct_request *r, const struct rooms *);
bool rules_concern(const struct room *, int64_t policy);

/*
 * Sets rooms->demands for `person` (0: a guest) on `day`, and makes of each room's APPROVAL_RULE what it
 * comes to: APPROVAL_ALWAYS where something is not held, else APPROVAL_NONE.
 */
int demands_load(struct ct_request *r, struct rooms *, int64_t person, struct ct_day day,
		 struct ct_error *e) CT_MUST_USE;

/* CT_INVALID at `terms` where one of them is not among those that the wish accepts. */
int demands_check_terms(const struct rooms *, const struct wish *, struct ct_error *e) CT_MUST_USE;

/*
 * Leaves out of rooms->demands what booking `id` was made under, in whatever version: a contract keeps the version
 * that it was made with. One query where there is any.
 */
int demands_without(struct ct_request *r, const struct rooms *, int64_t id, struct ct_error *e) CT_MUST_USE;

/* Which of `rooms` ask for nothing that `asked` does not ask for as well: one each, on r. One query. */
int demands_compare(struct ct_request *r, const struct rooms *, const struct room *asked, const bool **no_more_r,
		    struct ct_error *e) CT_MUST_USE;

/* In the booking's transaction: which versions it was made under. */
int demands_keep(struct ct_request *r, const struct rooms *, const struct wish *, int64_t booking,
		 struct ct_error *e) CT_MUST_USE;

/*
 * What was accepted with a booking, for its mail: terms[] { text_ui, link_ui } and has_terms_ui into `view`, and
 * where that version is still in force a copy of it into `copies`, at most MOST_TERMS.
 */
int demands_copy(struct ct_request *r, int64_t org, int64_t booking, json_t *view, struct ct_attachment *copies,
		 size_t *n_r, struct ct_error *e) CT_MUST_USE;

/*
 * The form's boxes: terms_ui and has_terms_ui. `form`: the id of their form, where they stand outside of it; else
 * NULL. `posted`: it was sent, so that a box without a tick is an error.
 */
void demands_put(struct ct_request *r, json_t *view, const struct demands *, const char *form, bool posted);

/*
 * Under the locks: what the booker has already and what the wish adds, against each quota of its rooms.
 * The booker's row is raised first where there is any. `except`: a booking that does not count.
 */
int quota_check(struct ct_request *r, const struct wish *, const struct rooms *, int64_t except,
		struct ct_error *e) CT_MUST_USE;

#endif
