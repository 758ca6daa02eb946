/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "db/splitter.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>
#include <strings.h>
#include <talloc.h>

struct scan {
	const char *p;
	unsigned line;
	struct ct_error *e;
};

/* What the words of the current statement say about where it ends. */
struct body {
	bool create, routine, after_end;
	int depth;
};

static void step(struct scan *s)
{
	if (*s->p++ == '\n')
		s->line++;
}

static int skip_to(struct scan *s, const char *end, const char *what)
{
	const unsigned line = s->line;
	const size_t n = strlen(end);

	while (*s->p && strncmp(s->p, end, n) != 0)
		step(s);
	if (!*s->p)
		return ct_fail(s->e, CT_BROKEN, "line %u: %s does not end", line, what);
	s->p += n;
	return 0;
}

static int skip_quoted(struct scan *s)
{
	const unsigned line = s->line;
	const char quote = *s->p++;

	while (*s->p && (*s->p != quote || s->p[1] == quote)) {
		if (*s->p == quote || (*s->p == '\\' && quote != '`' && s->p[1]))
			step(s);
		step(s);
	}
	if (!*s->p)
		return ct_fail(s->e, CT_BROKEN, "line %u: a quoted text does not end", line);
	s->p++;
	return 0;
}

static bool at_line_comment(const char *p)
{
	return *p == '#' || (p[0] == '-' && p[1] == '-' && (!p[2] || isspace((unsigned char)p[2])));
}

static void skip_line(struct scan *s)
{
	while (*s->p && *s->p != '\n')
		s->p++;
}

/* Blanks and comments between two statements. */
static int skip_blank(struct scan *s)
{
	int rc = 0;

	while (*s->p && !rc) {
		if (isspace((unsigned char)*s->p))
			step(s);
		else if (at_line_comment(s->p))
			skip_line(s);
		else if (!strncmp(s->p, "/*", 2) && s->p[2] != '!')
			rc = skip_to(s, "*/", "a comment");
		else
			break;
	}
	return rc;
}

static bool in_word(char c)
{
	return isalnum((unsigned char)c) || c == '_' || c == '$' || (unsigned char)c >= 0x80;
}

static bool one_of(const char *word, size_t len, const char *const *list)
{
	for (; *list; list++)
		if (strlen(*list) == len && !strncasecmp(word, *list, len))
			return true;
	return false;
}

static void note_word(struct body *b, const char *word, size_t len, bool first)
{
	static const char *const create[] = { "create", NULL }, *const end[] = { "end", NULL };
	static const char *const routines[] = { "trigger", "procedure", "function", "event", NULL };
	static const char *const opening[] = { "begin", "case", NULL };
	static const char *const uncounted[] = { "if", "loop", "while", "repeat", NULL };
	const bool closing = b->after_end;

	b->after_end = false;
	if (first)
		b->create = one_of(word, len, create);
	else if (b->create && one_of(word, len, routines))
		b->routine = true;
	if (!b->routine)
		return;
	if (closing && one_of(word, len, uncounted))
		b->depth++;		/* END IF closes what was not counted */
	else if (!closing && one_of(word, len, opening))
		b->depth++;		/* and END CASE closes one CASE, and opens none */
	else if (one_of(word, len, end) && b->depth > 0) {
		b->depth--;
		b->after_end = true;
	}
}

static void skip_word(struct scan *s, struct body *b, const char *start)
{
	const char *word = s->p;
	const bool qualified = word > start && (word[-1] == '.' || word[-1] == '@');

	while (in_word(*s->p))
		s->p++;
	if (!qualified)
		note_word(b, word, (size_t)(s->p - word), word == start);
}

/* Stands behind the last character of the statement then. */
static int skip_statement(struct scan *s)
{
	const char *const start = s->p;
	const unsigned line = s->line;
	struct body b = { 0 };
	int rc = 0;

	while (*s->p && !rc && (*s->p != ';' || b.depth > 0)) {
		if (*s->p == '\'' || *s->p == '"' || *s->p == '`')
			rc = skip_quoted(s);
		else if (at_line_comment(s->p))
			skip_line(s);
		else if (!strncmp(s->p, "/*", 2))
			rc = skip_to(s, "*/", "a comment");
		else if (in_word(*s->p))
			skip_word(s, &b, start);
		else {
			b.after_end = b.after_end && isspace((unsigned char)*s->p);
			step(s);
		}
	}
	if (!rc && b.depth > 0)
		return ct_fail(s->e, CT_BROKEN, "line %u: BEGIN or CASE without its END", line);
	return rc;
}

int ct_sql_split(void *mem, const char *sql, struct ct_statement_text **list_r, size_t *n_r,
		 struct ct_error *e)
{
	struct scan s = { sql, 1, e };
	struct ct_statement_text *list = talloc_array(mem, struct ct_statement_text, 0);
	size_t n = 0;
	int rc;

	while (!(rc = skip_blank(&s)) && *s.p) {
		const char *start = s.p;
		const unsigned line = s.line;
		size_t len;

		if (!strncasecmp(start, "delimiter", 9) && !in_word(start[9])) {
			rc = ct_fail(e, CT_BROKEN, "line %u: DELIMITER is not needed here", line);
			break;
		}
		rc = skip_statement(&s);
		if (rc)
			break;
		for (len = (size_t)(s.p - start); len && isspace((unsigned char)start[len - 1]);
		     len--)
			;
		if (*s.p)
			s.p++;
		if (!len)
			continue;
		list = talloc_realloc(mem, list, struct ct_statement_text, (unsigned)n + 1);
		list[n++] = (struct ct_statement_text){ talloc_strndup(list, start, len), line };
	}
	if (rc) {
		talloc_free(list);
		return rc;
	}
	*list_r = list;
	*n_r = n;
	return 0;
}
