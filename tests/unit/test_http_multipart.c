/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "http_cases.h"

#include <stdbool.h>
#include <stdio.h>

#include "http/multipart.h"

/* How bodies are cut into pieces on their way: the form must not depend on it. */
static const size_t steps[] = { 1, 2, 3, 5, 7, 16, 61, 1000, 65536 };

struct source {
	const char *bytes;
	size_t len, at, step;
	bool broken;			/* the connection breaks at the end instead of ending */
};

static ssize_t next_bytes(void *ctx, void *buf, size_t n)
{
	struct source *s = ctx;

	if (n > s->step)
		n = s->step;
	if (n > s->len - s->at)
		n = s->len - s->at;
	if (!n && s->broken)
		return -1;
	memcpy(buf, s->bytes + s->at, n);
	s->at += n;
	return (ssize_t)n;
}

static int parse(void *mem, struct source *source, const struct ct_limits *limits,
		 struct ct_form *form, struct ct_error *e)
{
	static const struct ct_limits usual = CT_LIMITS;
	const struct ct_multipart in = {
		.boundary = "AaB03x", .read = next_bytes, .ctx = source,
		.limits = limits ? limits : &usual, .directory = ".",
	};

	return ct_multipart_parse(mem, &in, form, e);
}

/* "name=value|…" and "name:filename:type:bytes|…". */
static char *written(void *mem, const struct ct_form *form)
{
	char *text = talloc_strdup(mem, "");

	for (size_t i = 0; i < form->params->n; i++)
		text = talloc_asprintf_append(text, "%s=%s|", form->params->list[i].name,
					      form->params->list[i].value);
	for (size_t i = 0; i < form->n_uploads; i++) {
		const struct ct_upload *u = &form->uploads[i];

		assert_non_null(u->data);
		text = talloc_asprintf_append(text, "%s:%s:%s:%.*s|", u->name, u->filename, u->type,
					      (int)u->size, (const char *)u->data);
	}
	return text;
}

static void expect_form(const char *body, const char *expected)
{
	for (size_t i = 0; i < COUNT(steps); i++) {
		struct source source = { body, strlen(body), 0, steps[i], false };
		void *mem = talloc_new(NULL);
		struct ct_error e = fresh_error();
		struct ct_form form;

		expect_rc(body, parse(mem, &source, NULL, &form, &e), 0, &e);
		assert_string_equal(written(mem, &form), expected);
		assert_int_equal(source.at, source.len);
		talloc_free(mem);
	}
}

static void expect_refusal(const char *body, size_t len, const struct ct_limits *limits, int rc)
{
	for (size_t i = 0; i < COUNT(steps); i++) {
		struct source source = { body, len, 0, steps[i], false };
		void *mem = talloc_new(NULL);
		struct ct_error e = fresh_error();
		struct ct_form form = { NULL, NULL, 4711 };

		expect_rc(body, parse(mem, &source, limits, &form, &e), rc, &e);
		if (rc) {
			assert_int_equal(form.n_uploads, 4711);
			assert_int_equal(talloc_total_blocks(mem), 1);
		}
		talloc_free(mem);
	}
}

#define B "--AaB03x"
#define D "Content-Disposition: form-data; "
#define FIELD(name, value) B "\r\n" D "name=\"" name "\"\r\n\r\n" value "\r\n"
#define END B "--\r\n"

static void forms(void **state)
{
	static const struct {
		const char *body, *expected;
	} cases[] = {
		{ END, "" },
		{ B "--", "" },
		{ FIELD("a", "1") END, "a=1|" },
		{ FIELD("a", "1") B "--", "a=1|" },
		{ FIELD("a", "1") FIELD("b", "2") END, "a=1|b=2|" },
		{ FIELD("a", "1") FIELD("a", "2") END, "a=1|a=2|" },
		{ FIELD("a", "") END, "a=|" },
		{ FIELD("a", "line 1\r\nline 2") END, "a=line 1\nline 2|" },
		{ FIELD("a", "\r\n") END, "a=\n|" },
		{ FIELD("a", "\xC3\xA9") END, "a=\xC3\xA9|" },
		/* what looks like a boundary and is none */
		{ FIELD("a", "x" B "y") END, "a=x--AaB03xy|" },
		{ FIELD("a", "\n" B) END, "a=\n--AaB03x|" },
		{ FIELD("a", "\r\n--AaB03") END, "a=\n--AaB03|" },
		{ FIELD("a", "\r\n--aab03x") END, "a=\n--aab03x|" },
		{ FIELD("a", "--") END, "a=--|" },
		{ FIELD("a", "\r\n-") END, "a=\n-|" },
		{ FIELD("a", "\r\r\n\r\n-\r\n--A") END, "a=\n\n\n-\n--A|" },
		/* before, after, padding, no body at all */
		{ "preamble\r\n" FIELD("a", "1") END, "a=1|" },
		{ "\r\n" FIELD("a", "1") END, "a=1|" },
		{ "x" B "\r\n" FIELD("a", "1") END, "a=1|" },
		{ FIELD("a", "1") END "epilogue " B "\r\n", "a=1|" },
		{ B " \t \r\n" D "name=a\r\n\r\n1\r\n" B "--  \r\n", "a=1|" },
		{ B "\r\n" D "name=a\r\n\r\n" END, "a=|" },
		{ B "\r\n" D "name=a\r\n\r\n" FIELD("b", "2") END, "a=|b=2|" },
		/* files */
		{ B
		  "\r\n" D
		  "name=\"f\"; filename=\"a.txt\"\r\nContent-Type: text/plain\r\n\r\nhello\r\n" END,
		  "f:a.txt:text/plain:hello|" },
		{ B
		  "\r\n" D
		  "name=\"f\"; filename=\"\"\r\n"
		    "Content-Type: application/octet-stream\r\n\r\n\r\n" END,
		  "" },
		{ B "\r\n" D "name=\"f\"; filename=\"\"\r\n\r\nx\r\n" END,
		  "f:file:application/octet-stream:x|" },
		{ B "\r\n" D "name=\"f\"; filename=\"empty\"\r\n\r\n\r\n" END,
		  "f:empty:application/octet-stream:|" },
		{ B "\r\n" D "name=\"f\"; filename=\"a\"\r\n\r\n1\r\n" B "\r\n" D
		    "name=\"f\"; filename=\"b\"\r\n\r\n2\r\n" FIELD("t", "x") END,
		  "t=x|f:a:application/octet-stream:1|f:b:application/octet-stream:2|" },
		{ B "\r\n" D "name=\"f\"; filename=\"crlf\"\r\n\r\na\r\nb\r\r\n\r\n" END,
		  "f:crlf:application/octet-stream:a\r\nb\r\r\n|" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++)
		expect_form(cases[i].body, cases[i].expected);
}

static void malformed_ones(void **state)
{
	static const struct {
		const char *body;
		size_t len;
	} cases[] = {
		{ BYTES("") },
		{ BYTES("\r\n") },
		{ BYTES("no boundary here") },
		{ BYTES("AaB03x") },
		{ BYTES(B) },
		{ BYTES(B "-") },
		{ BYTES(B "\r") },
		{ BYTES(B "\r\n") },
		{ BYTES(B "\n") },
		{ BYTES(B "y\r\n" D "name=a\r\n\r\n1\r\n" END) },
		{ BYTES(B " x\r\n" D "name=a\r\n\r\n1\r\n" END) },
		{ BYTES(B "\n" D "name=a\n\n1\n" B "--\n") },
		{ BYTES(B "\r\n\r\n1\r\n" END) },
		{ BYTES(B "\r\n" D "name=a\r\n" END) },
		{ BYTES(B "\r\n" D "name=a\r\n\r\n1") },
		{ BYTES(B "\r\n" D "name=a\r\n\r\n1\r\n") },
		{ BYTES(B "\r\n" D "name=a\r\n\r\n1\r\n" B) },
		{ BYTES(B "\r\n" D "name=a\r\n\r\n1\r\n" B "-") },
		{ BYTES(B "\r\n" D "name=a\r\n\r\n1\r\n" B "\r\n") },
		{ BYTES(B "\r\n" D "name=a\r\n\r\n1\r\n" B "- -\r\n") },
		{ BYTES(B "\r\n" D "name=a") },
		{ BYTES(FIELD("a", "\xFF") END) },
		{ BYTES(FIELD("a", "x\0y") END) },
		{ BYTES(FIELD("", "1") END) },
		{ BYTES(B "\r\nX: y\r\n\r\n1\r\n" END) },
		{ BYTES(B "\r\n" D "name=a\r\n" D "name=b\r\n\r\n1\r\n" END) },
		{ BYTES(B "\0\r\n" D "name=a\r\n\r\n1\r\n" END) },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++)
		expect_refusal(cases[i].body, cases[i].len, NULL, CT_BAD);
}

/* A body that ends anywhere before its last boundary is refused. */
static void cut_anywhere(void **state)
{
	static const char body[] = FIELD("a", "1") B
		"\r\n" D "name=\"f\"; filename=\"x\"\r\n\r\nbytes\r\n" B "--";

	(void)state;
	for (size_t len = 0; len < sizeof(body) - 1; len++)
		expect_refusal(body, len, NULL, CT_BAD);
	expect_refusal(body, sizeof(body) - 1, NULL, 0);
}

static void broken_anywhere(void **state)
{
	static const char body[] = FIELD("a", "1") END "epilogue";

	(void)state;
	for (size_t len = 0; len < sizeof(body); len++) {
		struct source source = { body, len, 0, 4, true };
		struct ct_error e = fresh_error();
		struct ct_form form;

		expect_rc("broken", parse(NULL, &source, NULL, &form, &e), CT_BAD, &e);
	}
}

static void limits_hold_to_the_byte(void **state)
{
	static const char file[] = B "\r\n" D "name=\"f\"; filename=\"x\"\r\n\r\n123456\r\n" END;
	static const char field[] = FIELD("a", "1234") END;
	static const char three[] = FIELD("a", "1") FIELD("b", "2") FIELD("c", "3") END;
	const struct { const char *body; struct ct_limits limits; int rc; } cases[] = {
		{ field, { 9, 4, 9, 999 }, 0 }, { field, { 9, 3, 9, 999 }, CT_TOO_LARGE },
		{ file, { 9, 4, 6, 999 }, 0 }, { file, { 9, 999, 5, 999 }, CT_TOO_LARGE },
		{ three, { 3, 9, 9, 999 }, 0 }, { three, { 2, 9, 9, 999 }, CT_TOO_LARGE },
		{ field, { 9, 9, 9, sizeof(field) - 1 }, 0 },
		{ field, { 9, 9, 9, sizeof(field) - 2 }, CT_TOO_LARGE },
		{ field, { 9, 9, 9, 10 }, CT_TOO_LARGE },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++)
		expect_refusal(cases[i].body, strlen(cases[i].body), &cases[i].limits, cases[i].rc);
}

/* Empty file controls count too, or a body of nothing else would be without a limit. */
static void empty_controls_count(void **state)
{
	static const char one[] = B "\r\n" D "name=\"f\"; filename=\"\"\r\n\r\n\r\n";
	const struct ct_limits limits = { 3, 9, 9, 9999 };
	char body[1000] = "";

	(void)state;
	for (int i = 0; i < 4; i++)
		strcat(body, one);
	strcat(body, END);
	expect_refusal(body, strlen(body), &limits, CT_TOO_LARGE);
}

static void headers_have_an_end(void **state)
{
	const struct ct_limits limits = { 9, 99999, 9, 999999 };
	char *body = malloc(30000);
	struct source source = { body, 0, 0, 1000, false };
	struct ct_error e = fresh_error();
	struct ct_form form;

	(void)state;
	strcpy(body, B "\r\nX: ");
	memset(body + strlen(B) + 5, 'x', 20000);
	strcpy(body + strlen(B) + 20005, "\r\n" D "name=a\r\n\r\n1\r\n" END);
	source.len = strlen(body);
	expect_rc("header", parse(NULL, &source, &limits, &form, &e), CT_BAD, &e);
	assert_true(source.at < 20000);
	strcpy(body, B);
	memset(body + strlen(B), ' ', 20000);
	strcpy(body + strlen(B) + 20000, "\r\n" D "name=a\r\n\r\n1\r\n" END);
	source = (struct source){ body, strlen(body), 0, 1000, false };
	e = fresh_error();
	expect_rc("padding", parse(NULL, &source, &limits, &form, &e), CT_BAD, &e);
	assert_true(source.at < 20000);
	free(body);
}

/* A file of 300 000 bytes full of almost-boundaries, in pieces of every kind of size. */
static void a_large_file(void **state)
{
	static const char head[] = B "\r\n" D "name=\"f\"; filename=\"large.bin\"\r\n\r\n",
			  tail[] = "\r\n" END;
	const size_t size = 300000, total = sizeof(head) - 1 + size + sizeof(tail) - 1;
	char *body = malloc(total), *back = malloc(size);

	(void)state;
	memcpy(body, head, sizeof(head) - 1);
	for (size_t i = 0; i < size; i++)
		body[sizeof(head) - 1 + i] = i % 1009 ? "\r\n--AaB03"[i % 9] : (char)(i / 1009);
	memcpy(body + total - sizeof(tail) + 1, tail, sizeof(tail) - 1);
	for (size_t i = 0; i < COUNT(steps); i++) {
		struct source source = { body, total, 0, steps[i], false };
		void *mem = talloc_new(NULL);
		struct ct_error e = fresh_error();
		struct ct_form form;
		size_t at = 0;
		ssize_t n;

		expect_rc("large", parse(mem, &source, NULL, &form, &e), 0, &e);
		assert_int_equal(form.n_uploads, 1);
		assert_int_equal(form.uploads[0].size, size);
		assert_true(form.uploads[0].fd >= 0);
		while ((n = ct_upload_read(&form.uploads[0], at, back + at, size - at, &e)) > 0)
			at += (size_t)n;
		assert_memory_equal(back, body + sizeof(head) - 1, size);
		talloc_free(mem);
	}
	free(body);
	free(back);
}

/* What is too large is refused where it becomes so, not after it was all taken in. */
static void refused_while_reading(void **state)
{
	static const char head[] = B "\r\n" D "name=\"f\"; filename=\"x\"\r\n\r\n";
	const struct ct_limits limits = { 9, 9, 5000, 10000000 };
	char *body = calloc(1, 1000000);
	struct source source = { body, 1000000, 0, 1000, false };
	struct ct_error e = fresh_error();
	struct ct_form form;

	(void)state;
	memcpy(body, head, sizeof(head) - 1);
	expect_rc("too large", parse(NULL, &source, &limits, &form, &e), CT_TOO_LARGE, &e);
	assert_true(source.at <= 7000);
	free(body);
}

static void a_longest_boundary(void **state)
{
	static const char boundary[] =
		"1234567890123456789012345678901234567890123456789012345678901234567890";
	static const struct ct_limits limits = CT_LIMITS;
	struct source source = { NULL, 0, 0, 3, false };
	const struct ct_multipart in = { boundary, next_bytes, &source, &limits, "." };
	void *mem = talloc_new(NULL);
	struct ct_error e = fresh_error();
	struct ct_form form;

	(void)state;
	source.bytes = talloc_asprintf(mem, "--%s\r\n" D "name=a\r\n\r\nv\r\n--%s--", boundary,
				       boundary);
	source.len = strlen(source.bytes);
	expect_rc("boundary", ct_multipart_parse(mem, &in, &form, &e), 0, &e);
	assert_string_equal(ct_param(form.params, "a"), "v");
	talloc_free(mem);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(forms),
		cmocka_unit_test(malformed_ones),
		cmocka_unit_test(cut_anywhere),
		cmocka_unit_test(broken_anywhere),
		cmocka_unit_test(limits_hold_to_the_byte),
		cmocka_unit_test(empty_controls_count),
		cmocka_unit_test(headers_have_an_end),
		cmocka_unit_test(a_large_file),
		cmocka_unit_test(refused_while_reading),
		cmocka_unit_test(a_longest_boundary),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
