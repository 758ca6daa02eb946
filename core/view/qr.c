/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <qrencode.h>
#include <string.h>
#include <talloc.h>

#include <comptoir/buf.h>
#include <comptoir/view.h>

enum { QUIET = 4, PATH_BYTES = 1 << 17 }; /* modules of margin that ISO/IEC 18004 asks for */

/* The dark modules of a row as bars: "M4 4h7v1h-7z". */
static void put_row(struct ct_buf *path, const unsigned char *row, int width, int y)
{
	for (int x = 0, end; x < width; x = end) {
		end = x + 1;
		if (!(row[x] & 1))
			continue;
		while (end < width && (row[end] & 1))
			end++;
		ct_buf_printf(path, "M%d %dh%dv1h-%dz", x + QUIET, y + QUIET, end - x, end - x);
	}
}

void ct_put_qr(json_t *object, const char *key, const char *text)
{
	QRcode *code = text ? QRcode_encodeString8bit(text, 0, QR_ECLEVEL_M) : NULL;
	struct ct_buf *path;
	void *mem;
	json_t *o;

	ct_put_null(object, key);
	if (!code)
		return;
	mem = talloc_new(NULL);
	path = ct_buf_new(mem, PATH_BYTES);
	for (int y = 0; y < code->width; y++)
		put_row(path, code->data + y * code->width, code->width, y);
	o = ct_put_object(object, key);
	ct_put_int(o, "size", code->width + 2 * QUIET);
	ct_put_text(o, "box", talloc_asprintf(mem, "0 0 %d %d", code->width + 2 * QUIET, code->width + 2 * QUIET));
	ct_put_text(o, "path", ct_buf_data(path));
	talloc_free(mem);
	QRcode_free(code);
}
