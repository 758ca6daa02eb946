/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the files of the template engine share; nobody else includes this.
 *
 * A template goes through three forms. mustache_parse.c turns its text into a tree of `ct_node`,
 * once. mustache_compile.c walks the tree from each template, once per language, and writes
 * *units*: flat lists of `ct_op` in which translations, inherited blocks, path prefixes and the way
 * each variable must be written are already decided. On its way it asks mustache_html.c in which
 * HTML context it stands. mustache_render.c runs units, and mustache_value.c writes single values.
 *
 * Whitespace and indentation follow the mustache specification. Two rules that its prose leaves
 * open and its vectors fix: a line with nothing but parent tags (and the block tags between them)
 * vanishes as a whole; the content of a block that is passed to a parent loses the indentation of
 * its own first line and takes that of the place where it lands. HTML templates are not indented at
 * all: it would cost bytes and change what a textarea shows.
 */
#ifndef CT_MUSTACHE_INTERNAL_H
#define CT_MUSTACHE_INTERNAL_H

#include "view/mustache.h"

#include <comptoir/buf.h>
#include <stdint.h>
#include <stdlib.h>
#include <talloc.h>

#define CT_NAME_PARTS 8u	/* {{a.b.c}}: more dots than that are refused */
#define CT_NEST_MAX 64u		/* sections and blocks within one another, in one file */

/* Bytes in somebody else's memory, without a final NUL. */
struct ct_piece {
	const char *s;
	size_t len;
};

/* Out of memory ends the process (style.md, "Lifetimes"). */
static inline void *ct_need(void *p)
{
	if (!p)
		abort();
	return p;
}

/* A name as the view is asked for it; `count` 0 is {{.}}. */
struct ct_name {
	const char *text;
	unsigned count;
	bool page;		/* begins with `page`: looked up in the root of the view only */
	bool html;		/* ends in _html: may be written unescaped */
	struct ct_piece part[CT_NAME_PARTS];
};

enum ct_node_kind {
	CT_NODE_TEXT,
	CT_NODE_MESSAGE,	/* [[ ]] */
	CT_NODE_COMMENT,
	CT_NODE_VARIABLE,
	CT_NODE_RAW,		/* {{{ }}} and {{& }} */
	CT_NODE_SECTION,
	CT_NODE_INVERTED,
	CT_NODE_PARTIAL,
	CT_NODE_PARENT,
	CT_NODE_BLOCK,
	CT_NODE_CLOSE
};

struct ct_node {
	enum ct_node_kind kind;
	bool bol;		/* TEXT: begins a line of its template and takes indentation */
	bool alone;		/* PARTIAL, PARENT, BLOCK: alone on its line; `indent` counts */
	bool own_line;		/* BLOCK: its content begins on a new line */
	unsigned line;
	struct ct_piece text;	/* of TEXT and MESSAGE; TEXT never crosses a line end */
	struct ct_piece indent;	/* white space that stood before the tag */
	const struct ct_name *name;
	const struct ct_template *from;
	struct ct_node *child, *next;
};

enum ct_kind {
	CT_KIND_PLAIN,		/* unchecked, variables escaped: as the vectors expect it */
	CT_KIND_HTML,
	CT_KIND_TXT		/* a name that ends in .txt: nothing is escaped, for mails */
};

struct ct_unit;

struct ct_template {
	const char *name, *file, *domain;
	enum ct_kind kind;
	char *text;
	size_t len;
	struct ct_node *nodes;
	struct ct_unit *units;	/* compiled without an environment, any language */
	struct ct_unit **root;	/* by language: as it is rendered by its own name */
	unsigned mark;		/* of the last walk that came by */
};

/* Reads t->text into t->nodes. `mem` owns the nodes. */
int ct_mustache_parse(void *mem, struct ct_template *t, struct ct_error *e) CT_MUST_USE;
/* Reads a translation: only text and {{variables}}. Errors name the file and line of `at`. */
int ct_mustache_parse_message(void *mem, const struct ct_node *at, const char *text,
			      struct ct_node **r, struct ct_error *e) CT_MUST_USE;
/* Is it a section, an inverted section, a parent or a block? */
bool ct_node_opens(const struct ct_node *);
/*
 * The last step of parsing: takes the cut and matched list (child of an opening node is its closing
 * one and the other way round) and returns the tree, without the lines that hold tags only, unless
 * it is a `message`, and without the closing nodes and comments.
 */
struct ct_node *ct_mustache_fold(struct ct_node *first, bool message);
/* The white space that `list` begins its first line with, as far as it begins with a line. */
struct ct_piece ct_node_intrinsic(const struct ct_node *list);
/* "file:line: …" */
int ct_mustache_fail(struct ct_error *e, const struct ct_template *t, unsigned line,
		     const char *format, ...) CT_PRINTF(4, 5);

/* How a variable is written, decided when compiled by where it stands. */
enum ct_mode {
	CT_MODE_TEXT,		/* escaped */
	CT_MODE_RAW,
	CT_MODE_TOKEN,		/* [a-z0-9-]*, checked */
	CT_MODE_URL,		/* a path, which is prefixed, or of one of few schemes; checked */
	CT_MODE_LOCAL,		/* the same, paths only */
	CT_MODE_SEGMENT,	/* percent-encoded; neither empty nor dots alone */
	CT_MODE_ARGUMENT,	/* percent-encoded */
	CT_MODE_ADDRESS,	/* after mailto: and tel:, percent-encoded but for @ and + */
	CT_MODE_COUNT,		/* digits, checked, as are the four below */
	CT_MODE_NUMBER,
	CT_MODE_NUMBERS,
	CT_MODE_PATH,
	CT_MODE_TRANSFORM
};

/*
 * Writes one value. A value that may not stand there is replaced by a harmless one and *why_r says
 * what was wrong with it; otherwise *why_r is left alone.
 */
void ct_value_write(struct ct_buf *, enum ct_mode, const json_t *, const char *prefix,
		    const char **why_r);

enum ct_op_kind {
	CT_OP_TEXT,
	CT_OP_VARIABLE,
	CT_OP_SECTION,
	CT_OP_INVERTED,
	CT_OP_CALL,
	CT_OP_INDENT
};

struct ct_op {
	enum ct_op_kind kind;
	enum ct_mode mode;		/* VARIABLE */
	bool bol;			/* TEXT: takes the indentation first */
	bool once;			/* SECTION in a tag: several would glue names together */
	bool reset;			/* INDENT: starts from nothing */
	uint32_t line, end;		/* SECTION, INVERTED, INDENT: the op after the body */
	struct ct_piece text;		/* TEXT, INDENT */
	size_t offset;			/* TEXT: of `text` in the pool, while it still grows */
	const struct ct_name *name;
	const struct ct_unit *unit;	/* CALL */
	const struct ct_template *from;
};

/* The blocks that reach a template: those of `call`, a PARENT node, unless `outer` has them. */
struct ct_env {
	struct ct_env *outer;
	const struct ct_node *call;
	unsigned depth;
	struct ct_env *inner, *next;	/* those that have this one as `outer` */
	struct ct_unit *units;		/* compiled with it */
};

/* Who fills the block? The outermost that offers it, or NULL; *scope_r: where it was written. */
const struct ct_node *ct_env_argument(struct ct_env *, const char *name, struct ct_env **scope_r);
/* What reaches the template that the PARENT node `call` names; always the same for the same. */
struct ct_env *ct_env_extend(struct ct_templates *, struct ct_env *outer,
			     const struct ct_node *call);
/* Is there in `t`, or in what it uses, a block to be filled: `block`, or any where it is NULL? */
bool ct_template_takes(struct ct_templates *, struct ct_template *t, const char *block);
/* What a parent `t` is given must be blocks, and blocks that it takes. */
int ct_template_arguments(struct ct_templates *, struct ct_template *t, const struct ct_node *call,
			  struct ct_error *e) CT_MUST_USE;

struct ct_unit {
	const struct ct_template *of;
	struct ct_env *env;
	unsigned lang;
	uint32_t n, cap;
	struct ct_op *ops;
	struct ct_buf *pool;		/* the literal text */
	struct ct_unit *sibling;	/* next in the list of its environment or template */
	struct ct_unit *todo;		/* next in the queue of what is yet to be compiled */
};

struct ct_templates {
	struct ct_template_options o;
	unsigned n, cap, langs, mark;
	struct ct_template **list;	/* sorted by name */
	void *compiled;			/* owns units and environments */
	struct ct_env root;		/* around all others */
	unsigned units;
};

struct ct_template *ct_templates_find(const struct ct_templates *, const char *name, size_t len);
/* As a tag in `from` names it: its own plugin first, then core, then the full name; or NULL. */
struct ct_template *ct_templates_resolve(const struct ct_templates *,
					 const struct ct_template *from, const char *name);

#endif
