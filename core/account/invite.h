/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Invitations: somebody who may give roles in an organisation asks a person in by e-mail. The role begins when
 * she accepts. Whether the caller may give that role there is the calling page's to check.
 */
#ifndef CORE_ACCOUNT_INVITE_H
#define CORE_ACCOUNT_INVITE_H

#include <comptoir/request.h>

struct ct_invitation {
	int64_t org;			/* party.id of the organisation */
	const char *email;		/* as CT_EMAIL parsed it */
	const char *given_name, *family_name;	/* used where she has no account yet; one may be NULL */
	const char *role;		/* "manager", "may_book" … */
	const char *lang;		/* NULL: the installation's */
};

/*
 * Inside a transaction: makes person and account where there is none with this login, a link that holds 14
 * days, and its mail. The same call again for the same organisation and role sends a new link and ends the
 * old ones. It tells nobody whether the account was there before, or is closed: then nothing is mailed.
 * r->person is who invites; an error at the field `email` where she would invite herself. CT_TOO_MANY past
 * 100 a day and organisation, or 5 a day to one address.
 */
int ct_invite(struct ct_request *r, const struct ct_invitation *, struct ct_error *e) CT_MUST_USE;

/*
 * Puts those of the organisation that are neither accepted nor expired as the array `key` of the view:
 * uid, email, role, role_ui, created, created_ui, expires, expires_ui.
 */
int ct_invitations(struct ct_request *r, int64_t org, const char *key, struct ct_error *e) CT_MUST_USE;

/*
 * Inside a transaction: takes one of the organisation's back, and older ones of the same person to the same
 * role. CT_MISSING where there is none that is open.
 */
int ct_invitation_revoke(struct ct_request *r, int64_t org, const char *uid, struct ct_error *e) CT_MUST_USE;

/*
 * Inside the transaction that used the link: begins the role from today on, unless she holds it already.
 * CT_CONFLICT where the organisation is gone, or who invited may give no roles there any more. Called by the
 * page of the link.
 */
struct ct_link;
int ct_invitation_accept(struct ct_request *r, const struct ct_link *, struct ct_error *e) CT_MUST_USE;

#endif
