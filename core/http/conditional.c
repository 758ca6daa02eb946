/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "http/conditional.h"

#include <assert.h>
#include <string.h>

#include "http/lex.h"

static bool given(const char *header)
{
	return header && *header;
}

/* An entity tag (RFC 9110, 8.8.3), of which *opaque_r is what stands in the quotes. */
static bool take_tag(struct ct_lex *lex, bool *weak_r, struct ct_word *opaque_r)
{
	const char *s;

	*weak_r = lex->end - lex->at >= 2 && lex->at[0] == 'W' && lex->at[1] == '/';
	s = lex->at + (*weak_r ? 2 : 0);
	if (s == lex->end || *s != '"')
		return false;
	opaque_r->s = ++s;
	while (s < lex->end && *s != '"' && (unsigned char)*s > 0x20 && *s != 0x7F)
		s++;
	if (s == lex->end || *s != '"')
		return false;
	opaque_r->len = (size_t)(s - opaque_r->s);
	lex->at = s + 1;
	return true;
}

static struct ct_word opaque_of(const char *etag, bool *weak_r)
{
	struct ct_lex lex = ct_lex_text(etag);
	struct ct_word opaque;
	bool whole = take_tag(&lex, weak_r, &opaque) && lex.at == lex.end;

	assert(whole);
	return opaque;
}

static bool same(struct ct_word a, struct ct_word b)
{
	return a.len == b.len && !memcmp(a.s, b.s, a.len);
}

/* As it came, or with the ending taken off that a web server put there. */
static bool same_uncompressed(struct ct_word came, struct ct_word ours)
{
	static const char *const endings[] = { "-gzip", "-br", "-zstd" };

	if (same(came, ours))
		return true;
	for (size_t i = 0; i < sizeof(endings) / sizeof(endings[0]); i++) {
		size_t len = strlen(endings[i]);

		if (came.len > len && !memcmp(came.s + came.len - len, endings[i], len))
			return same((struct ct_word){ came.s, came.len - len }, ours);
	}
	return false;
}

bool ct_etag_listed(const char *list, const char *etag)
{
	struct ct_lex lex = ct_lex_text(list);
	struct ct_word ours, came;
	bool weak;

	if (!etag)
		return false;
	ct_lex_space(&lex);
	if (ct_lex_char(&lex, '*')) {
		ct_lex_space(&lex);
		return lex.at == lex.end;
	}
	ours = opaque_of(etag, &weak);
	for (;;) {
		do
			ct_lex_space(&lex);
		while (ct_lex_char(&lex, ','));
		if (!take_tag(&lex, &weak, &came))
			return false;
		if (lex.end - lex.at >= 5 && !memcmp(lex.at, "-gzip", 5))
			lex.at += 5;
		ct_lex_space(&lex);
		if (lex.at < lex.end && *lex.at != ',')
			return false;
		if (same_uncompressed(came, ours))
			return true;
	}
}

/* Did the thing change after the date in `header`? False where either is not known. */
static bool changed_since(const char *header, const struct ct_validators *is, struct ct_utc now,
			  bool *known_r)
{
	struct ct_utc date = ct_http_date_parse(header, now);

	*known_r = ct_utc_set(date) && ct_utc_set(is->changed);
	return *known_r && is->changed.s > date.s;
}

static bool kept(const struct ct_conditions *c, const struct ct_validators *is, struct ct_utc now)
{
	bool known;

	if (given(c->if_match))
		return ct_etag_listed(c->if_match, is->etag);
	return !given(c->if_unmodified_since) ||
	       !changed_since(c->if_unmodified_since, is, now, &known);
}

enum ct_precondition ct_preconditions(const struct ct_conditions *c, const struct ct_validators *is,
				      bool reading, struct ct_utc now)
{
	bool known, changed;

	if (!kept(c, is, now))
		return CT_PRECONDITION_FAILED;
	if (given(c->if_none_match)) {
		if (!ct_etag_listed(c->if_none_match, is->etag))
			return CT_PROCEED;
		return reading ? CT_NOT_MODIFIED : CT_PRECONDITION_FAILED;
	}
	if (!reading || !given(c->if_modified_since))
		return CT_PROCEED;
	changed = changed_since(c->if_modified_since, is, now, &known);
	return known && !changed ? CT_NOT_MODIFIED : CT_PROCEED;
}

bool ct_range_wanted(const struct ct_conditions *c, const struct ct_validators *is,
		     struct ct_utc now)
{
	struct ct_word came, ours;
	struct ct_utc date;
	struct ct_lex lex;
	bool weak;

	if (!given(c->if_range))
		return true;
	lex = ct_lex_text(c->if_range);
	if (take_tag(&lex, &weak, &came)) {
		if (weak || lex.at != lex.end || !is->etag)
			return false;
		ours = opaque_of(is->etag, &weak);
		return !weak && same(came, ours);
	}
	date = ct_http_date_parse(c->if_range, now);
	return ct_utc_set(date) && ct_utc_set(is->changed) && date.s == is->changed.s;
}

/* Digits as a number; more than fits is the largest there is. */
static bool take_number(struct ct_lex *lex, uint64_t *number_r)
{
	const char *start = lex->at;
	uint64_t n = 0;

	for (; lex->at < lex->end && *lex->at >= '0' && *lex->at <= '9'; lex->at++) {
		uint64_t digit = (uint64_t)(*lex->at - '0');

		n = n > (UINT64_MAX - digit) / 10 ? UINT64_MAX : n * 10 + digit;
	}
	*number_r = n;
	return lex->at > start;
}

static enum ct_range_answer within(uint64_t first, uint64_t last, uint64_t size,
				   struct ct_range *range_r)
{
	if (first >= size)
		return CT_RANGE_OUTSIDE;
	*range_r = (struct ct_range){ first, last < size ? last : size - 1 };
	return CT_RANGE_PART;
}

enum ct_range_answer ct_range_parse(const char *header, uint64_t size, struct ct_range *range_r)
{
	struct ct_lex lex = ct_lex_text(header);
	struct ct_word unit;
	uint64_t first = 0, last = UINT64_MAX;
	bool has_first, has_last;

	if (!ct_lex_token(&lex, &unit) || !ct_word_is(unit, "bytes") || !ct_lex_char(&lex, '='))
		return CT_RANGE_WHOLE;
	ct_lex_space(&lex);
	has_first = take_number(&lex, &first);
	if (!ct_lex_char(&lex, '-'))
		return CT_RANGE_WHOLE;
	has_last = take_number(&lex, &last);
	ct_lex_space(&lex);
	if (lex.at != lex.end || (!has_first && !has_last) ||
	    (has_first && has_last && first > last))
		return CT_RANGE_WHOLE;
	if (!has_first)
		return within(size > last ? size - last : 0, UINT64_MAX, size, range_r);
	return within(first, has_last ? last : UINT64_MAX, size, range_r);
}
