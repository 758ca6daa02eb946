/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "http_cases.h"

#include "http/accept.h"

enum { HTML, JSON, CSV, NONE = -1 };

static const char *const pages[] = { "text/html", "application/json", "text/csv", NULL };

static void types(void **state)
{
	static const struct {
		const char *header;
		int choice;
	} cases[] = {
		{ NULL, HTML },
		{ "", HTML },
		{ " ", HTML },
		{ "*/*", HTML },
		{ "text/html", HTML },
		{ "application/json", JSON },
		{ "text/csv", CSV },
		{ "text/*", HTML },
		{ "application/*", JSON },
		{ "image/png", NONE },
		{ "APPLICATION/JSON", JSON },
		{ "text/calendar, application/json", JSON },
		/* browsers, axios, fetch, curl, jquery, vdirsyncer */
		{ "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8",
		  HTML },
		{ "text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2", HTML },
		{ "application/json, text/plain, */*", JSON },
		{ "application/json, text/javascript, */*; q=0.01", JSON },
		{ "text/css,*/*;q=0.1", HTML }, { "application/json;q=1, text/html;q=0.5", JSON },
		/* weights */
		{ "text/html;q=0.5, application/json;q=0.6", JSON },
		{ "text/html;q=0.501, application/json;q=0.5", HTML },
		{ "application/json, text/html", HTML },
		{ "text/csv, application/json", JSON },
		{ "text/html;q=0, */*", JSON },
		{ "text/html;q=0.0, application/json;q=0.000", NONE },
		{ "*/*;q=0", NONE },
		{ "*/*;q=0, text/csv", CSV },
		{ "text/html;q=0", NONE },
		{ "text/html ; q=0.2 , application/json ; q=0.3", JSON },
		{ "text/html;Q=0.1,text/csv", CSV },
		/* the most specific member says the weight, wherever it stands */
		{ "text/*;q=0.3, text/html;q=0.1, application/json;q=0.2", CSV },
		{ "*/*, application/json;q=0.1, text/*;q=0.2", HTML },
		{ "text/html;q=0.4, text/*;q=1, */*", CSV },
		{ "*/*;q=0.9, text/html;q=0.1, text/csv;q=0.1", JSON },
		/* parameters */
		{ "application/json;charset=utf-8", JSON },
		{ "application/json; charset=\"utf-8\"; q=0.9", JSON },
		{ "text/html;level=1, application/json;q=0.1", JSON },
		{ "text/html;level=1", NONE },
		{ "application/json;q=0.5;ext=1, text/csv;q=0.4", JSON },
		{ "text/html;a=\"x,y\", application/json", JSON },
		{ "text/html;a=\"x\\\",y\", text/csv", CSV },
		{ "text/csv;", CSV },
		{ "text/csv;;q=0.5,image/png", CSV },
		/* members that cannot be read are not there */
		{ "html, application/json", JSON },
		{ "text/, application/json", JSON },
		{ "/html, application/json", JSON },
		{ "*/html, application/json", JSON },
		{ "text/html;q=x, application/json", JSON },
		{ "text/html;q=1.1, application/json", JSON },
		{ "text/html;q=0.1234, application/json", JSON },
		{ "text/html;q=, application/json", JSON },
		{ "text/html;q=-1, application/json", JSON },
		{ "text/html q=0.9, text/csv;q=0.1", CSV },
		{ "text/html;q=1.000, text/csv", HTML },
		{ "text/html;q=1.001, text/csv", CSV },
		{ ",,, text/csv ,,", CSV },
		{ "text/csv;a=\"open", HTML },
		{ "garbage", HTML },
		{ ",", HTML },
		{ "text/html;q=0.5;q=0.9, application/json;q=0.7", JSON },
		{ "text/html;q=0.9;q=0.1, application/json;q=0.5", HTML },
		{ "text/html;a=\"open, application/json", HTML },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++)
		if (ct_accept_choose(cases[i].header, pages) != cases[i].choice)
			fail_msg("\"%s\" chose %d and not %d", cases[i].header,
				 ct_accept_choose(cases[i].header, pages), cases[i].choice);
}

static void offers_with_parameters(void **state)
{
	static const char *const offered[] = { "text/html;level=1", "text/html", NULL };

	(void)state;
	assert_int_equal(ct_accept_choose("text/html;level=1", offered), 0);
	assert_int_equal(ct_accept_choose("text/html;LEVEL=1;q=0.5, text/html;q=0.9", offered), 1);
	assert_int_equal(ct_accept_choose("text/html;level=2, text/html;q=0.1", offered), 0);
	assert_int_equal(ct_accept_choose("text/html;level=1;q=0, text/html", offered), 1);
}

static void languages(void **state)
{
	static const struct {
		const char *header, *language;
	} cases[] = {
		{ NULL, "fr" },
		{ "", "fr" },
		{ "fr", "fr" },
		{ "en", "en" },
		{ "de", "fr" },
		{ "*", "fr" },
		{ "fr-FR,fr;q=0.9,en-US;q=0.8,en;q=0.7", "fr" },
		{ "en-US,en;q=0.9,fr;q=0.8", "en" },
		{ "en-GB", "en" },
		{ "EN", "en" },
		{ "fr-CA", "fr" },
		{ "en, fr", "en" },
		{ "fr, en", "fr" },
		{ "de, en;q=0.5", "en" },
		{ "de, en;q=0.5, fr;q=0.4", "en" },
		{ "de;q=1,*;q=0.5", "fr" },
		{ "en;q=0", "fr" },
		{ "fr;q=0, en;q=0", "fr" },
		{ "fr;q=0, *", "en" },
		{ "fr;q=0.3, *;q=0.5", "en" },
		{ "en;q=0.3, *;q=0.5", "fr" },
		{ "en;q=0.1, en-GB;q=0.9, fr;q=0.5", "en" },
		{ "english", "fr" },
		{ "enx, fr;q=0.1", "fr" },
		{ "en_US", "fr" },
		{ "en;q=x, fr;q=0.1", "fr" },
		{ "en;q=2", "fr" },
		{ ",,en", "en" },
		{ "en ; q=0.9 , fr ; q=0.8", "en" },
		{ "*, en", "fr" },
		{ "en;q=0.5, fr;q=0.5", "en" },
		{ "\"en\", fr", "fr" },
		{ ";q=1, en", "en" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++)
		if (strcmp(ct_accept_language(cases[i].header), cases[i].language) != 0)
			fail_msg("\"%s\" is not %s", cases[i].header, cases[i].language);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(types),
		cmocka_unit_test(offers_with_parameters),
		cmocka_unit_test(languages),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
