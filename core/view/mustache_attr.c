/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "view/mustache_html.h"

#include <string.h>

static int compare(const void *key, const void *item)
{
	return strcmp(key, *(const char *const *)item);
}

/*
 * Not here, on purpose: base, embed, foreignobject, frame, iframe, math, object, plaintext, style,
 * xmp, and whatever animates an attribute in SVG.
 */
static const char *const elements[] = {
	"a", "abbr", "address", "area", "article", "aside", "audio", "b", "bdi", "bdo",
	"blockquote", "body", "br", "button", "canvas", "caption", "circle", "cite", "clippath",
	"code", "col", "colgroup", "data", "datalist", "dd", "defs", "del", "desc", "details",
	"dfn", "dialog", "div", "dl", "dt", "ellipse", "em", "fieldset", "figcaption", "figure",
	"footer", "form", "g", "h1", "h2", "h3", "h4", "h5", "h6", "head", "header", "hgroup",
	"hr", "html", "i", "img", "input", "ins", "kbd", "label", "legend", "li", "line",
	"lineargradient", "link", "main", "map", "mark", "marker", "mask", "menu", "meta",
	"meter", "nav", "noscript", "ol", "optgroup", "option", "output", "p", "path", "pattern",
	"picture", "polygon", "polyline", "pre", "progress", "q", "radialgradient", "rect", "rp",
	"rt", "ruby", "s", "samp", "script", "search", "section", "select", "small", "source",
	"span", "stop", "strong", "sub", "summary", "sup", "svg", "symbol", "table", "tbody",
	"td", "template", "text", "textarea", "textpath", "tfoot", "th", "thead", "time", "title",
	"tr", "track", "tspan", "u", "ul", "use", "var", "video", "wbr",
};

bool ct_html_element_known(const char *tag)
{
	return bsearch(tag, elements, sizeof(elements) / sizeof(*elements), sizeof(*elements),
		       compare);
}

/* `tags` narrows an entry to some elements; the first entry that fits counts. */
static const struct {
	const char *attr, *tags;
	enum ct_attr_kind kind;
} attrs[] = {
	{ "href", " a area ", CT_ATTR_URL },
	{ "href", " link ", CT_ATTR_LOCAL },
	{ "href", NULL, CT_ATTR_STATIC },
	{ "src", " script ", CT_ATTR_STATIC },
	{ "src", NULL, CT_ATTR_LOCAL },
	{ "poster", NULL, CT_ATTR_LOCAL },
	{ "action", NULL, CT_ATTR_LOCAL },
	{ "formaction", NULL, CT_ATTR_LOCAL },

	{ "value", NULL, CT_ATTR_TEXT },
	{ "title", NULL, CT_ATTR_TEXT },
	{ "alt", NULL, CT_ATTR_TEXT },
	{ "placeholder", NULL, CT_ATTR_TEXT },
	{ "content", " meta ", CT_ATTR_TEXT },
	{ "lang", NULL, CT_ATTR_TEXT },
	{ "hreflang", NULL, CT_ATTR_TEXT },
	{ "datetime", NULL, CT_ATTR_TEXT },
	{ "id", NULL, CT_ATTR_TEXT },
	{ "for", NULL, CT_ATTR_TEXT },
	{ "name", " meta ", CT_ATTR_LITERAL },
	{ "name", NULL, CT_ATTR_TEXT },
	{ "min", NULL, CT_ATTR_TEXT },
	{ "max", NULL, CT_ATTR_TEXT },
	{ "step", NULL, CT_ATTR_TEXT },
	{ "colspan", NULL, CT_ATTR_TEXT },
	{ "rowspan", NULL, CT_ATTR_TEXT },
	{ "headers", NULL, CT_ATTR_TEXT },
	{ "autocomplete", NULL, CT_ATTR_TEXT },
	{ "pattern", NULL, CT_ATTR_TEXT },
	{ "label", " optgroup option track ", CT_ATTR_TEXT },
	{ "list", " input ", CT_ATTR_TEXT },
	{ "accept", " input ", CT_ATTR_TEXT },
	{ "form", NULL, CT_ATTR_TEXT },
	{ "abbr", " th ", CT_ATTR_TEXT },
	{ "download", " a ", CT_ATTR_TEXT },
	{ "class", NULL, CT_ATTR_TOKEN },
	{ "type", " input ", CT_ATTR_TOKEN },
	{ "inputmode", NULL, CT_ATTR_TOKEN },

	{ "maxlength", NULL, CT_ATTR_COUNT },
	{ "minlength", NULL, CT_ATTR_COUNT },
	{ "rows", NULL, CT_ATTR_COUNT },
	{ "cols", NULL, CT_ATTR_COUNT },
	{ "size", NULL, CT_ATTR_COUNT },

	{ "x", NULL, CT_ATTR_NUMBER },
	{ "y", NULL, CT_ATTR_NUMBER },
	{ "x1", NULL, CT_ATTR_NUMBER },
	{ "y1", NULL, CT_ATTR_NUMBER },
	{ "x2", NULL, CT_ATTR_NUMBER },
	{ "y2", NULL, CT_ATTR_NUMBER },
	{ "dx", NULL, CT_ATTR_NUMBER },
	{ "dy", NULL, CT_ATTR_NUMBER },
	{ "r", NULL, CT_ATTR_NUMBER },
	{ "rx", NULL, CT_ATTR_NUMBER },
	{ "ry", NULL, CT_ATTR_NUMBER },
	{ "cx", NULL, CT_ATTR_NUMBER },
	{ "cy", NULL, CT_ATTR_NUMBER },
	{ "width", NULL, CT_ATTR_NUMBER },
	{ "height", NULL, CT_ATTR_NUMBER },
	{ "points", NULL, CT_ATTR_NUMBERS },
	{ "viewbox", NULL, CT_ATTR_NUMBERS },
	{ "stroke-dasharray", NULL, CT_ATTR_NUMBERS },
	{ "stroke-dashoffset", NULL, CT_ATTR_NUMBER },
	{ "d", NULL, CT_ATTR_PATH },
	{ "transform", NULL, CT_ATTR_TRANSFORM },

	/* The content security policy or the path prefix would break them anyway. */
	{ "style", NULL, CT_ATTR_REFUSED },
	{ "srcdoc", NULL, CT_ATTR_REFUSED },
	{ "srcset", NULL, CT_ATTR_REFUSED },
	{ "imagesrcset", NULL, CT_ATTR_REFUSED },
	{ "ping", NULL, CT_ATTR_REFUSED },
	{ "background", NULL, CT_ATTR_REFUSED },
	{ "xlink:href", NULL, CT_ATTR_REFUSED },
	{ "manifest", NULL, CT_ATTR_REFUSED },
};

static bool listed(const char *tags, const char *tag)
{
	char key[32];

	snprintf(key, sizeof(key), " %s ", tag);
	return !tags || strstr(tags, key);
}

enum ct_attr_kind ct_html_attr_kind(const char *tag, const char *attr)
{
	for (size_t i = 0; i < sizeof(attrs) / sizeof(*attrs); i++) {
		if (!strcmp(attrs[i].attr, attr) && listed(attrs[i].tags, tag))
			return attrs[i].kind;
	}
	if (!strncmp(attr, "on", 2))
		return CT_ATTR_REFUSED;
	if ((!strncmp(attr, "aria-", 5) || !strncmp(attr, "data-", 5)) && attr[5])
		return CT_ATTR_TEXT;
	return CT_ATTR_LITERAL;
}
