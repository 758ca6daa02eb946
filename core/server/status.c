/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/status.h"

#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "server/scoreboard.h"

static const char *const value_names[CT_VALUES] = {
	[CT_VALUE_REQUESTS] = "requests",
	[CT_VALUE_REPEATS] = "repeats",
	[CT_VALUE_CRASHES] = "crashes",
	[CT_VALUE_OVERDUE] = "overdue",
	[CT_VALUE_REFUSED] = "refused",
	[CT_VALUE_HASH_BUSY] = "hash_busy",
	[CT_VALUE_METRICS_LOST] = "metrics_lost",
	[CT_VALUE_JOBS] = "jobs",
	[CT_VALUE_JOBS_FAILED] = "jobs_failed",
	[CT_VALUE_OUTBOX_SENT] = "outbox_sent",
	[CT_VALUE_OUTBOX_FAILED] = "outbox_failed",
	[CT_VALUE_OUTBOX_WAITING] = "outbox_waiting",
	[CT_VALUE_OUTBOX_AGE] = "outbox_age",
	[CT_VALUE_OUTBOX_DEAD] = "outbox_dead",
	[CT_VALUE_GENERATION] = "generation",
	[CT_VALUE_GENERATION_FAILURES] = "generation_failures",
};

static void print_slot(FILE *out, const struct ct_slot *slot)
{
	char route[CT_BOARD_LABEL];
	int64_t since = slot->since;

	ct_slot_route_text(slot, route);
	fprintf(out,
		"process pid=%d generation=%llu state=%s seconds=%lld requests=%llu route=\"%s\"\n",
		(int)slot->pid, (unsigned long long)slot->generation,
		ct_slot_state_name(slot->state),
		since ? (long long)(ct_now_ms() - since) / 1000 : 0,
		(unsigned long long)slot->requests, route);
}

void ct_status_board(FILE *out, const struct ct_board *board)
{
	for (size_t i = 0; i < CT_BOARD_SLOTS; i++)
		if (board->slot[i].pid)
			print_slot(out, &board->slot[i]);
	fputs("count", out);
	for (size_t i = 0; i < CT_VALUES; i++)
		fprintf(out, " %s=%llu", value_names[i],
			(unsigned long long)ct_board_get(board, i));
	fputc('\n', out);
}

void ct_status_answer(int listen_fd, const char *text)
{
	int fd;

	while ((fd = accept4(listen_fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK)) >= 0) {
		if (send(fd, text, strlen(text), MSG_NOSIGNAL) < 0)
			(void)0;	/* gone already */
		close(fd);
	}
}
