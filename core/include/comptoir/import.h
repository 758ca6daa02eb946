/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A spreadsheet of people and organisations, imported in two steps: what would happen, line by line, and then that.
 * Between them the text is kept as a draft for a day. Each line is read against the fields of a contact and found again
 * among the contacts of the organisation (ADR 0020).
 *
 * The core imports contacts so. A plugin whose lines say more of each (a member's plan, her dues) names columns of its
 * own and gets their cells beside; a route of its own has the fields ct_import_fields, and keeps what came:
 *
 *	rc = ct_import_keep(r, columns, &uid, e);			POST: the draft
 *	rc = ct_import_load(r, uid, columns, &import, e);		GET: the page, with ct_import_put for each line
 *	rc = ct_import_claim(r, uid, e);				POST: once, in a transaction; then in others
 *	rc = ct_import_store(r, &import.lines[i], &id, e);		what the contact of each line becomes
 *
 * A list that says something *about* contacts (what they owe) names them and no more: ct_import_keep_known and
 * ct_import_load_known look for them by whatever there is, and never change one.
 */
#ifndef COMPTOIR_IMPORT_H
#define COMPTOIR_IMPORT_H

#include <comptoir/plugin.h>

enum { CT_IMPORT_LINES = 5000, CT_IMPORT_COLUMNS = 8 };

enum ct_import_what { CT_IMPORT_NEW, CT_IMPORT_CHANGE, CT_IMPORT_SAME, CT_IMPORT_SKIP, CT_IMPORT_WRONG };

struct ct_import_change { const struct ct_field *field; const char *before, *after; };

struct ct_import_line {
	size_t no;			/* in the file; the line of the columns is 1 */
	enum ct_import_what what;	/* what becomes of the contact */
	const char *name;		/* as shown */
	const char *kind;		/* "person" or "organisation" */
	const char *why;		/* of what is skipped or wrong; or a hint; or NULL */
	const char **values;		/* parallel to the fields of a contact: what will be stored */
	const char **cells;		/* parallel to the plugin's columns: as they were typed, "" for nothing */
	int64_t id, version;		/* the contact that it is, as it was when compared; 0: none, or unclear which */
	bool locked;			/* only our note of it may be changed */
	size_t twin;			/* of a list that names contacts: the first line with the same new one, or 0 */
	struct ct_import_change *changes;
	size_t n_changes;
};

struct ct_import {
	struct ct_import_line *lines;
	size_t n;
	bool has[CT_IMPORT_COLUMNS];	/* which of the plugin's columns there are */
	bool known;			/* contacts are looked for, and never changed */
	const char *label;		/* as it was kept: the name of the file, or what the plugin said */
	const char *unknown;		/* columns that are not read, or NULL */
	size_t counts[5];		/* by enum ct_import_what; after ct_import_match */
	size_t meanwhile;		/* lines left out: the contact changed since it was compared */
};

/* "file" and "text": what a form of such an import asks for. */
extern const struct ct_field ct_import_fields[];

/*
 * `columns`, here and below: for each column of the plugin the names that it may have, without accents, capitals and
 * signs, parted by blanks ("formule plan"); NULL ends them, and NULL instead of them: none. A name that a contact's
 * field has, too, is the contact's.
 */

/* Keeps what the form brought as a draft of r->org and the caller, once it can be read. *uid_r on r. */
int ct_import_keep(struct ct_request *r, const char *const *columns, const char **uid_r,
		   struct ct_error *e) CT_MUST_USE;

/* The draft, read and compared with the contacts by one query. CT_MISSING where the caller has none of that name. */
int ct_import_load(struct ct_request *r, const char *uid, const char *const *columns, struct ct_import *import_r,
		   struct ct_error *e) CT_MUST_USE;

/*
 * The same of a list that names contacts: by SIREN, e-mail address or name, any of which is enough where it is one
 * contact's alone. A line is CT_IMPORT_SAME (`id` is who is meant, under her own name; `why` is what the file calls
 * her, where that differs), CT_IMPORT_NEW, CT_IMPORT_SKIP (several could be meant, and are named) or CT_IMPORT_WRONG.
 * The same contact may be meant by several lines: of a new one the later lines say so (`twin`). `label` is kept with
 * it, at most 200 characters.
 */
int ct_import_keep_known(struct ct_request *r, const char *const *columns, const char *label, const char **uid_r,
			 struct ct_error *e) CT_MUST_USE;
int ct_import_load_known(struct ct_request *r, const char *uid, const char *const *columns, struct ct_import *import_r,
			 struct ct_error *e) CT_MUST_USE;

/* In a transaction: of two clicks the second one is CT_CONFLICT. */
int ct_import_claim(struct ct_request *r, const char *uid, struct ct_error *e) CT_MUST_USE;

/*
 * In a transaction: stores what is new or changed of a line's contact, with its trace. *id_r is its key; 0 where the
 * line is wrong, it is unclear which contact it is, or that was changed since it was compared.
 */
int ct_import_store(struct ct_request *r, const struct ct_import_line *, int64_t *id_r, struct ct_error *e) CT_MUST_USE;

/* Puts { line, what, what_ui, wrong_ui, name, why, detail_ui, changes[] } of a line, for the template core/import. */
void ct_import_put(struct ct_request *r, const struct ct_import_line *, json_t *object);

#endif
