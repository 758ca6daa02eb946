/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/setup.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/report.h"

#define GRACE_MS 5000		/* TERM, two seconds, KILL, and the way out */

void ct_setup_default(struct ct_setup *setup)
{
	memset(setup, 0, sizeof(*setup));
	snprintf(setup->listen, sizeof(setup->listen), "unix:/run/comptoir/comptoir.sock");
	setup->workers = 4;
	setup->request_seconds = 30;
	setup->max_requests = 10000;
}

static int number(const char *key, const char *text, unsigned least, unsigned most,
		  unsigned *number_r, struct ct_error *e)
{
	unsigned long n;
	char *end;

	n = strtoul(text, &end, 10);
	if (*text < '0' || *text > '9' || *end || n < least || n > most)
		return ct_server_fail(e, "[server] %s: %s is no number from %u to %u", key, text,
				      least, most);
	*number_r = (unsigned)n;
	return 0;
}

static int text(const char *key, const char *value, char *to, size_t size, struct ct_error *e)
{
	if (strlen(value) >= size)
		return ct_server_fail(e, "[server] %s: longer than %zu bytes", key, size - 1);
	memcpy(to, value, strlen(value) + 1);
	return 0;
}

int ct_setup_workers(const char *value, unsigned *workers_r, struct ct_error *e)
{
	return number("workers", value, 1, CT_WORKERS_MAX, workers_r, e);
}

static int assign(struct ct_setup *s, const char *key, const char *value, struct ct_error *e)
{
	if (!strcmp(key, "listen"))
		return text(key, value, s->listen, sizeof(s->listen), e);
	if (!strcmp(key, "user"))
		return text(key, value, s->user, sizeof(s->user), e);
	if (!strcmp(key, "group"))
		return text(key, value, s->group, sizeof(s->group), e);
	if (!strcmp(key, "allow"))
		return text(key, value, s->allow, sizeof(s->allow), e);
	if (!strcmp(key, "workers"))
		return ct_setup_workers(value, &s->workers, e);
	if (!strcmp(key, "request_seconds"))
		return number(key, value, 1, 3600, &s->request_seconds, e);
	if (!strcmp(key, "max_requests"))
		return number(key, value, 0, 1000000000, &s->max_requests, e);
	return 0;
}

int ct_setup_parse(struct ct_setup *setup, const char *lines, struct ct_error *e)
{
	char line[1280], *equals;

	while (*lines) {
		size_t len = strcspn(lines, "\n");

		if (len >= sizeof(line))
			return ct_server_fail(e, "[server]: a value is too long");
		memcpy(line, lines, len);
		line[len] = '\0';
		lines += len + (lines[len] == '\n');
		equals = strchr(line, '=');
		if (!equals)
			continue;
		*equals = '\0';
		if (assign(setup, line, equals + 1, e))
			return CT_BROKEN;
	}
	return 0;
}

const char *ct_setup_error(const char *lines)
{
	while (*lines) {
		if (!strncmp(lines, "error=", 6))
			return lines + 6;
		lines += strcspn(lines, "\n");
		lines += *lines == '\n';
	}
	return NULL;
}

int ct_setup_drain_ms(const struct ct_setup *setup)
{
	return (int)setup->request_seconds * 1000 + GRACE_MS;
}
