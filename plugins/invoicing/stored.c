/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>
#include <talloc.h>

#include "letters.h"

int stored_get(struct ct_request *r, int64_t document, int64_t file, const char *sha256, struct ct_file *file_r,
	       struct ct_error *e)
{
	int rc = ct_file_get(r, file, file_r, e);

	if (rc || !strcmp(file_r->sha256, sha256))
		return rc;
	return ct_fail(e, CT_BROKEN, "the PDF of document %lld is another file", (long long)document);
}

int stored_read(struct ct_request *r, const struct ct_file *file, const void **bytes_r, struct ct_error *e)
{
	char *bytes = talloc_size(r, (size_t)file->size);
	int64_t at = 0;

	for (int64_t seq = 0; at < file->size; seq++) {
		const void *some;
		size_t len;
		void *mem;
		int rc = ct_file_chunk(r, file->id, seq, &mem, &some, &len, e);

		if (rc)
			return rc;
		if ((int64_t)len > file->size - at)
			return ct_fail(e, CT_BROKEN, "file %lld is longer than it was", (long long)file->id);
		memcpy(bytes + at, some, len);
		at += (int64_t)len;
		talloc_free(mem);
	}
	*bytes_r = bytes;
	return 0;
}
