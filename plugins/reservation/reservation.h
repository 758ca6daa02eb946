/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the files of the plugin share: its queries and the handlers that its table names. */
#ifndef RESERVATION_RESERVATION_H
#define RESERVATION_RESERVATION_H

#include <comptoir/plugin.h>

extern const struct ct_query reservation_queries[];

#endif
