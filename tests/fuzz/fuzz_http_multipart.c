/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Byte 0 chooses in what pieces the rest arrives as a body with the boundary "B", and whether its
 * end is a broken connection. It must be the same form, or the same refusal, as when it arrives
 * at once.
 */
#include "fuzz_http.h"

#include "http/multipart.h"

static const struct ct_limits limits = { 20, 2000, 100000, 150000 };

struct source {
	const uint8_t *bytes;
	size_t len, at, step;
	bool broken;
};

static ssize_t next_bytes(void *ctx, void *buf, size_t n)
{
	struct source *s = ctx;

	n = n < s->step ? n : s->step;
	n = n < s->len - s->at ? n : s->len - s->at;
	if (!n && s->broken)
		return -1;
	memcpy(buf, s->bytes + s->at, n);
	s->at += n;
	return (ssize_t)n;
}

static int parse(void *mem, const uint8_t *bytes, size_t len, size_t step, bool broken,
		 struct ct_form *form, struct ct_error *e)
{
	struct source source = { bytes, len, 0, step, broken };
	const struct ct_multipart in = { "B", next_bytes, &source, &limits, "/tmp" };

	return ct_multipart_parse(mem, &in, form, e);
}

static void check_upload(const struct ct_upload *u)
{
	struct ct_error e;
	char byte;

	MUST(*u->name && *u->filename && strlen(u->filename) <= CT_UPLOAD_NAME_MAX);
	MUST(ct_utf8_check(u->filename, strlen(u->filename)) && !strpbrk(u->filename, "/\\\r\n"));
	MUST(*u->filename != '.' && strchr(u->type, '/') && u->size <= limits.max_part_bytes);
	MUST((u->data != NULL) == (u->fd < 0) && (u->fd < 0) == (u->size <= CT_UPLOAD_MEMORY));
	MUST(!u->size || ct_upload_read(u, u->size - 1, &byte, 1, &e) == 1);
}

static void check_same(const struct ct_form *a, const struct ct_form *b)
{
	MUST(a->params->n == b->params->n && a->n_uploads == b->n_uploads);
	for (size_t i = 0; i < a->params->n; i++) {
		MUST(!strcmp(a->params->list[i].name, b->params->list[i].name));
		MUST(!strcmp(a->params->list[i].value, b->params->list[i].value));
	}
	for (size_t i = 0; i < a->n_uploads; i++) {
		MUST(!strcmp(a->uploads[i].name, b->uploads[i].name));
		MUST(!strcmp(a->uploads[i].filename, b->uploads[i].filename));
		MUST(a->uploads[i].size == b->uploads[i].size);
		MUST(!a->uploads[i].data ||
		     !memcmp(a->uploads[i].data, b->uploads[i].data, a->uploads[i].size));
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const size_t steps[] = { 1, 2, 3, 4, 5, 7, 11, 64 };
	void *mem = talloc_new(NULL);
	struct ct_form whole = { NULL, NULL, 0 }, pieces = { NULL, NULL, 0 };
	struct ct_error e, again;
	bool broken = size && (data[0] & 8);
	int rc;

	if (size) {
		rc = parse(mem, data + 1, size - 1, size, broken, &whole, &e);
		MUST(rc ==
		     parse(mem, data + 1, size - 1, steps[data[0] & 7], broken, &pieces, &again));
		if (rc) {
			check_refusal(rc, &e);
			MUST(!strcmp(e.text, again.text) && talloc_total_blocks(mem) == 1);
		} else {
			MUST(!broken);
			check_params(whole.params);
			check_same(&whole, &pieces);
		}
		for (size_t i = 0; i < whole.n_uploads; i++)
			check_upload(&whole.uploads[i]);
	}
	talloc_free(mem);
	return 0;
}
