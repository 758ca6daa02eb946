/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "view/mustache_html.h"

#include <comptoir/text.h>
#include <string.h>

/* Of one set. Without it, templates that pass on blocks in circles would take all memory. */
#define UNITS_MAX  20000u
#define UNIT_BYTES ((size_t)4 << 20)
#define UNIT_NODES 1000000u
#define UNIT_DEPTH 512u /* sections and blocks within one another, all files together */

struct compiler {
	struct ct_templates *set;
	struct ct_unit *unit, *todo, **todo_tail;
	struct ct_env *env;
	struct ct_html html;
	unsigned nodes, depth;
	size_t flushed; /* of the unit's pool */
	bool bol;	/* what comes next into the pool begins a line */
	struct ct_error *e;
};

static int list(struct compiler *c, const struct ct_node *n);

static int fail(struct compiler *c, const struct ct_node *n, const char *why)
{
	return ct_mustache_fail(c->e, n->from, n->line, "%s", why);
}

static bool html(const struct compiler *c)
{
	return c->unit->of->kind == CT_KIND_HTML;
}

static struct ct_op *emit(struct compiler *c, enum ct_op_kind kind, const struct ct_node *n)
{
	struct ct_unit *u = c->unit;
	struct ct_op *op;

	if (u->n == u->cap) {
		u->cap = u->cap ? 2 * u->cap : 16;
		u->ops = ct_need(talloc_realloc(u, u->ops, struct ct_op, u->cap));
	}
	op = &u->ops[u->n++];
	*op = (struct ct_op){ .kind = kind, .end = u->n };
	if (n) {
		op->line = n->line;
		op->from = n->from;
		op->name = n->name;
	}
	return op;
}

static void flush(struct compiler *c)
{
	struct ct_unit *u = c->unit;
	size_t len = ct_buf_len(u->pool);
	struct ct_op *op;

	if (len == c->flushed && !c->bol)
		return;
	op = emit(c, CT_OP_TEXT, NULL);
	op->offset = c->flushed;
	op->text.len = len - c->flushed;
	op->bol = c->bol;
	c->flushed = len;
	c->bol = false;
}

static int text(struct compiler *c, const struct ct_node *n)
{
	if (html(c)) {
		if (ct_html_literal(&c->html, n->text.s, n->text.len, c->unit->pool) < 0)
			return fail(c, n, c->html.why);
		return 0;
	}
	if (n->bol) {
		flush(c);
		c->bol = true;
	}
	ct_buf_add(c->unit->pool, n->text.s, n->text.len);
	return 0;
}

static int variable(struct compiler *c, const struct ct_node *n)
{
	enum ct_mode mode = c->unit->of->kind == CT_KIND_TXT ? CT_MODE_RAW : CT_MODE_TEXT;

	if (html(c) && ct_html_variable(&c->html, c->unit->pool, n->name->page, &mode) < 0)
		return fail(c, n, c->html.why);
	flush(c);
	emit(c, CT_OP_VARIABLE, n)->mode = mode;
	return 0;
}

static int raw(struct compiler *c, const struct ct_node *n)
{
	if (html(c) && !n->name->html)
		return fail(c, n, "only a name that ends in _html may be written unescaped");
	if (html(c) && ct_html_raw(&c->html, c->unit->pool) < 0)
		return fail(c, n, c->html.why);
	flush(c);
	emit(c, CT_OP_VARIABLE, n)->mode = CT_MODE_RAW;
	return 0;
}

static bool mentions(const struct ct_node *n, const struct ct_name *name)
{
	for (; n; n = n->next) {
		if (n->kind == CT_NODE_VARIABLE && !strcmp(n->name->text, name->text))
			return true;
	}
	return false;
}

static bool has_entity(struct ct_piece t)
{
	for (size_t i = 0; i + 1 < t.len; i++) {
		const char *end = t.s[i] == '&' ? memchr(t.s + i, ';', t.len - i) : NULL;

		if (end && end > t.s + i + 1 && !memchr(t.s + i, ' ', (size_t)(end - t.s) - i))
			return true;
	}
	return false;
}

static int message_part(struct compiler *c, const struct ct_node *at, const struct ct_node *part,
			const struct ct_node *original)
{
	if (part->kind == CT_NODE_VARIABLE) {
		if (!mentions(original, part->name))
			return ct_mustache_fail(c->e, at->from, at->line,
						"the translation of \"%s\" has a {{%s}} of its own",
						at->text.s, part->name->text);
		return variable(c, part);
	}
	if (html(c) && (memchr(part->text.s, '<', part->text.len) || has_entity(part->text)))
		return fail(c, at, "[[ ]] holds plain text: neither tags nor entities");
	if (html(c))
		ct_html_text(c->unit->pool,
			     ct_need(talloc_strndup(c->unit, part->text.s, part->text.len)));
	else
		ct_buf_add(c->unit->pool, part->text.s, part->text.len);
	return 0;
}

static int message(struct compiler *c, const struct ct_node *n)
{
	const struct ct_template_options *o = &c->set->o;
	const char *lang = o->langs ? o->langs[c->unit->lang] : "", *to = NULL;
	struct ct_node *original = NULL, *parts = NULL;
	int rc;

	if (html(c) && ct_html_message(&c->html, c->unit->pool) < 0)
		return fail(c, n, c->html.why);
	if (o->tr)
		to = o->tr(o->ctx, lang, n->from->domain, n->text.s);
	rc = ct_mustache_parse_message(c->set->compiled, n, n->text.s, &original, c->e);
	if (!rc)
		rc = ct_mustache_parse_message(c->set->compiled, n, to ? to : n->text.s, &parts,
					       c->e);
	if (rc < 0)
		return rc;
	for (const struct ct_node *p = parts; p && !rc; p = p->next)
		rc = message_part(c, n, p, original);
	return rc;
}

/* `children` within a section or block: they must end in the HTML context that they begin in. */
static int enclosed(struct compiler *c, const struct ct_node *n, const struct ct_node *children,
		    const struct ct_html *begin)
{
	int rc = list(c, children);

	if (rc < 0 || !html(c))
		return rc;
	if (ct_html_boundary(&c->html, c->unit->pool) < 0)
		return fail(c, n, c->html.why);
	if (ct_html_join(&c->html, begin) < 0)
		return ct_mustache_fail(c->e, n->from, n->line, "{{%s}}: %s", n->name->text,
					c->html.why);
	return 0;
}

static int section(struct compiler *c, const struct ct_node *n)
{
	uint32_t at;
	struct ct_html begin;
	struct ct_op *op;
	int rc;

	if (html(c) && ct_html_boundary(&c->html, c->unit->pool) < 0)
		return fail(c, n, c->html.why);
	begin = c->html;
	flush(c);
	at = c->unit->n;
	op = emit(c, n->kind == CT_NODE_SECTION ? CT_OP_SECTION : CT_OP_INVERTED, n);
	op->once = html(c) && (begin.state == CT_HTML_GAP || begin.state == CT_HTML_NEED_GAP);
	rc = enclosed(c, n, n->child, &begin);
	flush(c);
	c->unit->ops[at].end = c->unit->n;
	return rc;
}

static uint32_t indent(struct compiler *c, const struct ct_piece *by)
{
	struct ct_op *op;

	flush(c);
	op = emit(c, CT_OP_INDENT, NULL);
	op->reset = !by;
	if (by)
		op->text = *by;
	return c->unit->n - 1;
}

static int fill_block(struct compiler *c, const struct ct_node *n, const struct ct_node *by)
{
	struct ct_piece inner = ct_node_intrinsic(n->child);
	uint32_t at;
	int rc;

	if (html(c))
		return list(c, by->child);
	at = indent(c, !n->alone ? NULL : n->child ? &inner : &n->indent);
	c->bol = n->alone && !(by->child && by->child->bol);
	rc = list(c, by->child);
	flush(c);
	c->unit->ops[at].end = c->unit->n;
	return rc;
}

static int block(struct compiler *c, const struct ct_node *n)
{
	struct ct_env *here = c->env, *scope = NULL;
	const struct ct_node *by = ct_env_argument(here, n->name->text, &scope);
	struct ct_html begin;
	int rc;

	if (html(c) && ct_html_boundary(&c->html, c->unit->pool) < 0)
		return fail(c, n, c->html.why);
	begin = c->html;
	if (!by)
		return enclosed(c, n, n->child, &begin);
	c->env = scope;
	rc = fill_block(c, n, by);
	c->env = here;
	return rc < 0 ? rc : enclosed(c, by, NULL, &begin);
}

static struct ct_unit *unit(struct compiler *c, struct ct_template *t, struct ct_env *env,
			    unsigned lang)
{
	struct ct_unit **same = env ? &env->units : &t->units, *u = *same;

	while (u && (u->of != t || u->lang != lang))
		u = u->sibling;
	if (u)
		return u;
	u = ct_need(talloc_zero(c->set->compiled, struct ct_unit));
	u->of = t;
	u->env = env;
	u->lang = lang;
	u->pool = ct_buf_new(u, UNIT_BYTES);
	u->sibling = *same;
	*same = u;
	c->set->units++;
	*c->todo_tail = u;
	c->todo_tail = &u->todo;
	return u;
}

static int call(struct compiler *c, const struct ct_node *n)
{
	struct ct_template *t = ct_templates_resolve(c->set, n->from, n->name->text);
	struct ct_env *env = c->env;
	bool plain = c->unit->of->kind == CT_KIND_PLAIN;
	uint32_t at = 0;

	if (!t && plain && !(c->set->o.flags & CT_TEMPLATE_STRICT))
		return 0;
	if (!t)
		return ct_mustache_fail(c->e, n->from, n->line, "there is no template \"%s\"",
					n->name->text);
	if (t->kind != c->unit->of->kind)
		return ct_mustache_fail(c->e, n->from, n->line,
					"%s is of another kind (.txt or not)", t->name);
	if (html(c) && ct_html_call(&c->html, c->unit->pool) < 0)
		return fail(c, n, c->html.why);
	if (!plain && n->kind == CT_NODE_PARENT && ct_template_arguments(c->set, t, n, c->e) < 0)
		return CT_BROKEN;
	if (!ct_template_takes(c->set, t, NULL))
		env = NULL;
	else if (n->kind == CT_NODE_PARENT && n->child)
		env = ct_env_extend(c->set, env, n);
	if (!html(c))
		at = indent(c, n->alone ? &n->indent : NULL);
	flush(c);
	emit(c, CT_OP_CALL, n)->unit = unit(c, t, env, c->unit->lang);
	if (!html(c))
		c->unit->ops[at].end = c->unit->n;
	return 0;
}

static int node(struct compiler *c, const struct ct_node *n)
{
	switch (n->kind) {
	case CT_NODE_TEXT:
		return text(c, n);
	case CT_NODE_MESSAGE:
		return message(c, n);
	case CT_NODE_VARIABLE:
		return variable(c, n);
	case CT_NODE_RAW:
		return raw(c, n);
	case CT_NODE_SECTION:
	case CT_NODE_INVERTED:
		return section(c, n);
	case CT_NODE_BLOCK:
		return block(c, n);
	case CT_NODE_PARTIAL:
	case CT_NODE_PARENT:
		return call(c, n);
	default:
		return 0;
	}
}

static int list(struct compiler *c, const struct ct_node *n)
{
	int rc = 0;

	c->depth++;
	for (; n && !rc; n = n->next) {
		if (++c->nodes > UNIT_NODES || c->depth > UNIT_DEPTH || ct_buf_full(c->unit->pool))
			rc = fail(c, n, "the template grows too large");
		else
			rc = node(c, n);
	}
	c->depth--;
	return rc;
}

static int finish(struct compiler *c)
{
	struct ct_unit *u = c->unit;
	const struct ct_template *t = u->of;

	if (html(c) && ct_html_finish(&c->html, u->pool) < 0)
		return ct_mustache_fail(c->e, t, 1, "%s", c->html.why);
	flush(c);
	for (uint32_t i = 0; i < u->n; i++) {
		if (u->ops[i].kind == CT_OP_TEXT)
			u->ops[i].text.s = ct_buf_data(u->pool) + u->ops[i].offset;
	}
	return 0;
}

static int drain(struct compiler *c)
{
	int rc = 0;

	while (c->todo && !rc) {
		struct ct_unit *u = c->unit = c->todo;

		c->todo = u->todo;
		if (!c->todo)
			c->todo_tail = &c->todo;
		c->env = u->env;
		c->flushed = 0;
		c->nodes = 0;
		c->bol = false;
		ct_html_init(&c->html, c->set->o.prefix);
		if (c->set->units > UNITS_MAX || (u->env && u->env->depth > CT_NEST_MAX))
			return ct_mustache_fail(c->e, u->of, 1, "inherits without end");
		rc = list(c, u->of->nodes);
		if (!rc)
			rc = finish(c);
	}
	return rc;
}

static void forget(struct ct_templates *set)
{
	talloc_free(set->compiled);
	set->compiled = ct_need(talloc_new(set));
	set->root = (struct ct_env){ 0 };
	set->units = 0;
	for (unsigned i = 0; i < set->n; i++) {
		set->list[i]->units = NULL;
		set->list[i]->root = NULL;
	}
}

static int compile_root(struct ct_templates *set, struct ct_template *t, struct ct_error *e)
{
	struct compiler c = { .set = set, .e = e };
	struct ct_unit **root = ct_need(talloc_array(set->compiled, struct ct_unit *, set->langs));
	int rc;

	c.todo_tail = &c.todo;
	for (unsigned i = 0; i < set->langs; i++)
		root[i] = unit(&c, t, NULL, i);
	rc = drain(&c);
	if (!rc)
		t->root = root;
	return rc;
}

int ct_templates_compile(struct ct_templates *set, struct ct_error *e)
{
	int rc = 0;

	forget(set);
	for (unsigned i = 0; i < set->n && !rc; i++)
		rc = compile_root(set, set->list[i], e);
	if (rc < 0)
		forget(set);
	return rc;
}

int ct_templates_compile_one(struct ct_templates *set, const char *name, struct ct_error *e)
{
	struct ct_template *t = ct_templates_find(set, name, strlen(name));
	int rc;

	forget(set);
	if (!t)
		return ct_fail(e, CT_BROKEN, "there is no template \"%s\"", name);
	rc = compile_root(set, t, e);
	if (rc < 0)
		forget(set);
	return rc;
}
