/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "field_cases.h"

static const struct ct_field siren = FIELD(CT_SIREN);
static const struct ct_field siret = FIELD(CT_SIRET);
static const struct ct_field rna = FIELD(CT_RNA);
static const struct ct_field vat_no = FIELD(CT_VAT_NO);
static const struct ct_field postcode = FIELD(CT_POSTCODE);

static void sirens(void **state)
{
	static const struct good good[] = {
		{ "732829320", "732829320", 0 }, { "732 829 320", "732829320", 0 },
		{ "732.829.320", "732829320", 0 }, { "732" NBSP "829" NBSP "320", "732829320", 0 },
		{ "732-829-320", "732829320", 0 }, { " 732829320 ", "732829320", 0 },
		{ "356000000", "356000000", 0 }, { "389486242", "389486242", 0 },
		{ "404833048", "404833048", 0 }, { "303265045", "303265045", 0 },
		{ "552100554", "552100554", 0 }, { "7 3 2 8 2 9 3 2 0", "732829320", 0 },
		{ "100000009", "100000009", 0 },
	};
	static const char *const bad[] = {
		"732829321", "723829320", "73282932", "7328293200", "73282932O", "000000000",
		"abcdefghi",
		"73282932000074", "FR44732829320", "732 829", "-", "123456789",
		"732829320 RCS Lille",
	};

	(void)state;
	GOOD(&siren, good);
	BAD(&siren, bad);
	field_shown(&siren, "732829320", "fr", "732" NBSP "829" NBSP "320");
	field_refused(&siren, "73282932000074", "type 732829320.");
}

static void sirets(void **state)
{
	static const struct good good[] = {
		{ "73282932000074", "73282932000074", 0 },
		{ "732 829 320 00074", "73282932000074", 0 },
		{ "732.829.320.00074", "73282932000074", 0 },
		{ " 73282932000074", "73282932000074", 0 },
		{ "38948624200032", "38948624200032", 0 },
		{ "35600000000048", "35600000000048", 0 },
		{ "35600000049837", "35600000049837", 0 },
		{ "35600000000001", "35600000000001", 0 },
		{ "356 000 000 00006", "35600000000006", 0 },
		{ "732829320" NARROW "00074", "73282932000074", 0 },
		{ "73282932000009", "73282932000009", 0 },
		{ "732-829-320-00074", "73282932000074", 0 },
	};
	static const char *const bad[] = {
		"73282932000075", "73282932100074", "7328293200007", "732829320000740", "732829320",
		"",
		"35600000000002", "35600000000003", "35700000000001", "00000000000000",
		"7328293200007A",
		"73282923000074", "FR73282932000074", "99999999999999",
	};
	struct ct_field needed = siret;

	(void)state;
	needed.required = true;
	GOOD(&needed, good);
	BAD(&needed, bad);
	field_shown(&siret, "73282932000074", "fr", "732" NBSP "829" NBSP "320" NBSP "00074");
}

static void rnas(void **state)
{
	static const struct good good[] = {
		{ "W591234567", "W591234567", 0 }, { "w591234567", "W591234567", 0 },
		{ "W 591 234567", "W591234567", 0 }, { "W301000624", "W301000624", 0 },
		{ "W2A1000123", "W2A1000123", 0 }, { "W2B2000123", "W2B2000123", 0 },
		{ "W9R1011072", "W9R1011072", 0 }, { "W9C1000123", "W9C1000123", 0 },
		{ " W751000001 ", "W751000001", 0 }, { "W751-000001", "W751000001", 0 },
		{ "W000000000", "W000000000", 0 }, { "w9m1000123", "W9M1000123", 0 },
	};
	static const char *const bad[] = {
		"591234567", "W59123456", "W5912345678", "X591234567", "W59123456A", "WW91234567",
		"W2C1000123",
		"W5A1000123", "W59A234567", "W", "W 591", "0591012345", "W591234567 Lille", "W9-",
	};

	(void)state;
	GOOD(&rna, good);
	BAD(&rna, bad);
}

static void french_vat_numbers(void **state)
{
	static const struct good good[] = {
		{ "FR44732829320", "FR44732829320", 0 },
		{ "FR 44 732 829 320", "FR44732829320", 0 },
		{ "fr44732829320", "FR44732829320", 0 }, { "FR83404833048", "FR83404833048", 0 },
		{ "FR40303265045", "FR40303265045", 0 }, { "FR 40 303265045", "FR40303265045", 0 },
		{ "FR23334175221", "FR23334175221", 0 }, { "FRK7399859412", "FRK7399859412", 0 },
		{ "FR4Z123456782", "FR4Z123456782", 0 }, { "FR39356000000", "FR39356000000", 0 },
		{ "FR-44-732829320", "FR44732829320", 0 }, { "FR36000004567", "FR36000004567", 0 },
	};
	static const char *const bad[] = {
		"FR45732829320", "FR44732829321", "FR732829320", "44732829320", "FR4473282932",
		"FR447328293200", "FRAA732829320", "FROI732829320", "FR4I123456782",
		"FR4Z123456783", "FR",
		"FRFR44732829320", "732829320", "FR84323140391",
	};

	(void)state;
	GOOD(&vat_no, good);
	BAD(&vat_no, bad);
}

static void foreign_vat_numbers(void **state)
{
	static const struct good good[] = {
		{ "BE0123456789", "BE0123456789", 0 }, { "BE 0123.456.789", "BE0123456789", 0 },
		{ "BE1234567890", "BE1234567890", 0 }, { "DE123456789", "DE123456789", 0 },
		{ "ATU12345678", "ATU12345678", 0 }, { "NL123456789B01", "NL123456789B01", 0 },
		{ "ESX1234567X", "ESX1234567X", 0 }, { "IE1234567WA", "IE1234567WA", 0 },
		{ "IE1X23456A", "IE1X23456A", 0 }, { "GR123456789", "EL123456789", 0 },
		{ "EL123456789", "EL123456789", 0 }, { "RO12", "RO12", 0 },
		{ "RO1234567890", "RO1234567890", 0 },
		{ "XI123456789", "XI123456789", 0 }, { "GB123456789", "GB123456789", 0 },
		{ "SE123456789012", "SE123456789012", 0 }, { "CHE-123.456.789", "CHE123456789", 0 },
		{ "LU12345678", "LU12345678", 0 },
	};
	static const char *const bad[] = {
		"BE2123456789", "BE123456789", "DE12345678", "DE1234567890", "AT12345678",
		"NL12345678901",
		"US123456789", "XX12", "ES12345678", "RO1", "RO12345678901", "E123456789",
		"PL12345",
		"IT1234567890A", "LU1234567", "CHE12345678", "\xC3\x89L123456789",
	};

	(void)state;
	GOOD(&vat_no, good);
	BAD(&vat_no, bad);
}

static void postcodes(void **state)
{
	static const struct good good[] = {
		{ "59000", "59000", 0 }, { "59 000", "59000", 0 }, { " 59000 ", "59000", 0 },
		{ "01000", "01000", 0 }, { "2A004", "2A004", 0 }, { "97410", "97410", 0 },
		{ "00100", "00100", 0 }, { "1000", "1000", 0 }, { "L-2449", "L-2449", 0 },
		{ "sw1a 1aa", "SW1A 1AA", 0 }, { "1012 AB", "1012 AB", 0 }, { "123", "123", 0 },
		{ "5 9 0 0 0", "59000", 0 },
	};
	static const char *const bad[] = {
		"5", "59", "Lille", "59000 Lille", "59000-59800-59", "-59000", "59000-", "59_000",
		"59,000",
		"59000;", ("\xC3\xA9" "9000"), "59.000", "12345678901",
	};

	(void)state;
	GOOD(&postcode, good);
	BAD(&postcode, bad);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sirens), cmocka_unit_test(sirets), cmocka_unit_test(rnas),
		cmocka_unit_test(french_vat_numbers), cmocka_unit_test(foreign_vat_numbers),
		cmocka_unit_test(postcodes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
