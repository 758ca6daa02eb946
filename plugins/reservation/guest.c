/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Guests, who have no account: what opens their booking.
 *
 * A guest's secret is made from the uid with the installation's key, so that every mail can carry it; only
 * its hash is stored, and without that hash it opens nothing. The page right after the form is opened by
 * another one, which shows but does not confirm: confirming proves that the mail was received.
 */
#include <string.h>
#include <talloc.h>

#include <comptoir/mailbox.h>

#include "reservation.h"
#include "store.h"

enum { LINK_SECONDS = 30 * 86400 }; /* after the booking */

const char *guest_token(struct ct_request *r)
{
	const char *token = ct_in_typed(r, "t");

	return token && *token && strlen(token) <= 64 &&
			       strspn(token, "0123456789abcdef") == strlen(token)
		       ? token
		       : NULL;
}

const char *token_url(struct ct_request *r, const char *url, const char *token)
{
	return token ? talloc_asprintf(r, "%s%ct=%s", url, strchr(url, '?') ? '&' : '?', token) : url;
}

const char *guest_secret(struct ct_request *r, const char *uid)
{
	return ct_secret_hash(r, "guest's booking", uid);
}

static const char *view_secret(struct ct_request *r, const char *uid)
{
	return ct_secret_hash(r, "look at booking", uid);
}

const char *guest_url(struct ct_request *r, const char *uid)
{
	return token_url(r, ct_url(r, "/bookings/%s", uid), view_secret(r, uid));
}

static int refuse(struct ct_error *e)
{
	return ct_fail(e, CT_MISSING, _("There is no page at this address."));
}

static bool has_ended(const struct ct_request *r, const struct ct_result *b)
{
	return r->now.s > ct_col_utc(b, "end_utc").s + LINK_SECONDS;
}

static bool is_mailed(struct ct_request *r, const struct ct_result *b, const char *token)
{
	const char *hash = ct_col_text(b, "token_hash");

	return hash && token && ct_same_secret(ct_hash_secret(r, token), hash);
}

bool guest_is_mailed(struct ct_request *r, const struct ct_result *b)
{
	return is_mailed(r, b, guest_token(r)) && !has_ended(r, b);
}

int guest_check(struct ct_request *r, struct ct_error *e)
{
	const char *token = guest_token(r);
	struct ct_result *b;
	int rc;

	if (!token)
		return refuse(e);
	if ((rc = ct_one(r, "guest_row", CT_ARGS(CT_NUM(r->subject)), &b, e)))
		return rc;
	if (has_ended(r, b))
		return refuse(e);
	if (is_mailed(r, b, token) ||
	    (ct_col_text(b, "token_hash") &&
	     ct_same_secret(token, view_secret(r, ct_col_text(b, "uid")))))
		return 0;
	return refuse(e);
}

int guest_must_be_mailed(struct ct_request *r, struct ct_error *e)
{
	struct ct_result *b;
	int rc = ct_one(r, "guest_row", CT_ARGS(CT_NUM(r->subject)), &b, e);

	if (rc)
		return rc;
	return guest_is_mailed(r, b) ? 0 : refuse(e);
}

int guest_check_group(struct ct_request *r, int64_t group, struct ct_error *e)
{
	struct ct_utc since = { r->now.s - LINK_SECONDS };
	struct ct_result *b;
	int rc = ct_query(r, "guest_in_group",
			  CT_ARGS(CT_NUM(group), CT_STR(ct_hash_secret(r, guest_token(r))), CT_UTC(since)), &b, e);

	return rc ? rc : ct_result_rows(b) ? 0 : refuse(e);
}

void guest_put_mailbox(struct ct_request *r)
{
	const struct ct_mailbox *mailbox = r->person ? NULL : CT_MAILBOX(r);
	json_t *put;

	ct_put_null(r->view, "mailbox_ui");
	if (!mailbox)
		return;
	put = ct_put_object(r->view, "mailbox_ui");
	ct_put_text(put, "sentence", mailbox->sentence(r));
	ct_put_text(put, "label", mailbox->label(r));
	ct_put_text(put, "href", mailbox->href);
}

/* GET shows only: mail scanners follow links. */
int reservation_verify_page(struct ct_request *r, struct ct_error *e)
{
	int rc = guest_must_be_mailed(r, e);
	const char *status;

	if (rc || (rc = booking_put(r, r->subject, true, e)))
		return rc;
	status = json_string_value(json_object_get(r->view, "status"));
	ct_put_text(r->view, "action_ui",
		    token_url(r, ct_url(r, "/bookings/%s/verify", ct_path(r, "uid")), guest_token(r)));
	ct_put_bool(r->view, "is_hold_ui", !strcmp(status, "hold") || !strcmp(status, "expired"));
	ct_put_text(r->view, "link_ui",
		    token_url(r, ct_url(r, "/bookings/%s", ct_path(r, "uid")), guest_token(r)));
	return 0;
}

static int verify(struct ct_request *r, void *arg, struct ct_error *e)
{
	int rc = booking_verify(r, r->subject, e);

	(void)arg;
	return rc ? rc : mail_about(r, r->subject, NULL, e);
}

int reservation_verify(struct ct_request *r, struct ct_error *e)
{
	int rc = guest_must_be_mailed(r, e);

	if (rc || (rc = ct_transaction(r, verify, NULL, e)) ||
	    (rc = booking_put(r, r->subject, true, e)))
		return rc;
	ct_redirect(r, 200,
		    token_url(r, ct_url(r, "/bookings/%s", ct_path(r, "uid")), guest_token(r)));
	return 0;
}
