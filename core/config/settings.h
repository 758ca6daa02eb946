/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Settings: typed by the tables of the core and of the plugins, read from one file in INI form, each
 * overridden by an environment variable COMPTOIR_SECTION_KEY. A line has at most 198 bytes; one that is
 * indented continues the value above it, with a space between.
 *
 * Reading has two steps because the file itself says which plugins are loaded: ct_settings_read keeps
 * what stands in the file with its line; ct_settings_declare gives a section its table; when all are
 * declared, ct_settings_check parses every value and refuses unknown sections and keys by line.
 */
#ifndef CORE_CONFIG_SETTINGS_H
#define CORE_CONFIG_SETTINGS_H

#include <stdint.h>
#include <comptoir/plugin.h>

struct ct_settings;

/* The core's own tables, by section: ends with a NULL section. */
struct ct_settings_section { const char *name; const struct ct_setting *table; };
extern const struct ct_settings_section ct_core_sections[];

/* Reads `path`. CT_BROKEN with file and line where it is not INI or a key stands twice. */
int ct_settings_read(void *mem, const char *path, struct ct_settings **settings_r,
		     struct ct_error *e) CT_MUST_USE;

/* Makes `table` the one that says what section `section` may hold. Borrowed, for the process. */
void ct_settings_declare(struct ct_settings *, const char *section, const struct ct_setting *table);

/* Parses all that was declared. After it the getters below may be called. */
int ct_settings_check(struct ct_settings *, struct ct_error *e) CT_MUST_USE;

/* As it stands in the file or the environment, before any check; NULL where it does not. */
const char *ct_settings_raw(const struct ct_settings *, const char *section, const char *key);

/* Calls `each` for every setting that stands in the file, in its order, with section and key ("" before any section). */
typedef void ct_settings_each_f(void *ctx, const char *section, const char *key, const char *text);
void ct_settings_each(const struct ct_settings *, ct_settings_each_f *each, void *ctx);

/* By full key "server.workers". An undeclared key is a programming error. */
const char *ct_settings_text(const struct ct_settings *, const char *key);
int64_t ct_settings_int(const struct ct_settings *, const char *key);

/* The directory of the configuration file: relative paths in it start there. On `mem`. */
const char *ct_settings_path(void *mem, const struct ct_settings *, const char *path);

#endif
