/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The core in a C test: over a database of tests/support/db.h, with what a test says is loaded. */
#ifndef TESTS_SUPPORT_CT_CORE_H
#define TESTS_SUPPORT_CT_CORE_H

#include <comptoir/plugin.h>

#include "core.h"

/*
 * Opened over the database `name` as the user that serves requests, at https://lieu.example/reserver; the test closes
 * it. `plugin` (NULL: none) is loaded, without its module; the database is asked whether it takes each of its queries.
 */
struct ct_core *test_core_open(const char *name, const struct ct_plugin *plugin);

#endif
