/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "field/type.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <talloc.h>
#include "field/utf8.h"

#define LETTERS "abcdefghijklmnopqrstuvwxyz"
#define UPPER "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define DIGITS "0123456789"

static void lower(char *s, size_t n)
{
	for (size_t i = 0; i < n; i++)
		s[i] = (char)tolower((unsigned char)s[i]);
}

/* Labels of letters, digits and inner hyphens, at most 63 each and 253 in all (RFC 1123, 2.1). */
static bool is_host(const char *s, size_t n, bool dotted)
{
	size_t label, dots = 0;
	const char *end = s + n;

	if (n == 0 || n > 253)
		return false;
	for (;; s += label + 1, dots++) {
		label = strspn(s, LETTERS UPPER DIGITS "-");
		if (s + label > end)
			label = (size_t)(end - s);
		if (label == 0 || label > 63 || s[0] == '-' || s[label - 1] == '-')
			return false;
		if (s + label == end)
			return dots > 0 || !dotted;
		if (s[label] != '.')
			return false;
	}
}

/* Before the @: what RFC 5322 calls a dot-atom; quoted local parts exist on paper only. */
static bool is_local_part(const char *s, size_t n)
{
	static const char atext[] = LETTERS UPPER DIGITS "!#$%&'*+/=?^_`{|}~-";

	if (n == 0 || n > 64 || s[0] == '.' || s[n - 1] == '.')
		return false;
	for (size_t i = 0; i < n; i++)
		if (!strchr(atext, s[i]) && (s[i] != '.' || s[i + 1] == '.'))
			return false;
	return true;
}

/* The last label of an address in the net is never all digits: 192.168.0.1 is none. */
static bool has_top_level(const char *host)
{
	const char *last = strrchr(host, '.');

	return last && isalpha((unsigned char)last[1]) && last[2];
}

int ct_parse_email(void *mem, const struct ct_field *field, const char *text, struct ct_value *v,
		   struct ct_error *e)
{
	char *s = ct_field_copy(mem, text), *at;

	if (strncasecmp(s, "mailto:", 7) == 0)
		s += 7;
	at = strrchr(s, '@');
	if (!at || strlen(s) > 254 || !is_local_part(s, (size_t)(at - s)) ||
	    !is_host(at + 1, strlen(at + 1), true) || !has_top_level(at + 1))
		return ct_fail_field(e, field->name,
			_("This is not an e-mail address: it looks like name@example.org."));
	lower(at + 1, strlen(at + 1));
	v->text = s;
	return 0;
}

/* host[:port] without a user: an address before an @ is how people are sent to another site. */
static bool is_authority(const char *s, size_t n)
{
	const char *colon = memchr(s, ':', n);
	size_t host = colon ? (size_t)(colon - s) : n, port;

	if (colon) {
		port = strspn(colon + 1, DIGITS);
		if (port == 0 || port > 5 || host + 1 + port != n || strtol(colon + 1, NULL, 10) > 65535)
			return false;
	}
	return is_host(s, host, host != 9 || strncasecmp(s, "localhost", 9) != 0);
}

/* Path, query and fragment with what ASCII lacks percent-encoded; NULL: not allowed there. */
static char *encode_rest(void *mem, const char *s)
{
	char *out = ct_field_sure(talloc_array(mem, char, strlen(s) * 3 + 1)), *to = out;

	for (; *s; s++) {
		if ((unsigned char)*s >= 0x80) {
			to += sprintf(to, "%%%02X", (unsigned char)*s);
			continue;
		}
		if (*s == '%' && !(isxdigit((unsigned char)s[1]) && isxdigit((unsigned char)s[2])))
			return NULL;
		if (strchr(" \"<>\\^`{|}", *s))
			return NULL;
		*to++ = *s;
	}
	*to = '\0';
	return out;
}

static int not_a_url(const struct ct_field *field, struct ct_error *e)
{
	return ct_fail_field(e, field->name,
		_("This is not the address of a page: it looks like https://example.org/page."));
}

int ct_parse_url(void *mem, const struct ct_field *field, const char *text, struct ct_value *v,
		 struct ct_error *e)
{
	const char *scheme = "https", *host = text, *mark = strstr(text, "://");
	char *authority, *rest;
	size_t n;

	if (mark && strcspn(text, "/?#") == (size_t)(mark - text) + 1) {
		if (strncasecmp(text, "http://", 7) == 0)
			scheme = "http";
		else if (strncasecmp(text, "https://", 8) != 0)
			return not_a_url(field, e);
		host = mark + 3;
	}
	n = strcspn(host, "/?#");
	if (!is_authority(host, n) || !(rest = encode_rest(mem, host + n)))
		return not_a_url(field, e);
	authority = ct_field_sure(talloc_strndup(mem, host, n));
	if (host == text && !has_top_level(authority))
		return not_a_url(field, e);
	lower(authority, n);
	v->text = ct_field_print(mem, "%s://%s%s", scheme, authority, rest);
	if ((int64_t)strlen(v->text) > ct_field_bounds(field).max)
		return ct_fail_field(e, field->name,
			_("This address is too long: %lld characters at most fit here."),
			(long long)ct_field_bounds(field).max);
	return 0;
}

int ct_parse_slug(void *mem, const struct ct_field *field, const char *text, struct ct_value *v,
		  struct ct_error *e)
{
	struct ct_bounds b = ct_field_bounds(field);
	char *s = ct_field_copy(mem, text);
	size_t n = strlen(s);

	lower(s, n);
	if (s[strspn(s, LETTERS DIGITS "-")] || s[0] == '-' || s[n - 1] == '-' ||
	    strstr(s, "--") || !s[strspn(s, DIGITS)])
		return ct_fail_field(e, field->name,
			_("Only a to z, digits and single hyphens can stand in an address, "
			  "with at least one letter, as in salle-lys-2."));
	if ((int64_t)n < b.min || (int64_t)n > b.max)
		return ct_fail_field(e, field->name, _("This must have %lld to %lld characters."),
				     (long long)b.min, (long long)b.max);
	v->text = s;
	return 0;
}

int ct_parse_colour(void *mem, const struct ct_field *field, const char *text,
		    struct ct_value *v, struct ct_error *e)
{
	const char *s = text[0] == '#' ? text + 1 : text;
	size_t n = strspn(s, DIGITS "abcdefABCDEF");
	char *out;

	if (s[n] || (n != 3 && n != 6))
		return ct_fail_field(e, field->name,
			_("This is not a colour: type it as # and six digits or letters a to f, "
			  "as in #0e5a4f."));
	if (n == 3)
		out = ct_field_print(mem, "#%c%c%c%c%c%c", s[0], s[0], s[1], s[1], s[2], s[2]);
	else
		out = ct_field_print(mem, "#%s", s);
	lower(out, 7);
	v->text = out;
	return 0;
}
