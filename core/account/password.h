/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Passwords: Argon2id with 19 MiB and two passes (contract.md, "Sign-in"). At most two processes of a
 * server hash at once, because each takes that memory; a third caller gets CT_BUSY.
 */
#ifndef CORE_ACCOUNT_PASSWORD_H
#define CORE_ACCOUNT_PASSWORD_H

#include <stdbool.h>
#include <comptoir/error.h>

struct ct_core;

enum { CT_PASSWORD_HASH = 128 };	/* sodium's crypto_pwhash_STRBYTES */

int ct_password_hash(struct ct_core *, const char *password, char hash_r[CT_PASSWORD_HASH],
		     struct ct_error *e) CT_MUST_USE;

/*
 * Does `password` belong to `hash`? With hash NULL (an account that does not exist or has no password)
 * the answer is no after the same work, so that time tells nothing.
 */
int ct_password_verify(struct ct_core *, const char *password, const char *hash, bool *yes_r,
		       struct ct_error *e) CT_MUST_USE;

/* Was `hash` made with other parameters than today's? Then it is to be made anew while the password is at hand. */
bool ct_password_is_outdated(const char *hash);

#endif
