/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the files of the plugin share: its tables, the handlers that they name, and what one file offers another. */
#ifndef RESERVATION_RESERVATION_H
#define RESERVATION_RESERVATION_H

#include <comptoir/people.h>
#include <comptoir/plugin.h>
#include <comptoir/search.h>

#include "letter.h"

extern const struct ct_query reservation_queries[];
extern const struct ct_record reservation_records[];
extern const struct ct_field reservation_book_fields[];

/* answers.c: what the pages answer to programs. */
extern const struct ct_view_field reservation_home_view[], reservation_place_view[],
	reservation_day_view[], reservation_room_view[], reservation_week_view[],
	reservation_form_view[], reservation_price_view[], reservation_booking_view[], reservation_made_view[],
	reservation_mine_view[];

/* Pages that are read, by file: home.c, place.c, day.c, room.c, week.c, book.c, mine.c, list.c */
ct_handler_f reservation_home, reservation_place, reservation_day, reservation_resource, reservation_week,
	     reservation_book, reservation_price, reservation_mine, reservation_list;

/* book.c: fills the form's view again after a refused POST, or one that only asks for the price. */
ct_handler_f reservation_book_form;

/* make.c */
ct_handler_f reservation_create, reservation_refused;

/* booking.c */
ct_handler_f reservation_show, reservation_ics, reservation_cancel_page,
	     reservation_cancel;

/* decide.c, attend.c, today.c, requests.c: a day's work */
extern const struct ct_field reservation_accept_fields[], reservation_reject_fields[], reservation_answer_fields[],
	reservation_arrived_fields[], reservation_today_fields[], reservation_requests_fields[];
extern const struct ct_view_field reservation_today_view[], reservation_door_view[],
	reservation_requests_view[];
ct_handler_f reservation_confirm, reservation_reject, reservation_unreject, reservation_answer_page,
	     reservation_arrived, reservation_no_show, reservation_today, reservation_door, reservation_requests,
	     reservation_landing;

/* quotation_page.c: what a guest or member says to a price that was named */
extern const struct ct_field reservation_offer_fields[], reservation_decline_fields[];
ct_handler_f reservation_offer_accept, reservation_offer_decline;

/* report.c: figures for funders */
extern const struct ct_field reservation_report_fields[];
extern const struct ct_view_field reservation_report_view[];
ct_handler_f reservation_report, reservation_report_csv;

/* phone.c: on one screen for who calls */
extern const struct ct_field reservation_phone_fields[];
extern const struct ct_view_field reservation_phone_view[], reservation_phone_made_view[];
ct_handler_f reservation_phone_page, reservation_phone;

/* CT_MISSING unless the reader owns the subject, has the right in its organisation, or a guest's token. */
int booking_may(struct ct_request *r, const char *permission, struct ct_error *e) CT_MUST_USE;

/* edit.c: another time, room or text of a booking */
extern const struct ct_field reservation_edit_fields[], reservation_change_fields[];
extern const struct ct_view_field reservation_change_view[];
ct_handler_f reservation_edit, reservation_change, reservation_change_refused;

/* guest.c */
ct_handler_f reservation_verify_page, reservation_verify;

/* feed.c */
ct_handler_f reservation_resource_feed, reservation_place_feed, reservation_person_feed, booking_feed;

/* calendar.c, find.c */
ct_handler_f reservation_calendars, reservation_calendars_renew, reservation_find_page, reservation_find;
extern const struct ct_field reservation_find_fields[];
ct_after_f reservation_find_later;

/* remind.c: a job */
ct_handler_f reservation_remind;

/* help.c: the stages "help.collect" and "privacy.collect". */
ct_handler_f reservation_help, reservation_privacy;

/* search.c: the stage "search.find". */
ct_search_f reservation_find_rooms, reservation_find_bookings;

/* event.c: what "resource.renamed" and "place.renamed" left for later: the calendars say the new name. */
int feed_renamed(struct ct_request *r, const json_t *payload, struct ct_error *e) CT_MUST_USE;

/* privacy.c: the stages of comptoir/people.h, and the job that forgets guests */
ct_party_export_f privacy_exported;
ct_party_due_f privacy_due;
ct_party_seen_f privacy_seen;
ct_party_forget_f privacy_forgotten;
ct_handler_f reservation_forget_guests;

/* demo.c: the stage "demo.data". */
/* people.c */
ct_party_merge_f reservation_party_merged;
ct_party_panel_f reservation_party_panel;
ct_place_change_f reservation_place_check, reservation_place_delete;
int reservation_room_delete(struct ct_request *r, int64_t id, struct ct_error *e) CT_MUST_USE;

ct_handler_f reservation_demo;

/* days_import.c */
ct_handler_f reservation_import_page, reservation_import, reservation_import_days;
extern const struct ct_field reservation_import_fields[], reservation_import_days_fields[];
extern const struct ct_view_field reservation_import_view[];

/* price_list_page.c */
ct_handler_f reservation_price_list, reservation_price_list_save;
extern const struct ct_field reservation_price_list_fields[];
extern const struct ct_view_field reservation_price_list_view[];

/* Puts a booking as reservation/booking reads it at the top of the view; its note and person with `full` only. */
int booking_put(struct ct_request *r, int64_t id, bool full, struct ct_error *e) CT_MUST_USE;

/* Puts status, status_ui and state_ui of reservation/state. */
void booking_put_state(json_t *object, const char *status);

/* mine.c, list.c */
extern const struct ct_field reservation_mine_fields[], reservation_list_fields[], reservation_traces[];
extern const struct ct_view_field reservation_list_view[];

/* Puts a row of "my_upcoming" and its like as reservation/booking-row reads it, and what the API says. */
void booking_put_row(struct ct_request *r, json_t *object, const struct ct_result *row);

/* Where a page of bookings by start ends. As text: "1793541600.42"; any other text is `none`. */
struct cursor { struct ct_utc start; int64_t id; };
extern const struct cursor cursor_first, cursor_last;	/* before and after all that there can be */
struct cursor booking_cursor(const char *text, struct cursor none);
const char *booking_cursor_text(struct ct_request *r, const struct ct_result *row);

/* The token of a guest's link on this request (`t`), or NULL. */
const char *guest_token(struct ct_request *r);

/* `url` with such a token, which may be NULL: then as it is. */
const char *token_url(struct ct_request *r, const char *url, const char *token);

/* The secret of the mails about booking `uid`; its hash is stored with the booking. */
const char *guest_secret(struct ct_request *r, const char *uid);

/* The address that shows a guest her booking right after the form, without confirming anything. */
const char *guest_url(struct ct_request *r, const char *uid);

/* CT_MISSING unless the request's token opens its subject. */
int guest_check(struct ct_request *r, struct ct_error *e) CT_MUST_USE;

/* The same, and only by the token that was mailed: what binds its reader. */
int guest_must_be_mailed(struct ct_request *r, struct ct_error *e) CT_MUST_USE;

/* Is the request's token the one that was mailed about booking `b` (token_hash, end_utc), and still good? */
bool guest_is_mailed(struct ct_request *r, const struct ct_result *b);

/* CT_MISSING unless the request's token, which is there, was mailed about a booking of the group. One query. */
int guest_check_group(struct ct_request *r, int64_t group, struct ct_error *e) CT_MUST_USE;

/* mailbox_ui of the view: where a guest reads the mails about it, in a demonstration; else null. */
void guest_put_mailbox(struct ct_request *r);

#endif
