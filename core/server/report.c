/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/report.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

struct line {
	char text[1024];
	size_t len;
};

static void put(struct line *line, char c)
{
	if (line->len < sizeof(line->text) - 2)		/* keeps space for the newline */
		line->text[line->len++] = c;
}

static void put_text(struct line *line, const char *text)
{
	while (*text)
		put(line, *text++);
}

/* Bare where it is one word, else in quotes; what could start or end a line becomes a blank. */
static void put_value(struct line *line, const char *value)
{
	bool bare = *value != '\0';

	for (const char *p = value; *p; p++)
		if ((unsigned char)*p <= ' ' || *p == '"' || *p == '=' || *p == '\\' || *p == 0x7f)
			bare = false;
	if (bare) {
		put_text(line, value);
		return;
	}
	put(line, '"');
	for (; *value; value++) {
		if (*value == '"' || *value == '\\')
			put(line, '\\');
		put(line, (unsigned char)*value < ' ' || *value == 0x7f ? ' ' : *value);
	}
	put(line, '"');
}

void ct_report(enum ct_log_level level, const char *event, ...)
{
	static const char *const levels[] = { "error", "warning", "info" };
	struct line line = { .len = 0 };
	struct timespec now;
	struct tm tm;
	const char *key;
	va_list ap;

	clock_gettime(CLOCK_REALTIME, &now);
	gmtime_r(&now.tv_sec, &tm);
	line.len = strftime(line.text, sizeof(line.text), "time=%Y-%m-%dT%H:%M:%S", &tm);
	line.len += (size_t)snprintf(line.text + line.len, 128,
				     ".%03ldZ level=%s event=%.64s pid=%d", now.tv_nsec / 1000000,
				     levels[level], event, (int)getpid());
	va_start(ap, event);
	while ((key = va_arg(ap, const char *))) {
		const char *value = va_arg(ap, const char *);

		if (!value)
			continue;
		put(&line, ' ');
		put_text(&line, key);
		put(&line, '=');
		put_value(&line, value);
	}
	va_end(ap);
	line.text[line.len++] = '\n';
	if (write(STDERR_FILENO, line.text, line.len) < 0)
		(void)0;	/* nowhere left to say it */
}

const char *ct_report_num(long long n)
{
	static char ring[8][24];
	static unsigned next;
	char *text = ring[next++ % 8];

	snprintf(text, sizeof(ring[0]), "%lld", n);
	return text;
}

int ct_server_fail(struct ct_error *e, const char *format, ...)
{
	va_list ap;

	memset(e, 0, sizeof(*e));
	e->rc = CT_BROKEN;
	va_start(ap, format);
	vsnprintf(e->text, sizeof(e->text), format, ap);
	va_end(ap);
	return CT_BROKEN;
}
