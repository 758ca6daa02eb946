/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One transaction that is stored once or not at all, also when the connection breaks at the worst
 * moment.
 *
 * The caller draws an id (a UUID) for what it is about to store. Every try begins by inserting that
 * id into `txn_done`, so the row lives and dies with the transaction:
 *
 *   - Any error: ROLLBACK first, whatever it was. After 1205 the transaction is still open with
 *     half of it done, and COMMIT would store the half.
 *   - CT_REPEAT (1213, 1205, 1020), or the connection lost before COMMIT was sent: nothing is
 *     stored, the body is run again after a short random wait.
 *   - COMMIT sent and no answer: it may have been stored, may still be on its way, or not have
 *     arrived. The next try settles it by its first INSERT alone. While the old transaction lives,
 *     the server lets the insert wait for it; 1062 is the proof that it was stored; success is the
 *     proof that it never will be, since that transaction had the row before. A SELECT could not
 *     tell "not yet" from "never".
 *
 * Inserting first and not last costs one row's undo in a refused transaction, and buys that proof
 * before the body has run again, so that what the body left in memory is still what was stored.
 */
#ifndef CORE_DB_TRANSACTION_H
#define CORE_DB_TRANSACTION_H

#include <stdbool.h>
#include "db/db.h"

enum { CT_TRIES = 8 };

struct ct_tries {
	unsigned repeats;	/* tries beyond the first: for the metrics */
	unsigned unanswered;	/* COMMITs without an answer */
	bool already;		/* stored by an earlier try, or by another process under this id */
	bool stale;		/* and the body's memory is not of what was stored: read it again */
};

/*
 * Runs `body(ctx, e)` between BEGIN and COMMIT; statements go through ct_db_run on the same `db`.
 * `reset(ctx)`, which may be NULL, is called before each run of the body. What the body returns, if
 * not 0, CT_REPEAT or CT_LOST, is returned after the ROLLBACK. *stats_r is always written.
 *
 * A body that swallows the error of a transaction that the server has given up cannot get it
 * committed.
 *
 * CT_BUSY after 8 tries, or when 12 s have passed before a further one; nothing is stored.
 * CT_UNSURE when the fate of a sent COMMIT could not be learnt within about 3 s of asking.
 */
int ct_db_transaction(struct ct_db *, const char *txn_id,
		      int (*body)(void *ctx, struct ct_error *e), void (*reset)(void *ctx),
		      void *ctx, struct ct_tries *stats_r, struct ct_error *e) CT_MUST_USE;

#endif
