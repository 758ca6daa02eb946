/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "http_cases.h"

#include "http/part.h"

#define D "Content-Disposition: form-data; "

static void same(const char *what, const char *is, const char *expected)
{
	if (!is != !expected || (is && strcmp(is, expected) != 0))
		fail_msg("%s: \"%s\" and not \"%s\"", what, is, expected);
}

static void good_ones(void **state)
{
	static const struct {
		const char *head, *name, *filename, *type;
	} cases[] = {
		{ D "name=\"title\"\r\n", "title", NULL, NULL },
		{ D "name=title\r\n", "title", NULL, NULL },
		{ "content-disposition:form-data;name=\"a\"\r\n", "a", NULL, NULL },
		{ "CONTENT-DISPOSITION: FORM-DATA ; NAME=\"a\" ; \r\n", "a", NULL, NULL },
		{ D "name=\"a\"\r\nContent-Type: text/plain; charset=utf-8\r\n", "a", NULL, NULL },
		{ D "name=\"a\"\r\nX-Other: (any) thing\r\nContent-Transfer-Encoding: 8bit\r\n",
		  "a", NULL, NULL },
		{ D "name=\"extras[]\"\r\n", "extras[]", NULL, NULL },
		{ D "name=\"\xC3\xA9\"\r\n", "\xC3\xA9", NULL, NULL },
		{ D "name=\"a%22b\"\r\n", "a\"b", NULL, NULL },
		{ D "name=\"a\\\"b\"\r\n", "a\"b", NULL, NULL },
		{ D "name=\"a\\\\b\"\r\n", "a\\b", NULL, NULL },
		{ D "name=\"a\\b\"\r\n", "a\\b", NULL, NULL },
		{ D "name=\"100%\"\r\n", "100%", NULL, NULL },
		{ D "name=\"a%20b\"\r\n", "a%20b", NULL, NULL },
		{ D "name=\"a;b=c\"\r\n", "a;b=c", NULL, NULL },
		/* files */
		{ D "name=\"f\"; filename=\"cat.png\"\r\nContent-Type: image/png\r\n", "f",
		  "cat.png", "image/png" },
		{ D "filename=\"cat.png\"; name=\"f\"\r\n", "f", "cat.png",
		  "application/octet-stream" },
		{ D "name=\"f\"; filename=cat.png\r\nContent-Type: rubbish\r\n", "f", "cat.png",
		  "application/octet-stream" },
		{ D "name=\"f\"; filename=\"c\"\r\nContent-Type: TEXT/Plain; charset=x\r\n", "f",
		  "c", "text/plain" },
		{ D "name=\"f\"; filename=\"c\"\r\nContent-Type:\r\n", "f", "c",
		  "application/octet-stream" },
		{ D "name=\"f\"; filename=\"C:\\Users\\Zo\xC3\xA9\\plan.pdf\"\r\n", "f", "plan.pdf",
		  "application/octet-stream" },
		{ D "name=\"f\"; filename=\"../../etc/passwd\"\r\n", "f", "passwd",
		  "application/octet-stream" },
		{ D "name=\"f\"; filename=\"a%22b.txt\"\r\n", "f", "a\"b.txt",
		  "application/octet-stream" },
		{ D "name=\"f\"; filename=\"a\\\"b.txt\"\r\n", "f", "a\"b.txt",
		  "application/octet-stream" },
		{ D "name=\"f\"; filename=\"a%0D%0Ab.txt\"\r\n", "f", "ab.txt",
		  "application/octet-stream" },
		{ D "name=\"f\"; filename=\"\"\r\n", "f", "file", "application/octet-stream" },
		{ D "name=\"f\"; filename=\"x.txt\"; filename*=UTF-8''caf%C3%A9.txt\r\n", "f",
		  "caf\xC3\xA9.txt", "application/octet-stream" },
		{ D "name=\"f\"; filename*=utf-8'fr'caf%C3%A9.txt\r\n", "f", "caf\xC3\xA9.txt",
		  "application/octet-stream" },
		/* a filename* that cannot be read is as good as none */
		{ D "name=\"f\"; filename=\"x.txt\"; filename*=ISO-8859-1''caf%E9\r\n", "f",
		  "x.txt", "application/octet-stream" },
		{ D "name=\"f\"; filename=\"x.txt\"; filename*=UTF-8''caf%E9\r\n", "f", "x.txt",
		  "application/octet-stream" },
		{ D "name=\"f\"; filename=\"x.txt\"; filename*=UTF-8''a%2Fb\r\n", "f", "x.txt",
		  "application/octet-stream" },
		{ D "name=\"f\"; filename*=UTF-8'x\r\n", "f", "file", "application/octet-stream" },
		{ D "name=\"f\"; filename*=UTF-8''%zz\r\n", "f", "file",
		  "application/octet-stream" },
	};
	void *mem = talloc_new(NULL);

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct ct_error e = fresh_error();
		struct ct_part part;

		if (ct_part_parse(mem, cases[i].head, strlen(cases[i].head), &part, &e))
			fail_msg("%s: %s", cases[i].head, e.text);
		same("name", part.name, cases[i].name);
		same("filename", part.filename, cases[i].filename);
		same("type", part.type, cases[i].type);
		assert_int_equal(part.file, cases[i].filename != NULL);
	}
	talloc_free(mem);
}

static void an_empty_file_name_is_told_from_a_bad_one(void **state)
{
	static const struct {
		const char *head;
		bool unnamed;
	} cases[] = {
		{ D "name=\"f\"; filename=\"\"\r\n", true },
		{ D "name=\"f\"; filename=\"x\"\r\n", false },
		{ D "name=\"f\"; filename=\"/\"\r\n", false },
		{ D "name=\"f\"; filename*=UTF-8''\r\n", true },
		{ D "name=\"f\"\r\n", false },
	};
	void *mem = talloc_new(NULL);

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct ct_error e = fresh_error();
		struct ct_part part;

		if (ct_part_parse(mem, cases[i].head, strlen(cases[i].head), &part, &e))
			fail_msg("%s: %s", cases[i].head, e.text);
		assert_int_equal(part.unnamed, cases[i].unnamed);
	}
	talloc_free(mem);
}

static void bad_ones(void **state)
{
	static const struct {
		const char *head;
		size_t len;
	} cases[] = {
		{ BYTES("") },
		{ BYTES("\r\n") },
		{ BYTES("Content-Type: text/plain\r\n") },
		{ BYTES("Content-Disposition: attachment; name=\"a\"\r\n") },
		{ BYTES(D "\r\n") },
		{ BYTES("Content-Disposition: form-data\r\n") },
		{ BYTES("Content-Disposition:\r\n") },
		{ BYTES(D "filename=\"a\"\r\n") },
		{ BYTES(D "name=\"\"\r\n") },
		{ BYTES(D "name=\r\n") },
		{ BYTES(D "name\r\n") },
		{ BYTES(D "name=\"a\r\n") },
		{ BYTES(D "name=\"a\\\"\r\n") },
		{ BYTES(D "name=\"a\" filename=\"b\"\r\n") },
		{ BYTES(D "name=\"a\"x\r\n") },
		{ BYTES(D "name=\"a\"; name=\"b\"\r\n") },
		{ BYTES(D "name=\"a\"; NAME=\"a\"\r\n") },
		{ BYTES(D "name=\"a\"; filename=\"b\"; filename=\"c\"\r\n") },
		{ BYTES(D "name=\"a\"; filename*=UTF-8''b; filename*=UTF-8''c\r\n") },
		{ BYTES(D "name=\"a\"\r\n" D "name=\"b\"\r\n") },
		{ BYTES(D "name=\"a\"\r\nContent-Type: a/b\r\nContent-Type: a/b\r\n") },
		{ BYTES(D "name=\"a\"\r\nContent-Transfer-Encoding: base64\r\n") },
		{ BYTES(D "name=\"a\"\r\nContent-Transfer-Encoding: quoted-printable\r\n") },
		{ BYTES(D "name=\"a\"") },
		{ BYTES(D "name=\"a\"\n") },
		{ BYTES(D "\r\n name=\"a\"\r\n") },
		{ BYTES(" " D "name=\"a\"\r\n") },
		{ BYTES("Content-Disposition : form-data; name=\"a\"\r\n") },
		{ BYTES(D "name=\"a\"\r\nno colon\r\n") },
		{ BYTES(D "name=\"a\"\r\n: x\r\n") },
		{ BYTES(D "name=\"a\0b\"\r\n") },
		{ BYTES(D "name=\"a\"\r\nX: \0\r\n") },
		{ BYTES(D "name=\"a\nb\"\r\n") },
		{ BYTES(D "name=\"a\rb\"\r\n") },
		{ BYTES(D "name=\"a%0D%0Ab\"\r\n") },
		{ BYTES(D "name=\"\xFF\"\r\n") },
		{ BYTES(D "name=\"a\"; filename=\"\xFF.txt\"\r\n") },
		{ BYTES(D "name=\"a\"\r\n\r\n") },
	};
	void *mem = talloc_new(NULL);

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		char *exact = malloc(cases[i].len ? cases[i].len : 1);
		struct ct_error e = fresh_error();
		struct ct_part part = { .name = "untouched" };

		memcpy(exact, cases[i].head, cases[i].len);
		expect_rc(cases[i].head, ct_part_parse(mem, exact, cases[i].len, &part, &e), CT_BAD,
			  &e);
		assert_string_equal(part.name, "untouched");
		free(exact);
	}
	talloc_free(mem);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(good_ones),
		cmocka_unit_test(an_empty_file_name_is_told_from_a_bad_one),
		cmocka_unit_test(bad_ones),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
