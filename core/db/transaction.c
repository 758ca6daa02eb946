/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "db/transaction.h"

#include <assert.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>

#include <comptoir/i18n.h>
#include "db/internal.h"

enum { DEADLINE_SECONDS = 12 };

struct work {
	struct ct_db *db;
	const char *id;
	int (*body)(void *ctx, struct ct_error *e);
	void (*reset)(void *ctx);
	void *ctx;
	struct ct_tries *stats;
	unsigned runs;		/* of the body */
	unsigned sent_run;	/* the run whose COMMIT got no answer */
};

static const struct ct_query done = {
	"txn_done", .sql = "INSERT INTO txn_done (id) VALUES (?)", .audits = "-",
};

static uint64_t milliseconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

static unsigned chance(unsigned below)
{
	unsigned n = 0;

	if (getrandom(&n, sizeof(n), GRND_NONBLOCK) != sizeof(n))
		n = (unsigned)milliseconds();
	return n % below;
}

/* Losers of a race wait apart from each other; a server that restarts has some 3 s in all. */
static void back_off(unsigned repeat, int rc)
{
	unsigned ms = rc == CT_LOST ? 25u << (repeat - 1) : chance(4u << repeat);
	struct timespec t = { .tv_sec = ms / 1000, .tv_nsec = (long)(ms % 1000) * 1000000 };

	nanosleep(&t, NULL);
}

/* Says nothing of a failure: a connection that cannot roll back is closed, which does the same. */
static void roll_back(struct ct_db *db)
{
	struct ct_error ignored;

	db->given_up = 0;
	if (db->mysql && ct_db_sql(db, "ROLLBACK", &ignored))
		ct_db_drop(db);
	db->in_transaction = false;
	db->given_up = 0;
}

/* Nothing but a lost race says that COMMIT stored nothing. */
static int commit(struct work *w, struct ct_error *e)
{
	int rc = ct_db_sql(w->db, "COMMIT", e);

	if (!rc) {
		w->db->in_transaction = false;
		return 0;
	}
	if (rc == CT_REPEAT)
		return rc;
	ct_db_drop(w->db);
	w->stats->unanswered++;
	w->sent_run = w->runs;
	return CT_LOST;
}

static int run_body(struct work *w, struct ct_error *e)
{
	int rc;

	if (w->reset)
		w->reset(w->ctx);
	w->runs++;
	rc = w->body(w->ctx, e);
	if (w->db->given_up)
		return ct_db_ready(w->db, e);
	return rc ? rc : commit(w, e);
}

/* While the fate of a COMMIT is open, no trouble on the way to the question is an answer to it. */
static int begin(struct work *w, struct ct_error *e)
{
	int rc = ct_db_sql(w->db, "START TRANSACTION", e);

	if (!rc) {
		w->db->in_transaction = true;
		rc = ct_db_run(w->db, w->db, &done, CT_ARGS(CT_STR(w->id)), NULL, NULL, NULL, e);
	}
	return rc && rc != CT_CONFLICT && w->stats->unanswered ? CT_LOST : rc;
}

static int try_once(struct work *w, struct ct_error *e)
{
	int rc = begin(w, e);

	if (rc == CT_CONFLICT) {
		w->stats->already = true;
		w->stats->stale = !w->stats->unanswered || w->runs != w->sent_run;
		rc = 0;
	} else if (!rc) {
		rc = run_body(w, e);
	}
	if (w->db->in_transaction)
		roll_back(w->db);
	return rc;
}

static int give_up(const struct work *w, struct ct_error *e)
{
	if (w->stats->unanswered)
		return ct_fail(e, CT_UNSURE,
			       _("The connection to the database broke at the last moment. We do"
				 " not know yet whether this was stored: please look before you"
				 " repeat it."));
	return ct_fail(e, CT_BUSY,
		       _("Too much is going on right now, and nothing was stored. Please try"
			 " again in a moment."));
}

int ct_db_transaction(struct ct_db *db, const char *txn_id,
		      int (*body)(void *ctx, struct ct_error *e), void (*reset)(void *ctx),
		      void *ctx, struct ct_tries *stats_r, struct ct_error *e)
{
	struct work w = {
		.db = db, .id = txn_id, .body = body, .reset = reset, .ctx = ctx, .stats = stats_r,
	};
	const uint64_t deadline = milliseconds() + DEADLINE_SECONDS * 1000;
	struct ct_error why;
	int rc;

	assert(!db->in_transaction);
	*stats_r = (struct ct_tries){ 0 };
	for (;;) {
		rc = try_once(&w, &why);
		if (rc != CT_REPEAT && rc != CT_LOST)
			break;
		if (stats_r->repeats + 1 == CT_TRIES || milliseconds() >= deadline)
			return give_up(&w, e);
		back_off(++stats_r->repeats, rc);
	}
	if (rc)
		*e = why;
	return rc;
}
