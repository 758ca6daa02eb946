/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/gateway.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "server/body.h"

static struct ct_body body;

static const char *cgi_param(struct ct_gateway *gw, const char *name)
{
	(void)gw;
	return getenv(name);
}

static ssize_t raw_read(void *from, void *buf, size_t n)
{
	(void)from;
	return read(STDIN_FILENO, buf, n);
}

/*
 * Without Content-Length there is no body: a web server may leave standard input open (RFC 3875,
 * 4.2). One that hands on a chunked body says so in a header; whether all of it arrived cannot
 * be told.
 */
static ssize_t cgi_read(struct ct_gateway *gw, void *buf, size_t n)
{
	(void)gw;
	if (!body.known)
		return getenv("HTTP_TRANSFER_ENCODING") ? -1 : 0;
	return ct_body_read(&body, raw_read, NULL, buf, n);
}

static int cgi_write(struct ct_gateway *gw, const void *p, size_t n)
{
	(void)gw;
	return fwrite(p, 1, n, stdout) == n ? 0 : -1;
}

struct ct_gateway *ct_cgi_gateway(void)
{
	static struct ct_gateway gateway = { cgi_param, cgi_read, cgi_write };

	ct_body_start(&body, getenv("CONTENT_LENGTH"));
	return &gateway;
}

int ct_cgi_finish(void)
{
	return fflush(stdout);
}
