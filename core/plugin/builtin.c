/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "plugin/builtin.h"

#include <stddef.h>

const struct ct_plugin *const ct_builtin_modules[] = {
	&ct_plugin_people,
	&ct_plugin_file,
	&ct_plugin_account,
	&ct_plugin_job,
	&ct_plugin_system,
	NULL,
};
