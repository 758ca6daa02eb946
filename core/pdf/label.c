/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a document says about itself, by libharu's object layer: its own calls take no UTF-8, and its /ID the clock. */
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <talloc.h>

#include "base/utf8.h"
#include "pdf/engine.h"

enum { ID_BYTES = 16 };

static HPDF_BYTE *put_unit(HPDF_BYTE *out, uint32_t unit)
{
	*out++ = (HPDF_BYTE)(unit >> 8);
	*out++ = (HPDF_BYTE)(unit & 0xFF);
	return out;
}

/* A text string is UTF-16BE behind its mark (ISO 32000-1, 7.9.2.2): at most two bytes for each of UTF-8. */
static void add_text(HPDF_Doc doc, HPDF_Dict dict, const char *key, const char *text)
{
	size_t left = strlen(text), n;
	HPDF_BYTE *bytes = talloc_array(NULL, HPDF_BYTE, 2 * left + 2), *out = put_unit(bytes, 0xFEFF);

	for (; left; text += n, left -= n) {
		uint32_t point = '?';

		n = ct_utf8_next(text, left, &point);
		if (!n)
			n = 1;
		if (point > 0xFFFF) {
			out = put_unit(out, 0xD800 + ((point - 0x10000) >> 10));
			point = 0xDC00 + ((point - 0x10000) & 0x3FF);
		}
		out = put_unit(out, point < ' ' ? ' ' : point);
	}
	HPDF_Dict_Add(dict, key, HPDF_Binary_New(doc->mmgr, bytes, (HPDF_UINT)(out - bytes)));
	talloc_free(bytes);
}

/* "D:20261127120000Z" (ISO 32000-1, 7.9.4) */
static void add_date(HPDF_Doc doc, struct ct_utc at)
{
	struct ct_civil c = ct_local_civil((struct ct_local){ at.s });
	char text[64];

	snprintf(text, sizeof(text), "D:%04d%02d%02d%02d%02d%02dZ", c.year, c.month, c.day, c.hour, c.minute, c.second);
	HPDF_Dict_Add(doc->info, "CreationDate", HPDF_String_New(doc->mmgr, text, NULL));
	HPDF_Dict_Add(doc->info, "ModDate", HPDF_String_New(doc->mmgr, text, NULL));
}

static void add_id(HPDF_Doc doc, const char *id)
{
	unsigned char sum[ID_BYTES];
	HPDF_Array pair = HPDF_Array_New(doc->mmgr);

	crypto_generichash(sum, sizeof(sum), (const unsigned char *)id, strlen(id), NULL, 0);
	HPDF_Array_Add(pair, HPDF_Binary_New(doc->mmgr, sum, sizeof(sum)));
	HPDF_Array_Add(pair, HPDF_Binary_New(doc->mmgr, sum, sizeof(sum)));
	HPDF_Dict_Add(doc->trailer, "ID", pair);
}

void ct_pdf_engine_label(struct ct_pdf_engine *engine, const struct ct_pdf_about *about)
{
	HPDF_Doc doc = engine->doc;
	HPDF_Dict view = HPDF_Dict_New(doc->mmgr);

	doc->pdf_version = HPDF_VER_17;
	add_text(doc, doc->info, "Title", about->title);
	if (about->author)
		add_text(doc, doc->info, "Author", about->author);
	add_text(doc, doc->info, "Creator", "Comptoir");
	if (ct_utc_set(about->created))
		add_date(doc, about->created);
	if (about->language)
		HPDF_Dict_Add(doc->catalog, "Lang", HPDF_String_New(doc->mmgr, about->language, NULL));
	HPDF_Dict_AddBoolean(view, "DisplayDocTitle", HPDF_TRUE);
	HPDF_Dict_Add(doc->catalog, "ViewerPreferences", view);
	add_id(doc, about->id ? about->id : about->title);
}
