/* SPDX-License-Identifier: GPL-3.0-or-later */
/* All SQL of the plugin. */
#include "documents.h"
#include "guarantee.h"
#include "invoicing.h"
#include "letters.h"
#include "open.h"
#include "opening.h"
#include "quote.h"
#include "slip.h"

/* A project `j` that is led and written for today. */
#define IN_FORCE(j) j ".archived_at IS NULL AND COALESCE(" j ".from_d, '1000-01-01') <= UTC_DATE()" \
	" AND COALESCE(" j ".to_d, '9999-12-31') >= UTC_DATE()"
/* A client `k`, and its party `p` where it is no guest. */
#define FROM_CLIENT " FROM invoicing_client k LEFT JOIN party p ON p.id = k.party_id"
#define CLIENT_NAME "COALESCE(p.name, k.name, k.email, CONCAT('n° ', k.id))"
#define CLIENT_SORT "COALESCE(p.sort_name, k.name, k.email, '')"
#define CHARGE_DAY "COALESCE(c.service_to_d, DATE(c.created_utc))"
/* Parameters: issuer, first day twice, last day twice, a pattern twice, a project twice. */
#define OPEN " FROM invoicing_charge c JOIN invoicing_client k ON k.id = c.client_id LEFT JOIN party p ON p.id = k.party_id" \
	" JOIN invoicing_source s ON s.kind = c.source_kind AND s.source_id = c.source_id AND s.issuer_id = c.issuer_id" \
	" LEFT JOIN place l ON l.id = c.place_id LEFT JOIN project j ON j.id = c.project_id" \
	" WHERE c.issuer_id = ? AND c.billed_utc IS NULL AND (? IS NULL OR " CHARGE_DAY " >= ?)" \
	" AND (? IS NULL OR " CHARGE_DAY " <= ?) AND (? IS NULL" \
	" OR CONCAT_WS(' ', s.title, c.label, p.name, k.name, k.email, c.order_ref) LIKE ?) AND (? IS NULL OR c.project_id = ?)"

const struct ct_query invoicing_queries[] = {
#include "charge_queries.h"
#include "document_queries.h"
#include "demo_queries.h"
#include "guarantee_queries.h"
#include "hand_queries.h"
#include "letter_queries.h"
#include "line_queries.h"
#include "project_queries.h"
#include "queries_payments.h"
#include "opening_queries.h"
#include "quote_queries.h"
#include "slip_queries.h"
	{ 0 }
};
