/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * From an empty place to its first booking in three screens: when it is open, what can be booked, what it
 * costs. Each stores at once and leads to the next; what is not asked has a value that fits most places:
 * morning 9–13, afternoon 14–18, evening 18–22, closed on public holidays, two hours' notice, six months ahead.
 */
#ifndef RESERVATION_SETUP_H
#define RESERVATION_SETUP_H

#include <comptoir/plugin.h>

extern const struct ct_field setup_hours_fields[], setup_rooms_fields[];
extern const struct ct_view_field setup_view[], setup_rooms_view[];

/* GET and POST /places/{slug}/setup, /places/{slug}/setup/rooms; the GET also fills a refused form again. */
ct_handler_f setup_hours_page, setup_hours, setup_rooms_page, setup_rooms;

/* GET and POST /places/{slug}/rules: which rules hold for all of a place, where no kind and no room says more. */
ct_handler_f setup_rules_page, setup_rules;
extern const struct ct_field setup_rules_fields[];
extern const struct ct_view_field setup_rules_view[];

/* The stage "dashboard.panel": places that nobody can book in yet. */
ct_handler_f setup_panel;

#endif
