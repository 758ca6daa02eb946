/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What is stored is what was posted last: unbilled rows follow, billed ones are taken back whole, nothing is there
 * twice. A real MariaDB, the tables of the core and of invoicing, and a stage that takes a share where a test says so.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <cmocka.h>
#include <talloc.h>
#include <unistd.h>

#include "route/state.h"
#include "support/ct_core.h"
#include "support/db.h"

#include "../../plugins/invoicing/charge.c"
#include "../../plugins/invoicing/invoicing.h"

#define DB	    "invoicing"
#define NUMBER(...) test_db_number(DB, __VA_ARGS__)
#define SQL(...)    test_db_sql(DB, __VA_ARGS__)

enum { ISSUER = 800, ANNE, BRUNO, OTHER_ISSUER = 810, TOWN = 820, CHILDREN = 6, EACH = 25 };

static struct ct_core *core;

/* What the stage takes; bp 0: nothing. And what it was asked. */
static struct {
	int64_t bp;
	enum ct_share_settles settles;
	int asked;
	int64_t gross;
	bool only_asks;
} share;

static int take_share(struct ct_request *r, struct ct_share_ask *ask, struct ct_error *e)
{
	(void)e;
	share.asked++;
	share.gross = ask->gross;
	share.only_asks = ask->only_asks;
	if (share.bp && ask->gross > 0)
		ct_share_add(r, ask,
			     (struct ct_share){ .kind = "subsidies.agreement",
						.id = 7,
						.party = TOWN,
						.by = "Ville de Lille",
						.settles = share.settles,
						.order_ref = "BC-12",
						.gross = ask->gross * share.bp / 10000 });
	return 0;
}

static const struct ct_hook hooks[] = { CT_ON_CHARGE_SHARED(take_share), { 0 } };
const struct ct_plugin ct_plugin_invoicing = {
	CT_HEAD("invoicing"),
	.title = "Invoicing",
	.queries = invoicing_queries,
	.hooks = hooks,
};

/* ---- an installation ---- */

static void make_tables(void)
{
	test_db_create_plugin(DB, "invoicing");
	SQL("INSERT INTO party (id, kind, legal_name) VALUES (800, 'organisation', 'La Filature'),"
	    " (810, 'organisation', 'La Fabrique'), (820, 'organisation', 'Ville de Lille')");
	SQL("INSERT INTO organisation (id, slug, operates) VALUES (800, 'filature', 1), (810, 'fabrique', 1), (820, 'lille', 0)");
	SQL("INSERT INTO party (id, kind, given_name, family_name) VALUES (801, 'person', 'Anne', 'A'), (802, 'person', 'Bruno', 'B')");
}

static int open_core(void **state)
{
	(void)state;
	make_tables();
	core = test_core_open(DB, &ct_plugin_invoicing);
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
	static const char *const tables[] = { "invoicing_charge", "invoicing_source", "invoicing_document",
					      "invoicing_client", "audit",	      "txn_done" };

	(void)state;
	SQL("UPDATE invoicing_charge SET waived = 0, reverses_id = NULL, billed_utc = NULL");
	SQL("UPDATE invoicing_client SET merged_into = NULL");
	for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]); i++)
		SQL("DELETE FROM %s", tables[i]);
	memset(&share, 0, sizeof(share));
	return 0;
}

/* ---- posting ---- */

static struct ct_request *request(void)
{
	struct ct_request *r = ct_request_new(core, core, &ct_plugin_invoicing);

	r->lang = "en";
	r->org = ISSUER;
	r->now.s = 1795939200;
	return r;
}

static struct ct_charge_line line(const char *key, int64_t cents, const char *code)
{
	return (struct ct_charge_line){ .key = key,
					.label = key,
					.quantity = cents < 0 ? -10000 : 10000,
					.unit_amount = llabs(cents) * 100,
					.amount_cents = cents,
					.vat_code = code,
					.from = CT_NO_DAY,
					.to = CT_NO_DAY };
}

static struct ct_charges set_of(int64_t party, const struct ct_charge_line *lines, size_t n)
{
	return (struct ct_charges){ .issuer = ISSUER,
				    .payer = { .party = party },
				    .source = "reservation.booking",
				    .source_id = 42,
				    .title = "Grande salle",
				    .currency = "EUR",
				    .basis = CT_CHARGE_INCLUDES_VAT,
				    .lines = lines,
				    .n_lines = n };
}

struct attempt {
	const struct ct_charges *set;
	struct ct_charged charged;
};

static int post(struct ct_request *r, void *arg, struct ct_error *e)
{
	struct attempt *a = arg;
	int rc;

	json_decref(a->charged.shares);
	a->charged.shares = NULL;
	rc = invoicing_billing.charge(r, a->set, &a->charged, e);
	assert_ptr_equal(r->plugin, &ct_plugin_invoicing);
	return rc;
}

/* In a transaction of its own; what came of it, less its shares. */
static struct ct_charged charge(const struct ct_charges *set)
{
	struct ct_request *r = request();
	struct attempt a = { set, { 0 } };
	struct ct_error e;

	if (ct_transaction(r, post, &a, &e))
		fail_msg("%s", e.text);
	json_decref(a.charged.shares);
	talloc_free(r);
	return a.charged;
}

#define POST(party, ...)                                                                                  \
	do {                                                                                              \
		const struct ct_charge_line lines_[] = { __VA_ARGS__ };                                   \
		const struct ct_charges set_ = set_of(party, lines_, sizeof(lines_) / sizeof(lines_[0])); \
		charge(&set_);                                                                            \
	} while (0)

static void post_nothing(int64_t party)
{
	const struct ct_charges set = set_of(party, NULL, 0);

	charge(&set);
}

static void bill_all(void)
{
	SQL("UPDATE invoicing_charge SET billed_utc = UTC_TIMESTAMP() WHERE billed_utc IS NULL");
}

static int64_t owed(int64_t party)
{
	struct ct_request *r = request();
	struct ct_error e;
	int64_t cents;

	assert_int_equal(invoicing_billing.balance(r, ISSUER, party, &cents, &e), 0);
	talloc_free(r);
	return cents;
}

static int64_t rows(void)
{
	return NUMBER("SELECT COUNT(*) FROM invoicing_charge");
}

static int64_t stamp(void)
{
	return NUMBER(
		"SELECT COALESCE(SUM(CRC32(CONCAT_WS('|', id, client_id, line, version, reverses_id, amount_cents, label))), 0)"
		" FROM invoicing_charge");
}

/* ---- what is not billed follows ---- */

static void test_posting_twice_changes_nothing(void **state)
{
	int64_t was, traces;

	(void)state;
	POST(ANNE, line("1", 7000, "S20"), line("2", -1000, "S20"));
	assert_int_equal(rows(), 2);
	assert_int_equal(owed(ANNE), 6000);
	was = stamp();
	traces = NUMBER("SELECT COUNT(*) FROM audit");
	assert_int_equal(traces, 1);
	POST(ANNE, line("1", 7000, "S20"), line("2", -1000, "S20"));
	assert_int_equal(stamp(), was);
	assert_int_equal(NUMBER("SELECT COUNT(*) FROM audit"), traces);
	assert_int_equal(NUMBER("SELECT COUNT(*) FROM invoicing_client"), 1);
}

static void test_rows_follow_their_set(void **state)
{
	int64_t id;

	(void)state;
	POST(ANNE, line("1", 7000, "S20"), line("2", 1000, "S10"));
	id = NUMBER("SELECT id FROM invoicing_charge WHERE line = '1'");
	POST(ANNE, line("1", 9000, "S20"), line("3", 500, "S55"));
	assert_int_equal(rows(), 2);
	assert_int_equal(NUMBER("SELECT id FROM invoicing_charge WHERE line = '1' AND amount_cents = 9000"),
			 id);
	assert_int_equal(NUMBER("SELECT COUNT(*) FROM invoicing_charge WHERE line = '2'"), 0);
	assert_int_equal(owed(ANNE), 9500);
	post_nothing(ANNE);
	assert_int_equal(rows(), 0);
	assert_int_equal(owed(ANNE), 0);
}

static void test_nothing_leaves_no_row_at_all(void **state)
{
	(void)state;
	post_nothing(ANNE);
	assert_int_equal(NUMBER("SELECT COUNT(*) FROM invoicing_source"), 0);
	assert_int_equal(NUMBER("SELECT COUNT(*) FROM invoicing_client"), 0);
	assert_int_equal(share.asked, 0);
}

static void test_a_draft_changes_with_it(void **state)
{
	(void)state;
	POST(ANNE, line("1", 7000, "S20"));
	SQL("INSERT INTO invoicing_document (id, issuer_id, client_id, type, currency, payer_name)"
	    " SELECT 5, issuer_id, client_id, 'invoice', 'EUR', 'Anne' FROM invoicing_charge");
	SQL("UPDATE invoicing_charge SET document_id = 5");
	POST(ANNE, line("1", 8000, "S20"), line("2", 1000, "S20"));
	assert_int_equal(NUMBER("SELECT COUNT(*) FROM invoicing_charge WHERE document_id = 5"), 2);
	POST(BRUNO, line("1", 8000, "S20"));
	assert_int_equal(NUMBER("SELECT COUNT(*) FROM invoicing_charge WHERE document_id = 5"), 0);
	assert_int_equal(rows(), 1);
}

#define ON_DRAFT NUMBER("SELECT COUNT(*) FROM invoicing_charge WHERE document_id = 5")

static void draft_of_all(void)
{
	SQL("INSERT INTO invoicing_document (id, issuer_id, client_id, type, currency, payer_name)"
	    " SELECT DISTINCT 5, issuer_id, client_id, 'invoice', 'EUR', 'Anne' FROM invoicing_charge");
	SQL("UPDATE invoicing_charge SET document_id = 5");
}

/* What may not stand with the rest any more (dues, another ground of exemption or order) leaves the draft. */
static void test_a_draft_keeps_what_may_stand_together(void **state)
{
	struct ct_charge_line lines[] = { line("1", 7000, "E293B"), line("2", 1000, "E293B"), line("3", 500, "E261") };
	struct ct_charges set = set_of(ANNE, lines, 2);

	(void)state;
	set.basis = CT_CHARGE_NO_VAT;
	charge(&set);
	draft_of_all();
	set.n_lines = 3;
	charge(&set);
	assert_int_equal(ON_DRAFT, 2);
	lines[1].vat_code = "O";
	charge(&set);
	assert_int_equal(ON_DRAFT, 1);
	assert_int_equal(NUMBER("SELECT COUNT(*) FROM invoicing_charge WHERE line = '2' AND vat_code = 'O'"), 1);
	set.order_ref = "EJ-9";
	charge(&set);
	assert_int_equal(ON_DRAFT, 0);
	assert_int_equal(rows(), 3);
}

static void test_who_pays_may_change(void **state)
{
	(void)state;
	POST(ANNE, line("1", 7000, "S20"));
	POST(BRUNO, line("1", 7000, "S20"));
	assert_int_equal(owed(ANNE), 0);
	assert_int_equal(owed(BRUNO), 7000);
	bill_all();
	POST(ANNE, line("1", 7000, "S20"));
	assert_int_equal(owed(BRUNO), 0);
	assert_int_equal(owed(ANNE), 7000);
	assert_int_equal(rows(), 3);
}

static void test_a_source_has_one_issuer(void **state)
{
	struct ct_charge_line lines[] = { line("1", 7000, "S20") };
	struct ct_charges set = set_of(ANNE, lines, 1);

	(void)state;
	charge(&set);
	set.issuer = OTHER_ISSUER;
	charge(&set);
	assert_int_equal(rows(), 1);
	assert_int_equal(NUMBER("SELECT issuer_id FROM invoicing_charge"), OTHER_ISSUER);
	assert_int_equal(owed(ANNE), 0);
}

/* ---- what is billed stays ---- */

static void test_a_billed_row_is_taken_back_whole(void **state)
{
	int64_t was;

	(void)state;
	POST(ANNE, line("1", 7000, "S20"), line("2", 1000, "S20"));
	bill_all();
	POST(ANNE, line("1", 9000, "S20"), line("2", 1000, "S20"));
	assert_int_equal(rows(), 4);
	assert_int_equal(
		NUMBER("SELECT COUNT(*) FROM invoicing_charge c JOIN invoicing_charge o ON o.id = c.reverses_id"
		       " WHERE c.amount_cents = -7000 AND c.quantity = -o.quantity AND c.unit_amount = o.unit_amount"
		       " AND o.billed_utc IS NOT NULL AND c.billed_utc IS NULL AND c.line = '1'"),
		1);
	assert_int_equal(owed(ANNE), 10000);
	was = stamp();
	POST(ANNE, line("1", 9000, "S20"), line("2", 1000, "S20"));
	assert_int_equal(stamp(), was);
}

static void test_a_change_undone_leaves_no_trace_of_itself(void **state)
{
	int64_t was;

	(void)state;
	POST(ANNE, line("1", 7000, "S20"));
	bill_all();
	was = stamp();
	POST(ANNE, line("1", 9000, "S20"));
	assert_int_equal(rows(), 3);
	POST(ANNE, line("1", 7000, "S20"));
	assert_int_equal(stamp(), was);
}

static void test_credited_and_due_again(void **state)
{
	(void)state;
	POST(ANNE, line("1", 7000, "S20"));
	bill_all();
	post_nothing(ANNE);
	assert_int_equal(rows(), 2);
	assert_int_equal(owed(ANNE), 0);
	bill_all(); /* the credit note leaves */
	POST(ANNE, line("1", 7000, "S20"));
	assert_int_equal(rows(), 3);
	assert_int_equal(NUMBER("SELECT version FROM invoicing_charge WHERE billed_utc IS NULL"), 3);
	assert_int_equal(owed(ANNE), 7000);
	bill_all();
	post_nothing(ANNE);
	assert_int_equal(owed(ANNE), 0);
	assert_int_equal(rows(), 4);
}

/* Credited as a gesture: not owed again, until it is another thing; what goes together is waived together. */
static void test_what_was_waived_is_not_owed_again(void **state)
{
	int64_t was;

	(void)state;
	POST(ANNE, line("1", 7000, "S20"), line("2", -1000, "S20"));
	bill_all();
	post_nothing(ANNE);
	SQL("UPDATE invoicing_charge SET waived = 1 WHERE reverses_id IS NOT NULL");
	bill_all();
	was = stamp();
	POST(ANNE, line("1", 7000, "S20"), line("2", -1000, "S20"));
	assert_int_equal(stamp(), was);
	assert_int_equal(owed(ANNE), 0);
	POST(ANNE, line("1", 7000, "S20"), line("2", -2000, "S20"));
	assert_int_equal(owed(ANNE), 5000);
	POST(ANNE, line("1", 7000, "S20"), line("2", -1000, "S20"));
	assert_int_equal(stamp(), was);
	POST(ANNE, line("1", 7000, "S20"), line("2", -1000, "S20"), line("3", 500, "S20"));
	assert_int_equal(owed(ANNE), 500);
	post_nothing(ANNE);
	assert_int_equal(stamp(), was);
}

static void test_another_place_is_no_reason_to_credit(void **state)
{
	struct ct_charge_line lines[] = { line("1", 7000, "S20") };
	struct ct_charges set = set_of(ANNE, lines, 1);

	(void)state;
	charge(&set);
	bill_all();
	set.order_ref = "BC-7";
	charge(&set);
	assert_int_equal(rows(), 1);
	lines[0].from = lines[0].to = ct_day_make(2026, 12,
						  1); /* another day is: the document says when it was */
	charge(&set);
	assert_int_equal(rows(), 3);
}

/* ---- clients ---- */

static void test_guests_are_known_by_their_address(void **state)
{
	struct ct_charge_line lines[] = { line("1", 7000, "S20") };
	struct ct_charges set = set_of(0, lines, 1);

	(void)state;
	set.payer = (struct ct_payer){ 0, "Mia", "mia@example.org" };
	charge(&set);
	set.source_id = 43;
	charge(&set);
	assert_int_equal(
		NUMBER("SELECT COUNT(*) FROM invoicing_client WHERE email = 'mia@example.org' AND name = 'Mia'"),
		1);
	assert_int_equal(rows(), 2);
	set.payer = (struct ct_payer){ 0, "Mme Dupont", NULL };
	set.source_id = 44;
	charge(&set);
	charge(&set);
	set.source_id = 45;
	charge(&set);
	assert_int_equal(
		NUMBER("SELECT COUNT(*) FROM invoicing_client WHERE name = 'Mme Dupont' AND email IS NULL"), 2);
	assert_int_equal(
		NUMBER("SELECT COUNT(DISTINCT client_id) FROM invoicing_charge WHERE source_id IN (44, 45)"),
		2);
	assert_int_equal(rows(), 4);
}

/* ---- people ---- */

struct call {
	int64_t from, into, party;
	const char *addresses;
};

static int merge(struct ct_request *r, void *arg, struct ct_error *e)
{
	const struct call *c = arg;

	return invoicing_party_merged(r, &(struct ct_party_merge){ c->from, c->into }, e);
}

static int forget(struct ct_request *r, void *arg, struct ct_error *e)
{
	const struct call *c = arg;
	int rc = invoicing_party_forgotten(r, &(struct ct_party_forget){ c->party, c->addresses }, e);

	return rc ? rc : ct_audit(r, "client", 0, "forget", NULL, NULL, e);
}

static int run(ct_body_f *body, struct call call)
{
	struct ct_request *r = request();
	struct ct_error e;
	int rc = ct_transaction(r, body, &call, &e);

	talloc_free(r);
	return rc;
}

static int trace_left(struct ct_request *r, void *arg, struct ct_error *e)
{
	int rc = merge(r, arg, e);

	return rc ? rc : ct_audit(r, "client", 0, "merge", NULL, NULL, e);
}

static void test_merged_people_keep_what_they_owe(void **state)
{
	struct ct_charge_line lines[] = { line("1", 7000, "S20") };
	struct ct_charges set = set_of(ANNE, lines, 1);

	(void)state;
	charge(&set);
	assert_int_equal(run(trace_left, (struct call){ .from = ANNE, .into = BRUNO }), 0);
	assert_int_equal(owed(ANNE), 0);
	assert_int_equal(owed(BRUNO), 7000); /* one client: it is his now */
	set.payer.party = ANNE;
	set.source_id = 43;
	charge(&set);
	bill_all();
	set.source_id = 44;
	charge(&set);
	assert_int_equal(run(trace_left, (struct call){ .from = ANNE, .into = BRUNO }), 0);
	assert_int_equal(owed(BRUNO), 21000);
	assert_int_equal(
		NUMBER("SELECT COUNT(*) FROM invoicing_client WHERE merged_into IS NOT NULL AND party_id = %d",
		       ANNE),
		1);
	assert_int_equal(
		NUMBER("SELECT COUNT(*) FROM invoicing_charge c JOIN invoicing_client k ON k.id = c.client_id"
		       " WHERE k.party_id = %d AND c.source_id = 44",
		       BRUNO),
		1);
	assert_int_equal(
		NUMBER("SELECT COUNT(*) FROM invoicing_charge c JOIN invoicing_client k ON k.id = c.client_id"
		       " WHERE k.party_id = %d AND c.billed_utc IS NOT NULL AND c.source_id = 43",
		       ANNE),
		1);
	set.source_id = 43; /* billed to whom she was: nothing of it has to be credited */
	set.payer.party = BRUNO;
	charge(&set);
	assert_int_equal(rows(), 3);
	lines[0].amount_cents = 8000;
	charge(&set);
	assert_int_equal(NUMBER("SELECT COUNT(*) FROM invoicing_charge c JOIN invoicing_client k ON k.id = c.client_id"
				" WHERE k.party_id = %d AND c.reverses_id IS NOT NULL", ANNE), 1);
	assert_int_equal(owed(BRUNO), 22000);
}

/* Her drafts follow, for whoever changes them locks the client whose charges they hold. */
static void test_drafts_of_merged_people_follow(void **state)
{
	struct ct_charge_line lines[] = { line("1", 7000, "S20") };
	struct ct_charges set = set_of(BRUNO, lines, 1);

	(void)state;
	charge(&set);
	bill_all();
	set.payer.party = ANNE;
	set.source_id = 43;
	charge(&set);
	SQL("INSERT INTO invoicing_document (id, issuer_id, client_id, type, currency, payer_name)"
	    " SELECT 5, issuer_id, client_id, 'invoice', 'EUR', 'Anne' FROM invoicing_charge WHERE source_id = 43");
	SQL("UPDATE invoicing_charge SET document_id = 5 WHERE source_id = 43");
	assert_int_equal(run(trace_left, (struct call){ .from = ANNE, .into = BRUNO }), 0);
	assert_int_equal(NUMBER("SELECT COUNT(*) FROM invoicing_document d JOIN invoicing_charge c ON c.document_id = d.id"
				" JOIN invoicing_client k ON k.id = d.client_id AND k.id = c.client_id WHERE k.party_id = %d",
				BRUNO), 1);
}

/* Billed since it was read: nothing is changed, and it is said. */
static int change_late(struct ct_request *r, void *arg, struct ct_error *e)
{
	struct ct_charge_line lines[] = { line("1", 7000, "S20") };
	const struct ct_charges set = set_of(ANNE, lines, 1);
	struct charge_row w = { .label = "1", .unit = "C62", .currency = "EUR", .vat_code = "S20", .amount_cents = 8000 };
	struct posting p = { .set = &set };
	struct charge_row old = w;

	old.id = NUMBER("SELECT MAX(id) FROM invoicing_charge");
	return *(bool *)arg ? drop(r, &p, old.id, e) : update(r, &p, &old, &w, e);
}

static void test_what_was_billed_meanwhile_is_a_conflict(void **state)
{
	(void)state;
	POST(ANNE, line("1", 7000, "S20"));
	bill_all();
	for (int i = 0; i < 2; i++) {
		struct ct_request *r = request();
		struct ct_error e;
		bool drops = i;

		assert_int_equal(ct_transaction(r, change_late, &drops, &e), CT_CONFLICT);
		talloc_free(r);
	}
	assert_int_equal(owed(ANNE), 7000);
}

static void test_both_owe_a_line_of_one_source(void **state)
{
	(void)state;
	POST(ANNE, line("1", 7000, "S20"));
	bill_all();
	POST(BRUNO, line("1", 9000, "S20"));
	assert_int_equal(run(trace_left, (struct call){ .from = BRUNO, .into = ANNE }), 0);
	assert_int_equal(owed(ANNE), 9000);
	POST(ANNE, line("1", 9000, "S20"));
	assert_int_equal(owed(ANNE), 9000);
	assert_int_equal(rows(), 3);
}

static void test_who_owes_is_not_forgotten(void **state)
{
	struct ct_charge_line lines[] = { line("1", 7000, "S20") };
	struct ct_charges set = set_of(0, lines, 1);
	struct ct_utc last = CT_NO_UTC;
	struct ct_party_seen seen = { ANNE, &last, "[\"mia@example.org\"]" };
	struct ct_request *r = request();
	struct ct_party_due due = { ANNE, ct_put_array(r->view, "due"), "[\"mia@example.org\"]" };
	struct ct_error e;

	(void)state;
	set.payer = (struct ct_payer){ 0, "Mia", "mia@example.org" };
	charge(&set);
	assert_int_equal(run(forget, (struct call){ .party = ANNE, .addresses = "[\"mia@example.org\"]" }),
			 CT_CONFLICT);
	assert_int_equal(invoicing_party_seen(r, &seen, &e), 0);
	assert_int_equal(last.s, r->now.s);
	assert_int_equal(invoicing_party_due(r, &due, &e), 0);
	assert_int_equal(json_array_size(due.due), 1);
	talloc_free(r);
	set.n_lines = 0;
	charge(&set);
	assert_int_equal(run(forget, (struct call){ .party = ANNE, .addresses = "[\"mia@example.org\"]" }), 0);
	assert_int_equal(NUMBER("SELECT COUNT(*) FROM invoicing_client WHERE email IS NULL AND name IS NULL"),
			 1);
}

static void test_guests_are_forgotten_in_time(void **state)
{
	struct ct_charge_line lines[] = { line("1", 7000, "S20") };
	struct ct_charges set = set_of(0, lines, 1);
	struct ct_request *r = request();
	struct ct_error e;

	(void)state;
	for (int i = 0; i < 3; i++) {
		set.payer = (struct ct_payer){ 0, "Mia",
					       i == 0	? "a@example.org"
					       : i == 1 ? "b@example.org"
							: "c@example.org" };
		set.source_id = 50 + i;
		charge(&set);
	}
	SQL("UPDATE invoicing_client SET created_utc = '2020-01-01'");
	SQL("UPDATE invoicing_charge SET created_utc = '2020-01-01' WHERE source_id <> 52");
	SQL("UPDATE invoicing_charge SET billed_utc = created_utc WHERE source_id <> 51");
	assert_int_equal(invoicing_forget_guests(r, &e), 0);
	/* one was billed long ago; one is not billed, and one came lately */
	assert_int_equal(NUMBER("SELECT COUNT(*) FROM invoicing_client WHERE email IS NULL AND name IS NULL"),
			 1);
	assert_int_equal(
		NUMBER("SELECT COUNT(*) FROM invoicing_client WHERE email IN ('b@example.org', 'c@example.org')"),
		2);
	assert_int_equal(invoicing_forget_guests(r, &e), 0);	/* on the next day nobody is left */
	talloc_free(r);
}

/* ---- shares ---- */

static void test_a_buyer_takes_half(void **state)
{
	struct ct_charge_line lines[] = { line("1", 10000, "S20"), line("2", -3000, "S20") };
	const struct ct_charges set = set_of(ANNE, lines, 2);
	struct ct_charged charged;
	int64_t was;

	(void)state;
	share.bp = 5000;
	charged = charge(&set);
	assert_int_equal(charged.gross, 7000);
	assert_int_equal(charged.payer_gross, 3500);
	assert_int_equal(owed(ANNE), 3500);
	assert_int_equal(owed(TOWN), 3500);
	assert_int_equal(NUMBER("SELECT COUNT(*) FROM invoicing_charge WHERE line = 'S20/subsidies.agreement-7'"
				" AND share_kind = 'subsidies.agreement' AND share_id = 7"),
			 2);
	assert_int_equal(
		NUMBER("SELECT COUNT(*) FROM invoicing_charge WHERE order_ref = 'BC-12' AND amount_cents = 3500"),
		1);
	was = stamp();
	charge(&set);
	assert_int_equal(stamp(), was);
	share.bp = 0;
	charge(&set);
	assert_int_equal(owed(TOWN), 0);
	assert_int_equal(owed(ANNE), 7000);
	assert_int_equal(rows(), 2);
}

static void test_a_subsidy_is_on_no_document_of_its_own(void **state)
{
	(void)state;
	share.bp = 5000;
	share.settles = CT_SHARE_STATEMENT;
	POST(ANNE, line("1", 7000, "S20"));
	assert_int_equal(owed(ANNE), 3500);
	assert_int_equal(NUMBER("SELECT COUNT(*) FROM invoicing_client WHERE party_id = 820"), 0);
	assert_int_equal(
		NUMBER("SELECT COUNT(*) FROM invoicing_charge WHERE amount_cents = -3500 AND label LIKE '%%Ville de Lille%%'"),
		1);
	bill_all();
	post_nothing(ANNE);
	assert_int_equal(share.gross, 0); /* told that all is off */
	assert_int_equal(owed(ANNE), 0);
}

/* A share that shrinks or grows alone would be a credit note below nought, or of more than was to be paid. */
static void test_what_was_taken_off_goes_with_its_lines(void **state)
{
	int64_t was;

	(void)state;
	share.bp = 5000;
	share.settles = CT_SHARE_STATEMENT;
	POST(ANNE, line("1", 4800, "S20"), line("2", 2000, "S20"));
	bill_all();
	was = stamp();
	POST(ANNE, line("1", 4800, "S20"), line("2", 3000, "S20"));
	assert_int_equal(NUMBER("SELECT SUM(amount_cents) FROM invoicing_charge WHERE reverses_id IS NOT NULL"), -3400);
	assert_int_equal(NUMBER("SELECT SUM(amount_cents) FROM invoicing_charge WHERE reverses_id IS NULL"
				" AND billed_utc IS NULL"), 3900);
	POST(ANNE, line("1", 4800, "S20"), line("2", 2000, "S20"));
	assert_int_equal(stamp(), was);
	share.bp = 2500; /* the lines are as they were */
	POST(ANNE, line("1", 4800, "S20"), line("2", 2000, "S20"));
	assert_int_equal(NUMBER("SELECT SUM(amount_cents) FROM invoicing_charge WHERE reverses_id IS NOT NULL"), -3400);
	bill_all();
	was = stamp();
	POST(ANNE, line("1", 4800, "S20"), line("2", 2000, "S20"));
	assert_int_equal(stamp(), was);
	assert_int_equal(owed(ANNE), 5100);
}

/* Without VAT in the prices, two rates, odd cents: client and buyer together pay the price, to the cent. */
static void test_shares_of_net_prices_are_exact(void **state)
{
	(void)state;
	for (int64_t cents = 1001; cents < 1100; cents += 7)
		for (int64_t bp = 1; bp <= 10000; bp += 1111) {
			struct ct_charge_line lines[] = { line("1", cents, "S20"), line("2", 333, "S55"),
							  line("3", -77, "S20") };
			struct ct_charges set = set_of(ANNE, lines, 3);
			struct ct_charged charged;

			set.basis = CT_CHARGE_EXCLUDES_VAT;
			share.bp = bp;
			charged = charge(&set);
			assert_int_equal(charged.payer_gross, charged.gross - charged.gross * bp / 10000);
			assert_int_equal(owed(ANNE) + owed(TOWN), charged.gross);
		}
}

static void test_nobody_buys_from_herself(void **state)
{
	(void)state;
	share.bp = 5000;
	POST(TOWN, line("1", 7000, "S20"));
	assert_int_equal(owed(TOWN), 7000);
	assert_int_equal(rows(), 1);
}

static void test_a_quote_is_the_same_and_stores_nothing(void **state)
{
	struct ct_charge_line lines[] = { line("1", 7000, "S20") };
	const struct ct_charges set = set_of(ANNE, lines, 1);
	struct ct_request *r = request();
	struct ct_charged quoted, charged;
	struct ct_error e;

	(void)state;
	share.bp = 3333;
	assert_int_equal(invoicing_billing.quote(r, &set, &quoted, &e), 0);
	assert_true(share.only_asks);
	assert_int_equal(json_array_size(quoted.shares), 1);
	assert_string_equal(json_string_value(json_object_get(json_array_get(quoted.shares, 0), "by")),
			    "Ville de Lille");
	json_decref(quoted.shares);
	assert_int_equal(rows(), 0);
	talloc_free(r);
	charged = charge(&set);
	assert_false(share.only_asks);
	assert_int_equal(quoted.gross, charged.gross);
	assert_int_equal(quoted.payer_gross, charged.payer_gross);
}

/* ---- refusals, and two at once ---- */

static void test_an_unknown_rate_is_refused(void **state)
{
	struct ct_charge_line lines[] = { line("1", 7000, "S20"), line("2", 100, "S99") };
	const struct ct_charges set = set_of(ANNE, lines, 2);
	struct attempt a = { &set, { 0 } };
	struct ct_request *r = request();
	struct ct_error e;

	(void)state;
	assert_int_equal(ct_transaction(r, post, &a, &e), CT_INVALID);
	assert_int_equal(rows() + NUMBER("SELECT COUNT(*) FROM invoicing_source"), 0);
	talloc_free(r);
}

/* Each child posts sets of its own of the same source; a transaction never fails for it. */
static void post_many(int number)
{
	struct ct_error e;

	for (int i = 0; i < EACH; i++) {
		struct ct_charge_line lines[] = { line("1", 1000 * (number + 1), "S20"),
						  line("2", 100 * (number + 1), "S10"),
						  line(number % 2 ? "3" : "4", 5, "S20") };
		const struct ct_charges set = set_of(number % 3 ? ANNE : BRUNO, lines, i % 5 ? 3 : 0);
		struct attempt a = { &set, { 0 } };
		struct ct_request *r = request();

		if (ct_transaction(r, post, &a, &e)) {
			fprintf(stderr, "%s\n", e.text);
			_exit(2);
		}
		json_decref(a.charged.shares);
		talloc_free(r);
	}
}

static void test_two_at_once_leave_one_set(void **state)
{
	int start[2], status;
	pid_t pids[CHILDREN];
	char any;

	(void)state;
	share.bp = 5000;
	assert_int_equal(pipe(start), 0);
	for (int i = 0; i < CHILDREN; i++) {
		struct ct_error e;

		pids[i] = fork();
		if (pids[i])
			continue;
		close(start[1]);
		if (ct_core_worker(core, NULL, &e) || read(start[0], &any, 1) != 0)
			_exit(1);
		post_many(i);
		_exit(0);
	}
	close(start[0]);
	close(start[1]);
	for (int i = 0; i < CHILDREN; i++) {
		assert_int_equal(waitpid(pids[i], &status, 0), pids[i]);
		assert_true(WIFEXITED(status) && !WEXITSTATUS(status));
	}
	/* three lines of one of them, and two rates each taken off and billed to who takes half: all of one client */
	assert_int_equal(rows(), 7);
	assert_int_equal(
		NUMBER("SELECT COUNT(DISTINCT client_id) FROM invoicing_charge WHERE share_id IS NULL"), 1);
	assert_int_equal(
		NUMBER("SELECT COUNT(*) FROM invoicing_charge a JOIN invoicing_charge b ON b.line = '2'"
		       " AND a.line = '1' AND a.amount_cents = 10 * b.amount_cents"),
		1);
	assert_true(NUMBER("SELECT version FROM invoicing_source") > CHILDREN * EACH);
}

/* What charges are computed by is what documents say: a code is one rate, today and on all days. */
static void test_codes_agree_with_their_rows(void **state)
{
#define CODE_OF(code, bp, label) code,
	static const char *const codes[] = { CT_VAT_CODES(CODE_OF) "O" };
	const size_t n = sizeof(codes) / sizeof(codes[0]);

	(void)state;
	for (size_t i = 0; i < n; i++) {
		const struct vat_code *c = vat_code_get(codes[i]);

		assert_int_equal(NUMBER("SELECT COUNT(*) FROM invoicing_vat WHERE code = '%s' AND category = '%s' AND rate_bp = %lld"
					" AND to_d IS NULL", c->code, c->category, (long long)c->rate_bp), 1);
	}
	assert_int_equal(NUMBER("SELECT COUNT(DISTINCT code) FROM invoicing_vat"), n);
	assert_int_equal(NUMBER("SELECT COUNT(DISTINCT code, category, rate_bp) FROM invoicing_vat"), n);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_posting_twice_changes_nothing, begin),
		cmocka_unit_test_setup(test_rows_follow_their_set, begin),
		cmocka_unit_test_setup(test_nothing_leaves_no_row_at_all, begin),
		cmocka_unit_test_setup(test_a_draft_changes_with_it, begin),
		cmocka_unit_test_setup(test_a_draft_keeps_what_may_stand_together, begin),
		cmocka_unit_test_setup(test_who_pays_may_change, begin),
		cmocka_unit_test_setup(test_a_source_has_one_issuer, begin),
		cmocka_unit_test_setup(test_a_billed_row_is_taken_back_whole, begin),
		cmocka_unit_test_setup(test_a_change_undone_leaves_no_trace_of_itself, begin),
		cmocka_unit_test_setup(test_credited_and_due_again, begin),
		cmocka_unit_test_setup(test_what_was_waived_is_not_owed_again, begin),
		cmocka_unit_test_setup(test_another_place_is_no_reason_to_credit, begin),
		cmocka_unit_test_setup(test_guests_are_known_by_their_address, begin),
		cmocka_unit_test_setup(test_merged_people_keep_what_they_owe, begin),
		cmocka_unit_test_setup(test_drafts_of_merged_people_follow, begin),
		cmocka_unit_test_setup(test_what_was_billed_meanwhile_is_a_conflict, begin),
		cmocka_unit_test_setup(test_both_owe_a_line_of_one_source, begin),
		cmocka_unit_test_setup(test_who_owes_is_not_forgotten, begin),
		cmocka_unit_test_setup(test_guests_are_forgotten_in_time, begin),
		cmocka_unit_test_setup(test_a_buyer_takes_half, begin),
		cmocka_unit_test_setup(test_a_subsidy_is_on_no_document_of_its_own, begin),
		cmocka_unit_test_setup(test_what_was_taken_off_goes_with_its_lines, begin),
		cmocka_unit_test_setup(test_shares_of_net_prices_are_exact, begin),
		cmocka_unit_test_setup(test_nobody_buys_from_herself, begin),
		cmocka_unit_test_setup(test_a_quote_is_the_same_and_stores_nothing, begin),
		cmocka_unit_test_setup(test_an_unknown_rate_is_refused, begin),
		cmocka_unit_test_setup(test_two_at_once_leave_one_set, begin),
		cmocka_unit_test(test_codes_agree_with_their_rows),
	};

	return cmocka_run_group_tests(tests, open_core, close_core);
}
