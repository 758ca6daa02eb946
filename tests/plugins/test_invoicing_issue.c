/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Issuing against a real MariaDB, with a paper that may fail: then there was no number. And the references on it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include <talloc.h>

#include "route/state.h"
#include "support/ct_core.h"
#include "support/db.h"

#include "../../plugins/invoicing/invoicing.h"
#include "../../plugins/invoicing/issue.c"

#define DB "issue"
#define NUMBER(...) test_db_number(DB, __VA_ARGS__)

enum { ORG = 800, PAYER, CLIENT = 1, DRAFT = 1 };

static struct ct_core *core;
static int drawn, hooked;
static bool paper_fails, hook_refuses;
static int64_t hook_gross, unguarded;

/*
 * Rows that another connection could have: whoever posts charges waits at the client, whoever changes a draft or a
 * charge of it by hand, there.
 */
static int64_t count_unlocked(void)
{
	return NUMBER("SELECT COUNT(*) FROM invoicing_client FOR UPDATE SKIP LOCKED") +
	       NUMBER("SELECT COUNT(*) FROM invoicing_document FOR UPDATE SKIP LOCKED") +
	       NUMBER("SELECT COUNT(*) FROM invoicing_charge FOR UPDATE SKIP LOCKED");
}

/* In place of paper.c. */
int paper_draw(struct ct_request *r, const json_t *sheet, const struct ct_pdf_image *logo, const void **bytes_r,
	       size_t *len_r, struct ct_error *e)
{
	(void)logo;
	drawn++;
	unguarded = count_unlocked();
	if (paper_fails)
		return ct_fail(e, CT_BROKEN, "libharu gave up");
	*bytes_r = talloc_asprintf(r, "%%PDF-1.7 %s", sheet_text(sheet, "number"));
	*len_r = strlen(*bytes_r);
	return 0;
}

static int on_issued(struct ct_request *r, const struct ct_document *d, struct ct_error *e)
{
	(void)r;
	hooked++;
	hook_gross = d->gross;
	return hook_refuses ? ct_fail(e, CT_CONFLICT, "not today") : 0;
}

static const struct ct_hook hooks[] = { CT_ON_DOCUMENT_ISSUED(on_issued), { 0 } };
static const struct ct_permission permissions[] = { { MAY_SEE, "see", CT_ROLE_TREASURER }, { 0 } };
static const struct ct_plugin plugin = { CT_HEAD("invoicing"), .title = "Invoicing", .permissions = permissions,
					 .queries = invoicing_queries, .hooks = hooks };

static void make_tables(void)
{
	static const char *const rows[] = {
		"INSERT INTO party (id, kind, legal_name, siren) VALUES (800, 'organisation', 'La Filature', '732829320'), (801, 'organisation', 'Atelier des Dunes', NULL)",
		"INSERT INTO organisation (id, slug, operates) VALUES (800, 'filature', 1)",
		"INSERT INTO address (party_id, street, postcode, town) VALUES (800, '1 rue', '59000', 'Lille'), (801, '2 rue', '59100', 'Roubaix')",
		"INSERT INTO invoicing_issuer (org_id, legal_form) VALUES (800, 'Association loi 1901')",
		"INSERT INTO invoicing_regime (org_id, vat_regime, from_d) VALUES (800, 'normal', '2020-01-01')",
		"INSERT INTO invoicing_client (id, issuer_id, party_id) VALUES (1, 800, 801)",
		"INSERT INTO invoicing_source (issuer_id, kind, source_id, title) VALUES (800, 'essai.source', 1, 'Grande salle')",
		"INSERT INTO invoicing_document (id, issuer_id, client_id, type, currency, payer_name) VALUES (1, 800, 1, 'invoice', 'EUR', 'A')",
		"INSERT INTO invoicing_charge (issuer_id, client_id, source_kind, source_id, line, version, label, quantity, unit_amount, amount_cents, amounts, currency, vat_code, document_id) VALUES (800, 1, 'essai.source', 1, '1', 1, 'Location', 10000, 120000, 1200, 'include_vat', 'EUR', 'S20', 1)",
		"UPDATE party SET vat_no = 'FR44732829320' WHERE id = 800",
	};

	test_db_create_plugin(DB, "invoicing");
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		test_db_sql(DB, "%s", rows[i]);
}

static int open_core(void **state)
{
	(void)state;
	make_tables();
	core = test_core_open(DB, &plugin);
	return 0;
}

static int close_core(void **state)
{
	(void)state;
	ct_core_close(core);
	return 0;
}

static int body(struct ct_request *r, void *arg, struct ct_error *e)
{
	return issue_document(r, DRAFT, *(const int64_t *)arg, NULL, e);
}

static int try_issue(int64_t total)
{
	struct ct_request *r = ct_request_new(core, core, &plugin);
	struct ct_error e = { 0 };
	int rc;

	r->lang = "en";
	r->now = (struct ct_utc){ 1795777200 }; /* 27 November 2026 */
	r->org = ORG;
	r->subject = DRAFT;
	drawn = hooked = 0;
	rc = ct_transaction(r, body, &total, &e);
	talloc_free(r);
	return rc;
}

static void assert_nothing_happened(void)
{
	assert_int_equal(NUMBER("SELECT COUNT(*) FROM invoicing_document WHERE state = 'draft' AND number IS NULL"), 1);
	assert_int_equal(NUMBER("SELECT COUNT(*) FROM invoicing_series"), 0);
	assert_int_equal(NUMBER("SELECT COUNT(*) FROM invoicing_document_line"), 0);
	assert_int_equal(NUMBER("SELECT COUNT(*) FROM invoicing_document_vat"), 0);
	assert_int_equal(NUMBER("SELECT COUNT(*) FROM invoicing_settlement"), 0);
	assert_int_equal(NUMBER("SELECT COUNT(*) FROM invoicing_charge WHERE billed_utc IS NOT NULL"), 0);
	assert_int_equal(NUMBER("SELECT COUNT(*) FROM file"), 0);
	assert_int_equal(NUMBER("SELECT COUNT(*) FROM audit"), 0);
}

static void test_failures_leave_no_number(void **state)
{
	int64_t version;

	(void)state;
	assert_int_equal(count_unlocked(), 3);
	paper_fails = true;
	assert_int_equal(try_issue(1200), CT_BROKEN);
	assert_int_equal(drawn, 1);
	assert_nothing_happened();
	paper_fails = false;
	hook_refuses = true;
	assert_int_equal(try_issue(1200), CT_CONFLICT);
	assert_int_equal(hooked, 1);
	assert_nothing_happened();
	hook_refuses = false;
	assert_int_equal(try_issue(1199), CT_CONFLICT);
	assert_int_equal(drawn, 0);
	assert_nothing_happened();
	version = NUMBER("SELECT version FROM invoicing_client");
	assert_int_equal(try_issue(1200), 0);
	assert_int_equal(NUMBER("SELECT version FROM invoicing_client"), version + 1);	/* the guard, raised before reading */
	assert_int_equal(hook_gross, 1200);
	assert_int_equal(unguarded, 0);
	assert_int_equal(NUMBER("SELECT COUNT(*) FROM invoicing_document WHERE number = 'F-2026-00001' AND net_cents = 1000"
				" AND tax_cents = 200 AND issued_d = '2026-11-27' AND due_d = '2026-12-27'"), 1);
	assert_int_equal(NUMBER("SELECT next_number FROM invoicing_series WHERE kind = 'invoice' AND year = 2026"), 2);
	assert_int_equal(try_issue(1200), CT_CONFLICT);
	assert_int_equal(NUMBER("SELECT next_number FROM invoicing_series"), 2);
}

/* A number that is taken on a day by an issuer whose numbers begin anew with a month. */
struct taking { int month; const char *prefix; struct ct_day day; char number[40]; };

static int take(struct ct_request *r, void *arg, struct ct_error *e)
{
	struct taking *x = arg;
	const struct issuer i = { .org = ORG, .fiscal_month = x->month };
	struct taken t;
	int rc = number_take(r, &i, "quote", x->prefix, x->day, &t, e);

	return rc || snprintf(x->number, sizeof(x->number), "%s", t.number) < 0 ? rc : ct_audit(r, "quote", 1, "send", NULL, NULL, e);
}

static int try_take(const char *day, int month, const char *prefix, struct taking *x)
{
	struct ct_request *r = ct_request_new(core, core, &plugin);
	struct ct_error e = { 0 };
	int rc;

	*x = (struct taking){ .month = month, .prefix = prefix };
	assert_int_equal(ct_day_parse(day, &x->day, &e), 0);
	r->lang = "en";
	r->org = ORG;
	rc = ct_transaction(r, take, x, &e);
	talloc_free(r);
	return rc;
}

static void test_numbers_of_a_fiscal_year(void **state)
{
	static const struct { const char *day; int month; const char *prefix, *number; } steps[] = {
		{ "2024-12-31", 1, "D", "D-2024-00001" },
		/* by fiscal year from September on */
		{ "2025-08-31", 9, "D", "D-2024-25-00001" }, { "2025-09-01", 9, "D", "D-2025-26-00001" },
		{ "2026-08-31", 9, "D", "D-2025-26-00002" }, { "2026-09-01", 9, "D", "D-2026-27-00001" },
		/* by calendar year again, and back: what was begun runs to its end */
		{ "2026-10-01", 1, "D", "D-2026-27-00002" }, { "2027-08-31", 1, "D", "D-2026-27-00003" },
		{ "2027-09-01", 1, "D", "D-2027-00001" }, { "2027-12-31", 9, "D", "D-2027-00002" },
		{ "2028-01-01", 9, "D", "D-2027-28-00001" }, { "2099-12-01", 9, "D", "D-2099-00-00001" },
	};
	struct taking x;

	(void)state;
	test_db_sql(DB, "DROP TRIGGER invoicing_series_kept");		/* numbers alone: nothing stands on them here */
	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		assert_int_equal(try_take(steps[i].day, steps[i].month, steps[i].prefix, &x), 0);
		assert_string_equal(x.number, steps[i].number);
	}
	/* another month: these numbers would begin as others did, so they are not given but with another beginning */
	assert_int_equal(try_take("2028-09-15", 10, "D", &x), CT_CONFLICT);
	assert_int_equal(try_take("2028-09-15", 10, "DX", &x), 0);
	assert_string_equal(x.number, "DX-2027-28-00001");
}

static void test_references(void **state)
{
	void *mem = talloc_new(NULL);

	(void)state;
	assert_string_equal(sheet_reference(mem, "539007547034"), "RF18539007547034");	/* the example of ISO 11649 */
	assert_string_equal(sheet_reference(mem, "F-2026-00001"), "RF36F202600001");
	assert_null(sheet_reference(mem, "ABCDEFGHIJ-2026-12345678"));			/* more than 21 characters */
	assert_string_equal(sheet_code(mem, "La Filature", "FR7630006000011234567890189", "AGRIFRPP", 1205, "RF36F202600001"),
			    "BCD\n002\n1\nSCT\nAGRIFRPP\nLa Filature\nFR7630006000011234567890189\nEUR12.05\n\nRF36F202600001\n\n");
	assert_null(sheet_code(mem, "La Filature", NULL, NULL, 1205, "RF36F202600001"));
	assert_null(sheet_code(mem, "La Filature", "FR7630006000011234567890189", NULL, 0, "RF36F202600001"));
	talloc_free(mem);
}

static void test_names_are_cut_at_seventy(void **state)
{
	void *mem = talloc_new(NULL);
	char *name = talloc_strdup(mem, "");

	(void)state;
	for (int i = 0; i < 90; i++)
		name = talloc_strdup_append(name, "é");
	assert_non_null(strstr(sheet_code(mem, name, "FR7630006000011234567890189", NULL, 1, "RF36F202600001"),
			       talloc_asprintf(mem, "SCT\n\n%.140s\nFR76", name)));
	talloc_free(mem);
}

static void test_figures(void **state)
{
	void *mem = talloc_new(NULL);

	(void)state;
	assert_string_equal(figure(mem, 10000, 0), "1");
	assert_string_equal(figure(mem, 15000, 0), "1,5");
	assert_string_equal(figure(mem, 83750, 2), "8,375");
	assert_string_equal(figure(mem, 1, 2), "0,0001");
	assert_string_equal(figure(mem, -216000, 2), "\u221221,60");
	assert_string_equal(figure(mem, 12345678901234, 2), "1\u202f234\u202f567\u202f890,1234");
	talloc_free(mem);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_failures_leave_no_number),
		cmocka_unit_test(test_numbers_of_a_fiscal_year),
		cmocka_unit_test(test_references),
		cmocka_unit_test(test_names_are_cut_at_seventy),
		cmocka_unit_test(test_figures),
	};

	return cmocka_run_group_tests(tests, open_core, close_core);
}
