/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Payments against a real MariaDB: who hears of them, that a hook which refuses leaves nothing, and that the database
 * itself holds every limit against the user that serves requests.
 */
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

#include <comptoir/billing.h>

#include "../../plugins/invoicing/invoicing.h"
#include "../../plugins/invoicing/payment.c"

#define DB "payment"
#define NUMBER(...) test_db_number(DB, __VA_ARGS__)

enum { ORG = 800, CLIENT = 1, OTHER = 2, DUES = 1, ROOM, THEIRS };

static struct ct_core *core;
static char heard[200];
static bool hook_refuses;

/* "1+" source 1 is paid, "2-" source 2 is not any more. */
static int on_settled(struct ct_request *r, const struct ct_settled *s, struct ct_error *e)
{
	size_t at = strlen(heard);

	(void)r;
	snprintf(heard + at, sizeof(heard) - at, "%lld%c ", (long long)s->source_id, s->paid ? '+' : '-');
	return hook_refuses ? ct_fail(e, CT_CONFLICT, "not today") : 0;
}

static const struct ct_hook hooks[] = { CT_ON_PAYMENT_STORED(on_settled), { 0 } };
static const struct ct_permission permissions[] = { { MAY_SEE, "see", CT_ROLE_TREASURER }, { 0 } };
static const struct ct_plugin plugin = { CT_HEAD("invoicing"), .title = "Invoicing", .permissions = permissions,
					 .queries = invoicing_queries, .hooks = hooks };

/* Three documents of 10 € each, issued; the second holds two sources, one of which stands on the first as well. */
static void make_tables(void)
{
	static const char *const rows[] = {
		"INSERT INTO party (id, kind, legal_name) VALUES (800, 'organisation', 'La Filature'), (801, 'organisation', 'Dunes'), (802, 'organisation', 'Autre')",
		"INSERT INTO organisation (id, slug, operates) VALUES (800, 'filature', 1)",
		"INSERT INTO invoicing_client (id, issuer_id, party_id) VALUES (1, 800, 801), (2, 800, 802)",
		"INSERT INTO invoicing_series (id, issuer_id, kind, year, prefix, last_d) VALUES (1, 800, 'invoice', 2026, 'F', '2026-11-01')",
		"INSERT INTO invoicing_source (issuer_id, kind, source_id, title) VALUES (800, 'essai.source', 1, 'Adhésion'),"
		" (800, 'essai.source', 2, 'Salle'), (800, 'essai.source', 3, 'Autre')",
		"INSERT INTO invoicing_document (id, issuer_id, client_id, type, currency, payer_name) VALUES (1, 800, 1, 'invoice', 'EUR', 'A'),"
		" (2, 800, 1, 'invoice', 'EUR', 'A'), (3, 800, 2, 'invoice', 'EUR', 'B')",
		"INSERT INTO invoicing_charge (issuer_id, client_id, source_kind, source_id, line, version, label, quantity, unit_amount,"
		" amount_cents, amounts, currency, vat_code, document_id, billed_utc) VALUES"
		" (800, 1, 'essai.source', 1, 'a', 1, 'Cotisation', 10000, 100000, 1000, 'no_vat', 'EUR', 'O', 1, '2026-11-01'),"
		" (800, 1, 'essai.source', 1, 'b', 1, 'Don', 10000, 40000, 400, 'no_vat', 'EUR', 'O', 2, '2026-11-01'),"
		" (800, 1, 'essai.source', 2, 'a', 1, 'Location', 10000, 60000, 600, 'no_vat', 'EUR', 'E293B', 2, '2026-11-01'),"
		" (800, 2, 'essai.source', 3, 'a', 1, 'Location', 10000, 100000, 1000, 'no_vat', 'EUR', 'E293B', 3, '2026-11-01')",
		"UPDATE invoicing_document SET state = 'issued', series_id = 1, serial = id, number = CONCAT('F-', id), issued_d = '2026-11-01',"
		" issued_utc = '2026-11-01', due_d = '2026-11-30', net_cents = 1000, tax_cents = 0, rounding_cents = 0,"
		" gross_cents = 1000, frozen_json = '{}'",
		"INSERT INTO invoicing_settlement (document_id, issuer_id, gross_cents) VALUES (1, 800, 1000), (2, 800, 1000), (3, 800, 1000)",
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

/* ---- what is tried ---- */

struct act { int64_t cents, id, made; const char *documents; };

static int pay(struct ct_request *r, void *arg, struct ct_error *e)
{
	struct act *a = arg;
	const struct payment p = { .client = CLIENT, .means = "transfer", .currency = "EUR", .amount = a->cents,
				   .received = ct_day_make(2026, 11, 27) };

	return payment_record(r, &p, a->documents, &a->made, e);
}

static int refund(struct ct_request *r, void *arg, struct ct_error *e)
{
	struct act *a = arg;
	const struct payment p = { .client = CLIENT, .means = "transfer", .currency = "EUR", .amount = a->cents,
				   .received = ct_day_make(2026, 11, 27), .reason = "Trop payé" };

	return payment_refund(r, &p, &a->made, e);
}

static int reverse(struct ct_request *r, void *arg, struct ct_error *e)
{
	struct act *a = arg;

	return payment_reverse(r, a->id, "Erreur", &a->made, e);
}

static int release(struct ct_request *r, void *arg, struct ct_error *e)
{
	struct act *a = arg;

	return allocation_release(r, a->id, a->cents, e);
}

static int try(ct_body_f *body, struct act *a)
{
	struct ct_request *r = ct_request_new(core, core, &plugin);
	struct ct_error e = { 0 };
	int rc;

	r->lang = "en";
	r->now = (struct ct_utc){ 1795777200 }; /* 27 November 2026 */
	r->org = ORG;
	heard[0] = '\0';
	rc = ct_transaction(r, body, a, &e);
	talloc_free(r);
	return rc;
}

static int64_t left(int64_t document)
{
	return NUMBER("SELECT left_cents FROM invoicing_settlement WHERE document_id = %lld", (long long)document);
}

static int64_t credit(void)
{
	return NUMBER("SELECT COALESCE(SUM(free_cents), 0) FROM invoicing_payment_use WHERE client_id = %d", CLIENT);
}

static void test_who_hears_of_it(void **state)
{
	struct act first = { .cents = 1000, .documents = "[1]" }, second = { .cents = 1500, .documents = "[2]" }, back;

	(void)state;
	assert_int_equal(try(pay, &first), 0);
	assert_string_equal(heard, "");			/* the gift of source 1 stands on the second */
	assert_int_equal(try(pay, &second), 0);
	assert_string_equal(heard, "1+ 2+ ");
	assert_int_equal(credit(), 500);
	back = (struct act){ .id = first.made };
	assert_int_equal(try(reverse, &back), 0);
	assert_string_equal(heard, "1- ");
	assert_int_equal(left(DUES), 1000);
	assert_int_equal(try(reverse, &back), CT_CONFLICT);
	first = (struct act){ .cents = 300, .documents = "[1]" };
	assert_int_equal(try(pay, &first), 0);
	assert_string_equal(heard, "");			/* in part: nothing has changed for it */
	back = (struct act){ .id = second.made };
	assert_int_equal(try(reverse, &back), 0);
	assert_string_equal(heard, "2- ");
	assert_int_equal(credit(), 0);
	assert_int_equal(left(ROOM), 1000);
}

static void test_a_hook_that_refuses_leaves_nothing(void **state)
{
	int64_t rows = NUMBER("SELECT COUNT(*) FROM invoicing_payment");
	struct act a = { .cents = 1700, .documents = "[1, 2]" };

	(void)state;
	hook_refuses = true;
	assert_int_equal(try(pay, &a), CT_CONFLICT);
	hook_refuses = false;
	assert_string_equal(heard, "1+ ");
	assert_int_equal(NUMBER("SELECT COUNT(*) FROM invoicing_payment"), rows);
	assert_int_equal(left(DUES), 700);
	assert_int_equal(left(ROOM), 1000);
}

static void test_not_more_and_not_of_others(void **state)
{
	struct act a = { .cents = 100, .documents = "[3]" };

	(void)state;
	assert_int_equal(try(pay, &a), CT_CONFLICT);
	assert_int_equal(left(THEIRS), 1000);
	a = (struct act){ .cents = 100, .documents = "[1, 999]" };
	assert_int_equal(try(pay, &a), CT_CONFLICT);
	a = (struct act){ .cents = 900, .documents = "[1]" };
	assert_int_equal(try(pay, &a), 0);
	assert_int_equal(left(DUES), 0);
	assert_int_equal(credit(), 200);
	a = (struct act){ .cents = 201 };
	assert_int_equal(try(refund, &a), CT_INVALID);
	a = (struct act){ .cents = 200 };
	assert_int_equal(try(refund, &a), 0);
	assert_int_equal(credit(), 0);
}

/* What is credited of a paid document is free again: the last payment first. */
static void test_release(void **state)
{
	struct act a = { .id = DUES, .cents = 400 };

	(void)state;
	assert_int_equal(try(release, &a), 0);
	assert_int_equal(left(DUES), 400);
	assert_int_equal(credit(), 400);
	assert_int_equal(NUMBER("SELECT COUNT(*) FROM audit WHERE action = 'release'"), 1);
	a = (struct act){ .id = ROOM, .cents = 1000 };
	assert_int_equal(try(release, &a), 0);			/* nothing of it is paid */
	assert_int_equal(credit(), 400);
}

/* As the user that serves requests, past the code of the plugin. */
static void test_the_database_refuses(void **state)
{
	static const char *const attempts[] = {
		"UPDATE invoicing_payment SET amount_cents = amount_cents + 1",
		"DELETE FROM invoicing_payment",
		"UPDATE invoicing_payment_allocation SET amount_cents = 1",
		"DELETE FROM invoicing_payment_allocation",
		"UPDATE invoicing_payment_use SET used_cents = 0 WHERE used_cents <> 0",
		"UPDATE invoicing_payment_use SET amount_cents = 99999",
		"DELETE FROM invoicing_payment_use",
		"UPDATE invoicing_settlement SET paid_cents = 10 WHERE document_id = 2",
		"INSERT INTO invoicing_payment_allocation (payment_id, document_id, amount_cents) VALUES (@in, 3, 1)",
		"INSERT INTO invoicing_payment_allocation (payment_id, document_id, amount_cents) VALUES (@in, 2, @free + 1)",
		"INSERT INTO invoicing_payment_allocation (payment_id, document_id, amount_cents) VALUES (@in, 1, 401)",
		"INSERT INTO invoicing_payment_allocation (payment_id, document_id, amount_cents) VALUES (@out, 2, 1)",
		"INSERT INTO invoicing_payment_allocation (payment_id, out_id, amount_cents) VALUES (@in, @out, 1)",
		"INSERT INTO invoicing_payment_allocation (payment_id, document_id, amount_cents) VALUES (@in, 2, 0)",
		"INSERT INTO invoicing_payment (issuer_id, client_id, means, currency, amount_cents, received_d) VALUES (801, 1, 'cash', 'EUR', 1, '2026-11-27')",
		"INSERT INTO invoicing_payment (issuer_id, client_id, means, currency, amount_cents, received_d) VALUES (800, 1, 'cash', 'EUR', 0, '2026-11-27')",
		"TRUNCATE TABLE invoicing_payment_allocation",
	};
	static const char *const found[] = {
		"SET @in = (SELECT payment_id FROM invoicing_payment_use WHERE free_cents > 0 LIMIT 1)",
		"SET @free = (SELECT free_cents FROM invoicing_payment_use WHERE payment_id = @in)",
		"SET @out = (SELECT MIN(payment_id) FROM invoicing_payment_use WHERE amount_cents < 0)",
	};
	int64_t sum = NUMBER("SELECT SUM(amount_cents) FROM invoicing_payment_allocation");
	void *mem = talloc_new(NULL);
	struct ct_db *db = test_db_open(mem, DB, "user");
	struct ct_error why;

	(void)state;
	for (size_t i = 0; i < sizeof(found) / sizeof(found[0]); i++)
		assert_int_equal(ct_db_sql(db, found[i], &why), 0);
	for (size_t i = 0; i < sizeof(attempts) / sizeof(attempts[0]); i++) {
		struct ct_error e = { 0 };

		if (!ct_db_sql(db, attempts[i], &e))
			fail_msg("done: %s", attempts[i]);
	}
	assert_int_equal(NUMBER("SELECT SUM(amount_cents) FROM invoicing_payment_allocation"), sum);
	assert_int_equal(credit(), 400);
	talloc_free(mem);
}

/* And what verify looks for is not there, as it would be without any constraint. */
static void test_verify(void **state)
{
	struct ct_request *r = ct_request_new(core, core, &plugin);
	struct ct_error e = { 0 };

	(void)state;
	assert_int_equal(payment_verify(r, &e), 0);
	test_db_sql(DB, "DROP TRIGGER invoicing_settlement_paid");
	test_db_sql(DB, "UPDATE invoicing_settlement SET paid_cents = 10 WHERE document_id = 2");
	assert_int_equal(payment_verify(r, &e), CT_BROKEN);
	talloc_free(r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_who_hears_of_it),
		cmocka_unit_test(test_a_hook_that_refuses_leaves_nothing),
		cmocka_unit_test(test_not_more_and_not_of_others),
		cmocka_unit_test(test_release),
		cmocka_unit_test(test_the_database_refuses),
		cmocka_unit_test(test_verify),
	};

	return cmocka_run_group_tests(tests, open_core, close_core);
}
