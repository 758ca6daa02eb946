/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the funder of an agreement gets: the shares that were taken in a period, one by one, and what they come to. */
#ifndef SUBSIDIES_STATEMENT_H
#define SUBSIDIES_STATEMENT_H

#include "subsidies.h"

struct statement_line {
	int64_t id;
	struct ct_day day;
	const char *what, *whom;	/* whom: an organisation's name, "a person", or a name where the agreement says so */
	int64_t gross, share;		/* cents */
	int64_t running;		/* of the shares, with this line */
};

struct statement {
	struct ct_result *agreement;	/* stands on its row */
	const char *currency;
	struct ct_day from, to;		/* what was asked for; unset: no bound */
	struct statement_line *lines;	/* on r */
	size_t n;
	int64_t before, share;		/* cents taken before the period, and in it */
};

/* Reads the agreement r->subject for the period of the request; in pages, a line for each use. */
int statement_load(struct ct_request *r, struct statement *s, struct ct_error *e) CT_MUST_USE;

#endif
