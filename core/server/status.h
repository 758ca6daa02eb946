/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The status: what `comptoirctl status` prints. The supervisor answers each connection to a unix
 * socket with the whole text and closes; nothing is read from the client. Lines of "WORD
 * key=value …":
 *
 *   supervisor pid=1 up_seconds=86400 version=0.1.0
 *   generation number=2 pid=20 state=serving seconds=3600   (starting, serving, draining, lost)
 *   failure at=2026-11-24T10:00:00Z text="…"           the last generation, if it did not come up
 *   process pid=21 generation=2 state=run seconds=1 requests=240 route="GET /places/{slug}"
 *   count requests=1200 repeats=0 crashes=0 overdue=0 …
 */
#ifndef CORE_SERVER_STATUS_H
#define CORE_SERVER_STATUS_H

#include <stdio.h>

struct ct_board;

/* The lines `process` and `count`, from the scoreboard. */
void ct_status_board(FILE *out, const struct ct_board *board);

/* Accepts what waits at `listen_fd` and sends `text` to each, without ever waiting for a client. */
void ct_status_answer(int listen_fd, const char *text);

#endif
