/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Stored files: pictures, PDFs, texts, in the database, so that every machine sees them and a backup has
 * them. At most CT_FILE_BYTES each, in chunks of CT_FILE_CHUNK.
 *
 * A stored file never changes; a new version is a new file. Its address is /files/{uid}, of a picture
 * also /files/{uid}/small for cards and lists. Who may read it is decided when it is stored: whoever has
 * the permission `readers` in its organisation, and the party that it is for. Anybody else gets 404.
 * With CT_PUBLIC, or a permission that everybody has, it may be cached for a year.
 *
 * The rule of references: a column that holds a file's key has a foreign key to file (id). That is how
 * the core knows what is in use. Each file is up for deletion a day after it was stored, and when
 * ct_file_drop says that it is no longer wanted; a job then deletes it, unless a foreign key refuses.
 * So what nobody came to refer to, because a form was left or a transaction failed, goes by itself.
 *
 * An upload is a CT_FILE field (comptoir/field.h): the core checks size and type by the content, decodes
 * and encodes pictures anew, stores the bytes, and ct_in_int() gives the handler the file's key.
 */
#ifndef COMPTOIR_FILE_H
#define COMPTOIR_FILE_H

#include <stddef.h>
#include <stdint.h>
#include <jansson.h>
#include <comptoir/error.h>
#include <comptoir/time.h>

struct ct_request;

enum { CT_FILE_BYTES = 20 << 20, CT_FILE_CHUNK = 256 << 10 };

/* A file to be stored. Strings and bytes are borrowed until the call returns. */
struct ct_file_new {
	int64_t org;			/* whose; 0: of the installation */
	int64_t party;			/* whom it is for; 0: nobody in particular */
	const char *name;		/* "F-2026-0012.pdf": as it is saved by who downloads it */
	const char *type;		/* media type: one that the core knows (CT_BROKEN otherwise) */
	const char *readers;		/* a permission; NULL: only the party may read it */
	const void *bytes;
	size_t size;			/* 1 to CT_FILE_BYTES */
};

/* Stores it in the current transaction. CT_TOO_LARGE past the limit. */
int ct_file_store(struct ct_request *r, const struct ct_file_new *, int64_t *id_r,
		  struct ct_error *e) CT_MUST_USE;

/* What is known of a stored file; strings live as long as the request. */
struct ct_file {
	int64_t id, org;
	const char *uid, *name, *type;
	const char *sha256;		/* 64 hex digits */
	int64_t size;			/* bytes */
	int64_t width, height;		/* pixels of a picture; else 0 */
	const char *href;		/* "/files/{uid}" */
	const char *small;		/* of a picture: "/files/{uid}/small"; else NULL */
};

/* By key. CT_MISSING where there is none. Asks nobody's permission. */
int ct_file_get(struct ct_request *r, int64_t id, struct ct_file *file_r, struct ct_error *e) CT_MUST_USE;

/*
 * The `seq`-th chunk of a file, from 0: all but the last have CT_FILE_CHUNK bytes. *bytes_r hangs on a
 * talloc context of its own, *mem_r, a child of r, which a reader of many chunks frees.
 */
int ct_file_chunk(struct ct_request *r, int64_t id, int64_t seq, void **mem_r, const void **bytes_r,
		  size_t *len_r, struct ct_error *e) CT_MUST_USE;

/*
 * All bytes of a stored file, on r: for papers and small pictures, as they are in memory at once.
 * CT_BROKEN where they are not those that were stored, by their SHA-256.
 */
int ct_file_read(struct ct_request *r, const struct ct_file *, const void **bytes_r, struct ct_error *e) CT_MUST_USE;

/*
 * The pixels of a stored picture on white, three bytes each (sRGB), no side longer than `side`; on r. For papers
 * (comptoir/pdf.h). A helper process decodes it, so before a transaction, not in one. CT_INVALID where it is none.
 */
struct ct_pixels { const void *rgb; unsigned columns, rows; };
int ct_file_pixels(struct ct_request *r, int64_t id, unsigned side, struct ct_pixels *pixels_r, struct ct_error *e)
	CT_MUST_USE;

/* In a transaction: this row no longer wants the file. It goes once nothing refers to it. 0 is ignored. */
int ct_file_drop(struct ct_request *r, int64_t id, struct ct_error *e) CT_MUST_USE;

/*
 * Puts `key` into a view: { uid, name, type, size, size_ui, width, height, href, small } of a file, or
 * null for NULL. href and small are local addresses; width, height and small are null where it is no
 * picture.
 */
void ct_put_file(struct ct_request *r, json_t *object, const char *key, const struct ct_file *file);

#endif
