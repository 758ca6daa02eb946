/* SPDX-License-Identifier: GPL-3.0-or-later */
/* "My calendars": the address of a person's own calendar, and of a single booking's. */
#include "calendar.h"

#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include "reservation.h"

enum { MAC_DIGITS = 40 }; /* 160 bits: what anybody would have to guess, and short enough for a QR code */

static const char *secret_of(struct ct_request *r, int64_t person, int64_t version)
{
	const char *what = talloc_asprintf(r, "%lld %lld", (long long)person, (long long)version);

	return talloc_asprintf(r, "%lld-%.*s", (long long)person, MAC_DIGITS, ct_secret_hash(r, "own calendar", what));
}

static int refuse(struct ct_error *e)
{
	return ct_fail(e, CT_MISSING, _("There is no page at this address."));
}

int calendar_find(struct ct_request *r, const char *secret, struct ct_result **row_r, struct ct_error *e)
{
	size_t digits = strspn(secret, "0123456789");
	struct ct_result *row;
	int64_t person;
	int rc;

	if (!digits || digits > 18 || secret[digits] != '-' || strlen(secret) != digits + 1 + MAC_DIGITS)
		return refuse(e);
	person = strtoll(secret, NULL, 10);
	if ((rc = ct_one(r, "person_stamp", CT_ARGS(CT_NUM(person)), &row, e)))
		return rc;
	if (!ct_same_secret(secret, secret_of(r, person, ct_col_int(row, "address_version"))))
		return refuse(e);
	*row_r = row;
	return 0;
}

int calendar_path(struct ct_request *r, const char **path_r, struct ct_error *e)
{
	struct ct_result *row;
	int rc = ct_one(r, "person_stamp", CT_ARGS(CT_NUM(r->person)), &row, e);

	if (!rc)
		*path_r = ct_url(r, "/calendars/people/%s.ics",
				 secret_of(r, r->person, ct_col_int(row, "address_version")));
	return rc;
}

const char *calendar_webcal(struct ct_request *r, const char *path)
{
	const char *host = strstr(ct_url_absolute(r, path), "://");

	return host ? talloc_asprintf(r, "webcal%s", host) : NULL;
}

void put_calendar(struct ct_request *r, json_t *view, const char *path)
{
	const char *webcal = calendar_webcal(r, path);
	json_t *calendar = ct_put_object(view, "calendar_ui");

	ct_put_text(calendar, "ics_link", path);
	ct_put_text(calendar, "webcal_link", webcal);
	ct_put_qr(calendar, "qr", webcal);
	ct_put_text(calendar, "mine_link", NULL);
}

/* ---- one booking ---- */

static const char *booking_secret(struct ct_request *r, const char *uid)
{
	return talloc_strndup(r, ct_secret_hash(r, "calendar of booking", uid), MAC_DIGITS);
}

bool calendar_opens(struct ct_request *r, const char *uid)
{
	const char *came = ct_in_typed(r, "k");

	return came && ct_same_secret(came, booking_secret(r, uid));
}

void calendar_put_booking(struct ct_request *r, json_t *view, const char *uid)
{
	const char *path = talloc_asprintf(r, "%s.ics?k=%s", ct_url(r, "/bookings/%s", uid), booking_secret(r, uid));
	json_t *o = ct_put_object(view, "calendar_ui");

	ct_put_text(o, "ics_link", path);
	ct_put_text(o, "webcal_link", calendar_webcal(r, path));
	ct_put_qr(o, "qr", ct_url_absolute(r, path));
	ct_put_text(o, "mine_link", r->person ? "/calendars" : NULL);
}

/* ---- the page ---- */

int reservation_calendars(struct ct_request *r, struct ct_error *e)
{
	const char *path, *address;
	int rc = calendar_path(r, &path, e);

	if (rc)
		return rc;
	address = ct_url_absolute(r, path);
	ct_put_text(r->view, "address", address);
	ct_put_text(r->view, "webcal_link_ui", calendar_webcal(r, path));
	ct_put_text(r->view, "ics_link_ui", path);
	ct_put_qr(r->view, "qr_ui", calendar_webcal(r, path));
	ct_header(r, "Cache-Control", "%s", "private, no-store");
	return 0;
}

static int renew(struct ct_request *r, void *arg, struct ct_error *e)
{
	(void)arg;
	return ct_exec(r, "address_renew", CT_ARGS(CT_NUM(r->person)), e);
}

int reservation_calendars_renew(struct ct_request *r, struct ct_error *e)
{
	int rc = ct_transaction(r, renew, NULL, e);

	if (rc || (rc = reservation_calendars(r, e)))
		return rc;
	ct_notice(r, "%s", _("Your calendar has a new address. Subscribe again on each of your devices."));
	ct_redirect(r, 200, "/calendars");
	return 0;
}
