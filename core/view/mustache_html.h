/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * In which HTML context does a template stand? (style.md, "Templates", rule 2.)
 *
 * The compiler feeds a template's literal text and says where variables, messages, sections and
 * partials stand between it. The machine follows the HTML tokenizer as far as a well-formed
 * template needs it and refuses whatever a browser would have to repair, so that both always agree
 * on where they are. What is not allowed by name is refused: elements, attributes that hold a
 * variable, the beginnings of URLs.
 *
 * It also rewrites a little: the path prefix goes in front of literal local URLs, comments are
 * dropped, and a textarea gets the newline that browsers swallow, so that a text that begins with
 * one survives.
 *
 * All functions return 0 or -1 and then h->why says what is wrong, for a template's author.
 */
#ifndef CT_MUSTACHE_HTML_H
#define CT_MUSTACHE_HTML_H

#include "view/mustache_internal.h"

enum ct_html_state {
	CT_HTML_TEXT,		/* in an element */
	CT_HTML_LT,		/* after "<" */
	CT_HTML_TAG,		/* in the name of a tag */
	CT_HTML_GAP,		/* in a tag, where an attribute may begin */
	CT_HTML_NEED_GAP,	/* in a tag, where a space must come first */
	CT_HTML_NAME,		/* in the name of an attribute */
	CT_HTML_EQUALS,		/* after "=" */
	CT_HTML_VALUE,		/* in the value of an attribute */
	CT_HTML_SLASH,		/* after the "/" of "/>" */
	CT_HTML_END,		/* in the name of an end tag */
	CT_HTML_END_GAP,	/* in the space after it */
	CT_HTML_BANG,		/* after "<!" */
	CT_HTML_COMMENT,
	CT_HTML_RCDATA,		/* in title or textarea */
	CT_HTML_SCRIPT,
	CT_HTML_STATES
};

/* How far a URL has come. */
enum ct_html_url {
	CT_URL_START,
	CT_URL_SLASH,		/* after the first "/" */
	CT_URL_SCHEME,		/* spelling "https://" or another */
	CT_URL_HOST,
	CT_URL_SEGMENT,
	CT_URL_QUERY,
	CT_URL_FRAGMENT,
	CT_URL_ADDRESS,		/* after mailto: or tel: */
	CT_URL_WHOLE		/* one variable was the URL: only a #fragment may follow */
};

enum ct_attr_kind {
	CT_ATTR_LITERAL,	/* may stand there, but holds no variable */
	CT_ATTR_REFUSED,	/* may not even stand there */
	CT_ATTR_TEXT, CT_ATTR_TOKEN, CT_ATTR_COUNT, CT_ATTR_NUMBER, CT_ATTR_NUMBERS, CT_ATTR_PATH,
	CT_ATTR_TRANSFORM,
	CT_ATTR_URL,		/* a URL, any of the allowed schemes */
	CT_ATTR_LOCAL,		/* a URL on this site */
	CT_ATTR_STATIC		/* the same, but no data may choose it: literal, or of `page` */
};

struct ct_html {
	const char *prefix;
	enum ct_html_state state;
	char quote;			/* of the value: ' " or 0 for none */
	enum ct_attr_kind kind;
	enum ct_html_url url;
	bool newline;			/* a textarea has just begun */
	bool has_src, has_equiv, has_name, open_content;	/* seen in this tag */
	unsigned words;
	char tag[20], attr[40], word[24];
	char why[200];
};

void ct_html_init(struct ct_html *, const char *prefix);
int ct_html_literal(struct ct_html *, const char *s, size_t len, struct ct_buf *out) CT_MUST_USE;
/*
 * A {{variable}} stands here: how must it be written? `page`: it is one of `page`, which only the
 * core makes.
 */
int ct_html_variable(struct ct_html *, struct ct_buf *out, bool page, enum ct_mode *r)
	CT_MUST_USE;
/* A {{{variable}}} stands here. */
int ct_html_raw(struct ct_html *, struct ct_buf *out) CT_MUST_USE;
/* Translated text stands here; the caller escapes it. */
int ct_html_message(struct ct_html *, struct ct_buf *out) CT_MUST_USE;
/* A partial or parent stands here. */
int ct_html_call(struct ct_html *, struct ct_buf *out) CT_MUST_USE;
/* A section or block begins or ends here. */
int ct_html_boundary(struct ct_html *, struct ct_buf *out) CT_MUST_USE;
/* After the end of a section: may it have begun at `begin` (both after ct_html_boundary)? */
int ct_html_join(struct ct_html *, const struct ct_html *begin) CT_MUST_USE;
/* The template ends here. */
int ct_html_finish(struct ct_html *, struct ct_buf *out) CT_MUST_USE;

/* For the engine itself: always -1; "`what` here"; a textarea's newline, before `next` or 0. */
int ct_html_refuse(struct ct_html *, const char *format, ...) CT_PRINTF(2, 3);
int ct_html_nowhere(struct ct_html *, const char *what);
void ct_html_settle(struct ct_html *, struct ct_buf *out, char next);
bool ct_html_is_url(enum ct_attr_kind);

/* The tables, in mustache_attr.c. Names are in lower case. */
bool ct_html_element_known(const char *tag);
enum ct_attr_kind ct_html_attr_kind(const char *tag, const char *attr);

#endif
