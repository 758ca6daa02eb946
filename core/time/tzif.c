/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "time/zone.h"

#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include <comptoir/i18n.h>
#include "time/range.h"

#define HEADER 44u
#define OFFSET_MIN (-25 * 3600 + 1)	/* RFC 9636, 3.2 */
#define OFFSET_MAX (26 * 3600 - 1)
#define AT_MAX (INT64_C(1) << 59)

struct bytes {
	const uint8_t *p;
	size_t left;
};

struct counts {
	uint32_t isut, isstd, leap, time, type, chars;
};

/* The three arrays that matter, inside the file. */
struct tables {
	const uint8_t *at, *index, *types;
	size_t times, n_types;
};

static const uint8_t *take(struct bytes *b, uint64_t len)
{
	const uint8_t *at = b->p;

	if (len > b->left)
		return NULL;
	b->p += len;
	b->left -= (size_t)len;
	return at;
}

static uint32_t be32(const uint8_t *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static int64_t be64(const uint8_t *p)
{
	return (int64_t)((uint64_t)be32(p) << 32 | be32(p + 4));
}

static bool header(struct bytes *b, struct counts *c)
{
	const uint8_t *p = take(b, HEADER);

	if (!p || memcmp(p, "TZif", 4) != 0 || p[4] < '2' || p[4] > '4')
		return false;
	*c = (struct counts){ be32(p + 20), be32(p + 24), be32(p + 28),
			      be32(p + 32), be32(p + 36), be32(p + 40) };
	return true;
}

/* What lies behind the types says nothing that is needed here; leap seconds are refused before. */
static bool skip_rest(struct bytes *b, const struct counts *c, unsigned time_size)
{
	return take(b, (uint64_t)c->chars + (uint64_t)c->leap * (time_size + 4) + c->isstd +
		    c->isut);
}

static bool find_tables(struct bytes *b, struct tables *t)
{
	struct counts c;

	/* The first block is for readers of version 1. */
	if (!header(b, &c) || !take(b, (uint64_t)c.time * 5 + (uint64_t)c.type * 6) ||
	    !skip_rest(b, &c, 4))
		return false;
	if (!header(b, &c) || c.leap || c.type < 1 || c.type > 256)
		return false;
	t->times = c.time;
	t->n_types = c.type;
	t->at = take(b, (uint64_t)c.time * 8);
	t->index = take(b, c.time);
	t->types = take(b, (uint64_t)c.type * 6);
	return t->at && t->index && t->types && skip_rest(b, &c, 8);
}

static bool find_footer(struct bytes *b, struct ct_footer *footer)
{
	const uint8_t *end;

	if (!b->left || *b->p != '\n')
		return false;
	b->p++;
	b->left--;
	end = memchr(b->p, '\n', b->left);
	return end && ct_footer_read((const char *)b->p, (size_t)(end - b->p), footer) &&
		footer->offset[0] >= OFFSET_MIN && footer->offset[0] <= OFFSET_MAX &&
		footer->offset[1] >= OFFSET_MIN && footer->offset[1] <= OFFSET_MAX;
}

static void append(struct ct_zone *zone, int64_t at, int32_t offset)
{
	struct ct_span *last = &zone->spans[zone->count - 1];
	int32_t larger;

	/* Two changes in one instant: a footer says "summer time all year" (RFC 9636, 3.3.1). */
	if (zone->count > 1 && last->at == at) {
		zone->count--;
		last--;
	}
	if (last->offset == offset)
		return;
	larger = last->offset > offset ? last->offset : offset;
	zone->spans[zone->count++] = (struct ct_span){ at, at + larger, offset };
}

static bool offset_of(const struct tables *t, size_t type, int32_t *offset_r)
{
	if (type >= t->n_types)
		return false;
	*offset_r = (int32_t)be32(t->types + 6 * type);
	return *offset_r >= OFFSET_MIN && *offset_r <= OFFSET_MAX;
}

static bool add_table(struct ct_zone *zone, const struct tables *t)
{
	int64_t before = -AT_MAX;
	int32_t offset;
	size_t i;

	/* Before the first change the first type holds (RFC 9636, 3.2). */
	if (!offset_of(t, 0, &offset))
		return false;
	zone->spans[zone->count++] = (struct ct_span){ INT64_MIN, INT64_MIN, offset };
	for (i = 0; i < t->times; i++) {
		int64_t at = be64(t->at + 8 * i);

		if (at < before + (i > 0) || at > AT_MAX || !offset_of(t, t->index[i], &offset))
			return false;
		append(zone, at, offset);
		before = at;
	}
	return true;
}

static void add_footer(struct ct_zone *zone, int64_t from)
{
	const struct ct_footer *f = &zone->footer;
	int year;

	if (!f->dst)
		return;
	for (year = CT_YEAR_MIN - 2; year <= CT_YEAR_MAX + 2; year++) {
		int64_t at[2];
		int i, sooner;

		for (i = 0; i < 2; i++)
			at[i] = ct_rule_day(&f->rule[i], year) * CT_DAY_S + f->rule[i].time -
				f->offset[!i];
		sooner = at[1] < at[0];
		if (at[sooner] >= from)
			append(zone, at[sooner], f->offset[sooner]);
		if (at[!sooner] >= from)
			append(zone, at[!sooner], f->offset[!sooner]);
	}
}

int ct_zone_read(void *mem, const char *name, const uint8_t *bytes, size_t len,
		 struct ct_zone **zone_r, struct ct_error *e)
{
	struct bytes b = { bytes, len };
	struct tables t;
	struct ct_zone *zone = talloc_zero(mem, struct ct_zone);
	const size_t from_footer = 2 * (CT_YEAR_MAX - CT_YEAR_MIN + 5);

	if (!zone)
		abort();
	if (!find_tables(&b, &t) || !find_footer(&b, &zone->footer))
		goto wrong;
	zone->name = talloc_strdup(zone, name);
	zone->spans = talloc_array(zone, struct ct_span, 1 + t.times + from_footer);
	if (!zone->name || !zone->spans)
		abort();
	if (!add_table(zone, &t))
		goto wrong;
	add_footer(zone, t.times ? be64(t.at + 8 * (t.times - 1)) : INT64_MIN);
	*zone_r = zone;
	return 0;
wrong:
	talloc_free(zone);
	return ct_fail(e, CT_INVALID, _("The file of the time zone %s cannot be read."), name);
}
