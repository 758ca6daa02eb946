/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "http_cases.h"

#include "http/conditional.h"

/* Thu, 26 Nov 2026 13:00:00 GMT */
static const struct ct_utc changed = { 1795698000 };
static const struct ct_utc now = { 1795784400 };

#define BEFORE "Thu, 26 Nov 2026 12:59:59 GMT"
#define EXACTLY "Thu, 26 Nov 2026 13:00:00 GMT"
#define AFTER "Thu, 26 Nov 2026 13:00:01 GMT"

static void the_dates_of_this_test(void **state)
{
	char buf[CT_TIME_TEXT];

	(void)state;
	assert_string_equal(ct_http_date(buf, changed), EXACTLY);
}

static void lists_of_tags(void **state)
{
	static const struct {
		const char *list, *etag;
		bool listed;
	} cases[] = {
		{ "\"a\"", "\"a\"", true },
		{ "\"a\"", "\"b\"", false },
		{ "\"a\", \"b\"", "\"b\"", true },
		{ "\"a\",\"b\",\"c\"", "\"c\"", true },
		{ "\"a\"", NULL, false },
		{ "*", "\"a\"", true },
		{ "*", NULL, false },
		{ " * ", "\"a\"", true },
		{ "*, \"a\"", "\"a\"", false },
		{ "W/\"a\"", "\"a\"", true },
		{ "\"a\"", "W/\"a\"", true },
		{ "W/\"a\"", "W/\"a\"", true },
		{ "w/\"a\"", "\"a\"", false },
		{ "\"A\"", "\"a\"", false },
		{ "\"\"", "\"\"", true },
		{ "\"a\"", "\"\"", false },
		{ "", "\"a\"", false },
		{ " , ,\"a\" , ", "\"a\"", true },
		{ "\"a,b\"", "\"a,b\"", true },
		{ "\"a,b\"", "\"b\"", false },
		{ "\"\xC3\xA9\"", "\"\xC3\xA9\"", true },
		/* what web servers make of them */
		{ "\"a-gzip\"", "\"a\"", true },
		{ "W/\"a-gzip\"", "\"a\"", true },
		{ "\"a-br\"", "\"a\"", true },
		{ "\"a-zstd\"", "\"a\"", true },
		{ "\"a\"-gzip", "\"a\"", true },
		{ "\"x\"-gzip, \"a\"", "\"a\"", true },
		{ "\"a-gzip\"", "\"a-gzip\"", true },
		{ "\"a\"", "\"a-gzip\"", false },
		{ "\"a-gzip-gzip\"", "\"a-gzip\"", true },
		{ "\"-gzip\"", "\"\"", false },
		{ "\"a-gz\"", "\"a\"", false },
		{ "\"a-gz\"", "\"a-gz\"", true },
		{ "\"b-gzip\"", "\"a\"", false },
		/* a fault ends the list */
		{ "a", "\"a\"", false },
		{ "\"x\", b, \"a\"", "\"a\"", false },
		{ "\"a\" \"b\"", "\"a\"", false },
		{ "\"a", "\"a\"", false },
		{ "\"x\", \"a", "\"a\"", false },
		{ "\"a b\", \"a\"", "\"a\"", false },
		{ "\"a\"b", "\"a\"", false },
		{ "'a'", "\"a\"", false },
		{ "W/", "\"a\"", false },
		{ "W/*", "\"a\"", false },
		{ "\"a\", x", "\"a\"", true },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++)
		if (ct_etag_listed(cases[i].list, cases[i].etag) != cases[i].listed)
			fail_msg("%s in %s: not %d", cases[i].etag, cases[i].list, cases[i].listed);
}

struct decision {
	struct ct_conditions conditions;
	enum ct_precondition reading, writing;
};

/* RFC 9110, 13.2.2, on a thing with the tag "a" that changed EXACTLY then. */
static void decisions(void **state)
{
	static const struct decision cases[] = {
		{ { 0 }, CT_PROCEED, CT_PROCEED },
		{ { .if_match = "\"a\"" }, CT_PROCEED, CT_PROCEED },
		{ { .if_match = "\"b\", W/\"a-gzip\"" }, CT_PROCEED, CT_PROCEED },
		{ { .if_match = "*" }, CT_PROCEED, CT_PROCEED },
		{ { .if_match = "\"b\"" }, CT_PRECONDITION_FAILED, CT_PRECONDITION_FAILED },
		{ { .if_match = "rubbish" }, CT_PRECONDITION_FAILED, CT_PRECONDITION_FAILED },
		{ { .if_match = "" }, CT_PROCEED, CT_PROCEED },
		{ { .if_unmodified_since = BEFORE },
		  CT_PRECONDITION_FAILED,
		  CT_PRECONDITION_FAILED },
		{ { .if_unmodified_since = EXACTLY }, CT_PROCEED, CT_PROCEED },
		{ { .if_unmodified_since = AFTER }, CT_PROCEED, CT_PROCEED },
		{ { .if_unmodified_since = "yesterday" }, CT_PROCEED, CT_PROCEED },
		{ { .if_match = "\"a\"", .if_unmodified_since = BEFORE }, CT_PROCEED, CT_PROCEED },
		{ { .if_match = "\"b\"", .if_unmodified_since = AFTER },
		  CT_PRECONDITION_FAILED, CT_PRECONDITION_FAILED },
		{ { .if_none_match = "\"a\"" }, CT_NOT_MODIFIED, CT_PRECONDITION_FAILED },
		{ { .if_none_match = "W/\"a\"" }, CT_NOT_MODIFIED, CT_PRECONDITION_FAILED },
		{ { .if_none_match = "*" }, CT_NOT_MODIFIED, CT_PRECONDITION_FAILED },
		{ { .if_none_match = "\"b\"" }, CT_PROCEED, CT_PROCEED },
		{ { .if_modified_since = BEFORE }, CT_PROCEED, CT_PROCEED },
		{ { .if_modified_since = EXACTLY }, CT_NOT_MODIFIED, CT_PROCEED },
		{ { .if_modified_since = AFTER }, CT_NOT_MODIFIED, CT_PROCEED },
		{ { .if_modified_since = "rubbish" }, CT_PROCEED, CT_PROCEED },
		{ { .if_modified_since = "" }, CT_PROCEED, CT_PROCEED },
		{ { .if_none_match = "\"b\"", .if_modified_since = AFTER },
		  CT_PROCEED,
		  CT_PROCEED },
		{ { .if_none_match = "\"a\"", .if_modified_since = BEFORE },
		  CT_NOT_MODIFIED,
		  CT_PRECONDITION_FAILED },
		{ { .if_match = "\"a\"", .if_none_match = "\"a\"" },
		  CT_NOT_MODIFIED,
		  CT_PRECONDITION_FAILED },
		{ { .if_match = "\"b\"", .if_none_match = "\"a\"" },
		  CT_PRECONDITION_FAILED, CT_PRECONDITION_FAILED },
		{ { .if_unmodified_since = BEFORE, .if_modified_since = AFTER },
		  CT_PRECONDITION_FAILED, CT_PRECONDITION_FAILED },
	};
	const struct ct_validators is = { "\"a\"", changed };

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		if (ct_preconditions(&cases[i].conditions, &is, true, now) != cases[i].reading)
			fail_msg("case %zu, reading", i);
		if (ct_preconditions(&cases[i].conditions, &is, false, now) != cases[i].writing)
			fail_msg("case %zu, writing", i);
	}
}

static void where_nothing_is_yet(void **state)
{
	const struct ct_validators nothing = { NULL, CT_NO_UTC };
	const struct ct_conditions create = { .if_none_match = "*" }, change = { .if_match = "*" };
	const struct ct_conditions dated = { .if_unmodified_since = BEFORE,
					     .if_modified_since = AFTER };

	(void)state;
	assert_int_equal(ct_preconditions(&create, &nothing, false, now), CT_PROCEED);
	assert_int_equal(ct_preconditions(&change, &nothing, false, now), CT_PRECONDITION_FAILED);
	assert_int_equal(ct_preconditions(&dated, &nothing, false, now), CT_PROCEED);
	assert_int_equal(ct_preconditions(&dated, &nothing, true, now), CT_PROCEED);
}

static void ranges(void **state)
{
	static const struct {
		const char *header;
		uint64_t size;
		enum ct_range_answer answer;
		uint64_t first, last;
	} cases[] = {
		{ "bytes=0-0", 100, CT_RANGE_PART, 0, 0 },
		{ "bytes=0-99", 100, CT_RANGE_PART, 0, 99 },
		{ "bytes=10-19", 100, CT_RANGE_PART, 10, 19 },
		{ "bytes=99-", 100, CT_RANGE_PART, 99, 99 },
		{ "bytes=0-", 100, CT_RANGE_PART, 0, 99 },
		{ "bytes=50-1000", 100, CT_RANGE_PART, 50, 99 },
		{ "bytes=-1", 100, CT_RANGE_PART, 99, 99 },
		{ "bytes=-100", 100, CT_RANGE_PART, 0, 99 },
		{ "bytes=-200", 100, CT_RANGE_PART, 0, 99 },
		{ "Bytes=0-1", 100, CT_RANGE_PART, 0, 1 },
		{ "bytes= 0-1 ", 100, CT_RANGE_PART, 0, 1 },
		{ "bytes=007-008", 100, CT_RANGE_PART, 7, 8 },
		{ "bytes=0-99999999999999999999999", 100, CT_RANGE_PART, 0, 99 },
		{ "bytes=0-18446744073709551615", 100, CT_RANGE_PART, 0, 99 },
		{ "bytes=-99999999999999999999999", 100, CT_RANGE_PART, 0, 99 },
		{ "bytes=18446744073709551614-", UINT64_MAX, CT_RANGE_PART, UINT64_MAX - 1,
		  UINT64_MAX - 1 },
		{ "bytes=100-", 100, CT_RANGE_OUTSIDE, 0, 0 },
		{ "bytes=100-200", 100, CT_RANGE_OUTSIDE, 0, 0 },
		{ "bytes=-0", 100, CT_RANGE_OUTSIDE, 0, 0 },
		{ "bytes=0-", 0, CT_RANGE_OUTSIDE, 0, 0 },
		{ "bytes=-5", 0, CT_RANGE_OUTSIDE, 0, 0 },
		{ "bytes=18446744073709551616-", 100, CT_RANGE_OUTSIDE, 0, 0 },
		{ "bytes=5-18446744073709551620", 100, CT_RANGE_PART, 5, 99 },
		{ "bytes=-0", 0, CT_RANGE_OUTSIDE, 0, 0 },
		{ "bytes=99999999999999999999999-", 100, CT_RANGE_OUTSIDE, 0, 0 },
		{ NULL, 100, CT_RANGE_WHOLE, 0, 0 },
		{ "", 100, CT_RANGE_WHOLE, 0, 0 },
		{ "bytes", 100, CT_RANGE_WHOLE, 0, 0 },
		{ "bytes=", 100, CT_RANGE_WHOLE, 0, 0 },
		{ "bytes=-", 100, CT_RANGE_WHOLE, 0, 0 },
		{ "bytes=0-1,5-6", 100, CT_RANGE_WHOLE, 0, 0 },
		{ "bytes=0-1,", 100, CT_RANGE_WHOLE, 0, 0 },
		{ "bytes=5-4", 100, CT_RANGE_WHOLE, 0, 0 },
		{ "bytes=a-b", 100, CT_RANGE_WHOLE, 0, 0 },
		{ "bytes=0 - 1", 100, CT_RANGE_WHOLE, 0, 0 },
		{ "bytes=+1-2", 100, CT_RANGE_WHOLE, 0, 0 },
		{ "bytes=--1", 100, CT_RANGE_WHOLE, 0, 0 },
		{ "bytes=0-1x", 100, CT_RANGE_WHOLE, 0, 0 },
		{ "items=0-1", 100, CT_RANGE_WHOLE, 0, 0 },
		{ "bytes 0-1", 100, CT_RANGE_WHOLE, 0, 0 },
		{ "bytes=0x1-2", 100, CT_RANGE_WHOLE, 0, 0 },
		{ "0-1", 100, CT_RANGE_WHOLE, 0, 0 },
		{ "bytes=1", 100, CT_RANGE_WHOLE, 0, 0 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct ct_range range = { 4711, 4712 };

		if (ct_range_parse(cases[i].header, cases[i].size, &range) != cases[i].answer)
			fail_msg("\"%s\": another answer", cases[i].header);
		if (cases[i].answer == CT_RANGE_PART) {
			assert_int_equal(range.first, cases[i].first);
			assert_int_equal(range.last, cases[i].last);
		} else {
			assert_true(range.first == 4711 && range.last == 4712);
		}
	}
}

static void if_range(void **state)
{
	static const struct {
		const char *header;
		bool wanted;
	} cases[] = {
		{ NULL, true },
		{ "", true },
		{ "\"a\"", true },
		{ "\"b\"", false },
		{ "W/\"a\"", false },
		{ "\"a-gzip\"", false },
		{ "\"a\", \"b\"", false },
		{ "*", false },
		{ EXACTLY, true },
		{ BEFORE, false },
		{ AFTER, false },
		{ "rubbish", false },
		{ "\"a", false },
	};
	const struct ct_validators is = { "\"a\"", changed }, weak = { "W/\"a\"", changed };
	const struct ct_validators tagless = { NULL, CT_NO_UTC };
	const struct ct_conditions tag = { .if_range = "\"a\"" }, date = { .if_range = EXACTLY };

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		const struct ct_conditions conditions = { .if_range = cases[i].header };

		if (ct_range_wanted(&conditions, &is, now) != cases[i].wanted)
			fail_msg("If-Range: %s", cases[i].header);
	}
	assert_false(ct_range_wanted(&tag, &weak, now));
	assert_false(ct_range_wanted(&tag, &tagless, now));
	assert_false(ct_range_wanted(&date, &tagless, now));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_dates_of_this_test), cmocka_unit_test(lists_of_tags),
		cmocka_unit_test(decisions), cmocka_unit_test(where_nothing_is_yet),
		cmocka_unit_test(ranges), cmocka_unit_test(if_range),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
