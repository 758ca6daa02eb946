/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is told of a booking when it changes: to calendars, to its person's own one, and by mail. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include <talloc.h>

#include "plugins/reservation_fixture.h"

#include "../../plugins/reservation/letter.c"

#define DAY "2026-12-07T"
#define ICS "FROM_BASE64(JSON_VALUE(payload, '$.attachments[0].base64'))"

/* Of guest.c and views.c, which need all the pages. */
const char *guest_secret(struct ct_request *r, const char *uid)
{
	return ct_secret_hash(r, "guest's booking", uid);
}

const char *token_url(struct ct_request *r, const char *url, const char *token)
{
	return talloc_asprintf(r, "%s?t=%s", url, token);
}

const char *phone_text(struct ct_request *r, const char *phone)
{
	(void)r;
	return phone;
}

struct act {
	int64_t booking;
	struct letter letter;
	bool silent;			/* no mail: calendars only */
	int (*first)(struct ct_request *r, int64_t booking, struct ct_error *e);
};

static int act(struct ct_request *r, void *arg, struct ct_error *e)
{
	struct act *a = arg;
	int rc = a->first ? a->first(r, a->booking, e) : feed_serialise(r, a->booking, e);

	if (!rc && !a->silent)
		rc = letter_send(r, a->booking, &a->letter, e);
	return rc;
}

/* Each thing that happens is another request, of who has no part in the booking and speaks English. */
static void happens(struct act a)
{
	struct ct_request *r = test_rooms_request(MANAGER);
	struct ct_error e = { 0 };

	if (ct_transaction(r, act, &a, &e))
		fail_msg("%s", e.text);
	assert_string_equal(r->lang, "en");
	talloc_free(r);
}

static int64_t taken(int64_t person, int64_t room)
{
	int64_t id;

	assert_int_equal(test_take(person, room, 1, DAY "10:00", DAY "12:00", &id), 0);
	return id;
}

static int64_t sequence(int64_t id)
{
	return NUMBER("SELECT sequence FROM reservation_booking WHERE id = %lld", (long long)id);
}

static int64_t version(int64_t person)
{
	return NUMBER("SELECT COALESCE(MAX(version), 0) FROM reservation_feed WHERE party_id = %lld", (long long)person);
}

static bool last_mail(const char *condition)
{
	return NUMBER("SELECT COUNT(*) FROM (SELECT * FROM outbox ORDER BY id DESC LIMIT 1) m WHERE %s", condition);
}

static int clear(void **state)
{
	(void)state;
	test_rooms_clear();
	test_db_sql(ROOMS_DB, "DELETE FROM outbox");
	test_db_sql(ROOMS_DB, "DELETE FROM reservation_feed");
	test_db_sql(ROOMS_DB, "UPDATE party SET email = CONCAT('p', id, '@exemple.example'), lang = 'fr' WHERE kind = 'person'");
	return 0;
}

/* ---- calendars ---- */

static void test_sequence_follows_hours_and_rooms_only(void **state)
{
	int64_t id = taken(ANNE, ROOM_A);
	struct act told = { .booking = id, .silent = true };

	(void)state;
	assert_int_equal(sequence(id), 0);
	test_db_sql(ROOMS_DB, "UPDATE reservation_booking SET title = 'Autre', note = 'x', attendance = 4");
	happens(told);
	assert_int_equal(sequence(id), 0);
	test_db_sql(ROOMS_DB, "UPDATE reservation_booking SET end_local = end_local + INTERVAL 1 HOUR,"
			      " end_utc = end_utc + INTERVAL 1 HOUR");
	happens(told);
	happens(told);
	assert_int_equal(sequence(id), 1);
	test_db_sql(ROOMS_DB, "UPDATE reservation_item SET resource_id = %d", ROOM_B);
	happens(told);
	assert_int_equal(sequence(id), 2);
	assert_int_equal(NUMBER("SELECT COUNT(*) FROM reservation_ics WHERE full LIKE '%%SEQUENCE:2%%'"
				" AND busy LIKE '%%SEQUENCE:2%%' AND own LIKE '%%SEQUENCE:2%%'"), 1);
	happens((struct act){ .booking = id, .silent = true, .first = booking_cancel });
	assert_int_equal(sequence(id), 3);
}

static void test_own_calendar_is_raised_for_who_has_it_and_had_it(void **state)
{
	int64_t id = taken(ANNE, ROOM_A), anne = version(ANNE);

	(void)state;
	assert_int_equal(anne, 1);
	assert_int_equal(version(BRUNO), 0);
	test_db_sql(ROOMS_DB, "UPDATE reservation_booking SET person_id = %d", BRUNO);
	happens((struct act){ .booking = id, .silent = true });
	assert_int_equal(version(ANNE), anne + 1);
	assert_int_equal(version(BRUNO), 1);
	happens((struct act){ .booking = id, .silent = true, .first = booking_cancel });
	assert_int_equal(version(ANNE), anne + 1);
	assert_int_equal(version(BRUNO), 2);
	assert_int_equal(NUMBER("SELECT COUNT(*) FROM reservation_ics WHERE own LIKE '%%STATUS:CANCELLED%%'"
				" AND left_utc IS NOT NULL"), 1);
}

static size_t untold(void)
{
	struct ct_request *r = test_rooms_request(0);
	struct ct_result *row;
	struct ct_error e;
	size_t n;

	assert_int_equal(ct_query(r, "verify_untold", CT_NO_ARGS, &row, &e), 0);
	n = ct_result_rows(row);
	talloc_free(r);
	return n;
}

static void test_whoever_forgets_to_tell_is_found(void **state)
{
	static const char *const changes[] = {
		"start_local = start_local - INTERVAL 1 HOUR", "status = 'cancelled'", "status = 'pending'",
		"person_id = 802", "zone = 'Indian/Reunion'",
	};
	int64_t id = taken(ANNE, ROOM_A);

	(void)state;
	for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
		assert_int_equal(untold(), 0);
		test_db_sql(ROOMS_DB, "UPDATE reservation_booking SET %s", changes[i]);
		assert_int_equal(untold(), 1);
		happens((struct act){ .booking = id, .silent = true });
	}
	assert_int_equal(untold(), 0);
	test_db_sql(ROOMS_DB, "UPDATE reservation_item SET quantity = 2");
	assert_int_equal(untold(), 1);
}

/* ---- mails ---- */

static void test_event_keeps_its_uid_and_rises(void **state)
{
	int64_t id = taken(ANNE, ROOM_A);

	(void)state;
	happens((struct act){ .booking = id });
	assert_true(last_mail("topic = 'reservation/mail-booking.txt' AND recipient = 'p801@exemple.example'"
			      " AND JSON_VALUE(payload, '$.attachments[0].type') = 'text/calendar; method=REQUEST'"));
	assert_true(last_mail(ICS " LIKE '%METHOD:REQUEST%SEQUENCE:0%STATUS:CONFIRMED%'"));
	test_db_sql(ROOMS_DB, "UPDATE reservation_booking SET start_local = start_local + INTERVAL 15 MINUTE,"
			      " start_utc = start_utc + INTERVAL 15 MINUTE");
	happens((struct act){ .booking = id, .letter = { .about = LETTER_CHANGED, .reason = "Travaux" } });
	assert_true(last_mail(ICS " LIKE '%METHOD:REQUEST%DTSTART;TZID=Europe/Paris:20261207T101500%SEQUENCE:1%'"));
	assert_true(last_mail("JSON_VALUE(payload, '$.view.reason_ui') = 'Travaux'"
			      " AND JSON_VALUE(payload, '$.view.total_ui') LIKE '%48,00%'"));
	happens((struct act){ .booking = id, .letter.about = LETTER_REMINDER });
	assert_true(last_mail(ICS " LIKE '%METHOD:REQUEST%SEQUENCE:1%'"));
	happens((struct act){ .booking = id, .first = booking_cancel });
	assert_true(last_mail("JSON_VALUE(payload, '$.attachments[0].type') = 'text/calendar; method=CANCEL'"));
	assert_true(last_mail(ICS " LIKE '%METHOD:CANCEL%SEQUENCE:2%STATUS:CANCELLED%'"));
	assert_int_equal(NUMBER("SELECT COUNT(*) FROM outbox o JOIN reservation_booking b ON " ICS
				" LIKE CONCAT('%%UID:', b.uid, '%%')"), 4);
	assert_int_equal(NUMBER("SELECT COUNT(*) FROM outbox WHERE " ICS " LIKE '%%VALARM%%'"), 0);
}

static void test_what_nobody_has_is_not_cancelled(void **state)
{
	int64_t id = taken(ANNE, ON_REQUEST);

	(void)state;
	happens((struct act){ .booking = id });
	assert_true(last_mail("JSON_LENGTH(payload, '$.attachments') = 0"));
	happens((struct act){ .booking = id, .first = booking_cancel });
	assert_true(last_mail("JSON_LENGTH(payload, '$.attachments') = 0"));
	assert_int_equal(NUMBER("SELECT COUNT(*) FROM outbox"), 2);
}

/* Moved to where it has to be asked for: who has the event sees that it is not sure any more. */
static void test_event_that_waits_again_is_tentative(void **state)
{
	int64_t id = taken(ANNE, ROOM_A);

	(void)state;
	happens((struct act){ .booking = id });
	test_db_sql(ROOMS_DB, "UPDATE reservation_booking SET status = 'pending'");
	test_db_sql(ROOMS_DB, "UPDATE reservation_item SET resource_id = %d", ON_REQUEST);
	happens((struct act){ .booking = id, .letter.about = LETTER_CHANGED });
	assert_true(last_mail(ICS " LIKE '%METHOD:REQUEST%SEQUENCE:1%STATUS:TENTATIVE%'"));
	assert_true(last_mail("JSON_VALUE(payload, '$.view.sentence_ui') = 'Your request was received.'"));
	test_db_sql(ROOMS_DB, "UPDATE reservation_booking SET status = 'rejected'");
	happens((struct act){ .booking = id });
	assert_true(last_mail(ICS " LIKE '%METHOD:CANCEL%SEQUENCE:2%' AND JSON_VALUE(payload, '$.view.total_ui') IS NULL"));
	happens((struct act){ .booking = id });
	assert_true(last_mail("JSON_LENGTH(payload, '$.attachments') = 0"));
}

static void test_alternatives_come_with_their_links(void **state)
{
	int64_t id = taken(ANNE, ON_REQUEST);
	const struct letter_offer offer = { "Essai B", test_local(DAY "14:00"), test_local(DAY "16:00"),
					    "/resources/902/book?start=2026-12-07T14:00" };

	(void)state;
	test_db_sql(ROOMS_DB, "UPDATE reservation_booking SET status = 'rejected'");
	happens((struct act){ .booking = id, .letter = { .offers = &offer, .n_offers = 1 } });
	assert_true(last_mail("JSON_VALUE(payload, '$.view.offers[0].link_ui')"
			      " = 'https://lieu.example/reserver/resources/902/book?start=2026-12-07T14:00'"));
	assert_true(last_mail("JSON_VALUE(payload, '$.view.offers[0].text_ui') LIKE 'Essai B, lundi 7%décembre 2026, 14%'"));
}

/* The manager who causes it speaks English; the mail does not. */
static void test_mails_speak_their_readers_language(void **state)
{
	int64_t id = taken(ANNE, ROOM_A);

	(void)state;
	happens((struct act){ .booking = id });
	assert_true(last_mail("JSON_VALUE(payload, '$.lang') = 'fr' AND JSON_VALUE(payload, '$.view.when_ui') LIKE 'lundi%'"));
	test_db_sql(ROOMS_DB, "UPDATE party SET lang = 'en' WHERE id = %d", ANNE);
	happens((struct act){ .booking = id });
	assert_true(last_mail("JSON_VALUE(payload, '$.lang') = 'en' AND JSON_VALUE(payload, '$.view.when_ui') LIKE '%Mon%'"));
}

static void test_guest_is_answered_as_she_spoke(void **state)
{
	int64_t id = taken(ANNE, ROOM_A);

	(void)state;
	test_db_sql(ROOMS_DB, "UPDATE reservation_booking SET person_id = NULL, contact_name = 'Zoé', contact_email ="
			      " 'zoe@exemple.example', status = 'hold', manage_token_hash = UNHEX(SHA2('s', 256))");
	happens((struct act){ .booking = id });
	assert_true(last_mail("JSON_VALUE(payload, '$.lang') = 'fr'"));		/* the installation's: nobody heard her */
	happens((struct act){ .booking = id, .letter.secret = "s" });
	assert_true(last_mail("JSON_VALUE(payload, '$.lang') = 'en' AND JSON_VALUE(payload, '$.view.link_ui') LIKE '%/verify?t=%'"));
	test_db_sql(ROOMS_DB, "UPDATE reservation_booking SET status = 'confirmed'");
	happens((struct act){ .booking = id });
	assert_true(last_mail("JSON_VALUE(payload, '$.lang') = 'en' AND " ICS " LIKE '%zoe@exemple.example%'"));
	/* what is forwarded with the event opens nothing */
	assert_true(last_mail(ICS " NOT LIKE '%URL:%' AND " ICS " NOT LIKE '%t=%'"));
}

static void test_nobody_to_write_to(void **state)
{
	int64_t id = taken(ANNE, ROOM_A);

	(void)state;
	test_db_sql(ROOMS_DB, "UPDATE party SET email = NULL WHERE id = %d", ANNE);
	happens((struct act){ .booking = id });
	test_db_sql(ROOMS_DB, "UPDATE party SET email = 'a@exemple.example' WHERE id = %d", ANNE);
	test_db_sql(ROOMS_DB, "UPDATE reservation_booking SET status = 'no_show'");
	happens((struct act){ .booking = id });
	assert_int_equal(NUMBER("SELECT COUNT(*) FROM outbox"), 0);
}

/* Told on Monday 23 at eight o'clock UTC; again whenever its hours change. */
static void test_reminder_is_owed_once_for_each_hour(void **state)
{
	int64_t id = taken(ANNE, ROOM_A);

	(void)state;
	assert_int_equal(NUMBER("SELECT COUNT(*) FROM reservation_ics WHERE remind_utc = '2026-12-07 09:00:00'"
				" AND firm_utc = '2026-11-23 08:00:00'"), 1);
	test_db_sql(ROOMS_DB, "UPDATE reservation_ics SET remind_utc = NULL");
	test_db_sql(ROOMS_DB, "UPDATE reservation_booking SET title = 'Autre'");
	happens((struct act){ .booking = id, .silent = true });
	assert_int_equal(NUMBER("SELECT COUNT(*) FROM reservation_ics WHERE remind_utc IS NOT NULL"), 0);
	test_db_sql(ROOMS_DB, "UPDATE reservation_booking SET start_local = start_local + INTERVAL 15 MINUTE,"
			      " start_utc = start_utc + INTERVAL 15 MINUTE");
	happens((struct act){ .booking = id, .silent = true });
	assert_int_equal(NUMBER("SELECT COUNT(*) FROM reservation_ics WHERE remind_utc = '2026-12-07 09:15:00'"), 1);
	happens((struct act){ .booking = id, .silent = true, .first = booking_cancel });
	assert_int_equal(NUMBER("SELECT COUNT(*) FROM reservation_ics WHERE remind_utc IS NULL AND firm_utc IS NULL"), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_sequence_follows_hours_and_rooms_only, clear),
		cmocka_unit_test_setup(test_own_calendar_is_raised_for_who_has_it_and_had_it, clear),
		cmocka_unit_test_setup(test_whoever_forgets_to_tell_is_found, clear),
		cmocka_unit_test_setup(test_event_keeps_its_uid_and_rises, clear),
		cmocka_unit_test_setup(test_what_nobody_has_is_not_cancelled, clear),
		cmocka_unit_test_setup(test_event_that_waits_again_is_tentative, clear),
		cmocka_unit_test_setup(test_alternatives_come_with_their_links, clear),
		cmocka_unit_test_setup(test_mails_speak_their_readers_language, clear),
		cmocka_unit_test_setup(test_guest_is_answered_as_she_spoke, clear),
		cmocka_unit_test_setup(test_nobody_to_write_to, clear),
		cmocka_unit_test_setup(test_reminder_is_owed_once_for_each_hour, clear),
	};

	test_rooms_core();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
