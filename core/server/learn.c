/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/learn.h"

#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "server/report.h"
#include "server/scoreboard.h"
#include "server/setup.h"
#include "server/spawn.h"

#define LIMIT_MS 30000

char *const *ct_argv(const char **argv)
{
	char *const *out;

	memcpy(&out, &argv, sizeof(out));	/* execv's prototype is older than const */
	return out;
}

/* All that comes until the other end closes; false when it takes too long. */
static bool read_all(int fd, char *text, size_t size)
{
	int64_t until = ct_now_ms() + LIMIT_MS, left;
	size_t len = 0;

	while ((left = until - ct_now_ms()) > 0) {
		struct pollfd end = { .fd = fd, .events = POLLIN };
		ssize_t n;

		if (poll(&end, 1, (int)left) <= 0)
			continue;
		n = read(fd, text + len, size - 1 - len);
		if (n <= 0)
			return n == 0 || len == size - 1;
		len += (size_t)n;
		text[len] = '\0';
	}
	return false;
}

int ct_learn(const char *program, const char *config, struct ct_setup *setup, struct ct_error *e)
{
	const char *argv[] = { "comptoir-generation", "--server-settings",
			       config ? "--config" : NULL, config, NULL };
	char text[8192] = "";
	const char *words;
	int ends[2], status = 0;
	struct ct_fd_map map;
	bool all;
	pid_t pid;

	if (ct_pipe(ends, e))
		return CT_BROKEN;
	map = (struct ct_fd_map){ ends[1], STDOUT_FILENO };
	if (ct_spawn(program, ct_argv(argv), NULL, &map, 1, &pid, e)) {
		close(ends[0]);
		close(ends[1]);
		return CT_BROKEN;
	}
	close(ends[1]);
	all = read_all(ends[0], text, sizeof(text));
	close(ends[0]);
	if (!all)
		kill(pid, SIGKILL);
	waitpid(pid, &status, 0);
	words = ct_setup_error(text);
	if (words)
		return ct_server_fail(e, "%.*s", (int)strcspn(words, "\n"), words);
	if (!all || status)
		return ct_server_fail(e, "%s --server-settings did not answer", program);
	return ct_setup_parse(setup, text, e);
}
