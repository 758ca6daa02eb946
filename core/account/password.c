/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "account/password.h"

#include <assert.h>
#include <sodium.h>
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

int ct_password_verify(struct ct_core *core, const char *password, const char *hash, bool *yes_r,
		       struct ct_error *e)
{
	/* of a random password that nobody knows; the work to refuse it is the same */
	static char dummy[CT_PASSWORD_HASH];
	bool yes;
	int rc;

	if (!hash && !*dummy) {
		unsigned char chance[32];
		char text[65];

		randombytes_buf(chance, sizeof(chance));
		sodium_bin2hex(text, sizeof(text), chance, sizeof(chance));
		rc = ct_password_hash(core, text, dummy, e);
		if (rc)
			return rc;
	}
	rc = enter(core, e);
	if (rc)
		return rc;
	yes = !crypto_pwhash_str_verify(hash ? hash : dummy, password, strlen(password));
	ct_board_hash_leave(core->board, core->slot);
	*yes_r = yes && hash;
	return 0;
}
