/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Who may connect where the server listens beyond the loopback: [server] allow, a list of
 * networks in CIDR form ("192.0.2.0/24, 2001:db8::/32", a bare address is a network of one).
 * FastCGI has no sign-in of its own: whoever reaches the socket may claim to be any visitor, so
 * the list is compulsory there. The loopback is always allowed.
 */
#ifndef CORE_SERVER_ALLOW_H
#define CORE_SERVER_ALLOW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>
#include <comptoir/error.h>

#define CT_ALLOW_MAX 32

struct ct_network {
	uint8_t address[16];	/* IPv4 as ::ffff:a.b.c.d (RFC 4291, 2.5.5.2) */
	unsigned bits;		/* of 128 */
};

struct ct_allow {
	struct ct_network at[CT_ALLOW_MAX];
	size_t n;
};

/*
 * Reads networks separated by commas or blanks; "" is an empty list. CT_BROKEN names the one
 * that is wrong, also where bits are set beyond its length (a typing error, most likely).
 */
int ct_allow_parse(const char *text, struct ct_allow *allow_r, struct ct_error *e) CT_MUST_USE;

/* May this peer connect? Unix peers and the loopback always, others when a network holds them. */
bool ct_allow_peer(const struct ct_allow *, const struct sockaddr *peer);

/* 127.0.0.0/8, ::1, or IPv4's loopback mapped into IPv6. A unix address counts as one too. */
bool ct_is_loopback(const struct sockaddr *);

#endif
