/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What agreements take of what somebody owes, inside of real transactions: alone, one after the other, and eight
 * processes at once on what is left of one.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <cmocka.h>
#include <talloc.h>
#include <unistd.h>

#include "route/state.h"
#include "support/ct_core.h"
#include "support/db.h"

#include "../../plugins/subsidies/subsidies.h"

#define DB "shares"
#define NUMBER(...) test_db_number(DB, __VA_ARGS__)

enum { ORG = 800, TOWN, REGION, CHOIR, MIA, OTHER_ORG };	/* the last three: two clients, another organisation */
enum { HERE = 900, THERE };					/* places */
enum { CHILDREN = 8, EACH = 6 };

static struct ct_core *core;

static const struct ct_hook hooks[] = { CT_ON_CHARGE_SHARED(subsidies_share), { 0 } };
static const struct ct_plugin plugin = { CT_HEAD("subsidies"), .title = "Subsidies", .queries = subsidies_queries,
					 .hooks = hooks };

/* ---- an installation ---- */

static void make_tables(void)
{
	test_db_create_plugin(DB, "subsidies");
	test_db_sql(DB, "INSERT INTO party (id, kind, legal_name) VALUES (800, 'organisation', 'La Filature'),"
		    " (801, 'organisation', 'Ville de Lille'), (802, 'organisation', 'Région'),"
		    " (803, 'organisation', 'La Chorale'), (805, 'organisation', 'Ailleurs')");
	test_db_sql(DB, "INSERT INTO party (id, kind, given_name, family_name) VALUES (804, 'person', 'Mia', 'M')");
	test_db_sql(DB, "INSERT INTO organisation (id, slug, operates) VALUES (800, 'filature', 1), (805, 'ailleurs', 1)");
	test_db_sql(DB, "INSERT INTO place (id, org_id, slug, name) VALUES (900, 800, 'ici', 'Ici'), (901, 800, 'la', 'Là')");
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

static int begin(void **state)
{
	static const char *const tables[] = { "subsidies_use", "subsidies_eligible", "subsidies_agreement" };

	(void)state;
	for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]); i++)
		test_db_sql(DB, "DELETE FROM %s", tables[i]);
	return 0;
}

/* What must hold after each test, whatever happened in it. */
static int sound(void **state)
{
	(void)state;
	assert_int_equal(NUMBER("SELECT COUNT(*) FROM subsidies_agreement a WHERE a.used_cents > a.amount_cents OR a.used_cents <>"
				" (SELECT COALESCE(SUM(u.cents), 0) FROM subsidies_use u WHERE u.agreement_id = a.id)"), 0);
	return 0;
}

/* ---- charging ---- */

/* An agreement of the town in 2026, of everybody who is charged for a booking. */
static void agreement(int64_t id, int64_t amount, int64_t share_bp)
{
	test_db_sql(DB, "INSERT INTO subsidies_agreement (id, org_id, title, funder_id, from_d, to_d, amount_cents, share_bp,"
		    " settles, who, source, order_ref) VALUES (%lld, 800, 'A%lld', 801, '2026-01-01', '2026-12-31', %lld, %lld,"
		    " 'statement', 'all', 'booking', 'EJ-1')", (long long)id, (long long)id, (long long)amount, (long long)share_bp);
}

/* A set to be charged: a booking of 100 € by the choir on 24 November, here; a test changes what it is about. */
struct sale {
	struct ct_charges set;
	struct ct_charge_line line;
	int64_t gross;
	bool only_asks;
	int64_t taken;			/* what came of it */
	size_t n_shares;
	struct ct_share first;		/* without its texts, which die with the request */
	char kind[40], by[40], order_ref[40];
};

static struct sale sale_of(int64_t booking, int64_t gross)
{
	struct sale s = { .gross = gross };

	s.line = (struct ct_charge_line){ .key = "1", .label = "Salle", .quantity = 10000, .amount_cents = gross,
					  .vat_code = "S20", .from = ct_day_make(2026, 11, 24), .to = ct_day_make(2026, 11, 24) };
	s.set = (struct ct_charges){ .issuer = ORG, .payer = { .party = CHOIR }, .source = "reservation.booking",
				     .source_id = booking, .title = "Salle, 24/11/2026", .currency = "EUR",
				     .basis = CT_CHARGE_INCLUDES_VAT, .place = HERE, .n_lines = gross ? 1 : 0 };
	return s;
}

static int call(struct ct_request *r, ct_any_f *function, void *arg, struct ct_error *e)
{
	return ((ct_share_f *)function)(r, arg, e);
}

static int charge(struct ct_request *r, void *arg, struct ct_error *e)
{
	struct sale *s = arg;
	struct ct_share_ask ask = { .set = &s->set, .client = s->set.payer.party, .gross = s->gross, .left = s->gross,
				    .only_asks = s->only_asks };
	int rc;

	s->set.lines = &s->line;
	rc = ct_raise(r, "charge.shared", call, &ask, e);
	s->taken = s->gross - ask.left;
	s->n_shares = ask.n_found;
	if (ask.n_found) {
		s->first = ask.found[0];
		snprintf(s->kind, sizeof(s->kind), "%s", s->first.kind);
		snprintf(s->by, sizeof(s->by), "%s", s->first.by);
		snprintf(s->order_ref, sizeof(s->order_ref), "%s", s->first.order_ref ? s->first.order_ref : "");
		s->first.kind = s->first.by = s->first.order_ref = NULL;
	}
	return rc;
}

static struct ct_request *request(void)
{
	struct ct_request *r = ct_request_new(core, core, &plugin);

	r->lang = "en";
	r->org = ORG;
	return r;
}

/* In a transaction of its own, or for a quote without one; gives what was taken. */
static int64_t sold(struct sale *s)
{
	struct ct_request *r = request();
	struct ct_error e = { 0 };
	int rc = s->only_asks ? charge(r, s, &e) : ct_transaction(r, charge, s, &e);

	if (rc)
		fail_msg("%d: %s", rc, e.text);
	talloc_free(r);
	return s->taken;
}

static int64_t sell(int64_t booking, int64_t gross)
{
	struct sale s = sale_of(booking, gross);

	return sold(&s);
}

#define USED(id) NUMBER("SELECT used_cents FROM subsidies_agreement WHERE id = %d", id)
#define USES() NUMBER("SELECT COUNT(*) FROM subsidies_use")

/* ---- one after the other ---- */

static void test_takes_its_share(void **state)
{
	struct sale s = sale_of(1, 10000);

	(void)state;
	agreement(1, 100000, 5000);
	assert_int_equal(sold(&s), 5000);
	assert_int_equal(s.n_shares, 1);
	assert_string_equal(s.kind, "subsidies.agreement");
	assert_int_equal(s.first.id, 1);
	assert_int_equal(s.first.party, TOWN);
	assert_int_equal(s.first.settles, CT_SHARE_STATEMENT);
	assert_int_equal(USED(1), 5000);
	assert_int_equal(NUMBER("SELECT COUNT(*) FROM subsidies_use WHERE payer_id = 803 AND service_d = '2026-11-24'"
				" AND gross_cents = 10000 AND cents = 5000 AND source_kind = 'reservation.booking' AND source_id = 1"), 1);
}

/* Posted again it takes the same; changed, what it is now; taken back, nothing. */
static void test_made_equal(void **state)
{
	(void)state;
	agreement(1, 12000, 5000);
	assert_int_equal(sell(1, 10000), 5000);
	assert_int_equal(sell(1, 10000), 5000);
	assert_int_equal(USED(1), 5000);
	assert_int_equal(sell(1, 24000), 12000);	/* what it had counts for it, not against it */
	assert_int_equal(sell(1, 3333), 1667);		/* to the nearest cent */
	assert_int_equal(USED(1), 1667);
	assert_int_equal(USES(), 1);
	assert_int_equal(sell(1, 0), 0);
	assert_int_equal(USED(1), 0);
	assert_int_equal(USES(), 0);
}

/* What moves to a room of another issuer leaves the agreements of the first, and takes of those of the other. */
static void test_another_issuer(void **state)
{
	struct sale s = sale_of(1, 10000);

	(void)state;
	agreement(1, 100000, 5000);
	agreement(2, 100000, 2500);
	test_db_sql(DB, "UPDATE subsidies_agreement SET org_id = 805 WHERE id = 2");
	assert_int_equal(sold(&s), 5000);
	s.set.issuer = OTHER_ORG;
	assert_int_equal(sold(&s), 2500);
	assert_int_equal(USED(1), 0);
	assert_int_equal(USED(2), 2500);
	assert_int_equal(USES(), 1);
	s.set.n_lines = 0;
	s.gross = 0;
	assert_int_equal(sold(&s), 0);
	assert_int_equal(USED(2) + USES(), 0);
}

static void test_a_quote_writes_nothing(void **state)
{
	struct sale s = sale_of(0, 10000), again = sale_of(1, 20000);

	(void)state;
	agreement(1, 9000, 5000);
	s.only_asks = again.only_asks = true;
	assert_int_equal(sold(&s), 5000);
	assert_int_equal(USED(1) + USES(), 0);
	assert_int_equal(sell(1, 10000), 5000);
	assert_int_equal(sold(&s), 4000);		/* what another booking would get: the rest */
	assert_int_equal(sold(&again), 9000);		/* and what this one would, changed */
	assert_int_equal(USED(1), 5000);
	assert_int_equal(NUMBER("SELECT cents FROM subsidies_use"), 5000);
}

static void test_until_it_is_used_up(void **state)
{
	struct sale third = sale_of(3, 10000);

	(void)state;
	agreement(1, 8000, 5000);
	assert_int_equal(sell(1, 10000), 5000);
	assert_int_equal(sell(2, 10000), 3000);
	assert_int_equal(sold(&third), 0);
	assert_int_equal(third.n_shares, 0);
	assert_int_equal(sell(1, 0), 0);
	assert_int_equal(sold(&third), 5000);
	assert_int_equal(USED(1), 8000);
}

/* Several never pass the whole; each knows only of its own. */
static void test_several(void **state)
{
	struct sale s = sale_of(1, 10000);

	(void)state;
	agreement(2, 100000, 6000);
	agreement(1, 100000, 6000);
	agreement(3, 100000, 1000);
	assert_int_equal(sold(&s), 10000);
	assert_int_equal(s.n_shares, 2);
	assert_int_equal(s.first.id, 1);
	assert_int_equal(USED(1), 6000);
	assert_int_equal(USED(2), 4000);
	assert_int_equal(USED(3), 0);
	test_db_sql(DB, "UPDATE subsidies_agreement SET settles = 'invoice' WHERE id = 1");
	assert_int_equal(sell(1, 10000), 10000);
	sold(&s);
	assert_int_equal(s.first.settles, CT_SHARE_INVOICE);
	assert_string_equal(s.order_ref, "EJ-1");
	assert_string_equal(s.by, "Ville de Lille");
}

/* One thing at a time makes it somebody else's business; then what was taken is given back. */
static void refused_where(const char *change, const char *back)
{
	assert_int_equal(sell(1, 10000), 5000);
	test_db_sql(DB, "%s", change);
	if (sell(1, 10000))
		fail_msg("taken although %s", change);
	assert_int_equal(USED(1), 0);
	test_db_sql(DB, "%s", back);
}

#define AGREEMENT_SET(what) "UPDATE subsidies_agreement SET " what

static void test_whom_it_is_for(void **state)
{
	(void)state;
	agreement(1, 100000, 5000);
	refused_where(AGREEMENT_SET("to_d = '2026-11-23'"), AGREEMENT_SET("to_d = '2026-11-24'"));
	refused_where(AGREEMENT_SET("to_d = '2026-12-31', from_d = '2026-11-25'"), AGREEMENT_SET("from_d = '2026-11-24'"));
	refused_where(AGREEMENT_SET("source = 'membership'"), AGREEMENT_SET("source = 'all'"));
	refused_where(AGREEMENT_SET("funder_id = 803"), AGREEMENT_SET("funder_id = 801"));
	refused_where("UPDATE organisation SET currency = 'CHF'", "UPDATE organisation SET currency = 'EUR'");
	refused_where("INSERT INTO subsidies_eligible (agreement_id, place_id) VALUES (1, 901)",
		      "INSERT INTO subsidies_eligible (agreement_id, place_id) VALUES (1, 900)");
	refused_where(AGREEMENT_SET("who = 'chosen'"), "INSERT INTO subsidies_eligible (agreement_id, party_id) VALUES (1, 803)");
	assert_int_equal(sell(1, 10000), 5000);
}

static void test_guests_and_other_kinds(void **state)
{
	struct sale guest = sale_of(1, 10000), dues = sale_of(1, 10000);
	struct sale undated = sale_of(2, 10000), others = sale_of(1, 10000);

	(void)state;
	agreement(1, 100000, 5000);
	others.set.issuer = OTHER_ORG;
	assert_int_equal(sold(&others), 0);
	guest.set.payer = (struct ct_payer){ .name = "Ida", .email = "ida@example.org" };
	assert_int_equal(sold(&guest), 5000);
	assert_int_equal(NUMBER("SELECT COUNT(*) FROM subsidies_use WHERE payer_id IS NULL"), 1);
	dues.set.source = "memberships.membership";
	assert_int_equal(sold(&dues), 0);
	test_db_sql(DB, AGREEMENT_SET("source = 'membership'"));
	assert_int_equal(sold(&dues), 5000);
	test_db_sql(DB, AGREEMENT_SET("who = 'chosen', source = 'all'"));
	assert_int_equal(sold(&guest), 0);
	test_db_sql(DB, AGREEMENT_SET("who = 'all'"));
	undated.line.from = undated.line.to = CT_NO_DAY;
	assert_int_equal(sold(&undated), 0);
}

/* What was archived keeps what it took, as long as that changes to less. */
static void test_archived(void **state)
{
	(void)state;
	agreement(1, 100000, 5000);
	assert_int_equal(sell(1, 10000), 5000);
	test_db_sql(DB, AGREEMENT_SET("archived_at = UTC_TIMESTAMP()"));
	assert_int_equal(sell(1, 20000), 5000);
	assert_int_equal(sell(2, 10000), 0);
	assert_int_equal(sell(1, 4000), 2000);
	assert_int_equal(sell(1, 10000), 2000);
	assert_int_equal(sell(1, 0), 0);
	assert_int_equal(USED(1), 0);
}

/* ---- at once ---- */

struct deeds { int64_t taken; int charged, failed, again; };
static struct deeds go;

/* Runs `work` in CHILDREN processes that start together, and adds up what they did. */
static struct deeds together(void (*work)(int number))
{
	struct deeds sum = { 0 }, one;
	int start[2], done[2], status;
	pid_t pids[CHILDREN];
	char any;

	assert_int_equal(pipe(start), 0);
	assert_int_equal(pipe(done), 0);
	for (int i = 0; i < CHILDREN; i++) {
		struct ct_error e;

		pids[i] = fork();
		if (pids[i])
			continue;
		close(start[1]);
		go = (struct deeds){ 0 };
		if (ct_core_worker(core, NULL, &e) || read(start[0], &any, 1) != 0)
			_exit(1);
		work(i);
		_exit(write(done[1], &go, sizeof(go)) == sizeof(go) ? 0 : 1);
	}
	close(start[0]);
	close(start[1]);
	for (int i = 0; i < CHILDREN; i++) {
		assert_int_equal(waitpid(pids[i], &status, 0), pids[i]);
		assert_true(WIFEXITED(status) && !WEXITSTATUS(status));
		assert_int_equal(read(done[0], &one, sizeof(one)), sizeof(one));
		sum.taken += one.taken;
		sum.charged += one.charged;
		sum.failed += one.failed;
		sum.again += one.again;
	}
	close(done[0]);
	close(done[1]);
	return sum;
}

static void sell_here(int64_t booking, int64_t gross)
{
	struct sale s = sale_of(booking, gross);
	struct ct_request *r = request();
	struct ct_error e;

	if (ct_transaction(r, charge, &s, &e)) {
		go.failed++;
	} else {
		go.charged++;
		go.taken += s.taken;
	}
	go.again += (int)r->s->tries;
	talloc_free(r);
}

static void want_the_rest(int number)
{
	for (int i = 0; i < EACH; i++)
		sell_here(number * EACH + i + 1, 1400);
}

/* 10 € are left, and 48 bookings in eight processes want 7 € each: all are charged, and no cent is given twice. */
static void test_the_last_ten_euros(void **state)
{
	struct deeds sum;

	(void)state;
	agreement(1, 1000, 5000);
	sum = together(want_the_rest);
	assert_int_equal(sum.charged, CHILDREN * EACH);
	assert_int_equal(sum.failed, 0);
	assert_int_equal(sum.taken, 1000);
	assert_int_equal(USED(1), 1000);
	assert_int_equal(USES(), 2);
}

static void change_and_cancel(int number)
{
	for (int i = 0; i < EACH; i++) {
		sell_here(number + 1, 1000 + 100 * i);
		sell_here(number + 1, i % 2 ? 0 : 700);
	}
}

/* Two agreements, in one order by everybody: nobody waits for whoever waits for him. */
static void test_no_deadlock(void **state)
{
	struct deeds sum;

	(void)state;
	agreement(2, 1500, 7000);
	agreement(1, 2500, 5000);
	sum = together(change_and_cancel);
	assert_int_equal(sum.failed, 0);
	assert_int_equal(sum.again, 0);
	assert_int_equal(USES(), 0);
	assert_int_equal(USED(1) + USED(2), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_takes_its_share, begin, sound),
		cmocka_unit_test_setup_teardown(test_made_equal, begin, sound),
		cmocka_unit_test_setup_teardown(test_another_issuer, begin, sound),
		cmocka_unit_test_setup_teardown(test_a_quote_writes_nothing, begin, sound),
		cmocka_unit_test_setup_teardown(test_until_it_is_used_up, begin, sound),
		cmocka_unit_test_setup_teardown(test_several, begin, sound),
		cmocka_unit_test_setup_teardown(test_whom_it_is_for, begin, sound),
		cmocka_unit_test_setup_teardown(test_guests_and_other_kinds, begin, sound),
		cmocka_unit_test_setup_teardown(test_archived, begin, sound),
		cmocka_unit_test_setup_teardown(test_the_last_ten_euros, begin, sound),
		cmocka_unit_test_setup_teardown(test_no_deadlock, begin, sound),
	};

	return cmocka_run_group_tests(tests, open_core, close_core);
}
