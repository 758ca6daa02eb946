/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "server/report.h"

#define MAP_MAX 16
#define HIGH_FD 32		/* above every number that a child is given */

static volatile sig_atomic_t came[NSIG];

static void note(int signo)
{
	came[signo] = 1;
}

static const int ours[] = { SIGTERM, SIGINT, SIGHUP, SIGUSR1, SIGCHLD };

void ct_signals_init(void)
{
	struct sigaction action = { .sa_handler = note };
	sigset_t set;

	sigemptyset(&set);
	for (size_t i = 0; i < sizeof(ours) / sizeof(ours[0]); i++) {
		sigaddset(&set, ours[i]);
		came[ours[i]] = 0;
	}
	sigprocmask(SIG_BLOCK, &set, NULL);
	for (size_t i = 0; i < sizeof(ours) / sizeof(ours[0]); i++)
		sigaction(ours[i], &action, NULL);
	signal(SIGPIPE, SIG_IGN);
}

int ct_signals_wait(struct pollfd *fds, nfds_t n, int timeout_ms)
{
	struct timespec timeout = { timeout_ms / 1000, timeout_ms % 1000 * 1000000L };
	sigset_t open;
	int rc;

	sigemptyset(&open);
	rc = ppoll(fds, n, timeout_ms < 0 ? NULL : &timeout, &open);
	if (rc > 0)
		return rc;
	for (nfds_t i = 0; i < n; i++)
		fds[i].revents = 0;
	return 0;
}

bool ct_signals_take(int signo)
{
	bool yes = came[signo];

	came[signo] = 0;
	return yes;
}

int ct_pipe(int ends_r[2], struct ct_error *e)
{
	int ends[2];

	if (pipe2(ends, O_CLOEXEC | O_NONBLOCK))
		return ct_server_fail(e, "pipe: %s", strerror(errno));
	ends_r[0] = ends[0];
	ends_r[1] = ends[1];
	return 0;
}

/* First all out of the way, so that no number is overwritten that is still to be copied. */
static int place(const struct ct_fd_map *map, size_t n)
{
	int high[MAP_MAX];

	for (size_t i = 0; i < n; i++) {
		high[i] = fcntl(map[i].from, F_DUPFD_CLOEXEC, HIGH_FD);
		if (high[i] < 0)
			return -1;
	}
	for (size_t i = 0; i < n; i++)
		if (dup2(high[i], map[i].to) < 0)
			return -1;
	return 0;
}

static void default_signals(void)
{
	sigset_t none;

	for (size_t i = 0; i < sizeof(ours) / sizeof(ours[0]); i++)
		signal(ours[i], SIG_DFL);
	signal(SIGPIPE, SIG_DFL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

static _Noreturn void child(const char *program, char *const argv[], char *const envp[],
			    const struct ct_fd_map *map, size_t n, int report)
{
	int high = fcntl(report, F_DUPFD_CLOEXEC, HIGH_FD + MAP_MAX);
	int null = open("/dev/null", O_RDONLY | O_CLOEXEC);

	default_signals();
	if (high < 0)
		_exit(127);
	if (null >= 0 && dup2(null, STDIN_FILENO) >= 0 && place(map, n) == 0)
		execve(program, argv, envp ? envp : environ);
	if (write(high, &errno, sizeof(errno)) < 0)
		(void)0;	/* the parent sees the exit status */
	_exit(127);
}

int ct_spawn(const char *program, char *const argv[], char *const envp[],
	     const struct ct_fd_map *map, size_t n, pid_t *pid_r, struct ct_error *e)
{
	int why = 0, ends[2];
	pid_t pid;

	if (n > MAP_MAX || pipe2(ends, O_CLOEXEC))
		return ct_server_fail(e, "%s: %s", program, strerror(n > MAP_MAX ? EINVAL : errno));
	pid = fork();
	if (pid == 0)
		child(program, argv, envp, map, n, ends[1]);
	why = pid < 0 ? errno : 0;
	close(ends[1]);
	if (pid > 0 && read(ends[0], &why, sizeof(why)) <= 0)
		why = 0;
	close(ends[0]);
	if (why) {
		if (pid > 0)
			waitpid(pid, NULL, 0);
		return ct_server_fail(e, "%s: %s", program, strerror(why));
	}
	*pid_r = pid;
	return 0;
}
