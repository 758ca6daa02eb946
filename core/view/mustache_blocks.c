/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Inheritance: which block fills which. */
#include "view/mustache_internal.h"

#include <string.h>

const struct ct_node *ct_env_argument(struct ct_env *env, const char *name, struct ct_env **scope_r)
{
	const struct ct_node *found = NULL;

	for (; env; env = env->outer) {
		for (const struct ct_node *n = env->call->child; n; n = n->next) {
			if (n->kind == CT_NODE_BLOCK && !strcmp(n->name->text, name)) {
				found = n;
				*scope_r = env->outer;
			}
		}
	}
	return found;
}

struct ct_env *ct_env_extend(struct ct_templates *set, struct ct_env *outer,
			     const struct ct_node *call)
{
	struct ct_env *in = outer ? outer : &set->root, *env = in->inner;

	while (env && env->call != call)
		env = env->next;
	if (env)
		return env;
	env = ct_need(talloc_zero(set->compiled, struct ct_env));
	*env = (struct ct_env){
		.outer = outer, .call = call, .next = in->inner, .depth = in->depth + 1
	};
	return in->inner = env;
}

static bool walk(struct ct_templates *, struct ct_template *, const char *block);

/* Is there in `n`, or in what it calls, a block to be filled: `block`, or any where it is NULL? */
static bool takes(struct ct_templates *set, const struct ct_node *n, const char *block)
{
	for (; n; n = n->next) {
		bool call = n->kind == CT_NODE_PARTIAL || n->kind == CT_NODE_PARENT;

		if (n->kind == CT_NODE_BLOCK && (!block || !strcmp(n->name->text, block)))
			return true;
		if (call && walk(set, ct_templates_resolve(set, n->from, n->name->text), block))
			return true;
		if (n->kind != CT_NODE_PARENT) {
			if (n->child && n->kind != CT_NODE_PARTIAL && takes(set, n->child, block))
				return true;
			continue;
		}
		for (const struct ct_node *a = n->child; a; a = a->next) {
			if (a->kind == CT_NODE_BLOCK && takes(set, a->child, block))
				return true;
		}
	}
	return false;
}

static bool walk(struct ct_templates *set, struct ct_template *t, const char *block)
{
	if (!t || t->mark == set->mark)
		return false;
	t->mark = set->mark;
	return takes(set, t->nodes, block);
}

bool ct_template_takes(struct ct_templates *set, struct ct_template *t, const char *block)
{
	set->mark++;
	return walk(set, t, block);
}

static bool only_white(struct ct_piece t)
{
	while (t.len && strchr(" \t\r\n", t.s[t.len - 1]) && t.s[t.len - 1])
		t.len--;
	return !t.len;
}

int ct_template_arguments(struct ct_templates *set, struct ct_template *t,
			  const struct ct_node *call, struct ct_error *e)
{
	for (const struct ct_node *n = call->child; n; n = n->next) {
		if (n->kind == CT_NODE_TEXT && only_white(n->text))
			continue;
		if (n->kind != CT_NODE_BLOCK)
			return ct_mustache_fail(e, n->from, n->line,
						"in {{<%s}} only {{$blocks}} may stand",
						call->name->text);
		if (!ct_template_takes(set, t, n->name->text))
			return ct_mustache_fail(e, n->from, n->line, "%s has no block \"%s\"",
						t->name, n->name->text);
	}
	return 0;
}
