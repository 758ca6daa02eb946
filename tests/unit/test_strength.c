/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "account/strength.h"

static const char *const zoe[] = { "zoe.lemaire@example.org", "Zoé", "Lemaire", NULL, "Réseau d'essai" };

static int judge(const char *password)
{
	struct ct_error e = { 0 };
	int rc = ct_password_rules(password, zoe, sizeof(zoe) / sizeof(zoe[0]), &e);

	if (rc) {
		assert_string_equal(e.field, "password");
		assert_true(*e.text);
	}
	return rc;
}

static void test_length(void **state)
{
	char text[4 * CT_PASSWORD_MAX + 8] = "";

	(void)state;
	assert_int_equal(judge(""), CT_INVALID);
	assert_int_equal(judge("sept cr"), CT_INVALID);
	assert_int_equal(judge("huit crs"), 0);
	/* characters count, not bytes: seven letters with accents are 14 bytes */
	assert_int_equal(judge("éàùçêôî"), CT_INVALID);
	assert_int_equal(judge("éàùçêôîâ"), 0);
	for (int i = 0; i < CT_PASSWORD_MAX / 4; i++)
		strcat(text, "a\xc3\xa9" "bc");
	assert_int_equal(judge(text), 0);
	strcat(text, "d");
	assert_int_equal(judge(text), CT_INVALID);
}

static void test_common(void **state)
{
	static const char *const bad[] = { "password", "PassWord1", "motdepasse", "123motdepasse!", "Bonjour2026", "azertyuiop",
					   "coworking59", "12345678", "123456789012", "87654321", "67890123", "abcdefgh",
					   "aaaaaaaaaaaa", "abcabcabcabc", "!!!!!!!!", "00000000" };

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(judge(bad[i]), CT_INVALID);
}

static void test_own(void **state)
{
	static const char *const bad[] = { "zoe.lemaire@example.org", "Lemaire2026", "1lemaire1", "LEMAIRE!!", "zoe12345",
					   "example99", "réseau 59", "Réseau d'essai" };

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(judge(bad[i]), CT_INVALID);
}

/* No rule about capitals, digits or signs; a common word in company is no common password. */
static void test_good(void **state)
{
	static const char *const good[] = { "trois petits chats", "correct horse battery", "bonjour la compagnie", "xkwpqrtz",
					    "lemaire aime le vélo", "13571357 24", "日本語のパスワード" };

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		assert_int_equal(judge(good[i]), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_length),
		cmocka_unit_test(test_common),
		cmocka_unit_test(test_own),
		cmocka_unit_test(test_good),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
