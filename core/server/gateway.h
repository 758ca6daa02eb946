/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The gateway: where a request comes from and its answer goes, so that the core does not know
 * whether it is spoken to by FastCGI or as a plain CGI program. Its words are those of CGI (RFC
 * 3875): the answer begins with header lines ("Status: 404 Not Found\r\n" …) and an empty line.
 *
 * A gateway lives from the start of a request to its end; strings that `param` gives live as long.
 */
#ifndef CORE_SERVER_GATEWAY_H
#define CORE_SERVER_GATEWAY_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct ct_gateway {
	/* A meta-variable ("REQUEST_METHOD", "HTTP_ACCEPT") or NULL. */
	const char *(*param)(struct ct_gateway *, const char *name);

	/*
	 * The next bytes of the body, at most `n` > 0. 0: the body is complete. Negative: it
	 * broke off (the client went away, or fewer bytes came than Content-Length says): what
	 * was read must not be handled. Never gives more than Content-Length says, where it says
	 * something.
	 */
	ssize_t (*read)(struct ct_gateway *, void *buf, size_t n);

	/*
	 * Sends bytes, buffered; the end of the request sends the rest. Negative when the client
	 * is gone: nothing more will arrive, but that is no reason to stop handling.
	 */
	int (*write)(struct ct_gateway *, const void *p, size_t n);
};

/*
 * FastCGI, one connection at a time. libfcgi never sees a listening socket: connections are
 * accepted and their peers checked by the worker. One `struct ct_fcgi` serves a process for its
 * life.
 */
struct ct_fcgi;
struct ct_fcgi *ct_fcgi_new(void);		/* NULL without memory */
void ct_fcgi_free(struct ct_fcgi *);

/* Takes a fresh connection, which ct_fcgi_end or ct_fcgi_begin closes when it is over. */
void ct_fcgi_connect(struct ct_fcgi *, int fd);

/*
 * Reads the start of a request from the connection. NULL when none came: the peer closed it or
 * does not speak FastCGI; the connection is then closed. Else ct_fcgi_end must follow.
 */
struct ct_gateway *ct_fcgi_begin(struct ct_fcgi *);

/*
 * Ends the request. Returns the connection when the web server asked to keep it and another
 * request may follow at once (ct_fcgi_begin), else -1: it is closed. It is never kept when a
 * part of the body was left unread, or when `keep` is false.
 */
int ct_fcgi_end(struct ct_fcgi *, bool keep);

/* Closes a kept connection. */
void ct_fcgi_close(struct ct_fcgi *);

/* The plain CGI gateway of this process: environment, standard input and standard output. */
struct ct_gateway *ct_cgi_gateway(void);

/* Sends what is still buffered. Negative when it did not arrive. */
int ct_cgi_finish(void);

#endif
