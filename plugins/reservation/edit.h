/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the page that changes a booking (edit.c) and its answer (amend.c) share. */
#ifndef RESERVATION_EDIT_H
#define RESERVATION_EDIT_H

#include "move.h"
#include "reservation.h"
#include "views.h"

/* The page of the booking, where a change is sent too; with the token that a guest came with. */
const char *edit_back(struct ct_request *r);

/* Takes room and hours of the input over, as far as there are any. */
int edit_merge_time(struct ct_request *r, struct change *, struct ct_error *e) CT_MUST_USE;

/* Fills reservation/edit for what the booking is to be. */
int edit_put(struct ct_request *r, struct change *, struct ct_error *e) CT_MUST_USE;

#endif
