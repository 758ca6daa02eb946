/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Any bytes as a file: they have a type or none, and a text is one however it is cut into pieces. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/utf8.h"
#include "file/type.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool in_pieces(const uint8_t *data, size_t size, size_t step)
{
	struct ct_file_text text = { .n_left = 0 };

	for (size_t at = 0; at < size; at += step)
		ct_file_text_add(&text, data + at, size - at < step ? size - at : step);
	return ct_file_text_ended(&text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct ct_file_type *type = ct_file_type_of(data, size);
	bool text = in_pieces(data, size, size + 1);

	for (size_t step = 1; step < 6; step++)
		assert(in_pieces(data, size, step) == text);
	assert(!text || ct_utf8_check(data, size));
	assert(!type || ct_file_type_named(type->type) == type);
	assert(!type || !strstr(type->type, "html"));
	assert(!text || !size || (type && type->text) || type == ct_file_type_named("application/pdf"));
	(void)ct_file_pdf_ended(data, size);
	return 0;
}
