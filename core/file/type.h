/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a file is, by what stands in it: the name and the type that a sender claims decide nothing. Few
 * types, each by its signature; text by being UTF-8 throughout. (libmagic knows thousands and gives
 * text/html its name, which helps nobody here: docs/adr/0010.)
 */
#ifndef CORE_FILE_TYPE_H
#define CORE_FILE_TYPE_H

#include <stdbool.h>
#include <stddef.h>
#include <comptoir/field.h>

struct ct_file_type {
	const char *type;		/* as stored and sent */
	const char *extension;		/* ".pdf" */
	enum ct_accept accept;		/* the field option that lets it in; 0: only made by us */
	bool shown;			/* by browsers, in a page; else it is saved */
	bool text;
};

/* Bytes of its beginning that ct_file_type_of wants, where there are as many. */
enum { CT_FILE_HEAD = 4096 };

/* By the first `len` bytes of a file. NULL: none that is taken. */
const struct ct_file_type *ct_file_type_of(const void *head, size_t len);

/* By name ("application/pdf"); NULL where the core does not know it. */
const struct ct_file_type *ct_file_type_named(const char *type);

/*
 * Looks through a text piece by piece: valid UTF-8 without control characters but tab and line ends.
 * Starts with zeroes. ct_file_text_ended also refuses a character that was cut off.
 */
struct ct_file_text { unsigned char left[4]; size_t n_left; bool bad; };
void ct_file_text_add(struct ct_file_text *, const void *bytes, size_t len);
bool ct_file_text_ended(const struct ct_file_text *);

/* Does a PDF end as one does? `tail` is its last bytes, 1 KiB of them where there are as many. */
bool ct_file_pdf_ended(const void *tail, size_t len);

#endif
