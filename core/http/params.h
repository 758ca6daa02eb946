/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Parameters: names and values in the order in which they came, from a query, a form, a multipart
 * form, a JSON body or a Cookie header. A name may come several times; whether it may is the
 * route's to say (ct_param_count), because only the route knows which of its fields are repeated.
 *
 * What is in here is text: valid UTF-8 without NUL, line ends as LF only. Both are settled at the
 * door, so nobody behind has to think of them again; a CR in particular can no longer reach a
 * header or a log.
 */
#ifndef CORE_HTTP_PARAMS_H
#define CORE_HTTP_PARAMS_H

#include <stddef.h>
#include <comptoir/error.h>

/*
 * How much a body may bring. Every parser checks while it reads, so that what is refused was
 * never stored, and refuses with CT_TOO_LARGE. CT_LIMITS is what suits an ordinary form; a route
 * with uploads raises `max_total_bytes`.
 */
struct ct_limits {
	size_t max_fields;		/* parameters and files together */
	size_t max_field_bytes;		/* one value, decoded */
	size_t max_part_bytes;		/* one file */
	size_t max_total_bytes;		/* the whole body, as it comes over the wire */
};
#define CT_LIMITS { 1000, 65536, 20u << 20, 1u << 20 }

/* Longest name of a parameter, in bytes. Ours have 47 at most (struct ct_error, field). */
enum { CT_PARAM_NAME_MAX = 200 };

struct ct_param {
	const char *name;		/* never empty */
	const char *value;		/* NUL-terminated, never NULL */
	size_t len;			/* of `value`, without its NUL */
};

struct ct_params {
	struct ct_param *list;		/* in order of arrival; all hangs on the struct */
	size_t n;
};

/* An empty list on `mem`; talloc_free drops it with all its strings. */
struct ct_params *ct_params_new(void *mem);

/* CT_BAD for a name that is empty, too long, not UTF-8, or holds a control character. */
int ct_param_name_check(const char *name, size_t len, struct ct_error *e) CT_MUST_USE;

/*
 * Appends a copy. CRLF and lone CR of the value become LF. CT_BAD for a value that is not UTF-8
 * or holds a NUL, with a sentence that names the parameter, and for a name that does not pass
 * ct_param_name_check. Nothing is then appended.
 */
int ct_params_add(struct ct_params *, const char *name, size_t name_len, const char *value,
		  size_t value_len, struct ct_error *e) CT_MUST_USE;

/* The first value of `name`, or NULL. `params` NULL is an empty list, here and below. */
const char *ct_param(const struct ct_params *params, const char *name);

/* How often `name` came. */
size_t ct_param_count(const struct ct_params *params, const char *name);

/* The value of `name` that came as number `nth`, from 0; NULL past the last. */
const char *ct_param_nth(const struct ct_params *params, const char *name, size_t nth);

#endif
