/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "view/mustache_internal.h"

#include <stdarg.h>
#include <string.h>

/*
 * The text is cut into nodes first, in order; then lines that hold only tags vanish; then the list
 * is folded into a tree. Until then child of an opening node is its closing one and the other way
 * round.
 */
struct parser {
	void *mem;
	const struct ct_template *t;
	const char *p, *end;
	unsigned line;
	bool message; /* a translation: text and variables only */
	struct ct_node *first, **tail;
	struct ct_error *e;
};

int ct_mustache_fail(struct ct_error *e, const struct ct_template *t, unsigned line,
		     const char *format, ...)
{
	char text[400];
	va_list ap;

	va_start(ap, format);
	vsnprintf(text, sizeof(text), format, ap);
	va_end(ap);
	return ct_fail(e, CT_BROKEN, "%s:%u: %s", t->file, line, text);
}

static bool blank(char c)
{
	return c == ' ' || c == '\t';
}

static bool white(char c)
{
	return blank(c) || c == '\n' || c == '\r';
}

static struct ct_node *push(struct parser *p, enum ct_node_kind kind, const char *s, size_t len)
{
	struct ct_node *n = ct_need(talloc_zero(p->mem, struct ct_node));

	n->kind = kind;
	n->text = (struct ct_piece){ s, len };
	n->line = p->line;
	n->from = p->t;
	*p->tail = n;
	p->tail = &n->next;
	return n;
}

static void count_lines(struct parser *p, const char *from, const char *to)
{
	for (; from < to; from++)
		p->line += *from == '\n';
}

static bool name_char(char c, bool path)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '_' || c == '-' || c == '.' || (path && c == '/');
}

static bool split(struct ct_name *name, const char *s, size_t len)
{
	if (len == 1 && *s == '.')
		return true;
	for (size_t from = 0, i = 0; i <= len; i++) {
		if (i < len && s[i] != '.')
			continue;
		if (i == from || name->count == CT_NAME_PARTS)
			return false;
		name->part[name->count++] = (struct ct_piece){ s + from, i - from };
		from = i + 1;
	}
	name->page = name->part[0].len == 4 && !memcmp(name->part[0].s, "page", 4);
	name->html = len > 5 && !memcmp(s + len - 5, "_html", 5);
	return true;
}

static int read_name(struct parser *p, struct ct_node *n)
{
	bool path = n->kind == CT_NODE_PARTIAL || n->kind == CT_NODE_PARENT ||
		    n->kind == CT_NODE_CLOSE;
	const char *s = n->text.s;
	size_t len = n->text.len;
	struct ct_name *name = ct_need(talloc_zero(p->mem, struct ct_name));

	while (len && white(*s))
		s++, len--;
	while (len && white(s[len - 1]))
		len--;
	for (size_t i = 0; i < len; i++) {
		if (!name_char(s[i], path))
			return ct_mustache_fail(p->e, p->t, n->line, "\"%.*s\" is not a name",
						(int)len, s);
	}
	if (!len || (!path && !split(name, s, len)))
		return ct_mustache_fail(p->e, p->t, n->line, "a tag without a usable name");
	name->text = ct_need(talloc_strndup(name, s, len));
	n->name = name;
	return 0;
}

static enum ct_node_kind tag_kind(char c)
{
	switch (c) {
	case '#':
		return CT_NODE_SECTION;
	case '^':
		return CT_NODE_INVERTED;
	case '/':
		return CT_NODE_CLOSE;
	case '!':
		return CT_NODE_COMMENT;
	case '>':
		return CT_NODE_PARTIAL;
	case '<':
		return CT_NODE_PARENT;
	case '$':
		return CT_NODE_BLOCK;
	case '&':
	case '{':
		return CT_NODE_RAW;
	default:
		return CT_NODE_VARIABLE;
	}
}

/* At "{{". */
static int read_tag(struct parser *p)
{
	const char *s = p->p + 2, *open = p->p;
	char c = s < p->end ? *s : 0;
	const char *close = c == '{' ? "}}}" : "}}";
	const char *stop = memmem(s, (size_t)(p->end - s), close, strlen(close));
	enum ct_node_kind kind = tag_kind(c);
	struct ct_node *n;

	if (!stop)
		return ct_mustache_fail(p->e, p->t, p->line, "\"{{\" without \"%s\"", close);
	if (c == '=')
		return ct_mustache_fail(p->e, p->t, p->line, "delimiters cannot be changed");
	if (p->message && kind != CT_NODE_VARIABLE)
		return ct_mustache_fail(p->e, p->t, p->line, "[[ ]] holds text and {{names}} only");
	s += kind == CT_NODE_VARIABLE ? 0 : 1;
	n = push(p, kind, s, (size_t)(stop - s));
	p->p = stop + strlen(close);
	count_lines(p, open, p->p);
	return kind == CT_NODE_COMMENT ? 0 : read_name(p, n);
}

/* At "[[": the msgid, its white space folded. */
static int read_message(struct parser *p)
{
	const char *s = p->p + 2;
	const char *stop = memmem(s, (size_t)(p->end - s), "]]", 2);
	char *text, *to;

	if (!stop)
		return ct_mustache_fail(p->e, p->t, p->line, "\"[[\" without \"]]\"");
	if (p->message || memmem(s, (size_t)(stop - s), "[[", 2))
		return ct_mustache_fail(p->e, p->t, p->line, "\"[[\" within \"[[\"");
	to = text = ct_need(talloc_size(p->mem, (size_t)(stop - s) + 1));
	for (const char *c = s; c < stop; c++) {
		if (!white(*c))
			*to++ = *c;
		else if (to > text && to[-1] != ' ')
			*to++ = ' ';
	}
	to -= to > text && to[-1] == ' ';
	*to = '\0';
	if (to == text)
		return ct_mustache_fail(p->e, p->t, p->line, "an empty [[ ]]");
	push(p, CT_NODE_MESSAGE, text, (size_t)(to - text));
	p->p = stop + 2;
	count_lines(p, s, stop);
	return 0;
}

static bool at(const struct parser *p, const char *two)
{
	return p->end - p->p >= 2 && !memcmp(p->p, two, 2);
}

/* Each line begins with a TEXT node, if only an empty one. */
static int cut(struct parser *p)
{
	bool bol = true;

	while (p->p < p->end) {
		const char *s = p->p;
		int rc = 0;

		while (p->p < p->end && !at(p, "{{") && !at(p, "[[") &&
		       (p->p == s || p->p[-1] != '\n'))
			p->p++;
		if (p->p > s || bol)
			push(p, CT_NODE_TEXT, s, (size_t)(p->p - s))->bol = bol;
		bol = p->p > s && p->p[-1] == '\n';
		p->line += bol;
		if (bol)
			continue;
		if (at(p, "{{"))
			rc = read_tag(p);
		else if (at(p, "[["))
			rc = read_message(p);
		if (rc < 0)
			return rc;
	}
	*p->tail = NULL;
	return 0;
}

/* Ties opening and closing nodes together. */
static int match(struct parser *p)
{
	struct ct_node *stack[CT_NEST_MAX];
	unsigned depth = 0;

	for (struct ct_node *n = p->first; n; n = n->next) {
		if (ct_node_opens(n)) {
			if (depth == CT_NEST_MAX)
				return ct_mustache_fail(p->e, p->t, n->line, "nested too deeply");
			stack[depth++] = n;
		} else if (n->kind == CT_NODE_CLOSE) {
			if (!depth)
				return ct_mustache_fail(p->e, p->t, n->line,
							"{{/%s}} closes nothing", n->name->text);
			n->child = stack[--depth];
			n->child->child = n;
			if (strcmp(n->name->text, n->child->name->text))
				return ct_mustache_fail(
					p->e, p->t, n->line, "{{/%s}} closes \"%s\" of line %u",
					n->name->text, n->child->name->text, n->child->line);
		}
	}
	if (depth)
		return ct_mustache_fail(p->e, p->t, stack[depth - 1]->line,
					"\"%s\" is never closed", stack[depth - 1]->name->text);
	return 0;
}

static int parse(struct parser *p, struct ct_node **r)
{
	int rc;

	p->tail = &p->first;
	rc = cut(p);
	if (!rc)
		rc = match(p);
	if (rc < 0)
		return rc;
	*r = ct_mustache_fold(p->first, p->message);
	return 0;
}

int ct_mustache_parse(void *mem, struct ct_template *t, struct ct_error *e)
{
	struct parser p = {
		.mem = mem, .t = t, .p = t->text, .end = t->text + t->len, .line = 1, .e = e
	};

	return parse(&p, &t->nodes);
}

int ct_mustache_parse_message(void *mem, const struct ct_node *message, const char *text,
			      struct ct_node **r, struct ct_error *e)
{
	const char *own = ct_need(talloc_strdup(mem, text));
	struct parser p = {
		.mem = mem,
		.t = message->from,
		.p = own,
		.end = own + strlen(own),
		.line = message->line,
		.message = true,
		.e = e,
	};

	return parse(&p, r);
}
