/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The VAT codes of charges (comptoir/billing.h): the category of each (UNCL5305, as EN 16931 names it) and its
 * rate. Those that something is sold with, "E": that ground of having none which the regime of who issues gives, and
 * "O": out of scope, as dues without counterpart are.
 */
#ifndef INVOICING_VAT_CODE_H
#define INVOICING_VAT_CODE_H

#include <stdint.h>

struct vat_code {
	const char *code;
	const char *category;		/* "S", "E", "O" */
	int64_t rate_bp;		/* 2000: 20 % */
};

/* NULL: there is no such code. */
const struct vat_code *vat_code_find(const char *code);

/* The same where the code was checked before it was stored; another one is a programming error. */
const struct vat_code *vat_code_get(const char *code);

/*
 * What a code may not stand beside on one document is of another kind: dues are never with others (EN 16931, BR-O-11 to
 * 14), and a document has one ground of exemption for its category. "": those with VAT.
 */
const char *vat_code_apart(const char *code);

#endif
