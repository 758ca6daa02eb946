/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "view/mustache_html.h"

#include <ctype.h>
#include <stdarg.h>
#include <string.h>

int ct_html_refuse(struct ct_html *h, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	vsnprintf(h->why, sizeof(h->why), format, ap);
	va_end(ap);
	return -1;
}

static bool space(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
}

static bool letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* Appends c, in lower case, to a word of `size` bytes that holds h->words so far. */
static int spell(struct ct_html *h, char *word, size_t size, char c)
{
	if (h->words + 1 >= size)
		return ct_html_refuse(h, "a name is too long");
	word[h->words++] = (char)tolower((unsigned char)c);
	word[h->words] = '\0';
	return 0;
}

bool ct_html_is_url(enum ct_attr_kind k)
{
	return k == CT_ATTR_URL || k == CT_ATTR_LOCAL || k == CT_ATTR_STATIC;
}

static int tag_done(struct ct_html *h)
{
	h->has_src = h->has_equiv = h->has_name = h->open_content = false;
	if (!strcmp(h->tag, "style"))
		return ct_html_refuse(h, "<style> is not allowed: the style sheet is a file");
	if (!ct_html_element_known(h->tag))
		return ct_html_refuse(h, "<%s> is not an element that templates may use", h->tag);
	return 0;
}

static int tag_close(struct ct_html *h, struct ct_buf *out)
{
	ct_buf_byte(out, '>');
	h->words = 0;
	h->state = CT_HTML_TEXT;
	if (!strcmp(h->tag, "script")) {
		if (!h->has_src)
			return ct_html_refuse(
				h, "<script> needs src: code in the page is not allowed");
		h->state = CT_HTML_SCRIPT;
	} else if (!strcmp(h->tag, "title") || !strcmp(h->tag, "textarea")) {
		h->state = CT_HTML_RCDATA;
		h->newline = h->tag[4] == 'a';
	}
	return 0;
}

static int name_done(struct ct_html *h)
{
	h->kind = ct_html_attr_kind(h->tag, h->attr);
	if (h->kind == CT_ATTR_REFUSED)
		return ct_html_refuse(h, "the attribute %s is not allowed", h->attr);
	if (!strcmp(h->attr, "src"))
		h->has_src = true;
	if (!strcmp(h->attr, "name") || !strcmp(h->attr, "property"))
		h->has_name = true;
	if (!strcmp(h->attr, "http-equiv")) {
		h->has_equiv = true;
		if (h->open_content)
			return ct_html_refuse(h,
					      "content with a variable is for <meta name=…> only");
	}
	return 0;
}

static int value_done(struct ct_html *h)
{
	if (ct_html_is_url(h->kind) && h->url == CT_URL_SCHEME)
		return ct_html_refuse(h, "%s=\"%s\" is not a URL that is allowed here", h->attr,
				      h->word);
	return 0;
}

static int step_text(struct ct_html *h, char c, struct ct_buf *out)
{
	if (c == '<')
		h->state = CT_HTML_LT;
	else
		ct_buf_byte(out, c);
	return 0;
}

static int step_lt(struct ct_html *h, char c, struct ct_buf *out)
{
	h->words = 0;
	if (c == '!') {
		h->state = CT_HTML_BANG;
		return 0;
	}
	ct_buf_byte(out, '<');
	ct_buf_byte(out, c);
	if (c == '/') {
		h->state = CT_HTML_END;
		h->tag[0] = '\0';
		return 0;
	}
	if (!letter(c))
		return ct_html_refuse(h, "a \"<\" that begins no tag: write &lt;");
	h->state = CT_HTML_TAG;
	return spell(h, h->tag, sizeof(h->tag), c);
}

/* Between attributes: what may follow, whether a space is still missing or not. */
static int step_gap(struct ct_html *h, char c, struct ct_buf *out)
{
	if (c == '>')
		return tag_close(h, out);
	if (space(c) || c == '/') {
		ct_buf_byte(out, c);
		h->state = c == '/' ? CT_HTML_SLASH : CT_HTML_GAP;
		return 0;
	}
	if (h->state == CT_HTML_NEED_GAP)
		return ct_html_refuse(h, "a space is missing in <%s>, before \"%c\"", h->tag, c);
	if (!letter(c))
		return ct_html_refuse(h, "in <%s> no attribute can begin with \"%c\"", h->tag, c);
	ct_buf_byte(out, c);
	h->state = CT_HTML_NAME;
	h->words = 0;
	return spell(h, h->attr, sizeof(h->attr), c);
}

static int step_tag(struct ct_html *h, char c, struct ct_buf *out)
{
	if (letter(c) || (c >= '0' && c <= '9') || c == '-') {
		ct_buf_byte(out, c);
		return spell(h, h->tag, sizeof(h->tag), c);
	}
	if (tag_done(h) < 0)
		return -1;
	h->state = CT_HTML_NEED_GAP;
	return step_gap(h, c, out);
}

static int step_slash(struct ct_html *h, char c, struct ct_buf *out)
{
	if (c != '>')
		return ct_html_refuse(h, "\"/\" in <%s> stands before \">\" only", h->tag);
	if (!strcmp(h->tag, "script") || !strcmp(h->tag, "title") || !strcmp(h->tag, "textarea"))
		return ct_html_refuse(h, "<%s> cannot end with \"/>\"", h->tag);
	return tag_close(h, out);
}

static int step_name(struct ct_html *h, char c, struct ct_buf *out)
{
	if (letter(c) || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == ':') {
		ct_buf_byte(out, c);
		return spell(h, h->attr, sizeof(h->attr), c);
	}
	if (name_done(h) < 0)
		return -1;
	if (c != '=') {
		h->state = CT_HTML_NEED_GAP;
		return step_gap(h, c, out);
	}
	ct_buf_byte(out, c);
	h->state = CT_HTML_EQUALS;
	h->url = CT_URL_START;
	h->words = 0;
	return 0;
}

/* A literal URL spells one of the schemes that are allowed, letter by letter. */
static int step_scheme(struct ct_html *h, char c, struct ct_buf *out)
{
	static const struct {
		const char *text;
		enum ct_html_url then;
	} schemes[] = {
		{ "https://", CT_URL_HOST },  { "http://", CT_URL_HOST },
		{ "webcal://", CT_URL_HOST }, { "mailto:", CT_URL_ADDRESS },
		{ "tel:", CT_URL_ADDRESS },
	};

	if (spell(h, h->word, sizeof(h->word), c) < 0)
		return -1;
	ct_buf_byte(out, c);
	for (size_t i = 0; h->kind == CT_ATTR_URL && i < sizeof(schemes) / sizeof(*schemes); i++) {
		if (!strcmp(schemes[i].text, h->word))
			h->url = schemes[i].then;
		if (!strncmp(schemes[i].text, h->word, h->words))
			return 0;
	}
	return ct_html_refuse(
		h, "%s=\"%s…\" is not allowed here: a URL begins with /%s, # or ?", h->attr,
		h->word,
		h->kind == CT_ATTR_URL ? ", https://, http://, webcal://, mailto:, tel:" : "");
}

static void url_advance(struct ct_html *h, char c)
{
	if (c == '#')
		h->url = CT_URL_FRAGMENT;
	else if (h->url == CT_URL_FRAGMENT || h->url == CT_URL_QUERY)
		return;
	else if (c == '?')
		h->url = CT_URL_QUERY;
	else if (h->url != CT_URL_ADDRESS && (h->url != CT_URL_HOST || c == '/'))
		h->url = CT_URL_SEGMENT;
}

static int step_url(struct ct_html *h, char c, struct ct_buf *out)
{
	if ((unsigned char)c <= ' ' || c == '\\' || c == 0x7f)
		return ct_html_refuse(h, "a URL holds neither spaces nor \"\\\"");
	if (c == '&' && h->url != CT_URL_QUERY && h->url != CT_URL_FRAGMENT)
		return ct_html_refuse(h, "a URL holds \"&\" only after \"?\"");
	if (h->url == CT_URL_WHOLE && c != '#')
		return ct_html_refuse(h, "after a variable that is a whole URL only #… may follow");
	if (h->url == CT_URL_SLASH && c == '/')
		return ct_html_refuse(h, "a path does not begin with \"//\"");
	if (h->url == CT_URL_START && c == '/') {
		ct_buf_text(out, h->prefix);
		ct_buf_byte(out, c);
		h->url = CT_URL_SLASH;
		return 0;
	}
	if (h->url == CT_URL_START && c != '#' && c != '?')
		h->url = CT_URL_SCHEME;
	if (h->url == CT_URL_SCHEME)
		return step_scheme(h, c, out);
	ct_buf_byte(out, c);
	url_advance(h, c);
	return 0;
}

static int step_value(struct ct_html *h, char c, struct ct_buf *out)
{
	if (h->quote ? c == h->quote : (space(c) || c == '>')) {
		if (value_done(h) < 0)
			return -1;
		h->state = CT_HTML_NEED_GAP;
		if (!h->quote)
			return step_gap(h, c, out);
		ct_buf_byte(out, c);
		return 0;
	}
	if (!h->quote && strchr("\"'`=<", c))
		return ct_html_refuse(h, "put the value of %s into quotes", h->attr);
	if (ct_html_is_url(h->kind))
		return step_url(h, c, out);
	ct_buf_byte(out, c);
	return 0;
}

static int step_equals(struct ct_html *h, char c, struct ct_buf *out)
{
	if (space(c) || c == '>')
		return ct_html_refuse(h, "%s= has no value", h->attr);
	h->state = CT_HTML_VALUE;
	h->quote = c == '"' || c == '\'' ? c : 0;
	if (!h->quote)
		return step_value(h, c, out);
	ct_buf_byte(out, c);
	return 0;
}

static int step_end(struct ct_html *h, char c, struct ct_buf *out)
{
	ct_buf_byte(out, c);
	if (h->state == CT_HTML_END && (letter(c) || (h->words && c >= '0' && c <= '9')))
		return spell(h, h->tag, sizeof(h->tag), c);
	if (!h->words || (c != '>' && !space(c)))
		return ct_html_refuse(h, "the end tag </%s has something in it", h->tag);
	if (!ct_html_element_known(h->tag))
		return ct_html_refuse(h, "</%s> ends no element that templates may use", h->tag);
	h->state = c == '>' ? CT_HTML_TEXT : CT_HTML_END_GAP;
	return 0;
}

static int step_bang(struct ct_html *h, char c, struct ct_buf *out)
{
	static const char doctype[] = "doctype html>";

	if (spell(h, h->word, sizeof(h->word), c) < 0)
		return -1;
	if (!strcmp(h->word, "--")) {
		h->state = CT_HTML_COMMENT;
		h->words = 0;
	} else if (!strcmp(h->word, doctype)) {
		ct_buf_text(out, "<!");
		ct_buf_text(out, doctype);
		h->state = CT_HTML_TEXT;
	} else if (strncmp(h->word, doctype, h->words) && strcmp(h->word, "-")) {
		return ct_html_refuse(h, "\"<!\" begins <!doctype html> or a comment only");
	}
	return 0;
}

static int step_comment(struct ct_html *h, char c, struct ct_buf *out)
{
	(void)out;
	if (c == '>' && h->words >= 2)
		h->state = CT_HTML_TEXT;
	else if (c != '-')
		h->words = 0;
	else if (h->words < 2)
		h->words++;
	return 0;
}

/* In title, textarea and script: text, and the one end tag, of which h->words are spelled. */
static int step_rcdata(struct ct_html *h, char c, struct ct_buf *out)
{
	char end[sizeof(h->tag) + 3];
	size_t n = (size_t)snprintf(end, sizeof(end), "</%s", h->tag);

	ct_buf_byte(out, c);
	if (!h->words && c != '<') {
		if (h->state == CT_HTML_SCRIPT && !space(c))
			return ct_html_refuse(
				h, "code in the page is not allowed: <script src=…></script>");
		return 0;
	}
	if (h->words == n && (space(c) || c == '>')) {
		h->words = c == '>' ? 0 : h->words;
		h->state = c == '>' ? CT_HTML_TEXT : h->state;
		return 0;
	}
	if (h->words < n && tolower((unsigned char)c) == end[h->words]) {
		h->words++;
		return 0;
	}
	return ct_html_refuse(h, "in <%s> a \"<\" can only begin </%s>", h->tag, h->tag);
}

static int (*const steps[CT_HTML_STATES])(struct ct_html *, char, struct ct_buf *) = {
	[CT_HTML_TEXT] = step_text,	  [CT_HTML_LT] = step_lt,
	[CT_HTML_TAG] = step_tag,	  [CT_HTML_GAP] = step_gap,
	[CT_HTML_NEED_GAP] = step_gap,	  [CT_HTML_NAME] = step_name,
	[CT_HTML_EQUALS] = step_equals,	  [CT_HTML_VALUE] = step_value,
	[CT_HTML_SLASH] = step_slash,	  [CT_HTML_END] = step_end,
	[CT_HTML_END_GAP] = step_end,	  [CT_HTML_BANG] = step_bang,
	[CT_HTML_COMMENT] = step_comment, [CT_HTML_RCDATA] = step_rcdata,
	[CT_HTML_SCRIPT] = step_rcdata,
};

void ct_html_settle(struct ct_html *h, struct ct_buf *out, char next)
{
	if (h->newline && next != '\n' && next != '\r')
		ct_buf_byte(out, '\n');
	h->newline = false;
}

void ct_html_init(struct ct_html *h, const char *prefix)
{
	memset(h, 0, sizeof(*h));
	h->prefix = prefix;
}

int ct_html_literal(struct ct_html *h, const char *s, size_t len, struct ct_buf *out)
{
	for (size_t i = 0; i < len; i++) {
		ct_html_settle(h, out, s[i]);
		if (steps[h->state](h, s[i], out) < 0)
			return -1;
	}
	return 0;
}

int ct_html_boundary(struct ct_html *h, struct ct_buf *out)
{
	ct_html_settle(h, out, 0);
	switch (h->state) {
	case CT_HTML_TEXT:
	case CT_HTML_GAP:
	case CT_HTML_NEED_GAP:
		return 0;
	case CT_HTML_RCDATA:
		return h->words ? ct_html_refuse(h, "a section in an end tag") : 0;
	case CT_HTML_VALUE:
		if (!h->quote || (ct_html_is_url(h->kind) && h->url == CT_URL_SCHEME))
			return ct_html_nowhere(h, "a section");
		return 0;
	case CT_HTML_TAG:
		h->state = CT_HTML_NEED_GAP;
		return tag_done(h);
	case CT_HTML_NAME:
		h->state = CT_HTML_NEED_GAP;
		return name_done(h);
	default:
		return ct_html_nowhere(h, "a section");
	}
}

static const char *place(const struct ct_html *h)
{
	switch (h->state) {
	case CT_HTML_TEXT:
		return "in text";
	case CT_HTML_VALUE:
		return "in the value of an attribute";
	case CT_HTML_RCDATA:
		return "in a title or textarea";
	default:
		return "within a tag";
	}
}

int ct_html_join(struct ct_html *h, const struct ct_html *begin)
{
	bool gaps = (h->state == CT_HTML_GAP || h->state == CT_HTML_NEED_GAP) &&
		    (begin->state == CT_HTML_GAP || begin->state == CT_HTML_NEED_GAP);

	if (gaps) {
		h->state = h->state == begin->state ? h->state : CT_HTML_NEED_GAP;
		return 0;
	}
	if (h->state != begin->state)
		return ct_html_refuse(h, "it begins %s and ends %s", place(begin), place(h));
	if (h->state == CT_HTML_VALUE && (h->quote != begin->quote || strcmp(h->attr, begin->attr)))
		return ct_html_refuse(h, "it begins in one attribute and ends in another");
	if (h->state == CT_HTML_VALUE && ct_html_is_url(h->kind) && h->url != begin->url)
		return ct_html_refuse(h, "it begins in one part of a URL and ends in another");
	return 0;
}

int ct_html_finish(struct ct_html *h, struct ct_buf *out)
{
	ct_html_settle(h, out, 0);
	if (h->state != CT_HTML_TEXT)
		return ct_html_refuse(h, "the template ends %s", place(h));
	return 0;
}
