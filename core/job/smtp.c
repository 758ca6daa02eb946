/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "job/smtp.h"

#include <ctype.h>
#include <curl/curl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include <comptoir/i18n.h>

#include "base/utf8.h"
#include "config/settings.h"
#include "job/mail.h"
#include "job/message.h"

enum { WORD = 16, ANSWER = 300 };

struct ct_smtp {
	const struct ct_settings *settings;
	CURL *curl;
	int wake_fd;			/* readable: leave; -1: none */
	char command[WORD];		/* the last one said: "RCPT"; "." after the message; "" before any */
	char answer[ANSWER];		/* the last line of the server's */
	bool over;			/* we said QUIT: what follows is about no letter */
	const struct ct_envelope *letter;
	size_t at;			/* bytes of it that were read */
	char why[CURL_ERROR_SIZE];
};

static bool loopback(const char *host)
{
	return !strcmp(host, "localhost") || !strncmp(host, "127.", 4) || !strcmp(host, "[::1]");
}

static bool is_smtps(const struct ct_settings *s)
{
	return !strncmp(ct_settings_text(s, "mail.transport"), "smtps:", 6);
}

/* CURLUSESSL_…: what [mail] starttls asks for, or what is right for the host. */
static long starttls(const struct ct_settings *s)
{
	const char *wish = ct_settings_text(s, "mail.starttls");
	const char *transport = ct_settings_text(s, "mail.transport");
	char *host = ct_mail_host(NULL, transport);
	bool near = loopback(host);

	talloc_free(host);
	if (!wish)
		return near ? CURLUSESSL_TRY : CURLUSESSL_ALL;
	return !strcmp(wish, "required") ? CURLUSESSL_ALL
	       : !strcmp(wish, "offered") ? CURLUSESSL_TRY
					  : CURLUSESSL_NONE;
}

/* Scheme, host and port and nothing else: a user in it would go to the log, a path to the greeting. */
static bool plain_url(const char *text)
{
	const char *host = strstr(text, "://"), *rest;
	size_t len;

	if (!host || (strncmp(text, "smtp://", 7) && strncmp(text, "smtps://", 8)))
		return false;
	host += 3;
	len = *host == '[' ? strcspn(host, "]") + (strchr(host, ']') != NULL) : strcspn(host, ":/");
	rest = host + len;
	if (!len || strspn(host, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				 "0123456789-._[]:") < len)
		return false;
	if (*rest == ':') {
		long port = strtol(rest + 1, NULL, 10);

		len = strspn(rest + 1, "0123456789");
		if (!len || port < 1 || port > 65535)
			return false;
		rest += 1 + len;
	}
	return !*rest || !strcmp(rest, "/");
}

int ct_smtp_check(const struct ct_settings *s, struct ct_error *e)
{
	const char *transport = ct_settings_text(s, "mail.transport");
	const char *user = ct_settings_text(s, "mail.user");
	char *host;
	bool far;

	if (!plain_url(transport))
		return ct_fail(e, CT_BROKEN,
			       "[mail] transport = %s: file:FOLDER, smtp://HOST:PORT or smtps://HOST:PORT is expected",
			       transport);
	if (!ct_settings_text(s, "site.email"))
		return ct_fail(e, CT_BROKEN,
			       "[site] email is required with [mail] transport = %s: it is the sender of all mails",
			       transport);
	if (ct_settings_int(s, "mail.timeout") < 1 || ct_settings_int(s, "mail.timeout") > 600)
		return ct_fail(e, CT_BROKEN, "[mail] timeout must be from 1 to 600 seconds");
	if (user && !ct_settings_text(s, "mail.password"))
		return ct_fail(e, CT_BROKEN, "[mail] user needs [mail] password");
	host = ct_mail_host(NULL, transport);
	far = !loopback(host) && !is_smtps(s) && starttls(s) != CURLUSESSL_ALL;
	talloc_free(host);
	if (user && far)
		return ct_fail(e, CT_BROKEN,
			       "[mail] password would leave in clear text: [mail] starttls must be \"required\" with a user");
	return 0;
}

/* ---- libcurl's side ---- */

static size_t read_letter(char *buffer, size_t size, size_t n, void *ctx)
{
	struct ct_smtp *smtp = ctx;
	size_t left = smtp->letter->len - smtp->at, most = size * n;
	size_t len = left < most ? left : most;

	memcpy(buffer, smtp->letter->source + smtp->at, len);
	smtp->at += len;
	/* what the server says from here on is about the message */
	if (len == left)
		memcpy(smtp->command, ".", 2);
	return len;
}

static void keep_word(struct ct_smtp *smtp, const char *data, size_t len)
{
	size_t n = 0;

	while (n < len && n + 1 < WORD && isalpha((unsigned char)data[n]))
		n++;
	smtp->over = n == 4 && !memcmp(data, "QUIT", n);
	if (smtp->over)
		return;
	memcpy(smtp->command, data, n);
	smtp->command[n] = '\0';
}

static void keep_answer(struct ct_smtp *smtp, const char *data, size_t len)
{
	size_t n = len < ANSWER - 1 ? len : ANSWER - 1;

	if (smtp->over || len < 3 || !isdigit((unsigned char)*data))
		return;
	memcpy(smtp->answer, data, n);
	smtp->answer[n] = '\0';
	smtp->answer[strcspn(smtp->answer, "\r\n")] = '\0';
	while (n && !ct_utf8_check(smtp->answer, strlen(smtp->answer)))
		smtp->answer[--n] = '\0';
}

/* The conversation as it goes by. Of what we say the first letters are kept, to compare and not to show. */
static int listen_in(CURL *curl, curl_infotype type, char *data, size_t len, void *ctx)
{
	(void)curl;
	if (type == CURLINFO_HEADER_OUT)
		keep_word(ctx, data, len);
	else if (type == CURLINFO_HEADER_IN)
		keep_answer(ctx, data, len);
	return 0;
}

/* The server is being stopped: a letter that was not handed over yet waits for the next one. */
static int leave_early(void *ctx, curl_off_t down, curl_off_t down_now, curl_off_t up, curl_off_t up_now)
{
	const struct ct_smtp *smtp = ctx;
	struct pollfd wake = { .fd = smtp->wake_fd, .events = POLLIN };
	sigset_t pending;

	(void)down;
	(void)down_now;
	(void)up;
	(void)up_now;
	if (!strcmp(smtp->command, "."))
		return 0;
	return poll(&wake, 1, 0) > 0 ||
	       (!sigpending(&pending) && sigismember(&pending, SIGTERM) == 1);
}

static int close_smtp(struct ct_smtp *smtp)
{
	curl_easy_cleanup(smtp->curl);
	return 0;
}

/* The name that we greet with is the path of libcurl's URL. */
static const char *url_of(struct ct_smtp *smtp)
{
	const char *transport = ct_settings_text(smtp->settings, "mail.transport");
	size_t len = strlen(transport);

	return talloc_asprintf(smtp, "%.*s/%s", (int)(len - (transport[len - 1] == '/')), transport,
			       ct_mail_host(smtp, ct_settings_text(smtp->settings, "site.url")));
}

static void set_options(struct ct_smtp *smtp)
{
	const struct ct_settings *s = smtp->settings;
	const char *ca = ct_settings_text(s, "mail.ca"), *user = ct_settings_text(s, "mail.user");
	CURL *curl = smtp->curl;

	curl_easy_setopt(curl, CURLOPT_URL, url_of(smtp));
	curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
	curl_easy_setopt(curl, CURLOPT_PROXY, "");
	curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(curl, CURLOPT_TIMEOUT, (long)ct_settings_int(s, "mail.timeout"));
	curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, (long)ct_settings_int(s, "mail.timeout"));
	curl_easy_setopt(curl, CURLOPT_USE_SSL, is_smtps(s) ? (long)CURLUSESSL_ALL : starttls(s));
	if (ca)
		curl_easy_setopt(curl, CURLOPT_CAINFO, ct_settings_path(smtp, s, ca));
	if (user) {
		curl_easy_setopt(curl, CURLOPT_USERNAME, user);
		curl_easy_setopt(curl, CURLOPT_PASSWORD, ct_settings_text(s, "mail.password"));
	}
	curl_easy_setopt(curl, CURLOPT_UPLOAD, 1L);
	curl_easy_setopt(curl, CURLOPT_READFUNCTION, read_letter);
	curl_easy_setopt(curl, CURLOPT_READDATA, smtp);
	curl_easy_setopt(curl, CURLOPT_VERBOSE, 1L);
	curl_easy_setopt(curl, CURLOPT_DEBUGFUNCTION, listen_in);
	curl_easy_setopt(curl, CURLOPT_DEBUGDATA, smtp);
	curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, smtp->why);
	curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
	curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, leave_early);
	curl_easy_setopt(curl, CURLOPT_XFERINFODATA, smtp);
}

struct ct_smtp *ct_smtp_open(void *mem, const struct ct_settings *settings, int wake_fd)
{
	struct ct_smtp *smtp = talloc_zero(mem, struct ct_smtp);
	static bool ready;

	if (!ready && curl_global_init(CURL_GLOBAL_DEFAULT))
		abort();
	ready = true;
	smtp->settings = settings;
	smtp->wake_fd = wake_fd;
	smtp->curl = curl_easy_init();
	if (!smtp->curl)
		abort();
	talloc_set_destructor(smtp, close_smtp);
	set_options(smtp);
	return smtp;
}

/* ---- one letter ---- */

enum ct_sent ct_smtp_judge(const char *command, int code)
{
	bool about_it = !strcmp(command, "RCPT") || !strcmp(command, "DATA") ||
			!strcmp(command, ".");

	/* too large, by the size that MAIL names (RFC 1870, 6.1) */
	if (code == 552 && !strcmp(command, "MAIL"))
		return CT_SENT_NEVER;
	/* a line that ends after the text may be the text's fault; before it, it is the server's */
	if (!code && !strcmp(command, "."))
		return CT_SENT_LATER;
	if (!about_it || !code || code == 421)
		return CT_SENT_NOT_NOW;
	/* 530: sign in first (RFC 4954, 6) */
	return code >= 500 && code != 530 ? CT_SENT_NEVER : CT_SENT_LATER;
}

/* After a failure the answer is that of the last command only if it is no success. */
static int refusal(const struct ct_smtp *smtp)
{
	int code = atoi(smtp->answer);

	return code >= 400 ? code : 0;
}

static enum ct_sent explain(struct ct_smtp *smtp, CURLcode failed, struct ct_error *e)
{
	const char *why = *smtp->why ? smtp->why : curl_easy_strerror(failed);
	int code = refusal(smtp);
	enum ct_sent sent = ct_smtp_judge(smtp->command, code);

	if (sent == CT_SENT_NEVER)
		(void)ct_fail(e, CT_INVALID, _("The receiving server refuses: %s"), smtp->answer);
	else if (failed == CURLE_ABORTED_BY_CALLBACK)
		(void)ct_fail(e, CT_BUSY, _("The site was stopped before the mail had left."));
	else if (failed == CURLE_LOGIN_DENIED)
		(void)ct_fail(e, CT_BUSY, _("The mail server does not let us sign in: %s"),
			      code ? smtp->answer : why);
	else if (failed == CURLE_USE_SSL_FAILED || failed == CURLE_PEER_FAILED_VERIFICATION ||
		 failed == CURLE_SSL_CONNECT_ERROR || failed == CURLE_SSL_CACERT_BADFILE)
		(void)ct_fail(e, CT_BUSY, _("No protected connection to the mail server: %s"), why);
	else if (code)
		(void)ct_fail(e, CT_BUSY, _("The mail server says: %s"), smtp->answer);
	else
		(void)ct_fail(e, CT_BUSY, _("The mail server does not answer: %s"), why);
	return sent;
}

enum ct_sent ct_smtp_send(struct ct_smtp *smtp, const struct ct_envelope *letter, struct ct_error *e)
{
	char from[300], to[300];
	struct curl_slist *list;
	CURLcode failed;

	snprintf(from, sizeof(from), "<%s>", letter->from);
	snprintf(to, sizeof(to), "<%s>", letter->to);
	list = curl_slist_append(NULL, to);
	if (!list)
		abort();
	smtp->letter = letter;
	smtp->at = 0;
	smtp->over = false;
	smtp->command[0] = smtp->answer[0] = smtp->why[0] = '\0';
	curl_easy_setopt(smtp->curl, CURLOPT_MAIL_FROM, from);
	curl_easy_setopt(smtp->curl, CURLOPT_MAIL_RCPT, list);
	curl_easy_setopt(smtp->curl, CURLOPT_INFILESIZE_LARGE, (curl_off_t)letter->len);
	failed = curl_easy_perform(smtp->curl);
	curl_easy_setopt(smtp->curl, CURLOPT_MAIL_RCPT, NULL);
	curl_slist_free_all(list);
	return failed ? explain(smtp, failed, e) : CT_SENT;
}

const char *ct_smtp_said(const struct ct_smtp *smtp)
{
	return smtp->answer;
}
