/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "http/accept.h"

#include <string.h>
#include <strings.h>

#include "http/lex.h"

struct media {
	struct ct_word type, subtype;
	struct ct_lex parameters;	/* what stands before q */
	int weight;
};

static bool member_ends(const struct ct_lex *lex)
{
	return lex->at == lex->end || *lex->at == ',';
}

/* One `;name=value`; an empty one is nothing. *name_r is empty where there is none left. */
static bool parameter(struct ct_lex *lex, struct ct_word *name_r, struct ct_word *value_r)
{
	bool parted = false;

	*name_r = (struct ct_word){ "", 0 };
	for (ct_lex_space(lex); ct_lex_char(lex, ';'); ct_lex_space(lex))
		parted = true;
	if (member_ends(lex))
		return true;
	return parted && ct_lex_parameter(lex, false, name_r, value_r);
}

/* Parameters up to the end of the member; what follows q is from another century. */
static bool weight(struct ct_lex *lex, int *weight_r, const char **before_q)
{
	struct ct_word name, value;

	*weight_r = 1000;
	*before_q = NULL;
	for (;;) {
		const char *start = lex->at;

		if (!parameter(lex, &name, &value))
			return false;
		if (!name.len)
			break;
		if (*before_q || !ct_word_is(name, "q"))
			continue;
		*before_q = start;
		*weight_r = ct_word_weight(value);
	}
	if (!*before_q)
		*before_q = lex->at;
	return *weight_r >= 0;
}

static bool parse_media(struct ct_lex *lex, struct media *media)
{
	const char *before_q, *start;

	ct_lex_space(lex);
	if (!ct_lex_token(lex, &media->type) || !ct_lex_char(lex, '/') ||
	    !ct_lex_token(lex, &media->subtype))
		return false;
	if (ct_word_is(media->type, "*") && !ct_word_is(media->subtype, "*"))
		return false;
	start = lex->at;
	if (!weight(lex, &media->weight, &before_q))
		return false;
	media->parameters = (struct ct_lex){ start, before_q };
	return true;
}

static bool same_word(struct ct_word a, struct ct_word b)
{
	return a.len == b.len && !strncasecmp(a.s, b.s, a.len);
}

static bool has_parameter(struct ct_lex in, struct ct_word name, struct ct_word value)
{
	struct ct_word n, v;

	while (parameter(&in, &n, &v) && n.len)
		if (same_word(n, name) && same_word(v, value))
			return true;
	return false;
}

/* How specific a member is: 0 anything, 1 text/anything, 2 and more; -1 where it does not match. */
static int specificity(const struct media *member, const struct media *offer)
{
	struct ct_lex rest = member->parameters;
	struct ct_word name, value;
	int level = 2;

	if (ct_word_is(member->type, "*"))
		level = 0;
	else if (!same_word(member->type, offer->type))
		return -1;
	else if (ct_word_is(member->subtype, "*"))
		level = 1;
	else if (!same_word(member->subtype, offer->subtype))
		return -1;
	while (parameter(&rest, &name, &value) && name.len) {
		if (ct_word_is(name, "charset"))
			continue;
		if (!has_parameter(offer->parameters, name, value))
			return -1;
		level++;
	}
	return level;
}

struct liking { int weight, level; };

/* By the most specific member; weight 0 without one. Returns how many members could be read. */
static size_t judge(const char *header, const struct media *offer, struct liking *liking_r)
{
	struct ct_lex lex = ct_lex_text(header);
	struct liking best = { 0, -1 };
	size_t readable = 0;

	while (lex.at < lex.end) {
		struct media member;
		int level;

		if (parse_media(&lex, &member)) {
			readable++;
			level = specificity(&member, offer);
			if (level > best.level)
				best = (struct liking){ member.weight, level };
		}
		ct_lex_next_member(&lex);
	}
	*liking_r = best;
	return readable;
}

int ct_accept_choose(const char *header, const char *const *offered)
{
	struct liking best = { 0, -1 };
	int choice = -1;

	for (int i = 0; offered[i]; i++) {
		struct ct_lex lex = ct_lex_text(offered[i]);
		struct media offer;
		struct liking liking;

		if (!parse_media(&lex, &offer))
			continue;
		if (!judge(header, &offer, &liking))
			return 0;
		liking.level = liking.level > 2 ? 2 : liking.level;
		if (liking.weight > best.weight ||
		    (liking.weight && liking.weight == best.weight && liking.level > best.level)) {
			best = liking;
			choice = i;
		}
	}
	return choice;
}

struct tongue { int weight, place; };	/* place: of the member in the header */

static void note(struct tongue *tongue, int weight, int place)
{
	if (weight > tongue->weight)
		*tongue = (struct tongue){ weight, place };
}

static bool is_language(struct ct_word range, const char *language)
{
	size_t len = strlen(language);

	return range.len >= len && !strncasecmp(range.s, language, len) &&
	       (range.len == len || range.s[len] == '-');
}

const char *ct_accept_language(const char *header)
{
	struct tongue fr = { -1, 0 }, en = { -1, 0 }, any = { -1, 0 };
	struct ct_lex lex = ct_lex_text(header);

	for (int place = 0; lex.at < lex.end; place++) {
		struct ct_word range;
		const char *before_q;
		int w;

		ct_lex_space(&lex);
		if (ct_lex_token(&lex, &range) && weight(&lex, &w, &before_q)) {
			if (is_language(range, "fr"))
				note(&fr, w, place);
			else if (is_language(range, "en"))
				note(&en, w, place);
			else if (ct_word_is(range, "*"))
				note(&any, w, place);
		}
		ct_lex_next_member(&lex);
	}
	if (fr.weight < 0)
		fr = any;
	if (en.weight < 0)
		en = any;
	if (en.weight > 0 &&
	    (en.weight > fr.weight || (en.weight == fr.weight && en.place < fr.place)))
		return "en";
	return "fr";
}
