/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "http/multipart.h"

#include <assert.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>
#include <comptoir/buf.h>
#include <comptoir/i18n.h>

#include "http/part.h"

enum { WINDOW = 65536, HEAD_MAX = 8192, PADDING_MAX = 256 };

struct stream {
	const struct ct_multipart *in;
	void *home;			/* what becomes part of the form */
	struct ct_form *form;
	struct ct_error *e;
	char *bytes;			/* WINDOW of them; start … end wait to be looked at */
	size_t start, end, total, parts;
	char delimiter[80];		/* CRLF, two hyphens, boundary */
	size_t delimiter_len;
};

typedef int take_f(struct stream *s, void *to, const char *bytes, size_t n);

struct file {
	struct ct_upload_sink *sink;
	size_t size;
};

static int cut_off(struct stream *s)
{
	return ct_fail(s->e, CT_BAD, _("The form did not arrive whole. Please send it again."));
}

static int malformed(struct stream *s)
{
	return ct_fail(s->e, CT_BAD, _("The form is not made as multipart/form-data says."));
}

static int too_large(struct stream *s)
{
	return ct_fail(s->e, CT_TOO_LARGE, _("The request holds more than %zu bytes."),
		       s->in->limits->max_total_bytes);
}

static size_t waiting(const struct stream *s)
{
	return s->end - s->start;
}

/* Reads more. 0, or CT_BAD at the end of the body, or CT_TOO_LARGE. */
static int fill(struct stream *s)
{
	ssize_t n;

	memmove(s->bytes, s->bytes + s->start, waiting(s));
	s->end = waiting(s);
	s->start = 0;
	assert(s->end < WINDOW);
	n = s->in->read(s->in->ctx, s->bytes + s->end, WINDOW - s->end);
	if (n <= 0)
		return cut_off(s);
	assert((size_t)n <= WINDOW - s->end);
	s->end += (size_t)n;
	s->total += (size_t)n;
	return s->total > s->in->limits->max_total_bytes ? too_large(s) : 0;
}

static int need(struct stream *s, size_t n)
{
	while (waiting(s) < n) {
		int rc = fill(s);

		if (rc)
			return rc;
	}
	return 0;
}

static int ignore(struct stream *s, void *to, const char *bytes, size_t n)
{
	(void)s, (void)to, (void)bytes, (void)n;
	return 0;
}

static int take_text(struct stream *s, void *to, const char *bytes, size_t n)
{
	struct ct_buf *text = to;

	ct_buf_add(text, bytes, n);
	if (ct_buf_full(text))
		return ct_fail(s->e, CT_TOO_LARGE, _("One field holds more than %zu bytes."),
			       s->in->limits->max_field_bytes);
	return 0;
}

static int take_file(struct stream *s, void *to, const char *bytes, size_t n)
{
	size_t max = s->in->limits->max_part_bytes;
	struct file *file = to;

	file->size += n;
	if (file->size > max && max >= 1u << 20)
		return ct_fail(s->e, CT_TOO_LARGE, _("A file may hold %zu MB at most."), max >> 20);
	if (file->size > max)
		return ct_fail(s->e, CT_TOO_LARGE, _("A file may hold %zu bytes at most."), max);
	return ct_upload_write(file->sink, bytes, n, s->e);
}

/* Hands on everything before the next delimiter, and steps behind it. */
static int until_delimiter(struct stream *s, take_f *take, void *to)
{
	size_t tail = s->delimiter_len - 1, n;
	int rc;

	for (;;) {
		const char *at = s->bytes + s->start;
		const char *found = memmem(at, waiting(s), s->delimiter, s->delimiter_len);

		n = found ? (size_t)(found - at) : waiting(s) > tail ? waiting(s) - tail : 0;
		rc = n ? take(s, to, at, n) : 0;
		s->start += n;
		if (!rc && found)
			s->start += s->delimiter_len;
		if (rc || found)
			return rc;
		rc = fill(s);
		if (rc)
			return rc;
	}
}

/* A part without any body ends with its header block: its delimiter has no line end of its own. */
static int body(struct stream *s, take_f *take, void *to)
{
	int rc = need(s, s->delimiter_len - 2);

	if (rc)
		return rc;
	if (memcmp(s->bytes + s->start, s->delimiter + 2, s->delimiter_len - 2))
		return until_delimiter(s, take, to);
	s->start += s->delimiter_len - 2;
	return 0;
}

/* What follows a boundary: two hyphens after the last, else padding and CRLF (RFC 2046, 5.1.1). */
static int after_delimiter(struct stream *s, bool *last_r)
{
	size_t padding = 0;
	int rc = need(s, 2);

	if (rc)
		return rc;
	*last_r = !memcmp(s->bytes + s->start, "--", 2);
	while (!*last_r && padding++ < PADDING_MAX && strchr(" \t", s->bytes[s->start]) &&
	       s->bytes[s->start]) {
		s->start++;
		rc = need(s, 2);
		if (rc)
			return rc;
	}
	if (!*last_r && memcmp(s->bytes + s->start, "\r\n", 2))
		return malformed(s);
	s->start += 2;
	return 0;
}

/* The header block up to its empty line, which is stepped over; *len_r is without it. */
static int head(struct stream *s, char *text, size_t *len_r)
{
	size_t len = 0;
	int rc;

	for (;;) {
		rc = need(s, 1);
		if (rc)
			return rc;
		if (len == HEAD_MAX)
			return malformed(s);
		text[len++] = s->bytes[s->start++];
		if (len >= 2 && !memcmp(text + len - 2, "\r\n", 2) &&
		    (len == 2 || (len >= 4 && !memcmp(text + len - 4, "\r\n", 2))))
			break;
	}
	*len_r = len - 2;
	return 0;
}

static int text_part(struct stream *s, const struct ct_part *part)
{
	struct ct_buf *text = ct_buf_new(s->bytes, s->in->limits->max_field_bytes);
	int rc = body(s, take_text, text);

	if (!rc)
		rc = ct_params_add(s->form->params, part->name, strlen(part->name),
				   ct_buf_data(text), ct_buf_len(text), s->e);
	talloc_free(text);
	return rc;
}

static int file_part(struct stream *s, const struct ct_part *part)
{
	struct file file = { ct_upload_open(s->home, s->in->directory), 0 };
	struct ct_upload upload = { part->name, part->filename, part->type, 0, NULL, -1 };
	struct ct_form *form = s->form;
	int rc = body(s, take_file, &file);

	if (rc)
		return rc;
	if (part->unnamed && !file.size) {
		talloc_free(file.sink);
		return 0;
	}
	ct_upload_finish(file.sink, &upload);
	form->uploads = talloc_realloc(s->home, form->uploads, struct ct_upload,
				       form->n_uploads + 1);
	if (!form->uploads)
		abort();
	form->uploads[form->n_uploads++] = upload;
	return 0;
}

static int one_part(struct stream *s)
{
	char text[HEAD_MAX];
	struct ct_part part;
	size_t len = 0;
	int rc = head(s, text, &len);

	if (!rc && ++s->parts > s->in->limits->max_fields)
		rc = ct_fail(s->e, CT_TOO_LARGE, _("The request holds more than %zu fields."),
			     s->in->limits->max_fields);
	if (!rc)
		rc = ct_part_parse(s->home, text, len, &part, s->e);
	if (rc)
		return rc;
	return part.file ? file_part(s, &part) : text_part(s, &part);
}

/* Nobody wants what follows the last boundary, but a body cut there was cut all the same. */
static int epilogue(struct stream *s)
{
	for (;;) {
		ssize_t n = s->in->read(s->in->ctx, s->bytes, WINDOW);

		if (n < 0)
			return cut_off(s);
		if (!n)
			return 0;
		s->total += (size_t)n;
		if (s->total > s->in->limits->max_total_bytes)
			return too_large(s);
	}
}

static int all_parts(struct stream *s)
{
	bool last;
	int rc = until_delimiter(s, ignore, NULL);

	while (!rc) {
		rc = after_delimiter(s, &last);
		if (!rc && last)
			return epilogue(s);
		if (!rc)
			rc = one_part(s);
	}
	return rc;
}

int ct_multipart_parse(void *mem, const struct ct_multipart *in, struct ct_form *form_r,
		       struct ct_error *e)
{
	struct ct_form form = { NULL, NULL, 0 };
	struct stream s = { .in = in, .form = &form, .e = e };
	size_t boundary = strlen(in->boundary);
	int rc;

	assert(boundary && boundary <= 70);
	s.home = talloc_new(mem);
	if (!s.home)
		abort();
	s.bytes = talloc_array(s.home, char, WINDOW);
	if (!s.bytes)
		abort();
	form.params = ct_params_new(s.home);
	memcpy(s.delimiter, "\r\n--", 4);
	memcpy(s.delimiter + 4, in->boundary, boundary);
	s.delimiter_len = boundary + 4;
	memcpy(s.bytes, "\r\n", 2);	/* the first delimiter may stand at the very beginning */
	s.end = 2;
	rc = all_parts(&s);
	talloc_free(s.bytes);
	if (rc)
		talloc_free(s.home);
	else
		*form_r = form;
	return rc;
}
