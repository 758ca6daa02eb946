/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>
#include <talloc.h>

#include "base/log.h"
#include "config/settings.h"
#include "job/job.h"
#include "job/mail.h"
#include "job/transport.h"
#include "route/query.h"
#include "route/state.h"
#include "server/scoreboard.h"

enum {
	CLAIM_SECONDS = 120,		/* at least; a mail may take [mail] timeout */
	LONGEST_PAUSE = 256,		/* minutes */
	TRIED_LONG_ENOUGH = 2 * 24 * 60,
	MAIL_PAUSE_SECONDS = 10,	/* after a server that does not answer, before another letter is tried */
	LETTER_PAUSE_SECONDS = 20,	/* and before that one is: its turn comes again */
	ROUND_SECONDS = 60,		/* then the jobs have their turn */
};

struct row {
	int64_t id;
	unsigned tries;			/* with this one */
	const char *owner, *error;
	int claim_seconds;
	bool claimed, dead;
	bool not_now;			/* the mail server's fault, and none of the letter's tries */
};

/* One round. The transport opens with the first letter; `stopped`: no letter leaves at the moment. */
struct batch {
	struct ct_core *core;
	struct ct_request *list;
	const char *owner;
	struct ct_transport *transport;
	bool stopped;
};

/* Of this process: when it may try a letter again, by ct_now_ms(); what tells it to leave. */
static int64_t mail_from;
static int wake = -1;

static unsigned pause_after(unsigned tries)
{
	return tries > 8 ? LONGEST_PAUSE : tries < 2 ? 1 : 1u << (tries - 1);
}

unsigned ct_outbox_pause(unsigned tries)
{
	unsigned sum = 0;

	for (unsigned i = 1; i <= tries && sum <= TRIED_LONG_ENOUGH; i++)
		sum += pause_after(i);
	return sum > TRIED_LONG_ENOUGH ? 0 : pause_after(tries);
}

static int claim(struct ct_request *r, void *arg, struct ct_error *e)
{
	struct row *row = arg;
	int64_t count = 0;
	int rc = ct_exec_count(
		r, "outbox_claim",
		CT_ARGS(CT_STR(row->owner), CT_NUM(row->claim_seconds), CT_NUM(row->id)), &count, e);

	row->claimed = count > 0;
	return rc;
}

/* Done, or later, or never. Only by who claimed it: a row that was taken over is another's to mark. */
static int mark(struct ct_request *r, void *arg, struct ct_error *e)
{
	const struct row *row = arg;
	unsigned minutes = ct_outbox_pause(row->tries);
	struct ct_arg id = CT_NUM(row->id), owner = CT_STR(row->owner);

	if (!row->error)
		return ct_exec(r, "outbox_done", CT_ARGS(id, owner), e);
	if (row->not_now)
		return ct_exec(r, "outbox_not_now",
			       CT_ARGS(CT_NUM(LETTER_PAUSE_SECONDS), CT_STR(row->error), id, owner), e);
	if (row->dead || !minutes)
		return ct_exec(r, "outbox_dead", CT_ARGS(CT_STR(row->error), id, owner), e);
	return ct_exec(r, "outbox_later",
		       CT_ARGS(CT_NUM(minutes), CT_STR(row->error), id, owner), e);
}

static int call_after(struct ct_request *r, ct_any_f *function, void *arg, struct ct_error *e)
{
	return ((ct_after_f *)function)(r, arg, e);
}

static int send_mail(struct batch *b, struct ct_request *r, const struct ct_result *found,
		     json_t *payload, struct row *row, struct ct_error *e)
{
	struct ct_envelope letter;
	enum ct_sent sent;
	int rc = ct_mail_make(r, ct_col_text(found, "uid"), ct_col_text(found, "topic"), payload,
			      &letter, e);

	row->dead = rc == CT_INVALID;
	if (rc)
		return rc;
	if (!b->transport)
		b->transport = ct_transport_open(b->list, b->core, wake);
	sent = ct_transport_send(b->transport, &letter, e);
	row->dead = sent == CT_SENT_NEVER;
	b->stopped = row->not_now = sent == CT_SENT_NOT_NOW;
	if (b->stopped)
		mail_from = ct_now_ms() + MAIL_PAUSE_SECONDS * 1000;
	return sent == CT_SENT ? 0 : e->rc;
}

static int deliver(struct batch *b, struct ct_request *r, struct row *row, struct ct_error *e)
{
	struct ct_result *found;
	json_t *payload;
	int rc = ct_one(r, "outbox_claimed", CT_ARGS(CT_NUM(row->id)), &found, e);

	if (rc)
		return rc;
	row->tries = (unsigned)ct_col_int(found, "tries");
	/* none was left after the last one, and nobody came to say so: it ended the process */
	if (row->tries > 1 && !ct_outbox_pause(row->tries - 1))
		return ct_fail(e, CT_BROKEN, "%s", _("Each try ended with the program that made it."));
	payload = json_loads(ct_col_text(found, "payload"), 0, NULL);
	if (!payload)
		return ct_fail(e, CT_BROKEN, "the payload is no JSON");
	ct_own_json(r, payload);
	r->org = ct_col_int(found, "org_id");
	if (!strcmp(ct_col_text(found, "kind"), "mail"))
		return send_mail(b, r, found, payload, row, e);
	return ct_raise(r, talloc_asprintf(r, "after.%s", ct_col_text(found, "topic")), call_after,
			payload, e);
}

static void count(struct batch *b, const struct row *row)
{
	char id[24];

	ct_board_add(b->core->board, row->error ? CT_VALUE_OUTBOX_FAILED : CT_VALUE_OUTBOX_SENT, 1);
	snprintf(id, sizeof(id), "%lld", (long long)row->id);
	if (row->error)
		ct_log(CT_LOG_WARNING, "outbox", "row", id, "why",
		       ct_mail_masked(b->list, row->error), NULL);
}

static int deliver_one(struct batch *b, int64_t id, struct ct_error *e)
{
	int timeout = (int)ct_settings_int(b->core->settings, "mail.timeout") + 60;
	struct row row = { .id = id,
			   .tries = 1,
			   .owner = b->owner,
			   .claim_seconds = timeout > CLAIM_SECONDS ? timeout : CLAIM_SECONDS };
	struct ct_request *r = ct_request_new(b->list, b->core, &ct_plugin_job);
	struct ct_error why = { 0 };
	int rc = ct_transaction(r, claim, &row, e);

	if (!rc && row.claimed) {
		if (deliver(b, r, &row, &why))
			row.error = why.text;
		count(b, &row);
		rc = ct_transaction(r, mark, &row, e);
	}
	talloc_free(r);
	return rc;
}

static void show_gauges(struct batch *b)
{
	struct ct_board *board = b->core->board;
	struct ct_result *row;
	struct ct_error e;

	if (ct_query(b->list, "outbox_waiting", CT_NO_ARGS, &row, &e) || !ct_next(row))
		return;
	ct_board_set(board, CT_VALUE_OUTBOX_WAITING, (uint64_t)ct_col_int(row, "waiting"));
	ct_board_set(board, CT_VALUE_OUTBOX_AGE, (uint64_t)ct_col_int(row, "age"));
	ct_board_set(board, CT_VALUE_OUTBOX_DEAD, (uint64_t)ct_col_int(row, "dead"));
}

int ct_outbox_deliver(struct ct_core *core, unsigned limit, unsigned *done_r, struct ct_error *e)
{
	struct batch b = { .core = core, .list = ct_request_new(NULL, core, &ct_plugin_job) };
	struct ct_result *found;
	int64_t until = ct_now_ms() + ROUND_SECONDS * 1000;
	unsigned done = 0;
	int rc = ct_query(b.list, "outbox_due",
			  CT_ARGS(CT_NUM(ct_now_ms() >= mail_from), CT_NUM(limit)), &found, e);

	b.owner = ct_job_owner(b.list);
	while (!rc && ct_now_ms() < until && ct_next(found)) {
		if (b.stopped && !strcmp(ct_col_text(found, "kind"), "mail"))
			continue;
		rc = deliver_one(&b, ct_col_int(found, "id"), e);
		done++;
	}
	if (!rc)
		show_gauges(&b);
	talloc_free(b.list);
	if (!rc)
		*done_r = done;
	return rc;
}

int ct_core_jobs(struct ct_core *core, int wake_fd)
{
	static bool registered;
	struct ct_error e;
	unsigned done = 0;

	wake = wake_fd;
	if (!registered && ct_jobs_register(core, &e)) {
		ct_log(CT_LOG_WARNING, "jobs", "why", e.text, NULL);
		return 5000;
	}
	registered = true;
	if (ct_jobs_due(core, &e) || ct_outbox_deliver(core, 50, &done, &e)) {
		ct_log(CT_LOG_WARNING, "jobs", "why", e.text, NULL);
		return 5000;
	}
	return done ? 100 : 1000;
}
