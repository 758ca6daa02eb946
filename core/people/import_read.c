/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "people/import.h"

#include <string.h>
#include <talloc.h>

#include "people/people.h"
#include "people/sheet.h"

enum { FIELDS = 40 };

/* Columns as spreadsheets name them, in French and in English; without accents, capitals, signs. */
static const struct { const char *word, *field; } words[] = {
	{ "type", "kind" }, { "kind", "kind" },
	{ "prenom", "given_name" }, { "givenname", "given_name" }, { "firstname", "given_name" },
	{ "nom", "family_name" }, { "nomdefamille", "family_name" }, { "familyname", "family_name" },
	{ "lastname", "family_name" }, { "surname", "family_name" },
	{ "organisation", "legal_name" }, { "structure", "legal_name" }, { "raisonsociale", "legal_name" },
	{ "denomination", "legal_name" }, { "nomlegal", "legal_name" }, { "legalname", "legal_name" },
	{ "company", "legal_name" }, { "entreprise", "legal_name" }, { "association", "legal_name" },
	{ "nomusuel", "usual_name" }, { "nomdusage", "usual_name" }, { "usualname", "usual_name" },
	{ "email", "email" }, { "mail", "email" }, { "courriel", "email" }, { "emailaddress", "email" },
	{ "adressemail", "email" }, { "adresseemail", "email" },
	{ "telephone", "phone" }, { "tel", "phone" }, { "phone", "phone" }, { "mobile", "phone" }, { "portable", "phone" },
	{ "langue", "lang" }, { "language", "lang" }, { "lang", "lang" },
	{ "siren", "siren" }, { "siret", "siret" }, { "rna", "rna" }, { "numerorna", "rna" },
	{ "tva", "vat_no" }, { "numerotva", "vat_no" }, { "ntva", "vat_no" }, { "vatno", "vat_no" }, { "vatnumber", "vat_no" },
	{ "public", "public_buyer" }, { "publicbuyer", "public_buyer" }, { "organismepublic", "public_buyer" },
	{ "destinataire", "recipient" }, { "recipient", "recipient" },
	{ "batiment", "building" }, { "building", "building" }, { "complement", "building" },
	{ "adresse", "street" }, { "rue", "street" }, { "address", "street" }, { "street", "street" },
	{ "lieudit", "hamlet" }, { "hamlet", "hamlet" }, { "boitepostale", "hamlet" },
	{ "codepostal", "postcode" }, { "cp", "postcode" }, { "postcode", "postcode" }, { "zip", "postcode" },
	{ "ville", "town" }, { "commune", "town" }, { "town", "town" }, { "city", "town" },
	{ "pays", "country" }, { "country", "country" },
	{ "note", "note" }, { "notes", "note" }, { "remarque", "note" }, { "commentaire", "note" },
};

/* The letter of U+00C0 to U+00FF without its accent, or 0. */
static char plain_letter(unsigned char second)
{
	static const char letters[] = "aaaaaaaceeeeiiiidnooooo*ouuuuyps";

	return letters[(second - 0x80) & 0x1f];
}

static const char *normal(void *mem, const char *text)
{
	char *out = talloc_zero_size(mem, strlen(text) + 1);
	size_t n = 0;

	for (; *text; text++) {
		unsigned char c = (unsigned char)*text;

		if (c == 0xc3 && text[1])
			out[n++] = plain_letter((unsigned char)*++text);
		else if (c >= 'A' && c <= 'Z')
			out[n++] = (char)(c + 32);
		else if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'))
			out[n++] = (char)c;
	}
	return out;
}

char *ct_import_fold(void *mem, const char *word)
{
	char *out = talloc_zero_size(mem, strlen(word) + 1);

	for (size_t n = 0; *word; word++, n++)
		if ((unsigned char)*word == 0xc3 && word[1])
			out[n] = plain_letter((unsigned char)*++word);
		else
			out[n] = *word >= 'A' && *word <= 'Z' ? (char)(*word + 32) : *word;
	return out;
}

static int field_at(const char *name)
{
	for (int i = 0; ct_contact_fields[i].name; i++)
		if (!strcmp(ct_contact_fields[i].name, name))
			return i;
	return -1;
}

/* A list of what contacts owe calls them so; elsewhere "Client" may say yes or no. */
static bool names_clients(const char *name)
{
	return !strcmp(name, "client") || !strcmp(name, "name");
}

/* Which of the plugin's columns has this name; -1: none. */
static int own_at(const char *const *own, const char *name)
{
	size_t len = strlen(name);

	for (int k = 0; len && own && own[k]; k++)
		for (const char *at = own[k]; (at = strstr(at, name)); at++)
			if ((at == own[k] || at[-1] == ' ') && (at[len] == ' ' || !at[len]))
				return k;
	return -1;
}

/*
 * What each column holds: a field of a contact, or -2 - k for the k-th of the plugin's; -1: nothing that is known.
 */
static int read_head(struct ct_request *r, const struct ct_sheet_row *head, const char *const *own, int *columns,
		     struct ct_import *import, struct ct_error *e)
{
	bool taken[FIELDS] = { false };
	char *unknown = talloc_strdup(r, "");
	size_t known = 0;

	for (size_t i = 0; i < head->n; i++) {
		const char *name = normal(r, head->cells[i]);

		columns[i] = -1;
		for (size_t k = 0; k < sizeof(words) / sizeof(words[0]); k++)
			if (!strcmp(words[k].word, name) || !strcmp(words[k].field, head->cells[i]))
				columns[i] = field_at(words[k].field);
		if (import->known && names_clients(name))
			columns[i] = field_at("family_name");
		if (columns[i] < 0 && own_at(own, name) >= 0)
			columns[i] = -2 - own_at(own, name);
		if (columns[i] < -1 ? import->has[-2 - columns[i]] : columns[i] >= 0 && taken[columns[i]])
			return ct_fail_field(e, "file", _("Two columns are named like “%s”: please keep one of them."),
					     head->cells[i]);
		if (columns[i] < -1) {
			import->has[-2 - columns[i]] = true;
			continue;
		}
		if (columns[i] >= 0)
			taken[columns[i]] = true;
		else if (*head->cells[i])
			unknown = talloc_asprintf_append(unknown, "%s%s", *unknown ? ", " : "", head->cells[i]);
		known += columns[i] >= 0;
	}
	import->unknown = *unknown ? unknown : NULL;
	if (import->known && (taken[field_at("email")] || taken[field_at("siren")] || taken[field_at("siret")]))
		return 0;
	if (taken[field_at("family_name")] || taken[field_at("given_name")] || taken[field_at("legal_name")])
		return 0;
	return ct_fail_field(e, "file", "%s", known
		? _("There is no column of names: “Nom”, “Prénom” or “Organisation”.")
		: _("The first line does not name the columns: “Nom”, “Prénom”, “E-mail” …"));
}

static void wrong(struct ct_request *r, struct ct_import_line *line, const struct ct_field *field, const char *cell,
		  const char *why)
{
	line->what = CT_IMPORT_WRONG;
	if (!line->why)
		line->why = cell ? talloc_asprintf(r, _("%s (“%s”): %s"), _(field->label), cell, why) : why;
}

static const char *choice_of(const struct ct_field *field, const char *cell, void *mem)
{
	const char *word = normal(mem, cell);

	for (const struct ct_choice *c = field->choices; c->value; c++)
		if (!strcmp(word, normal(mem, _(c->label))) || !strcmp(word, c->value))
			return c->value;
	return cell;
}

static void read_cell(struct ct_request *r, struct ct_import_line *line, int at, const char *cell)
{
	const struct ct_field *field = &ct_contact_fields[at];
	struct ct_value value = { 0 };
	struct ct_error e;

	if (!*cell)
		return;
	if (field->type == CT_CHOICE)
		cell = choice_of(field, cell, r);
	if (ct_field_parse(r, field, cell, &value, &e))
		wrong(r, line, field, cell, talloc_strdup(r, e.text));
	else if (value.set)
		line->values[at] = field->type == CT_BOOL ? (value.i ? "1" : "0") : talloc_strdup(r, value.text);
}

static const char *get(const struct ct_import_line *line, const char *name)
{
	return line->values[field_at(name)];
}

/* A line with the names of a person is one, also where it says for which organisation. */
static void decide_kind(struct ct_request *r, struct ct_import_line *line, bool known)
{
	const char **kind = &line->values[field_at("kind")];
	bool named = get(line, "given_name") || get(line, "family_name");
	bool numbered = get(line, "siren") || get(line, "siret") || get(line, "rna") || get(line, "vat_no");

	/* "Nom" alone may be a company's, which its number tells */
	if (!*kind)
		*kind = (!named && get(line, "legal_name")) || (numbered && !get(line, "given_name") && !get(line, "legal_name"))
			? "organisation" : "person";
	if (!strcmp(*kind, "organisation") && !get(line, "legal_name") && get(line, "family_name"))
		line->values[field_at("legal_name")] = get(line, "family_name");
	for (int i = 0; ct_contact_fields[i].name; i++)
		if (ct_contact_fields[i].only && strcmp(ct_contact_fields[i].only, *kind) != 0)
			line->values[i] = NULL;
	named = get(line, "given_name") || get(line, "family_name") || get(line, "legal_name");
	if (!named && !(known && (get(line, "email") || get(line, "siren") || get(line, "siret"))))
		wrong(r, line, NULL, NULL, _("There is no name in this line."));
}

static void check(struct ct_request *r, struct ct_import_line *line)
{
	const char *siren = get(line, "siren"), *siret = get(line, "siret"), *country = get(line, "country");
	bool address = get(line, "street") || get(line, "postcode") || get(line, "building") || get(line, "hamlet") ||
		       get(line, "recipient");

	if (siret && !siren)
		line->values[field_at("siren")] = talloc_strndup(r, siret, 9);
	else if (siret && strncmp(siren, siret, 9) != 0)
		wrong(r, line, NULL, NULL, _("A SIRET begins with the SIREN of its organisation: these two do not fit."));
	if (address && !get(line, "town"))
		wrong(r, line, NULL, NULL, _("An address needs a town."));
	if (country && (strlen(country) != 2 || strspn(country, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != 2))
		wrong(r, line, NULL, NULL, _("Please type the two capital letters of the country: FR, BE, DE …"));
}

static const char *name_of(struct ct_request *r, const struct ct_import_line *line)
{
	const char *given = get(line, "given_name"), *family = get(line, "family_name");
	const char *usual = get(line, "usual_name"), *legal = get(line, "legal_name");

	if (usual || legal)
		return usual ? usual : legal;
	return talloc_asprintf(r, "%s%s%s", given ? given : "", given && family ? " " : "", family ? family : "");
}

static void read_line(struct ct_request *r, struct ct_import_line *line, const struct ct_sheet_row *row,
		      const int *columns, size_t n, bool known)
{
	line->values = talloc_zero_array(r, const char *, FIELDS);
	line->cells = talloc_array(r, const char *, CT_IMPORT_COLUMNS);
	for (size_t k = 0; k < CT_IMPORT_COLUMNS; k++)
		line->cells[k] = "";
	for (size_t c = 0; c < row->n && c < n; c++) {
		if (columns[c] >= 0)
			read_cell(r, line, columns[c], row->cells[c]);
		else if (columns[c] < -1)
			line->cells[-2 - columns[c]] = row->cells[c];
	}
	decide_kind(r, line, known);
	check(r, line);
	line->name = name_of(r, line);
	line->kind = get(line, "kind");
}

int ct_import_read(struct ct_request *r, const char *text, const char *const *own, bool known,
		   struct ct_import *import_r, struct ct_error *e)
{
	struct ct_import import = { .known = known };
	int columns[CT_SHEET_COLUMNS];
	struct ct_sheet sheet;
	int rc = ct_sheet_read(r, text, CT_IMPORT_LINES + 1, &sheet, e);

	if (rc)
		return rc;
	if (sheet.n < 2)
		return ct_fail_field(e, "file", "%s", _("There is nothing below the line that names the columns."));
	rc = read_head(r, &sheet.rows[0], own, columns, &import, e);
	if (rc)
		return rc;
	import.lines = talloc_zero_array(r, struct ct_import_line, sheet.n);
	for (size_t i = 1; i < sheet.n; i++) {
		struct ct_import_line *line = &import.lines[import.n++];

		line->no = i + 1;
		read_line(r, line, &sheet.rows[i], columns, sheet.rows[0].n, known);
	}
	*import_r = import;
	return 0;
}
