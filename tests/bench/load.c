/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Asks a FastCGI program for one page, again and again, from several processes at once:
 *
 *   load SOCKET URI CLIENTS SECONDS      prints how many answers with status 200 came, all together
 *
 * A connection each, as web servers do by default. Anything but 200 ends it.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static unsigned char request[8192];
static size_t request_len;

static _Noreturn void die(const char *what)
{
	fprintf(stderr, "load: %s\n", what);
	exit(1);
}

static unsigned char *record(unsigned char *at, int type, size_t len)
{
	const unsigned char head[8] = { 1, (unsigned char)type, 0, 1, (unsigned char)(len >> 8),
					(unsigned char)len, 0, 0 };

	memcpy(at, head, sizeof(head));
	return at + sizeof(head);
}

static unsigned char *param(unsigned char *at, const char *name, const char *value)
{
	*at++ = (unsigned char)strlen(name);
	*at++ = (unsigned char)strlen(value);
	at = (unsigned char *)stpcpy((char *)at, name);
	return (unsigned char *)stpcpy((char *)at, value);
}

static void make_request(const char *uri)
{
	static const unsigned char begin[8] = { 0, 1, 0, 0, 0, 0, 0, 0 };
	static const char *const params[][2] = {
		{ "REQUEST_METHOD", "GET" }, { "SERVER_PROTOCOL", "HTTP/1.1" }, { "REMOTE_ADDR", "127.0.0.1" },
		{ "REQUEST_SCHEME", "http" }, { "HTTP_ACCEPT", "text/html" }, { "HTTP_ACCEPT_LANGUAGE", "fr" },
	};
	unsigned char *at = record(request, 1, sizeof(begin)), *start;
	const char *query = strchr(uri, '?');

	if (strlen(uri) > 120)
		die("the URI is too long");
	memcpy(at, begin, sizeof(begin));
	start = at + sizeof(begin);
	at = start + 8;
	for (size_t i = 0; i < sizeof(params) / sizeof(params[0]); i++)
		at = param(at, params[i][0], params[i][1]);
	at = param(at, "REQUEST_URI", uri);
	at = param(at, "QUERY_STRING", query ? query + 1 : "");
	record(start, 4, (size_t)(at - start - 8));
	at = record(at, 4, 0);
	at = record(at, 5, 0);
	request_len = (size_t)(at - request);
}

static void ask(const struct sockaddr_un *a)
{
	static char answer[1 << 16];
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);
	size_t got = 0;
	ssize_t n;

	if (connect(fd, (const struct sockaddr *)a, sizeof(*a)))
		die("connect failed");
	if (write(fd, request, request_len) != (ssize_t)request_len)
		die("write failed");
	while ((n = read(fd, answer + (got < 64 ? got : 64), sizeof(answer) - 64)) > 0)
		got += (size_t)n;
	close(fd);
	if (got < 32 || memcmp(answer + 8, "Status: 200", 11) != 0)
		die("an answer was not 200");
}

static uint64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

int main(int argc, char **argv)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };
	unsigned long *count, sum = 0;
	int clients = argc == 5 ? atoi(argv[3]) : 0, status, failed = 0;
	uint64_t end;

	if (clients < 1 || clients > 64 || strlen(argv[1]) >= sizeof(a.sun_path))
		die("load SOCKET URI CLIENTS SECONDS");
	strcpy(a.sun_path, argv[1]);
	make_request(argv[2]);
	count = mmap(NULL, 64 * sizeof(*count), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	end = now_ms() + (uint64_t)atoi(argv[4]) * 1000;
	for (int i = 0; i < clients; i++)
		if (fork() == 0) {
			for (; now_ms() < end; count[i]++)
				ask(&a);
			_exit(0);
		}
	while (wait(&status) > 0)
		failed |= status;
	for (int i = 0; i < clients; i++)
		sum += count[i];
	printf("%lu\n", sum);
	return failed ? 1 : 0;
}
