/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Mails before they travel: their bytes, the blocks of their HTML, what is final, and when to try again. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include <jansson.h>
#include <talloc.h>

#include "job/job.h"
#include "job/mail.h"
#include "job/message.h"
#include "job/style.h"
#include "job/transport.h"

static void *mem;

static int set_up(void **state)
{
	(void)state;
	mem = talloc_new(NULL);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	talloc_free(mem);
	return 0;
}

static struct ct_message plain(void)
{
	return (struct ct_message){ .from = "lieu@exemple.example",
				    .from_name = "La Filature",
				    .to = "zoe@exemple.example",
				    .to_name = "Zoé",
				    .subject = "Bonjour",
				    .id = "abc@exemple.example",
				    .date = { 1795708800 },
				    .text = "Un\n.\nDeux\n",
				    .html = "<p>Un</p>" };
}

static size_t count(const char *text, const char *what)
{
	size_t n = 0;

	for (; (text = strstr(text, what)); text += strlen(what))
		n++;
	return n;
}

static void test_a_message_has_both_parts(void **state)
{
	struct ct_message m = plain();
	size_t len;
	char *source = ct_message_source(mem, &m, &len);

	(void)state;
	assert_int_equal(len, strlen(source));
	assert_non_null(strstr(source, "From: La Filature <lieu@exemple.example>\r\n"));
	assert_non_null(strstr(source, "Message-Id: <abc@exemple.example>\r\n"));
	assert_non_null(strstr(source, "Auto-Submitted: auto-generated\r\n"));
	assert_non_null(strstr(source, "Content-Type: multipart/alternative"));
	assert_null(strstr(source, "multipart/mixed"));
	assert_non_null(strstr(source, "Content-Type: text/plain; charset=utf-8\r\n"));
	assert_non_null(strstr(source, "Content-Type: text/html; charset=utf-8\r\n"));
	assert_int_equal(count(source, "\n"), count(source, "\r\n"));
	assert_null(strstr(source, "Reply-To"));
}

static void test_the_same_row_gives_the_same_id(void **state)
{
	struct ct_message m = plain();
	size_t len;
	char *first = ct_message_source(mem, &m, &len), *second;

	(void)state;
	m.date.s += 3600;
	second = ct_message_source(mem, &m, &len);
	assert_string_not_equal(first, second);
	assert_non_null(strstr(second, "Message-Id: <abc@exemple.example>\r\n"));
}

/* Nothing that people typed begins a line of the head. */
static void test_no_header_is_forged(void **state)
{
	struct ct_message m = plain();
	json_t *files = json_pack("[{s:s,s:s,s:s}]", "name", "a\r\nX-Evil: 4", "type",
				  "text/plain\r\nX-Evil: 5", "base64", "YQ==");
	char *source;
	size_t len;

	(void)state;
	m.subject = "Un\r\nX-Evil: 1";
	m.to_name = "Zo\"é\r\nX-Evil: 2";
	m.from_name = "La\nX-Evil: 3";
	m.reply_to = "lieu@exemple.example";
	m.reply_to_name = "Un\rX-Evil: 6";
	m.attachments = files;
	source = ct_message_source(mem, &m, &len);
	assert_null(strstr(source, "\nX-Evil"));
	assert_null(strstr(source, "\rX-Evil"));
	assert_non_null(strstr(source, "Subject: Un  X-Evil: 1\r\n"));
	json_decref(files);
	assert_string_equal(ct_message_clean(mem, "a\tb\x7f" "c\xc3\xa9"), "a b c\xc3\xa9");
	assert_null(ct_message_clean(mem, NULL));
}

static void test_an_invitation_is_an_alternative_and_attached(void **state)
{
	struct ct_message m = plain();
	json_t *files = json_pack("[{s:s,s:s,s:s},{s:s,s:s,s:s}]", "name", "a.ics", "type",
				  "text/calendar; method=CANCEL", "base64", "QkVHSU4=", "name",
				  "b.ics", "type", "text/calendar", "base64", "QkVHSU4=");
	char *source;
	size_t len;

	(void)state;
	m.attachments = files;
	source = ct_message_source(mem, &m, &len);
	assert_int_equal(count(source, "method=CANCEL"), 1);
	assert_int_equal(count(source, "Content-Type: application/ics"), 1);
	assert_int_equal(count(source, "Content-Disposition: attachment"), 2);
	assert_int_equal(count(source, "QkVHSU4="), 3);
	json_decref(files);
}

static char *blocks_of(const char *text)
{
	json_t *blocks = ct_mail_blocks(mem, text);
	char *dump = json_dumps(blocks, JSON_COMPACT | JSON_SORT_KEYS), *copy;

	copy = talloc_strdup(mem, dump);
	free(dump);
	json_decref(blocks);
	return copy;
}

#define SPAN(text) "{\"href\":null,\"text\":\"" text "\"}"
#define LINK(url) "{\"href\":\"" url "\",\"text\":\"" url "\"}"
#define LINE(spans, more) "{\"more\":" more ",\"spans\":[" spans "]}"
#define BLOCK(button, some, lines) "{\"button\":" button ",\"has_lines\":" some ",\"lines\":[" lines "]}"
#define BUTTON(url, label) "{\"href\":\"" url "\",\"label\":\"" label "\"}"

static void test_text_becomes_blocks(void **state)
{
	(void)state;
	assert_string_equal(blocks_of("Un\nDeux\n\n\nTrois"),
			    "[" BLOCK("null", "true", LINE(SPAN("Un"), "true") "," LINE(SPAN("Deux"), "false"))
			    "," BLOCK("null", "true", LINE(SPAN("Trois"), "false")) "]");
	assert_string_equal(blocks_of(""), "[]");
	assert_string_equal(blocks_of("Voyez https://a.example/b?c=d, merci."),
			    "[" BLOCK("null", "true", LINE(SPAN("Voyez ") "," LINK("https://a.example/b?c=d") ","
						   SPAN(", merci."), "false")) "]");
}

static void test_a_link_alone_is_a_button(void **state)
{
	(void)state;
	/* the colon goes, with the space that French has before it, whichever one that is */
	assert_string_equal(blocks_of("La voir\xc2\xa0:\nhttps://a.example/"),
			    "[" BLOCK(BUTTON("https://a.example/", "La voir"), "false", "") "]");
	assert_string_equal(blocks_of("La voir\xe2\x80\xaf:\r\nhttps://a.example/\r\n"),
			    "[" BLOCK(BUTTON("https://a.example/", "La voir"), "false", "") "]");
	assert_string_equal(blocks_of("Un\nSee it:\nhttps://a.example/\nEnd"),
			    "[" BLOCK(BUTTON("https://a.example/", "See it"), "true", LINE(SPAN("Un"), "false"))
			    "," BLOCK("null", "true", LINE(SPAN("End"), "false")) "]");
	/* an empty line between does not part them; a line without colon stays what it is */
	assert_string_equal(blocks_of("See it:\n\nhttps://a.example/"),
			    "[" BLOCK(BUTTON("https://a.example/", "See it"), "false", "") "]");
	assert_string_equal(blocks_of("Un.\nhttps://a.example/"),
			    "[" BLOCK(BUTTON("https://a.example/", "Open the page"), "true",
				      LINE(SPAN("Un."), "false")) "]");
	/* what is no address of the web is text */
	assert_string_equal(blocks_of("javascript:alert(1)"),
			    "[" BLOCK("null", "true", LINE(SPAN("javascript:alert(1)"), "false")) "]");
}

static void test_errors_are_masked(void **state)
{
	(void)state;
	assert_string_equal(ct_mail_masked(mem, "550 <zoe.d+x@exemple.fr>: no"), "550 <…@exemple.fr>: no");
	assert_string_equal(ct_mail_masked(mem, "zoe@exemple.fr"), "…@exemple.fr");
	assert_string_equal(ct_mail_masked(mem, "a@b c@d, plain"), "…@b …@d, plain");
	assert_string_equal(ct_mail_masked(mem, ""), "");
	assert_null(ct_mail_masked(mem, NULL));
}

static void test_hosts(void **state)
{
	(void)state;
	assert_string_equal(ct_mail_host(mem, "https://lieu.example/reserver"), "lieu.example");
	assert_string_equal(ct_mail_host(mem, "http://127.0.0.1:8080"), "127.0.0.1");
	assert_string_equal(ct_mail_host(mem, "smtp://[::1]:25"), "[::1]");
}

static void test_only_what_is_said_of_the_letter_is_final(void **state)
{
	static const struct { const char *command; int code; enum ct_sent sent; } cases[] = {
		{ "RCPT", 550, CT_SENT_NEVER },	  { "RCPT", 553, CT_SENT_NEVER },
		{ ".", 554, CT_SENT_NEVER },	  { "DATA", 554, CT_SENT_NEVER },
		{ "RCPT", 450, CT_SENT_LATER },	  { ".", 452, CT_SENT_LATER },
		{ "RCPT", 530, CT_SENT_LATER },	  { "RCPT", 421, CT_SENT_NOT_NOW },
		{ "MAIL", 550, CT_SENT_NOT_NOW }, { "MAIL", 552, CT_SENT_NEVER },
		{ "MAIL", 452, CT_SENT_NOT_NOW }, { ".", 552, CT_SENT_NEVER }, { "AUTH", 535, CT_SENT_NOT_NOW },
		{ "EHLO", 554, CT_SENT_NOT_NOW }, { "", 0, CT_SENT_NOT_NOW },
		{ ".", 0, CT_SENT_LATER },	  { "RCPT", 0, CT_SENT_NOT_NOW },
		{ "STARTTLS", 454, CT_SENT_NOT_NOW },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		if (ct_smtp_judge(cases[i].command, cases[i].code) != cases[i].sent)
			fail_msg("%s %d", cases[i].command, cases[i].code);
}

static void test_tries_end_after_two_days(void **state)
{
	unsigned sum = 0, tries = 0, pause;

	(void)state;
	assert_int_equal(ct_outbox_pause(1), 1);
	assert_int_equal(ct_outbox_pause(2), 2);
	assert_int_equal(ct_outbox_pause(9), 256);
	assert_int_equal(ct_outbox_pause(10), 256);
	while ((pause = ct_outbox_pause(++tries)))
		sum += pause;
	assert_in_range(sum, 2 * 1440 - 256, 2 * 1440);
	assert_int_equal(ct_outbox_pause(tries + 1), 0);
	assert_int_equal(ct_outbox_pause(1000000), 0);
}

static void test_the_style_has_the_colour(void **state)
{
	(void)state;
	assert_non_null(strstr(ct_mail_style(mem, "#8a3b12"), "background:#8a3b12"));
	assert_non_null(strstr(ct_mail_style(mem, NULL), "background:#0e5a4f"));
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_a_message_has_both_parts),
		TEST(test_the_same_row_gives_the_same_id),
		TEST(test_no_header_is_forged),
		TEST(test_an_invitation_is_an_alternative_and_attached),
		TEST(test_text_becomes_blocks),
		TEST(test_a_link_alone_is_a_button),
		TEST(test_errors_are_masked),
		TEST(test_hosts),
		TEST(test_only_what_is_said_of_the_letter_is_final),
		TEST(test_tries_end_after_two_days),
		TEST(test_the_style_has_the_colour),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
