/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What HTML templates may hold, and what becomes of the values in them. */
#include "mustache_cases.h"

/* What may not even be loaded, and a piece of what is said about it. */
static const struct {
	const char *text, *why;
} attacks[] = {
	/* attributes that run or load something */
	{ "<p style=\"color:{{x}}\">", "style is not allowed" },
	{ "<p style=\"color:red\">", "style is not allowed" },
	{ "<p STYLE='{{x}}'>", "style is not allowed" },
	{ "<p onclick=\"{{x}}\">", "onclick is not allowed" },
	{ "<p onclick=\"go()\">", "onclick is not allowed" },
	{ "<p OnMouseOver=\"{{x}}\">", "onmouseover is not allowed" },
	{ "<p onanything>", "onanything is not allowed" },
	{ "<p srcdoc=\"{{x}}\">", "srcdoc is not allowed" },
	{ "<img srcset=\"{{x}}\">", "srcset is not allowed" },
	{ "<a ping=\"/x\">", "ping is not allowed" },
	{ "<use xlink:href=\"{{x}}\">", "xlink:href is not allowed" },
	/* attributes that nobody thought of */
	{ "<p foo=\"{{x}}\">", "a variable in the value of foo" },
	{ "<p data-=\"{{x}}\">", "a variable in the value of data-" },
	{ "<input formtarget=\"{{x}}\">", "a variable in the value of formtarget" },
	{ "<a target=\"{{x}}\">", "a variable in the value of target" },
	{ "<a rel=\"{{x}}\">", "a variable in the value of rel" },
	{ "<form method=\"{{x}}\">", "a variable in the value of method" },
	{ "<p content=\"{{x}}\">", "a variable in the value of content" },
	{ "<button type=\"{{x}}\">", "a variable in the value of type" },
	{ "<script type=\"{{x}}\" src=\"/a.js\"></script>", "a variable in the value of type" },
	{ "<meta http-equiv=\"refresh\" content=\"{{x}}\">", "content with a variable" },
	{ "<meta content=\"{{x}}\" http-equiv=\"refresh\">", "content with a variable" },
	{ "<meta name=\"a\" content=\"{{x}}\" http-equiv=\"refresh\">", "content with a variable" },
	{ "<meta name=\"{{x}}\" content=\"a\">", "a variable in the value of name" },
	/* attributes without quotes, names, tags */
	{ "<p title={{x}}>", "put it into quotes" },
	{ "<p title=a{{x}}>", "put it into quotes" },
	{ "<a href={{x}}>", "put it into quotes" },
	{ "<a href=/a/{{x}}>", "put it into quotes" },
	{ "<p {{x}}>", "within a tag" },
	{ "<p {{x}}=\"y\">", "within a tag" },
	{ "<p data-{{x}}=\"y\">", "within a tag" },
	{ "<p title=\"a\"{{x}}>", "within a tag" },
	{ "<p title=\"a\"title=\"{{x}}\">", "a space is missing" },
	{ "<p title = \"{{x}}\">", "no attribute can begin with \"=\"" },
	{ "<p title= \"{{x}}\">", "has no value" },
	{ "<p title=\"a\" \"{{x}}\">", "no attribute can begin" },
	{ "<{{x}}>", "in the name of a tag" },
	{ "<h{{x}}>", "in the name of a tag" },
	{ "</{{x}}>", "in the name of a tag" },
	{ "</p{{x}}>", "in the name of a tag" },
	{ "</p class=\"x\">", "the end tag </p" },
	{ "<p / title=\"{{x}}\">", "stands before \">\" only" },
	{ "a < {{x}}", "write &lt;" },
	{ "<{{#x}}p{{/x}}>", "in the name of a tag" },
	/* elements */
	{ "<script>{{x}}</script>", "<script> needs src" },
	{ "<script>alert(1)</script>", "<script> needs src" },
	{ "<script src=\"/a.js\">{{x}}</script>", "in <script>" },
	{ "<script src=\"/a.js\">go()</script>", "code in the page" },
	{ "<script src=\"/a.js\">{{#x}}</script>{{/x}}", "in <script>" },
	{ "<script src=\"/a.js\"><!--</script>", "can only begin </script>" },
	{ "<script src=\"/a.js\"/>", "cannot end with" },
	{ "<script src=\"{{x}}\"></script>", "in the value of src" },
	{ "<script src=\"/static/{{x}}.js\"></script>", "in the value of src" },
	{ "<script src=\"https://cdn.example.org/a.js\"></script>", "is not allowed here" },
	{ "<SCRIPT\nsrc=\"data:text/javascript,1\"></SCRIPT>", "is not allowed here" },
	{ "<style>p { color: {{x}} }</style>", "<style> is not allowed" },
	{ "<style></style>", "<style> is not allowed" },
	{ "<svg><style></style></svg>", "<style> is not allowed" },
	{ "<svg><script>1</script></svg>", "<script> needs src" },
	{ "<svg><foreignObject></foreignObject></svg>", "<foreignobject> is not" },
	{ "<svg><animate attributeName=\"href\" values=\"{{x}}\"/></svg>", "<animate> is not" },
	{ "<svg><set attributeName=\"href\" to=\"{{x}}\"/></svg>", "<set> is not" },
	{ "<use href=\"{{x}}\"/>", "in the value of href" },
	{ "<iframe src=\"{{x}}\"></iframe>", "<iframe> is not" },
	{ "<object data=\"{{x}}\"></object>", "<object> is not" },
	{ "<embed src=\"{{x}}\">", "<embed> is not" },
	{ "<base href=\"{{x}}\">", "<base> is not" },
	{ "<math><mi href=\"{{x}}\"></mi></math>", "<math> is not" },
	{ "<xmp>{{x}}</xmp>", "<xmp> is not" },
	{ "<plaintext>{{x}}", "<plaintext> is not" },
	{ "<x-y>", "<x-y> is not" },
	{ "<unheard>", "<unheard> is not" },
	{ "</unheard>", "</unheard> ends no element" },
	{ "<abcdefghijklmnopqrstuvwxyz>", "too long" },
	/* title and textarea */
	{ "<title><b>{{x}}</b></title>", "can only begin </title>" },
	{ "<svg><title><a title={{x}}></title></svg>", "can only begin </title>" },
	{ "<textarea></text{{x}}</textarea>", "a variable" },
	{ "<title></titl{{#x}}e>{{/x}}", "a section in an end tag" },
	{ "<title>{{{x_html}}}</title>", "in text only" },
	/* comments and declarations */
	{ "<!-- {{x}} -->", "comment it out" },
	{ "<!-- {{#x}}--><b>{{/x}} -->", "comment it out" },
	{ "<!-- [[x]] -->", "comment it out" },
	{ "<!-- open", "the template ends" },
	{ "<!{{x}}>", "within a tag" },
	{ "<![CDATA[{{x}}", "\"<!\" begins" },
	{ "<!element>", "\"<!\" begins" },
	{ "<?php {{x}} ?>", "write &lt;" },
	/* URLs */
	{ "<a href=\"javascript:alert({{x}})\">", "is not allowed here" },
	{ "<a href=\"javascript:alert(1)\">", "is not allowed here" },
	{ "<a href=\"JaVaScRiPt:{{x}}\">", "is not allowed here" },
	{ "<a href=\" javascript:{{x}}\">", "neither spaces" },
	{ "<a href=\"java\nscript:{{x}}\">", "is not allowed here" },
	{ "<a href=\"&#106;avascript:{{x}}\">", "\"&\" only after" },
	{ "<a href=\"data:text/html,{{x}}\">", "is not allowed here" },
	{ "<a href=\"vbscript:{{x}}\">", "is not allowed here" },
	{ "<a href=\"{{x}}{{y}}\">", "in the value of href" },
	{ "<a href=\"{{x}}/more\">", "only #" },
	{ "<a href=\"{{x}}?a={{y}}\">", "only #" },
	{ "<a href=\"x{{x}}\">", "is not allowed here" },
	{ "<a href=\"h{{x}}\">", "in the value of href" },
	{ "<a href=\"htt\">", "not a URL" },
	{ "<a href=\"https://{{x}}/\">", "in the value of href" },
	{ "<a href=\"https://a.{{x}}\">", "in the value of href" },
	{ "<a href=\"//{{x}}\">", "does not begin with \"//\"" },
	{ "<a href=\"/\\{{x}}\">", "neither spaces" },
	{ "<a href=\"/&#47;{{x}}\">", "\"&\" only after" },
	{ "<a href=\"\\\\{{x}}\">", "neither spaces" },
	{ "<a href=\"relative\">", "is not allowed here" },
	{ "<a href=\"../{{x}}\">", "is not allowed here" },
	{ "<a href=\"[[Home]]\">", "in the value of href" },
	{ "<a href=\"{{{x_html}}}\">", "in text only" },
	{ "<a href=\"/{{#x}}a{{/x}}/b\">", "one part of a URL and ends in another" },
	{ "<a href=\"{{#x}}/a{{/x}}\">", "one part of a URL and ends in another" },
	{ "<a href=\"{{#x}}/a{{/x}}{{^x}}/b{{/x}}\">", "one part of a URL and ends in another" },
	{ "<img src=\"https://a.example.org/{{x}}\">", "is not allowed here" },
	{ "<form action=\"https://a.example.org/\">", "is not allowed here" },
	{ "<button formaction=\"javascript:{{x}}\">", "is not allowed here" },
	{ "<link href=\"https://a.example.org/a.css\">", "is not allowed here" },
	/* sections and blocks that open here and close there */
	{ "{{#x}}<p {{/x}}>", "it begins in text and ends within a tag" },
	{ "{{#x}}<p title=\"{{/x}}\">", "it begins in text and ends in the value" },
	{ "<p title=\"{{#x}}\">{{/x}}", "it begins in the value of an attribute and ends in text" },
	{ "<p {{#x}}>{{/x}}", "it begins within a tag and ends in text" },
	{ "<p {{#x}}title=\"a{{/x}}\">", "it begins within a tag and ends in the value" },
	{ "<p title=\"{{#x}}\" lang=\"{{/x}}\">", "one attribute and ends in another" },
	{ "<p title=\"{{#x}}\" title='{{/x}}'>", "one attribute and ends in another" },
	{ "<p title={{#x}}a{{/x}}>", "put it into quotes" },
	{ "<p title=a{{#x}}b{{/x}}>", "in the value of title" },
	{ "<p {{#x}}on{{/x}}click=\"y\">", "on is not allowed" },
	{ "<p {{#x}}sty{{/x}}le=\"{{y}}\">", "a space is missing" },
	{ "<p x{{#x}} title{{/x}}=\"{{y}}\">", "a space is missing" },
	{ "<p on{{#x}}click{{/x}}=\"y\">", "on is not allowed" },
	{ "<p {{#x}}title{{/x}}=\"{{y}}\">", "a space is missing" },
	{ "{{#x}}<!--{{/x}} -->", "comment it out" },
	{ "{{#x}}<textarea>{{/x}}</textarea>", "ends in a title or textarea" },
	{ "{{$x}}<p {{/x}}>", "it begins in text and ends within a tag" },
	{ "<p title=\"{{$x}}\">{{/x}}", "it begins in the value of an attribute and ends in text" },
	{ "{{^x}}</p{{/x}}>", "in the name of a tag" },
	/* partials elsewhere than in text */
	{ "<p title=\"{{>core/b}}\">", "no template \"core/b\"" },
	{ "<p title=\"{{>a}}\">", "may stand in text only" },
	{ "<p {{>a}}>", "may stand in text only" },
	{ "<title>{{>a}}</title>", "may stand in text only" },
	{ "<p title=\"{{<a}}{{/a}}\">", "may stand in text only" },
	/* unescaped */
	{ "{{{x}}}", "ends in _html" },
	{ "{{&x}}", "ends in _html" },
	{ "{{{_html}}}", "ends in _html" },
	{ "<p title=\"{{&x_html}}\">", "in text only" },
	{ "<p {{{x_html}}}>", "in text only" },
	/* translations */
	{ "[[<b>bold</b>]]", "neither tags nor entities" },
	{ "[[a&nbsp;b]]", "neither tags nor entities" },
	{ "[[a &#60; b]]", "neither tags nor entities" },
	{ "<p class=\"[[x]]\">", "[[ ]]" },
	{ "<p [[x]]>", "within a tag" },
	{ "<p [[x]]=\"y\">", "within a tag" },
	/* the end */
	{ "<p", "the template ends within a tag" },
	{ "<p title=\"", "the template ends in the value" },
	{ "<p title=\"a", "the template ends in the value" },
	{ "<", "the template ends within a tag" },
	{ "<title>", "the template ends in a title" },
	{ "<script src=\"/a.js\">", "the template ends within a tag" },
};

static void test_attacks(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(attacks) / sizeof(*attacks); i++) {
		expect_refused(&html, attacks[i].text, attacks[i].why);
		assert_memory_equal(error.text, "core/a:", 7);
	}
}

/* What is printed where a value must not be what it is, and that strictly it is an error. */
static const struct {
	const char *text, *value, *out, *why;
} values[] = {
	{ "<a href=\"{{x}}\">", "\"javascript:alert(1)\"", "<a href=\"#\">", "not a URL" },
	{ "<a href=\"{{x}}\">", "\"JAVASCRIPT:alert(1)\"", "<a href=\"#\">", "not a URL" },
	{ "<a href=\"{{x}}\">", "\" javascript:alert(1)\"", "<a href=\"#\">", "not a URL" },
	{ "<a href=\"{{x}}\">", "\"\\u0001javascript:alert(1)\"", "<a href=\"#\">", "not a URL" },
	{ "<a href=\"{{x}}\">", "\"java\\tscript:alert(1)\"", "<a href=\"#\">", "not a URL" },
	{ "<a href=\"{{x}}\">", "\"java\\nscript:alert(1)\"", "<a href=\"#\">", "not a URL" },
	{ "<a href=\"{{x}}\">", "\"javascript&colon;alert(1)\"", "<a href=\"#\">", "not a URL" },
	{ "<a href=\"{{x}}\">", "\"data:text/html,<script>\"", "<a href=\"#\">", "not a URL" },
	{ "<a href=\"{{x}}\">", "\"vbscript:x\"", "<a href=\"#\">", "not a URL" },
	{ "<a href=\"{{x}}\">", "\"blob:https://x\"", "<a href=\"#\">", "not a URL" },
	{ "<a href=\"{{x}}\">", "\"//evil.example\"", "<a href=\"#\">", "not a URL" },
	{ "<a href=\"{{x}}\">", "\"/\\\\evil.example\"", "<a href=\"#\">", "not a URL" },
	{ "<a href=\"{{x}}\">", "\"/\\t/evil.example\"", "<a href=\"#\">", "not a URL" },
	{ "<a href=\"{{x}}\">", "\"\\\\\\\\evil.example\"", "<a href=\"#\">", "not a URL" },
	{ "<a href=\"{{x}}\">", "\"https:evil.example\"", "<a href=\"#\">", "not a URL" },
	{ "<a href=\"{{x}}\">", "\"https:///evil.example\"", "<a href=\"#\">", "not a URL" },
	{ "<a href=\"{{x}}\">", "\"https://\"", "<a href=\"#\">", "not a URL" },
	{ "<a href=\"{{x}}\">", "\"relative\"", "<a href=\"#\">", "not a URL" },
	{ "<a href=\"{{x}}\">", "\"/a b\"", "<a href=\"#\">", "not a URL" },
	{ "<a href=\"{{x}}\">", "\"/a\\\"onclick=\\\"x\"", "<a href=\"#\">", "not a URL" },
	{ "<a href=\"{{x}}\">", "\"\"", "<a href=\"#\">", "not a URL" },
	{ "<a href=\"{{x}}\">", "null", "<a href=\"#\">", "not a URL" },
	{ "<a href=\"{{x}}\">", "7", "<a href=\"#\">", "not a URL" },
	{ "<a href=\"{{x}}\">", "{\"a\": 1}", "<a href=\"#\">", "" },
	{ "<img src=\"{{x}}\">", "\"https://a.example\"", "<img src=\"#\">", "not a path" },
	{ "<form action=\"{{x}}\">", "\"https://a.example\"", "<form action=\"#\">", "not a path" },
	{ "<button formaction=\"{{x}}\">", "\"javascript:1\"", "<button formaction=\"#\">",
	  "not a path" },
	{ "<link href=\"{{x}}\">", "\"https://a.example\"", "<link href=\"#\">", "not a path" },
	{ "<a href=\"/{{x}}/y\">", "\"\"", "<a href=\"/-/y\">", "part of a path" },
	{ "<a href=\"/{{x}}/y\">", "null", "<a href=\"/-/y\">", "part of a path" },
	{ "<a href=\"/o/{{x}}/y\">", "\"..\"", "<a href=\"/o/-/y\">", "part of a path" },
	{ "<a href=\"/o/{{x}}\">", "\".\"", "<a href=\"/o/-\">", "part of a path" },
	{ "<p class=\"{{x}}\">", "\"a b\"", "<p class=\"\">", "not a word" },
	{ "<p class=\"{{x}}\">", "\"A\"", "<p class=\"\">", "not a word" },
	{ "<p class=\"a-{{x}}\">", "\"é\"", "<p class=\"a-\">", "not a word" },
	{ "<input type=\"{{x}}\">", "\"text\\\" onfocus=\\\"x\"", "<input type=\"\">",
	  "not a word" },
	{ "<rect width=\"{{x}}\"/>", "\"1;2\"", "<rect width=\"0\"/>", "not a number" },
	{ "<rect x=\"{{x}}\"/>", "\"url(#a)\"", "<rect x=\"0\"/>", "not a number" },
	{ "<rect x=\"{{x}}\"/>", "true", "<rect x=\"0\"/>", "not a number" },
	{ "<input size=\"{{x}}\">", "\"-1\"", "<input size=\"\">", "not a whole number" },
	{ "<svg viewBox=\"{{x}}\"></svg>", "\"0 0 a\"", "<svg viewBox=\"\"></svg>",
	  "list of numbers" },
	{ "<path d=\"{{x}}\"/>", "\"M0 0<\"", "<path d=\"\"/>", "not an SVG path" },
	{ "<g transform=\"{{x}}\"></g>", "\"url(1)\"", "<g transform=\"\"></g>",
	  "not an SVG transform" },
	{ "<g transform=\"{{x}}\"></g>", "\"rotate(1)x\"", "<g transform=\"\"></g>",
	  "SVG transform" },
	{ "<p>{{x}}</p>", "[1]", "<p></p>", "a list or an object" },
	{ "<p>{{x}}</p>", "{}", "<p></p>", "a list or an object" },
};

static void test_values_refused(void **state)
{
	char view[200];

	(void)state;
	for (size_t i = 0; i < sizeof(values) / sizeof(*values); i++) {
		snprintf(view, sizeof(view), "{\"x\": %s}", values[i].value);
		refusal[0] = '\0';
		expect(&html, values[i].text, view, values[i].out);
		if (!strstr(refusal, values[i].why) || strncmp(refusal, "core/a:1: x: ", 13) != 0)
			fail_msg("%s with %s was reported as \"%s\"", values[i].text, view,
				 refusal);
		expect_broken(&strict, values[i].text, view, values[i].why);
	}
}

/* What is allowed, and how it comes out, below the prefix /reserver. */
static const struct {
	const char *text, *value, *out;
} written[] = {
	{ "<p>{{x}}</p>", "\"<b>&\\\"'\"", "<p>&lt;b&gt;&amp;&quot;&#39;</p>" },
	{ "<p title=\"{{x}}\">", "\"\\\" onclick='\"", "<p title=\"&quot; onclick=&#39;\">" },
	{ "<p title='{{x}}'>", "\"'\"", "<p title='&#39;'>" },
	{ "<p data-x=\"a {{x}}, {{x}}\">", "1", "<p data-x=\"a 1, 1\">" },
	{ "<p aria-label=\"{{x}}\">", "\"é\"", "<p aria-label=\"é\">" },
	{ "<meta name=\"description\" content=\"{{x}}\">", "1",
	  "<meta name=\"description\" content=\"1\">" },
	{ "<meta property=\"og:title\" content=\"{{x}}\">", "1",
	  "<meta property=\"og:title\" content=\"1\">" },
	{ "<title>{{x}}</title>", "\"</title>\"", "<title>&lt;/title&gt;</title>" },
	{ "<p class=\"a b-{{x}} c\">", "\"done-2\"", "<p class=\"a b-done-2 c\">" },
	{ "<p class=\"{{x}}\">", "\"\"", "<p class=\"\">" },
	{ "<input type=\"{{x}}\" inputmode=\"{{x}}\">", "\"tel\"",
	  "<input type=\"tel\" inputmode=\"tel\">" },
	{ "<input maxlength=\"{{x}}\">", "\"40\"", "<input maxlength=\"40\">" },
	{ "<rect x=\"{{x}}\" width=\"{{x}}%\"/>", "-5", "<rect x=\"-5\" width=\"-5%\"/>" },
	{ "<rect y=\"{{x}}\"/>", "1.5", "<rect y=\"1.5\"/>" },
	{ "<svg viewBox=\"0 0 {{x}} 9\"></svg>", "12", "<svg viewBox=\"0 0 12 9\"></svg>" },
	{ "<path d=\"{{x}}Z\"/>", "\"M0 0L1,2\"", "<path d=\"M0 0L1,2Z\"/>" },
	{ "<g transform=\"{{x}}\"></g>", "\"translate(1, -2.5) scale(2)\"",
	  "<g transform=\"translate(1, -2.5) scale(2)\"></g>" },
	/* URLs */
	{ "<a href=\"{{x}}\">", "\"/\"", "<a href=\"/reserver/\">" },
	{ "<a href=\"{{x}}\">", "\"/a?b=1&c=%20\"", "<a href=\"/reserver/a?b=1&amp;c=%20\">" },
	{ "<a href=\"{{x}}#top\">", "\"/a\"", "<a href=\"/reserver/a#top\">" },
	{ "<a href=\"{{x}}\">", "\"#f-name\"", "<a href=\"#f-name\">" },
	{ "<a href=\"{{x}}\">", "\"?after=3\"", "<a href=\"?after=3\">" },
	{ "<a href=\"{{x}}\">", "\"https://a.example/b\"", "<a href=\"https://a.example/b\">" },
	{ "<a href=\"{{x}}\">", "\"http://[::1]/\"", "<a href=\"http://[::1]/\">" },
	{ "<a href=\"{{x}}\">", "\"webcal://a.example/b.ics\"",
	  "<a href=\"webcal://a.example/b.ics\">" },
	{ "<a href=\"{{x}}\">", "\"mailto:a@b.example\"", "<a href=\"mailto:a@b.example\">" },
	{ "<a href=\"{{x}}\">", "\"tel:+33612345678\"", "<a href=\"tel:+33612345678\">" },
	{ "<img src=\"{{x}}\">", "\"/files/1\"", "<img src=\"/reserver/files/1\">" },
	{ "<a href=\"/\">", "0", "<a href=\"/reserver/\">" },
	{ "<a href='/a'>", "0", "<a href='/reserver/a'>" },
	{ "<a href=/a/b>", "0", "<a href=/reserver/a/b>" },
	{ "<a href=\"#a\">", "0", "<a href=\"#a\">" },
	{ "<a href=\"?x=1\">", "0", "<a href=\"?x=1\">" },
	{ "<form action=\"\">", "0", "<form action=\"\">" },
	{ "<a href=\"https://a.example/{{x}}\">", "\"b/c\"",
	  "<a href=\"https://a.example/b%2Fc\">" },
	{ "<a href=\"/places/{{x}}/day\">", "\"a b/..?\"",
	  "<a href=\"/reserver/places/a%20b%2F..%3F/day\">" },
	{ "<a href=\"/{{x}}\">", "\"/evil.example\"", "<a href=\"/reserver/%2Fevil.example\">" },
	{ "<a href=\"/a?b={{x}}&amp;c={{x}}\">", "\"1&2 é\"",
	  "<a href=\"/reserver/a?b=1%262%20%C3%A9&amp;c=1%262%20%C3%A9\">" },
	{ "<a href=\"/a?b={{x}}\">", "\"\"", "<a href=\"/reserver/a?b=\">" },
	{ "<a href=\"/a?c=1{{#x}}&amp;b={{x}}{{/x}}\">", "2",
	  "<a href=\"/reserver/a?c=1&amp;b=2\">" },
	{ "<a href=\"#r-{{x}}\">", "\"4\\\"\"", "<a href=\"#r-4%22\">" },
	{ "<a href=\"mailto:{{x}}\">", "\"a+b@c.example?bcc=x\"",
	  "<a href=\"mailto:a+b@c.example%3Fbcc%3Dx\">" },
	{ "<a href=\"tel:{{x}}\">", "\"+33612345678\"", "<a href=\"tel:+33612345678\">" },
	{ "<link rel=stylesheet href=\"/o/{{x}}/theme.css?v={{x}}\">", "7",
	  "<link rel=stylesheet href=\"/reserver/o/7/theme.css?v=7\">" },
	{ "<script src=\"/a.js?v={{x}}\" defer></script>", "7",
	  "<script src=\"/reserver/a.js?v=7\" defer></script>" },
	{ "<script src=\"/a.js\" defer>\n</script>", "0",
	  "<script src=\"/reserver/a.js\" defer>\n</script>" },
	{ "<use href=\"/sprite.svg#{{x}}\"/>", "\"a\"", "<use href=\"/reserver/sprite.svg#a\"/>" },
	/* attributes by section */
	{ "<option value=\"1\"{{#x}} selected{{/x}}>", "true", "<option value=\"1\" selected>" },
	{ "<option value=\"1\"{{#x}} selected{{/x}}>", "false", "<option value=\"1\">" },
	{ "<option{{#x}} selected{{/x}}>", "true", "<option selected>" },
	{ "<input {{#x}}checked{{/x}}>", "true", "<input checked>" },
	{ "<input{{#x}} checked {{/x}}>", "true", "<input checked >" },
	{ "<input {{#x}}checked{{/x}} name=\"{{x}}\">", "true", "<input checked name=\"true\">" },
	{ "<input{{#x}} checked{{/x}}/>", "true", "<input checked/>" },
	{ "<input{{#x}} min=\"{{x}}\"{{/x}}{{^x}} hidden{{/x}}>", "3", "<input min=\"3\">" },
	{ "<p class=\"a{{#x}} b{{/x}}\">", "true", "<p class=\"a b\">" },
	{ "<p title=\"{{^x}}>{{/x}}\">", "0", "<p title=\"\">" },
	/* other markup */
	{ "<!DOCTYPE html><html lang=\"{{x}}\"></html>", "\"fr\"",
	  "<!doctype html><html lang=\"fr\"></html>" },
	{ "a<!-- b > <p -- c --->d", "0", "ad" },
	{ "<textarea>{{x}}</textarea>", "\"\\na\"", "<textarea>\n\na</textarea>" },
	{ "<textarea>\n{{x}}</textarea>", "\"a\"", "<textarea>\na</textarea>" },
	{ "<textarea></textarea>{{x}}", "1", "<textarea>\n</textarea>1" },
	{ "<textarea>{{#x}}a{{/x}}</textarea >", "1", "<textarea>\na</textarea >" },
	{ "<p>a &amp; b &eacute; > {{x}}</p >", "1", "<p>a &amp; b &eacute; > 1</p >" },
	{ "<br/><hr />{{x}}", "1", "<br/><hr />1" },
};

static void test_values_written(void **state)
{
	char view[200];

	(void)state;
	for (size_t i = 0; i < sizeof(written) / sizeof(*written); i++) {
		snprintf(view, sizeof(view), "{\"x\": %s}", written[i].value);
		refusal[0] = '\0';
		expect(&prefixed, written[i].text, view, written[i].out);
		assert_string_equal(refusal, "");
	}
	expect(&html, "{{{a_html}}}|{{& b.c_html }}",
	       "{\"a_html\": \"<b>\", \"b\": {\"c_html\": \"<i>\"}}", "<b>|<i>");
	expect(&html, "<script src=\"{{page.js}}\"></script><use href=\"{{page.svg}}#{{x}}\"/>",
	       "{\"x\": \"a\", \"page\": {\"js\": \"/a.js\", \"svg\": \"/s.svg\"}}",
	       "<script src=\"/a.js\"></script><use href=\"/s.svg#a\"/>");
	expect_refused(&html, "<a href=\"/a{{#x}}?b={{x}}{{/x}}\">", "one part of a URL");
}

static void test_lists_within_tags(void **state)
{
	(void)state;
	expect(&html, "<p{{#x}} title=\"{{.}}\"{{/x}}>", "{\"x\": [1]}", "<p title=\"1\">");
	expect_broken(&html, "<p {{#x}}title=\"{{.}}\"{{/x}}>", "{\"x\": [1, 2]}",
		      "is a list, within a tag");
	expect(&html, "<p class=\"{{#x}} a{{.}}{{/x}}\">", "{\"x\": [1, 2]}",
	       "<p class=\" a1 a2\">");
}

static void test_blocks_are_checked_where_they_land(void **state)
{
	static const struct source attribute[] = {
		{ "core/a", "{{<b}}{{$x}}{{y}}{{/x}}{{/b}}" },
		{ "core/b", "<p style2=\"{{$x}}{{/x}}\">" },
		{ NULL, NULL }
	};
	static const struct source opens[] = {
		{ "core/a", "{{<b}}{{$x}}\">{{/x}}{{/b}}" },
		{ "core/b", "<p title=\"{{$x}}{{/x}}\">" },
		{ NULL, NULL }
	};
	static const struct source url[] = {
		{ "core/a", "{{<b}}{{$x}}\n\n{{u}}{{/x}}{{/b}}" },
		{ "core/b", "<a href=\"{{$x}}{{/x}}\">" },
		{ NULL, NULL }
	};
	static const struct source typo[] = {
		{ "core/a", "\n{{<b}}{{$titel}}{{/titel}}{{/b}}" },
		{ "core/b", "{{$title}}{{/title}}" },
		{ NULL, NULL }
	};
	static const struct source stray[] = {
		{ "core/a", "{{<b}}\n{{x}}{{/b}}" },
		{ "core/b", "" },
		{ NULL, NULL }
	};
	static const struct source through[] = {
		{ "core/a", "{{<b}}{{$x}}1{{/x}}{{/b}}" },
		{ "core/b", "{{<c}}{{$x}}2{{/x}}{{/c}}" },
		{ "core/c", "{{$x}}3{{/x}}" },
		{ NULL, NULL }
	};

	(void)state;
	expect_sources_refused(&html, attribute, "core/a:1: a variable in the value of style2");
	expect_sources_refused(&html, opens,
			       "it begins in the value of an attribute and ends in text");
	expect_sources_refused(&html, url, "core/a:2: a URL holds neither spaces");
	expect_sources_refused(&html, typo, "core/a:2: core/b has no block \"titel\"");
	expect_sources_refused(&html, stray, "core/a:2: in {{<b}} only {{$blocks}} may stand");
	expect_sources(&html, through, NULL, "{}", "1");
}

static void test_html_is_not_indented(void **state)
{
	static const struct source sources[] = {
		{ "core/a", "<div>\n    {{>b}}\n</div>\n" },
		{ "core/b", "<textarea>\n{{x}}\n</textarea>\n" },
		{ NULL, NULL }
	};

	(void)state;
	expect_sources(&html, sources, NULL, "{\"x\": 1}",
		       "<div>\n<textarea>\n1\n</textarea>\n</div>\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_attacks),
		cmocka_unit_test(test_values_refused),
		cmocka_unit_test(test_values_written),
		cmocka_unit_test(test_lists_within_tags),
		cmocka_unit_test(test_blocks_are_checked_where_they_land),
		cmocka_unit_test(test_html_is_not_indented),
	};

	return cmocka_run_group_tests_name("mustache: HTML", tests, NULL, NULL);
}
