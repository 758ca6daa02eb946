/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>
#include <talloc.h>

#include "config/settings.h"

static const struct ct_choice colours[] = { { "red", "red" }, { "blue", "blue" }, { 0 } };
static const struct ct_setting shop[] = { { "name", CT_TEXT, "Kiosk", "Name", true, NULL },
					  { "workers", CT_INT, "4", "How many", true, NULL },
					  { "url", CT_URL, NULL, "Address", false, NULL },
					  { "email", CT_EMAIL, NULL, "Mail", false, NULL },
					  { "key", CT_SECRET, NULL, "Secret", true, NULL },
					  { "colour", CT_CHOICE, "red", "Colour", false, colours },
					  { "open", CT_BOOL, "1", "Is it?", false, NULL },
					  { 0 } };
static const struct ct_setting second[] = { { "name", CT_TEXT, "other", "Name", true, NULL },
					    { 0 } };

static void *mem;
static char path[] = "/tmp/comptoir-settings.XXXXXX", initial_path[sizeof(path)];

static int set_up(void **state)
{
	(void)state;
	mem = talloc_new(NULL);
	memcpy(initial_path, path, sizeof(path));
	close(mkstemp(path));
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	unlink(path);
	memcpy(path, initial_path, sizeof(path));
	talloc_free(mem);
	return 0;
}

static int load(const char *text, struct ct_settings **s_r, struct ct_error *e)
{
	FILE *f = fopen(path, "w");
	int rc;

	assert_non_null(f);
	fputs(text, f);
	fclose(f);
	if ((rc = ct_settings_read(mem, path, s_r, e)))
		return rc;
	ct_settings_declare(*s_r, "shop", shop);
	ct_settings_declare(*s_r, "second", second);
	return ct_settings_check(*s_r, e);
}

static struct ct_settings *loaded(const char *text)
{
	struct ct_settings *s = NULL;
	struct ct_error e;

	if (load(text, &s, &e))
		fail_msg("%s", e.text);
	return s;
}

/* Refused with the file's name, the line (0: none) and each of the words. */
static void refuses(const char *text, int line, const char *says, const char *and)
{
	struct ct_settings *s;
	struct ct_error e = { 0 };
	const char *where = line ? talloc_asprintf(mem, "%s:%d: ", path, line) : path;

	assert_int_equal(load(text, &s, &e), CT_BROKEN);
	if (strncmp(e.text, where, strlen(where)) != 0 || !strstr(e.text, says) ||
	    !strstr(e.text, and))
		fail_msg("%s", e.text);
}

static void test_typed_values(void **state)
{
	struct ct_settings *s = loaded(
		"; a comment\n# another\n\n[shop]\nname = Le comptoir d'été\nworkers = 12\n"
		"url = https://lieu.example/reserver\nkey = abc\ncolour = blue\nopen = no\n");

	(void)state;
	assert_string_equal(ct_settings_text(s, "shop.name"), "Le comptoir d'été");
	assert_int_equal(ct_settings_int(s, "shop.workers"), 12);
	assert_string_equal(ct_settings_text(s, "shop.url"), "https://lieu.example/reserver");
	assert_string_equal(ct_settings_text(s, "shop.colour"), "blue");
	assert_int_equal(ct_settings_int(s, "shop.open"), 0);
	assert_null(ct_settings_text(s, "shop.email"));
	assert_string_equal(ct_settings_text(s, "second.name"), "other");
}

static void test_initial_values(void **state)
{
	struct ct_settings *s = loaded("[shop]\nkey=abc");

	(void)state;
	assert_string_equal(ct_settings_text(s, "shop.name"), "Kiosk");
	assert_int_equal(ct_settings_int(s, "shop.workers"), 4);
	assert_string_equal(ct_settings_text(s, "shop.colour"), "red");
	assert_int_equal(ct_settings_int(s, "shop.open"), 1);
	assert_null(ct_settings_raw(s, "shop", "name"));
	assert_string_equal(ct_settings_raw(s, "shop", "key"), "abc");
	assert_null(ct_settings_raw(s, "nowhere", "key"));
}

static void test_unknown_names_have_a_line(void **state)
{
	(void)state;
	refuses("[shop]\nkey = abc\n\n; quite\nworker = 4\n", 5, "no such setting",
		"[shop] worker");
	refuses("[shop]\nkey = abc\n[shops]\nname = x\n", 4, "no such setting", "[shops] name");
	refuses("key = abc\n[shop]\nkey = abc\n", 1, "no such setting", "key");
	refuses("[shop]\nKey = abc\nkey = abc\n", 2, "no such setting", "Key");
	refuses("[shop]\nkey = abc\ncolour.x = red\n", 3, "no such setting", "colour.x");
}

static void test_doubles(void **state)
{
	(void)state;
	refuses("[shop]\nkey = abc\nname = a\nname = b\n", 4, "stands twice", "[shop] name");
	refuses("[shop]\nkey = abc\n[second]\nname = a\n[shop]\nkey = abc\n", 6, "stands twice",
		"[shop] key");
	assert_string_equal(
		ct_settings_text(loaded("[shop]\nkey = abc\nname = a\n[second]\nname = a\n"),
				 "second.name"),
		"a");
}

static void test_wrong_values(void **state)
{
	(void)state;
	refuses("[shop]\nkey = abc\nworkers = many\n", 3, "[shop] workers", "");
	refuses("[shop]\nkey = abc\nurl = nowhere\n", 3, "[shop] url", "");
	refuses("[shop]\nkey = abc\nurl = javascript:alert(1)\n", 3, "[shop] url", "");
	refuses("[shop]\nkey = abc\nemail = me\n", 3, "[shop] email", "");
	refuses("[shop]\nkey = abc\ncolour = green\n", 3, "[shop] colour", "");
	refuses("[shop]\nkey = abc\nopen = perhaps\n", 3, "[shop] open", "");
}

static void test_required(void **state)
{
	(void)state;
	refuses("[shop]\nname = x\n", 0, "[shop] key is required", "Secret");
	refuses("[shop]\nkey =\n", 2, "[shop] key is required", "Secret");
	refuses("[shop]\nkey = abc\nname =\n", 3, "[shop] name is required", "Name");
	assert_null(ct_settings_text(loaded("[shop]\nkey = abc\nemail =\n"), "shop.email"));
}

/* fputs ends at a NUL, so the file is written again. */
static void test_no_text(void **state)
{
	static const char text[] = "[shop]\nkey = a\0b\n";
	struct ct_settings *s;
	struct ct_error e = { 0 };
	FILE *f = fopen(path, "w");

	(void)state;
	assert_non_null(f);
	assert_int_equal(fwrite(text, 1, sizeof(text) - 1, f), sizeof(text) - 1);
	fclose(f);
	assert_int_equal(ct_settings_read(mem, path, &s, &e), CT_BROKEN);
	assert_non_null(strstr(e.text, ":2: this is no text"));
}

static void test_no_ini(void **state)
{
	struct ct_settings *s;
	struct ct_error e;

	(void)state;
	refuses("[shop]\nkey = abc\nnonsense\n", 3, "expected", "key = value");
	refuses("[shop\nkey = abc\n", 1, "expected", "[section]");
	refuses("[shop]\nkey = abc\n\n= 4\n", 4, "no such setting", "");
	unlink(path);
	assert_int_equal(ct_settings_read(mem, path, &s, &e), CT_BROKEN);
	assert_non_null(strstr(e.text, path));
	assert_non_null(strstr(e.text, "No such file"));
}

static void test_environment_comes_first(void **state)
{
	struct ct_error e = { 0 };
	struct ct_settings *s;

	(void)state;
	setenv("COMPTOIR_SHOP_WORKERS", "7", 1);
	setenv("COMPTOIR_SHOP_KEY", "from outside", 1);
	s = loaded("[shop]\nworkers = 2\n");
	assert_int_equal(ct_settings_int(s, "shop.workers"), 7);
	assert_string_equal(ct_settings_text(s, "shop.key"), "from outside");
	assert_string_equal(ct_settings_raw(s, "shop", "workers"), "7");
	/* it is typed like the file */
	setenv("COMPTOIR_SHOP_WORKERS", "x", 1);
	assert_int_equal(load("[shop]\nworkers = 2\n", &s, &e), CT_BROKEN);
	assert_non_null(strstr(e.text, "COMPTOIR_SHOP_WORKERS"));
	setenv("COMPTOIR_SHOP_WORKERS", "", 1);
	assert_int_equal(load("[shop]\nworkers = 2\n", &s, &e), CT_BROKEN);
	unsetenv("COMPTOIR_SHOP_WORKERS");
	unsetenv("COMPTOIR_SHOP_KEY");
}

/* Nothing of a long line is lost or read as another one. */
static void test_long_lines(void **state)
{
	char *value = talloc_zero_size(mem, 3001);
	struct ct_settings *s;

	(void)state;
	memset(value, 'x', 3000);
	memcpy(value + 191, " email = ", 9);
	refuses(talloc_asprintf(mem, "[shop]\nkey = abc\nname = %s\n", value), 3,
		"at most 198 bytes", "indented");
	refuses(talloc_asprintf(mem, "[shop]\nkey = abc\nname = %s", value), 3, "at most 198 bytes",
		"indented");
	s = loaded(talloc_asprintf(mem, "; %s\n[shop]\n\t# %s\nkey = abc\nname = %.100s\n; %s",
				   value, value, value, value));
	assert_int_equal(strlen(ct_settings_text(s, "shop.name")), 100);
	s = loaded(talloc_asprintf(mem, "[shop]\nkey = %.192s\nname = %.191s", value + 200, value));
	assert_int_equal(strlen(ct_settings_text(s, "shop.key")), 192);
	assert_int_equal(strlen(ct_settings_text(s, "shop.name")), 191);
	assert_null(ct_settings_text(s, "shop.email"));
	refuses(talloc_asprintf(mem, "[shop]\nkey = abc\n; %s\nworker = 1\n", value), 4,
		"no such setting", "worker");
}

static void test_continued_values(void **state)
{
	struct ct_settings *s = loaded(
		"[shop]\n  key = abc\nname = https://a.example\n  https://b.example\n"
		"\thttps://c.example\nworkers = 3\n");

	(void)state;
	assert_string_equal(ct_settings_text(s, "shop.name"),
			    "https://a.example https://b.example https://c.example");
	assert_string_equal(ct_settings_text(s, "shop.key"), "abc");
	assert_int_equal(ct_settings_int(s, "shop.workers"), 3);
	/* whoever indents all settings is told so, instead of having them joined */
	refuses("[shop]\n  key = abc\n  name = a\n", 3, "looks like one of its own", "");
	refuses("[shop]\nkey = abc\nname = a\nkey = abc\n", 4, "stands twice", "key");
}

static void test_signs_in_values(void **state)
{
	struct ct_settings *s = loaded(
		"\xEF\xBB\xBF[shop]\r\nkey = a=b#c;d:e \"f\" \r\nname=  Lieu  ; a comment\r\n");

	(void)state;
	assert_string_equal(ct_settings_text(s, "shop.key"), "a=b#c;d:e \"f\"");
	assert_string_equal(ct_settings_text(s, "shop.name"), "Lieu");
}

static void test_paths_start_at_the_file(void **state)
{
	struct ct_settings *s = loaded("[shop]\nkey = abc\n");

	(void)state;
	assert_string_equal(ct_settings_path(mem, s, "/var/lib/x"), "/var/lib/x");
	assert_string_equal(ct_settings_path(mem, s, "x/y"), "/tmp/x/y");
	assert_string_equal(ct_settings_path(mem, s, "../y"), "/tmp/../y");
}

/* The core's own tables: every initial value passes its own type, and each setting is explained. */
static void test_core_sections(void **state)
{
	struct ct_settings *s;
	struct ct_error e = { 0 };
	FILE *f = fopen(path, "w");

	(void)state;
	assert_non_null(f);
	fputs("[security]\nkey = 00\n[database]\nsocket = /run/s\n", f);
	fclose(f);
	assert_int_equal(ct_settings_read(mem, path, &s, &e), 0);
	for (const struct ct_settings_section *sec = ct_core_sections; sec->name; sec++) {
		ct_settings_declare(s, sec->name, sec->table);
		for (const struct ct_setting *t = sec->table; t->key; t++)
			assert_true(t->help && *t->help);
	}
	if (ct_settings_check(s, &e))
		fail_msg("%s", e.text);
	assert_int_equal(ct_settings_int(s, "server.workers"), 4);
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(test_typed_values),
		CASE(test_initial_values),
		CASE(test_unknown_names_have_a_line),
		CASE(test_doubles),
		CASE(test_wrong_values),
		CASE(test_required),
		CASE(test_no_text),
		CASE(test_no_ini),
		CASE(test_environment_comes_first),
		CASE(test_long_lines),
		CASE(test_signs_in_values),
		CASE(test_continued_values),
		CASE(test_paths_start_at_the_file),
		CASE(test_core_sections),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
