/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "view/page.h"

#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include "base/log.h"
#include "http/conditional.h"
#include "route/state.h"
#include "server/gateway.h"
#include "view/csv.h"
#include "view/mustache.h"

static bool is_ui(const char *key)
{
	size_t len = strlen(key);

	return len > 3 && !strcmp(key + len - 3, "_ui");
}

static json_t *without_ui(json_t *view)
{
	json_t *copy, *value;
	const char *key;
	size_t i;

	if (json_is_array(view)) {
		copy = json_array();
		json_array_foreach(view, i, value)
			json_array_append_new(copy, without_ui(value));
		return copy;
	}
	if (!json_is_object(view))
		return json_incref(view);
	copy = json_object();
	json_object_foreach(view, key, value)
		if (!is_ui(key))
			json_object_set_new(copy, key, without_ui(value));
	return copy;
}

json_t *ct_page_public(json_t *view)
{
	json_t *copy = without_ui(view);

	json_object_del(copy, "page");
	return copy;
}

static const struct ct_view_field *declared(const struct ct_view_field *view, const char *parent, const char *key)
{
	size_t len = parent ? strlen(parent) : 0;

	for (; view->name; view++) {
		const char *name = view->name;

		if (parent && (strncmp(name, parent, len) != 0 || name[len] != '.'))
			continue;
		if (!strcmp(name + (parent ? len + 1 : 0), key))
			return view;
	}
	return NULL;
}

/* A member that the API's description does not know; of a list the first object stands for all. */
static const char *find_undeclared(struct ct_request *r, const struct ct_view_field *view,
				   json_t *object, const char *parent)
{
	const char *key;
	json_t *value;

	json_object_foreach(object, key, value) {
		json_t *inner = json_is_array(value) ? json_array_get(value, 0) : value;
		const struct ct_view_field *field = declared(view, parent, key);
		const char *found = NULL;

		if (!field)
			return parent ? talloc_asprintf(r, "%s.%s", parent, key) : key;
		if (!parent && json_is_object(inner) && !json_object_get(inner, "cents") &&
		    strcmp(field->type, "file") != 0)
			found = find_undeclared(r, view, inner, key);
		if (found)
			return found;
	}
	return NULL;
}

static int check_declared(struct ct_request *r, json_t *public, struct ct_error *e)
{
	const struct ct_view_field *view = r->s->entry ? r->s->entry->route->view : NULL;
	const char *name = view ? find_undeclared(r, view, public, NULL) : NULL;

	if (!name)
		return 0;
	return ct_fail(e, CT_BROKEN, "route %s does not declare the view's %s",
		       r->s->entry->route->path, name);
}

static int render_json(struct ct_request *r, bool answer, struct ct_error *e)
{
	json_t *public = ct_own_json(r, ct_page_public(r->view));
	char *text;
	int rc;

	if (answer && r->s->core->strict && (rc = check_declared(r, public, e)))
		return rc;
	text = json_dumps(public, JSON_COMPACT);
	ct_body(r, "application/json", talloc_strdup(r, text), strlen(text));
	free(text);
	return 0;
}

static int render_html(struct ct_request *r, const char *template, struct ct_error *e)
{
	char *html;
	size_t len;
	int rc;

	ct_page_frame(r);
	rc = ct_template_render(r->s->core->templates, r, template, r->lang, r->view, &html, &len,
				e);
	if (!rc)
		ct_body(r, "text/html; charset=utf-8", html, len);
	return rc;
}

int ct_page_render(struct ct_request *r, struct ct_error *e)
{
	const struct ct_route *route = r->s->entry->route;
	const char *template = r->s->response.template ? r->s->response.template : route->template;
	int rc = 0;

	if (r->s->format == CT_FORMAT_CSV)
		return ct_csv_render(r, e);
	if (r->s->format == CT_FORMAT_JSON || !template)
		rc = render_json(r, true, e);
	else
		rc = render_html(r, template, e);
	if (!rc && (!strcmp(r->s->method, "GET") || !strcmp(r->s->method, "HEAD")) &&
	    (!r->s->response.status || r->s->response.status == 200) && !r->s->response.etag &&
	    r->s->format == CT_FORMAT_JSON)
		(void)ct_unchanged(r, r->s->response.body, CT_NO_UTC);
	return rc;
}

/* Keys that error pages and problem+json share (RFC 9457, 3.1). */
static void put_problem(struct ct_request *r, const struct ct_error *why)
{
	static const struct {
		int status;
		const char *title, *next;
	} words[] = {
		{ 400, N_("The request could not be read"), N_("Go back, and try again.") },
		{ 401, N_("Please sign in"), N_("Sign in, and you will come back to this page.") },
		{ 403, N_("This is not open to you"),
		  N_("Start again from the home page.") },
		{ 404, N_("Page not found"),
		  N_("Check the address, or start again from the home page.") },
		{ 405, N_("This address cannot be used in this way"),
		  N_("Start again from the home page.") },
		{ 409, N_("This changed in the meantime"),
		  N_("Go back, look at how it stands now, and try again.") },
		{ 413, N_("This is too large"), N_("Send less at once.") },
		{ 415, N_("This format is not read here"), N_("Send a form or JSON.") },
		{ 422, N_("Something has to be corrected"),
		  N_("Go back and correct what is marked.") },
		{ 429, N_("Too many attempts"), N_("Wait a little, then try again.") },
		{ 503, N_("Not available at the moment"),
		  N_("Try again in a moment: nothing that you see here is lost.") },
	};
	int status = ct_status(why->rc);
	const char *title = _("Something went wrong on our side"),
		   *next = _(
			   "Try again in a moment. If it happens again, tell us the number below.");

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (words[i].status == status) {
			title = _(words[i].title);
			next = _(words[i].next);
		}
	if (why->rc == CT_UNSURE) {
		title = _("We do not know yet whether it is stored");
		next = _("Do not send it again: the link below says whether it was stored.");
	}
	ct_put_text(r->view, "type", "about:blank");
	ct_put_text(r->view, "title", title);
	ct_put_int(r->view, "status", status);
	ct_put_text(r->view, "detail", status == 500 ? next : why->text);
	ct_put_text(r->view, "instance", r->id);
	ct_put_text(r->view, "next_ui", next);
	ct_put_text(r->view, "check_ui",
		    why->rc == CT_UNSURE ? ct_url(r, "/stored/%s", r->s->txn) : NULL);
	ct_put_bool(r->view, "sign_in_ui", status == 401);
	ct_put_text(r->view, "help_anchor_ui", status == 401 || status == 429 ? "account" : status == 404 ? "find" : "contact");
	ct_put_bool(r->view, "retry_ui", status == 503 && why->rc != CT_UNSURE);
	json_object_set(r->view, "errors", r->s->errors);
}

static void plain_text(struct ct_request *r)
{
	const char *text = talloc_asprintf(r, "%s\n\n%s\n",
					   json_string_value(json_object_get(r->view, "title")),
					   json_string_value(json_object_get(r->view, "detail")));

	ct_body(r, "text/plain; charset=utf-8", text, strlen(text));
}

void ct_page_error(struct ct_request *r, const struct ct_error *why)
{
	int status = ct_status(why->rc);
	struct ct_error e;

	r->s->response.redirect = NULL;
	r->s->response.etag = NULL;
	if (*why->field && !json_object_get(r->s->errors, why->field))
		ct_put_text(r->s->errors, why->field, why->text);
	put_problem(r, why);
	r->s->response.status = status;
	if ((status == 503 && why->rc != CT_UNSURE) || status == 429)
		ct_header(r, "Retry-After", "%d", status == 429 ? 60 : 2);
	if (status == 401)
		ct_header(r, "WWW-Authenticate", "Bearer");
	if (r->s->format == CT_FORMAT_HTML && !render_html(r, "core/error", &e))
		return;
	if (r->s->format == CT_FORMAT_HTML) {
		ct_log(CT_LOG_ERROR, "error_page", "request", r->id, "why", e.text, NULL);
		plain_text(r);
		return;
	}
	if (!render_json(r, false, &e))
		r->s->response.type = "application/problem+json";
}

static void content_security(struct ct_request *r)
{
	const char *ancestors = r->s->embed ? ct_setting_text(r, "security.frame_ancestors") : NULL;

	ct_header(r, "Content-Security-Policy",
		  "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; "
		  "connect-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; "
		  "frame-ancestors %s",
		  ancestors ? ancestors : "'none'");
}

void ct_page_headers(struct ct_request *r)
{
	struct ct_response *response = &r->s->response;
	const char *cache;

	if (response->redirect) {
		ct_header(r, "Location", "%s%s", r->s->core->prefix, response->redirect);
		if (!response->type)
			ct_body(r, "text/plain; charset=utf-8", "", 0);
	}
	if (!ct_response_get(response, "Content-Security-Policy"))
		content_security(r);
	ct_header(r, "X-Content-Type-Options", "nosniff");
	ct_header(r, "Referrer-Policy", "same-origin");
	ct_header(r, "Cross-Origin-Opener-Policy", "same-origin");
	ct_header(r, "X-Request-Id", "%s", r->id);
	if (r->s->core->https)
		ct_header(r, "Strict-Transport-Security", "max-age=31536000");
	if (!ct_response_get(response, "Cache-Control"))
		ct_header(r, "Cache-Control", "%s",
			  r->s->embed && !response->status ? "public, max-age=60" : "private, no-cache");
	/* what a cache may keep for everybody carries nobody's session */
	cache = ct_response_get(response, "Cache-Control");
	if (r->s->set_cookie && strncmp(cache, "public", 6) != 0)
		ct_header(r, "Set-Cookie", "%s", r->s->set_cookie);
}
