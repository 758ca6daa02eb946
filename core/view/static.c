/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "view/static.h"

#include <dirent.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <talloc.h>

#include "config/settings.h"
#include "core.h"
#include "plugin/registry.h"
#include "route/state.h"

enum { MAX_FILE = 1 << 20 };

struct file {
	const char *path, *type, *digest;
	const void *bytes;
	size_t len;
	struct file *next;
};

static struct file *files; /* built before the workers are forked, read-only afterwards */

static const char *type_of(const char *name)
{
	static const struct {
		const char *suffix, *type;
	} types[] = {
		{ ".css", "text/css; charset=utf-8" },
		{ ".js", "text/javascript; charset=utf-8" },
		{ ".svg", "image/svg+xml" },
		{ ".png", "image/png" },
		{ ".ico", "image/x-icon" },
		{ ".webmanifest", "application/manifest+json" },
	};
	const char *dot = strrchr(name, '.');

	for (size_t i = 0; dot && i < sizeof(types) / sizeof(types[0]); i++)
		if (!strcmp(dot, types[i].suffix))
			return types[i].type;
	return NULL;
}

static int read_file(struct ct_core *core, const char *from, const char *path,
		     crypto_hash_sha256_state *all, struct ct_error *e)
{
	unsigned char digest[crypto_hash_sha256_BYTES];
	struct file *file = talloc_zero(core, struct file);
	struct stat st;
	FILE *f = fopen(from, "re");
	char *bytes;

	if (!f || fstat(fileno(f), &st) || st.st_size > MAX_FILE) {
		if (f)
			fclose(f);
		return ct_fail(e, CT_BROKEN, "%s: cannot be read, or is too large", from);
	}
	bytes = talloc_size(file, (size_t)st.st_size + 1);
	file->len = fread(bytes, 1, (size_t)st.st_size, f);
	fclose(f);
	crypto_hash_sha256(digest, (unsigned char *)bytes, file->len);
	crypto_hash_sha256_update(all, digest, sizeof(digest));
	file->bytes = bytes;
	file->path = talloc_strdup(file, path);
	file->type = type_of(path);
	file->digest = sodium_bin2hex(talloc_size(file, 33), 33, digest, 16);
	file->next = files;
	files = file;
	return 0;
}

static int read_dir(struct ct_core *core, const char *dir, const char *name,
		    crypto_hash_sha256_state *all, struct ct_error *e)
{
	struct dirent **entries;
	int n = scandir(dir, &entries, NULL, alphasort), rc = 0;

	for (int i = 0; i < n; i++) {
		const char *file = entries[i]->d_name;

		if (!rc && type_of(file))
			rc = read_file(core, talloc_asprintf(core, "%s/%s", dir, file),
				       talloc_asprintf(core, "/static/%s/%s", name, file), all, e);
		free(entries[i]);
	}
	if (n >= 0)
		free(entries);
	return rc;
}

int ct_static_open(struct ct_core *core, struct ct_error *e)
{
	const char *data = ct_settings_path(core, core->settings,
					    ct_settings_text(core->settings, "paths.data"));
	unsigned char digest[crypto_hash_sha256_BYTES];
	crypto_hash_sha256_state all;
	int rc;

	files = NULL;
	crypto_hash_sha256_init(&all);
	rc = read_dir(core, talloc_asprintf(core, "%s/core/static", data), "core", &all, e);
	for (size_t i = 0; i < core->registry->n_modules && !rc; i++) {
		const struct ct_module *m = &core->registry->modules[i];

		if (!m->builtin)
			rc = read_dir(core,
				      talloc_asprintf(core, "%s/plugins/%s/static", data,
						      m->plugin->name),
				      m->plugin->name, &all, e);
	}
	crypto_hash_sha256_final(&all, digest);
	core->assets = sodium_bin2hex(talloc_size(core, 17), 17, digest, 8);
	return rc;
}

int ct_static_serve(struct ct_request *r, const char *path, struct ct_error *e)
{
	for (const struct file *file = files; file; file = file->next) {
		if (strcmp(file->path, path) != 0)
			continue;
		ct_header(r, "Cache-Control", "%s",
			  strcmp(r->s->query_text, r->s->core->assets) == 0
				  ? "public, max-age=31536000, immutable"
				  : "public, max-age=300");
		if (!ct_unchanged(r, file->digest, CT_NO_UTC))
			ct_body(r, file->type, file->bytes, file->len);
		return 0;
	}
	return ct_fail(e, CT_MISSING, _("There is no page at this address."));
}
