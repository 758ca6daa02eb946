/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Conditional requests and ranges (RFC 9110, 13 and 14): whether the client already has what it
 * asks for, whether what it wants to change is still what it saw, and which part of a file it
 * wants.
 *
 * Web servers tamper with entity tags when they compress: nginx makes "x" W/"x", Apache makes it
 * "x-gzip" (mod_brotli "x-br", old ones "x"-gzip), and nobody undoes that when it comes back. A
 * tag is therefore compared without W/ and these endings, on both headers. That cannot confuse
 * two states of a thing, as all our tags are strong ones over its content.
 */
#ifndef CORE_HTTP_CONDITIONAL_H
#define CORE_HTTP_CONDITIONAL_H

#include <stdbool.h>
#include <stdint.h>
#include <comptoir/time.h>

/* The request's headers as they came; NULL or "" where there is none. */
struct ct_conditions {
	const char *if_match, *if_none_match;
	const char *if_modified_since, *if_unmodified_since;
	const char *if_range;
};

/* What is there now. `etag` with its quotes; NULL where nothing is there yet (PUT creates it). */
struct ct_validators {
	const char *etag;
	struct ct_utc changed;		/* CT_NO_UTC where that is not known */
};

enum ct_precondition {
	CT_PROCEED,
	CT_NOT_MODIFIED,		/* answer 304 */
	CT_PRECONDITION_FAILED,		/* answer 412, CT_STALE */
};

/*
 * RFC 9110, 13.2.2, in its order. `reading` for GET and HEAD, which alone can be answered 304. A
 * date that cannot be read is as good as none; `now` is the request's.
 */
enum ct_precondition ct_preconditions(const struct ct_conditions *, const struct ct_validators *,
				      bool reading, struct ct_utc now);

/*
 * Is `etag` (with its quotes) in the list of an If-Match or If-None-Match header? "*" is in it
 * when `etag` is not NULL. A list that is malformed holds what stands before the fault.
 */
bool ct_etag_listed(const char *list, const char *etag);

struct ct_range { uint64_t first, last; };	/* of bytes, both included; first ≤ last < size */

enum ct_range_answer {
	CT_RANGE_WHOLE,			/* no range, or one to be ignored: 200 and all of it */
	CT_RANGE_PART,			/* 206 and *range_r */
	CT_RANGE_OUTSIDE,		/* 416 with Content-Range: "bytes" and the size */
};

/*
 * The Range header of a GET on `size` bytes. One range of bytes is served; several, another unit
 * and a malformed one are ignored, as 14.2 allows. *range_r is written for CT_RANGE_PART only.
 */
enum ct_range_answer ct_range_parse(const char *header, uint64_t size, struct ct_range *range_r);

/*
 * Does If-Range (13.1.5) let the range be served? Yes without the header, and for exactly the
 * entity tag (here W/ never matches) or the date that the thing has now.
 */
bool ct_range_wanted(const struct ct_conditions *, const struct ct_validators *, struct ct_utc now);

#endif
