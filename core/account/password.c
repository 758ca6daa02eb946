/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "account/password.h"

#include <assert.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include <comptoir/i18n.h>

#include "core.h"
#include "server/scoreboard.h"

enum { PASSES = 2, MEMORY = 19 << 20 };

static_assert(CT_PASSWORD_HASH == crypto_pwhash_STRBYTES, "libsodium's hashes fit");

static int enter(struct ct_core *core, struct ct_error *e)
{
	if (ct_board_hash_enter(core->board, core->slot))
		return 0;
	return ct_fail(
		e, CT_BUSY,
		_("Many people are signing in at the moment. Please try again in a few seconds."));
}

int ct_password_hash(struct ct_core *core, const char *password, char hash_r[CT_PASSWORD_HASH],
		     struct ct_error *e)
{
	int rc = enter(core, e);

	if (rc)
		return rc;
	rc = crypto_pwhash_str_alg(hash_r, password, strlen(password), PASSES, MEMORY,
				   crypto_pwhash_ALG_ARGON2ID13);
	ct_board_hash_leave(core->board, core->slot);
	return rc ? ct_fail(e, CT_BUSY, "no memory to hash a password") : 0;
}

/*
 * A hash that no password has, for who does not exist: made of chance instead of hashed, so that not even
 * its first use takes longer.
 */
static const char *nobodys_hash(void)
{
	enum { VARIANT = sodium_base64_VARIANT_ORIGINAL_NO_PADDING };
	static char hash[CT_PASSWORD_HASH];
	unsigned char chance[crypto_pwhash_argon2id_SALTBYTES + 32];
	char salt[32], result[64];

	if (*hash)
		return hash;
	randombytes_buf(chance, sizeof(chance));
	sodium_bin2base64(salt, sizeof(salt), chance, crypto_pwhash_argon2id_SALTBYTES, VARIANT);
	sodium_bin2base64(result, sizeof(result), chance + crypto_pwhash_argon2id_SALTBYTES, 32,
			  VARIANT);
	snprintf(hash, sizeof(hash), "$argon2id$v=19$m=%d,t=%d,p=1$%s$%s", MEMORY >> 10, PASSES,
		 salt, result);
	return hash;
}

int ct_password_verify(struct ct_core *core, const char *password, const char *hash, bool *yes_r,
		       struct ct_error *e)
{
	int rc = enter(core, e);
	bool yes;

	if (rc)
		return rc;
	yes = !crypto_pwhash_str_verify(hash ? hash : nobodys_hash(), password, strlen(password));
	ct_board_hash_leave(core->board, core->slot);
	*yes_r = yes && hash;
	return 0;
}

bool ct_password_is_outdated(const char *hash)
{
	return crypto_pwhash_str_needs_rehash(hash, PASSES, MEMORY) != 0;
}
