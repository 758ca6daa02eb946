/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A growing run of bytes on a talloc context, for what is put together piece by piece: a header
 * block, a CSV file, a calendar.
 *
 * Adding cannot fail, so that a writer reads as a list of what it writes. There are two ways to end
 * badly, and neither is checked at each step: without memory the process aborts, and past the
 * maximum that was given when it was made the buffer is *full*: it keeps what it had, takes nothing
 * any more, and ct_buf_full says so at the end. A piece goes in whole or not at all.
 *
 * What has been added may contain NULs; there is always one more behind it, so that a text can be
 * read in place. Pointers into the buffer hold until the next addition.
 */
#ifndef COMPTOIR_BUF_H
#define COMPTOIR_BUF_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <comptoir/error.h>

struct ct_buf;

/* An empty buffer, a talloc child of `mem`, for at most `max` bytes. talloc_free() ends it. */
struct ct_buf *ct_buf_new(void *mem, size_t max);

/* `bytes` may lie in the buffer itself; NULL only with 0. */
void ct_buf_add(struct ct_buf *buf, const void *bytes, size_t len);
void ct_buf_text(struct ct_buf *buf, const char *text);
void ct_buf_byte(struct ct_buf *buf, char byte);
/* What it prints may not lie in the buffer. */
void ct_buf_printf(struct ct_buf *buf, const char *format, ...) CT_PRINTF(2, 3);
void ct_buf_vprintf(struct ct_buf *buf, const char *format, va_list ap) CT_PRINTF(2, 0);

/*
 * Makes space for `len` bytes behind what there is and returns it, not cleared. They count as
 * added: fill all of them. NULL if the buffer is full or becomes so.
 */
char *ct_buf_space(struct ct_buf *buf, size_t len) CT_MUST_USE;

/* Forgets what stands after the first `len` bytes (all of it with 0), and that it was full. */
void ct_buf_cut(struct ct_buf *buf, size_t len);

/* The bytes, borrowed and never NULL; how many; and whether something did not fit. */
const char *ct_buf_data(const struct ct_buf *buf);
size_t ct_buf_len(const struct ct_buf *buf);
bool ct_buf_full(const struct ct_buf *buf);

/*
 * The bytes as a talloc text on `mem`, and the end of the buffer, which is empty again and may be
 * reused or freed. `len_r` may be NULL. Fails with CT_TOO_LARGE if it was full; it then stays as it
 * is.
 */
int ct_buf_take(struct ct_buf *buf, void *mem, char **text_r, size_t *len_r, struct ct_error *e)
	CT_MUST_USE;

#endif
