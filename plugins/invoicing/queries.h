/* SPDX-License-Identifier: GPL-3.0-or-later */
/* All queries of the plugin; each part of it keeps its own in a header that queries.c includes. */
#ifndef INVOICING_QUERIES_H
#define INVOICING_QUERIES_H

#include <comptoir/plugin.h>

extern const struct ct_query invoicing_queries[];

#endif
