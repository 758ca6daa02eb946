/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Prometheus' text format 0.0.4, from the scoreboard: no query, so that it answers without a database. */
#include <talloc.h>

#include <comptoir/buf.h>

#include "route/state.h"
#include "server/scoreboard.h"
#include "system/system.h"

static const struct {
	enum ct_figure figure;
	const char *name, *type, *help;
} figures[] = {
	{ CT_VALUE_REPEATS, "comptoir_transaction_repeats_total", "counter",
	  "Transactions run again after a lost race" },
	{ CT_VALUE_CRASHES, "comptoir_crashes_total", "counter",
	  "Processes that ended by a signal or a failure" },
	{ CT_VALUE_OVERDUE, "comptoir_overdue_total", "counter",
	  "Requests ended because they were past their limit" },
	{ CT_VALUE_JOBS, "comptoir_jobs_total", "counter", "Jobs run" },
	{ CT_VALUE_JOBS_FAILED, "comptoir_jobs_failed_total", "counter", "Jobs that failed" },
	{ CT_VALUE_OUTBOX_SENT, "comptoir_outbox_sent_total", "counter", "Outbox rows done" },
	{ CT_VALUE_OUTBOX_FAILED, "comptoir_outbox_failed_total", "counter",
	  "Tries of outbox rows that failed" },
	{ CT_VALUE_OUTBOX_WAITING, "comptoir_outbox_waiting", "gauge", "Outbox rows that wait" },
	{ CT_VALUE_OUTBOX_AGE, "comptoir_outbox_age_seconds", "gauge",
	  "Age of the oldest outbox row that waits" },
	{ CT_VALUE_OUTBOX_DEAD, "comptoir_outbox_dead", "gauge", "Outbox rows that were given up" },
	{ CT_VALUE_GENERATION, "comptoir_generation", "gauge",
	  "Number of the generation that serves" },
};

static void put_requests(struct ct_buf *out, const struct ct_board *board)
{
	struct ct_metric_row row;

	ct_buf_text(out, "# HELP comptoir_requests_total Answers by route and status\n"
			 "# TYPE comptoir_requests_total counter\n");
	for (size_t i = 0; i < CT_BOARD_METRICS; i++)
		if (ct_metric_read(board, i, &row))
			ct_buf_printf(out,
				      "comptoir_requests_total{route=\"%s\",status=\"%u\"} %llu\n",
				      row.route, row.status, (unsigned long long)row.count);
}

static void put_latency(struct ct_buf *out, const struct ct_board *board)
{
	uint64_t counts[CT_LATENCY_BUCKETS], sum;

	ct_latency_read(board, counts, &sum);
	ct_buf_text(
		out,
		"# HELP comptoir_request_seconds Time to answer\n# TYPE comptoir_request_seconds histogram\n");
	for (size_t i = 0; i + 1 < CT_LATENCY_BUCKETS; i++)
		ct_buf_printf(out, "comptoir_request_seconds_bucket{le=\"%lld.%03lld\"} %llu\n",
			      (long long)ct_latency_bound[i] / 1000,
			      (long long)ct_latency_bound[i] % 1000, (unsigned long long)counts[i]);
	ct_buf_printf(
		out,
		"comptoir_request_seconds_bucket{le=\"+Inf\"} %llu\n"
		"comptoir_request_seconds_sum %llu.%03llu\ncomptoir_request_seconds_count %llu\n",
		(unsigned long long)counts[CT_LATENCY_BUCKETS - 1], (unsigned long long)sum / 1000,
		(unsigned long long)sum % 1000, (unsigned long long)counts[CT_LATENCY_BUCKETS - 1]);
}

static void put_workers(struct ct_buf *out, const struct ct_board *board)
{
	unsigned n[CT_SLOT_DRAIN + 1] = { 0 };

	for (size_t i = 0; i < CT_BOARD_SLOTS; i++) {
		uint32_t state = atomic_load(&board->slot[i].state);

		if (atomic_load(&board->slot[i].pid) && state <= CT_SLOT_DRAIN)
			n[state]++;
	}
	ct_buf_text(out,
		    "# HELP comptoir_workers Processes by state\n# TYPE comptoir_workers gauge\n");
	for (unsigned state = CT_SLOT_START; state <= CT_SLOT_DRAIN; state++)
		ct_buf_printf(out, "comptoir_workers{state=\"%s\"} %u\n",
			      ct_slot_state_name((enum ct_slot_state)state), n[state]);
}

int ct_metrics_page(struct ct_request *r, struct ct_error *e)
{
	const struct ct_board *board = r->s->core->board;
	struct ct_buf *out = ct_buf_new(r, 1 << 20);

	if (!board)
		return ct_fail(e, CT_MISSING, _("There is no page at this address."));
	put_requests(out, board);
	put_latency(out, board);
	put_workers(out, board);
	for (size_t i = 0; i < sizeof(figures) / sizeof(figures[0]); i++)
		ct_buf_printf(out, "# HELP %s %s\n# TYPE %s %s\n%s %llu\n", figures[i].name,
			      figures[i].help, figures[i].name, figures[i].type, figures[i].name,
			      (unsigned long long)ct_board_get(board, figures[i].figure));
	ct_header(r, "Cache-Control", "%s", "no-store");
	ct_body(r, "text/plain; version=0.0.4; charset=utf-8", ct_buf_data(out), ct_buf_len(out));
	return 0;
}
