/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Telling the service manager how we are: the protocol of sd_notify(3), without its library. */
#ifndef CORE_SERVER_NOTIFY_H
#define CORE_SERVER_NOTIFY_H

/*
 * Sends `state` ("READY=1", lines separated by \n) to the socket named by NOTIFY_SOCKET, if
 * there is one. The name is kept and the variable removed at the first call, so that children do
 * not speak for us.
 */
void ct_notify(const char *state);

/* The same for a reload, whose protocol wants the time of the monotonic clock. */
void ct_notify_reloading(void);

#endif
