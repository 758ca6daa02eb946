/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "http_cases.h"

#include <stdbool.h>

#include "base/random.h"

static void token_is_base64url_of_its_length(void **state)
{
	static const char letters[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
	static const struct { size_t bytes, length; } cases[] = {
		{ 1, 2 }, { 2, 3 }, { 3, 4 }, { 16, 22 }, { 32, 43 }, { 64, 86 },
	};
	void *mem = talloc_new(NULL);

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		char *token = ct_token(mem, cases[i].bytes);

		assert_int_equal(strlen(token), cases[i].length);
		assert_int_equal(strspn(token, letters), cases[i].length);
		assert_ptr_equal(talloc_parent(token), mem);
	}
	assert_string_not_equal(ct_token(mem, 32), ct_token(mem, 32));
	talloc_free(mem);
}

/* Each of the 64 letters turns up: a token made of few of them would be a token of few bits. */
static void tokens_use_all_letters(void **state)
{
	bool seen[256] = { false };
	size_t n = 0;

	(void)state;
	for (int i = 0; i < 50; i++) {
		char *token = ct_token(NULL, 33);

		for (char *c = token; *c; c++) {
			n += !seen[(unsigned char)*c];
			seen[(unsigned char)*c] = true;
		}
		talloc_free(token);
	}
	assert_int_equal(n, 64);
}

static void uuid_has_its_form(void **state)
{
	char a[CT_UUID_SIZE], b[CT_UUID_SIZE];
	bool variants[256] = { false };

	(void)state;
	for (int i = 0; i < 500; i++) {
		memset(a, 'Z', sizeof(a));
		ct_uuid(a);
		assert_int_equal(strlen(a), 36);
		assert_int_equal(strspn(a, "0123456789abcdef-"), 36);
		assert_true(a[8] == '-' && a[13] == '-' && a[18] == '-' && a[23] == '-');
		assert_int_equal(a[14], '4');
		assert_non_null(strchr("89ab", a[19]));
		variants[(unsigned char)a[19]] = true;
	}
	assert_true(variants['8'] && variants['9'] && variants['a'] && variants['b']);
	ct_uuid(b);
	assert_string_not_equal(a, b);
}

/* FIPS 180-2, B.1 and the empty message. */
static void hash_is_sha256(void **state)
{
	void *mem = talloc_new(NULL);

	(void)state;
	assert_string_equal(ct_hash(mem, "abc", 3),
			    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
	assert_string_equal(ct_hash_token(mem, "abc"),
			    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
	assert_string_equal(ct_hash(mem, "", 0),
			    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
	talloc_free(mem);
}

/* python3: hashlib.blake2b(b"visitor form 1", digest_size=32, key=bytes(range(32))).hexdigest() */
static void keyed_hash_is_blake2b(void **state)
{
	void *mem = talloc_new(NULL);
	uint8_t key[CT_KEY_BYTES];
	char *before;

	(void)state;
	for (size_t i = 0; i < sizeof(key); i++)
		key[i] = (uint8_t)i;
	before = ct_keyed_hash(mem, key, BYTES("visitor form 1"));
	assert_string_equal(before,
			    "aa192bc4345e4e8999267a371ffb73433c57c1e0e2d1696151aba64d6809ca65");
	assert_string_not_equal(before, ct_keyed_hash(mem, key, BYTES("visitor form 2")));
	key[31] ^= 1;
	assert_string_not_equal(before, ct_keyed_hash(mem, key, BYTES("visitor form 1")));
	talloc_free(mem);
}

static void same_text_compares(void **state)
{
	(void)state;
	assert_true(ct_same_text("", ""));
	assert_true(ct_same_text("secret", "secret"));
	assert_false(ct_same_text("secret", "secreT"));
	assert_false(ct_same_text("secret", "secret1"));
	assert_false(ct_same_text("secret1", "secret"));
	assert_false(ct_same_text("", "s"));
	assert_false(ct_same_text("Xecret", "secret"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(token_is_base64url_of_its_length),
		cmocka_unit_test(tokens_use_all_letters),
		cmocka_unit_test(uuid_has_its_form),
		cmocka_unit_test(hash_is_sha256),
		cmocka_unit_test(keyed_hash_is_blake2b),
		cmocka_unit_test(same_text_compares),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
