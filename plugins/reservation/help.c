/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the help page and the page about privacy say of bookings. */
#include <comptoir/pages.h>

#include "reservation.h"

int reservation_help(struct ct_request *r, struct ct_error *e)
{
	json_t *part = ct_part(r, "book", _("How do I book a room?"));

	(void)e;
	ct_part_text(part, _("Choose a day on the page of a place: free hours are links. Choose from when to when; the price stands there, line by line, before you book. You need no account: your name and e-mail address are enough."));
	ct_part_text(part, _("Without an account you get a mail with a link: open it and confirm, else the room becomes free again. Some rooms are on request: then the place answers you by mail."));
	ct_part_link(part, _("Find a room"), "/");
	part = ct_part(r, "cancel", _("How do I cancel or change a booking?"));
	ct_part_text(part, _("Open the booking, by the link in your mail or in “My bookings”, and choose “Cancel the booking”. The page says what it costs before you confirm. To move it to another hour, cancel it and book again, or call the place."));
	part = ct_part(r, "booking", _("Where is my booking?"));
	ct_part_text(part, _("With an account it stands in “My bookings”. Without one, look for the mail that we sent when you booked, also among unwanted mail: it has the link. “Find my booking again” sends it once more."));
	ct_part_link(part, _("Find my booking again"), "/bookings/find");
	ct_part_link(part, _("My bookings"), "/bookings");
	part = ct_part(r, "calendar", _("Can I see it in my calendar?"));
	ct_part_text(part, _("With an account, subscribe once in “My calendars”: all your bookings are in your calendar from then on, and follow when they change. The mail that confirms a booking brings its date as well."));
	ct_part_link(part, _("My calendars"), "/calendars");
	ct_part_text(part, _("Each booking has “Add to my calendar”. The page of a room or a place also has the address of a calendar that your telephone or computer can subscribe to: it shows what is taken, without names."));
	return 0;
}

int reservation_privacy(struct ct_request *r, struct ct_error *e)
{
	(void)e;
	ct_purpose(r, _("To book a room for you"),
		   _("Name, e-mail address, telephone if you give it, what, when, for how many people, and what you note. Ground: the contract between us, and what comes before it (article 6.1.b). Others see that a room is taken, not by whom."));
	return 0;
}
