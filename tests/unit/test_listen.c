/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Addresses, sockets, who may connect, whom we run as, and the settings that say so. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "server/allow.h"
#include "server/identity.h"
#include "server/listen.h"
#include "server/setup.h"

static const struct ct_identity nobody_else = { .uid = (uid_t)-1, .gid = (gid_t)-1 };
static char folder[64];

static int make_folder(void **state)
{
	(void)state;
	snprintf(folder, sizeof(folder), "/tmp/ct-listen-XXXXXX");
	return mkdtemp(folder) ? 0 : -1;
}

static int remove_folder(void **state)
{
	(void)state;
	return rmdir(folder);
}

static const char *in_folder(const char *name)
{
	static char path[128];

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	return path;
}

static const char *unix_name(const char *name)
{
	static char text[160];

	snprintf(text, sizeof(text), "unix:%s", in_folder(name));
	return text;
}

/* An address as text, or "-" where it is refused. */
static const char *parsed(const char *text)
{
	static char out[200];
	char host[INET6_ADDRSTRLEN];
	struct ct_address a;
	struct ct_error e;

	if (ct_address_parse(text, &a, &e))
		return "-";
	if (a.sa.ss_family == AF_UNIX) {
		snprintf(out, sizeof(out), "unix %s", ((struct sockaddr_un *)&a.sa)->sun_path);
	} else if (a.sa.ss_family == AF_INET) {
		struct sockaddr_in in;

		memcpy(&in, &a.sa, sizeof(in));
		snprintf(out, sizeof(out), "4 %s %d",
			 inet_ntop(AF_INET, &in.sin_addr, host, sizeof(host)), ntohs(in.sin_port));
	} else {
		struct sockaddr_in6 in6;

		memcpy(&in6, &a.sa, sizeof(in6));
		snprintf(out, sizeof(out), "6 %s %d",
			 inet_ntop(AF_INET6, &in6.sin6_addr, host, sizeof(host)),
			 ntohs(in6.sin6_port));
	}
	return out;
}

static void test_addresses(void **state)
{
	char long_path[200] = "unix:/";

	(void)state;
	assert_string_equal(parsed("unix:/run/x.sock"), "unix /run/x.sock");
	assert_string_equal(parsed("/run/x.sock"), "unix /run/x.sock");
	assert_string_equal(parsed("unix:x.sock"), "unix x.sock");
	assert_string_equal(parsed("127.0.0.1:9000"), "4 127.0.0.1 9000");
	assert_string_equal(parsed(":9000"), "4 127.0.0.1 9000");
	assert_string_equal(parsed("0.0.0.0:80"), "4 0.0.0.0 80");
	assert_string_equal(parsed("[::1]:9000"), "6 ::1 9000");
	assert_string_equal(parsed("[::]:65535"), "6 :: 65535");
	assert_string_equal(parsed("[2001:db8::7]:1"), "6 2001:db8::7 1");
	memset(long_path + 6, 'x', 190);
	assert_string_equal(parsed(long_path), "-");
	static const char *const wrong[] = {
		"", "9000", "unix:", "::1:9000", "[::1]", "[::1]9000", "[]:9000",
		"[127.0.0.1]:9000", "127.0.0.1:", "127.0.0.1:0", "127.0.0.1:65536", "127.0.0.1:80x",
		"127.0.0.1:-1", "127.0.0.1: 80",
	};
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		assert_string_equal(parsed(wrong[i]), "-");
}

static int connect_unix(const char *path)
{
	struct sockaddr_un un = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0), rc;

	memcpy(un.sun_path, path, strlen(path));
	rc = connect(fd, (struct sockaddr *)&un, sizeof(un));
	close(fd);
	return rc;
}

static void test_unix_socket(void **state)
{
	struct ct_listeners l = { .n = 1 };
	struct ct_error e;
	struct stat st;

	(void)state;
	umask(0);
	assert_int_equal(ct_listen_open(unix_name("s"), &nobody_else, &l.at[0], &e), 0);
	assert_int_equal(lstat(in_folder("s"), &st), 0);
	assert_int_equal(st.st_mode, S_IFSOCK | 0660);
	assert_int_equal(connect_unix(in_folder("s")), 0);
	assert_true(fcntl(l.at[0].fd, F_GETFL) & O_NONBLOCK);
	assert_true(fcntl(l.at[0].fd, F_GETFD) & FD_CLOEXEC);
	ct_listen_close(&l);
	assert_int_equal(lstat(in_folder("s"), &st), -1);
	assert_int_equal(umask(022), 0);		/* left as it was found */
}

static void test_live_socket_is_refused(void **state)
{
	struct ct_listeners l = { .n = 1 };
	struct ct_listener second;
	struct ct_error e;

	(void)state;
	assert_int_equal(ct_listen_open(unix_name("live"), &nobody_else, &l.at[0], &e), 0);
	assert_int_equal(ct_listen_open(unix_name("live"), &nobody_else, &second, &e), CT_BROKEN);
	assert_non_null(strstr(e.text, "another server"));
	assert_int_equal(connect_unix(in_folder("live")), 0);
	ct_listen_close(&l);
}

static void test_stale_socket_is_replaced(void **state)
{
	struct ct_listeners l = { .n = 1 };
	struct ct_error e;

	(void)state;
	assert_int_equal(ct_listen_open(unix_name("stale"), &nobody_else, &l.at[0], &e), 0);
	close(l.at[0].fd);				/* as after SIGKILL: the file stays */
	assert_int_equal(access(in_folder("stale"), F_OK), 0);
	assert_int_equal(ct_listen_open(unix_name("stale"), &nobody_else, &l.at[0], &e), 0);
	assert_int_equal(connect_unix(in_folder("stale")), 0);
	ct_listen_close(&l);
}

static void test_other_files_stay(void **state)
{
	struct ct_listener l;
	struct ct_error e;
	int fd = open(in_folder("file"), O_CREAT | O_WRONLY | O_CLOEXEC, 0600);

	(void)state;
	close(fd);
	assert_int_equal(ct_listen_open(unix_name("file"), &nobody_else, &l, &e), CT_BROKEN);
	assert_int_equal(access(in_folder("file"), F_OK), 0);
	unlink(in_folder("file"));
	assert_int_equal(symlink("nowhere", in_folder("link")), 0);
	assert_int_equal(ct_listen_open(unix_name("link"), &nobody_else, &l, &e), CT_BROKEN);
	unlink(in_folder("link"));
}

/* Another server took our place meanwhile: its socket is not ours to remove. */
static void test_close_keeps_anothers_socket(void **state)
{
	struct ct_listeners ours = { .n = 1 }, theirs = { .n = 1 };
	struct ct_error e;

	(void)state;
	assert_int_equal(ct_listen_open(unix_name("two"), &nobody_else, &ours.at[0], &e), 0);
	unlink(in_folder("two"));
	assert_int_equal(ct_listen_open(unix_name("two"), &nobody_else, &theirs.at[0], &e), 0);
	ct_listen_close(&ours);
	assert_int_equal(connect_unix(in_folder("two")), 0);
	ct_listen_close(&theirs);
}

static void test_list_is_all_or_none(void **state)
{
	struct ct_listeners l = { .n = 0 };
	struct ct_error e;
	char list[400];

	(void)state;
	snprintf(list, sizeof(list), " %s,", unix_name("a"));
	strcat(list, unix_name("b"));
	assert_int_equal(ct_listen_open_all(list, &nobody_else, &l, &e), 0);
	assert_int_equal(l.n, 2);
	ct_listen_close(&l);
	strcat(list, " nonsense");
	assert_int_equal(ct_listen_open_all(list, &nobody_else, &l, &e), CT_BROKEN);
	assert_int_equal(access(in_folder("a"), F_OK), -1);
	assert_int_equal(ct_listen_open_all(" , ", &nobody_else, &l, &e), CT_BROKEN);
}

static void test_group_of_the_socket(void **state)
{
	struct ct_identity who = { .uid = (uid_t)-1, .gid = getegid() };
	gid_t groups[64];
	int n = getgroups(64, groups);
	struct ct_listeners l = { .n = 1 };
	struct ct_error e;
	struct stat st;

	(void)state;
	if (geteuid() == 0)
		who.uid = who.gid = 65534;
	else if (n > 0)
		who.gid = groups[n - 1];
	assert_int_equal(ct_listen_open(unix_name("g"), &who, &l.at[0], &e), 0);
	assert_int_equal(lstat(in_folder("g"), &st), 0);
	assert_int_equal(st.st_gid, who.gid);
	if (geteuid() == 0)
		assert_int_equal(st.st_uid, 65534);
	ct_listen_close(&l);
}

/* In a child, because it changes the environment and closes descriptors. */
static int inherited(const char *fds, bool right_pid, bool listening)
{
	pid_t pid = fork();
	int status;

	if (pid == 0) {
		struct ct_listeners l = { .n = 0 };
		struct sockaddr_in in = { .sin_family = AF_INET,
					  .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
		int fd = socket(AF_INET, SOCK_STREAM, 0);
		struct ct_error e;
		char text[24];

		if (bind(fd, (struct sockaddr *)&in, sizeof(in)) || (listening && listen(fd, 5)))
			_exit(99);
		dup2(fd, 3);
		dup2(fd, 4);
		dup2(open("/dev/null", O_RDONLY), 0);
		snprintf(text, sizeof(text), "%d", right_pid ? (int)getpid() : 1);
		setenv("LISTEN_PID", text, 1);
		setenv("LISTEN_FDS", fds, 1);
		if (ct_listen_inherit(&l, &e))
			_exit(98);
		if (getenv("LISTEN_FDS") ||
		    (l.n && (l.at[0].own || !(fcntl(l.at[0].fd, F_GETFL) & O_NONBLOCK))))
			_exit(97);
		_exit((int)l.n);
	}
	waitpid(pid, &status, 0);
	return WEXITSTATUS(status);
}

static void test_handed_over(void **state)
{
	(void)state;
	assert_int_equal(inherited("1", true, true), 1);
	assert_int_equal(inherited("2", true, true), 2);
	assert_int_equal(inherited("1", false, true), 0);	/* meant for another process */
	assert_int_equal(inherited("1", true, false), 98);	/* a socket that does not listen */
	assert_int_equal(inherited("0", true, true), 98);
	assert_int_equal(inherited("99", true, true), 98);
}

static bool allowed(const char *list, const char *peer)
{
	struct sockaddr_storage sa = { .ss_family = strchr(peer, ':') ? AF_INET6 : AF_INET };
	struct ct_allow allow;
	struct ct_error e;

	assert_int_equal(ct_allow_parse(list, &allow, &e), 0);
	if (sa.ss_family == AF_INET)
		assert_int_equal(inet_pton(AF_INET, peer, &((struct sockaddr_in *)&sa)->sin_addr),
				 1);
	else
		assert_int_equal(
			inet_pton(AF_INET6, peer, &((struct sockaddr_in6 *)&sa)->sin6_addr), 1);
	return ct_allow_peer(&allow, (struct sockaddr *)&sa);
}

static void test_allow(void **state)
{
	struct sockaddr local = { .sa_family = AF_UNIX };
	struct ct_allow none = { .n = 0 };

	(void)state;
	assert_true(ct_allow_peer(&none, &local));
	assert_true(allowed("", "127.0.0.1"));
	assert_true(allowed("", "127.255.0.9"));
	assert_true(allowed("", "::1"));
	assert_true(allowed("", "::ffff:127.0.0.1"));
	assert_false(allowed("", "192.0.2.1"));
	assert_false(allowed("", "128.0.0.1"));
	assert_false(allowed("", "::2"));
	assert_true(allowed("192.0.2.0/24", "192.0.2.255"));
	assert_true(allowed("192.0.2.0/24", "::ffff:192.0.2.1"));
	assert_false(allowed("192.0.2.0/24", "192.0.3.0"));
	assert_true(allowed("198.51.100.7", "198.51.100.7"));
	assert_false(allowed("198.51.100.7", "198.51.100.6"));
	assert_true(allowed("192.0.2.128/25, 2001:db8::/33", "192.0.2.200"));
	assert_false(allowed("192.0.2.128/25", "192.0.2.100"));
	assert_true(allowed("2001:db8::/33", "2001:db8:7fff::1"));
	assert_false(allowed("2001:db8::/33", "2001:db8:8000::1"));
	assert_true(allowed("0.0.0.0/0", "203.0.113.9"));
	assert_false(allowed("0.0.0.0/0", "2001:db8::1"));
	assert_true(allowed("::/0", "203.0.113.9"));
}

static void test_allow_refuses(void **state)
{
	static const char *const wrong[] = {
		"192.0.2.0/33", "192.0.2.1/24", "192.0.2/24", "2001:db8::/129", "2001:db8::1/64",
		"host", "1.2.3.4/", "1.2.3.4/a", "/8", "10.0.0.0/8;", "192.0.2.0/24 10.0.0.0/-1",
		"1111:1111:1111:1111:1111:1111:1111:1111:1111:1111:1111:1111:1111:1111",
	};
	char many[1024] = "";
	struct ct_allow allow;
	struct ct_error e;

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		assert_int_equal(ct_allow_parse(wrong[i], &allow, &e), CT_BROKEN);
	for (int i = 0; i <= CT_ALLOW_MAX; i++)
		strcat(many, "192.0.2.1,");
	assert_int_equal(ct_allow_parse(many, &allow, &e), CT_BROKEN);
}

static void test_listening_to_the_world(void **state)
{
	struct sockaddr_in in = { .sin_family = AF_INET };	/* any address, any port */
	struct ct_allow none = { .n = 0 }, some;
	struct ct_error e;
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	(void)state;
	assert_int_equal(bind(fd, (struct sockaddr *)&in, sizeof(in)), 0);
	assert_int_equal(ct_allow_parse("192.0.2.0/24", &some, &e), 0);
	assert_int_equal(ct_listen_check(&fd, 1, &none, &e), CT_BROKEN);
	assert_non_null(strstr(e.text, "allow"));
	assert_int_equal(ct_listen_check(&fd, 1, &some, &e), 0);
	close(fd);
	fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	in.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	assert_int_equal(bind(fd, (struct sockaddr *)&in, sizeof(in)), 0);
	assert_int_equal(ct_listen_check(&fd, 1, &none, &e), 0);
	close(fd);
}

static void test_setup(void **state)
{
	struct ct_setup s;
	struct ct_error e;
	int rc;

	(void)state;
	ct_setup_default(&s);
	assert_string_equal(s.listen, "unix:/run/comptoir/comptoir.sock");
	rc = ct_setup_parse(&s, "listen=:9000\nworkers=7\nnot ours=x\n\nallow=\nuser=a=b\n"
			    "request_seconds=60\nmax_requests=0", &e);
	assert_int_equal(rc, 0);
	assert_string_equal(s.listen, ":9000");
	assert_string_equal(s.user, "a=b");
	assert_int_equal(s.workers, 7);
	assert_int_equal(s.request_seconds, 60);
	assert_int_equal(s.max_requests, 0);
	assert_int_equal(ct_setup_drain_ms(&s), 65000);
	static const char *const wrong[] = {
		"workers=0", "workers=121", "workers=", "workers=4x", "workers=-1", "workers= 4",
		"request_seconds=0", "request_seconds=3601", "max_requests=99999999999999999999",
		"user=1234567890123456789012345678901234567890123456789012345678901234",
	};
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		assert_int_equal(ct_setup_parse(&s, wrong[i], &e), CT_BROKEN);
}

static void test_setup_error(void **state)
{
	(void)state;
	assert_null(ct_setup_error(""));
	assert_null(ct_setup_error("worker_error=x\nuser=error=y\n"));
	assert_string_equal(ct_setup_error("a=b\nerror=file:7: no\n"), "file:7: no\n");
	assert_string_equal(ct_setup_error("error="), "");
}

static void test_identity(void **state)
{
	const struct passwd *self = getpwuid(geteuid());
	struct ct_identity id;
	struct ct_error e;

	(void)state;
	assert_int_equal(ct_identity_find("no-such-account", "", &id, &e), CT_BROKEN);
	assert_int_equal(ct_identity_find(self->pw_name, "no-such-group", &id, &e), CT_BROKEN);
	assert_int_equal(ct_identity_find(self->pw_name, "", &id, &e), 0);
	assert_false(id.change);
	if (geteuid() != 0) {
		assert_int_equal(ct_identity_find("root", "", &id, &e), CT_BROKEN);
		assert_int_equal(ct_identity_find("", "", &id, &e), 0);
		return;
	}
	assert_int_equal(ct_identity_find("", "", &id, &e), CT_BROKEN);
	assert_int_equal(ct_identity_find("nobody", "", &id, &e), 0);
	assert_true(id.change);
}

#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, make_folder, remove_folder)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_addresses),
		IN_FOLDER(test_unix_socket),
		IN_FOLDER(test_live_socket_is_refused),
		IN_FOLDER(test_stale_socket_is_replaced),
		IN_FOLDER(test_other_files_stay),
		IN_FOLDER(test_close_keeps_anothers_socket),
		IN_FOLDER(test_list_is_all_or_none),
		IN_FOLDER(test_group_of_the_socket),
		cmocka_unit_test(test_handed_over),
		cmocka_unit_test(test_allow),
		cmocka_unit_test(test_allow_refuses),
		cmocka_unit_test(test_listening_to_the_world),
		cmocka_unit_test(test_setup),
		cmocka_unit_test(test_setup_error),
		cmocka_unit_test(test_identity),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
