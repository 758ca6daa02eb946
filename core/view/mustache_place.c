/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What may stand where, once mustache_html.c knows where that is. */
#include "view/mustache_html.h"

#include <string.h>

int ct_html_nowhere(struct ct_html *h, const char *what)
{
	switch (h->state) {
	case CT_HTML_COMMENT:
		return ct_html_refuse(h, "%s in an HTML comment: comment it out with {{! }}", what);
	case CT_HTML_SCRIPT:
		return ct_html_refuse(h, "%s in <script>", what);
	case CT_HTML_LT:
	case CT_HTML_TAG:
	case CT_HTML_END:
		return ct_html_refuse(h, "%s in the name of a tag", what);
	case CT_HTML_EQUALS:
		return ct_html_refuse(h, "%s as the value of %s: put it into quotes", what,
				      h->attr);
	case CT_HTML_VALUE:
		return ct_html_refuse(h, "%s in the value of %s", what, h->attr);
	default:
		return ct_html_refuse(h, "%s within a tag, where attributes are named", what);
	}
}

static int url_variable(struct ct_html *h, bool page, enum ct_mode *r)
{
	bool whole = h->kind != CT_ATTR_STATIC || page;

	if (h->url == CT_URL_START && whole) {
		*r = h->kind == CT_ATTR_URL ? CT_MODE_URL : CT_MODE_LOCAL;
		h->url = CT_URL_WHOLE;
	} else if ((h->url == CT_URL_SLASH || h->url == CT_URL_SEGMENT) && whole) {
		*r = CT_MODE_SEGMENT;
		h->url = CT_URL_SEGMENT;
	} else if (h->url == CT_URL_QUERY || h->url == CT_URL_FRAGMENT) {
		*r = CT_MODE_ARGUMENT;
	} else if (h->url == CT_URL_ADDRESS) {
		*r = CT_MODE_ADDRESS;
	} else {
		return ct_html_nowhere(h, "a variable at this place");
	}
	return 0;
}

static int value_variable(struct ct_html *h, bool page, enum ct_mode *r)
{
	static const enum ct_mode modes[] = {
		[CT_ATTR_TEXT] = CT_MODE_TEXT,		 [CT_ATTR_TOKEN] = CT_MODE_TOKEN,
		[CT_ATTR_COUNT] = CT_MODE_COUNT,	 [CT_ATTR_NUMBER] = CT_MODE_NUMBER,
		[CT_ATTR_NUMBERS] = CT_MODE_NUMBERS,	 [CT_ATTR_PATH] = CT_MODE_PATH,
		[CT_ATTR_TRANSFORM] = CT_MODE_TRANSFORM,
	};

	if (!h->quote)
		return ct_html_refuse(h, "a variable as the value of %s: put it into quotes",
				      h->attr);
	if (ct_html_is_url(h->kind))
		return url_variable(h, page, r);
	if (h->kind == CT_ATTR_LITERAL || h->kind == CT_ATTR_REFUSED)
		return ct_html_nowhere(h, "a variable");
	if (!strcmp(h->attr, "content")) {
		if (h->has_equiv || !h->has_name)
			return ct_html_refuse(
				h, "content with a variable is for <meta name=…> only, name first");
		h->open_content = true;
	}
	*r = modes[h->kind];
	return 0;
}

int ct_html_variable(struct ct_html *h, struct ct_buf *out, bool page, enum ct_mode *r)
{
	ct_html_settle(h, out, 0);
	*r = CT_MODE_TEXT;
	if (h->state == CT_HTML_TEXT || (h->state == CT_HTML_RCDATA && !h->words))
		return 0;
	return h->state == CT_HTML_VALUE ? value_variable(h, page, r)
					 : ct_html_nowhere(h, "a variable");
}

int ct_html_raw(struct ct_html *h, struct ct_buf *out)
{
	ct_html_settle(h, out, 0);
	return h->state == CT_HTML_TEXT ? 0 : ct_html_refuse(h, "{{{ }}} may stand in text only");
}

int ct_html_message(struct ct_html *h, struct ct_buf *out)
{
	enum ct_mode mode;

	if (ct_html_variable(h, out, false, &mode) < 0)
		return -1;
	if (mode != CT_MODE_TEXT)
		return ct_html_nowhere(h, "[[ ]]");
	return 0;
}

int ct_html_call(struct ct_html *h, struct ct_buf *out)
{
	ct_html_settle(h, out, 0);
	return h->state == CT_HTML_TEXT
		       ? 0
		       : ct_html_refuse(h, "a partial or parent may stand in text only");
}
