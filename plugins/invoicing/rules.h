/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the law says on a day, from dated rows (sql/invoicing/0003): VAT codes, what has to be printed, rates.
 */
#ifndef INVOICING_RULES_H
#define INVOICING_RULES_H

#include <comptoir/plugin.h>

struct vat {
	const char *code, *category;	/* "S20", "S" */
	int64_t rate_bp;
	const char *vatex, *label;	/* vatex NULL: there is VAT */
	struct ct_day from, to;		/* to unset: until further notice */
};

struct mention { const char *code, *applies, *text; };	/* rates are filled in */

struct rules {
	struct vat *vat;		/* of all days */
	size_t n_vat;
	struct mention *mentions;	/* of the day, in their order */
	size_t n_mentions;
};

/* Three queries. */
int rules_load(struct ct_request *r, struct ct_day day, struct rules *, struct ct_error *e) CT_MUST_USE;

/* What a code meant on a day; NULL: nothing. */
const struct vat *rules_vat(const struct rules *, const char *code, struct ct_day day);

/* May an issuer under this regime ("franchise", "normal", "exempt") use the code? */
bool rules_allow(const char *regime, const char *code);

#endif
