/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The specification itself is tested by tests/spec/test_mustache_spec.c and HTML by
 * test_mustache_html.c; here is the rest of what is our own.
 */
#include "mustache_cases.h"

#include <sys/stat.h>
#include <unistd.h>

static const char *french(void *ctx, const char *lang, const char *domain, const char *msgid)
{
	static const char *const words[][2] = {
		{ "Book a room", "Réserver une salle" },
		{ "Hello {{name}}, {{n}} rooms", "{{n}} salles, bonjour {{name}}" },
		{ "the organisation's", "l'organisation <b>" },
		{ "R & D", "R & D \"x\"" },
		{ "greedy {{a}}", "{{b}}" },
		{ "sly", "{{#a}}" },
		{ "raw {{a}}", "{{{a}}}" },
	};

	(void)ctx;
	if (strcmp(lang, "fr") != 0 || !domain || strcmp(domain, "test") != 0)
		return msgid;
	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++) {
		if (!strcmp(words[i][0], msgid))
			return words[i][1];
	}
	return NULL;
}

static const char *const langs[] = { "fr", "en", NULL };
static const struct ct_template_options bilingual = {
	.flags = CT_TEMPLATE_HTML, .tr = french, .langs = langs,
};

static void test_truth(void **state)
{
	static const char text[] = "{{#x}}yes{{/x}}{{^x}}no{{/x}}";

	(void)state;
	expect(&html, text, "{\"x\": 0}", "yes");
	expect(&html, text, "{\"x\": \"0\"}", "yes");
	expect(&html, text, "{\"x\": {}}", "yes");
	expect(&html, text, "{\"x\": \"\"}", "no");
	expect(&html, text, "{\"x\": []}", "no");
	expect(&html, text, "{\"x\": null}", "no");
	expect(&html, text, "{}", "no");
	expect(&html, "{{a}} {{b}} {{c}} {{d}}.",
	       "{\"a\": -9223372036854775807, \"b\": true, \"c\": false, \"d\": null}",
	       "-9223372036854775807 true false .");
	expect(&html, "{{#rows}}{{n}}:{{.}},{{/rows}}", "{\"n\": 1, \"rows\": [\"a\", 2, false]}",
	       "1:a,1:2,1:false,");
}

static void test_page_cannot_be_hidden(void **state)
{
	static const char view[] =
		"{\"page\": {\"csrf\": \"good\"},"
		" \"rows\": [{\"page\": {\"csrf\": \"evil\"}, \"n\": 1}]}";

	(void)state;
	expect(&html, "{{#rows}}{{n}} {{page.csrf}} {{#page}}{{csrf}}{{/page}}{{/rows}}", view,
	       "1 good good");
	expect_broken(&strict, "{{#rows}}{{n}}{{/rows}}", view, "a \"page\" of its own");
	expect(&html, "{{#rows}}[{{page.csrf}}]{{/rows}}",
	       "{\"rows\": [{\"page\": {\"csrf\": \"evil\"}}]}", "[]");
}

static void test_strict_names(void **state)
{
	(void)state;
	expect_broken(&strict, "<p>\n{{a.b}}</p>", "{\"a\": {}}",
		      "core/a:2: the view has no \"a.b\"");
	expect_broken(&strict, "{{#a}}{{/a}}", "{}", "no \"a\"");
	expect_broken(&strict, "{{^a}}{{/a}}", "{}", "no \"a\"");
	expect(&strict, "[{{a.b.c}}{{#a.b}}{{/a.b}}]", "{\"a\": null}", "[]");
	expect(&html, "[{{a.b}}]", "{}", "[]");
}

static void test_lookup_and_inheritance(void **state)
{
	static const struct source sources[] = {
		{ "plug/page",
		  "{{<layout}}\n{{$title}}T{{/title}}\n"
		  "{{$main}}<p>{{>part}} {{>other}} {{>core/part}}</p>"
		  "{{<box}}{{$title}}Box {{x}}{{/title}}{{/box}}{{/main}}\n{{/layout}}\n" },
		{ "plug/part", "plug" },
		{ "core/part", "core" },
		{ "core/other", "other" },
		{ "core/box", "<div title=\"{{$title}}none{{/title}}\"></div>" },
		{ "core/layout",
		  "<title>{{$title}}none{{/title}}</title><h1>{{$title}}{{/title}}</h1>"
		  "{{#row}}{{$main}}{{/main}}{{/row}}{{$foot}}{{>part}}{{/foot}}" },
		{ NULL, NULL }
	};

	(void)state;
	expect_sources(
		&html, sources, NULL, "{\"x\": 1, \"row\": {\"x\": \"<\"}}",
		"<title>T</title><h1>T</h1><p>plug other core</p>"
		"<div title=\"Box &lt;\"></div>core");
}

static void test_kinds_do_not_mix(void **state)
{
	static const struct source sources[] = {
		{ "core/a", "{{>b.txt}}" },
		{ "core/b.txt", "x" },
		{ NULL, NULL }
	};
	static const struct source text[] = {
		{ "core/mail.txt", "Hello {{name}} <{{{mail}}}>\n  {{>list.txt}}\n" },
		{ "core/list.txt", "{{#rows}}\n- {{.}}\n{{/rows}}\nend\n" },
		{ NULL, NULL }
	};

	(void)state;
	expect_sources_refused(&html, sources, "of another kind");
	expect_sources(&html, text, NULL,
		       "{\"name\": \"A & B\", \"mail\": \"a@b\", \"rows\": [1, \"'2'\"]}",
		       "Hello A & B <a@b>\n  - 1\n  - '2'\n  end\n");
}

static void expect_language(const char *text, const char *lang, const char *view,
			    const char *expected)
{
	const struct source sources[] = { { "core/a", text }, { NULL, NULL } };

	expect_sources(&bilingual, sources, lang, view, expected);
}

static void test_translations(void **state)
{
	(void)state;
	expect_language("<p>[[Book a room]]</p>", "fr", "{}", "<p>Réserver une salle</p>");
	expect_language("<p>[[Book a room]]</p>", "en", "{}", "<p>Book a room</p>");
	expect_language("<p>[[Book a room]]</p>", "de", "{}", "<p>Réserver une salle</p>");
	expect_language("<p>[[Book a room]]</p>", NULL, "{}", "<p>Réserver une salle</p>");
	expect_language("<p title=\"[[ Book\n\t a  room ]]\">", "fr", "{}",
			"<p title=\"Réserver une salle\">");
	expect_language("[[Hello {{name}}, {{n}} rooms]]", "fr", "{\"name\": \"<A>\", \"n\": 2}",
			"2 salles, bonjour &lt;A&gt;");
	expect_language("[[Hello {{name}}, {{n}} rooms]]", "en", "{\"name\": \"A\", \"n\": 2}",
			"Hello A, 2 rooms");
	expect_language("<p title=\"[[R & D]]\">", "fr", "{}",
			"<p title=\"R &amp; D &quot;x&quot;\">");
	expect_language("[[unknown's]]", "fr", "{}", "unknown&#39;s");
	expect_language("{{! [[x]] }}[[a]b [c]]]", "en", "{}", "a]b [c]");
	expect_refused(&bilingual, "[[the organisation's]]", "neither tags nor entities");
	expect_refused(&bilingual, "[[greedy {{a}}]]", "has a {{b}} of its own");
	expect_refused(&bilingual, "[[sly]]", "text and {{names}} only");
	expect_refused(&bilingual, "[[raw {{a}}]]", "text and {{names}} only");
	expect_refused(&bilingual, "[[a {{#b}}c{{/b}}]]", "text and {{names}} only");
	expect_refused(&bilingual, "[[ ]]", "an empty [[ ]]");
	expect_refused(&bilingual, "[[a", "\"[[\" without \"]]\"");
	expect_refused(&bilingual, "[[a [[b]]", "\"[[\" within \"[[\"");
}

static void test_syntax(void **state)
{
	static const struct {
		const char *text, *why;
	} wrong[] = {
		{ "a\n{{x", "core/a:2: \"{{\" without \"}}\"" },
		{ "{{{x}}", "without \"}}}\"" },
		{ "{{#a}}\n{{/b}}", "core/a:2: {{/b}} closes \"a\" of line 1" },
		{ "{{#a}}", "\"a\" is never closed" },
		{ "{{/a}}", "{{/a}} closes nothing" },
		{ "{{=<% %>=}}", "delimiters cannot be changed" },
		{ "{{}}", "without a usable name" },
		{ "{{ }}", "without a usable name" },
		{ "{{a b}}", "is not a name" },
		{ "{{a..b}}", "without a usable name" },
		{ "{{.a}}", "without a usable name" },
		{ "{{a.}}", "without a usable name" },
		{ "{{a/b}}", "is not a name" },
		{ "{{>*a}}", "is not a name" },
		{ "{{a.b.c.d.e.f.g.h.i}}", "without a usable name" },
		{ "{{>missing}}", "there is no template \"missing\"" },
		{ "{{<missing}}{{/missing}}", "there is no template \"missing\"" },
		{ "a\xff", "not UTF-8" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++)
		expect_refused(&html, wrong[i].text, wrong[i].why);
}

static void test_twice(void **state)
{
	static const struct source sources[] = { { "a", "1" }, { "a", "2" }, { NULL, NULL } };

	(void)state;
	expect_sources_refused(&html, sources, "\"a\" is there twice");
}

static char *repeated(void *mem, const char *what, unsigned times)
{
	char *s = talloc_strdup(mem, "");

	while (times--)
		s = talloc_strdup_append_buffer(s, what);
	return s;
}

static void test_nesting_is_bounded(void **state)
{
	void *mem = talloc_new(NULL);
	const char *deep = talloc_asprintf(mem, "%s%s", repeated(mem, "{{#a}}", 64),
					   repeated(mem, "{{/a}}", 64));
	const char *deeper = talloc_asprintf(mem, "{{#a}}%s{{/a}}", deep);

	(void)state;
	expect(&html, deep, "{\"a\": 1}", "");
	expect_refused(&html, deeper, "nested too deeply");
	talloc_free(mem);
}

static void test_recursion_is_bounded(void **state)
{
	static const struct source parents[] = {
		{ "core/a", "{{<a}}{{$x}}{{$x}}{{/x}}1{{/x}}{{/a}}{{$x}}{{/x}}" },
		{ NULL, NULL }
	};
	static const char tree[] = "{{n}}{{#sub}}<p>{{>a}}</p>{{/sub}}";

	(void)state;
	expect(&html, tree,
	       "{\"n\": 1, \"sub\": [{\"n\": 2, \"sub\": []},"
	       " {\"n\": 3, \"sub\": [{\"n\": 4, \"sub\": []}]}]}",
	       "1<p>2</p><p>3<p>4</p></p>");
	expect_broken(&html, "x{{>a}}", "{}", "nested too deeply when rendered");
	expect_broken(&html, "{{#a}}{{>a}}{{/a}}", "{\"a\": {\"a\": [1]}}", "nested too deeply");
	expect_sources_refused(&html, parents, "inherits without end");
}

/* x1 is x0 twice, x2 is x1 twice … 2^40 in the end, and that for nothing. */
static void test_blocks_that_double_are_bounded(void **state)
{
	void *mem = talloc_new(NULL);
	struct source sources[42] = { { "core/t0", "{{<t1}}{{$x0}}{{/x0}}{{/t1}}" } };

	(void)state;
	for (unsigned i = 1; i < 40; i++) {
		sources[i].name = talloc_asprintf(mem, "core/t%u", i);
		sources[i].text = talloc_asprintf(
			mem, "{{<t%u}}{{$x%u}}{{$x%u}}{{/x%u}}{{$x%u}}{{/x%u}}{{/x%u}}{{/t%u}}",
			i + 1, i, i - 1, i - 1, i - 1, i - 1, i, i + 1);
	}
	sources[40] = (struct source){ "core/t40", "{{$x39}}{{/x39}}" };
	expect_sources_refused(&html, sources, "grows too large");
	talloc_free(mem);
}

static void test_steps_and_output_are_bounded(void **state)
{
	const struct ct_template_options few = { .flags = CT_TEMPLATE_HTML, .max_steps = 100 };
	const struct ct_template_options small = { .flags = CT_TEMPLATE_HTML, .max_output = 99 };
	const struct ct_template_options shallow = { .flags = CT_TEMPLATE_HTML, .max_depth = 3 };
	static const char bomb[] = "{{#a}}{{#a}}{{#a}}0123456789{{/a}}{{/a}}{{/a}}";
	static const char view[] = "{\"a\": [1, 2, 3, 4, 5]}";

	(void)state;
	expect_broken(&few, bomb, view, "too many steps");
	expect_broken(&small, bomb, view, "too large");
	expect_broken(&shallow, bomb, view, "nested too deeply");
	expect(&few, "{{#a}}{{.}}{{/a}}", view, "12345");
	expect(&small, "{{#a}}{{.}}0123456789012345678{{/a}}", "{\"a\": [1, 2, 3, 4]}",
	       "10123456789012345678201234567890123456783012345678901234567840123456789012345678");
}

static void put_file(const char *dir, const char *name, const char *text)
{
	char path[300];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	f = fopen(path, "w");
	assert_non_null(f);
	assert_true(fputs(text, f) >= 0);
	assert_int_equal(fclose(f), 0);
}

static void remove_file(const char *dir, const char *name)
{
	char path[300];

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	assert_int_equal(remove(path), 0);
}

static void test_folder(void **state)
{
	char dir[] = "/tmp/test_mustache.XXXXXX", sub[64];
	struct ct_templates *set = ct_templates_new(NULL, &html);

	(void)state;
	assert_non_null(mkdtemp(dir));
	snprintf(sub, sizeof(sub), "%s/mail", dir);
	assert_int_equal(mkdir(sub, 0700), 0);
	put_file(dir, "day.mustache", "<b>{{>mail/part}}</b>");
	put_file(dir, ".hidden.mustache", "<");
	put_file(dir, "notes", "<");
	put_file(sub, "part.mustache", "{{x}}");
	put_file(sub, "done.txt.mustache", "{{x}}");
	assert_int_equal(ct_templates_load_dir(set, dir, "plug", "test", &error), 0);
	assert_int_equal(ct_templates_compile(set, &error), 0);
	assert_int_equal(ct_templates_count(set), 3);
	assert_string_equal(ct_templates_name(set, 0), "plug/day");
	assert_string_equal(ct_templates_name(set, 1), "plug/mail/done.txt");
	assert_true(ct_templates_has(set, "plug/mail/part"));
	assert_false(ct_templates_has(set, "plug/mail"));
	assert_false(ct_templates_has(set, "plug/mail/partly"));
	assert_string_equal(render(set, "plug/day", NULL, "{\"x\": \"<\"}"), "<b>&lt;</b>");
	assert_string_equal(render(set, "plug/mail/done.txt", NULL, "{\"x\": \"<\"}"), "<");
	assert_null(render(set, "plug/none", NULL, "{}"));
	assert_int_equal(ct_templates_load_dir(set, "/nonexistent", "x", NULL, &error), CT_BROKEN);
	remove_file(sub, "done.txt.mustache");
	remove_file(sub, "part.mustache");
	remove_file(dir, "mail");
	remove_file(dir, "notes");
	remove_file(dir, ".hidden.mustache");
	remove_file(dir, "day.mustache");
	assert_int_equal(rmdir(dir), 0);
	talloc_free(set);
}

/* After a failure nothing is rendered, and what was wrong can be compiled around. */
static void test_compile_again(void **state)
{
	struct ct_templates *set = ct_templates_new(NULL, &html);

	(void)state;
	assert_int_equal(ct_templates_add(set, "good", "good", "1{{>late}}", 10, NULL, &error), 0);
	assert_int_equal(ct_templates_compile(set, &error), CT_BROKEN);
	assert_null(render(set, "good", NULL, "{}"));
	assert_int_equal(ct_templates_add(set, "late", "late", "2", 1, NULL, &error), 0);
	assert_int_equal(ct_templates_add(set, "bad", "bad", "<", 1, NULL, &error), 0);
	assert_int_equal(ct_templates_compile_one(set, "good", &error), 0);
	assert_string_equal(render(set, "good", NULL, "{}"), "12");
	assert_null(render(set, "bad", NULL, "{}"));
	assert_int_equal(ct_templates_compile(set, &error), CT_BROKEN);
	assert_string_equal(error.text, "bad:1: the template ends within a tag");
	assert_int_equal(ct_templates_compile_one(set, "none", &error), CT_BROKEN);
	talloc_free(set);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_truth),
		cmocka_unit_test(test_page_cannot_be_hidden),
		cmocka_unit_test(test_strict_names),
		cmocka_unit_test(test_lookup_and_inheritance),
		cmocka_unit_test(test_kinds_do_not_mix),
		cmocka_unit_test(test_translations),
		cmocka_unit_test(test_syntax),
		cmocka_unit_test(test_twice),
		cmocka_unit_test(test_nesting_is_bounded),
		cmocka_unit_test(test_recursion_is_bounded),
		cmocka_unit_test(test_blocks_that_double_are_bounded),
		cmocka_unit_test(test_steps_and_output_are_bounded),
		cmocka_unit_test(test_folder),
		cmocka_unit_test(test_compile_again),
	};

	return cmocka_run_group_tests_name("mustache", tests, NULL, NULL);
}
