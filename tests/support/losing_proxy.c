/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A proxy for MariaDB's protocol that breaks the connection around every n-th COMMIT.
 *
 *   losing-proxy --listen PATH --to PATH --lose N [--how answered|racing|dropped|leaving]
 *
 * PATH is a unix socket, or HOST:PORT. COMMITs are counted over all connections. What happens to
 * the n-th one:
 *
 *   answered  it goes to the server, whose answer is read and thrown away: stored (the default)
 *   racing    it goes to the server and both sides are cut at once: stored, now or a bit later
 *   dropped   it does not reach the server: not stored
 *   leaving   as answered, and the proxy ends: nobody can ask what became of it
 *
 * It prints "ready" when it listens, ends on TERM, and knows nothing of TLS or compression. A C
 * test defines LOSING_PROXY_LIBRARY, includes this file and calls losing_proxy() in a child.
 */
#include <errno.h>
#include <netdb.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum losing_how { LOSE_ANSWERED, LOSE_RACING, LOSE_DROPPED, LOSE_LEAVING };

enum { LINKS = 256, HEADER = 4, WORD = 16, QUERY = 3 };

/* One client and its server. The client's packets are followed: length, number, bytes. */
struct link {
	int client, server;
	unsigned char header[HEADER];
	size_t have, left;
	char word[WORD];		/* the packet's first bytes */
	size_t word_len;
	bool losing;			/* the server's next answer is not for the client */
};

struct proxy {
	struct link links[LINKS];
	size_t n;
	unsigned lose, commits;
	enum losing_how how;
	const char *to;
};

static int unix_socket(const char *path, bool listening)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };
	int fd;

	if (strlen(path) >= sizeof(a.sun_path))
		return -1;
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	memcpy(a.sun_path, path, strlen(path));
	if (listening)
		unlink(path);
	if (!listening && !connect(fd, (struct sockaddr *)&a, sizeof(a)))
		return fd;
	if (listening && !bind(fd, (struct sockaddr *)&a, sizeof(a)) && !listen(fd, 64))
		return fd;
	close(fd);
	return -1;
}

static int tcp_socket(const char *where, const char *port, bool listening)
{
	struct addrinfo hints = { .ai_socktype = SOCK_STREAM }, *list;
	char host[128];
	const int on = 1;
	int fd;

	snprintf(host, sizeof(host), "%.*s", (int)(port - where), where);
	if (getaddrinfo(host, port + 1, &hints, &list))
		return -1;
	fd = socket(list->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (listening ? bind(fd, list->ai_addr, list->ai_addrlen) || listen(fd, 64)
		      : connect(fd, list->ai_addr, list->ai_addrlen)) {
		close(fd);
		fd = -1;
	}
	freeaddrinfo(list);
	return fd;
}

static int open_socket(const char *where, bool listening)
{
	const char *port = strrchr(where, ':');

	return port && !strchr(where, '/') ? tcp_socket(where, port, listening)
					   : unix_socket(where, listening);
}

static bool pass_on(int fd, const char *bytes, size_t len)
{
	while (len) {
		ssize_t n = send(fd, bytes, len, MSG_NOSIGNAL);

		if (n <= 0)
			return false;
		bytes += n;
		len -= (size_t)n;
	}
	return true;
}

/* Is the packet whose last byte came just now a COMMIT that gets lost? */
static bool losing_commit(struct proxy *p, const struct link *l)
{
	if (l->header[3] != 0 || l->word_len != 7 || l->word[0] != QUERY ||
	    strncasecmp(l->word + 1, "COMMIT", 6) != 0)
		return false;
	return ++p->commits % p->lose == 0;
}

/* Takes one byte of the client's stream; true at the end of a packet. */
static bool follow(struct link *l, char c)
{
	if (l->have < HEADER) {
		l->header[l->have++] = (unsigned char)c;
		if (l->have < HEADER)
			return false;
		l->left = l->header[0] | (size_t)l->header[1] << 8 | (size_t)l->header[2] << 16;
		l->word_len = 0;
	} else {
		if (l->word_len < WORD)
			l->word[l->word_len++] = c;
		l->left--;
	}
	if (l->left)
		return false;
	l->have = 0;
	return true;
}

/* false: the link is over */
static bool from_client(struct proxy *p, struct link *l)
{
	char buf[16384];
	ssize_t n = read(l->client, buf, sizeof(buf));
	bool lost = false;

	if (n <= 0)
		return false;
	for (ssize_t i = 0; i < n && !lost; i++)
		lost = follow(l, buf[i]) && losing_commit(p, l);
	if (lost && p->how == LOSE_DROPPED)
		return false;
	if (!pass_on(l->server, buf, (size_t)n))
		return false;
	l->losing = lost;
	return !lost || p->how != LOSE_RACING;
}

static bool from_server(const struct proxy *p, const struct link *l)
{
	char buf[16384];
	ssize_t n = read(l->server, buf, sizeof(buf));

	if (l->losing && p->how == LOSE_LEAVING)
		_exit(0);
	return n > 0 && !l->losing && pass_on(l->client, buf, (size_t)n);
}

static void add_link(struct proxy *p, int listening)
{
	int client = accept4(listening, NULL, NULL, SOCK_CLOEXEC);
	int server = client < 0 || p->n == LINKS ? -1 : open_socket(p->to, false);

	if (server < 0) {
		close(client);
		return;
	}
	p->links[p->n++] = (struct link){ .client = client, .server = server };
}

static void end_link(struct proxy *p, size_t i)
{
	close(p->links[i].client);
	close(p->links[i].server);
	p->links[i] = p->links[--p->n];
}

static void serve(struct proxy *p, int listening)
{
	struct pollfd fds[1 + 2 * LINKS] = { { .fd = listening, .events = POLLIN } };
	const size_t n = p->n;

	for (size_t i = 0; i < n; i++) {
		fds[1 + 2 * i] = (struct pollfd){ .fd = p->links[i].client, .events = POLLIN };
		fds[2 + 2 * i] = (struct pollfd){ .fd = p->links[i].server, .events = POLLIN };
	}
	if (poll(fds, 1 + 2 * n, -1) < 0)
		return;
	for (size_t i = n; i-- > 0;)
		if ((fds[1 + 2 * i].revents && !from_client(p, &p->links[i])) ||
		    (fds[2 + 2 * i].revents && !from_server(p, &p->links[i])))
			end_link(p, i);
	if (fds[0].revents)
		add_link(p, listening);
}

/* Serves until the process is ended; returns only if it cannot listen. "ready" to `ready_fd`. */
static int losing_proxy(const char *where, const char *to, unsigned lose, enum losing_how how,
			int ready_fd)
{
	static struct proxy proxy;
	int listening = open_socket(where, true);

	if (listening < 0) {
		fprintf(stderr, "losing-proxy: %s: %s\n", where, strerror(errno));
		return 1;
	}
	proxy.lose = lose;
	proxy.how = how;
	proxy.to = to;
	if (write(ready_fd, "ready\n", 6) < 0)
		return 1;
	for (;;)
		serve(&proxy, listening);
}

#ifndef LOSING_PROXY_LIBRARY
static const char *option(int argc, char **argv, const char *name)
{
	for (int i = 1; i + 1 < argc; i += 2)
		if (!strcmp(argv[i], name))
			return argv[i + 1];
	return NULL;
}

int main(int argc, char **argv)
{
	const char *where = option(argc, argv, "--listen"), *to = option(argc, argv, "--to");
	const char *lose = option(argc, argv, "--lose"), *how = option(argc, argv, "--how");
	static const char *const hows[] = { "answered", "racing", "dropped", "leaving" };
	size_t h = 0;

	while (how && h < 4 && strcmp(how, hows[h]) != 0)
		h++;
	if (!where || !to || !lose || atoi(lose) < 1 || h == 4) {
		fprintf(stderr, "usage: losing-proxy --listen PATH --to PATH --lose N"
			" [--how answered|racing|dropped|leaving]\n");
		return 2;
	}
	return losing_proxy(where, to, (unsigned)atoi(lose), (enum losing_how)h, STDOUT_FILENO);
}
#endif
