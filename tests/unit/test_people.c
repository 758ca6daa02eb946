/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What stands apart of the people module: contrast of colours, and spreadsheets as they are saved. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include <talloc.h>

#include "people/colour.h"
#include "people/sheet.h"

/* Values of the examples that accompany WCAG, rounded down. */
static void test_contrast(void **state)
{
	(void)state;
	assert_int_equal(ct_colour_contrast("#000000", "#ffffff"), 2100);
	assert_int_equal(ct_colour_contrast("#ffffff", "#000000"), 2100);
	assert_int_equal(ct_colour_contrast("#123456", "#123456"), 100);
	assert_int_equal(ct_colour_contrast("#777777", "#ffffff"), 447);
	assert_int_equal(ct_colour_contrast("#767676", "#ffffff"), 454);
	assert_int_equal(ct_colour_contrast("#ff0000", "#ffffff"), 399);
	assert_int_equal(ct_colour_contrast("#0000ff", "#ffffff"), 859);
}

static struct ct_sheet read(void *mem, const char *text)
{
	struct ct_sheet sheet = { 0 };
	struct ct_error e;

	if (ct_sheet_read(mem, text, 10, &sheet, &e))
		fail_msg("%s", e.text);
	return sheet;
}

static void test_separators(void **state)
{
	static const char *const texts[] = { "a;b,c;d\n1;2;3\n", "a,b;c,d\n1,2,3\n", "a\tb,c\td\r\n1\t2\t3" };
	void *mem = talloc_new(NULL);

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		struct ct_sheet sheet = read(mem, texts[i]);

		assert_int_equal(sheet.n, 2);
		assert_int_equal(sheet.rows[0].n, 3);
		assert_string_equal(sheet.rows[1].cells[2], "3");
	}
	talloc_free(mem);
}

static void test_cells(void **state)
{
	void *mem = talloc_new(NULL);
	struct ct_sheet sheet = read(mem, "a;b\n\"x;\"\"y\"\"\nz\"; 2 \n;;\n\n3;");

	(void)state;
	assert_int_equal(sheet.n, 3);			/* empty rows are none */
	assert_string_equal(sheet.rows[1].cells[0], "x;\"y\"\nz");
	assert_string_equal(sheet.rows[1].cells[1], "2");
	assert_int_equal(sheet.rows[2].n, 2);
	assert_string_equal(sheet.rows[2].cells[1], "");
	talloc_free(mem);
}

/* What no spreadsheet has: a line of separators costs no more than its bytes, and keeps its first cells. */
static void test_wide(void **state)
{
	void *mem = talloc_new(NULL);
	char *text = talloc_size(mem, 120002);
	struct ct_sheet sheet;

	(void)state;
	memset(text, ';', 120000);
	memcpy(text, "a;b", 3);
	memcpy(text + 120000, "\n", 2);
	sheet = read(mem, text);
	assert_int_equal(sheet.n, 1);
	assert_int_equal(sheet.rows[0].n, CT_SHEET_COLUMNS);
	assert_string_equal(sheet.rows[0].cells[1], "b");
	talloc_free(mem);
}

static void test_refused(void **state)
{
	void *mem = talloc_new(NULL);
	struct ct_sheet sheet;
	struct ct_error e;
	char *text;

	(void)state;
	assert_int_equal(ct_sheet_read(mem, "a;b\n\"never closed\n", 10, &sheet, &e), CT_INVALID);
	assert_string_equal(e.field, "file");
	assert_int_equal(ct_sheet_read(mem, "1\n2\n3\n4\n", 3, &sheet, &e), CT_INVALID);
	assert_int_equal(ct_sheet_read(mem, "1\n2\n3\n", 3, &sheet, &e), 0);
	assert_int_equal(ct_sheet_text(mem, "PK\0\3", 4, &text, &e), CT_INVALID);
	talloc_free(mem);
}

static void test_letters(void **state)
{
	static const struct { const char *bytes, *text; } cases[] = {
		{ "Zo\xc3\xab", "Zo\xc3\xab" }, { "\xef\xbb\xbfZo\xc3\xab", "Zo\xc3\xab" }, { "Zo\xeb", "Zo\xc3\xab" },
		{ "\x9cuvre \x80", "\xc5\x93uvre \xe2\x82\xac" }, { "", "" },
	};
	void *mem = talloc_new(NULL);
	struct ct_error e;
	char *text;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_int_equal(ct_sheet_text(mem, cases[i].bytes, strlen(cases[i].bytes), &text, &e), 0);
		assert_string_equal(text, cases[i].text);
	}
	assert_int_equal(ct_sheet_text(mem, "\x81 is no letter of Windows", 26, &text, &e), CT_INVALID);
	talloc_free(mem);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_contrast), cmocka_unit_test(test_separators), cmocka_unit_test(test_cells),
		cmocka_unit_test(test_wide),
		cmocka_unit_test(test_refused), cmocka_unit_test(test_letters),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
