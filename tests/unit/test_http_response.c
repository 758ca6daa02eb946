/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How an answer leaves: from memory, and from a source that gives it piece by piece. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include <talloc.h>

#include <comptoir/buf.h>

#include "http/response.h"
#include "server/gateway.h"

static struct ct_buf *sent;
static int gone_after;			/* writes that succeed; negative: all */

static int take(struct ct_gateway *gateway, const void *p, size_t n)
{
	(void)gateway;
	if (!gone_after)
		return -1;
	gone_after -= gone_after > 0;
	ct_buf_add(sent, p, n);
	return 0;
}

static struct ct_gateway gateway = { .write = take };

struct pieces { const char *const *at; unsigned asked; };

static int next(void *ctx, const void **bytes_r, size_t *len_r)
{
	struct pieces *pieces = ctx;

	pieces->asked++;
	if (!*pieces->at)
		return -1;
	*bytes_r = *pieces->at;
	*len_r = strlen(*pieces->at++);
	return 0;
}

static int send(const struct ct_response *response, bool head)
{
	talloc_free(sent);
	sent = ct_buf_new(NULL, 65536);
	return ct_response_send(response, &gateway, head);
}

static void from_memory(void **state)
{
	struct ct_response response = { .type = "text/plain", .body = "Hello", .len = 5, .etag = "\"x\"" };
	void *mem = talloc_new(NULL);

	(void)state;
	gone_after = -1;
	ct_response_header(mem, &response, "Vary", "Accept");
	ct_response_header(mem, &response, "X-A", "1");
	assert_int_equal(send(&response, false), 0);
	assert_string_equal(ct_buf_data(sent), "Status: 200 OK\r\nVary: Accept\r\nX-A: 1\r\nETag: \"x\"\r\n"
			    "Content-Type: text/plain\r\nContent-Length: 5\r\n\r\nHello");
	ct_response_drop(&response, "vary");
	ct_response_drop(&response, "X-B");
	response.status = 304;
	assert_int_equal(send(&response, false), 0);
	assert_string_equal(ct_buf_data(sent), "Status: 304 Not Modified\r\nX-A: 1\r\nETag: \"x\"\r\n\r\n");
	talloc_free(mem);
}

static void from_a_source(void **state)
{
	static const char *const text[] = { "Bon", "jour", " à tous", NULL };
	struct pieces pieces = { text, 0 };
	struct ct_response response = { .type = "text/plain", .len = 10, .source = next, .source_ctx = &pieces };

	(void)state;
	gone_after = -1;
	assert_int_equal(send(&response, true), 0);
	assert_int_equal(pieces.asked, 0);
	assert_int_equal(send(&response, false), 0);
	assert_non_null(strstr(ct_buf_data(sent), "Content-Length: 10\r\n\r\nBonjour \xC3\xA0"));
	assert_int_equal(pieces.asked, 3);
	assert_string_equal(ct_buf_data(sent) + ct_buf_len(sent) - 10, "Bonjour \xC3\xA0");
}

/* The rest is not there, or nobody takes it: both end, and say so. */
static void broken_off(void **state)
{
	static const char *const text[] = { "Bon", NULL };
	struct pieces pieces = { text, 0 };
	struct ct_response response = { .type = "text/plain", .len = 10, .source = next, .source_ctx = &pieces };

	(void)state;
	gone_after = -1;
	assert_true(send(&response, false) < 0);
	assert_int_equal(pieces.asked, 2);
	pieces = (struct pieces){ text, 0 };
	gone_after = 1;
	assert_true(send(&response, false) < 0);
	assert_int_equal(pieces.asked, 1);
	talloc_free(sent);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(from_memory), cmocka_unit_test(from_a_source), cmocka_unit_test(broken_off),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
