/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a membership makes somebody owe, posted as charges where the invoicing plugin is there. */
#include "memberships.h"

#include <talloc.h>

static struct ct_charge_line line_of(const struct ct_result *m, const char *key, const char *label, int64_t cents,
				     const char *vat_code)
{
	return (struct ct_charge_line){
		.key = key, .label = label, .quantity = 10000, .unit_amount = cents * 100, .amount_cents = cents,
		.vat_code = vat_code, .from = ct_col_day(m, "from_d"), .to = ct_col_day(m, "to_d"),
	};
}

/* Dues that buy nothing, and every gift, are out of the scope of VAT. */
static size_t lines_of(struct ct_request *r, const struct ct_result *m, const char *title,
		       struct ct_charge_line lines[2])
{
	int64_t gift = ct_col_int(m, "gift_cents"), dues = ct_col_int(m, "dues_cents") - gift;
	const char *vat_code = ct_col_text(m, "vat_code");
	size_t n = 0;

	if (!ct_col_int(m, "owed"))
		return 0;
	if (dues)
		lines[n++] = line_of(m, "dues", title, dues, vat_code ? vat_code : "O");
	if (gift)
		lines[n++] = line_of(m, "gift", talloc_asprintf(r, _("Gift with the dues, %s"), ct_col_text(m, "plan")), gift, "O");
	return n;
}

static int post(struct ct_request *r, const struct ct_billing *billing, const struct ct_result *m, struct ct_error *e)
{
	char from[CT_TIME_UI], to[CT_TIME_UI];
	const char *before = ct_speak(r, NULL), *vat_code = ct_col_text(m, "vat_code");
	struct ct_charge_line lines[2];
	struct ct_charges set = {
		.issuer = ct_col_int(m, "org_id"), .payer.party = ct_col_int(m, "party_id"), .source = MEMBERSHIP,
		.source_id = ct_col_int(m, "id"), .currency = ct_col_text(m, "currency"), .lines = lines,
		.basis = vat_code && *vat_code == 'S' ? CT_CHARGE_INCLUDES_VAT : CT_CHARGE_NO_VAT,
	};
	int rc;

	set.title = talloc_asprintf(r, _("Dues, %s, from %s to %s"), ct_col_text(m, "plan"),
				    ct_day_ui(from, ct_col_day(m, "from_d"), r->lang), ct_day_ui(to, ct_col_day(m, "to_d"), r->lang));
	set.n_lines = lines_of(r, m, set.title, lines);
	ct_speak(r, before);
	rc = billing->charge(r, &set, NULL, e);
	return rc ? rc : ct_exec(r, "posted", CT_ARGS(CT_NUM(set.n_lines > 0), CT_NUM(set.source_id)), e);
}

/*
 * Nobody owes for what was given free of charge, waits for an answer, or was paid by hand before it was ever
 * posted. What was posted first stays: it may stand on a document already.
 */
int dues_post(struct ct_request *r, int64_t id, struct ct_error *e)
{
	const struct ct_billing *billing = ct_service(r, "billing", 1);
	struct ct_result *m;
	int rc = billing ? ct_one(r, "dues", CT_ARGS(CT_NUM(id)), &m, e) : 0;

	if (!billing || rc)
		return rc;
	if (!ct_col_int(m, "posted") &&
	    (!ct_col_int(m, "owed") || !ct_col_int(m, "dues_cents") || !ct_col_null(m, "hand_utc")))
		return 0;
	return post(r, billing, m, e);
}
