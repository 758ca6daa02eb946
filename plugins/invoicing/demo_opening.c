/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What clients owed La Filature when it came from other books: paid in part, open, a credit, and one that was wrong. */
#include <talloc.h>

#include "demo.h"
#include "opening.h"
#include "payments.h"

enum { CLIENTS = 4, DUE_DAYS = 20, IMPORTED_ON = 4 };

static const struct { const char *name, *reference; int64_t cents, paid; bool back; } balances[CLIENTS] = {
	{ "Chorale des Quatre-Vents", "2024-0117", 18400, 10000, false },
	{ "Jeanne Morel", "2024-0131", 9000, 0, false },
	{ "Omar Sadaoui", NULL, -2500, 0, false },
	{ "Commune de Valbrune", "2024-0139", 6000, 0, true },
};

static int settle(struct ct_request *r, const struct ct_result *row, size_t i, struct ct_error *e)
{
	struct payment p = { .client = ct_col_int(row, "owner_id"), .uid = ct_new_uid(r), .means = "transfer",
			     .currency = ct_col_text(row, "currency"), .amount = balances[i].paid, .received = today_of(r) };
	int64_t id;

	if (balances[i].back)
		return opening_take_back(r, ct_col_int(row, "id"), "Réglé avant la reprise, noté trop tard", e);
	return p.amount ? payment_record(r, &p, talloc_asprintf(r, "[%lld]", (long long)ct_col_int(row, "document_id")), &id, e) : 0;
}

int demo_openings(struct ct_request *r, struct ct_day month, struct ct_utc now, struct ct_error *e)
{
	struct opening_list l = { .as_of = ct_day_add(month, -1), .origin = "Paheko, compte 411", .currency = "EUR" };
	struct ct_result *row;
	int rc = 0;

	l.import.lines = talloc_zero_array(r, struct ct_import_line, CLIENTS);
	l.lines = talloc_zero_array(r, struct opening_line, CLIENTS);
	l.import.n = CLIENTS;
	for (size_t i = 0; i < CLIENTS && !rc; i++) {
		l.import.lines[i].what = CT_IMPORT_SAME;
		l.lines[i] = (struct opening_line){ .what = balances[i].cents > 0 ? OPENING_DEBT : OPENING_CREDIT,
			.reference = balances[i].reference, .has_cents = true, .cents = balances[i].cents,
			.due = ct_day_add(month, DUE_DAYS) };
		rc = demo_key(r, "demo_contact", balances[i].name, &l.import.lines[i].id, e);
	}
	demo_clock(r, ct_day_add(month, IMPORTED_ON), now);
	if (rc || (rc = opening_store(r, &l, NULL, e)) ||
	    (rc = ct_query(r, "openings", CT_ARGS(CT_NUM(r->org), CT_NUM(INT64_MAX), CT_NUM(CLIENTS)), &row, e)))
		return rc;
	demo_clock(r, ct_day_add(month, DUE_DAYS), now);
	for (size_t i = CLIENTS; i-- > 0 && !rc && ct_next(row);)
		rc = settle(r, row, i, e);
	r->now = now;
	return rc;
}
