/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "http/cookie.h"

#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>
#include <comptoir/i18n.h>

#include "http/lex.h"

enum { HEADER_MAX = 65536 };

static struct ct_word trim(const char *s, size_t len)
{
	while (len && (*s == ' ' || *s == '\t'))
		s++, len--;
	while (len && (s[len - 1] == ' ' || s[len - 1] == '\t'))
		len--;
	return (struct ct_word){ s, len };
}

static bool is_token(struct ct_word word)
{
	struct ct_lex lex = { word.s, word.s + word.len };
	struct ct_word token;

	return ct_lex_token(&lex, &token) && lex.at == lex.end;
}

static bool is_value(struct ct_word word)
{
	for (size_t i = 0; i < word.len; i++)
		if ((unsigned char)word.s[i] < 0x20 || word.s[i] == 0x7F)
			return false;
	return true;
}

static void add_pair(struct ct_params *cookies, const char *pair, size_t len)
{
	const char *equals = memchr(pair, '=', len);
	struct ct_word name, value;
	struct ct_error ignored;

	if (!equals)
		return;
	name = trim(pair, (size_t)(equals - pair));
	value = trim(equals + 1, len - (size_t)(equals - pair) - 1);
	if (value.len >= 2 && value.s[0] == '"' && value.s[value.len - 1] == '"')
		value = (struct ct_word){ value.s + 1, value.len - 2 };
	if (!is_token(name) || !is_value(value))
		return;
	if (ct_params_add(cookies, name.s, name.len, value.s, value.len, &ignored))
		return;
}

int ct_cookies_parse(void *mem, const char *header, struct ct_params **cookies_r,
		     struct ct_error *e)
{
	const char *at = header ? header : "";
	struct ct_params *cookies;

	if (strlen(at) > HEADER_MAX)
		return ct_fail(e, CT_BAD, _("Your browser sends too many cookies for this site."));
	cookies = ct_params_new(mem);
	for (size_t i = 0; i < CT_COOKIES_MAX && *at; i++) {
		size_t len = strcspn(at, ";");

		add_pair(cookies, at, len);
		at += len + (at[len] == ';');
	}
	*cookies_r = cookies;
	return 0;
}

/* cookie-octet of RFC 6265, 4.1.1. */
static bool is_octets(const char *text)
{
	for (; *text; text++)
		if (*text <= 0x20 || *text >= 0x7F || strchr("\",;\\", *text))
			return false;
	return true;
}

char *ct_cookie_text(void *mem, const struct ct_cookie *cookie)
{
	const char *path = *cookie->prefix ? cookie->prefix : "/";
	char *text;

	assert(is_token((struct ct_word){ cookie->name, strlen(cookie->name) }));
	assert(is_octets(cookie->value) && is_octets(path) && *path == '/');
	text = talloc_asprintf(mem, "%s=%s; Path=%s", cookie->name, cookie->value, path);
	if (text && cookie->max_age >= 0)
		text = talloc_asprintf_append(text, "; Max-Age=%" PRId64, cookie->max_age);
	if (text)
		text = talloc_asprintf_append(text, "; HttpOnly; SameSite=Lax%s",
					      cookie->secure ? "; Secure" : "");
	if (!text)
		abort();
	return text;
}
