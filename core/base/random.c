/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/random.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <sodium.h>
#include <talloc.h>

static void ready(void)
{
	if (sodium_init() < 0)
		abort();
}

static char *text_new(void *mem, size_t size)
{
	char *text = talloc_array(mem, char, size);

	if (!text)
		abort();
	return text;
}

static char *hex(void *mem, const unsigned char digest[32])
{
	return sodium_bin2hex(text_new(mem, CT_HASH_SIZE), CT_HASH_SIZE, digest, 32);
}

char *ct_token(void *mem, size_t bytes)
{
	const int variant = sodium_base64_VARIANT_URLSAFE_NO_PADDING;
	size_t size = sodium_base64_encoded_len(bytes, variant);
	char *text = text_new(mem, size);
	unsigned char *raw = talloc_array(NULL, unsigned char, bytes);

	if (!raw)
		abort();
	ready();
	randombytes_buf(raw, bytes);
	sodium_bin2base64(text, size, raw, bytes, variant);
	sodium_memzero(raw, bytes);
	talloc_free(raw);
	return text;
}

void ct_uuid(char uuid_r[CT_UUID_SIZE])
{
	unsigned char raw[16];
	char digits[33], *out = uuid_r;

	ready();
	randombytes_buf(raw, sizeof(raw));
	raw[6] = (unsigned char)((raw[6] & 0x0F) | 0x40);
	raw[8] = (unsigned char)((raw[8] & 0x3F) | 0x80);
	sodium_bin2hex(digits, sizeof(digits), raw, sizeof(raw));
	for (size_t i = 0; i < 32; i++) {
		if (i == 8 || i == 12 || i == 16 || i == 20)
			*out++ = '-';
		*out++ = digits[i];
	}
	*out = '\0';
}

bool ct_is_uuid(const char *text)
{
	for (size_t i = 0; i < CT_UUID_SIZE - 1; i++) {
		bool dash = i == 8 || i == 13 || i == 18 || i == 23;

		if (dash ? text[i] != '-' : !isxdigit((unsigned char)text[i]))
			return false;
	}
	return !text[CT_UUID_SIZE - 1];
}

char *ct_hash(void *mem, const void *bytes, size_t len)
{
	unsigned char digest[crypto_hash_sha256_BYTES];

	ready();
	crypto_hash_sha256(digest, bytes, len);
	return hex(mem, digest);
}

char *ct_hash_token(void *mem, const char *token)
{
	return ct_hash(mem, token, strlen(token));
}

char *ct_keyed_hash(void *mem, const uint8_t key[CT_KEY_BYTES], const void *bytes, size_t len)
{
	unsigned char digest[32];

	ready();
	crypto_generichash(digest, sizeof(digest), bytes, len, key, CT_KEY_BYTES);
	return hex(mem, digest);
}

bool ct_same_text(const char *a, const char *b)
{
	size_t len = strlen(a);

	return len == strlen(b) && sodium_memcmp(a, b, len) == 0;
}
