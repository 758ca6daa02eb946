/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Whom the workers run as. Started by root, the supervisor and the generation stay root (they
 * bind ports, read the configuration with its passwords, remove the socket), and each worker and
 * the job process become [server] user and group before they touch a request. Without a user
 * root refuses to serve; `user = root` says that it is meant.
 */
#ifndef CORE_SERVER_IDENTITY_H
#define CORE_SERVER_IDENTITY_H

#include <stdbool.h>
#include <sys/types.h>
#include <comptoir/error.h>

struct ct_identity {
	bool change;		/* false: stay who we are (not started by root) */
	char user[64];
	uid_t uid;		/* (uid_t)-1: leave as it is */
	gid_t gid;
};

/*
 * Looks the names up; either may be "". Fails where a name is unknown and where root has no
 * user. For others than root `user` must be "" or their own, and `group` only decides the
 * socket's group.
 */
int ct_identity_find(const char *user, const char *group, struct ct_identity *identity_r,
		     struct ct_error *e) CT_MUST_USE;

/*
 * Becomes it, with the user's supplementary groups, in an order that cannot be undone, and sets
 * no_new_privs for this process and all that it starts.
 */
int ct_identity_take(const struct ct_identity *, struct ct_error *e) CT_MUST_USE;

#endif
