/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The contract between the core and a plugin: one exported table.
 *
 * A plugin is data first: which routes, queries, fields, permissions, records, kinds, hooks, services,
 * jobs, settings and menu entries it has. Functions say only how. Every table is checked when a
 * generation starts and by `comptoirctl check`: an unknown type, a route twice, a missing template, SQL
 * that does not prepare, a route without permission; the refusal names the plugin and the row.
 * Arrays end with { 0 }. docs/plugins.md shows each table by a living example.
 */
#ifndef COMPTOIR_PLUGIN_H
#define COMPTOIR_PLUGIN_H

#include <comptoir/error.h>
#include <comptoir/field.h>
#include <comptoir/i18n.h>
#include <comptoir/query.h>
#include <comptoir/request.h>
#include <comptoir/time.h>
#include <comptoir/view.h>

#define CT_ABI 1u		/* exact match, raised on any change of layout */

/* Who has a permission by default: every role that may do at least what this one may. */
enum ct_role {
	CT_ROLE_ADMIN = 1,
	CT_ROLE_MANAGER = 2 | 1,
	CT_ROLE_TREASURER = 4 | 1,
	CT_ROLE_OPENER = 8 | 2 | 1,
	CT_ROLE_MEMBER = 16 | 8 | 4 | 2 | 1,
	CT_ROLE_CONTACT = 128,		/* speaks for a client; also CT_ROLE_ADMIN | CT_ROLE_CONTACT */
	CT_ROLE_INSTALLATION = 32,	/* the installation's admin, who sees no row of any organisation */
	CT_ROLE_ANYONE = 64 | 63,	/* visitors too */
	CT_ROLE_LEAD = 256,		/* beside a role there: leads a project of the organisation, today */
};

struct ct_permission {
	const char *name;		/* "invoice.issue" */
	const char *label;
	enum ct_role role;
};

/* Permissions of the core that need no role. */
#define CT_PUBLIC    "public"		/* everyone, also without signing in */
#define CT_SIGNED_IN "signed-in"	/* whoever is signed in */

/*
 * A kind is anything that a path or a field can name. Records are kinds by themselves; others are
 * declared. `find` and `find_text` are queries of the plugin with one parameter, the key or else the uid
 * (or slug), giving id, uid, org_id, label and, where people own such things, owner_id and owner2_id
 * (parties). `labels` is a query with one parameter, a JSON array of keys, giving id and label.
 */
struct ct_kind {
	const char *name;		/* "booking": "reservation.booking" to others */
	const char *label;
	const char *find;		/* by key */
	const char *find_text;		/* by uid or slug; NULL: by key only */
	const char *labels;		/* NULL: never shown in lists of others */
	const char *see;		/* permission in its organisation; owners see theirs; who may not gets 404 */
	const char *url;		/* "/bookings/{uid}", with {id} or {uid}; NULL where it has no page */
	const struct ct_field *traces;	/* what ct_audit keeps of it, so that a change can be shown in words; or NULL */
};

/* What a route is about; decides in which organisation its permission is checked. */
enum ct_subject_from { CT_FROM_NOTHING, CT_FROM_ORG, CT_FROM_PATH, CT_FROM_FIELD, CT_FROM_NETWORK };
struct ct_subject { enum ct_subject_from from; const char *name, *kind; };
/* CT_ANY: only with CT_PUBLIC, CT_SIGNED_IN or a right of CT_ROLE_INSTALLATION. */
#define CT_ANY             { CT_FROM_NOTHING, NULL, NULL }
#define CT_ORG             { CT_FROM_ORG, "org", NULL }
#define CT_PATH(name, kind)  { CT_FROM_PATH, name, kind }
#define CT_FIELD(name, kind) { CT_FROM_FIELD, name, kind }
#define CT_NETWORK         { CT_FROM_NETWORK, NULL, NULL }

/* A member of a route's view: OpenAPI is made from these, and an undeclared one fails in tests. */
struct ct_view_field {
	const char *name;		/* "lines", or "lines.label" for the members of its objects */
	const char *type;		/* "text", "integer", "boolean", "id", "money", "time", "date", "file", "object", "array" */
	const char *help;
};

struct ct_route {
	const char *method;		/* "GET" (also answers HEAD), "POST", "PUT", "DELETE" … */
	const char *path;		/* "/places/{slug}/day"; literal beats parameter */
	struct ct_subject subject;
	const char *permission;
	const char *template;		/* "reservation/day"; NULL: the handler answers by itself */
	ct_handler_f *handler;
	const struct ct_field *fields;
	const struct ct_view_field *view;
	const char *title;		/* N_("…"): of the page, for OpenAPI and the site map */
	bool owner;			/* whoever owns the subject may too, without the permission */
	ct_handler_f *form;		/* POST: fills the view again when a field was refused; the same template */
	bool embed;			/* may be framed by [security] frame_ancestors with ?embed=1, without cookies */
	bool no_csrf;			/* only for routes that a signed token in their fields protects */
	size_t max_body;		/* bytes; 0: 1 MiB */
};

/* Beside the list of a record: another way to fill it or to read it. */
struct ct_record_link {
	const char *label;		/* N_("Import a spreadsheet") */
	const char *path;		/* below the record's: "import" */
	const char *permission;
};

/*
 * A record: a table that people keep by hand. The core makes of it, below /o/{org}/PATH, the list with
 * search, sort, paging, CSV and JSON, the page, the form, deletion, optimistic locking and the audit
 * trail. The table is PLUGIN_NAME (of the core: NAME) with id, uid, org_id, row_version, archived_at
 * and a column for each field.
 */
struct ct_record {
	const char *name, *label;		/* "key", N_("Keys") */
	const struct ct_field *fields;
	const char *see, *edit;			/* permissions in the organisation */
	const char *path;			/* NULL: the name */
	const char *one;			/* N_("Key"); NULL: the label */
	const char *fresh;			/* N_("New key"): heading of the form of a new row; NULL: "Add: Key" */
	const char *order;			/* column that a list starts by; NULL: its first field */
	const char *title;			/* field that names a row elsewhere; NULL: the first field */
	const char *empty;			/* N_("…") what this page will show, where there is nothing yet */
	const char *org_field;			/* column that holds the organisation; NULL: org_id */
	const char *url;			/* public page "/resources/{id}" of a row, linked from its record page */
	/* After the fields are checked, inside the transaction and before the row is written; `id` 0 = new. */
	int (*before_store)(struct ct_request *r, int64_t id, struct ct_error *e);
	/* After the row was written, in the same transaction. */
	int (*after_store)(struct ct_request *r, int64_t id, struct ct_error *e);
	/* Adds to the view of a row's page. */
	int (*show)(struct ct_request *r, int64_t id, struct ct_error *e);
	const struct ct_view_field *show_view;	/* what `show` adds */

	const char *table;			/* NULL: PLUGIN_NAME */
	/*
	 * Where one table does not hold a row: the SELECT that gives rows, with id, uid, org_id, row_version,
	 * archived_at and a column for each field; one id may be there once for each organisation. The columns
	 * may include `locked`: 0 whoever has the right changes the row, 1 only its fields that are .own, 2 nobody.
	 * `write` and `remove` then replace the statements of the core.
	 */
	const char *rows;
	const char *variant;			/* a CT_CHOICE that is .fixed: what sort of row, see ct_field.only */
	bool single;				/* the organisation's one row, whose id is its own: PATH is its form */
	const struct ct_record_link *links;	/* ends with { 0 } */
	const char *remove_label;		/* N_("Remove from the contacts"); NULL: "Delete" */
	const char *remove_text;		/* N_("…") what that does, in a sentence; NULL: the core's */
	/* Adds to or takes from the controls of a form (core/field/form.h); `id` 0 = new. */
	int (*form)(struct ct_request *r, int64_t id, json_t *controls, struct ct_error *e);
	/* Before a row goes: refuses with CT_CONFLICT and a sentence. Asked for the page and in the transaction. */
	int (*before_delete)(struct ct_request *r, int64_t id, struct ct_error *e);
	/*
	 * Stores what the fields hold (ct_in). *id 0: a new row, whose key it gives. Else `version` is the
	 * row_version that the form was made from: where that has passed, the answer is ct_lost(e).
	 */
	int (*write)(struct ct_request *r, int64_t *id, int64_t version, struct ct_error *e);
	/* Takes a row away, with `version` as above; *archived_r says whether it can still be read. */
	int (*remove)(struct ct_request *r, int64_t id, int64_t version, bool *archived_r, struct ct_error *e);
};

/* Somebody else was first: of `write` and `remove`, so that the reader sees both versions. Gives CT_CONFLICT. */
int ct_lost(struct ct_error *e) CT_MUST_USE;

struct ct_hook { const char *stage; ct_any_f *function; };

/* `fn` as a hook of `stage`, whose functions have the type `type`: another signature does not compile. */
#define CT_HOOK(stage, type, fn) { stage, (ct_any_f *)(1 ? (fn) : (type *)0) }

struct ct_service_offer { const char *name; unsigned version; const void *table; };

struct ct_job {
	const char *name;
	unsigned seconds;		/* how often it is due */
	ct_handler_f *run;		/* once in the whole cluster at a time; repeated after a crash */
	const char *title;		/* N_("…"): what it does, for who looks after the installation; NULL: its name */
};

struct ct_setting {
	const char *key;		/* "name" below [PLUGIN]; of the core "site.url" */
	enum ct_type type;		/* CT_TEXT, CT_INT, CT_BOOL, CT_URL, CT_CHOICE, CT_EMAIL, CT_SECRET */
	const char *initial;
	const char *help;
	bool required;
	const struct ct_choice *choices;
};

struct ct_menu {
	const char *label;
	const char *path;		/* "/o/{org}/keys/held": the second bar; without {org}: the top bar */
	const char *permission;
	int order;			/* smaller first */
	const char *group;		/* N_("…"): a drawer of the second bar, for what is set up once; NULL: seen at once */
	const char *heading;		/* N_("…"): the part of the drawer, shared by whoever names the same; NULL: none */
};

struct ct_plugin_state;			/* a talloc context that lives as long as the process */

struct ct_plugin {
	uint32_t abi, size;
	const char *name, *title;
	const char *const *needs;			/* plugins, or "service:billing" */
	const struct ct_setting *settings;
	const struct ct_permission *permissions;
	const struct ct_kind *kinds;
	const struct ct_query *queries;
	const struct ct_record *records;
	const struct ct_route *routes;
	const struct ct_hook *hooks;
	const struct ct_service_offer *services;
	const struct ct_job *jobs;
	const struct ct_menu *menu;
	const char *domain;				/* gettext domain; NULL: "comptoir" */
	int  (*init)(struct ct_plugin_state *, struct ct_error *);	/* once a process, before any request */
	void (*fini)(struct ct_plugin_state *);
};

#define CT_EXPORT __attribute__((visibility("default")))
#define CT_NEEDS(...) (const char *const[]){ __VA_ARGS__, NULL }
#define CT_HEAD(name_) .abi = CT_ABI, .size = sizeof(struct ct_plugin), .name = (name_)

/* CT_PLUGIN(keys) = { CT_HEAD("keys"), .title = N_("Keys"), … }: the one symbol that a plugin exports. */
#define CT_PLUGIN(name_) CT_EXPORT extern const struct ct_plugin ct_plugin_##name_; \
	CT_EXPORT const struct ct_plugin ct_plugin_##name_

#endif
