/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "http/part.h"

#include <stdlib.h>
#include <string.h>
#include <talloc.h>
#include <comptoir/i18n.h>

#include "base/utf8.h"
#include "http/content_type.h"
#include "http/lex.h"
#include "http/params.h"
#include "http/upload.h"
#include "http/urlencoded.h"

static const char any_type[] = "application/octet-stream";

struct head {
	struct ct_word disposition, type, encoding;	/* s NULL: not there */
};

struct names {
	struct ct_word name, filename, extended;	/* s NULL: not there */
};

static bool once(struct ct_word *slot, struct ct_word value)
{
	if (slot->s)
		return false;
	*slot = value;
	return true;
}

static bool header_line(struct ct_word line, struct head *head)
{
	struct ct_lex lex = { line.s, line.s + line.len };
	struct ct_word name, value;

	if (!ct_lex_token(&lex, &name) || !ct_lex_char(&lex, ':'))
		return false;
	ct_lex_space(&lex);
	value = (struct ct_word){ lex.at, (size_t)(lex.end - lex.at) };
	while (value.len && (value.s[value.len - 1] == ' ' || value.s[value.len - 1] == '\t'))
		value.len--;
	for (size_t i = 0; i < value.len; i++)
		if (((unsigned char)value.s[i] < 0x20 && value.s[i] != '\t') || value.s[i] == 0x7F)
			return false;
	if (ct_word_is(name, "content-disposition"))
		return once(&head->disposition, value);
	if (ct_word_is(name, "content-type"))
		return once(&head->type, value);
	if (ct_word_is(name, "content-transfer-encoding"))
		return once(&head->encoding, value);
	return true;
}

static bool header_lines(const char *text, size_t len, struct head *head)
{
	while (len) {
		const char *line_end = memmem(text, len, "\r\n", 2);
		size_t line;

		if (!line_end)
			return false;
		line = (size_t)(line_end - text);
		if (!header_line((struct ct_word){ text, line }, head))
			return false;
		text += line + 2;
		len -= line + 2;
	}
	return true;
}

static bool disposition_parameter(struct ct_lex *lex, struct names *names)
{
	struct ct_word name, value;

	ct_lex_space(lex);
	if (lex->at == lex->end)
		return true;
	if (!ct_lex_token(lex, &name) || !ct_lex_char(lex, '='))
		return false;
	if (!ct_lex_quoted(lex, &value) && !ct_lex_token(lex, &value))
		return false;
	ct_lex_space(lex);
	if (ct_word_is(name, "name"))
		return once(&names->name, value);
	if (ct_word_is(name, "filename"))
		return once(&names->filename, value);
	if (ct_word_is(name, "filename*"))
		return once(&names->extended, value);
	return true;
}

static bool disposition(struct ct_word value, struct names *names)
{
	struct ct_lex lex;
	struct ct_word kind;

	if (!value.s)
		return false;
	lex = (struct ct_lex){ value.s, value.s + value.len };
	if (!ct_lex_token(&lex, &kind) || !ct_word_is(kind, "form-data"))
		return false;
	ct_lex_space(&lex);
	while (lex.at < lex.end)
		if (!ct_lex_char(&lex, ';') || !disposition_parameter(&lex, names))
			return false;
	return names->name.s != NULL;
}

static char undo(const char *s, size_t len, size_t *step)
{
	static const struct { const char *code; char c; } escapes[] = {
		{ "%22", '"' }, { "%0D", '\r' }, { "%0d", '\r' }, { "%0A", '\n' }, { "%0a", '\n' },
	};

	*step = 1;
	if (*s == '\\' && len > 1 && (s[1] == '"' || s[1] == '\\')) {
		*step = 2;
		return s[1];
	}
	for (size_t i = 0; len > 2 && i < sizeof(escapes) / sizeof(escapes[0]); i++)
		if (!memcmp(s, escapes[i].code, 3)) {
			*step = 3;
			return escapes[i].c;
		}
	return *s;
}

static char *name_text(void *mem, struct ct_word word)
{
	char *text = talloc_array(mem, char, word.len + 1), *out = text;
	size_t step;

	if (!text)
		abort();
	for (size_t i = 0; i < word.len; i += step)
		*out++ = undo(word.s + i, word.len - i, &step);
	*out = '\0';
	return text;
}

/* UTF-8'language'percent-encoded, or NULL where it is something else. */
static char *extended_text(void *mem, struct ct_word word)
{
	const char *first = word.s ? memchr(word.s, '\'', word.len) : NULL, *second, *end;
	struct ct_error ignored;
	char *text;

	if (!first || !ct_word_is((struct ct_word){ word.s, (size_t)(first - word.s) }, "utf-8"))
		return NULL;
	end = word.s + word.len;
	second = memchr(first + 1, '\'', (size_t)(end - first - 1));
	if (!second ||
	    ct_percent_decode(mem, second + 1, (size_t)(end - second - 1), &text, &ignored))
		return NULL;
	return text;
}

static int file_part(void *mem, const struct names *names, struct ct_word type,
		     struct ct_part *part, struct ct_error *e)
{
	struct ct_content_type parsed = { "", NULL, NULL };
	char *plain = names->filename.s ? name_text(mem, names->filename) : NULL;
	char *extended = extended_text(mem, names->extended);
	const char *name = extended ? extended : plain ? plain : "";

	if (!ct_utf8_check(name, strlen(name)))
		return ct_fail(e, CT_BAD, _("The name of a file is not a text in UTF-8."));
	part->file = true;
	part->unnamed = !*name;
	part->filename = ct_upload_clean_name(mem, name);
	part->type = any_type;
	if (type.s &&
	    !ct_content_type_parse(mem, talloc_strndup(mem, type.s, type.len), &parsed, e) &&
	    *parsed.type)
		part->type = parsed.type;
	return 0;
}

int ct_part_parse(void *mem, const char *text, size_t len, struct ct_part *part_r,
		  struct ct_error *e)
{
	struct head head = { { NULL, 0 }, { NULL, 0 }, { NULL, 0 } };
	struct names names = { { NULL, 0 }, { NULL, 0 }, { NULL, 0 } };
	struct ct_part part = { NULL, false, false, NULL, NULL };
	char *name;
	int rc;

	if (!header_lines(text, len, &head) || !disposition(head.disposition, &names))
		return ct_fail(e, CT_BAD,
			       _("A part of the form has a header that cannot be read."));
	if (head.encoding.s && !ct_word_is(head.encoding, "binary") &&
	    !ct_word_is(head.encoding, "8bit") && !ct_word_is(head.encoding, "7bit"))
		return ct_fail(e, CT_BAD,
			       _("A part of the form is encoded in a way that forms are not."));
	name = name_text(mem, names.name);
	rc = ct_param_name_check(name, strlen(name), e);
	if (!rc && (names.filename.s || names.extended.s))
		rc = file_part(mem, &names, head.type, &part, e);
	if (rc)
		return rc;
	part.name = name;
	*part_r = part;
	return 0;
}
