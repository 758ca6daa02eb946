/* SPDX-License-Identifier: GPL-3.0-or-later */
/* comptoirctl backup: a folder that is there whole or not at all. */
#include "ctl_backup.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <talloc.h>
#include <time.h>
#include <unistd.h>

#include "config/settings.h"
#include "ctl.h"
#include "ctl_file.h"
#include "plugin/registry.h"

enum { CONFIG_MAX = 1 << 20, MAX_KEEP = 10000 };

static const char prefix[] = "comptoir-", part[] = ".part";

struct backup {
	struct ct_core *core;
	const char *config, *dir;
	char *work;	  /* the folder while it is written */
	const char *name; /* its name in the end */
	int dirfd;	  /* locked: one backup at a time */
};

/* --- the configuration without its passwords */

static bool is_secret(const struct ct_setting *s, const char *key)
{
	for (; s && s->key; s++)
		if (!strcmp(s->key, key))
			return s->type == CT_SECRET;
	return false;
}

/* The key stays: without it, what was signed can never be verified again. A password can be made anew. */
static bool is_password(const struct ct_core *core, const char *section, const char *key)
{
	if (!strcmp(section, "security") && !strcmp(key, "key"))
		return false;
	for (const struct ct_settings_section *s = ct_core_sections; s->name; s++)
		if (!strcmp(s->name, section) && is_secret(s->table, key))
			return true;
	for (size_t i = 0; i < core->registry->n_modules; i++)
		if (!strcmp(core->registry->modules[i].plugin->name, section) &&
		    is_secret(core->registry->modules[i].plugin->settings, key))
			return true;
	return false;
}

struct copying {
	const struct ct_core *core;
	FILE *out;
	char section[80];
};

static void copy_setting(void *ctx, const char *section, const char *key, const char *text)
{
	struct copying *c = ctx;

	if (strcmp(c->section, section) != 0) {
		snprintf(c->section, sizeof(c->section), "%s", section);
		fprintf(c->out, "\n[%s]\n", section);
	}
	if (is_password(c->core, section, key))
		fprintf(c->out, "# %s is not in the backup\n", key);
	else
		fprintf(c->out, "%s = %s\n", key, text);
}

static int put_config(const struct backup *b, struct ct_error *e)
{
	struct copying c = { .core = b->core };
	char *text = NULL;
	size_t len;
	int rc;

	c.out = open_memstream(&text, &len);
	fprintf(c.out,
		"# %s, without passwords, for: comptoirctl setup --answers THIS --database-only\n",
		b->config);
	ct_settings_each(b->core->settings, copy_setting, &c);
	fclose(c.out);
	rc = ctl_file_put(talloc_asprintf(b->work, "%s/comptoir.ini", b->work), text, len, 0600,
			  (gid_t)-1, e);
	free(text);
	return rc;
}

/* --- the folder */

static int put_manifest(const struct backup *b, json_t *tables, struct ct_error *e)
{
	json_t *manifest;
	char *text;
	int rc = ctl_manifest_make(b->core, tables, &manifest, e);

	if (rc)
		return rc;
	text = json_dumps(manifest, JSON_INDENT(2) | JSON_SORT_KEYS);
	rc = ctl_file_put(talloc_asprintf(b->work, "%s/manifest.json", b->work), text, strlen(text),
			  0600, (gid_t)-1, e);
	free(text);
	json_decref(manifest);
	return rc;
}

/* Nothing but our four files is ever removed. */
static void remove_folder(int dirfd, const char *name)
{
	static const char *const files[] = { "SHA256SUMS",	 "comptoir.ini",
					     "database.sql",	 "manifest.json",
					     "SHA256SUMS.new",	 "comptoir.ini.new",
					     "manifest.json.new" };
	int fd = openat(dirfd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

	if (fd < 0)
		return;
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++)
		unlinkat(fd, files[i], 0);
	close(fd);
	unlinkat(dirfd, name, AT_REMOVEDIR);
}

/* "comptoir-20261126-031700" */
static bool is_backup(const char *name)
{
	static const char shape[] = "comptoir-00000000-000000";

	for (size_t i = 0; i < sizeof(shape); i++)
		if (shape[i] == '0' ? name[i] < '0' || name[i] > '9' : name[i] != shape[i])
			return false;
	return true;
}

static int is_ours(const struct dirent *entry)
{
	return is_backup(entry->d_name);
}

static int is_left(const struct dirent *entry)
{
	return entry->d_name[0] == '.' && !strncmp(entry->d_name + 1, prefix, sizeof(prefix) - 1) &&
	       strstr(entry->d_name, part);
}

/* Removes the folders that `chosen` names, the oldest first, but for the last `keep`. */
static unsigned remove_old(const struct backup *b, int (*chosen)(const struct dirent *), int keep)
{
	struct dirent **names;
	int n = scandir(b->dir, &names, chosen, alphasort);
	unsigned removed = 0;

	for (int i = 0; i < n; i++) {
		if (i < n - keep) {
			remove_folder(b->dirfd, names[i]->d_name);
			removed++;
		}
		free(names[i]);
	}
	if (n >= 0)
		free(names);
	return removed;
}

/* By the second; the second of two in one second waits for the next. */
static void choose_name(struct backup *b)
{
	char stamp[32];
	time_t now;
	struct tm tm;

	for (;;) {
		now = time(NULL);
		strftime(stamp, sizeof(stamp), "%Y%m%d-%H%M%S", gmtime_r(&now, &tm));
		b->name = talloc_asprintf(b->core, "%s%s", prefix, stamp);
		if (faccessat(b->dirfd, b->name, F_OK, AT_SYMLINK_NOFOLLOW))
			return;
		sleep(1);
	}
}

static int open_folder(struct backup *b, struct ct_error *e)
{
	if (mkdir(b->dir, 0700) && errno != EEXIST)
		return ct_fail(e, CT_BROKEN, "%s: %s", b->dir, strerror(errno));
	b->dirfd = open(b->dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (b->dirfd < 0)
		return ct_fail(e, CT_BROKEN, "%s: %s", b->dir, strerror(errno));
	if (flock(b->dirfd, LOCK_EX | LOCK_NB))
		return ct_fail(e, CT_BUSY, "another backup is being written to %s", b->dir);
	remove_old(b, is_left, 0);
	choose_name(b);
	b->work = talloc_asprintf(b->core, "%s/.%s%s", b->dir, b->name, part);
	if (mkdir(b->work, 0700))
		return ct_fail(e, CT_BROKEN, "%s: %s", b->work, strerror(errno));
	return 0;
}

static int fill(const struct backup *b, struct ct_error *e)
{
	json_t *tables = json_object();
	const char *final = talloc_asprintf(b->core, "%s/%s", b->dir, b->name);
	int rc = ctl_client_dump(b->core, talloc_asprintf(b->work, "%s/database.sql", b->work),
				 tables, e);

	if (!rc && !json_object_size(tables))
		rc = ct_fail(e, CT_BROKEN,
			     "the database has no tables: there is nothing to back up");
	if (!rc)
		rc = put_manifest(b, tables, e);
	json_decref(tables);
	if (rc || (rc = put_config(b, e)) || (rc = ctl_manifest_seal(b->work, e)) ||
	    (rc = ctl_folder_sync(b->work, e)))
		return rc;
	if (rename(b->work, final))
		return ct_fail(e, CT_BROKEN, "%s: %s", final, strerror(errno));
	rc = ctl_folder_sync(b->dir, e);
	if (!rc)
		printf("%s\n", final);
	return rc;
}

int ctl_backup(struct ctl_call *c, struct ct_error *e)
{
	struct backup b = { .core = c->core, .config = c->config, .dirfd = -1 };
	long keep = c->argc == 3 && !strcmp(c->argv[1], "--keep") ? strtol(c->argv[2], NULL, 10)
								  : 0;
	unsigned removed;
	int rc;

	if ((c->argc != 1 && (keep < 1 || keep > MAX_KEEP)) || *c->argv[0] == '-')
		return ctl_wrong(e, "backup DIR [--keep N]");
	b.dir = c->argv[0];
	umask(077);
	rc = open_folder(&b, e);
	if (!rc && (rc = fill(&b, e)))
		remove_old(&b, is_left, 0);
	if (!rc && keep && (removed = remove_old(&b, is_ours, (int)keep)))
		printf("%u older removed\n", removed);
	if (b.dirfd >= 0)
		close(b.dirfd);
	return rc;
}
