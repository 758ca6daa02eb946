/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/identity.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "server/report.h"

int ct_identity_find(const char *user, const char *group, struct ct_identity *identity_r,
		     struct ct_error *e)
{
	struct ct_identity id = { .uid = (uid_t)-1, .gid = (gid_t)-1 };
	bool root = geteuid() == 0;
	const struct passwd *pw;
	const struct group *gr;

	if (root && !*user)
		return ct_server_fail(e, "started by root: [server] user says whom to become");
	if (*user) {
		pw = getpwnam(user);
		if (!pw)
			return ct_server_fail(e, "[server] user: there is no account %s", user);
		if (!root && pw->pw_uid != geteuid())
			return ct_server_fail(e, "[server] user: only root can become %s", user);
		id.uid = pw->pw_uid;
		id.gid = pw->pw_gid;
		snprintf(id.user, sizeof(id.user), "%s", user);
	}
	if (*group) {
		gr = getgrnam(group);
		if (!gr)
			return ct_server_fail(e, "[server] group: there is no group %s", group);
		id.gid = gr->gr_gid;
	}
	id.change = root && id.uid != 0;
	*identity_r = id;
	return 0;
}

int ct_identity_take(const struct ct_identity *id, struct ct_error *e)
{
	if (id->change) {
		if (initgroups(id->user, id->gid) || setresgid(id->gid, id->gid, id->gid) ||
		    setresuid(id->uid, id->uid, id->uid))
			return ct_server_fail(e, "cannot become %s: %s", id->user, strerror(errno));
		if (setuid(0) == 0)
			return ct_server_fail(e, "could become root again");
	}
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
		return ct_server_fail(e, "no_new_privs: %s", strerror(errno));
	return 0;
}
