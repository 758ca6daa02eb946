/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Static files: /static/core/NAME and /static/PLUGIN/NAME. A web server may serve them by itself from
 * [paths] data; where it does not, they are served from memory with a validator, and for a year when
 * asked for by the version in their address.
 */
#ifndef CORE_VIEW_STATIC_H
#define CORE_VIEW_STATIC_H

#include <comptoir/request.h>

struct ct_core;

/* Reads the files of the core and of each plugin and sets core->assets to a digest of all of them. */
int ct_static_open(struct ct_core *, struct ct_error *e) CT_MUST_USE;

/* Answers `path` ("/static/core/comptoir.css"); CT_MISSING where there is none. */
int ct_static_serve(struct ct_request *r, const char *path, struct ct_error *e) CT_MUST_USE;

#endif
