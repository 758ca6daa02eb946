/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * "Find my booking again": the links of what an address has booked, mailed to it once more. The request does
 * the same whatever was typed: it counts, and leaves one row for the job process, which alone looks whether
 * there is anything. So neither the answer nor its time tells (docs/adr/0015).
 */
#include <talloc.h>

#include <comptoir/limit.h>

#include "reservation.h"

enum { PER_ADDRESSEE = 3, PER_ADDRESS = 30, WINDOW_SECONDS = 3600, LINK_SECONDS = 30 * 86400 };

const struct ct_field reservation_find_fields[] = {
	{ "email", N_("E-mail"), CT_EMAIL, .required = true, .autocomplete = "email" }, { 0 }
};

int reservation_find_page(struct ct_request *r, struct ct_error *e)
{
	(void)e;
	ct_put_null(r->view, "email");
	ct_put_controls(r, r->view, "fields_ui", reservation_find_fields, NULL);
	return 0;
}

static int ask(struct ct_request *r, void *arg, struct ct_error *e)
{
	const struct ct_limit to = { "booking links to", arg, PER_ADDRESSEE, WINDOW_SECONDS };
	const struct ct_limit from = { "booking links from", ct_limit_address(r), PER_ADDRESS, WINDOW_SECONDS };
	json_t *payload;
	int rc = ct_limit_take(r, &from, e);

	if (rc || (rc = ct_limit_take(r, &to, e)))
		return rc;
	payload = json_object();
	ct_put_text(payload, "email", arg);
	ct_put_text(payload, "lang", r->lang);
	return ct_later(r, "booking.find", payload, e);
}

int reservation_find(struct ct_request *r, struct ct_error *e)
{
	const char *email = ct_in_text(r, "email");
	int rc = ct_transaction(r, ask, talloc_strdup(r, email), e);

	if (rc)
		return rc;
	ct_put_text(r->view, "email", email);
	ct_put_array(r->view, "fields_ui");
	guest_put_mailbox(r);
	ct_answer(r, 202);
	return 0;
}

/* ---- in the job process ---- */

static void put_booking(struct ct_request *r, json_t *list, const struct ct_result *b)
{
	const char *uid = ct_col_text(b, "uid"), *link = ct_url(r, "/bookings/%s", uid);
	json_t *o = ct_add_object(list);
	char when[CT_TIME_UI];

	if (ct_col_int(b, "is_guest"))
		link = token_url(r, ct_url(r, ct_col_int(b, "is_held") ? "/bookings/%s/verify" : "/bookings/%s", uid),
				 guest_secret(r, uid));
	ct_put_text(o, "text_ui",
		    talloc_asprintf(r, "%s, %s, %s",
				    ct_range_ui(when, ct_col_local(b, "start_local"), ct_col_local(b, "end_local"), CT_NO_DAY, r->lang),
				    ct_col_text(b, "rooms"), ct_col_text(b, "place_name")));
	ct_put_text(o, "link_ui", ct_url_absolute(r, link));
}

static int mail_them(struct ct_request *r, void *arg, struct ct_error *e)
{
	const char *email = arg;
	struct ct_mail mail = { .to = email, .subject = _("Your bookings"), .template = "reservation/mail-found.txt" };
	struct ct_utc since = { r->now.s - LINK_SECONDS };
	struct ct_result *b;
	json_t *list;
	int rc = ct_query(r, "find_again", CT_ARGS(CT_STR(email), CT_UTC(since), CT_UTC(r->now), CT_STR(email),
						     CT_UTC(r->now)), &b, e);

	if (rc || !ct_result_rows(b))
		return rc;
	mail.view = json_object();
	list = ct_put_array(mail.view, "bookings");
	while (ct_next(b)) {
		mail.to_name = ct_col_text(b, "name");
		put_booking(r, list, b);
	}
	ct_put_text(mail.view, "name_ui", mail.to_name);
	return ct_mail(r, &mail, e);
}

/* A repetition mails once more, which does no harm. */
int reservation_find_later(struct ct_request *r, const json_t *payload, struct ct_error *e)
{
	const char *email = json_string_value(json_object_get(payload, "email"));
	const char *before = ct_speak(r, json_string_value(json_object_get(payload, "lang")));
	int rc = email ? ct_transaction(r, mail_them, talloc_strdup(r, email), e) : 0;

	ct_speak(r, before);
	return rc;
}
