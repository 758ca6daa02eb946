/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/gateway.h"

#include <fcgiapp.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "server/body.h"

#define NO_LISTENER (-1)	/* FCGX_Accept_r fails on a broken connection */

struct ct_fcgi {
	struct ct_gateway gateway;	/* first: a gateway is its ct_fcgi */
	FCGX_Request request;
	struct ct_body body;
};

static const char *fcgi_param(struct ct_gateway *gw, const char *name)
{
	return FCGX_GetParam(name, ((struct ct_fcgi *)gw)->request.envp);
}

/* libfcgi reports an end without the empty record that marks it as an error of the stream. */
static ssize_t raw_read(void *from, void *buf, size_t n)
{
	FCGX_Stream *in = from;
	int got = FCGX_GetStr(buf, n > INT_MAX ? INT_MAX : (int)n, in);

	if (got > 0)
		return got;
	return FCGX_GetError(in) ? -1 : 0;
}

static ssize_t fcgi_read(struct ct_gateway *gw, void *buf, size_t n)
{
	struct ct_fcgi *f = (struct ct_fcgi *)gw;

	return ct_body_read(&f->body, raw_read, f->request.in, buf, n);
}

static int fcgi_write(struct ct_gateway *gw, const void *p, size_t n)
{
	struct ct_fcgi *f = (struct ct_fcgi *)gw;
	const char *bytes = p;

	while (n) {
		int part = n > INT_MAX ? INT_MAX : (int)n;

		if (FCGX_PutStr(bytes, part, f->request.out) != part)
			return -1;
		bytes += part;
		n -= (size_t)part;
	}
	return 0;
}

struct ct_fcgi *ct_fcgi_new(void)
{
	struct ct_fcgi *f = calloc(1, sizeof(*f));

	if (!f)
		return NULL;
	f->gateway = (struct ct_gateway){ fcgi_param, fcgi_read, fcgi_write };
	if (FCGX_Init() || FCGX_InitRequest(&f->request, NO_LISTENER, 0)) {
		free(f);
		return NULL;
	}
	return f;
}

void ct_fcgi_free(struct ct_fcgi *f)
{
	if (f)
		ct_fcgi_close(f);
	free(f);
}

void ct_fcgi_connect(struct ct_fcgi *f, int fd)
{
	ct_fcgi_close(f);
	f->request.ipcFd = fd;
}

struct ct_gateway *ct_fcgi_begin(struct ct_fcgi *f)
{
	f->request.keepConnection = 1;		/* FCGX_Accept_r first ends "the last request" */
	if (FCGX_Accept_r(&f->request) < 0)
		return NULL;
	ct_body_start(&f->body, FCGX_GetParam("CONTENT_LENGTH", f->request.envp));
	return &f->gateway;
}

/* Was the whole body read, up to the empty record that ends it? */
static bool at_end(struct ct_fcgi *f)
{
	return ct_body_complete(&f->body) && FCGX_GetChar(f->request.in) < 0 &&
	       !FCGX_GetError(f->request.in);
}

int ct_fcgi_end(struct ct_fcgi *f, bool keep)
{
	if (f->request.keepConnection && (!keep || !at_end(f)))
		f->request.keepConnection = 0;
	FCGX_Finish_r(&f->request);
	return f->request.ipcFd;
}

/*
 * Not by libfcgi, which would wait for the other side to close too: between requests nothing can
 * get lost.
 */
void ct_fcgi_close(struct ct_fcgi *f)
{
	if (f->request.ipcFd >= 0)
		close(f->request.ipcFd);
	f->request.ipcFd = -1;
	FCGX_Free(&f->request, 0);
}
