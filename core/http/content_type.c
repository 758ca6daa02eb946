/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "http/content_type.h"

#include <stdbool.h>
#include <string.h>
#include <talloc.h>
#include <comptoir/i18n.h>

#include "http/lex.h"

static char *lower(char *text)
{
	for (char *c = text; *c; c++)
		if (*c >= 'A' && *c <= 'Z')
			*c = (char)(*c - 'A' + 'a');
	return text;
}

/* bchars of RFC 2046, 5.1.1, with no blank at the end. */
static bool is_boundary(const char *text)
{
	size_t len = strlen(text);

	if (!len || len > 70 || text[len - 1] == ' ')
		return false;
	for (; *text; text++)
		if (!(*text >= '0' && *text <= '9') && !(*text >= 'A' && *text <= 'Z') &&
		    !(*text >= 'a' && *text <= 'z') && !strchr("'()+_,-./:=? ", *text))
			return false;
	return true;
}

static bool keep(void *mem, const char **slot, struct ct_word value)
{
	if (*slot)
		return false;
	*slot = ct_word_text(mem, value);
	return true;
}

static bool parameters(void *mem, struct ct_lex *lex, struct ct_content_type *type)
{
	for (;;) {
		struct ct_word name, value;

		ct_lex_space(lex);
		if (lex->at == lex->end)
			return true;
		if (!ct_lex_char(lex, ';'))
			return false;
		ct_lex_space(lex);
		if (lex->at == lex->end || *lex->at == ';')
			continue;
		if (!ct_lex_parameter(lex, true, &name, &value))
			return false;
		if (ct_word_is(name, "boundary") && !keep(mem, &type->boundary, value))
			return false;
		if (ct_word_is(name, "charset") && !keep(mem, &type->charset, value))
			return false;
	}
}

static bool parse(void *mem, const char *header, struct ct_content_type *type)
{
	struct ct_lex lex = ct_lex_text(header);
	struct ct_word main_type, subtype;

	ct_lex_space(&lex);
	if (!ct_lex_token(&lex, &main_type) || !ct_lex_char(&lex, '/') ||
	    !ct_lex_token(&lex, &subtype))
		return false;
	type->type = lower(talloc_asprintf(mem, "%.*s/%.*s", (int)main_type.len, main_type.s,
					   (int)subtype.len, subtype.s));
	if (!parameters(mem, &lex, type))
		return false;
	if (type->charset)
		type->charset = lower(talloc_strdup(mem, type->charset));
	if (strncmp(type->type, "multipart/", 10))
		type->boundary = NULL;
	else if (!type->boundary || !is_boundary(type->boundary))
		return false;
	return true;
}

int ct_content_type_parse(void *mem, const char *header, struct ct_content_type *type_r,
			  struct ct_error *e)
{
	struct ct_content_type type = { "", NULL, NULL };

	if (header && *header && !parse(mem, header, &type))
		return ct_fail(e, CT_BAD, _("The header Content-Type cannot be read."));
	*type_r = type;
	return 0;
}
