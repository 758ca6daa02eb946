/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How the supervisor, which has no library, learns its settings: it asks the generation's program.
 */
#ifndef CORE_SERVER_LEARN_H
#define CORE_SERVER_LEARN_H

#include <comptoir/error.h>

struct ct_setup;

/*
 * Runs `program --server-settings [--config CONFIG]`, waits for it (30 s at most) and reads its
 * lines over what stands in *setup. Fails with its own words (a line error=…) where it says that
 * something is wrong.
 */
int ct_learn(const char *program, const char *config, struct ct_setup *setup,
	     struct ct_error *e) CT_MUST_USE;

/* An argument vector for exec, whose strings nobody changes. */
char *const *ct_argv(const char **argv);

#endif
