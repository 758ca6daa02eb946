/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * An engine is a libharu document with the fonts read. Reading them costs more than drawing, so one that served
 * well is kept for the next document of the process; one that met an error never is. This is the one place that
 * knows libharu's object layer, and where what PDF/A-3 wants is added.
 */
#ifndef CORE_PDF_ENGINE_H
#define CORE_PDF_ENGINE_H

#include <hpdf.h>
#include <stdbool.h>
#include <stdint.h>

#include <comptoir/pdf.h>

enum { CT_PDF_FACES = 2 };	/* regular, bold */

struct ct_pdf_engine {
	HPDF_Doc doc;
	const char *folder;		/* that the fonts are from */
	HPDF_FontDef face[CT_PDF_FACES];
	HPDF_Font ansi[CT_PDF_FACES];	/* of the document: WinAnsiEncoding, one byte a letter */
	HPDF_Font wide[CT_PDF_FACES];	/* of the document: all letters of the face; made when needed */
};

/* The one that was kept, or a new one, with an empty document. Belongs to the caller. */
int ct_pdf_engine_take(const char *folder, struct ct_pdf_engine **engine_r, struct ct_error *e) CT_MUST_USE;

/* Ends the document. `sound`: nothing went wrong, the engine may serve again. */
void ct_pdf_engine_drop(struct ct_pdf_engine *engine, bool sound);

/* Ends the one that is kept: for who looks for leaks when a process ends. */
void ct_pdf_engine_forget(void);

/* The font of a face for letters of WinAnsiEncoding, or for all. NULL after an error. */
HPDF_Font ct_pdf_font(struct ct_pdf_engine *engine, bool bold, bool wide);

/* Writes title, author, language, date and identity into the document. */
void ct_pdf_engine_label(struct ct_pdf_engine *engine, const struct ct_pdf_about *about);

#endif
