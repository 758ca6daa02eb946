/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A file that came with a form, while the request lasts. Small ones stay in memory; larger ones
 * go to a temporary file that has no name any more, so that it is gone with the process whatever
 * happens.
 *
 * Nothing of it can be trusted: the name and the type are what the sender says. The name is
 * cleaned so that it can be stored and shown, and is never used as a path.
 */
#ifndef CORE_HTTP_UPLOAD_H
#define CORE_HTTP_UPLOAD_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <comptoir/error.h>

/* Up to this size an upload is kept in memory. */
enum { CT_UPLOAD_MEMORY = 65536 };

/* Longest cleaned name in bytes; fits file.name, and Content-Disposition of a mail. */
enum { CT_UPLOAD_NAME_MAX = 180 };

struct ct_upload {
	const char *name;		/* of the form's field */
	const char *filename;		/* base name only, cleaned, never empty */
	const char *type;		/* "image/png"; "application/octet-stream" without one */
	size_t size;			/* bytes */
	const void *data;		/* the bytes, of small ones; else NULL */
	int fd;				/* of the temporary file, of larger ones; else -1 */
};

/*
 * Copies at most `n` bytes from `offset` on into `buf`. Returns how many, 0 past the end, or
 * CT_BROKEN where the temporary file cannot be read.
 */
ssize_t ct_upload_read(const struct ct_upload *, size_t offset, void *buf, size_t n,
		       struct ct_error *e) CT_MUST_USE;

/*
 * What a sender says the file is called, made fit to be stored and shown, on `mem`: what follows
 * the last `/` or `\`, without control characters, marks that turn the direction of writing,
 * spaces around it and dots before it, cut (before its extension) at CT_UPLOAD_NAME_MAX bytes.
 * "file" where nothing is left. `name` is valid UTF-8.
 */
char *ct_upload_clean_name(void *mem, const char *name);

/*
 * Where the bytes of one file go while they arrive. It belongs to `mem` and closes its descriptor
 * when that is freed; `directory` is borrowed until then.
 */
struct ct_upload_sink;
struct ct_upload_sink *ct_upload_open(void *mem, const char *directory);

/*
 * Appends. CT_BUSY where the disk is full, CT_BROKEN where the directory cannot hold a temporary
 * file; both have to do with the machine and not with what was sent.
 */
int ct_upload_write(struct ct_upload_sink *, const void *bytes, size_t n,
		    struct ct_error *e) CT_MUST_USE;

/* Fills size, data and fd of *upload_r; they live as long as the sink. */
void ct_upload_finish(struct ct_upload_sink *, struct ct_upload *upload_r);

#endif
