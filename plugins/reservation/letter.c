/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "letter.h"

#include <string.h>
#include <talloc.h>

#include "cancel.h"
#include "demand.h"
#include "invite.h"
#include "quotation.h"
#include "reservation.h"
#include "views.h"

enum event { NO_EVENT, INVITES, CANCELS };

struct words {
	const char *subject, *sentence, *next, *button;
	enum event event;
};

static const struct words changed = {
	N_("Your booking has changed"), N_("Your booking has changed. This holds from now on:"), NULL, NULL, INVITES
};
static const struct words reminder = { N_("Soon: your booking"), N_("We look forward to seeing you soon."),
				       N_("You cannot come? Please cancel, so that others can use the room."), NULL, INVITES };
static const struct words lapsed = { N_("An offer has lapsed"),
				     N_("The offer for your request was not accepted in time: the room is free again and you owe nothing."),
				     N_("You still need it? Then please ask once more."), N_("See the request:"), NO_EVENT };
static const struct words declined = { N_("You have declined the offer"),
				       N_("You have declined the offer: the room is free again and you owe nothing."), NULL,
				       N_("See the request:"), CANCELS };
static const struct {
	const char *status;
	struct words words;
} states[] = {
	{ "hold",
	  { N_("Please confirm your booking"), N_("We hold the room for you. Open this link to confirm:"),
	    N_("Without it the room becomes free again after a while."), N_("Confirm the booking:"), NO_EVENT } },
	{ "pending",
	  { N_("Your request"), N_("Your request was received."), N_("The place answers you by e-mail."), NULL, NO_EVENT } },
	{ "option",
	  { N_("The price of what you asked for"),
	    N_("The place offers you the room at the price below. You owe nothing as long as you have not accepted."), NULL,
	    N_("Accept or decline the offer:"), NO_EVENT } },
	{ "confirmed", { N_("Your booking"), N_("Your booking is confirmed."), NULL, NULL, INVITES } },
	{ "cancelled", { N_("Your booking is cancelled"), N_("Your booking is cancelled."), NULL, N_("See the booking:"), CANCELS } },
	{ "rejected",
	  { N_("Your request was not accepted"), N_("The place could not accept your request."), NULL, N_("See the request:"), CANCELS } },
};

static const struct words *words_of(const struct letter *l, const char *status)
{
	if (l->about == LETTER_CHANGED && !strcmp(status, "confirmed"))
		return &changed;
	if (l->about == LETTER_REMINDER)
		return &reminder;
	if (l->about == LETTER_LAPSED)
		return &lapsed;
	if (l->about == LETTER_DECLINED)
		return &declined;
	for (size_t i = 0; i < sizeof(states) / sizeof(states[0]); i++)
		if (!strcmp(states[i].status, status))
			return &states[i].words;
	return NULL;
}

static const char *said(const char *text)
{
	return text && *text ? _(text) : NULL;
}

/* Each a line that says what and when, and its link: the HTML part makes a button of the two. */
static void put_offers(struct ct_request *r, json_t *view, const struct letter *l)
{
	json_t *list = ct_put_array(view, "offers");
	char when[CT_TIME_UI];

	for (size_t i = 0; i < l->n_offers; i++) {
		const struct letter_offer *o = &l->offers[i];
		json_t *item = ct_add_object(list);

		ct_put_text(item, "text_ui", talloc_asprintf(r, "%s, %s", o->room,
							     ct_range_ui(when, o->start, o->end, CT_NO_DAY, r->lang)));
		ct_put_text(item, "link_ui", ct_url_absolute(r, o->path));
	}
	ct_put_bool(view, "has_offers_ui", l->n_offers > 0);
}

static const char *link_of(struct ct_request *r, const struct ct_result *b)
{
	const char *uid = ct_col_text(b, "uid"), *link = ct_url(r, "/bookings/%s", uid);

	if (ct_col_text(b, "token_hash"))
		link = token_url(r, ct_url(r, !strcmp(ct_col_text(b, "status"), "hold") ? "/bookings/%s/verify" : "/bookings/%s", uid),
				 guest_secret(r, uid));
	return ct_url_absolute(r, link);
}

static json_t *view_of(struct ct_request *r, const struct ct_result *b, const struct letter *l, const struct words *w)
{
	json_t *view = json_object(), *place = ct_put_object(view, "place");
	const struct ct_zone *zone;
	struct ct_error why;
	char when[CT_TIME_UI];

	ct_put_text(view, "name_ui", ct_col_text(b, "name"));
	ct_put_text(view, "title", ct_col_text(b, "title"));
	ct_put_text(view, "when_ui",
		    ct_range_ui(when, ct_col_local(b, "start_local"), ct_col_local(b, "end_local"), CT_NO_DAY, r->lang));
	ct_put_text(view, "rooms_ui", ct_col_text(b, "rooms"));
	ct_put_text(place, "name", ct_col_text(b, "place_name"));
	ct_put_text(place, "address", ct_col_text(b, "address"));
	ct_put_text(view, "sentence_ui", _(w->sentence));
	ct_put_text(view, "reason_ui", said(l->reason));
	ct_put_text(view, "note_ui", l->note);
	ct_put_text(view, "next_ui", said(w->next));
	if (!strcmp(ct_col_text(b, "status"), "option") && !ct_zone_get(ct_col_text(b, "zone"), &zone, &why))
		ct_put_text(view, "next_ui",
			    talloc_asprintf(r, _("The offer stands until %s. After that the room is free for others."),
					    until_text(r, zone, ct_col_utc(b, "hold_until_utc"))));
	put_offers(r, view, l);
	ct_put_text(view, "button_ui", w->button ? _(w->button) : _("See, change or cancel it:"));
	ct_put_text(view, "link_ui", link_of(r, b));
	return view;
}

/* With the mail that says that it is made, or asked for: a copy of what was accepted with it. */
static int put_terms(struct ct_request *r, const struct ct_result *b, const struct letter *l,
		     struct ct_attachment *copies, struct ct_mail *mail, struct ct_error *e)
{
	const char *status = ct_col_text(b, "status");
	size_t n = 0;
	int rc;

	ct_put_array(mail->view, "terms");
	ct_put_bool(mail->view, "has_terms_ui", false);
	if (l->about != LETTER_STATE || (strcmp(status, "confirmed") && strcmp(status, "pending")))
		return 0;
	rc = demands_copy(r, ct_col_int(b, "org_id"), ct_col_int(b, "id"), mail->view, copies, &n, e);
	mail->n_attachments += n;
	return rc;
}

/*
 * A CANCEL goes only to who has the event: for others it would be a riddle. And who has it follows it where it
 * waits for an answer again.
 */
static int put_event(struct ct_request *r, const struct ct_result *b, enum event event, struct ct_attachment *invite,
		     struct ct_mail *mail, struct ct_error *e)
{
	bool cancels = event == CANCELS;
	int rc;

	if (event != INVITES && !ct_col_int(b, "invited"))
		return 0;
	if ((rc = invite_make(r, b, cancels, invite, e)))
		return rc;
	mail->n_attachments = 1;
	return ct_exec(r, "letter_invited", CT_ARGS(CT_NUM(!cancels), CT_NUM(ct_col_int(b, "id"))), e);
}

/* In the reader's language. */
static int write_letter(struct ct_request *r, const struct ct_result *b, const struct letter *l, const struct words *w,
			struct ct_error *e)
{
	struct ct_attachment attached[1 + MOST_TERMS];
	struct ct_mail mail = {
		.attachments = attached,
		.template = "reservation/mail-booking.txt",
		.org = ct_col_int(b, "org_id"),
		.place = ct_col_int(b, "place_id"),
		.party = ct_col_int(b, "person_id"),
		.to = ct_col_text(b, "email"),
		.to_name = ct_col_text(b, "name"),
		.subject = talloc_asprintf(r, "%s – %s", _(w->subject), ct_col_text(b, "place_name")),
	};
	int rc = put_event(r, b, w->event, attached, &mail, e);

	if (rc)
		return rc;
	mail.view = view_of(r, b, l, w);
	if ((rc = cancel_tell(r, b, mail.view, e)) ||
	    (rc = put_terms(r, b, l, attached + mail.n_attachments, &mail, e))) {
		json_decref(mail.view);
		return rc;
	}
	if (w->event == CANCELS)
		ct_put_null(mail.view, "total_ui"); /* nobody owes the price of what does not take place */
	return ct_mail(r, &mail, e);
}

/* A guest is heard once, when she books: what she speaks is kept for the answers of others. */
static int language(struct ct_request *r, const struct ct_result *b, const struct letter *l, const char **lang_r,
		    struct ct_error *e)
{
	const char *lang = ct_col_text(b, "lang");

	*lang_r = lang;
	if (lang || !l->secret)
		return 0;
	*lang_r = r->lang;
	return ct_exec(r, "letter_lang", CT_ARGS(CT_STR(r->lang), CT_NUM(ct_col_int(b, "id"))), e);
}

/* A mail that nobody can get is not written: a booking on the telephone may have no address. */
int letter_send(struct ct_request *r, int64_t booking, const struct letter *l, struct ct_error *e)
{
	const char *lang, *before;
	const struct words *words;
	struct ct_result *b;
	int rc = ct_one(r, "booking_letter", CT_ARGS(CT_NUM(booking)), &b, e);

	if (rc || !ct_col_text(b, "email") || !(words = words_of(l, ct_col_text(b, "status"))) ||
	    (rc = language(r, b, l, &lang, e)))
		return rc;
	before = ct_speak(r, lang);
	rc = write_letter(r, b, l, words, e);
	ct_speak(r, before);
	return rc;
}

int mail_about(struct ct_request *r, int64_t booking, const char *secret, struct ct_error *e)
{
	return letter_send(r, booking, &(struct letter){ .secret = secret }, e);
}
