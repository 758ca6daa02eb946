/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "pdf/engine.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

enum { FONT_BYTES = 4 << 20 };

static const char *const files[CT_PDF_FACES] = { "sans.ttf", "sans-bold.ttf" };

static struct ct_pdf_engine *kept;	/* of this process; a document takes it away while it is drawn */

/* As everywhere: without memory the process ends. It also leaves libharu few ways to fail. */
static void *allocate(HPDF_UINT size)
{
	void *p = malloc(size ? size : 1);

	if (!p)
		abort();
	return p;
}

static void release(void *p)
{
	free(p);
}

static int end_engine(struct ct_pdf_engine *engine)
{
	if (engine->doc)
		HPDF_Free(engine->doc);
	return 0;
}

/* The font's bytes in memory: libharu would keep the file open, and read it for each document. */
static int read_font(struct ct_pdf_engine *engine, const char *path, HPDF_Stream *stream_r, struct ct_error *e)
{
	unsigned char piece[16384];
	FILE *file = fopen(path, "rbe");
	HPDF_Stream stream;
	size_t n;

	if (!file)
		return ct_fail(e, CT_BROKEN, "%s: %s", path, strerror(errno));
	stream = HPDF_MemStream_New(engine->doc->mmgr, FONT_BYTES / 64);
	while (stream && (n = fread(piece, 1, sizeof(piece), file)) > 0 && stream->size < FONT_BYTES)
		HPDF_Stream_Write(stream, piece, (HPDF_UINT)n);
	if (!stream || ferror(file) || stream->size == 0 || stream->size >= FONT_BYTES) {
		HPDF_Stream_Free(stream);
		fclose(file);
		return ct_fail(e, CT_BROKEN, "%s: cannot be read", path);
	}
	fclose(file);
	*stream_r = stream;
	return 0;
}

/* A subset that libharu writes has a tag of six letters before its name (ISO 32000-1, 9.6.4). */
static int load_face(struct ct_pdf_engine *engine, int i, struct ct_error *e)
{
	const char *path = talloc_asprintf(engine, "%s/%s", engine->folder, files[i]);
	char tag[] = "CTPDFA";
	HPDF_Stream stream;
	HPDF_FontDef face;
	int rc = read_font(engine, path, &stream, e);

	if (rc)
		return rc;
	face = HPDF_TTFontDef_Load(engine->doc->mmgr, stream, HPDF_TRUE);
	if (!face || HPDF_List_Add(engine->doc->fontdef_list, face) != HPDF_OK)
		return ct_fail(e, CT_BROKEN, "%s: no font that libharu reads", path);
	tag[5] = (char)('A' + i);
	HPDF_TTFontDef_SetTagName(face, tag);
	engine->face[i] = face;
	return 0;
}

static int make_engine(const char *folder, struct ct_pdf_engine **engine_r, struct ct_error *e)
{
	struct ct_pdf_engine *engine = talloc_zero(NULL, struct ct_pdf_engine);
	int rc = 0;

	talloc_set_destructor(engine, end_engine);
	engine->folder = talloc_strdup(engine, folder);
	engine->doc = HPDF_NewEx(NULL, allocate, release, 0, NULL);
	if (!engine->doc || HPDF_UseUTFEncodings(engine->doc) != HPDF_OK)
		rc = ct_fail(e, CT_BROKEN, "libharu does not start");
	for (int i = 0; i < CT_PDF_FACES && !rc; i++)
		rc = load_face(engine, i, e);
	if (rc)
		talloc_free(engine);
	else
		*engine_r = engine;
	return rc;
}

int ct_pdf_engine_take(const char *folder, struct ct_pdf_engine **engine_r, struct ct_error *e)
{
	struct ct_pdf_engine *engine = kept;
	int rc = 0;

	kept = NULL;
	if (engine && strcmp(engine->folder, folder)) {
		talloc_free(engine);
		engine = NULL;
	}
	if (!engine)
		rc = make_engine(folder, &engine, e);
	if (rc)
		return rc;
	memset(engine->ansi, 0, sizeof(engine->ansi));
	memset(engine->wide, 0, sizeof(engine->wide));
	if (HPDF_NewDoc(engine->doc) != HPDF_OK) {	/* keeps faces and encoders */
		talloc_free(engine);
		return ct_fail(e, CT_BROKEN, "libharu begins no document");
	}
	HPDF_SetCompressionMode(engine->doc, HPDF_COMP_ALL);
	*engine_r = engine;
	return 0;
}

void ct_pdf_engine_drop(struct ct_pdf_engine *engine, bool sound)
{
	if (!sound || kept) {
		talloc_free(engine);
		return;
	}
	HPDF_FreeDoc(engine->doc);
	HPDF_ResetError(engine->doc);		/* having read a stream to its end counts as one */
	kept = engine;
}

void ct_pdf_engine_forget(void)
{
	talloc_free(kept);
	kept = NULL;
}

/*
 * In a wide font a letter is its code point in two bytes. libharu 2.3.0 writes a map of another kind where readers
 * look for the text behind the letters (ISO 32000-1, 9.10.3); so all of it comes out of a search or a copy.
 */
static void map_to_unicode(struct ct_pdf_engine *engine, HPDF_Font font)
{
	enum { LAST = 0x21 };			/* of the high bytes that the fonts have letters for */
	HPDF_Dict map = HPDF_DictStream_New(engine->doc->mmgr, engine->doc->xref);
	char line[64];

	if (!map)
		return;
	HPDF_Stream_WriteStr(map->stream, "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n"
		"/CIDSystemInfo <</Registry (Adobe) /Ordering (UCS) /Supplement 0>> def\n"
		"/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n"
		"1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n");
	snprintf(line, sizeof(line), "%d beginbfrange\n", LAST + 1);
	HPDF_Stream_WriteStr(map->stream, line);
	for (unsigned high = 0; high <= LAST; high++) {
		snprintf(line, sizeof(line), "<%02X00> <%02XFF> <%02X00>\n", high, high, high);
		HPDF_Stream_WriteStr(map->stream, line);
	}
	HPDF_Stream_WriteStr(map->stream, "endbfrange\nendcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n");
	map->filter = HPDF_STREAM_FILTER_FLATE_DECODE;
	HPDF_Dict_Add(font, "ToUnicode", map);
}

HPDF_Font ct_pdf_font(struct ct_pdf_engine *engine, bool bold, bool wide)
{
	HPDF_Font *font = wide ? &engine->wide[bold] : &engine->ansi[bold];

	if (!*font) {
		*font = HPDF_GetFont(engine->doc, engine->face[bold]->base_font, wide ? "UTF-8" : "WinAnsiEncoding");
		if (*font && wide)
			map_to_unicode(engine, *font);
	}
	return *font;
}
