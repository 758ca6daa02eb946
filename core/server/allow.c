/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/allow.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

#include "server/report.h"

static const uint8_t mapped[12] = { [10] = 0xff, [11] = 0xff };

/* The address in 16 bytes; false for another family. */
static bool address_of(const struct sockaddr *sa, uint8_t out[16])
{
	if (sa->sa_family == AF_INET) {
		struct sockaddr_in in;

		memcpy(&in, sa, sizeof(in));
		memcpy(out, mapped, 12);
		memcpy(out + 12, &in.sin_addr, 4);
		return true;
	}
	if (sa->sa_family == AF_INET6) {
		struct sockaddr_in6 in6;

		memcpy(&in6, sa, sizeof(in6));
		memcpy(out, &in6.sin6_addr, 16);
		return true;
	}
	return false;
}

static bool holds(const struct ct_network *net, const uint8_t address[16])
{
	unsigned bytes = net->bits / 8, rest = net->bits % 8;
	uint8_t mask = (uint8_t)(0xff00u >> rest);

	if (memcmp(net->address, address, bytes) != 0)
		return false;
	return !rest || ((net->address[bytes] ^ address[bytes]) & mask) == 0;
}

/* "/24" as a number of at most `most`; -1 where it is none. */
static int prefix_length(const char *text, int most)
{
	char *end;
	long n;

	if (*text < '0' || *text > '9')
		return -1;
	n = strtol(text, &end, 10);
	return *end || n > most ? -1 : (int)n;
}

static bool network_parse(char *text, struct ct_network *net_r)
{
	char *slash = strchr(text, '/');
	bool six = strchr(text, ':') != NULL;
	int most = six ? 128 : 32;
	int bits = slash ? prefix_length(slash + 1, most) : most;
	struct ct_network net = { .bits = 0 };

	if (slash)
		*slash = '\0';
	if (bits < 0)
		return false;
	if (!six)
		memcpy(net.address, mapped, 12);
	if (inet_pton(six ? AF_INET6 : AF_INET, text, net.address + (six ? 0 : 12)) != 1)
		return false;
	net.bits = (unsigned)(six ? bits : bits + 96);
	for (unsigned bit = net.bits; bit < 128; bit++)
		if (net.address[bit / 8] & (0x80u >> bit % 8))
			return false;
	*net_r = net;
	return true;
}

int ct_allow_parse(const char *text, struct ct_allow *allow_r, struct ct_error *e)
{
	struct ct_allow allow = { .n = 0 };
	char word[64];

	for (text += strspn(text, ", \t"); *text; text += strspn(text, ", \t")) {
		size_t len = strcspn(text, ", \t");

		if (allow.n == CT_ALLOW_MAX)
			return ct_server_fail(e, "[server] allow: more than %d networks",
					      CT_ALLOW_MAX);
		if (len < sizeof(word)) {
			memcpy(word, text, len);
			word[len] = '\0';
		}
		if (len >= sizeof(word) || !network_parse(word, &allow.at[allow.n]))
			return ct_server_fail(e, "[server] allow: %.*s is no network in CIDR form",
					      (int)len, text);
		allow.n++;
		text += len;
	}
	*allow_r = allow;
	return 0;
}

bool ct_is_loopback(const struct sockaddr *sa)
{
	static const struct ct_network four = { .address = { [10] = 0xff, [11] = 0xff, [12] = 127 },
						.bits = 104 };
	static const struct ct_network six = { .address = { [15] = 1 }, .bits = 128 };
	uint8_t address[16];

	if (sa->sa_family == AF_UNIX)
		return true;
	return address_of(sa, address) && (holds(&four, address) || holds(&six, address));
}

bool ct_allow_peer(const struct ct_allow *allow, const struct sockaddr *peer)
{
	uint8_t address[16];

	if (ct_is_loopback(peer))
		return true;
	if (!address_of(peer, address))
		return false;
	for (size_t i = 0; i < allow->n; i++)
		if (holds(&allow->at[i], address))
			return true;
	return false;
}
