/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The fields and checks of records about hours, rules and parts, for the table in records.c. */
#ifndef RESERVATION_RECORDS_HOURS_H
#define RESERVATION_RECORDS_HOURS_H

#include <comptoir/plugin.h>

extern const struct ct_field reservation_calendar_fields[], reservation_range_fields[], reservation_closure_fields[],
	reservation_requirement_fields[], reservation_quota_fields[], reservation_part_fields[];
extern const struct ct_record_link reservation_calendar_links[];

/* `before_store` of struct ct_record: CT_INVALID with each wrong field noted. */
int reservation_check_range(struct ct_request *r, int64_t id, struct ct_error *e) CT_MUST_USE;
int reservation_check_requirement(struct ct_request *r, int64_t id, struct ct_error *e) CT_MUST_USE;

/*
 * A part of a hall. Both in one place, each there once, one level deep; and the whole has no bookings to
 * come, which would not hold the new part, or would go on holding one that is taken away.
 */
int reservation_check_part(struct ct_request *r, int64_t id, struct ct_error *e) CT_MUST_USE;
int reservation_part_stored(struct ct_request *r, int64_t id, struct ct_error *e) CT_MUST_USE;
int reservation_part_delete(struct ct_request *r, int64_t id, struct ct_error *e) CT_MUST_USE;
int reservation_part_remove(struct ct_request *r, int64_t id, int64_t version, bool *archived_r,
			    struct ct_error *e) CT_MUST_USE;

/* The page of a calendar: its days from today on, by name. */
int reservation_calendar_show(struct ct_request *r, int64_t id, struct ct_error *e) CT_MUST_USE;

#endif
