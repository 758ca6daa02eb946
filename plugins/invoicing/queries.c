/* SPDX-License-Identifier: GPL-3.0-or-later */
/* All SQL of the plugin. */
#include "invoicing.h"

/* A client `k`, and its party `p` where it is no guest. */
#define FROM_CLIENT " FROM invoicing_client k LEFT JOIN party p ON p.id = k.party_id"
#define CLIENT_NAME "COALESCE(p.name, k.name, k.email, CONCAT('n° ', k.id))"

const struct ct_query invoicing_queries[] = {
#include "charge_queries.h"
	{ 0 }
};
