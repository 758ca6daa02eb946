/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One mail about all bookings of a group, in the language of who gets it, with an event for each. */
#include "group.h"

#include <string.h>
#include <talloc.h>

#include "invite.h"
#include "reservation.h"

struct parcel {
	struct ct_attachment *invites;
	size_t n;
	struct ct_mail mail;
	const char *lang, *place, *name, *token;	/* token: of the link, for a guest; or NULL */
};

/* A firm booking is an event; a cancelled one ends it, for who has it. */
static int pack(struct ct_request *r, json_t *list, int64_t booking, struct parcel *p, struct ct_error *e)
{
	struct ct_result *b;
	char when[CT_TIME_UI];
	const char *status;
	bool cancels;
	json_t *o;
	int rc = ct_one(r, "booking_letter", CT_ARGS(CT_NUM(booking)), &b, e);

	if (rc)
		return rc;
	if (!p->mail.to) {
		p->mail.org = ct_col_int(b, "org_id");
		p->mail.place = ct_col_int(b, "place_id");
		p->mail.party = ct_col_int(b, "person_id");
		p->mail.to = ct_col_text(b, "email");
		p->mail.to_name = p->name = ct_col_text(b, "name");
		p->place = ct_col_text(b, "place_name");
		if (!p->mail.party && ct_col_text(b, "token_hash"))
			p->token = guest_secret(r, ct_col_text(b, "uid"));
		ct_speak(r, ct_col_text(b, "lang"));
	}
	status = ct_col_text(b, "status");
	cancels = !strcmp(status, "cancelled");
	o = ct_add_object(list);
	ct_put_text(o, "text_ui",
		    talloc_asprintf(r, "%s, %s", ct_col_text(b, "rooms"),
				    ct_range_ui(when, ct_col_local(b, "start_local"), ct_col_local(b, "end_local"),
						CT_NO_DAY, r->lang)));
	if (cancels ? !ct_col_int(b, "invited") : strcmp(status, "confirmed") != 0)
		return 0;
	if ((rc = invite_make(r, b, cancels, &p->invites[p->n], e)))
		return rc;
	p->n++;
	return ct_exec(r, "letter_invited", CT_ARGS(CT_NUM(!cancels), CT_NUM(booking)), e);
}

static int send(struct ct_request *r, struct ct_result *group, struct ct_result *rows, bool cancelled,
		struct ct_error *e)
{
	json_t *view = json_object(), *list = ct_put_array(view, "bookings");
	struct parcel p = { .invites = talloc_zero_array(r, struct ct_attachment, ct_result_rows(rows) + 1) };
	int rc = 0;

	while (!rc && ct_next(rows))
		rc = pack(r, list, ct_col_int(rows, "id"), &p, e);
	if (rc || !p.mail.to) {
		json_decref(view);
		return rc;
	}
	ct_put_text(view, "name_ui", p.name);
	ct_put_text(view, "title", ct_col_text(group, "title"));
	ct_put_text(view, "sentence_ui", cancelled ? _("All of your bookings are cancelled.") : _("Your bookings are made together."));
	ct_put_text(view, "place_ui", p.place);
	ct_put_text(view, "link_ui", ct_url_absolute(r, token_url(r, ct_url(r, "/groups/%s", ct_col_text(group, "uid")), p.token)));
	p.mail.template = "reservation/mail-group.txt";
	p.mail.subject = talloc_asprintf(r, "%s – %s", cancelled ? _("Your bookings are cancelled") : _("Your bookings"), p.place);
	p.mail.view = view;
	p.mail.attachments = p.invites;
	p.mail.n_attachments = p.n;
	return ct_mail(r, &p.mail, e);
}

int group_mail(struct ct_request *r, int64_t id, bool cancelled, struct ct_error *e)
{
	struct ct_result *group, *rows;
	const char *before = r->lang;
	int rc;

	if ((rc = ct_one(r, "group_row", CT_ARGS(CT_NUM(id)), &group, e)) ||
	    (rc = ct_query(r, "group_bookings", CT_ARGS(CT_NUM(id), CT_NUM(100)), &rows, e)))
		return rc;
	rc = send(r, group, rows, cancelled, e);
	ct_speak(r, before);
	return rc;
}
