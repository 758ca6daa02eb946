/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Pictures from outside are never kept as they came: comptoir-image, a process that can neither open a
 * file nor speak to anybody, decodes them and encodes them anew, turned upright, without where and by
 * whom they were taken, and no larger than a page shows them. What it gives back is looked at again.
 */
#ifndef CORE_FILE_IMAGE_H
#define CORE_FILE_IMAGE_H

#include <comptoir/request.h>

#include "file/type.h"
#include "http/upload.h"

/* More pixels are refused before anything is decoded: 8000 × 8000. comptoir-image has the same number. */
enum { CT_IMAGE_MEGAPIXELS = 64 };

struct ct_image {
	const struct ct_file_type *type;	/* JPEG, or PNG where there is something to see through */
	unsigned width, height;
	const void *bytes;			/* on r */
	size_t size;
};

/*
 * Decodes `source`, which begins like a picture of `type`, and encodes it so that no side is longer than
 * sides[0], and again for sides[1]. CT_INVALID, with a sentence for whoever sent it, where it cannot be
 * decoded within limits of memory and time; CT_BUSY where the helper does not start.
 */
int ct_image_make(struct ct_request *r, const struct ct_upload *source, const struct ct_file_type *type,
		  const unsigned sides[2], struct ct_image images_r[2], struct ct_error *e) CT_MUST_USE;

#endif
