/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "vat_code.h"

#include <assert.h>
#include <stddef.h>
#include <string.h>

static const struct vat_code codes[] = {
	{ "S20", "S", 2000 }, { "S10", "S", 1000 }, { "S55", "S", 550 }, { "S21", "S", 210 },
	{ "S85", "S", 850 },  { "E293B", "E", 0 },  { "E261", "E", 0 },	 { "E", "E", 0 },     { "O", "O", 0 },
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
