/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/ct_core.h"

#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <cmocka.h>
#include <talloc.h>

#include "route/state.h"
#include "support/db.h"

static void write_config(const char *path, const char *name)
{
	char data[PATH_MAX];
	FILE *f = fopen(path, "we");

	assert_non_null(f);
	assert_non_null(realpath(test_source(), data));
	fprintf(f,
		"[site]\nurl = https://lieu.example/reserver\n[database]\nsocket = %s\nname = %s\nuser = user\n"
		"[paths]\ndata = %s\nplugins = %s\nlocale = %s\n[plugins]\nload =\n[security]\nkey = %064d\n",
		test_db_server(NULL), name, data, data, data, 7);
	assert_int_equal(fclose(f), 0);
}

static void load(struct ct_core *core, const struct ct_plugin *plugin)
{
	struct ct_registry *g = core->registry;
	struct ct_error e;

	g->modules = talloc_realloc(g, g->modules, struct ct_module, g->n_modules + 1);
	g->modules[g->n_modules++] = (struct ct_module){ .plugin = plugin };
	for (const struct ct_query *q = plugin->queries; q->name; q++)
		if (ct_db_check(core->db, q, &e))
			fail_msg("%s: %s", q->name, e.text);
}

struct ct_core *test_core_open(const char *name, const struct ct_plugin *plugin)
{
	char path[] = "/tmp/comptoir-core.XXXXXX";
	struct ct_core_options options = { .config = path };
	struct ct_core *core;
	struct ct_error e;

	close(mkstemp(path));
	write_config(path, name);
	if (ct_core_open(&options, &core, &e))
		fail_msg("%s", e.text);
	unlink(path);
	if (plugin)
		load(core, plugin);
	return core;
}
