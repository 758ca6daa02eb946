/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The job that reminds people of what they booked. reservation_ics.remind_utc is the start of what nobody was
 * reminded of; taking it away is what makes each reminder go out once, whatever runs twice.
 */
#include <talloc.h>

#include "reservation.h"

enum { PAGE_ROWS = 200 };

struct due {
	int64_t booking, ahead;
	struct ct_utc start, firm;
};

static int remind(struct ct_request *r, void *arg, struct ct_error *e)
{
	static const struct letter letter = { .about = LETTER_REMINDER };
	const struct due *due = arg;
	int64_t taken;
	int rc = ct_exec_count(r, "reminder_take", CT_ARGS(CT_NUM(due->booking), CT_UTC(due->start)), &taken, e);

	/* who was told since then that she has it needs no telling, and what has begun comes too late */
	if (rc || !taken || due->start.s <= r->now.s || due->firm.s > due->start.s - due->ahead)
		return rc;
	return letter_send(r, due->booking, &letter, e);
}

/* One page; *left_r: there may be more. What cannot be sent must not keep the others. */
static int remind_page(struct ct_request *r, int64_t ahead, bool *left_r, struct ct_error *e)
{
	struct ct_result *row;
	int rc = ct_query(r, "reminders_due", CT_ARGS(CT_UTC(((struct ct_utc){ r->now.s + ahead }))), &row, e), failed = 0;

	while (!rc && ct_next(row)) {
		struct due due = { .booking = ct_col_int(row, "booking_id"), .ahead = ahead,
				   .start = ct_col_utc(row, "remind_utc"), .firm = ct_col_utc(row, "firm_utc") };
		struct ct_error why;

		if (ct_transaction(r, remind, &due, &why) && !failed)
			failed = ct_fail(e, why.rc, "%s", why.text);
	}
	*left_r = !rc && !failed && ct_result_rows(row) == PAGE_ROWS;
	return rc ? rc : failed;
}

int reservation_remind(struct ct_request *r, struct ct_error *e)
{
	int64_t ahead = ct_setting_int(r, "reservation.reminder_hours") * 3600;
	bool left = ahead > 0;
	int rc = 0;

	while (left && !rc)
		rc = remind_page(r, ahead, &left, e);
	return rc;
}
