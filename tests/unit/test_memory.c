/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The limit of a request's memory: it stops what is too much, and costs nothing to what is not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <time.h>
#include <cmocka.h>
#include <talloc.h>

#include "base/memory.h"

enum { CELLS = 40000, MIB = 1 << 20 };

static double grow_by_one(void *mem)
{
	clock_t start = clock();
	const char **cells = NULL;
	char *text = talloc_strdup(mem, "");

	for (unsigned i = 0; i < CELLS; i++) {
		cells = talloc_realloc(mem, cells, const char *, i + 1);
		cells[i] = talloc_strdup(mem, "");
		text = talloc_asprintf_append_buffer(text, "%c", 'x');
	}
	return (double)(clock() - start) / CLOCKS_PER_SEC;
}

/* Each measure walks over all that hangs on the request: there must be few, however often a block grows. */
static void test_growing_is_cheap(void **state)
{
	void *free = talloc_new(NULL), *limited = talloc_new(NULL);
	double without = grow_by_one(free), with;

	(void)state;
	ct_memory_limit(limited, 64 * MIB);
	with = grow_by_one(limited);
	ct_memory_limit(NULL, 0);
	if (with > 5 * without + 0.1)
		fail_msg("%.3f s with a limit, %.3f s without", with, without);
	talloc_free(free);
	talloc_free(limited);
}

static void test_growing_is_stopped(void **state)
{
	void *root = talloc_new(NULL);
	volatile unsigned n = 0;
	jmp_buf escape;
	char *block = NULL;

	(void)state;
	ct_memory_limit(root, 8 * MIB);
	if (!setjmp(escape)) {
		ct_memory_escape(&escape);
		for (n = 1; n < 64; n++)
			block = talloc_realloc(root, block, char, n * MIB / 2);
		fail_msg("nothing stopped it");
	}
	assert_in_range(n, 16, 19);
	talloc_free(root);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_growing_is_cheap), cmocka_unit_test(test_growing_is_stopped),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
