/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Chance, hashes and comparing secrets, all by libsodium. Without a source of randomness the
 * process ends: a guessable token is worse than none.
 *
 * A secret that we hand out (session, API token, link in a mail) is stored as its hash only, so
 * that a stolen database opens nothing. Such a token has 128 bits of chance or more, so a plain
 * SHA-256 is enough and lets one query find it; passwords are another matter and do not come
 * here.
 */
#ifndef CORE_BASE_RANDOM_H
#define CORE_BASE_RANDOM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { CT_UUID_SIZE = 37, CT_KEY_BYTES = 32, CT_HASH_SIZE = 65 };

/* `bytes` random bytes in base64url (RFC 4648, 5) without padding, on `mem`: 32 give 43 letters. */
char *ct_token(void *mem, size_t bytes);

/* A random UUID (RFC 9562, version 4), lower case: "7b0c4c1e-3f4e-4d0b-8a4e-0d7c6f0a9b11". */
void ct_uuid(char uuid_r[CT_UUID_SIZE]);

/* Is it written like one? In either case, as people paste them. */
bool ct_is_uuid(const char *text);

/* The SHA-256 of a token as 64 hex digits, on `mem`: what the database keeps of it. */
char *ct_hash_token(void *mem, const char *token);

/* The SHA-256 of any bytes, the same way. */
char *ct_hash(void *mem, const void *bytes, size_t len);

/*
 * The keyed hash (BLAKE2b, 32 bytes) of `bytes` as 64 hex digits, on `mem`: a signature that only
 * who has `key` can make. Begin `bytes` with what it is for ("visitor form …"), so that a value
 * signed for one purpose is no good for another.
 */
char *ct_keyed_hash(void *mem, const uint8_t key[CT_KEY_BYTES], const void *bytes, size_t len);

/* Are both texts the same? Takes a time that depends on their lengths only. */
bool ct_same_text(const char *a, const char *b);

#endif
