/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "plugins/reservation_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>
#include <cmocka.h>

#include "db/splitter.h"
#include "support/ct_core.h"

#include "../../plugins/reservation/reservation.h"

int (*test_hook)(const char *stage, const struct ct_booking *b, struct ct_error *e);

static struct ct_core *core;
static int64_t org;

static int on(const char *stage, const struct ct_booking *b, struct ct_error *e)
{
	return test_hook ? test_hook(stage, b, e) : 0;
}

static int on_check(struct ct_request *r, const struct ct_booking *b, struct ct_error *e)
{
	(void)r;
	return on("check", b, e);
}

static int on_stored(struct ct_request *r, const struct ct_booking *b, struct ct_error *e)
{
	(void)r;
	return on("stored", b, e);
}

static int on_confirmed(struct ct_request *r, const struct ct_booking *b, struct ct_error *e)
{
	(void)r;
	return on("confirmed", b, e);
}

static int on_cancelled(struct ct_request *r, const struct ct_booking *b, struct ct_error *e)
{
	(void)r;
	return on("cancelled", b, e);
}

static int on_reopened(struct ct_request *r, const struct ct_booking *b, struct ct_error *e)
{
	(void)r;
	return on("reopened", b, e);
}

static const struct ct_permission permissions[] = { { "booking.see", "see", CT_ROLE_OPENER },
						    { "booking.member", "member", CT_ROLE_MEMBER },
						    { "booking.manage", "manage", CT_ROLE_MANAGER },
						    { 0 } };
static const struct ct_hook hooks[] = { CT_ON_BOOKING_CHECK(on_check),
					CT_ON_BOOKING_STORED(on_stored),
					CT_ON_BOOKING_CONFIRMED(on_confirmed),
					CT_ON_BOOKING_CANCELLED(on_cancelled),
					CT_ON_BOOKING_REOPENED(on_reopened),
					{ 0 } };
static const struct ct_plugin plugin = {
	CT_HEAD("reservation"),		.title = "Bookings", .permissions = permissions,
	.queries = reservation_queries, .hooks = hooks,
};

static void sql_file(void *mem, const char *path)
{
	struct ct_statement_text *list;
	struct ct_error e;
	char *text = talloc_zero_size(mem, 65536);
	FILE *f = fopen(path, "re");
	size_t n;

	assert_non_null(f);
	assert_true(fread(text, 1, 65535, f) > 0);
	fclose(f);
	assert_int_equal(ct_sql_split(mem, text, &list, &n, &e), 0);
	for (size_t i = 0; i < n; i++)
		test_db_sql(ROOMS_DB, "%s", list[i].sql);
}

static void make_tables(void)
{
	void *mem = talloc_new(NULL);

	test_db_create_plugin(ROOMS_DB, "reservation");
	test_db_sql(
		ROOMS_DB,
		"INSERT INTO party (id, kind, legal_name) VALUES (800, 'organisation', 'La Filature')");
	test_db_sql(ROOMS_DB,
		    "INSERT INTO organisation (id, slug, operates) VALUES (800, 'filature', 1)");
	test_db_sql(
		ROOMS_DB,
		"INSERT INTO party (id, kind, given_name, family_name) VALUES (801, 'person', 'Anne', 'A'),"
		" (802, 'person', 'Bruno', 'B'), (803, 'person', 'Mia', 'M')");
	sql_file(mem, talloc_asprintf(mem, "%s/tests/support/rooms.sql", test_source()));
	test_db_sql(
		ROOMS_DB,
		"INSERT INTO reservation_policy (id, org_id, parent_id, label, max_duration, overnight)"
		" VALUES (904, 800, 901, 'Longtemps', 527040, 1)");
	test_db_sql(
		ROOMS_DB,
		"INSERT INTO reservation_resource (id, org_id, place_id, kind_id, name, policy_id, position)"
		" VALUES (911, 800, 900, 903, 'Studio', 904, 11)");
	test_db_sql(
		ROOMS_DB,
		"INSERT INTO reservation_opening (org_id, place_id, resource_id, weekday_mask, opens, closes)"
		" VALUES (800, 900, 911, 127, 0, 1440)");
	test_db_sql(ROOMS_DB,
		    "INSERT INTO reservation_tariff (id, org_id, resource_id, label, mode)"
		    " VALUES (904, 800, 911, 'Sur devis', 'on_quote')");
	org = 800;
	talloc_free(mem);
}

struct ct_core *test_rooms_core(void)
{
	if (core)
		return core;
	make_tables();
	core = test_core_open(ROOMS_DB, &plugin);
	return core;
}

void test_rooms_clear(void)
{
	static const char *const tables[] = { "reservation_occupancy",
					      "reservation_price_line",
					      "reservation_cancel_line",
					      "reservation_ics",
					      "reservation_item",
					      "reservation_booking",
					      "audit",
					      "txn_done" };

	test_hook = NULL;
	for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]); i++)
		test_db_sql(ROOMS_DB, "DELETE FROM %s", tables[i]);
}

struct ct_request *test_rooms_request(int64_t person)
{
	struct ct_request *r = ct_request_new(test_rooms_core(), test_rooms_core(), &plugin);
	json_t *role;

	r->lang = "en";
	r->now = test_utc("2026-11-23T08:00:00Z");
	r->person = person;
	r->org = org;
	if (person == MANAGER) {
		role = ct_add_object(r->s->caller.roles);
		ct_put_int(role, "org", org);
		ct_put_text(role, "role", "manager");
	}
	return r;
}

struct ct_local test_local(const char *text)
{
	struct ct_local t;
	struct ct_error e;

	assert_int_equal(ct_local_parse(text, &t, &e), 0);
	return t;
}

struct ct_utc test_utc(const char *text)
{
	struct ct_utc t;
	struct ct_error e;

	assert_int_equal(ct_utc_parse(text, &t, &e), 0);
	return t;
}

struct wish test_wish(const struct ct_request *r, const struct wish_item *item, const char *start,
		      const char *end)
{
	return (struct wish){
		.items = item,
		.n_items = 1,
		.start = test_local(start),
		.end = test_local(end),
		.person = r->person,
		.booked_by = r->person,
		.title = "Réunion",
		.source = "web",
		.expected_cents = -1,
		.manager = r->person == MANAGER,
	};
}

struct attempt {
	struct wish wish;
	struct stored *stored;
};

static int store(struct ct_request *r, void *arg, struct ct_error *e)
{
	struct attempt *attempt = arg;

	return booking_store(r, &attempt->wish, attempt->stored, e);
}

int test_book(struct ct_request *r, const struct wish *w, struct stored *stored_r,
	      struct ct_error *why_r)
{
	struct stored stored;
	struct attempt attempt = { *w, stored_r ? stored_r : &stored };
	struct ct_error e = { 0 };
	int rc;

	if (!attempt.wish.uid)
		attempt.wish.uid = ct_new_uid(r);
	rc = ct_transaction(r, store, &attempt, &e);
	if (rc && why_r)
		*why_r = e;
	return rc;
}

int test_take(int64_t person, int64_t room, int64_t quantity, const char *start, const char *end,
	      int64_t *id_r)
{
	struct ct_request *r = test_rooms_request(person);
	const struct wish_item item = { room, quantity };
	struct wish w = test_wish(r, &item, start, end);
	struct stored stored = { 0 };
	int rc = test_book(r, &w, &stored, NULL);

	if (!rc && id_r)
		*id_r = stored.id;
	talloc_free(r);
	return rc;
}

void test_rooms_sound(void)
{
	assert_int_equal(
		NUMBER("SELECT COUNT(*) FROM reservation_occupancy a JOIN reservation_occupancy b"
		       " ON a.resource_id = b.resource_id AND a.unit_no = b.unit_no AND a.id < b.id"
		       " WHERE a.start_utc < b.end_utc AND b.start_utc < a.end_utc"),
		0);
	/* what counts holds as many units of each of its leaves as it says */
	assert_int_equal(
		NUMBER("SELECT COUNT(*) FROM (SELECT i.id, i.quantity * (SELECT COUNT(*) FROM reservation_resource l"
		       " WHERE l.id IN (SELECT leaf_id FROM reservation_part WHERE whole_id = i.resource_id) OR (l.id = i.resource_id"
		       " AND NOT EXISTS (SELECT 1 FROM reservation_part WHERE whole_id = i.resource_id))) AS owed,"
		       " (SELECT COUNT(DISTINCT o.resource_id, o.unit_no) FROM reservation_occupancy o WHERE o.item_id = i.id) AS held"
		       " FROM reservation_item i JOIN reservation_booking b ON b.id = i.booking_id"
		       " WHERE b.status IN ('confirmed', 'pending')) x WHERE owed <> held"),
		0);
	assert_int_equal(
		NUMBER("SELECT COUNT(*) FROM reservation_occupancy o JOIN reservation_item i ON i.id = o.item_id"
		       " JOIN reservation_booking b ON b.id = i.booking_id WHERE b.status IN ('cancelled', 'rejected', 'expired')"),
		0);
	assert_int_equal(NUMBER("SELECT COUNT(*) FROM reservation_booking b WHERE NOT EXISTS"
				" (SELECT 1 FROM reservation_item i WHERE i.booking_id = b.id)"),
			 0);
	assert_int_equal(
		NUMBER("SELECT COUNT(*) FROM reservation_booking b WHERE NOT EXISTS"
		       " (SELECT 1 FROM audit a WHERE a.kind = 'booking' AND a.object_id = b.id)"),
		0);
}

int test_rooms_open(void **state)
{
	(void)state;
	test_rooms_core();
	return 0;
}

int test_rooms_close(void **state)
{
	(void)state;
	ct_core_close(test_rooms_core());
	return 0;
}

int test_rooms_begin(void **state)
{
	(void)state;
	test_rooms_clear();
	return 0;
}

int test_rooms_end(void **state)
{
	(void)state;
	test_hook = NULL;
	test_rooms_sound();
	return 0;
}
