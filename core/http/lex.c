/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "http/lex.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <talloc.h>

struct ct_lex ct_lex_text(const char *text)
{
	if (!text)
		text = "";
	return (struct ct_lex){ text, text + strlen(text) };
}

bool ct_lex_is_token_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       (c && strchr("!#$%&'*+-.^_`|~", c));
}

void ct_lex_space(struct ct_lex *lex)
{
	while (lex->at < lex->end && (*lex->at == ' ' || *lex->at == '\t'))
		lex->at++;
}

bool ct_lex_char(struct ct_lex *lex, char c)
{
	if (lex->at == lex->end || *lex->at != c)
		return false;
	lex->at++;
	return true;
}

bool ct_lex_token(struct ct_lex *lex, struct ct_word *word_r)
{
	const char *start = lex->at;

	while (lex->at < lex->end && ct_lex_is_token_char(*lex->at))
		lex->at++;
	if (lex->at == start)
		return false;
	*word_r = (struct ct_word){ start, (size_t)(lex->at - start) };
	return true;
}

bool ct_lex_quoted(struct ct_lex *lex, struct ct_word *word_r)
{
	const char *s = lex->at;

	if (s == lex->end || *s != '"')
		return false;
	for (s++; s < lex->end && *s != '"'; s++)
		if (*s == '\\' && s + 1 < lex->end)
			s++;
	if (s >= lex->end)
		return false;
	*word_r = (struct ct_word){ lex->at + 1, (size_t)(s - lex->at - 1) };
	lex->at = s + 1;
	return true;
}

static bool loose_value(struct ct_lex *lex, struct ct_word *word_r)
{
	const char *start = lex->at;

	while (lex->at < lex->end && !strchr(" \t;,\"", *lex->at))
		lex->at++;
	*word_r = (struct ct_word){ start, (size_t)(lex->at - start) };
	return word_r->len > 0;
}

bool ct_lex_parameter(struct ct_lex *lex, bool loose, struct ct_word *name_r,
		      struct ct_word *value_r)
{
	if (!ct_lex_token(lex, name_r) || !ct_lex_char(lex, '='))
		return false;
	if (ct_lex_quoted(lex, value_r))
		return true;
	return loose ? loose_value(lex, value_r) : ct_lex_token(lex, value_r);
}

void ct_lex_next_member(struct ct_lex *lex)
{
	struct ct_word inside;

	while (lex->at < lex->end) {
		if (ct_lex_quoted(lex, &inside))
			continue;
		if (*lex->at == '"')
			lex->at = lex->end - 1;
		if (*lex->at++ == ',')
			return;
	}
}

char *ct_word_text(void *mem, struct ct_word word)
{
	char *text = talloc_array(mem, char, word.len + 1), *out = text;

	if (!text)
		abort();
	for (size_t i = 0; i < word.len; i++) {
		if (word.s[i] == '\\' && i + 1 < word.len)
			i++;
		*out++ = word.s[i];
	}
	*out = '\0';
	return text;
}

bool ct_word_is(struct ct_word word, const char *text)
{
	return strlen(text) == word.len && !strncasecmp(word.s, text, word.len);
}

int ct_word_weight(struct ct_word word)
{
	int weight = 0, digit = 100;

	if (!word.len || word.len > 5 || (word.s[0] != '0' && word.s[0] != '1'))
		return -1;
	weight = (word.s[0] - '0') * 1000;
	if (word.len > 1 && word.s[1] != '.')
		return -1;
	for (size_t i = 2; i < word.len; i++, digit /= 10) {
		if (word.s[i] < '0' || word.s[i] > '9')
			return -1;
		weight += (word.s[i] - '0') * digit;
	}
	return weight > 1000 ? -1 : weight;
}
