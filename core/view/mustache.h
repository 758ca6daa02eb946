/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Templates: mustache, small and strict, because every page goes through it.
 *
 * A set of templates is filled (ct_templates_add, ct_templates_load_dir) and compiled once when a
 * generation starts; from then on it is read-only and ct_template_render turns a name, a language
 * and a view (JSON, see comptoir/view.h) into bytes. All that can be decided beforehand is:
 * translations, inheritance, the path prefix and how each variable must be escaped at its place.
 * What is wrong with a template is therefore an error when it is loaded, with file and line, and
 * not a hole in a page.
 *
 * The language is that of the mustache specification, its mandatory modules and inheritance:
 *
 *	{{name}} {{a.b.c}} {{.}}  a value, escaped for the place where it stands
 *	{{{name_html}}}           markup that the core made; only in text, only if so named
 *	{{#name}} … {{/name}}     for each item of a list, else once if there is something
 *	{{^name}} … {{/name}}     if there is nothing: missing, null, false, "", []; 0 is something
 *	{{>name}}                 another template at this place
 *	{{<name}} {{$block}} … {{/block}} {{/name}}
 *	                          another template with some of its {{$block}} … {{/block}}
 *	                          replaced; the content sees the view as it is where it lands, and a
 *	                          page's own block wins over that of a layout between
 *	{{! … }}                  nothing
 *	[[Sign in]]               text to translate, perhaps with {{names}}; no tags, no entities;
 *	                          white space is folded; collected by po/extract.py
 *
 * There are no lambdas and no change of delimiters. A name is looked up from the innermost section
 * outwards, except `page` and what is below it: that is always the one at the top of the view,
 * whatever a row contains, because the frame of the page and its CSRF token hang on it.
 *
 * {{>name}} and {{<name}} in "reservation/day" mean "reservation/name", else "core/name", else
 * "name" as it stands. A partial or parent that does not exist is an error, in HTML and where names
 * are strict; otherwise it is nothing, as the specification says.
 *
 * A template is HTML (with CT_TEMPLATE_HTML) or, where its name ends in ".txt", plain text, in
 * which nothing is escaped and partials are indented as the specification says. The two do not mix.
 *
 * HTML, by allow-list (style.md, "Templates", rule 2; the tables are in mustache_attr.c):
 *
 * - A template, a section and a block end in the context in which they begin; partials and parents
 *   stand in text. Markup that a browser would have to repair, unknown elements, <style>, code in
 *   <script>, style, on*, srcdoc and a few more attributes are refused even without a variable.
 * - Variables stand in text, title, textarea, and in quoted values: of free text (value, title,
 *   alt, id, name, aria-*, data-* …; content only after name= in <meta>), of class, type of an
 *   input and inputmode (the value is checked: a-z, 0-9, -), and of numbers and shapes in SVG
 *   (checked too).
 * - A boolean attribute is a section: <option{{#selected}} selected{{/selected}}>.
 * - href of a and area is one variable (plus perhaps a literal #fragment) or begins with a literal.
 *   The value of such a variable is checked: a path "/…" without the prefix, which is added; "#…",
 *   "?…"; http:// https:// webcal:// mailto: tel:. In src, action, formaction and href elsewhere it
 *   is a path; in script and use, which could run or include something, only literals and variables
 *   of `page`.
 * - After a literal beginning variables are percent-encoded: /places/{{slug}}/day?date={{date}},
 *   #{{id}}, mailto:{{address}}. A literal that begins with "/" gets the prefix. A segment that is
 *   empty or consists of dots is refused.
 *
 * A value that fails its check is replaced ("#", "-", "0" or nothing) and reported to `refused`;
 * with CT_TEMPLATE_STRICT it is an error, as is a missing name, a list where a value is printed,
 * and a row that has a `page` of its own. What hangs below a null is null, not missing.
 *
 * Numbers print as JSON has them, true and false as those words, null as nothing.
 *
 * Errors are CT_BROKEN: for the log, or for the author of a template.
 */
#ifndef VIEW_MUSTACHE_H
#define VIEW_MUSTACHE_H

#include <comptoir/error.h>

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

enum ct_template_flag {
	CT_TEMPLATE_HTML = 1 << 0,	/* templates are HTML, but for .txt ones */
	CT_TEMPLATE_STRICT = 1 << 1,	/* for tests and designers: see above */
};

/* What is pointed to must live as long as the set; `prefix` is copied. 0 and NULL are defaults. */
struct ct_template_options {
	unsigned flags;
	const char *prefix;		/* "" or "/reserver": unreserved characters; asserted */
	const char *const *langs;	/* NULL-terminated, the default first; NULL: one, "" */

	/* `msgid` in `lang`, or NULL for itself. Called when compiling; the result is copied. */
	const char *(*tr)(void *ctx, const char *lang, const char *domain, const char *msgid);
	/* A value was replaced by a harmless one: "file:line: name", and what was wrong with it. */
	void (*refused)(void *ctx, const char *where, const char *what);
	void *ctx;

	unsigned max_depth;		/* sections and partials within one another; 100 */
	size_t max_steps;		/* parts of templates run for one page; 2 million */
	size_t max_output;		/* bytes; 16 MiB */
};

struct ct_templates;

/* An empty set on `mem`; talloc_free() ends it. */
struct ct_templates *ct_templates_new(void *mem, const struct ct_template_options *);

/*
 * Adds one template. `name` is like "core/layout"; `file` is for messages; the text (UTF-8) is
 * copied; [[texts]] are of gettext domain `domain`, which may be NULL. Fails on syntax and on a
 * name that is there.
 */
int ct_templates_add(struct ct_templates *, const char *name, const char *file, const char *text,
		     size_t len, const char *domain, struct ct_error *e) CT_MUST_USE;

/*
 * Adds all files NAME.mustache in `dir` and the folders below it as "prefix/NAME",
 * "prefix/folder/NAME" (without "prefix/" where `prefix` is ""). Hidden files are passed over.
 * Stops at the first error.
 */
int ct_templates_load_dir(struct ct_templates *, const char *dir, const char *prefix,
			  const char *domain, struct ct_error *e) CT_MUST_USE;

/*
 * Compiles all of them, each as a page of its own, in all languages. After a failure nothing can be
 * rendered. May be called again after more were added; never while something is rendered.
 */
int ct_templates_compile(struct ct_templates *, struct ct_error *e) CT_MUST_USE;

/* Compiles `name` and what it uses, and forgets whatever was compiled before: for tools. */
int ct_templates_compile_one(struct ct_templates *, const char *name, struct ct_error *e)
	CT_MUST_USE;

/* The names, sorted. */
unsigned ct_templates_count(const struct ct_templates *);
const char *ct_templates_name(const struct ct_templates *, unsigned i);
bool ct_templates_has(const struct ct_templates *, const char *name);

/*
 * Renders `name` in `lang` (one that is not in `langs`, or NULL: the default) with `view`, which is
 * borrowed and usually an object. The result is a talloc text on `mem`; a NUL follows its *len_r
 * bytes. Fails when a bound is passed, when a list stands within a tag, and, where strict, as said
 * above.
 */
int ct_template_render(const struct ct_templates *, void *mem, const char *name, const char *lang,
		       const json_t *view, char **out_r, size_t *len_r, struct ct_error *e)
	CT_MUST_USE;

#endif
