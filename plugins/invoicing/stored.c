/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "letters.h"

int stored_get(struct ct_request *r, int64_t file, const char *sha256, struct ct_file *file_r, struct ct_error *e)
{
	int rc = ct_file_get(r, file, file_r, e);

	if (rc || !strcmp(file_r->sha256, sha256))
		return rc;
	return ct_fail(e, CT_BROKEN, "file %lld is not the PDF that was stored", (long long)file);
}
