/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "field_cases.h"

static const struct ct_field iban = FIELD(CT_IBAN);
static const struct ct_field bic = FIELD(CT_BIC);

static void ibans(void **state)
{
	static const struct good good[] = {
		{ "FR7630006000011234567890189", "FR7630006000011234567890189", 0 },
		{ "FR76 3000 6000 0112 3456 7890 189", "FR7630006000011234567890189", 0 },
		{ "fr76 3000 6000 0112 3456 7890 189", "FR7630006000011234567890189", 0 },
		{ "IBAN FR76 3000 6000 0112 3456 7890 189", "FR7630006000011234567890189", 0 },
		{ "IBAN: FR76 3000 6000 0112 3456 7890 189", "FR7630006000011234567890189", 0 },
		{ "FR76" NBSP "3000" NARROW "6000.0112-3456 7890 189",
		  "FR7630006000011234567890189", 0 },
		{ "BE68 5390 0754 7034", "BE68539007547034", 0 },
		{ "DE89 3704 0044 0532 0130 00", "DE89370400440532013000", 0 },
		{ "NO93 8601 1117 947", "NO9386011117947", 0 },
		{ "MC58 1122 2000 0101 2345 6789 030", "MC5811222000010123456789030", 0 },
		{ "LU28 0019 4006 4475 0000", "LU280019400644750000", 0 },
		{ "MT84 MALT 0110 0001 2345 MTLC AST0 01S", "MT84MALT011000012345MTLCAST001S", 0 },
		{ "CH93 0076 2011 6238 5295 7", "CH9300762011623852957", 0 },
		{ "SN2708010100040012345678901", "SN2708010100040012345678901", 0 },
	};
	static const char *const bad[] = {
		"FR7630006000011234567890188", "FR6730006000011234567890189",
		"FR7630006000011234567891089",
		"FR763000600001123456789018", "FR76300060000112345678901899", "BE6853900754703",
		"3000 6000 0112 3456 7890 189", "FR", "FRXX30006000011234567890189",
		"FR76 3000 6000 0112 3456 7890 18\xC3\xA9", "ZZ00", "IBAN",
		"SN2808010100040012345678901",
		"FR76/3000/6000/0112/3456/7890/189", "XX27080101000400123456789012345678901",
	};

	(void)state;
	GOOD(&iban, good);
	BAD(&iban, bad);
	field_shown(&iban, "FR7630006000011234567890189", "fr",
		    "FR76" NBSP "3000" NBSP "6000" NBSP "0112"
		    NBSP "3456" NBSP "7890" NBSP "189");
}

/* Every single wrong digit and every swap of two neighbours is noticed: what mod 97 promises. */
static void typing_mistakes(void **state)
{
	static const char right[] = "FR7630006000011234567890189";
	struct ct_value v;
	struct ct_error e;
	void *mem = talloc_new(NULL);
	char wrong[sizeof(right)];

	(void)state;
	for (size_t i = 2; i < sizeof(right) - 1; i++)
		for (int c = '0'; c <= '9'; c++) {
			memcpy(wrong, right, sizeof(right));
			wrong[i] = (char)c;
			assert_int_equal(ct_field_parse(mem, &iban, wrong, &v, &e),
					 c == right[i] ? 0 : CT_INVALID);
		}
	for (size_t i = 2; i < sizeof(right) - 2; i++) {
		memcpy(wrong, right, sizeof(right));
		wrong[i] = right[i + 1];
		wrong[i + 1] = right[i];
		assert_int_equal(ct_field_parse(mem, &iban, wrong, &v, &e),
				 right[i] == right[i + 1] ? 0 : CT_INVALID);
	}
	talloc_free(mem);
}

static void bics(void **state)
{
	static const struct good good[] = {
		{ "AGRIFRPP", "AGRIFRPP", 0 }, { "agrifrpp", "AGRIFRPP", 0 },
		{ "CRLYFRPP123", "CRLYFRPP123", 0 }, { "PSST FR PP LIL", "PSSTFRPPLIL", 0 },
		{ "CEPAFRPP627", "CEPAFRPP627", 0 }, { " BNPAFRPPXXX ", "BNPAFRPPXXX", 0 },
		{ "DEUTDEFF", "DEUTDEFF", 0 }, { "CCOPFRPPXXX", "CCOPFRPPXXX", 0 },
		{ "E1Q2FRPP", "E1Q2FRPP", 0 }, { "GKCCBEBB", "GKCCBEBB", 0 },
		{ "TRZOFR21XXX", "TRZOFR21XXX", 0 },
		{ "CMCIFR2A", "CMCIFR2A", 0 },
	};
	static const char *const bad[] = {
		"AGRI", "AGRIFRP", "AGRIFRPP1", "AGRIFRPP12", "AGRIFRPP1234", "AGRI12PP",
		"AGRIF1PP",
		"AGRIFRP\xC3\xA9", "AGRIFRPP/XX", "FR7630006000011234567890189", "A", "AGRIFRP_",
	};

	(void)state;
	GOOD(&bic, good);
	BAD(&bic, bad);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ibans), cmocka_unit_test(typing_mistakes), cmocka_unit_test(bics),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
