/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "field_cases.h"

static const struct ct_field email = FIELD(CT_EMAIL);
static const struct ct_field url = FIELD(CT_URL);
static const struct ct_field slug = FIELD(CT_SLUG);
static const struct ct_field colour = FIELD(CT_COLOUR);

#define TEN "abcdefghij"
#define SIXTY TEN TEN TEN TEN TEN TEN

static void emails(void **state)
{
	static const struct good good[] = {
		{ "name@example.org", "name@example.org", 0 },
		{ "Name@Example.ORG", "Name@example.org", 0 },
		{ " name@example.org ", "name@example.org", 0 },
		{ "mailto:name@example.org", "name@example.org", 0 },
		{ "jean-marie.o'neil+lieu@mail.example.co.uk",
		  "jean-marie.o'neil+lieu@mail.example.co.uk", 0 },
		{ "a@b.fr", "a@b.fr", 0 }, { "1@1.fr", "1@1.fr", 0 },
		{ "a_b=c/d!e@example.org", "a_b=c/d!e@example.org", 0 },
		{ "a@xn--caf-dma.example", "a@xn--caf-dma.example", 0 },
		{ "name@example.org" NBSP, "name@example.org", 0 },
		{ SIXTY "abcd@example.org", SIXTY "abcd@example.org", 0 },
		{ "a@" SIXTY "abc.fr", "a@" SIXTY "abc.fr", 0 },
	};
	static const char *const bad[] = {
		"name", "name@", "@example.org", "name@example", "name@@example.org",
		"na me@example.org",
		"name@exam ple.org", ".name@example.org", "name.@example.org", "na..me@example.org",
		"name@.example.org", "name@example..org", "name@example.org.", "name@-example.org",
		"name@example-.org", "name@exa_mple.org", "name@example,org", "name@[127.0.0.1]",
		"name@127.0.0.1", "name@example.o", "Name <name@example.org>",
		"\"a b\"@example.org",
		"a@example.org, b@example.org", "n\xC3\xA9@example.org", "name@caf\xC3\xA9.fr",
		"a@example.org\nBcc: b@example.org", SIXTY "abcde@example.org",
		"a@" SIXTY "abcd.fr",
		"a@" SIXTY "." SIXTY "." SIXTY "." SIXTY "." TEN ".fr",
	};

	(void)state;
	GOOD(&email, good);
	BAD(&email, bad);
}

static void urls(void **state)
{
	static const struct good good[] = {
		{ "https://example.org", "https://example.org", 0 },
		{ "https://example.org/", "https://example.org/", 0 },
		{ "http://example.org/a/b?c=d&e=%20#f", "http://example.org/a/b?c=d&e=%20#f", 0 },
		{ "HTTPS://Example.ORG/Path", "https://example.org/Path", 0 },
		{ "www.example.org", "https://www.example.org", 0 },
		{ "example.org/page", "https://example.org/page", 0 },
		{ "example.org:8443/x", "https://example.org:8443/x", 0 },
		{ "http://localhost:8080/", "http://localhost:8080/", 0 },
		{ "http://127.0.0.1/", "http://127.0.0.1/", 0 },
		{ "https://example.org/\xC3\xA9t\xC3\xA9", "https://example.org/%C3%A9t%C3%A9", 0 },
		{ "https://example.org?q=http://example.com/",
		  "https://example.org?q=http://example.com/", 0 },
		{ "example.org/?u=http://example.com", "https://example.org/?u=http://example.com",
		  0 },
		{ " https://example.org/a@b ", "https://example.org/a@b", 0 },
		{ "https://example.org/(a)[b]'c';d,e=f+g~h!i*",
		  "https://example.org/(a)[b]'c';d,e=f+g~h!i*", 0 },
	};
	static const char *const bad[] = {
		"javascript:alert(1)", "javascript://example.org/%0aalert(1)", "data:text/html,x",
		"ftp://example.org/", "mailto:a@example.org", "//example.org/x", "https://",
		"https:///x",
		"https:example.org", "example", "localhost", "https://example.org/a b",
		"https://user@example.org/", "https://user:secret@example.org/",
		"https://exa mple.org/",
		"https://example.org:port/", "https://example.org:99999/", "https://example.org:/",
		"https://-example.org/", "https://example..org/", "https://caf\xC3\xA9.fr/",
		"https://example.org/<b>", "https://example.org/\"x", "https://example.org/\\x",
		"https://example.org/100%", "https://example.org/%G0", "https://exa_mple.org/",
		"https://[::1]/", "https://example.org/`", "/page", "?q=1", "192.168.0.1/x",
		"https://example.org/" SIXTY SIXTY SIXTY SIXTY SIXTY SIXTY SIXTY SIXTY TEN,
	};

	(void)state;
	GOOD(&url, good);
	BAD(&url, bad);
}

static void slugs(void **state)
{
	static const struct good good[] = {
		{ "a", "a", 0 }, { "lys", "lys", 0 }, { "salle-lys-2", "salle-lys-2", 0 },
		{ "Salle-Lys", "salle-lys", 0 }, { " lys ", "lys", 0 },
		{ "2e-etage", "2e-etage", 0 },
		{ "a-b-c-d", "a-b-c-d", 0 }, { "x1", "x1", 0 }, { "1x", "1x", 0 },
		{ "LYS", "lys", 0 },
		{ "la-ruche", "la-ruche", 0 }, { SIXTY, SIXTY, 0 },
	};
	static const char *const bad[] = {
		"-lys", "lys-", "salle--lys", "salle lys", "salle_lys", "salle.lys", "salle/lys",
		"../lys",
		"123", "caf\xC3\xA9", "-", "l'ys", "lys?", "%6cys", SIXTY "a",
	};

	(void)state;
	GOOD(&slug, good);
	BAD(&slug, bad);
}

static void colours(void **state)
{
	static const struct good good[] = {
		{ "#0e5a4f", "#0e5a4f", 0 }, { "#0E5A4F", "#0e5a4f", 0 },
		{ "0e5a4f", "#0e5a4f", 0 },
		{ "#fff", "#ffffff", 0 }, { "fff", "#ffffff", 0 }, { "#000000", "#000000", 0 },
		{ "#AbC", "#aabbcc", 0 }, { " #123456 ", "#123456", 0 }, { "123", "#112233", 0 },
		{ "#FAFBF7", "#fafbf7", 0 }, { "#999", "#999999", 0 }, { "000000", "#000000", 0 },
	};
	static const char *const bad[] = {
		"red", "#ggg", "#12", "#1234", "#12345", "#1234567", "#12345678", "##123456",
		"# 123456",
		"rgb(1,2,3)", "#", "#0e5a4f;", "var(--a)", "#12345g",
	};

	(void)state;
	GOOD(&colour, good);
	BAD(&colour, bad);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(emails), cmocka_unit_test(urls), cmocka_unit_test(slugs),
		cmocka_unit_test(colours),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
