/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * GET /files/{uid}: whole or a range, to whom may read it. Bytes leave chunk by chunk, each asked from the
 * database when the one before has been written.
 */
#include <string.h>
#include <talloc.h>

#include <comptoir/buf.h>
#include <comptoir/text.h>

#include "base/log.h"
#include "base/random.h"
#include "file/file.h"
#include "file/type.h"
#include "http/conditional.h"
#include "route/access.h"
#include "route/state.h"
#include "server/gateway.h"
#include "server/scoreboard.h"

struct served {
	const char *name, *readers, *etag;
	const struct ct_file_type *type;
	int64_t id, org, party;
	uint64_t size;
	struct ct_utc created;
};

/* A chunk that has left gives the request so much more time: clients may be slow, but not endlessly. */
enum { CHUNK_MS = 1500 };

/* Where the sending of a file has come to. */
struct sending {
	struct ct_request *r;
	int64_t id;
	uint64_t at;
	void *chunk;			/* the last one's memory */
};

static int next_chunk(void *ctx, const void **bytes_r, size_t *len_r)
{
	struct sending *s = ctx;
	size_t skip = s->at % CT_FILE_CHUNK, len;
	const char *bytes;
	struct ct_error e;

	TALLOC_FREE(s->chunk);
	if (ct_file_chunk(s->r, s->id, (int64_t)(s->at / CT_FILE_CHUNK), &s->chunk, (const void **)&bytes, &len, &e) ||
	    len <= skip) {
		ct_log(CT_LOG_ERROR, "file", "request", s->r->id, "why", "a chunk is missing or cannot be read", NULL);
		return -1;
	}
	ct_slot_extend(s->r->s->core->slot, CHUNK_MS);
	*bytes_r = bytes + skip;
	*len_r = len - skip;
	s->at += *len_r;
	return 0;
}

static int missing(struct ct_error *e)
{
	return ct_fail(e, CT_MISSING, "%s", _("There is no page at this address."));
}

static bool may_read(struct ct_request *r, const struct served *f)
{
	bool known = *f->readers && ct_access_known(r, f->readers);

	return (known && ct_may(r, f->readers, f->org)) || (f->party && ct_is_for(r, f->party));
}

static int find(struct ct_request *r, const char *query, struct served *f, struct ct_error *e)
{
	struct ct_result *row;
	int rc;

	if (!ct_is_uuid(ct_path(r, "uid")))
		return missing(e);
	rc = ct_one(r, query, CT_ARGS(CT_STR(ct_path(r, "uid"))), &row, e);
	if (rc)
		return rc;
	*f = (struct served){
		.id = ct_col_int(row, "id"), .org = ct_col_int(row, "org_id"), .party = ct_col_int(row, "party_id"),
		.name = ct_col_text(row, "name"), .readers = ct_col_text(row, "readers"),
		.type = ct_file_type_named(ct_col_text(row, "type")), .size = (uint64_t)ct_col_int(row, "size"),
		.etag = talloc_asprintf(r, "\"%.32s\"", ct_col_text(row, "sha256")),
		.created = ct_col_utc(row, "created_utc"),
	};
	return f->type && may_read(r, f) ? 0 : missing(e);
}

/*
 * RFC 6266: the name twice, for readers that do not know filename* (RFC 8187). Only what a browser shows
 * without running anything of it is shown; the rest is saved.
 */
static void put_disposition(struct ct_request *r, const struct served *f)
{
	const char *how = f->type->shown && !ct_param(r->s->query, "download") ? "inline" : "attachment";
	struct ct_buf *name = ct_buf_new(r, 4096);
	char *plain = talloc_strdup(r, f->name);

	for (char *c = plain; *c; c++)
		if ((unsigned char)*c < 0x20 || (unsigned char)*c > 0x7E || strchr("\"\\%", *c))
			*c = '_';
	ct_url_arg(name, f->name);
	ct_header(r, "Content-Disposition", "%s; filename=\"%s\"; filename*=UTF-8''%s", how, plain, ct_buf_data(name));
}

/*
 * Whatever a browser finds in it, it finds in a page that may do nothing. A PDF is left out of the sandbox:
 * browsers' own viewers are refused in one.
 */
static void put_security(struct ct_request *r, const struct served *f)
{
	bool pdf = f->type->accept == CT_PDF;

	ct_header(r, "Content-Security-Policy", "%s", pdf
		? "default-src 'none'; style-src 'unsafe-inline'; object-src 'self'; frame-ancestors 'self'"
		: "default-src 'none'; img-src 'self'; sandbox; frame-ancestors 'none'");
}

static void put_caching(struct ct_request *r, const struct served *f)
{
	char date[CT_TIME_TEXT];

	r->s->response.etag = f->etag;
	ct_header(r, "Last-Modified", "%s", ct_http_date(date, f->created));
	ct_header(r, "Accept-Ranges", "bytes");
	if (*f->readers && ct_access_open(r, f->readers)) {
		ct_header(r, "Cache-Control", "public, max-age=31536000, immutable");
		ct_response_drop(&r->s->response, "Vary");
	}
}

static const char *asked(const struct ct_request *r, const char *header)
{
	return r->s->gateway->param(r->s->gateway, header);
}

static void send_part(struct ct_request *r, const struct served *f, struct ct_range part)
{
	struct sending *s = talloc_zero(r, struct sending);

	s->r = r;
	s->id = f->id;
	s->at = part.first;
	ct_body(r, f->type->type, NULL, part.last - part.first + 1);
	r->s->response.source = next_chunk;
	r->s->response.source_ctx = s;
}

/* RFC 9110, 14: one range of a GET, unless If-Range says that the client's part is of another file. */
static void answer(struct ct_request *r, const struct served *f, const struct ct_conditions *conditions,
		   const struct ct_validators *now)
{
	struct ct_range part = { 0, f->size - 1 };
	const char *range = strcmp(r->s->method, "GET") ? NULL : asked(r, "HTTP_RANGE");
	enum ct_range_answer which = CT_RANGE_WHOLE;
	static const char outside[] = "416\n";

	if (range && ct_range_wanted(conditions, now, r->now))
		which = ct_range_parse(range, f->size, &part);
	if (which == CT_RANGE_OUTSIDE) {
		ct_answer(r, 416);
		ct_header(r, "Content-Range", "bytes */%llu", (unsigned long long)f->size);
		ct_body(r, "text/plain; charset=utf-8", outside, sizeof(outside) - 1);
		return;
	}
	if (which == CT_RANGE_PART) {
		ct_answer(r, 206);
		ct_header(r, "Content-Range", "bytes %llu-%llu/%llu", (unsigned long long)part.first,
			  (unsigned long long)part.last, (unsigned long long)f->size);
	}
	put_disposition(r, f);
	send_part(r, f, part);
}

static int serve(struct ct_request *r, const char *query, struct ct_error *e)
{
	struct ct_conditions conditions = {
		.if_match = asked(r, "HTTP_IF_MATCH"), .if_none_match = asked(r, "HTTP_IF_NONE_MATCH"),
		.if_modified_since = asked(r, "HTTP_IF_MODIFIED_SINCE"),
		.if_unmodified_since = asked(r, "HTTP_IF_UNMODIFIED_SINCE"), .if_range = asked(r, "HTTP_IF_RANGE"),
	};
	struct ct_validators now;
	struct served f = { .id = 0 };
	int rc = find(r, query, &f, e);

	if (rc)
		return rc;
	now = (struct ct_validators){ f.etag, f.created };
	switch (ct_preconditions(&conditions, &now, true, r->now)) {
	case CT_PRECONDITION_FAILED:
		return ct_fail(e, CT_STALE, "%s", _("This file is another one by now."));
	case CT_NOT_MODIFIED:
		ct_answer(r, 304);
		break;
	case CT_PROCEED:
		answer(r, &f, &conditions, &now);
		break;
	}
	put_security(r, &f);
	put_caching(r, &f);
	return 0;
}

int ct_file_serve(struct ct_request *r, struct ct_error *e)
{
	return serve(r, "served", e);
}

int ct_file_serve_small(struct ct_request *r, struct ct_error *e)
{
	return serve(r, "served_small", e);
}
