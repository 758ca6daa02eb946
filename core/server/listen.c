/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/listen.h"

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "server/allow.h"
#include "server/identity.h"
#include "server/report.h"

#define BACKLOG 1024
#define FIRST_HANDED 3		/* SD_LISTEN_FDS_START */

static int unix_address(const char *path, struct ct_address *address_r, struct ct_error *e)
{
	struct sockaddr_un un = { .sun_family = AF_UNIX };

	if (!*path || strlen(path) >= sizeof(un.sun_path))
		return ct_server_fail(e, "unix:%s: the path is empty or too long", path);
	memcpy(un.sun_path, path, strlen(path));
	memset(address_r, 0, sizeof(*address_r));
	memcpy(&address_r->sa, &un, sizeof(un));
	address_r->len = sizeof(un);
	return 0;
}

/*
 * Splits "HOST:PORT" and "[HOST]:PORT"; false for anything else, also for "::1:80", which may mean
 * two things.
 */
static bool split(const char *text, char host[256], const char **port_r)
{
	const char *end = *text == '[' ? strchr(text, ']') : strrchr(text, ':');
	const char *start = text + (*text == '[');
	size_t len;

	if (!end || (*text == '[' && end[1] != ':'))
		return false;
	len = (size_t)(end - start);
	if (len >= 256 || (*text != '[' && memchr(start, ':', len)) || (*text == '[' && !len))
		return false;
	memcpy(host, start, len);
	host[len] = '\0';
	*port_r = end + (*text == '[' ? 2 : 1);
	return true;
}

static bool port_valid(const char *port)
{
	size_t len = strspn(port, "0123456789");

	return len && len <= 5 && !port[len] && atoi(port) >= 1 && atoi(port) <= 65535;
}

int ct_address_parse(const char *text, struct ct_address *address_r, struct ct_error *e)
{
	struct addrinfo hints = { .ai_socktype = SOCK_STREAM, .ai_flags = AI_NUMERICSERV }, *found;
	const char *port;
	char host[256];
	int rc;

	if (!strncmp(text, "unix:", 5))
		return unix_address(text + 5, address_r, e);
	if (*text == '/')
		return unix_address(text, address_r, e);
	if (!split(text, host, &port) || !port_valid(port))
		return ct_server_fail(e, "%s: expected unix:PATH, HOST:PORT or [HOST]:PORT", text);
	if (*text == '[')
		hints.ai_family = AF_INET6, hints.ai_flags |= AI_NUMERICHOST;
	rc = getaddrinfo(*host ? host : "127.0.0.1", port, &hints, &found);
	if (rc)
		return ct_server_fail(e, "%s: %s", text, gai_strerror(rc));
	memset(address_r, 0, sizeof(*address_r));
	memcpy(&address_r->sa, found->ai_addr, found->ai_addrlen);
	address_r->len = found->ai_addrlen;
	freeaddrinfo(found);
	return 0;
}

/* Removes a unix socket that nobody serves; refuses where there is anything else. */
static int clear_path(const char *path, const struct ct_address *address, struct ct_error *e)
{
	struct stat st;
	int fd, rc, why;

	if (lstat(path, &st))
		return errno == ENOENT ? 0 : ct_server_fail(e, "%s: %s", path, strerror(errno));
	if (!S_ISSOCK(st.st_mode))
		return ct_server_fail(e, "unix:%s: there is a file that is no socket", path);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return ct_server_fail(e, "unix:%s: %s", path, strerror(errno));
	rc = connect(fd, (const struct sockaddr *)&address->sa, address->len);
	why = errno;
	close(fd);
	if (rc == 0 || why != ECONNREFUSED)
		return ct_server_fail(e, "unix:%s: another server answers there", path);
	if (unlink(path) && errno != ENOENT)
		return ct_server_fail(e, "unix:%s: %s", path, strerror(errno));
	return 0;
}

static int bind_unix(int fd, const struct ct_address *address, const struct ct_identity *who)
{
	const char *path = ((const struct sockaddr_un *)&address->sa)->sun_path;
	mode_t mask = umask(0117);
	int rc = bind(fd, (const struct sockaddr *)&address->sa, address->len);

	umask(mask);
	if (rc)
		return rc;
	/* Nobody can connect before listen(2), so the owner is right from the first one on. */
	if (who->uid == (uid_t)-1 && who->gid == (gid_t)-1)
		return 0;
	rc = lchown(path, geteuid() == 0 ? who->uid : (uid_t)-1, who->gid);
	if (rc) {
		int why = errno;

		unlink(path);
		errno = why;
	}
	return rc;
}

static int bind_tcp(int fd, const struct ct_address *address)
{
	int on = 1;

	if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)))
		return -1;
	/* Only what was written: [::] must not let IPv4 in besides. */
	if (address->sa.ss_family == AF_INET6 &&
	    setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof(on)))
		return -1;
	return bind(fd, (const struct sockaddr *)&address->sa, address->len);
}

static void remember_path(struct ct_listener *l, const struct ct_address *address)
{
	const struct sockaddr_un *un = (const struct sockaddr_un *)&address->sa;
	struct stat st;

	if (address->sa.ss_family != AF_UNIX || lstat(un->sun_path, &st))
		return;
	memcpy(l->path, un->sun_path, sizeof(l->path));
	l->dev = st.st_dev;
	l->ino = st.st_ino;
}

int ct_listen_open(const char *text, const struct ct_identity *who, struct ct_listener *listener_r,
		   struct ct_error *e)
{
	struct ct_listener l = { .own = true };
	struct ct_address address = { .len = 0 };
	bool local;
	int rc;

	if (ct_address_parse(text, &address, e))
		return CT_BROKEN;
	local = address.sa.ss_family == AF_UNIX;
	if (local && clear_path(((struct sockaddr_un *)&address.sa)->sun_path, &address, e))
		return CT_BROKEN;
	l.fd = socket(address.sa.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (l.fd < 0)
		return ct_server_fail(e, "%s: %s", text, strerror(errno));
	rc = local ? bind_unix(l.fd, &address, who) : bind_tcp(l.fd, &address);
	if (rc || listen(l.fd, BACKLOG)) {
		ct_server_fail(e, "%s: %s", text, strerror(errno));
		close(l.fd);
		return CT_BROKEN;
	}
	remember_path(&l, &address);
	*listener_r = l;
	return 0;
}

int ct_listen_open_all(const char *list, const struct ct_identity *who,
		       struct ct_listeners *listeners_r, struct ct_error *e)
{
	struct ct_listeners all = { .n = 0 };
	char word[300];

	for (list += strspn(list, ", \t"); *list; list += strspn(list, ", \t")) {
		size_t len = strcspn(list, ", \t");

		snprintf(word, sizeof(word), "%.*s", (int)len, list);
		if (all.n == CT_LISTENERS || len >= sizeof(word)) {
			ct_listen_close(&all);
			return ct_server_fail(e, "[server] listen: too many, or one too long");
		}
		if (ct_listen_open(word, who, &all.at[all.n], e)) {
			ct_listen_close(&all);
			return CT_BROKEN;
		}
		all.n++;
		list += len;
	}
	if (!all.n)
		return ct_server_fail(e, "[server] listen: no address");
	*listeners_r = all;
	return 0;
}

bool ct_is_listening(int fd)
{
	int on = 0;
	socklen_t len = sizeof(on);

	return getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &on, &len) == 0 && on;
}

/* A copy far from the numbers that children get, so that ours can be closed or replaced. */
static int adopt(int fd, struct ct_listener *listener_r, struct ct_error *e)
{
	struct ct_listener l = { .own = false };
	int flags = fcntl(fd, F_GETFL);

	if (!ct_is_listening(fd))
		return ct_server_fail(e, "descriptor %d was handed over, but does not listen", fd);
	l.fd = fcntl(fd, F_DUPFD_CLOEXEC, 10);
	if (l.fd < 0 || flags < 0 || fcntl(l.fd, F_SETFL, flags | O_NONBLOCK))
		return ct_server_fail(e, "descriptor %d: %s", fd, strerror(errno));
	*listener_r = l;
	return 0;
}

static int inherit_listed(struct ct_listeners *l, struct ct_error *e)
{
	const char *pid = getenv("LISTEN_PID"), *count = getenv("LISTEN_FDS");
	int n;

	if (!pid || !count || atol(pid) != (long)getpid())
		return 0;
	n = atoi(count);
	if (n < 1 || n > CT_LISTENERS)
		return ct_server_fail(e, "LISTEN_FDS=%s: expected 1 to %d", count, CT_LISTENERS);
	for (int fd = FIRST_HANDED; fd < FIRST_HANDED + n; fd++, l->n++) {
		if (adopt(fd, &l->at[l->n], e))
			return CT_BROKEN;
		close(fd);
	}
	return 0;
}

static int inherit_zero(struct ct_listeners *l, struct ct_error *e)
{
	int null;

	if (!ct_is_listening(STDIN_FILENO))
		return 0;
	if (adopt(STDIN_FILENO, &l->at[0], e))
		return CT_BROKEN;
	l->n = 1;
	null = open("/dev/null", O_RDONLY);
	if (null < 0 || dup2(null, STDIN_FILENO) < 0)
		return ct_server_fail(e, "/dev/null: %s", strerror(errno));
	close(null);
	return 0;
}

int ct_listen_inherit(struct ct_listeners *listeners_r, struct ct_error *e)
{
	struct ct_listeners all = { .n = 0 };

	if (inherit_listed(&all, e) || (!all.n && inherit_zero(&all, e)))
		return CT_BROKEN;
	unsetenv("LISTEN_PID");
	unsetenv("LISTEN_FDS");
	unsetenv("LISTEN_FDNAMES");
	*listeners_r = all;
	return 0;
}

int ct_listen_check(const int *fds, size_t n, const struct ct_allow *allow, struct ct_error *e)
{
	for (size_t i = 0; i < n; i++) {
		struct ct_address address = { .len = sizeof(address.sa) };

		if (getsockname(fds[i], (struct sockaddr *)&address.sa, &address.len))
			return ct_server_fail(e, "socket: %s", strerror(errno));
		if (!allow->n && !ct_is_loopback((const struct sockaddr *)&address.sa))
			return ct_server_fail(e, "beyond the loopback [server] allow is needed");
	}
	return 0;
}

void ct_listen_close(struct ct_listeners *listeners)
{
	for (size_t i = 0; i < listeners->n; i++) {
		struct ct_listener *l = &listeners->at[i];
		struct stat st;

		if (l->own)
			shutdown(l->fd, SHUT_RDWR);
		if (l->own && *l->path && !lstat(l->path, &st) && st.st_dev == l->dev &&
		    st.st_ino == l->ino)
			unlink(l->path);
		close(l->fd);
	}
	listeners->n = 0;
}
