/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/notify.h"

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

static const struct sockaddr_un *manager(socklen_t *len_r)
{
	static struct sockaddr_un address;
	static socklen_t len;
	const char *path = getenv("NOTIFY_SOCKET");

	if (path && (*path == '/' || *path == '@') && strlen(path) < sizeof(address.sun_path)) {
		address.sun_family = AF_UNIX;
		memcpy(address.sun_path, path, strlen(path));
		if (*path == '@')	/* an abstract name */
			address.sun_path[0] = '\0';
		len = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + strlen(path));
	}
	unsetenv("NOTIFY_SOCKET");
	*len_r = len;
	return len ? &address : NULL;
}

void ct_notify(const char *state)
{
	socklen_t len;
	const struct sockaddr_un *to = manager(&len);
	int fd;

	if (!to)
		return;
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return;
	if (sendto(fd, state, strlen(state), MSG_NOSIGNAL | MSG_DONTWAIT,
		   (const struct sockaddr *)to, len) < 0)
		(void)0;	/* a manager that does not listen is not our trouble */
	close(fd);
}

void ct_notify_reloading(void)
{
	struct timespec now;
	char state[64];

	clock_gettime(CLOCK_MONOTONIC, &now);
	snprintf(state, sizeof(state), "RELOADING=1\nMONOTONIC_USEC=%lld",
		 (long long)now.tv_sec * 1000000 + now.tv_nsec / 1000);
	ct_notify(state);
}
