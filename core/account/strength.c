/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "account/strength.h"

#include <ctype.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>
#include <strings.h>

#include <comptoir/i18n.h>

/* Without the digits and signs around them. */
static const char *const common[] = {
	"admin",   "administrateur", "azerty",	  "azertyuiop", "bienvenue",
	"bonjour", "comptoir",	     "coworking", "doudou",	"jetaime",
	"loulou",  "motdepasse",     "password",  "qwerty",	"qwertyuiop",
	"qwertz",  "secret",	     "soleil",	  "tierslieu",	"tierslieux",
};

static size_t code_points(const char *text)
{
	size_t n = 0;

	for (; *text; text++)
		n += (*text & 0xC0) != 0x80;
	return n;
}

static bool is_letter(char c)
{
	return isalpha((unsigned char)c) || (unsigned char)c >= 0x80;
}

/* "Bonjour2026!" is mostly "bonjour". */
static bool is_mostly(const char *password, const char *word)
{
	size_t len, at = 0, end = strlen(password);

	while (at < end && !is_letter(password[at]))
		at++;
	while (end > at && !is_letter(password[end - 1]))
		end--;
	len = end - at;
	return len >= 3 && len == strlen(word) && !strncasecmp(password + at, word, len);
}

/* The address as a whole, what stands before its @, and any word of a name. */
static bool is_own(const char *password, const char *own)
{
	if (!own)
		return false;
	if (!strcasecmp(password, own) || is_mostly(password, own))
		return true;
	for (size_t at = 0, len; own[at]; at += len + (own[at + len] != '\0')) {
		char word[256];

		len = strcspn(own + at, " @-'._");
		if (len >= 3 && len < sizeof(word)) {
			memcpy(word, own + at, len);
			word[len] = '\0';
			if (is_mostly(password, word))
				return true;
		}
	}
	return false;
}

/* "aaaaaaaa", "abcabcabc", "12345678", "87654321" */
static bool is_pattern(const char *password)
{
	bool seen[256] = { false };
	int different = 0;
	bool up = true, down = true;

	for (size_t i = 0; password[i]; i++) {
		different += !seen[(unsigned char)password[i]];
		seen[(unsigned char)password[i]] = true;
		up &= !i || password[i] == password[i - 1] + 1 ||
		      (password[i] == '0' && password[i - 1] == '9');
		down &= !i || password[i] == password[i - 1] - 1;
	}
	return different < 4 || up || down;
}

int ct_password_rules(const char *password, const char *const *own, unsigned n, struct ct_error *e)
{
	if (code_points(password) < CT_PASSWORD_MIN)
		return ct_fail_field(
			e, "password",
			_("At least %d characters, please. Three words in a row are easy to keep in mind."),
			CT_PASSWORD_MIN);
	if (code_points(password) > CT_PASSWORD_MAX)
		return ct_fail_field(e, "password", _("At most %d characters, please."),
				     CT_PASSWORD_MAX);
	for (unsigned i = 0; i < n; i++)
		if (is_own(password, own[i]))
			return ct_fail_field(
				e, "password", "%s",
				_("Your name, your address or the name of this site is tried first. Please choose something else."));
	for (size_t i = 0; i < sizeof(common) / sizeof(common[0]); i++)
		if (is_mostly(password, common[i]))
			return ct_fail_field(
				e, "password", "%s",
				_("This is one of the passwords that are tried first. Please choose something else."));
	if (is_pattern(password))
		return ct_fail_field(
			e, "password", "%s",
			_("This is one of the passwords that are tried first. Please choose something else."));
	return 0;
}
