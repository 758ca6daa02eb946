/* SPDX-License-Identifier: GPL-3.0-or-later */
/* White space: lines that hold tags only, and indentation; and the list of nodes becomes a tree. */
#include "view/mustache_internal.h"

#include <assert.h>

static bool blank(char c)
{
	return c == ' ' || c == '\t';
}

bool ct_node_opens(const struct ct_node *n)
{
	return n->kind == CT_NODE_SECTION || n->kind == CT_NODE_INVERTED ||
	       n->kind == CT_NODE_PARENT || n->kind == CT_NODE_BLOCK;
}

static enum ct_node_kind opener_kind(const struct ct_node *n)
{
	return n->kind == CT_NODE_CLOSE ? n->child->kind : n->kind;
}

static bool white_piece(struct ct_piece t)
{
	size_t n = t.len;

	if (n && t.s[n - 1] == '\n')
		n -= n > 1 && t.s[n - 2] == '\r' ? 2 : 1;
	while (n && blank(t.s[n - 1]))
		n--;
	return !n;
}

struct line {
	struct ct_node *first, *last; /* the last one holds the line end, if there is one */
	struct ct_node *tag[2];
	unsigned tags;
	bool structure, parents, white;
};

static struct line survey(struct ct_node *n)
{
	struct line l = { .first = n, .structure = true, .white = true };

	for (; n && (n == l.first || !n->bol); n = n->next) {
		l.last = n;
		if (n->kind == CT_NODE_TEXT) {
			l.white = l.white && white_piece(n->text);
			continue;
		}
		if (n->kind == CT_NODE_VARIABLE || n->kind == CT_NODE_RAW ||
		    n->kind == CT_NODE_MESSAGE)
			l.white = false;
		if (l.tags < 2)
			l.tag[l.tags] = n;
		l.tags++;
		l.parents = l.parents || opener_kind(n) == CT_NODE_PARENT;
		l.structure = l.structure &&
			      (opener_kind(n) == CT_NODE_PARENT || opener_kind(n) == CT_NODE_BLOCK);
	}
	return l;
}

static void stand_alone(struct line *l)
{
	struct ct_piece indent = l->first->text;
	struct ct_node *tag = l->tag[0], *last = tag;

	for (struct ct_node *n = l->first; n; n = n->next) {
		if (n->kind == CT_NODE_TEXT) {
			n->text.len = 0;
			n->bol = false;
		} else {
			last = n;
		}
		if (n == l->last)
			break;
	}
	tag->alone = true;
	tag->indent = indent;
	last->own_line = last->kind == CT_NODE_BLOCK;
}

static void strip_lines(struct ct_node *first)
{
	for (struct ct_node *n = first, *next; n; n = next) {
		struct line l = survey(n);

		next = l.last->next;
		if (!l.white || !l.tags)
			continue;
		if (l.tags == 1 || (l.structure && l.parents)) {
			stand_alone(&l);
		} else if (l.tags == 2 && l.structure && l.tag[0]->child == l.tag[1]) {
			/* {{$block}}{{/block}}: its place is the line, and the line end stays */
			l.tag[0]->alone = true;
			l.tag[0]->indent = l.first->text;
			l.first->text.len = 0;
			l.first->bol = false;
		}
	}
}

static bool dropped(const struct ct_node *n)
{
	return n->kind == CT_NODE_COMMENT || n->kind == CT_NODE_CLOSE ||
	       (n->kind == CT_NODE_TEXT && !n->text.len && !n->bol);
}

static struct ct_node *fold(struct ct_node *first)
{
	struct ct_node *root = NULL, **tail[CT_NEST_MAX + 1] = { &root };
	unsigned depth = 0;

	for (struct ct_node *n = first, *next; n; n = next) {
		next = n->next;
		n->next = NULL;
		if (n->kind == CT_NODE_CLOSE)
			depth--;
		if (dropped(n))
			continue;
		assert(depth <= CT_NEST_MAX && tail[depth]);
		*tail[depth] = n;
		tail[depth] = &n->next;
		if (ct_node_opens(n)) {
			n->child = NULL;
			tail[++depth] = &n->child;
		}
	}
	return root;
}

struct ct_piece ct_node_intrinsic(const struct ct_node *list)
{
	struct ct_piece r = { "", 0 };

	if (list && list->kind == CT_NODE_TEXT && list->bol) {
		r.s = list->text.s;
		while (r.len < list->text.len && blank(r.s[r.len]))
			r.len++;
	} else if (list && list->alone) {
		r = list->indent;
	}
	return r;
}

static void shorten(struct ct_piece *t, size_t by)
{
	for (; by && t->len && blank(*t->s); by--)
		t->s++, t->len--;
}

static void dedent(struct ct_node *list, size_t by)
{
	for (struct ct_node *n = list; n; n = n->next) {
		if (n->kind == CT_NODE_TEXT && n->bol)
			shorten(&n->text, by);
		shorten(&n->indent, by);
		if (ct_node_opens(n))
			dedent(n->child, by);
	}
}

/* What is passed to a parent has no indentation of its own. */
static void dedent_arguments(struct ct_node *list, bool arguments)
{
	for (struct ct_node *n = list; n; n = n->next) {
		if (arguments && n->kind == CT_NODE_BLOCK && n->own_line)
			dedent(n->child, ct_node_intrinsic(n->child).len);
		if (ct_node_opens(n))
			dedent_arguments(n->child, n->kind == CT_NODE_PARENT);
	}
}

struct ct_node *ct_mustache_fold(struct ct_node *first, bool message)
{
	struct ct_node *root;

	if (!message)
		strip_lines(first);
	root = fold(first);
	dedent_arguments(root, false);
	return root;
}
