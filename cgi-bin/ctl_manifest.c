/* SPDX-License-Identifier: GPL-3.0-or-later */
/* comptoirctl: what a backup says about itself, and whether it is still what was written. */
#include "ctl.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>
#include <time.h>

#include "ctl_backup.h"
#include "ctl_file.h"
#include "plugin/registry.h"

enum { FORMAT = 1, SUMS_MAX = 4096, MANIFEST_MAX = 4 << 20 };

static const char *const parts[] = { "comptoir.ini", "database.sql", "manifest.json" };
enum { PARTS = sizeof(parts) / sizeof(parts[0]) };

/* Says whether two installations have the same key, and nothing about the key. */
static json_t *key_mark(const struct ct_core *core)
{
	unsigned char hash[crypto_hash_sha256_BYTES];
	char hex[17];

	crypto_hash_sha256(hash, core->key, sizeof(core->key));
	return json_string(sodium_bin2hex(hex, sizeof(hex), hash, 8));
}

static json_t *plugin_names(const struct ct_core *core)
{
	json_t *names = json_array();

	for (size_t i = 0; i < core->registry->n_modules; i++)
		if (!core->registry->modules[i].builtin)
			json_array_append_new(names,
					      json_string(core->registry->modules[i].plugin->name));
	return names;
}

static int migrations(struct ct_core *owner, struct ct_migration **list_r, size_t *n_r,
		      struct ct_error *e)
{
	size_t n;
	const struct ct_migration_source *sources = ctl_sources(owner, &n);

	return ct_migrate_status(owner->db, owner, sources, n, list_r, n_r, e);
}

int ctl_manifest_make(struct ct_core *owner, json_t *tables, json_t **manifest_r,
		      struct ct_error *e)
{
	struct ct_migration *list;
	json_t *files;
	char made[32];
	time_t now = time(NULL);
	struct tm tm;
	size_t n;
	int rc = migrations(owner, &list, &n, e);

	if (rc)
		return rc;
	files = json_array();
	for (size_t i = 0; i < n; i++)
		if (list[i].done)
			json_array_append_new(files, json_pack("{s:s, s:s, s:i, s:i}", "plugin",
							       list[i].plugin, "file", list[i].file,
							       "no", (int)list[i].no, "statements",
							       (int)list[i].done));
	strftime(made, sizeof(made), "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&now, &tm));
	*manifest_r = json_pack("{s:i, s:s, s:s, s:s, s:o, s:o, s:o, s:O}", "format", FORMAT,
				"version", CT_VERSION, "made", made, "url", owner->url, "key",
				key_mark(owner), "plugins", plugin_names(owner), "migrations",
				files, "tables", tables);
	return 0;
}

int ctl_manifest_seal(const char *folder, struct ct_error *e)
{
	char *sums = talloc_strdup(NULL, ""), hex[CTL_SHA256];
	int rc = 0;

	for (int i = 0; i < PARTS && !rc; i++) {
		rc = ctl_file_sha256(talloc_asprintf(sums, "%s/%s", folder, parts[i]), hex, e);
		if (!rc)
			sums = talloc_asprintf_append(sums, "%s  %s\n", hex, parts[i]);
	}
	if (!rc)
		rc = ctl_file_put(talloc_asprintf(sums, "%s/SHA256SUMS", folder), sums,
				  strlen(sums), 0600, (gid_t)-1, e);
	talloc_free(sums);
	return rc;
}

static int check_sums(void *mem, const char *folder, struct ct_error *e)
{
	char *sums, hex[CTL_SHA256];
	int rc = ctl_file_get(mem, talloc_asprintf(mem, "%s/SHA256SUMS", folder), SUMS_MAX, &sums,
			      e);

	if (rc)
		return ct_fail(e, CT_BROKEN, "%s is no backup: it has no SHA256SUMS", folder);
	for (int i = 0; i < PARTS; i++) {
		if ((rc = ctl_file_sha256(talloc_asprintf(mem, "%s/%s", folder, parts[i]), hex, e)))
			return rc;
		if (!strstr(sums, talloc_asprintf(mem, "%s  %s\n", hex, parts[i])))
			return ct_fail(
				e, CT_BROKEN,
				"%s/%s is damaged: it is not what was written. Nothing was touched;"
				" take another backup",
				folder, parts[i]);
	}
	return 0;
}

int ctl_manifest_read(const char *folder, json_t **manifest_r, struct ct_error *e)
{
	void *mem = talloc_new(NULL);
	json_t *manifest = NULL;
	char *text;
	int rc = check_sums(mem, folder, e);

	if (!rc)
		rc = ctl_file_get(mem, talloc_asprintf(mem, "%s/manifest.json", folder),
				  MANIFEST_MAX, &text, e);
	if (!rc) {
		manifest = json_loads(text, 0, NULL);
		if (json_integer_value(json_object_get(manifest, "format")) != FORMAT)
			rc = ct_fail(
				e, CT_BROKEN,
				"%s: this Comptoir (%s) does not know this form of backup; take the one"
				" that made it",
				folder, CT_VERSION);
	}
	talloc_free(mem);
	if (rc)
		json_decref(manifest);
	else
		*manifest_r = manifest;
	return rc;
}

static bool has(const json_t *files, const struct ct_migration *m)
{
	size_t i;
	json_t *file;

	json_array_foreach(files, i, file)
		if (!strcmp(json_string_value(json_object_get(file, "plugin")), m->plugin) &&
		    json_integer_value(json_object_get(file, "no")) == m->no &&
		    json_integer_value(json_object_get(file, "statements")) == m->statements)
			return true;
	return false;
}

/* A migration of the backup: is it one of ours, or of a plugin that is not loaded here? */
static bool is_known(const json_t *file, const struct ct_migration *list, size_t n)
{
	const char *plugin = json_string_value(json_object_get(file, "plugin"));
	bool loaded = false;

	for (size_t i = 0; i < n; i++) {
		if (strcmp(list[i].plugin, plugin) != 0)
			continue;
		loaded = true;
		if (json_integer_value(json_object_get(file, "no")) == list[i].no &&
		    json_integer_value(json_object_get(file, "statements")) <= list[i].statements)
			return true;
	}
	if (!loaded)
		printf("note: the plugin %s is not loaded here; its tables are kept\n", plugin);
	return !loaded;
}

int ctl_manifest_compare(struct ct_core *owner, const json_t *manifest, unsigned *older_r,
			 struct ct_error *e)
{
	const json_t *files = json_object_get(manifest, "migrations");
	const char *version = json_string_value(json_object_get(manifest, "version"));
	json_t *file, *mark = key_mark(owner);
	struct ct_migration *list;
	size_t n, i;
	int rc = migrations(owner, &list, &n, e);

	if (!json_equal(mark, json_object_get(manifest, "key")))
		puts("warning: [security] key here is not that of the backup: links in mails and feeds that were given out open"
		     "\n  only with the old one. It is in the backup's comptoir.ini.");
	json_decref(mark);
	if (rc)
		return rc;
	json_array_foreach(files, i, file)
		if (!is_known(file, list, n))
			return ct_fail(
				e, CT_CONFLICT,
				"the backup is of a newer Comptoir (%s, this is %s): %s/%s is unknown"
				" here. Install that one first; nothing was touched",
				version, CT_VERSION,
				json_string_value(json_object_get(file, "plugin")),
				json_string_value(json_object_get(file, "file")));
	*older_r = 0;
	for (i = 0; i < n; i++)
		*older_r += !has(files, &list[i]);
	return 0;
}
