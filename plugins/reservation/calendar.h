/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Addresses of calendars that are secrets, because the programs that read them cannot sign in.
 *
 * A person's is made of her key and of the version of her address, by a keyed hash: nothing secret is in the
 * database, she can look at it as often as she likes, and raising the version ends it. A booking's opens the
 * event alone, and neither its page nor cancelling: it may stand in a calendar that others can look at.
 */
#ifndef RESERVATION_CALENDAR_H
#define RESERVATION_CALENDAR_H

#include <comptoir/plugin.h>

/* The row "person_stamp" of whose calendar this is; CT_MISSING for whatever is no valid secret. One query at most. */
int calendar_find(struct ct_request *r, const char *secret, struct ct_result **row_r, struct ct_error *e) CT_MUST_USE;

/* The local path of the own calendar of r->person. One query. */
int calendar_path(struct ct_request *r, const char **path_r, struct ct_error *e) CT_MUST_USE;

/* "https://…" of a local path as "webcal://…", which phones subscribe to at a touch. On r. */
const char *calendar_webcal(struct ct_request *r, const char *path);

/* calendar_ui of the feed of a room or a place, as reservation/calendar-box reads it. */
void put_calendar(struct ct_request *r, json_t *view, const char *path);

/*
 * calendar_ui of booking `uid` into `view`: { ics_link, webcal_link, qr, mine_link }, the latter for who has
 * an account.
 */
void calendar_put_booking(struct ct_request *r, json_t *view, const char *uid);

/* Does the request bring the secret of the calendar of booking `uid`? */
bool calendar_opens(struct ct_request *r, const char *uid);

#endif
