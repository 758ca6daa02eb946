/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <cmocka.h>
#include <sodium.h>

#include "core.h"
#include "account/password.h"
#include "server/scoreboard.h"

static struct ct_core core;

static int set_up(void **state)
{
	(void)state;
	return sodium_init() < 0;
}

static bool verify(const char *password, const char *hash)
{
	struct ct_error e;
	bool yes = !hash;

	assert_int_equal(ct_password_verify(&core, password, hash, &yes, &e), 0);
	return yes;
}

static void test_hash_and_verify(void **state)
{
	char one[CT_PASSWORD_HASH], two[CT_PASSWORD_HASH];
	struct ct_error e;

	(void)state;
	assert_int_equal(ct_password_hash(&core, "Zoë’s öl-fass", one, &e), 0);
	assert_int_equal(ct_password_hash(&core, "Zoë’s öl-fass", two, &e), 0);
	assert_string_not_equal(one, two);
	assert_int_equal(strncmp(one, "$argon2id$v=19$m=19456,t=2,p=1$", 31), 0);
	assert_null(strstr(one, "Zo"));
	assert_true(verify("Zoë’s öl-fass", one));
	assert_true(verify("Zoë’s öl-fass", two));
	assert_false(verify("Zoe’s öl-fass", one));
	assert_false(verify("", one));
	assert_false(verify("Zoë’s öl-fass ", one));
	assert_false(verify("x", "no hash at all"));
}

/* Who does not exist is refused after the same work, the first one of a process too: at least a third of it. */
static void test_nobody_costs_as_much(void **state)
{
	char hash[CT_PASSWORD_HASH];
	struct timespec t[3];
	struct ct_error e;
	int64_t known, unknown;

	(void)state;
	assert_int_equal(ct_password_hash(&core, "secret", hash, &e), 0);
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t[0]);
	for (int i = 0; i < 3; i++)
		assert_false(verify("wrong", hash));
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t[1]);
	for (int i = 0; i < 3; i++)
		assert_false(verify("wrong", NULL));
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t[2]);
	known = (t[1].tv_sec - t[0].tv_sec) * 1000000000LL + t[1].tv_nsec - t[0].tv_nsec;
	unknown = (t[2].tv_sec - t[1].tv_sec) * 1000000000LL + t[2].tv_nsec - t[1].tv_nsec;
	assert_true(unknown > known / 3 && known > unknown / 3);
}

static void test_outdated(void **state)
{
	char now[CT_PASSWORD_HASH], before[CT_PASSWORD_HASH];
	struct ct_error e;

	(void)state;
	assert_int_equal(ct_password_hash(&core, "secret", now, &e), 0);
	assert_int_equal(crypto_pwhash_str(before, "secret", 6, 1, 8 << 20), 0);
	assert_false(ct_password_is_outdated(now));
	assert_true(ct_password_is_outdated(before));
	assert_true(verify("secret", before));
}

static void test_two_at_once(void **state)
{
	struct ct_slot *a, *b;
	char hash[CT_PASSWORD_HASH] = "untouched";
	struct ct_error e = { 0 };
	bool yes = true;
	int fd;

	(void)state;
	assert_int_equal(ct_board_create(&core.board, &fd, &e), 0);
	core.slot = ct_slot_claim(core.board, 1);
	a = ct_slot_claim(core.board, 1);
	b = ct_slot_claim(core.board, 1);
	ct_slot_enter(core.slot, 1);
	ct_slot_enter(a, 2);
	ct_slot_enter(b, 3);
	assert_true(ct_board_hash_enter(core.board, a));
	assert_int_equal(ct_password_hash(&core, "x", hash, &e), 0);
	assert_true(ct_board_hash_enter(core.board, b));
	memcpy(hash, "untouched", 10);
	assert_int_equal(ct_password_hash(&core, "x", hash, &e), CT_BUSY);
	assert_string_equal(hash, "untouched");
	assert_int_equal(ct_password_verify(&core, "x", hash, &yes, &e), CT_BUSY);
	assert_int_equal(ct_password_verify(&core, "x", NULL, &yes, &e), CT_BUSY);
	assert_true(yes);
	/* each gives its place back, also after a wrong password */
	ct_board_hash_leave(core.board, b);
	for (int i = 0; i < 3; i++)
		assert_false(verify("x", NULL));
	ct_board_hash_leave(core.board, a);
	ct_board_detach(core.board);
	close(fd);
	core.board = NULL;
	core.slot = NULL;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_hash_and_verify),
		cmocka_unit_test(test_nobody_costs_as_much),
		cmocka_unit_test(test_outdated),
		cmocka_unit_test(test_two_at_once),
	};

	return cmocka_run_group_tests(tests, set_up, NULL);
}
