/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "http_cases.h"

#include "search/words.h"

struct typed { const char *text, *all, *words, *prefix, *email, *phone; };

static const struct typed cases[] = {
	{ "Marie Dupont", "+Marie* +Dupont*", "[\"Marie\",\"Dupont\"]", "Marie Dupont%", "", "" },
	{ "  Marie\t\xC2\xA0 Dupont ", "+Marie* +Dupont*", "[\"Marie\",\"Dupont\"]", "Marie Dupont%", "", "" },
	{ "Jean-Pierre d\xE2\x80\x99Ormesson", "+Jean* +Pierre* +Ormesson*", "[\"Jean\",\"Pierre\",\"Ormesson\"]",
	  "Jean-Pierre d\xE2\x80\x99Ormesson%", "", "" },
	{ "\xC3\x89mile Zo\xC3\xA9", "+\xC3\x89mile* +Zo\xC3\xA9*", "[\"\xC3\x89mile\",\"Zo\xC3\xA9\"]",
	  "\xC3\x89mile Zo\xC3\xA9%", "", "" },
	/* two characters are no word, four bytes or not; they are the beginning of the whole */
	{ "Li \xC3\xA9\xC3\xA9", "", "[]", "Li \xC3\xA9\xC3\xA9%", "", "" },
	{ "salle de la Lys", "+salle* +Lys*", "[\"salle\",\"Lys\"]", "salle de la Lys%", "", "" },
	/* what boolean mode and LIKE give a meaning is nothing but what parts words */
	{ "+plus -moins \"a b\" (mot)* ~non <x >y", "+plus* +moins* +mot* +non*",
	  "[\"plus\",\"moins\",\"mot\",\"non\"]", "+plus -moins \"a b\" (mot)* ~non <x >y%", "", "" },
	{ "100% d_e \\", "+100*", "[\"100\"]", "100\\% d\\_e \\\\%", "", "" },
	{ "***", "", "[]", "***%", "", "" },
	{ "", "", "[]", "", "", "" },
	{ "   ", "", "[]", "", "", "" },
	{ "marie.d@example.org", "", "[]", "marie.d@example.org%", "marie.d@example.org%", "" },
	{ "Marie a_b@", "+Marie*", "[\"Marie\"]", "Marie a\\_b@%", "a\\_b@%", "" },
	{ "@mention", "", "[]", "@mention%", "", "" },
	{ "06 12 34", "", "[]", "06 12 34%", "", "+3361234%" },
	{ "06.12-34/56 (78)", "", "[]", "06.12-34/56 (78)%", "", "+33612345678%" },
	{ "+33 6 12", "", "[]", "+33 6 12%", "", "+33612%" },
	{ "0033 612", "+0033* +612*", "[\"0033\",\"612\"]", "0033 612%", "", "+33612%" },
	{ "612345", "+612345*", "[\"612345\"]", "612345%", "", "" },
	{ "012", "+012*", "[\"012\"]", "012%", "", "" },
	{ "un2 deux trois quatre cinq six sept huit neuf", "+un2* +deux* +trois* +quatre* +cinq* +six* +sept* +huit*",
	  "[\"un2\",\"deux\",\"trois\",\"quatre\",\"cinq\",\"six\",\"sept\",\"huit\"]",
	  "un2 deux trois quatre cinq six sept huit neuf%", "", "" },
};

static void same(const char *what, const char *typed, const char *got, const char *expected)
{
	if ((got == NULL) != (expected == NULL) || (got && strcmp(got, expected) != 0))
		fail_msg("%s of \"%s\" is %s and not %s", what, typed, got ? got : "none", expected ? expected : "none");
}

static void forms_of_what_was_typed(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		void *mem = talloc_new(NULL);
		struct ct_search s = { .limit = 5 };

		ct_search_words(mem, cases[i].text, &s);
		same("all", cases[i].text, s.all, cases[i].all);
		same("words", cases[i].text, s.words, cases[i].words);
		same("prefix", cases[i].text, s.prefix, cases[i].prefix);
		same("e-mail", cases[i].text, s.email, cases[i].email);
		same("phone", cases[i].text, s.phone, cases[i].phone);
		assert_int_equal(s.limit, 5);
		talloc_free(mem);
	}
}

static void long_words_are_cut(void **state)
{
	void *mem = talloc_new(NULL);
	struct ct_search s = { .limit = 5 };
	char typed[61] = "", expected[48];

	(void)state;
	memset(typed, 'x', 60);
	snprintf(expected, sizeof(expected), "+%.*s*", CT_SEARCH_WORD, typed);
	ct_search_words(mem, typed, &s);
	assert_string_equal(s.all, expected);
	assert_string_equal(s.any, expected + 1);
	talloc_free(mem);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(forms_of_what_was_typed),
		cmocka_unit_test(long_words_are_cut),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
