/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A request, from a handler's side.
 *
 * A worker serves one request at a time. Everything that a handler allocates on `r` (a talloc context)
 * dies with it, so handlers free nothing. A handler fills `r->view`, a JSON object; the core renders it
 * with the route's template as HTML, or sends it as it is to a client that asks for JSON, less `page`
 * and every member that ends in `_ui`. A handler that has no view answers by ct_redirect or ct_body.
 *
 * Jobs and hooks get the same structure: a job's has no client, so `person` is 0 and what it puts into
 * the view goes nowhere.
 */
#ifndef COMPTOIR_REQUEST_H
#define COMPTOIR_REQUEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <jansson.h>
#include <comptoir/error.h>
#include <comptoir/time.h>

struct ct_field;
struct ct_plugin;
struct ct_request_state;

struct ct_request {
	char id[17];			/* 16 hex digits: in the log line, in X-Request-Id, on error pages */
	struct ct_utc now;		/* fixed for the whole request */
	const char *lang;		/* "fr" or "en" */
	int64_t person;			/* party.id of who asks; 0: a visitor */
	int64_t org;			/* party.id of the organisation that the subject belongs to; 0: none */
	int64_t subject;		/* key of what the route is about; 0: none */
	json_t *view;			/* object, owned by the request */
	const struct ct_plugin *plugin;	/* whose code runs: names are looked up there */
	struct ct_request_state *s;	/* the core's own */
};

typedef int ct_handler_f(struct ct_request *r, struct ct_error *e);

/* A parameter of the path ("slug" of "/places/{slug}"), decoded; asking for another one is a programming error. */
const char *ct_path(const struct ct_request *r, const char *name);

/* May the caller do `permission` in organisation `org`? One query for a whole request. */
bool ct_may(struct ct_request *r, const char *permission, int64_t org);

/* As ct_may for r->org, refusing with CT_SIGN_IN or CT_DENIED. */
int ct_must(struct ct_request *r, const char *permission, struct ct_error *e) CT_MUST_USE;

/* Does the caller own the subject of the route (its kind's owner_id or owner2_id)? */
bool ct_owns(const struct ct_request *r);

/* Does the caller hold one of the roles of a client organisation that engages its money (may_book, contact)? */
bool ct_engages(struct ct_request *r, int64_t org);

/* May the caller see the papers that are for `party`: is it she, or one whose contact or accountant she is? */
bool ct_is_for(const struct ct_request *r, int64_t party);

/* All of those, as a JSON array of keys ("[3,7]"; a visitor: "[]") on r: one parameter for JSON_TABLE. */
const char *ct_papers_of(struct ct_request *r);

/* true where the answer is HTML (and not JSON, CSV …) */
bool ct_wants_html(const struct ct_request *r);

/*
 * Is this the page of a route with .embed in the frame of another site (?embed=1)? Then nobody is known, and what
 * is not to stay in the frame says target="_top".
 */
bool ct_embedded(const struct ct_request *r);

/* A local address "/places/lys" from a format whose %s arguments are percent-encoded as path segments; on r. */
const char *ct_url(struct ct_request *r, const char *format, ...) CT_PRINTF(2, 3);

/* The same as an absolute address below [site] url: for mails, feeds, redirects. Never from the Host header. */
const char *ct_url_absolute(struct ct_request *r, const char *path);

/*
 * The answer. The last call counts; after none, the view is rendered with 200.
 * ct_answer: another status for the view (201, 202).
 * ct_redirect: 303 to a local path, for HTML after a POST; a JSON client gets the view with `status`.
 * ct_body: finished bytes of another type (`type` static or on r; `bytes` on r).
 */
void ct_answer(struct ct_request *r, int status);
void ct_redirect(struct ct_request *r, int status, const char *path);
void ct_body(struct ct_request *r, const char *type, const void *bytes, size_t len);
void ct_header(struct ct_request *r, const char *name, const char *format, ...) CT_PRINTF(3, 4);

/*
 * A strong validator for the answer: the core compares If-None-Match (and If-Modified-Since, where
 * `changed` is set) and says whether the client already has it; then the handler returns 0 at once and
 * 304 goes out. `tag` is any text; it is hashed with the installation's key.
 */
bool ct_unchanged(struct ct_request *r, const char *tag, struct ct_utc changed);

/* A new UUID, on r, for what the request is about to make. */
const char *ct_new_uid(struct ct_request *r);
const char *ct_hash_secret(struct ct_request *r, const char *secret);	/* hex of SHA-256 */
bool ct_same_secret(const char *a, const char *b);			/* in constant time */

/* A keyed hash of `purpose` and `text`, as hex on r: the same each time here, and nowhere else. */
const char *ct_secret_hash(struct ct_request *r, const char *purpose, const char *text);

/* A sentence shown once on the next page after a redirect ("La réservation est annulée."). */
void ct_notice(struct ct_request *r, const char *format, ...) CT_PRINTF(2, 3);

/*
 * Puts the controls of `fields` (core/field/form.h) as the array `key` into `object`. What stands in them:
 * what was typed when this request's form was refused; else the text in `current` (an object by field
 * name, as ct_field_typed gives it; borrowed, may be NULL); else the field's initial one. Fields whose
 * .see the caller lacks are left out. Gives the array, borrowed, so that options can be added.
 */
json_t *ct_put_controls(struct ct_request *r, json_t *object, const char *key, const struct ct_field *fields,
			json_t *current);

/*
 * Of such a control whose field refers to a record (.ref): what there is to choose in r->org, or a box for a name
 * where it is too much; after an ambiguous name the few that it may mean. One query. Who may not see the record
 * gets an empty box.
 */
int ct_put_choices(struct ct_request *r, const struct ct_field *field, json_t *control, struct ct_error *e) CT_MUST_USE;

/* Another template than the route's own ("reservation/conflict"), for this answer. */
void ct_template(struct ct_request *r, const char *name);

/* A foreign object dies with the request; `free_function` is called once. Returns the object. */
void *ct_own(struct ct_request *r, void *object, void (*free_function)(void *));

/* Frees now what is large and on r, such as a file's bytes. */
void ct_drop(const void *on_r);

/* A setting's value by its full key ("site.url"); an undeclared key is a programming error. */
const char *ct_setting_text(const struct ct_request *r, const char *key);
int64_t ct_setting_int(const struct ct_request *r, const char *key);

/* The table of functions that a plugin offers as `name` in at least `version`; NULL where it is not loaded. */
const void *ct_service(struct ct_request *r, const char *name, unsigned version);

/*
 * Raises a stage: calls `call(r, function, arg, e)` for every hook of it in order, with r->plugin set to
 * the plugin that hooks. Stops at the first refusal. `call` casts `function` back to the stage's type:
 * only the header that declares the stage knows it.
 */
typedef void ct_any_f(void);
typedef int ct_stage_call_f(struct ct_request *r, ct_any_f *function, void *arg, struct ct_error *e);
int ct_raise(struct ct_request *r, const char *stage, ct_stage_call_f *call, void *arg,
	     struct ct_error *e) CT_MUST_USE;

/* The same for a stage whose functions are handlers and get nothing else ("dashboard.panel"). */
int ct_raise_handlers(struct ct_request *r, const char *stage, struct ct_error *e) CT_MUST_USE;

/*
 * A box on an overview, for the stages "dashboard.panel" (of an organisation: r->org) and "admin.panel" (of
 * the installation); the hook checks first that the caller may see what it shows. `empty` is the sentence
 * that stands there without rows, or NULL. Gives the box, borrowed, for the two below; their last arguments
 * may be NULL.
 */
json_t *ct_panel(struct ct_request *r, const char *title, const char *empty);
void ct_panel_row(json_t *panel, const char *text, const char *sub, const char *href);
void ct_panel_more(json_t *panel, const char *label, const char *href);

/*
 * Another way to sign in, for the stage "login.offer": a group of buttons below the form of /login, each a
 * form of its own that POSTs `name` = `value` to `action`, a local path of the plugin's; the CSRF token goes
 * with it. `sub` is a sentence under the label, or NULL. Texts are copied.
 */
json_t *ct_offer(struct ct_request *r, const char *title);
void ct_offer_button(json_t *offer, const char *label, const char *sub, const char *action, const char *name,
		     const char *value);

/*
 * Inside a transaction: ends the session of this browser, if there is one, and begins one of the account that
 * signs in by `login`. For plugins that know by other means who asks. CT_MISSING where there is no such account,
 * or it is closed.
 */
int ct_sign_in(struct ct_request *r, const char *login, struct ct_error *e) CT_MUST_USE;

/* Where to go after it: the route's field "next" where that is a local path, or NULL. */
const char *ct_login_next(struct ct_request *r);

/* A line at the top of every page, with links, for the stage "page.banner" (no query, please: it is every page). */
json_t *ct_banner(struct ct_request *r, const char *text);
void ct_banner_link(json_t *banner, const char *label, const char *href);

/*
 * Writes an outbox row in the current transaction: a mail to `to`, made from `template` with `view`
 * (stolen). It leaves after COMMIT, at least once, and never within a request.
 *
 * `template` is "PLUGIN/NAME.txt", of NAME.txt.mustache. Its HTML part is made of the same text: paragraphs
 * are parted by empty lines, a link on a line of its own becomes a button, and the line above it, if it ends
 * with ":", is what the button says. A NAME.html.mustache is used instead where there is one (core/job/mail.h).
 * The core adds who writes, with address and telephone, and why.
 *
 * CT_TOO_LARGE where the attachments together pass CT_MAIL_BYTES.
 */
#define CT_MAIL_BYTES (8u << 20)

struct ct_attachment {
	const char *name;		/* "facture-2026-0042.pdf" */
	const char *type;		/* "application/pdf"; "text/calendar; method=REQUEST" is an invitation */
	const void *bytes;		/* copied */
	size_t len;
};

struct ct_mail {
	int64_t org;			/* who writes: From has its name, Reply-To its address; 0: the installation */
	int64_t place;			/* place.id: From and Reply-To are the place's; 0: the organisation's */
	int64_t party;			/* to whom, or 0 */
	const char *to, *to_name, *lang;
	const char *subject;
	const char *why;		/* a sentence below the mail: why it comes; NULL: the core's */
	const char *template;
	json_t *view;
	const struct ct_attachment *attachments;
	size_t n_attachments;
};
int ct_mail(struct ct_request *r, const struct ct_mail *mail, struct ct_error *e) CT_MUST_USE;

/*
 * From now on the request speaks `lang` (NULL: the installation's language): for the texts of a mail, which are
 * its reader's. Gives what it spoke before, for a second call.
 */
const char *ct_speak(struct ct_request *r, const char *lang);

/* The address that mails come from: [site] email, else "comptoir" at the host of [site] url; on r. */
const char *ct_mail_address(struct ct_request *r);

/*
 * In a job that takes long without writing: its lease is renewed, which every ct_transaction of a job does by
 * itself. CT_CONFLICT where the lease was lost, because another process took the job over: stop then.
 * Outside of a job it does nothing.
 */
int ct_job_renew(struct ct_request *r, struct ct_error *e) CT_MUST_USE;

/* Writes an outbox row for the stage "after.TOPIC", which is raised outside the transaction by the job process. */
int ct_later(struct ct_request *r, const char *topic, json_t *payload, struct ct_error *e) CT_MUST_USE;

/* A function of such a stage. It may use network and files, and is repeated where it failed or its end is not known. */
typedef int ct_after_f(struct ct_request *r, const json_t *payload, struct ct_error *e);

#endif
