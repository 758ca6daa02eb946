/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Guests, who have no account: what opens their booking, and the mails about any booking.
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
#include "views.h"

enum { LINK_SECONDS = 30 * 86400 }; /* after the booking */

const char *guest_token(struct ct_request *r)
{
	const char *token = ct_in_typed(r, "t");

	return token && *token && strlen(token) <= 64 &&
			       strspn(token, "0123456789abcdef") == strlen(token)
		       ? token
		       : NULL;
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
	return talloc_asprintf(r, "%s?t=%s", ct_url(r, "/bookings/%s", uid), view_secret(r, uid));
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

static int must_be_mailed(struct ct_request *r, struct ct_error *e)
{
	struct ct_result *b;
	int rc = ct_one(r, "guest_row", CT_ARGS(CT_NUM(r->subject)), &b, e);

	if (rc)
		return rc;
	return is_mailed(r, b, guest_token(r)) && !has_ended(r, b) ? 0 : refuse(e);
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
	int rc = must_be_mailed(r, e);
	const char *status;

	if (rc || (rc = booking_put(r, r->subject, true, e)))
		return rc;
	status = json_string_value(json_object_get(r->view, "status"));
	ct_put_text(r->view, "action_ui",
		    talloc_asprintf(r, "%s?t=%s",
				    ct_url(r, "/bookings/%s/verify", ct_path(r, "uid")),
				    guest_token(r)));
	ct_put_bool(r->view, "is_hold_ui", !strcmp(status, "hold") || !strcmp(status, "expired"));
	ct_put_text(r->view, "link_ui",
		    talloc_asprintf(r, "%s?t=%s", ct_url(r, "/bookings/%s", ct_path(r, "uid")),
				    guest_token(r)));
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
	int rc = must_be_mailed(r, e);

	if (rc || (rc = ct_transaction(r, verify, NULL, e)) ||
	    (rc = booking_put(r, r->subject, true, e)))
		return rc;
	ct_redirect(r, 200,
		    talloc_asprintf(r, "%s?t=%s", ct_url(r, "/bookings/%s", ct_path(r, "uid")),
				    guest_token(r)));
	return 0;
}

static const struct {
	const char *status, *subject, *sentence, *next, *button;
} mails[] = {
	{ "hold", N_("Please confirm your booking"),
	  N_("We hold the room for you. Open this link to confirm:"),
	  N_("Without it the room becomes free again after a while."), N_("Confirm the booking:") },
	{ "pending", N_("Your request"), N_("Your request was received."),
	  N_("The place answers you by e-mail.") },
	{ "confirmed", N_("Your booking"), N_("Your booking is confirmed."), NULL },
	{ "changed", N_("Your booking has changed"), N_("Your booking has changed. This is how it stands now:"), NULL },
	{ "cancelled", N_("Your booking is cancelled"), N_("Your booking is cancelled."), NULL },
	{ "rejected", N_("Your request was not accepted"),
	  N_("The place could not accept your request."), NULL },
};

static json_t *mail_view(struct ct_request *r, const struct ct_result *b, const char *link)
{
	json_t *view = json_object(), *place = ct_put_object(view, "place"), *items, *item;
	const char *name = ct_col_text(b, "person_name");
	struct ct_local start = ct_col_local(b, "start_local"), end = ct_col_local(b, "end_local");
	int64_t cents = ct_col_int(b, "total_cents");
	char *rooms = talloc_strdup(r, ""), buf[CT_TIME_UI];
	size_t i;

	items = json_loads(ct_col_text(b, "items"), 0, NULL);
	json_array_foreach(items, i, item)
		rooms = talloc_asprintf_append(rooms, "%s%s", i ? ", " : "",
					       json_string_value(json_object_get(item, "name")));
	json_decref(items);
	ct_put_text(view, "name_ui", name ? name : ct_col_text(b, "contact_name"));
	ct_put_text(view, "title", ct_col_text(b, "title"));
	ct_put_text(view, "when_ui", ct_range_ui(buf, start, end, CT_NO_DAY, r->lang));
	ct_put_text(view, "rooms_ui", rooms);
	ct_put_text(place, "name", ct_col_text(b, "place_name"));
	ct_put_text(place, "address", address_text(r, b));
	ct_put_text(place, "phone_ui", phone_text(r, ct_col_text(b, "phone")));
	ct_put_text(view, "total_ui",
		    cents ? ct_money_show(r, cents, ct_col_text(b, "currency"), r->lang) : NULL);
	ct_put_text(view, "cancel_ui", NULL);
	ct_put_text(view, "link_ui", ct_url_absolute(r, link));
	return view;
}

/* A mail that nobody can get is not written: a booking on the telephone may have no address. */
static int send(struct ct_request *r, int64_t booking, const char *secret, bool changed, const char *next,
		struct ct_error *e)
{
	struct ct_result *b;
	struct ct_mail mail = { .template = "reservation/mail-booking.txt", .org = r->org };
	const char *status, *link;
	int rc = ct_one(r, "booking_view", CT_ARGS(CT_NUM(booking)), &b, e);

	if (rc)
		return rc;
	status = ct_col_text(b, "status");
	status = changed && !strcmp(status, "confirmed") ? "changed" : status;
	mail.to = ct_col_text(b, "person_email") ? ct_col_text(b, "person_email")
						 : ct_col_text(b, "contact_email");
	mail.to_name = ct_col_text(b, "person_name") ? ct_col_text(b, "person_name")
						     : ct_col_text(b, "contact_name");
	mail.party = ct_col_int(b, "person_id");
	mail.place = ct_col_int(b, "place_id");
	link = ct_url(r, "/bookings/%s", ct_col_text(b, "uid"));
	if (ct_col_text(b, "token_hash"))
		link = talloc_asprintf(r, "%s%s?t=%s", link, secret || !strcmp(status, "hold") ? "/verify" : "",
				       guest_secret(r, ct_col_text(b, "uid")));
	for (size_t i = 0; mail.to && i < sizeof(mails) / sizeof(mails[0]); i++) {
		if (strcmp(mails[i].status, status) != 0)
			continue;
		mail.subject = talloc_asprintf(r, "%s – %s", _(mails[i].subject),
					       ct_col_text(b, "place_name"));
		mail.view = mail_view(r, b, link);
		ct_put_text(mail.view, "sentence_ui", _(mails[i].sentence));
		ct_put_text(mail.view, "next_ui", next ? next : mails[i].next ? _(mails[i].next) : NULL);
		ct_put_text(mail.view, "button_ui",
			    mails[i].button ? _(mails[i].button) : _("See, change or cancel it:"));
		return ct_mail(r, &mail, e);
	}
	return 0;
}

int mail_about(struct ct_request *r, int64_t booking, const char *secret, struct ct_error *e)
{
	return send(r, booking, secret, false, NULL, e);
}

int mail_changed(struct ct_request *r, int64_t booking, struct ct_error *e)
{
	return send(r, booking, NULL, true, NULL, e);
}

int mail_refused(struct ct_request *r, int64_t booking, const char *why, struct ct_error *e)
{
	return send(r, booking, NULL, false, *why ? why : NULL, e);
}
