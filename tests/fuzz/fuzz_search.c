/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whatever is typed: no operator of boolean mode and no wildcard but ours, valid JSON, UTF-8 all through. */
#include <assert.h>
#include <ctype.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <jansson.h>
#include <talloc.h>

#include "base/utf8.h"
#include "search/words.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_boolean(const char *text, size_t words)
{
	size_t n = 0, stars = 0;

	for (const char *c = text; *c; c++) {
		assert(!strchr("-<>()~\"@'%_\\", *c));
		n += c == text || c[-1] == ' ';
		stars += *c == '*';
		assert(*c != '+' || c == text || c[-1] == ' ');
		assert(*c != '*' || !c[1] || c[1] == ' ');
	}
	assert(n == words && stars == words);
}

/* One wildcard, at the end. */
static void check_pattern(const char *text)
{
	size_t len = strlen(text);

	assert(!len || text[len - 1] == '%');
	for (size_t i = 0; i + 1 < len; i++) {
		if (text[i] == '\\')
			assert(strchr("%_\\", text[++i]));
		else
			assert(text[i] != '%' && text[i] != '_');
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	void *mem = talloc_new(NULL);
	struct ct_search s = { .limit = 8 };
	char *typed = talloc_strndup(mem, (const char *)data, size);
	json_t *words;

	if (ct_utf8_check(typed, strlen(typed))) {
		ct_search_words(mem, typed, &s);
		assert(s.limit == 8 && ct_utf8_check(s.text, strlen(s.text)));
		words = json_loads(s.words, 0, NULL);
		assert(words && json_array_size(words) <= CT_SEARCH_WORDS);
		check_boolean(s.all, json_array_size(words));
		check_boolean(s.any, json_array_size(words));
		check_pattern(s.prefix);
		check_pattern(s.email);
		check_pattern(s.phone);
		assert(!*s.phone || (*s.phone == '+' && strspn(s.phone + 1, "0123456789") == strlen(s.phone) - 2));
		json_decref(words);
	}
	talloc_free(mem);
	return 0;
}
