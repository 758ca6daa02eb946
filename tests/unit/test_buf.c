/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <string.h>
#include <talloc.h>

#include <comptoir/buf.h>

static int set_up(void **state)
{
	*state = talloc_new(NULL);
	return 0;
}

static int tear_down(void **state)
{
	talloc_free(*state);
	return 0;
}

static void adds(void **state)
{
	struct ct_buf *b = ct_buf_new(*state, 1000);

	assert_string_equal(ct_buf_data(b), "");
	assert_int_equal(ct_buf_len(b), 0);
	ct_buf_text(b, "ab");
	ct_buf_byte(b, '\0');
	ct_buf_add(b, "cdef", 2);
	ct_buf_add(b, NULL, 0);
	ct_buf_printf(b, "%d-%s", 42, "x");
	ct_buf_printf(b, "%s", "");
	assert_int_equal(ct_buf_len(b), 9);
	assert_memory_equal(ct_buf_data(b), "ab\0cd42-x", 10);
	assert_false(ct_buf_full(b));
}

/* Grows byte by byte and by pieces far larger than what there is. */
static void grows(void **state)
{
	struct ct_buf *b = ct_buf_new(*state, 1 << 20);
	char big[5000];
	size_t i;

	for (i = 0; i < 3000; i++)
		ct_buf_byte(b, (char)('a' + i % 26));
	memset(big, 'x', sizeof(big));
	ct_buf_add(b, big, sizeof(big));
	ct_buf_printf(b, "%.*s", (int)sizeof(big), big);
	assert_int_equal(ct_buf_len(b), 13000);
	for (i = 0; i < 3000; i++)
		assert_int_equal(ct_buf_data(b)[i], 'a' + i % 26);
	assert_memory_equal(ct_buf_data(b) + 3000, big, sizeof(big));
	assert_memory_equal(ct_buf_data(b) + 8000, big, sizeof(big));
	assert_int_equal(ct_buf_data(b)[13000], '\0');
}

static void adds_itself(void **state)
{
	struct ct_buf *b = ct_buf_new(*state, 1 << 20);
	size_t i;

	ct_buf_text(b, "0123456789");
	for (i = 0; i < 8; i++)
		ct_buf_add(b, ct_buf_data(b), ct_buf_len(b));
	assert_int_equal(ct_buf_len(b), 2560);
	for (i = 0; i < 2560; i++)
		assert_int_equal(ct_buf_data(b)[i], '0' + i % 10);
}

static void fills(void **state)
{
	struct ct_buf *b = ct_buf_new(*state, 10);
	struct ct_error e = { 0 };
	char *text = NULL;

	ct_buf_text(b, "0123456789");
	assert_false(ct_buf_full(b));
	ct_buf_byte(b, 'x');
	assert_true(ct_buf_full(b));
	ct_buf_text(b, "");
	ct_buf_printf(b, "%d", 1);
	assert_null(ct_buf_space(b, 1));
	assert_string_equal(ct_buf_data(b), "0123456789");
	assert_int_equal(ct_buf_take(b, *state, &text, NULL, &e), CT_TOO_LARGE);
	assert_int_equal(e.rc, CT_TOO_LARGE);
	assert_null(text);
	ct_buf_cut(b, 4);
	assert_false(ct_buf_full(b));
	ct_buf_printf(b, "%s", "abcdefg");
	assert_true(ct_buf_full(b));
	assert_string_equal(ct_buf_data(b), "0123");
	ct_buf_cut(b, 0);
	ct_buf_printf(b, "%s", "abcdefghij");
	assert_false(ct_buf_full(b));
	assert_string_equal(ct_buf_data(b), "abcdefghij");
	ct_buf_cut(b, 1);
	ct_buf_add(b, "x", SIZE_MAX);
	assert_true(ct_buf_full(b));
	assert_string_equal(ct_buf_data(b), "a");
}

static void gives_space(void **state)
{
	struct ct_buf *b = ct_buf_new(*state, 1000);
	char *at;

	ct_buf_text(b, "<");
	at = ct_buf_space(b, 500);
	assert_non_null(at);
	memset(at, 'y', 500);
	ct_buf_text(b, ">");
	assert_int_equal(ct_buf_len(b), 502);
	assert_int_equal(ct_buf_data(b)[500], 'y');
	assert_int_equal(ct_buf_data(b)[501], '>');
}

static void taken(void **state)
{
	struct ct_buf *b = ct_buf_new(*state, 1000);
	struct ct_error e;
	char *first = NULL, *second = NULL;
	size_t len = 0;

	ct_buf_text(b, "first");
	assert_int_equal(ct_buf_take(b, *state, &first, &len, &e), 0);
	assert_int_equal(len, 5);
	assert_int_equal(ct_buf_len(b), 0);
	ct_buf_text(b, "second");
	assert_int_equal(ct_buf_take(b, *state, &second, NULL, &e), 0);
	talloc_free(b);
	assert_string_equal(first, "first");
	assert_string_equal(second, "second");
	assert_ptr_equal(talloc_parent(first), *state);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(adds, set_up, tear_down),
		cmocka_unit_test_setup_teardown(grows, set_up, tear_down),
		cmocka_unit_test_setup_teardown(adds_itself, set_up, tear_down),
		cmocka_unit_test_setup_teardown(fills, set_up, tear_down),
		cmocka_unit_test_setup_teardown(gives_space, set_up, tear_down),
		cmocka_unit_test_setup_teardown(taken, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
