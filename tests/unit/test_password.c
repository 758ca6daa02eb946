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
	assert_null(strstr(one, "Zoë")); /* not "Zo": the letters of a hash say that one time in fifty */
	assert_true(verify("Zoë’s öl-fass", one));
	assert_true(verify("Zoë’s öl-fass", two));
	assert_false(verify("Zoe’s öl-fass", one));
	assert_false(verify("", one));
	assert_false(verify("Zoë’s öl-fass ", one));
	assert_false(verify("x", "no hash at all"));
}

static int64_t cpu(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return t.tv_sec * 1000000000LL + t.tv_nsec;
}

/* Who does not exist is refused after the same work: at least a third of it, however busy the machine is. */
static void test_nobody_costs_as_much(void **state)
{
	char hash[CT_PASSWORD_HASH];
	struct ct_error e;
	int64_t t[4];

	(void)state;
	assert_int_equal(ct_password_hash(&core, "secret", hash, &e), 0);
	t[0] = cpu();
	for (int i = 0; i < 3; i++)
		assert_false(verify("wrong", hash));
	t[1] = cpu();
	assert_false(verify("wrong", NULL));
	t[2] = cpu();
	for (int i = 0; i < 3; i++)
		assert_false(verify("wrong", NULL));
	t[3] = cpu();
	assert_true(t[3] - t[2] > (t[1] - t[0]) / 3 && t[1] - t[0] > (t[3] - t[2]) / 3);
	/* the first of a process too, which finds nothing prepared: hashing once more would double it */
	assert_true(t[2] - t[1] < (t[3] - t[2]) / 3 * 8 / 5);
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
