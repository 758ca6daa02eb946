/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "view/mustache_internal.h"

#include <stdarg.h>
#include <string.h>

#define INDENT_MAX  1024
#define FIRST_BYTES ((size_t)16 << 10)

struct scope {
	const json_t *value;
	const struct scope *up;
};

struct machine {
	const struct ct_templates *set;
	struct ct_buf *out;
	struct ct_buf *indent; /* made when a text is first indented */
	size_t indent_from;    /* of the bytes in `indent`, those that count now */
	const json_t *root;
	size_t steps;
	unsigned depth;
	struct ct_error *e;
};

CT_PRINTF(3, 4) static int fail(struct machine *m, const struct ct_op *op, const char *format, ...)
{
	char what[320];
	va_list ap;

	va_start(ap, format);
	vsnprintf(what, sizeof(what), format, ap);
	va_end(ap);
	return ct_mustache_fail(m->e, op->from, op->line, "%s", what);
}

static const json_t *member(const json_t *v, struct ct_piece name)
{
	return json_object_getn(v, name.s, name.len);
}

/* NULL where there is none. What hangs below a null is null. */
static const json_t *look_up(const struct machine *m, const struct ct_name *name,
			     const struct scope *scope)
{
	const json_t *v = NULL;

	if (!name->count)
		return scope->value;
	if (name->page)
		v = member(m->root, name->part[0]);
	for (; !v && !name->page && scope; scope = scope->up)
		v = member(scope->value, name->part[0]);
	for (unsigned i = 1; v && i < name->count && !json_is_null(v); i++)
		v = member(v, name->part[i]);
	return v;
}

static bool strict(const struct machine *m)
{
	return m->set->o.flags & CT_TEMPLATE_STRICT;
}

static int find(struct machine *m, const struct ct_op *op, const struct scope *scope,
		const json_t **r)
{
	*r = look_up(m, op->name, scope);
	if (!*r && strict(m))
		return fail(m, op, "the view has no \"%s\"", op->name->text);
	return 0;
}

static int variable(struct machine *m, const struct ct_op *op, const struct scope *scope)
{
	const struct ct_template_options *o = &m->set->o;
	const char *why = NULL;
	const json_t *v;
	int rc = find(m, op, scope, &v);

	if (rc < 0)
		return rc;
	ct_value_write(m->out, op->mode, v ? v : json_null(), o->prefix, &why);
	if (!why)
		return 0;
	if (strict(m))
		return fail(m, op, "\"%s\": %s", op->name->text, why);
	if (o->refused) {
		char where[300];

		snprintf(where, sizeof(where), "%s:%u: %s", op->from->file, op->line,
			 op->name->text);
		o->refused(o->ctx, where, why);
	}
	return 0;
}

static void text(struct machine *m, const struct ct_op *op)
{
	if (op->bol && m->indent)
		ct_buf_text(m->out, ct_buf_data(m->indent) + m->indent_from);
	ct_buf_add(m->out, op->text.s, op->text.len);
}

static bool truth(const json_t *v)
{
	switch (v ? json_typeof(v) : JSON_NULL) {
	case JSON_NULL:
	case JSON_FALSE:
		return false;
	case JSON_ARRAY:
		return json_array_size(v);
	case JSON_STRING:
		return json_string_length(v);
	default:
		return true;
	}
}

static int run(struct machine *, const struct ct_unit *, uint32_t from, uint32_t to,
	       const struct scope *);

static int within(struct machine *m, const struct ct_unit *u, uint32_t at, const json_t *v,
		  const struct scope *up)
{
	struct scope scope = { v, up };

	if (strict(m) && v != m->root && json_object_get(v, "page"))
		return fail(m, &u->ops[at], "what \"%s\" holds has a \"page\" of its own",
			    u->ops[at].name->text);
	return run(m, u, at + 1, u->ops[at].end, &scope);
}

static int section(struct machine *m, const struct ct_unit *u, uint32_t at,
		   const struct scope *scope)
{
	const struct ct_op *op = &u->ops[at];
	const json_t *v;
	size_t n;
	int rc = find(m, op, scope, &v);

	if (rc < 0 || truth(v) != (op->kind == CT_OP_SECTION))
		return rc;
	if (op->kind == CT_OP_INVERTED)
		return run(m, u, at + 1, op->end, scope);
	if (!json_is_array(v))
		return within(m, u, at, v, scope);
	n = json_array_size(v);
	if (op->once && n > 1)
		return fail(m, op, "\"%s\" is a list, within a tag", op->name->text);
	for (size_t i = 0; i < n && !rc; i++)
		rc = within(m, u, at, json_array_get(v, i), scope);
	return rc;
}

static int indented(struct machine *m, const struct ct_unit *u, uint32_t at,
		    const struct scope *scope)
{
	const struct ct_op *op = &u->ops[at];
	size_t from = m->indent_from, len;
	int rc;

	if (!m->indent)
		m->indent = ct_buf_new(m->out, INDENT_MAX);
	len = ct_buf_len(m->indent);
	if (op->reset)
		m->indent_from = len;
	ct_buf_add(m->indent, op->text.s, op->text.len);
	if (ct_buf_full(m->indent))
		return ct_mustache_fail(m->e, u->of, 1, "indented too deeply when rendered");
	rc = run(m, u, at + 1, op->end, scope);
	ct_buf_cut(m->indent, len);
	m->indent_from = from;
	return rc;
}

static int step(struct machine *m, const struct ct_unit *u, uint32_t at, const struct scope *scope)
{
	const struct ct_op *op = &u->ops[at];

	switch (op->kind) {
	case CT_OP_TEXT:
		text(m, op);
		return 0;
	case CT_OP_VARIABLE:
		return variable(m, op, scope);
	case CT_OP_SECTION:
	case CT_OP_INVERTED:
		return section(m, u, at, scope);
	case CT_OP_CALL:
		return run(m, op->unit, 0, op->unit->n, scope);
	case CT_OP_INDENT:
		return indented(m, u, at, scope);
	}
	return 0;
}

static int run(struct machine *m, const struct ct_unit *u, uint32_t from, uint32_t to,
	       const struct scope *scope)
{
	int rc = 0;

	if (++m->depth > m->set->o.max_depth)
		return ct_mustache_fail(m->e, u->of, 1, "nested too deeply when rendered");
	for (uint32_t i = from; i < to && !rc; i = u->ops[i].end) {
		if (++m->steps > m->set->o.max_steps)
			return ct_mustache_fail(m->e, u->of, 1, "too many steps");
		rc = step(m, u, i, scope);
	}
	m->depth--;
	if (!rc && ct_buf_full(m->out))
		return ct_mustache_fail(m->e, u->of, 1, "the output is too large");
	return rc;
}

static unsigned language(const struct ct_templates *set, const char *lang)
{
	for (unsigned i = 0; lang && set->o.langs && i < set->langs; i++) {
		if (!strcmp(set->o.langs[i], lang))
			return i;
	}
	return 0;
}

int ct_template_render(const struct ct_templates *set, void *mem, const char *name,
		       const char *lang, const json_t *view, char **out_r, size_t *len_r,
		       struct ct_error *e)
{
	const struct ct_template *t = ct_templates_find(set, name, strlen(name));
	struct scope scope = { view, NULL };
	struct machine m = { .set = set, .root = view, .e = e };
	const struct ct_unit *u;
	int rc;

	if (!t || !t->root)
		return ct_fail(e, CT_BROKEN, "there is no template \"%s\"", name);
	u = t->root[language(set, lang)];
	m.out = ct_buf_new(mem, set->o.max_output);
	if (set->o.max_output >= FIRST_BYTES && ct_buf_space(m.out, FIRST_BYTES))
		ct_buf_cut(m.out, 0);
	rc = run(&m, u, 0, u->n, &scope);
	if (!rc)
		rc = ct_buf_take(m.out, mem, out_r, len_r, e);
	talloc_free(m.out);
	return rc;
}
