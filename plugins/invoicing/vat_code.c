/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "vat_code.h"

#include <assert.h>
#include <stddef.h>
#include <string.h>

#include <comptoir/billing.h>

#define CODE(code, bp, label) { code, (bp) ? "S" : "E", bp },

static const struct vat_code codes[] = {
	CT_VAT_CODES(CODE)
	{ "E", "E", 0 },
	{ "O", "O", 0 },
};

const struct vat_code *vat_code_find(const char *code)
{
	for (size_t i = 0; code && i < sizeof(codes) / sizeof(codes[0]); i++)
		if (!strcmp(codes[i].code, code))
			return &codes[i];
	return NULL;
}

const struct vat_code *vat_code_get(const char *code)
{
	const struct vat_code *found = vat_code_find(code);

	assert(found);
	return found;
}

const char *vat_code_apart(const char *code)
{
	const struct vat_code *found = vat_code_find(code);

	return found && found->rate_bp == 0 ? found->code : "";
}
