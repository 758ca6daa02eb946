/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Mailed links: each does one thing once, and not for long. The database keeps the SHA-256 of the token
 * only, so that a stolen copy of it opens nothing.
 *
 * Mail scanners follow links, so GET /links/{token} shows a page with one button, and its POST acts. What
 * a link does and the UPDATE that marks it used are one transaction: of two that arrive at once one wins.
 */
#ifndef CORE_ACCOUNT_LINK_H
#define CORE_ACCOUNT_LINK_H

#include <comptoir/request.h>

enum ct_link_purpose {
	CT_LINK_SIGN_IN = 1,	/* begins a session */
	CT_LINK_RESET,		/* sets a password, ends all sessions, begins one */
	CT_LINK_INVITATION,	/* begins the role of the invitation, and a session for who has no password yet */
	CT_LINK_ADDRESS,	/* makes `email` the login */
};

/* How long they hold where nobody says otherwise, in seconds. */
enum {
	CT_LINK_SIGN_IN_SECONDS = 30 * 60,
	CT_LINK_RESET_SECONDS = 60 * 60,
	CT_LINK_ADDRESS_SECONDS = 24 * 3600,
	CT_LINK_INVITATION_SECONDS = 14 * 86400,
};

/* What a new link is about; only purpose, account and seconds are always needed. */
struct ct_new_link {
	enum ct_link_purpose purpose;
	int64_t account, seconds;
	const char *email;		/* address: the login to be (lower case); invitation: as typed */
	int64_t org, invited_by;	/* invitation: party.id of where and of who asked (0: nobody signed in) */
	const char *role;		/* invitation: "manager" … */
	const char *next;		/* sign-in: the local path to go to, or NULL */
};

/*
 * Inside a transaction: makes a link and gives its absolute address, on r; it cannot be read again.
 * Mailing it is the caller's.
 */
int ct_link_make(struct ct_request *r, const struct ct_new_link *, const char **url_r, struct ct_error *e) CT_MUST_USE;

/* The same for a link that needs no more than this (sign-in, reset). */
int ct_link_create(struct ct_request *r, enum ct_link_purpose, int64_t account, int64_t seconds,
		   const char **url_r, struct ct_error *e) CT_MUST_USE;

/* A link that was found by its token. Texts live as long as the request. */
struct ct_link {
	int64_t id, account, person;
	enum ct_link_purpose purpose;
	const char *login, *lang, *given_name, *family_name, *name;	/* of the account */
	bool has_password;
	const char *email, *role, *next;
	int64_t org, invited_by;
	const char *org_name, *org_slug, *inviter;			/* or NULL */
	bool used, expired;
};

/* CT_MISSING for a token that nobody has, or of an account that is closed. Used and expired ones are found. */
int ct_link_find(struct ct_request *r, const char *token, struct ct_link *link_r, struct ct_error *e) CT_MUST_USE;

/* Inside the transaction of what it does, before anything else: marks it used, once. CT_GONE for all but the first. */
int ct_link_use(struct ct_request *r, const struct ct_link *, struct ct_error *e) CT_MUST_USE;

/*
 * Inside a transaction: no unused link of the account holds any longer; its invitations do where they are kept.
 * They are deleted, expired ones too, so that none can be asked for again: it might go to an address of a thief's.
 */
int ct_link_end_all(struct ct_request *r, int64_t account, bool keep_invitations, struct ct_error *e) CT_MUST_USE;

/*
 * Inside a transaction: mails a new link to whom it is for, as long as is usual for its purpose whatever
 * like->seconds says. Address links go to `email`, all others to the login.
 */
int ct_link_mail(struct ct_request *r, const struct ct_new_link *like, struct ct_error *e) CT_MUST_USE;

#endif
