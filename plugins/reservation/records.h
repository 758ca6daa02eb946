/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The fields and checks of records that prices are made of, for the table in records.c. */
#ifndef RESERVATION_RECORDS_H
#define RESERVATION_RECORDS_H

#include <comptoir/plugin.h>

extern const struct ct_field reservation_audience_fields[], reservation_audience_party_fields[],
	reservation_adjust_fields[], reservation_extra_fields[], reservation_cancel_step_fields[],
	reservation_reason_fields[];

/* vat.c: what may be chosen as VAT, each code once. */
extern const struct ct_choice reservation_vat_codes[];

/* `before_store` of struct ct_record: CT_INVALID with each wrong field noted. */
int reservation_check_belonging(struct ct_request *r, int64_t id, struct ct_error *e) CT_MUST_USE;
int reservation_check_adjust(struct ct_request *r, int64_t id, struct ct_error *e) CT_MUST_USE;
int reservation_check_extra(struct ct_request *r, int64_t id, struct ct_error *e) CT_MUST_USE;
int reservation_check_cancel_step(struct ct_request *r, int64_t id, struct ct_error *e) CT_MUST_USE;

#endif
