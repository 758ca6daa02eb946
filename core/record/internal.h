/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the files of the record module share; nobody else includes this.
 *
 * A declared field is bound to a *column*, which knows how its value is stored and which statements
 * need it. A row that was read is a *row*: one ct_value a column, and the labels of what its
 * references name. Handlers find their record by the route that was called: ct_record_of(r).
 *
 * Each statement names the organisation, so that a row of another one is not there (404), whatever
 * key is asked for.
 */
#ifndef CORE_RECORD_INTERNAL_H
#define CORE_RECORD_INTERNAL_H

#include "file/file.h"
#include "record/record.h"
#include "route/query.h"
#include "route/state.h"

enum { CT_LIST_ROWS = 50, CT_LIST_MOST = 500, CT_RECORD_COLUMNS = 100, CT_HISTORY_ROWS = 50, CT_MATCHES = 20 };

/* How a value travels to and from the database. */
enum ct_storage { CT_STORED_TEXT, CT_STORED_INT, CT_STORED_DAY, CT_STORED_LOCAL };

struct ct_record_column {
	const struct ct_field *field;
	const char *name;		/* the column's */
	enum ct_storage storage;
	bool stored;			/* has a column: all but questions */
	bool written;			/* by forms: not read-only */
	bool box;			/* a form that does not send it says "off" */
	struct ct_query up, down;	/* the list sorted by it; no SQL: cannot be sorted by it */
	struct ct_query users;		/* CT_REF: how many rows hold a key: `living` and `n` */
};

/* Yes or no, and never nothing. */
static inline bool ct_record_is_flag(const struct ct_record_column *column)
{
	return column->field->type == CT_BOOL || column->field->type == CT_CONSENT;
}

struct ct_record_sql {
	struct ct_record_column *columns;
	size_t n;
	const struct ct_record_column *order;	/* what the list starts sorted by */
	bool order_down;
	const struct ct_record_column *title;	/* what names a row */
	const struct ct_record_column *variant;	/* what sort of row, or NULL */
	bool searches;				/* has a field to search in */
	bool files;				/* has a field that is a file */
	const struct ct_field *form_fields;	/* those that a form shows */
	struct ct_query row, row_text;		/* by key, by uid */
	struct ct_query count, choices, search;	/* search: rows whose title holds a pattern */
	struct ct_query insert, update, archive, remove;
};

struct ct_record_row {
	int64_t id, version;
	const char *uid;
	struct ct_utc archived;
	int locked;				/* 0: not; 1: but for .own fields; 2: wholly */
	struct ct_value *values;		/* parallel to the columns */
	const char **labels;			/* of references, parallel; else NULL */
	const struct ct_file **files;		/* of files, parallel; else NULL */
};

/* routes.c: makes info->routes of the rest. */
void ct_record_routes(struct ct_record_info *info);

const struct ct_record_info *ct_record_of(const struct ct_request *r);

/* The record of a kind ("keys.key"), NULL where the kind is none. */
const struct ct_record_info *ct_record_of_kind(const struct ct_request *r, const char *kind);

/* `text` of a table of the record's plugin in the reader's language. */
const char *ct_record_text(const struct ct_record_info *info, const char *text);
const char *ct_record_one(const struct ct_record_info *info);	/* "Key" */

/* "/o/filature/keys" and what follows: a key, a word; 0 and NULL leave them out. On r. */
const char *ct_record_url(struct ct_request *r, const struct ct_record_info *info, int64_t id,
			  const char *word);

/* Does the field belong to a row of this sort? `variant`: the value of the record's variant, or NULL. */
bool ct_record_applies(const struct ct_record_info *info, const struct ct_record_column *column,
		       const char *variant);

/* The sort of a row; NULL where the record has none. */
const char *ct_record_variant(const struct ct_record_info *info, const struct ct_value *values);

/* May a form change this of the row? `row` NULL: a new one. */
bool ct_record_writes(const struct ct_record_row *row, const struct ct_record_column *column);

/* Would two values be stored alike? A secret that is not typed is the one that there is. */
bool ct_record_same(const struct ct_record_column *column, const struct ct_value *a, const struct ct_value *b);

/* May the caller see the field at all? */
bool ct_record_sees(struct ct_request *r, const struct ct_record_column *column);

/* row.c: the current row, on `result` and reading from it; and the values as arguments. */
struct ct_record_row *ct_record_read(const struct ct_record_info *info, struct ct_result *result);
struct ct_arg ct_record_arg(const struct ct_record_column *column, const struct ct_value *value);

/* The row that the path names, without labels. CT_MISSING where there is none here. Sets r->subject. */
int ct_record_load(struct ct_request *r, const struct ct_record_info *info,
		   struct ct_record_row **row_r, struct ct_error *e) CT_MUST_USE;

/* Fetches the labels of all references of `n` rows, one query a kind, and what is known of their files. */
int ct_record_label(struct ct_request *r, const struct ct_record_info *info,
		    struct ct_record_row **rows, size_t n, struct ct_error *e) CT_MUST_USE;

/* The labels of keys of one kind: {"3": "La Filature"}, owned by the request. `keys`: [3, …] */
int ct_record_labels(struct ct_request *r, const char *kind, json_t *keys, json_t **labels_r,
		     struct ct_error *e) CT_MUST_USE;

/* The same of the files of one row alone. */
int ct_record_fetch_files(struct ct_request *r, const struct ct_record_info *info,
			  struct ct_record_row **rows, size_t n, struct ct_error *e) CT_MUST_USE;

/* A value as a person reads it, on r; NULL for none. `label`: of a reference, or NULL. */
const char *ct_record_show(struct ct_request *r, const struct ct_record_column *column,
			   const struct ct_value *value, const char *label);
/* The same of the i-th column of a row with labels. */
const char *ct_record_show_at(struct ct_request *r, const struct ct_record_info *info,
			      const struct ct_record_row *row, size_t i);

/* What names the row, on r; never NULL. */
const char *ct_record_title(struct ct_request *r, const struct ct_record_info *info,
			    const struct ct_record_row *row);

/* The row's members as JSON, what the caller may see of them. */
void ct_record_put(struct ct_request *r, const struct ct_record_info *info,
		   const struct ct_record_row *row, json_t *object);

/* The members that ct_record_put makes of a column, into `view`; says how many: 1 or 2. */
size_t ct_record_view(void *mem, const struct ct_record_column *column, struct ct_view_field *view);

/*
 * A row in a trace (audit): by field the text that is typed, null for none; of a file its name and the
 * beginning of its digest; where `other` is given, only what differs from it. New reference.
 */
json_t *ct_record_trace(struct ct_request *r, const struct ct_record_info *info,
			const struct ct_record_row *row, const struct ct_value *other);

/* The way back to here, for the frame. `row` NULL: from the list. */
void ct_record_crumbs(struct ct_request *r, const struct ct_record_info *info,
		      const struct ct_record_row *row);

/* history.c: puts history_ui and has_history_ui, for those who may edit. */
extern const struct ct_query ct_record_history_query;
int ct_record_history(struct ct_request *r, const struct ct_record_info *info, int64_t id,
		      struct ct_error *e) CT_MUST_USE;

/* list.c: % and _ as they are typed; "" gives one that everything matches. */
const char *ct_record_pattern(struct ct_request *r, const char *q);

/* form.c: puts form_ui. `row` NULL: a new one. */
int ct_record_put_form(struct ct_request *r, const struct ct_record_info *info,
		       const struct ct_record_row *row, struct ct_error *e) CT_MUST_USE;

/* Handlers. */
ct_handler_f ct_record_list, ct_record_page, ct_record_new_form, ct_record_edit_form, ct_record_create,
	     ct_record_change, ct_record_delete_page, ct_record_delete;

#endif
