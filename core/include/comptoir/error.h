/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How Comptoir says no.
 *
 * Every function that can fail returns an int: 0, or a negative `enum ct_rc`. A refusal that a client
 * sees is its HTTP status negated, so nothing has to be translated between the code that refuses and
 * the page that says so. The sentence for the person, already in her language, and the field that it
 * belongs to are in `struct ct_error`, the last parameter, which the caller owns (usually on its stack)
 * and which is only written on failure.
 *
 * Expected refusals (a conflict, a wrong field) are values like any other and are never logged as
 * errors. Programming errors are assertions, in production too.
 */
#ifndef COMPTOIR_ERROR_H
#define COMPTOIR_ERROR_H

enum ct_rc {
	CT_OK = 0,
	CT_REPEAT = -1,		/* the transaction lost a race (1213, 1205, 1020): its body is run again */
	CT_LOST = -2,		/* the database was lost before COMMIT was sent: safe to repeat */
	CT_UNSURE = -3,		/* the database was lost after COMMIT was sent: shown as 503 */
	CT_BAD = -400,		/* the request itself is malformed (RFC 9110, 15.5.1) */
	CT_SIGN_IN = -401,	/* who are you? */
	CT_DENIED = -403,	/* you may not */
	CT_MISSING = -404,	/* there is none, or none that you may see */
	CT_METHOD = -405,	/* not with this method */
	CT_CONFLICT = -409,	/* taken, changed meanwhile, or repeated while the first still runs */
	CT_GONE = -410,
	CT_STALE = -412,	/* a precondition does not hold */
	CT_TOO_LARGE = -413,
	CT_WRONG_TYPE = -415,	/* a body in a format that the route does not read */
	CT_INVALID = -422,	/* read, but a field is wrong */
	CT_TOO_MANY = -429,	/* slow down */
	CT_BROKEN = -500,	/* our fault */
	CT_BUSY = -503,		/* not now: try again later */
};

struct ct_error {
	int rc;			/* what the failing function returned */
	char field[48];		/* the input field that is wrong, or "" */
	char text[480];		/* one or two sentences for a person, UTF-8; for CT_BROKEN, for the log only */
};

#define CT_MUST_USE __attribute__((warn_unused_result))
#define CT_PRINTF(f, a) __attribute__((format(printf, f, a)))

/* Fills *e (cutting the text at a UTF-8 boundary) and returns `rc`: `return ct_fail(e, CT_CONFLICT, _("…"))`. */
int ct_fail(struct ct_error *e, int rc, const char *format, ...) CT_PRINTF(3, 4);

/* As ct_fail with CT_INVALID, and says which input field is wrong. */
int ct_fail_field(struct ct_error *e, const char *field, const char *format, ...) CT_PRINTF(3, 4);

/* The HTTP status that `rc` is answered with: 200 for 0, 503 for the database's troubles, else -rc. */
int ct_status(int rc);

#endif
