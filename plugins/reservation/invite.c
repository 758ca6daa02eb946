/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "invite.h"

#include <talloc.h>

#include "event.h"
#include "reservation.h"
#include "views.h"

enum { INVITE_BYTES = 65536 };

static void put_party(struct ct_buf *out, const char *what, const char *name, const char *address)
{
	size_t line = ct_ics_begin(out, what);

	ct_ics_param(out, "CN", name ? name : address);
	ct_buf_text(out, ":mailto:");
	ct_buf_text(out, address);
	ct_ics_end(out, line);
}

static const char *where(struct ct_request *r, const struct ct_result *b)
{
	const char *address = ct_col_text(b, "address");

	return talloc_asprintf(r, "%s, %s%s%s", ct_col_text(b, "rooms"), ct_col_text(b, "place_name"),
			       address ? ", " : "", address ? address : "");
}

static void put_event(struct ct_request *r, struct ct_buf *out, const struct ct_result *b, const struct ct_zone *zone,
		      bool cancels)
{
	const char *uid = ct_col_text(b, "uid"), *title = ct_col_text(b, "title");
	const char *phone = phone_text(r, ct_col_text(b, "phone")), *organizer = ct_col_text(b, "place_email");

	ct_ics_line(out, "BEGIN", "VEVENT");
	ct_ics_line(out, "UID", uid);
	event_times(out, b, zone, ct_col_int(b, "sequence"));
	ct_ics_line_text(out, "SUMMARY",
			 title && *title ? title
					 : talloc_asprintf(r, "%s – %s", ct_col_text(b, "rooms"), ct_col_text(b, "place_name")));
	ct_ics_line_text(out, "LOCATION", where(r, b));
	if (phone)
		ct_ics_line_text(out, "DESCRIPTION", talloc_asprintf(r, _("On site: %s"), phone));
	put_party(out, "ORGANIZER", ct_col_text(b, "place_name"), organizer ? organizer : ct_mail_address(r));
	put_party(out, "ATTENDEE;CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT=ACCEPTED;RSVP=FALSE",
		  ct_col_text(b, "name"), ct_col_text(b, "email"));
	ct_ics_line(out, "STATUS", cancels ? "CANCELLED" : event_status(ct_col_text(b, "status")));
	ct_ics_line(out, "TRANSP", "OPAQUE");
	if (!ct_col_text(b, "token_hash"))
		ct_ics_line(out, "URL", ct_url_absolute(r, ct_url(r, "/bookings/%s", uid)));
	ct_ics_line(out, "END", "VEVENT");
}

int invite_make(struct ct_request *r, const struct ct_result *b, bool cancels, struct ct_attachment *invite_r,
		struct ct_error *e)
{
	struct ct_buf *out = ct_buf_new(r, INVITE_BYTES);
	const struct ct_zone *zone;
	int rc = ct_zone_get(ct_col_text(b, "zone"), &zone, e);

	if (rc)
		return rc;
	event_begin(out);
	ct_ics_line(out, "METHOD", cancels ? "CANCEL" : "REQUEST");
	if ((rc = ct_ics_zone(out, zone, e)))
		return rc;
	put_event(r, out, b, zone, cancels);
	ct_ics_line(out, "END", "VCALENDAR");
	*invite_r = (struct ct_attachment){
		.name = cancels ? "annulation.ics" : "invitation.ics",
		.type = cancels ? "text/calendar; method=CANCEL" : "text/calendar; method=REQUEST",
		.bytes = ct_buf_data(out),
		.len = ct_buf_len(out),
	};
	return 0;
}
