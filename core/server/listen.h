/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The sockets on which the server listens: made by us, or handed over by whoever started us.
 *
 * They are not opened by FCGX_OpenSocket, which made a file out of "[::1]:9000" and let ":9000"
 * listen to the world. All are non-blocking and close-on-exec; they are handed on by number
 * (spawn.h).
 */
#ifndef CORE_SERVER_LISTEN_H
#define CORE_SERVER_LISTEN_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <comptoir/error.h>

#define CT_LISTENERS 8

struct ct_allow;
struct ct_identity;

struct ct_address {
	struct sockaddr_storage sa;
	socklen_t len;
};

struct ct_listener {
	int fd;
	bool own;			/* made by us, so ours to remove */
	char path[sizeof(((struct sockaddr_un *)0)->sun_path)];	/* of an own unix socket, else "" */
	dev_t dev;			/* which file it was when we made it */
	ino_t ino;
};

struct ct_listeners {
	struct ct_listener at[CT_LISTENERS];
	size_t n;
};

/*
 * Reads an address: "unix:PATH" or a bare absolute path; "HOST:PORT" with a name or a number of
 * either family; "[::1]:PORT"; ":PORT", which means 127.0.0.1 and never the world
 * ("0.0.0.0:PORT" says that). Ports are 1 to 65535.
 */
int ct_address_parse(const char *text, struct ct_address *address_r,
		     struct ct_error *e) CT_MUST_USE;

/*
 * Listens. A unix socket gets mode 0660 and the owner and group of `who` from its first moment
 * on; a file in its place is removed only when it is a socket on which nobody answers.
 */
int ct_listen_open(const char *text, const struct ct_identity *who, struct ct_listener *listener_r,
		   struct ct_error *e) CT_MUST_USE;

/* As ct_listen_open for each address of a list separated by blanks or commas; all or none. */
int ct_listen_open_all(const char *list, const struct ct_identity *who,
		       struct ct_listeners *listeners_r, struct ct_error *e) CT_MUST_USE;

/*
 * Takes the sockets handed over: LISTEN_FDS with LISTEN_PID naming this process
 * (sd_listen_fds(3)), else descriptor 0 where it listens (FastCGI 1.0, 2.2: spawn-fcgi,
 * lighttpd's bin-path). None is no failure. Removes the variables, so that no child takes them
 * for its own, and puts /dev/null in the place of 0.
 */
int ct_listen_inherit(struct ct_listeners *listeners_r, struct ct_error *e) CT_MUST_USE;

/* Does this descriptor belong to a listening socket? */
bool ct_is_listening(int fd);

/* CT_BROKEN where one of `n` descriptors listens beyond the loopback and `allow` is empty. */
int ct_listen_check(const int *fds, size_t n, const struct ct_allow *allow,
		    struct ct_error *e) CT_MUST_USE;

/*
 * Stops listening: own sockets refuse from now on, for all processes that share them, and a unix
 * socket's file goes, if it still is the one that we made. Sockets handed over stay open for
 * whoever owns them.
 */
void ct_listen_close(struct ct_listeners *);

#endif
