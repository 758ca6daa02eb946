/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Limits: how often somebody may do something in a while ("three a day and network address").
 *
 * Counters are rows of `rate_limit`, so that they hold over all workers, machines and restarts. A bucket is a
 * keyed hash of what and who, so that the table names nobody. The window begins with the first count and
 * lasts `seconds`; past `max` the limit refuses until it has run out.
 */
#ifndef COMPTOIR_LIMIT_H
#define COMPTOIR_LIMIT_H

#include <stdint.h>
#include <comptoir/request.h>

struct ct_limit {
	const char *what;		/* "sign-in", "message to a place": names the counter */
	const char *who;		/* ct_limit_address(r), an e-mail address (case does not count), a key … */
	unsigned max;			/* so many in a window */
	int64_t seconds;		/* how long a window is */
};

/*
 * Inside a transaction: counts one. CT_TOO_MANY past the limit, with a sentence that says how long to wait;
 * what the transaction did is then rolled back with the count.
 *
 * For acts that are limited as such (mails sent, forms taken) in the act's own transaction. For what counts
 * only when it fails (a password that is tried) in one before it, so that however many try at once no more
 * than `max` are judged; what did not fail is then given back.
 */
int ct_limit_take(struct ct_request *r, const struct ct_limit *, struct ct_error *e) CT_MUST_USE;

/* Inside a transaction: takes back one that ct_limit_take counted. */
int ct_limit_give_back(struct ct_request *r, const struct ct_limit *, struct ct_error *e) CT_MUST_USE;

/* Inside a transaction: forgets the count. */
int ct_limit_reset(struct ct_request *r, const struct ct_limit *, struct ct_error *e) CT_MUST_USE;

/* The client's network address, on r: IPv4 as it is, of IPv6 the first 64 bits, which are one household's. */
const char *ct_limit_address(struct ct_request *r);

#endif
