/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a password must be, after NIST SP 800-63B, 3.1.1: long enough, and none of those that are tried first.
 * No rule about digits or capitals: they make people write passwords down and change a letter.
 */
#ifndef CORE_ACCOUNT_STRENGTH_H
#define CORE_ACCOUNT_STRENGTH_H

#include <comptoir/error.h>

enum { CT_PASSWORD_MIN = 8, CT_PASSWORD_MAX = 200 };	/* code points */

/*
 * Is it good enough? `own` are words that are easily guessed of this person (e-mail, names, the site's name;
 * NULLs are skipped), `n` of them. Case, and digits and signs at either end, do not make a common word a
 * good one. CT_INVALID at the field "password", with a sentence.
 */
int ct_password_rules(const char *password, const char *const *own, unsigned n, struct ct_error *e) CT_MUST_USE;

#endif
