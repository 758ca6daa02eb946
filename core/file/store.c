/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Files in the database: written and read chunk by chunk. */
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include "file/file.h"
#include "file/type.h"
#include "plugin/builtin.h"
#include "route/state.h"

static int read_chunk(const struct ct_upload *source, size_t at, char *buf, size_t *n_r, struct ct_error *e)
{
	size_t n = source->size - at < CT_FILE_CHUNK ? source->size - at : CT_FILE_CHUNK, got = 0;

	while (got < n) {
		ssize_t some = ct_upload_read(source, at + got, buf + got, n - got, e);

		if (some < 0)
			return (int)some;
		if (!some)
			return ct_fail(e, CT_BROKEN, "an upload is shorter than it was");
		got += (size_t)some;
	}
	*n_r = n;
	return 0;
}

static int hash(const struct ct_upload *source, char *buf, char hex_r[65], struct ct_error *e)
{
	unsigned char digest[crypto_hash_sha256_BYTES];
	crypto_hash_sha256_state state;
	size_t n;

	crypto_hash_sha256_init(&state);
	for (size_t at = 0; at < source->size; at += n) {
		int rc = read_chunk(source, at, buf, &n, e);

		if (rc)
			return rc;
		crypto_hash_sha256_update(&state, (const unsigned char *)buf, n);
	}
	crypto_hash_sha256_final(&state, digest);
	sodium_bin2hex(hex_r, 65, digest, sizeof(digest));
	return 0;
}

static void hash_bytes(const void *bytes, size_t len, char hex_r[65])
{
	unsigned char digest[crypto_hash_sha256_BYTES];

	crypto_hash_sha256(digest, bytes, len);
	sodium_bin2hex(hex_r, 65, digest, sizeof(digest));
}

static int insert(struct ct_request *r, const struct ct_file_new *like, const struct ct_file_extra *extra,
		  const struct ct_upload *source, char *buf, int64_t *id_r, struct ct_error *e)
{
	char sha256[65];
	int64_t id = 0, seq = 0;
	size_t n = 0;
	int rc = hash(source, buf, sha256, e);

	if (!rc)
		rc = ct_insert(r, "file_add", CT_ARGS(CT_STR(ct_new_uid(r)), CT_ID(like->org), CT_STR(sha256),
			CT_NUM(source->size), CT_STR(like->type), CT_STR(ct_upload_clean_name(r, like->name)),
			CT_ID(r->person), CT_UTC(r->now), CT_STR(like->readers ? like->readers : ""),
			CT_ID(like->party), CT_ID(extra->width), CT_ID(extra->height), CT_ID(extra->small),
			CT_UTC(r->now)), &id, e);
	for (size_t at = 0; !rc && at < source->size; at += n, seq++) {
		rc = read_chunk(source, at, buf, &n, e);
		if (!rc)
			rc = ct_exec(r, "chunk_add", CT_ARGS(CT_NUM(id), CT_NUM(seq), CT_BYTES(buf, n)), e);
	}
	if (!rc)
		*id_r = id;
	return rc;
}

int ct_file_insert(struct ct_request *r, const struct ct_file_new *like, const struct ct_file_extra *extra,
		   const struct ct_upload *source, int64_t *id_r, struct ct_error *e)
{
	char *buf;
	int rc;

	if (source->size > CT_FILE_BYTES)
		return ct_fail(e, CT_TOO_LARGE, _("This file is too large: %d MB at most."), CT_FILE_BYTES >> 20);
	if (!source->size || !ct_file_type_named(like->type))
		return ct_fail(e, CT_BROKEN, "a file of %zu bytes and type %s", source->size, like->type);
	buf = talloc_size(r, CT_FILE_CHUNK);
	CT_AS(r, &ct_plugin_file, rc = insert(r, like, extra, source, buf, id_r, e));
	talloc_free(buf);
	return rc;
}

int ct_file_store(struct ct_request *r, const struct ct_file_new *new, int64_t *id_r, struct ct_error *e)
{
	const struct ct_upload source = { .data = new->bytes, .size = new->size, .fd = -1 };

	return ct_file_insert(r, new, &(struct ct_file_extra){ .width = 0 }, &source, id_r, e);
}

static struct ct_file read_file(struct ct_request *r, const struct ct_result *row)
{
	struct ct_file f = {
		.id = ct_col_int(row, "id"), .org = ct_col_int(row, "org_id"), .uid = ct_col_text(row, "uid"),
		.name = ct_col_text(row, "name"), .type = ct_col_text(row, "type"),
		.sha256 = ct_col_text(row, "sha256"), .size = ct_col_int(row, "size"),
		.width = ct_col_int(row, "width"), .height = ct_col_int(row, "height"),
	};

	f.href = ct_url(r, "/files/%s", f.uid);
	f.small = f.width ? ct_url(r, "/files/%s/small", f.uid) : NULL;
	return f;
}

int ct_file_get_many(struct ct_request *r, json_t *keys, struct ct_file **files_r, size_t *n_r, struct ct_error *e)
{
	char *text = json_dumps(keys, JSON_COMPACT);
	struct ct_result *rows;
	size_t n = 0;
	int rc;

	CT_AS(r, &ct_plugin_file, rc = ct_query(r, "files", CT_ARGS(CT_STR(text)), &rows, e));
	free(text);
	if (rc)
		return rc;
	*files_r = talloc_array(r, struct ct_file, ct_result_rows(rows) + 1);
	while (ct_next(rows))
		(*files_r)[n++] = read_file(r, rows);
	*n_r = n;
	return 0;
}

int ct_file_get(struct ct_request *r, int64_t id, struct ct_file *file_r, struct ct_error *e)
{
	json_t *keys = ct_own_json(r, json_array());
	struct ct_file *files;
	size_t n;
	int rc;

	ct_add_int(keys, id);
	rc = ct_file_get_many(r, keys, &files, &n, e);
	if (rc)
		return rc;
	if (!n)
		return ct_fail(e, CT_MISSING, "%s", _("There is no page at this address."));
	*file_r = files[0];
	return 0;
}

int ct_file_chunk(struct ct_request *r, int64_t id, int64_t seq, void **mem_r, const void **bytes_r,
		  size_t *len_r, struct ct_error *e)
{
	struct ct_result *row;
	int rc;

	CT_AS(r, &ct_plugin_file, rc = ct_query(r, "chunk", CT_ARGS(CT_NUM(id), CT_NUM(seq)), &row, e));
	if (rc)
		return rc;
	if (!ct_next(row))
		return ct_fail(e, CT_BROKEN, "file %lld has no chunk %lld", (long long)id, (long long)seq);
	*mem_r = row;
	*bytes_r = ct_col_bytes(row, "data", len_r);
	return 0;
}

int ct_file_read(struct ct_request *r, const struct ct_file *file, const void **bytes_r, struct ct_error *e)
{
	char *bytes = talloc_size(r, (size_t)file->size), sha256[65];
	int64_t at = 0;

	for (int64_t seq = 0; at < file->size; seq++) {
		const void *some;
		size_t len;
		void *mem;
		int rc = ct_file_chunk(r, file->id, seq, &mem, &some, &len, e);

		if (rc)
			return rc;
		if ((int64_t)len > file->size - at)
			return ct_fail(e, CT_BROKEN, "file %lld is longer than it was", (long long)file->id);
		memcpy(bytes + at, some, len);
		at += (int64_t)len;
		talloc_free(mem);
	}
	hash_bytes(bytes, (size_t)file->size, sha256);
	if (strcmp(sha256, file->sha256) != 0)
		return ct_fail(e, CT_BROKEN, "the bytes of file %lld are not those that were stored", (long long)file->id);
	*bytes_r = bytes;
	return 0;
}

int ct_file_drop(struct ct_request *r, int64_t id, struct ct_error *e)
{
	int rc = 0;

	if (id)
		CT_AS(r, &ct_plugin_file, rc = ct_exec(r, "drop", CT_ARGS(CT_UTC(r->now), CT_NUM(id)), e));
	return rc;
}

/* Of 1024 each, as file managers show them; a round number without its ",0". */
const char *ct_file_size_ui(struct ct_request *r, int64_t size)
{
	long long tenths = (size * 10 + (1 << 19)) >> 20;

	if (size < 1 << 20)
		return talloc_asprintf(r, _("%lld kB"), (long long)(size + 1023) >> 10);
	if (tenths % 10 == 0)
		return talloc_asprintf(r, _("%lld MB"), tenths / 10);
	return talloc_asprintf(r, _("%lld.%lld MB"), tenths / 10, tenths % 10);
}

const char *ct_file_trace(struct ct_request *r, const struct ct_file *file)
{
	return talloc_asprintf(r, "%s (sha256 %.12s)", file->name, file->sha256);
}

static void put_pixels(json_t *o, const char *key, int64_t pixels)
{
	if (pixels)
		ct_put_int(o, key, pixels);
	else
		ct_put_null(o, key);
}

void ct_put_file(struct ct_request *r, json_t *object, const char *key, const struct ct_file *file)
{
	json_t *o;

	if (!file) {
		ct_put_null(object, key);
		return;
	}
	o = ct_put_object(object, key);
	ct_put_text(o, "uid", file->uid);
	ct_put_text(o, "name", file->name);
	ct_put_text(o, "type", file->type);
	ct_put_int(o, "size", file->size);
	ct_put_text(o, "size_ui", ct_file_size_ui(r, file->size));
	put_pixels(o, "width", file->width);
	put_pixels(o, "height", file->height);
	ct_put_text(o, "href", file->href);
	ct_put_text(o, "small", file->small);
}
