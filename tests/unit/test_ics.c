/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <inttypes.h>
#include <libical/ical.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>
#include <unistd.h>

#include <comptoir/ics.h>
#include "base/utf8.h"
#include "time/range.h"
#include "time/zone.h"

#define PYTHON "/usr/bin/python3"
#define COUNT(array) (sizeof(array) / sizeof(*(array)))
#define FIRST_YEAR 2020
#define LAST_YEAR 2040
#define PYTHON_LAST_YEAR 2038	/* python3-icalendar expands no further */

static const char *const zones[] = {
	"Europe/Paris", "Europe/London", "Europe/Dublin", "America/Miquelon", "America/New_York",
	"America/Havana", "America/Nuuk", "Asia/Jerusalem", "Asia/Beirut", "Africa/Cairo",
	"Australia/Lord_Howe", "Australia/Sydney", "Pacific/Chatham", "Antarctica/Troll",
	"America/Santiago", "Indian/Reunion", "America/Martinique", "America/Cayenne",
	"Pacific/Noumea", "Pacific/Marquesas", "Etc/UTC",
};

static const struct ct_zone *zone_of(const char *name)
{
	const struct ct_zone *zone = NULL;
	struct ct_error e;

	assert_int_equal(ct_zone_get(name, &zone, &e), 0);
	return zone;
}

static int set_up(void **state)
{
	*state = ct_buf_new(NULL, 1 << 20);
	return 0;
}

static int tear_down(void **state)
{
	talloc_free(*state);
	return 0;
}

static void escaped(void **state)
{
	static const struct {
		const char *text, *value;
	} table[] = {
		{ "", "" },
		{ "a;b,c\\d:e\"f", "a\\;b\\,c\\\\d:e\"f" },
		{ "one\ntwo\r\nthree\rfour\n\nfive", "one\\ntwo\\nthree\\nfour\\n\\nfive" },
		{ "\x01" "a\x1F" "b\x7F" "c\td", "abc\td" },
		{ "a\xC2\x85" "b\xC2\x9F" "c\xC2\xA0" "d", "abc\xC2\xA0" "d" },
		{ "\xC3\xA9t\xC3\xA9 \xF0\x9F\x8E\x89", "\xC3\xA9t\xC3\xA9 \xF0\x9F\x8E\x89" },
		{ "a\xFF" "b\xC3", "a\xEF\xBF\xBD" "b\xEF\xBF\xBD" },
		{ "x\nEND:VEVENT", "x\\nEND:VEVENT" },
	};
	struct ct_buf *b = *state;
	size_t i;

	for (i = 0; i < COUNT(table); i++) {
		ct_buf_cut(b, 0);
		ct_ics_text(b, table[i].text);
		assert_string_equal(ct_buf_data(b), table[i].value);
	}
}

static void parameters(void **state)
{
	struct ct_buf *b = *state;
	size_t line = ct_ics_begin(b, "ATTENDEE;CUTYPE=INDIVIDUAL");

	ct_ics_param(b, "CN", "Zo\xC3\xAB \"Z\" D^p;:,\r\nX:1\x02");
	ct_buf_text(b, ":mailto:zoe@example.org");
	ct_ics_end(b, line);
	assert_string_equal(ct_buf_data(b),
			    "ATTENDEE;CUTYPE=INDIVIDUAL;CN=\"Zo\xC3\xAB ^'Z^' D^^p;:,^nX:1\""
			    ":mailto:zoe@example.\r\n org\r\n");
}

static void lines(void **state)
{
	struct ct_buf *b = *state;

	ct_ics_line(b, "BEGIN", "VEVENT");
	ct_ics_line(b, "URL", "https://example.org/\r\nX-EVIL:1\x7F\x01");
	ct_ics_line_text(b, "SUMMARY", "a,b");
	assert_string_equal(ct_buf_data(b), "BEGIN:VEVENT\r\nURL:https://example.org/X-EVIL:1\r\n"
					    "SUMMARY:a\\,b\r\n");
}

static void hours(void **state)
{
	const struct ct_zone *paris = zone_of("Europe/Paris");
	struct ct_buf *b = *state;
	char value[CT_TIME_TEXT];

	ct_ics_line_local(b, "DTSTART", paris, ct_local_make(2026, 11, 26, 14, 0, 0));
	ct_ics_line_utc(b, "DTSTAMP", ct_zone_utc(paris, ct_local_make(2026, 11, 26, 14, 0, 5)));
	ct_ics_line_day(b, "DTEND", ct_day_make(2026, 11, 27));
	ct_ics_line_local(b, "A", paris, CT_NO_LOCAL);
	ct_ics_line_utc(b, "B", CT_NO_UTC);
	ct_ics_line_day(b, "C", CT_NO_DAY);
	assert_string_equal(ct_buf_data(b), "DTSTART;TZID=Europe/Paris:20261126T140000\r\n"
					    "DTSTAMP:20261126T130005Z\r\n"
					    "DTEND;VALUE=DATE:20261127\r\n");
	assert_string_equal(ct_ics_utc(value, (struct ct_utc){ 0 }), "19700101T000000Z");
	assert_string_equal(ct_ics_local(value, (struct ct_local){ 0 }), "19700101T000000");
	assert_string_equal(ct_ics_day(value, (struct ct_day){ 0 }), "19700101");
	assert_string_equal(ct_ics_utc(value, CT_NO_UTC), "");
	assert_string_equal(ct_ics_local(value, CT_NO_LOCAL), "");
}

/* Takes the folds out of one line and looks at each of its pieces. */
static size_t unfold(const char *folded, char *out)
{
	size_t len = 0, space = 0;

	for (;;) {
		const char *end = strstr(folded, "\r\n");

		assert_non_null(end);
		assert_true((size_t)(end - folded) + space <= 75);
		assert_true(ct_utf8_check(folded, (size_t)(end - folded)));
		memcpy(out + len, folded, (size_t)(end - folded));
		len += (size_t)(end - folded);
		if (end[2] == '\0')
			break;
		assert_int_equal(end[2], ' ');
		folded = end + 3;
		space = 1;
		assert_true(*folded != '\r');
	}
	out[len] = '\0';
	return len;
}

/* Texts of characters of 1 to 4 bytes, of every length around the folds: every cut is met. */
static void folded(void **state)
{
	static const char *const chars[] = { "a", "\xC3\xA9", "\xE2\x82\xAC", "\xF0\x9F\x8E\x89" };
	struct ct_buf *b = *state;
	char text[1024], back[1024], line[1100];
	size_t first, n, i, folds = 0;

	for (first = 0; first < 4; first++)
		for (n = 0; n < 230; n++) {
			text[0] = '\0';
			for (i = 0; i < n && strlen(text) < 900; i++)
				strcat(text, chars[i ? (first + i / 7) % 4 : first]);
			ct_buf_cut(b, 0);
			ct_ics_line_text(b, "X", text);
			unfold(ct_buf_data(b), back);
			snprintf(line, sizeof(line), "X:%s", text);
			assert_string_equal(back, line);
			folds += strstr(ct_buf_data(b), "\r\n ") != NULL;
		}
	assert_true(folds > 500);
	ct_buf_cut(b, 0);
	memset(text, 'x', 73);
	text[73] = '\0';
	ct_ics_line(b, "X", text);
	assert_int_equal(ct_buf_len(b), 77);	/* 75 octets are one line */
}

static void full(void **state)
{
	struct ct_buf *b = ct_buf_new(NULL, 40);
	struct ct_error e;

	(void)state;
	ct_ics_line_text(b, "SUMMARY", "longer than what there is room for");
	assert_true(ct_buf_full(b));
	ct_ics_line(b, "A", "b");
	assert_true(ct_buf_full(b));
	assert_int_equal(ct_ics_zone(b, zone_of("Europe/Paris"), &e), 0);
	assert_true(ct_buf_full(b) && ct_buf_len(b) <= 40);
	talloc_free(b);
}

/* What libical reads is what was said, and it finds no fault in it. */
static void read_by_libical(void **state)
{
	static const char title[] = "R\xC3\xA9union ; \"atelier\", \\ suite\nligne 2 "
		"\xF0\x9F\x8E\x89 \xE2\x82\xAC \xE2\x82\xAC \xE2\x82\xAC, and on to the end";
	struct ct_buf *b = *state;
	icalcomponent *event;
	size_t line;

	ct_ics_line(b, "BEGIN", "VEVENT");
	ct_ics_line_text(b, "SUMMARY", title);
	ct_ics_line_local(b, "DTSTART", zone_of("Europe/Paris"),
			  ct_local_make(2026, 11, 26, 14, 0, 0));
	line = ct_ics_begin(b, "ORGANIZER");
	ct_ics_param(b, "CN", "Doe; John: jr, and others whose names make it long enough to fold");
	ct_buf_text(b, ":mailto:doe@example.org");
	ct_ics_end(b, line);
	ct_ics_line(b, "END", "VEVENT");
	event = icalparser_parse_string(ct_buf_data(b));
	assert_non_null(event);
	assert_int_equal(icalcomponent_count_errors(event), 0);
	assert_string_equal(icalcomponent_get_summary(event), title);
	assert_string_equal(icaltime_as_ical_string(icalcomponent_get_dtstart(event)),
			    "20261126T140000");
	assert_string_equal(icalproperty_get_organizer(
		icalcomponent_get_first_property(event, ICAL_ORGANIZER_PROPERTY)),
		"mailto:doe@example.org");
	icalcomponent_free(event);
}

static void paris(void **state)
{
	struct ct_buf *b = *state;
	struct ct_error e;

	assert_int_equal(ct_ics_zone(b, zone_of("Europe/Paris"), &e), 0);
	assert_string_equal(ct_buf_data(b),
			    "BEGIN:VTIMEZONE\r\n"
			    "TZID:Europe/Paris\r\n"
			    "BEGIN:STANDARD\r\n"
			    "DTSTART:19701025T030000\r\n"
			    "RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU\r\n"
			    "TZNAME:CET\r\n"
			    "TZOFFSETFROM:+0200\r\n"
			    "TZOFFSETTO:+0100\r\n"
			    "END:STANDARD\r\n"
			    "BEGIN:DAYLIGHT\r\n"
			    "DTSTART:19700329T020000\r\n"
			    "RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU\r\n"
			    "TZNAME:CEST\r\n"
			    "TZOFFSETFROM:+0100\r\n"
			    "TZOFFSETTO:+0200\r\n"
			    "END:DAYLIGHT\r\n"
			    "END:VTIMEZONE\r\n");
	ct_buf_cut(b, 0);
	assert_int_equal(ct_ics_zone(b, zone_of("Indian/Reunion"), &e), 0);
	assert_string_equal(ct_buf_data(b),
			    "BEGIN:VTIMEZONE\r\n"
			    "TZID:Indian/Reunion\r\n"
			    "BEGIN:STANDARD\r\n"
			    "DTSTART:19700101T000000\r\n"
			    "TZNAME:+04\r\n"
			    "TZOFFSETFROM:+0400\r\n"
			    "TZOFFSETTO:+0400\r\n"
			    "END:STANDARD\r\n"
			    "END:VTIMEZONE\r\n");
}

/* How many changes of the zone's own are in these years. */
static size_t changes_in(const struct ct_zone *zone, int first, int last)
{
	size_t i, n = 0;

	for (i = 1; i < zone->count; i++) {
		bool before = zone->spans[i].at < ct_civil_days(first, 1, 1) * CT_DAY_S;

		n += !before && zone->spans[i].at < ct_civil_days(last + 1, 1, 1) * CT_DAY_S;
	}
	return n;
}

static bool regular(const struct ct_zone *zone, int year)
{
	const struct ct_footer *f = &zone->footer;
	int i;

	for (i = 0; f->dst && i < 2; i++) {
		struct ct_utc at = { ct_rule_day(&f->rule[i], year) * CT_DAY_S + f->rule[i].time -
				     f->offset[!i] };

		if (ct_zone_offset(zone, at) != f->offset[i] ||
		    ct_zone_offset(zone, (struct ct_utc){ at.s - 1 }) != f->offset[!i])
			return false;
	}
	return changes_in(zone, year, year) == (f->dst ? 2 : 0);
}

/* From which of the years compared on the zone has its footer's rules without exception. */
static int since(const struct ct_zone *zone)
{
	int year = LAST_YEAR;

	while (year > FIRST_YEAR && regular(zone, year - 1))
		year--;
	assert_true(year <= LAST_YEAR - 5);
	return year;
}

static void same_change(const struct ct_zone *zone, int64_t utc, int before, int after)
{
	if (ct_zone_offset(zone, (struct ct_utc){ utc - 1 }) != before ||
	    ct_zone_offset(zone, (struct ct_utc){ utc }) != after)
		fail_msg("%s: %" PRId64 " from %d to %d", ct_zone_name(zone), utc, before, after);
}

static int offset_in(icalcomponent *part, icalproperty_kind kind)
{
	icalproperty *p = icalcomponent_get_first_property(part, kind);

	assert_non_null(p);
	return kind == ICAL_TZOFFSETTO_PROPERTY ? icalproperty_get_tzoffsetto(p) :
		icalproperty_get_tzoffsetfrom(p);
}

/* libical expands the rule on floating time; the instants are reckoned here. */
static size_t compare_part(const struct ct_zone *zone, icalcomponent *part)
{
	icalproperty *rule = icalcomponent_get_first_property(part, ICAL_RRULE_PROPERTY);
	int from = offset_in(part, ICAL_TZOFFSETFROM_PROPERTY);
	int to = offset_in(part, ICAL_TZOFFSETTO_PROPERTY);
	struct icaltimetype t;
	icalrecur_iterator *i;
	size_t n = 0;

	if (!rule) {
		assert_int_equal(from, to);
		return 0;
	}
	i = icalrecur_iterator_new(icalproperty_get_rrule(rule), icalcomponent_get_dtstart(part));
	assert_non_null(i);
	for (t = icalrecur_iterator_next(i); !icaltime_is_null_time(t) && t.year <= LAST_YEAR;
	     t = icalrecur_iterator_next(i)) {
		struct ct_local wall = ct_local_make(t.year, t.month, t.day, t.hour, t.minute,
						     t.second);

		if (t.year < since(zone))
			continue;
		same_change(zone, wall.s - from, from, to);
		n++;
	}
	icalrecur_iterator_free(i);
	return n;
}

static void expanded_by_libical(void **state)
{
	struct ct_buf *b = *state;
	struct ct_error e;
	size_t i, all = 0;

	for (i = 0; i < COUNT(zones); i++) {
		const struct ct_zone *zone = zone_of(zones[i]);
		icalcomponent *read, *part;
		size_t n = 0;

		ct_buf_cut(b, 0);
		assert_int_equal(ct_ics_zone(b, zone, &e), 0);
		read = icalparser_parse_string(ct_buf_data(b));
		assert_non_null(read);
		assert_int_equal(icalcomponent_count_errors(read), 0);
		for (part = icalcomponent_get_first_component(read, ICAL_ANY_COMPONENT); part;
		     part = icalcomponent_get_next_component(read, ICAL_ANY_COMPONENT))
			n += compare_part(zone, part);
		assert_int_equal(n, changes_in(zone, since(zone), LAST_YEAR));
		all += n;
		icalcomponent_free(read);
	}
	assert_true(all > 400);
}

static void write_calendar(struct ct_buf *b, char path[32])
{
	struct ct_error e;
	size_t i;
	int fd;

	ct_ics_line(b, "BEGIN", "VCALENDAR");
	ct_ics_line(b, "VERSION", "2.0");
	ct_ics_line(b, "PRODID", "-//test//test//EN");
	for (i = 0; i < COUNT(zones); i++)
		assert_int_equal(ct_ics_zone(b, zone_of(zones[i]), &e), 0);
	ct_ics_line(b, "END", "VCALENDAR");
	strcpy(path, "/tmp/test_ics_XXXXXX");
	fd = mkstemp(path);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, ct_buf_data(b), ct_buf_len(b)), (ssize_t)ct_buf_len(b));
	close(fd);
}

static size_t compare_with_python(FILE *f)
{
	size_t n[COUNT(zones)] = { 0 }, i = 0, all = 0;
	const struct ct_zone *zone = NULL;
	char line[128], name[64];

	while (fgets(line, sizeof(line), f)) {
		int64_t utc;
		int offset;

		if (sscanf(line, "zone %63s", name) == 1) {
			zone = zone_of(name);
			for (i = 0; strcmp(zones[i], name) != 0; )
				assert_true(++i < COUNT(zones));
			continue;
		}
		assert_int_equal(sscanf(line, "t %" SCNd64 " %d", &utc, &offset), 2);
		if (ct_civil_of(utc).year < since(zone))
			continue;
		same_change(zone, utc, ct_zone_offset(zone, (struct ct_utc){ utc - 1 }), offset);
		assert_true(offset != ct_zone_offset(zone, (struct ct_utc){ utc - 1 }));
		n[i]++;
		all++;
	}
	for (i = 0; i < COUNT(zones); i++) {
		zone = zone_of(zones[i]);
		if (n[i] != changes_in(zone, since(zone), PYTHON_LAST_YEAR))
			fail_msg("%s: %zu changes", zones[i], n[i]);
	}
	return all;
}

static void read_by_python(void **state)
{
	const char *source = getenv("COMPTOIR_SOURCE");
	char path[32], command[4096];
	FILE *f;

	if (system(PYTHON " -c 'import icalendar' 2>/dev/null") != 0) {
		print_message("no python3-icalendar: VTIMEZONE is not read by it\n");
		skip();
	}
	write_calendar(*state, path);
	snprintf(command, sizeof(command), PYTHON " '%s/tests/unit/ics_zones.py' %s %d %d",
		 source ? source : ".", path, FIRST_YEAR, PYTHON_LAST_YEAR);
	f = popen(command, "r");
	assert_non_null(f);
	assert_true(compare_with_python(f) > 350);
	assert_int_equal(pclose(f), 0);
	assert_int_equal(unlink(path), 0);
}

/* No zone has such rules today, but files may. */
static void strange_rules(void **state)
{
	static const struct {
		const char *footer, *start;	/* NULL: cannot be written */
	} table[] = {
		{ "AAA0BBB,J60/0,J300/0",
		  "DTSTART:19700301T000000\r\nRRULE:FREQ=YEARLY;BYYEARDAY=-306\r\n" },
		{ "AAA0BBB,J59/0,J300/0",
		  "DTSTART:19700228T000000\r\nRRULE:FREQ=YEARLY;BYYEARDAY=59\r\n" },
		{ "AAA0BBB,59/25,300/0",
		  "DTSTART:19700302T010000\r\nRRULE:FREQ=YEARLY;BYYEARDAY=61\r\n" },
		{ "AAA0BBB,M2.5.0/-1,M10.1.0", "DTSTART:19700221T230000\r\n"
		  "RRULE:FREQ=YEARLY;BYYEARDAY=-314,-313,-312,-311,-310,-309,-308;BYDAY=SA\r\n" },
		{ "AAA0BBB,M2.5.0,M10.1.0",
		  "DTSTART:19700222T020000\r\nRRULE:FREQ=YEARLY;BYMONTH=2;BYDAY=-1SU\r\n" },
		{ "AAA0BBB,M1.1.0/-25,M10.1.0", NULL },
		{ "AAA0BBB,M3.1.0,J365/24", NULL },
		{ "AAA0BBB,M3.1.0,365/0", NULL },
	};
	struct ct_buf *b = *state;
	struct ct_error e;
	size_t i;

	for (i = 0; i < COUNT(table); i++) {
		struct ct_zone zone = { .name = "Test" };
		int rc;

		assert_true(ct_footer_read(table[i].footer, strlen(table[i].footer), &zone.footer));
		ct_buf_cut(b, 0);
		rc = ct_ics_zone(b, &zone, &e);
		assert_int_equal(rc, table[i].start ? 0 : CT_INVALID);
		if (table[i].start && !strstr(ct_buf_data(b), table[i].start))
			fail_msg("%s: %s", table[i].footer, ct_buf_data(b));
		assert_int_equal(ct_buf_len(b) > 0, rc == 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(escaped, set_up, tear_down),
		cmocka_unit_test_setup_teardown(parameters, set_up, tear_down),
		cmocka_unit_test_setup_teardown(lines, set_up, tear_down),
		cmocka_unit_test_setup_teardown(hours, set_up, tear_down),
		cmocka_unit_test_setup_teardown(folded, set_up, tear_down),
		cmocka_unit_test_setup_teardown(full, set_up, tear_down),
		cmocka_unit_test_setup_teardown(read_by_libical, set_up, tear_down),
		cmocka_unit_test_setup_teardown(paris, set_up, tear_down),
		cmocka_unit_test_setup_teardown(expanded_by_libical, set_up, tear_down),
		cmocka_unit_test_setup_teardown(read_by_python, set_up, tear_down),
		cmocka_unit_test_setup_teardown(strange_rules, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
