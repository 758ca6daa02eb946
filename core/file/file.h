/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The built-in module of files, from inside the core: uploads of forms, and what the record module needs
 * beside comptoir/file.h.
 */
#ifndef CORE_FILE_FILE_H
#define CORE_FILE_FILE_H

#include <comptoir/file.h>
#include <comptoir/plugin.h>

#include "http/upload.h"

/* Longest side of a picture as it is kept, and of the one for cards and lists, in pixels. */
enum { CT_PICTURE_SIDE = 1600, CT_PICTURE_SMALL = 480 };

/* What cannot be stored goes to nobody: the whole body of a form with these fields, in bytes. */
size_t ct_file_body_max(const struct ct_field *fields, size_t without);

/*
 * Was anything sent for this CT_FILE field: a file, a kept one, "remove it", or null in JSON? An empty text
 * is nothing (a form that forgot to be multipart), and neither is the object that an answer has there.
 */
bool ct_file_sent(const struct ct_request *r, const struct ct_field *field);

/* Is NAME_remove among what was sent? */
bool ct_file_removed(const struct ct_request *r, const struct ct_field *field);

/*
 * The value of a CT_FILE field. An upload is checked and stored at once, in a transaction of its own and
 * up for deletion in a day, so that it is not lost when another field is refused: what was typed then
 * holds a signed name of it, which the form sends again. CT_INVALID with a sentence where it is not taken.
 */
int ct_file_take(struct ct_request *r, const struct ct_field *field, struct ct_value *value,
		 struct ct_error *e) CT_MUST_USE;

/* The permission that reading a file of this field needs. */
const char *ct_file_readers(const struct ct_request *r, const struct ct_field *field);

/*
 * Completes the control of a CT_FILE field (core/field/form.h): which file is there. `current` is the
 * text of its key, or NULL.
 */
void ct_file_control(struct ct_request *r, const struct ct_field *field, json_t *control, const char *current);

/* As ct_file_get, of many: keys in `keys` (a JSON array). *files_r is by key, owned by the request. */
int ct_file_get_many(struct ct_request *r, json_t *keys, struct ct_file **files_r, size_t *n_r,
		     struct ct_error *e) CT_MUST_USE;

/* "rue.jpg (sha256 4f1c…)": how traces name a file; on r. */
const char *ct_file_trace(struct ct_request *r, const struct ct_file *file);

/* "1,2 Mo" of bytes, on r. */
const char *ct_file_size_ui(struct ct_request *r, int64_t size);

/* In a transaction: inserts what `source` holds. `like` has org, party, name, type and readers. */
struct ct_file_extra { int64_t width, height, small; };
int ct_file_insert(struct ct_request *r, const struct ct_file_new *like, const struct ct_file_extra *extra,
		   const struct ct_upload *source, int64_t *id_r, struct ct_error *e) CT_MUST_USE;

ct_handler_f ct_file_serve, ct_file_serve_small, ct_file_purge;

#endif
