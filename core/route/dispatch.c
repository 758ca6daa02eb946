/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The life of a request, from the gateway to the log line: parse, route, caller, subject, permission,
 * body, fields, handler, answer. Each step that refuses ends in one place, where the refusal becomes a
 * page or problem+json.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>
#include <time.h>

#include "base/log.h"
#include "base/memory.h"
#include "base/random.h"
#include "config/settings.h"
#include "db/db.h"
#include "http/accept.h"
#include "http/cookie.h"
#include "http/urlencoded.h"
#include "account/session.h"
#include "route/access.h"
#include "route/idempotency.h"
#include "route/input.h"
#include "route/notice.h"
#include "route/state.h"
#include "server/gateway.h"
#include "server/scoreboard.h"
#include "view/page.h"
#include "view/static.h"

struct ct_request *ct_request_new(void *mem, struct ct_core *core, const struct ct_plugin *plugin)
{
	struct ct_request *r = talloc_zero(mem, struct ct_request);
	char uuid[37];

	r->s = talloc_zero(r, struct ct_request_state);
	r->s->core = core;
	r->s->method = "GET";
	r->s->path = r->s->query_text = "";
	ct_uuid(uuid);
	ct_uuid(r->s->txn);
	snprintf(r->id, sizeof(r->id), "%.8s%.4s%.4s", uuid, uuid + 9, uuid + 14);
	r->now.s = time(NULL);
	r->lang = ct_settings_text(core->settings, "site.language");
	ct_language(r->lang); /* loading the templates left it at the last one */
	r->plugin = plugin;
	r->view = ct_own_json(r, json_object());
	r->s->errors = ct_own_json(r, json_object());
	r->s->typed = ct_own_json(r, json_object());
	r->s->notices = ct_own_json(r, json_array());
	r->s->caller.roles = ct_own_json(r, json_array());
	return r;
}

enum { LANGUAGE_SECONDS = 31536000 };

static const char *param(const struct ct_request *r, const char *name)
{
	const char *value = r->s->gateway->param(r->s->gateway, name);

	return value ? value : "";
}

/* The address below the prefix. REQUEST_URI is what all web servers send, still encoded. */
static int read_address(struct ct_request *r, struct ct_error *e)
{
	const char *uri = param(r, "REQUEST_URI"), *prefix = r->s->core->prefix;
	size_t len = strlen(prefix), path;

	r->s->method = param(r, "REQUEST_METHOD");
	if (*uri != '/')
		return ct_fail(e, CT_BAD, _("The address of this request cannot be read."));
	if (strncmp(uri, prefix, len) || (uri[len] && uri[len] != '/' && uri[len] != '?'))
		return ct_fail(e, CT_MISSING, _("There is no page at this address."));
	uri += len;
	path = strcspn(uri, "?#");
	r->s->path = path ? talloc_strndup(r->s, uri, path) : "/";
	r->s->query_text = uri[path] == '?' ? talloc_strdup(r->s, uri + path + 1) : "";
	return 0;
}

static void choose_language(struct ct_request *r)
{
	const char *cookie = r->s->cookies ? ct_param(r->s->cookies, "lang") : NULL;
	const char *accept = param(r, "HTTP_ACCEPT_LANGUAGE");

	if (cookie && (!strcmp(cookie, "fr") || !strcmp(cookie, "en")))
		r->lang = strcmp(cookie, "fr") ? "en" : "fr";
	else if (*accept)
		r->lang = ct_accept_language(accept);
	ct_language(r->lang);
}

static void choose_format(struct ct_request *r)
{
	static const char *const offered[] = { "text/html", "application/json", "text/csv", NULL };
	static const enum ct_format formats[] = { CT_FORMAT_HTML, CT_FORMAT_JSON, CT_FORMAT_CSV };
	int choice = ct_accept_choose(param(r, "HTTP_ACCEPT"), offered);

	r->s->format = choice < 0 ? CT_FORMAT_HTML : formats[choice];
	if (r->s->match.suffix)
		r->s->format = strcmp(r->s->match.suffix, "csv") ? CT_FORMAT_JSON : CT_FORMAT_CSV;
	ct_response_header(r->s, &r->s->response, "Vary", "Accept, Accept-Language, Cookie");
}

static int find_route(struct ct_request *r, struct ct_error *e)
{
	const char *allow = NULL;
	int rc = ct_router_find(r->s->core->registry->router, r->s, r->s->method, r->s->path,
				&r->s->match, &allow, e);

	if (allow)
		ct_response_header(r->s, &r->s->response, "Allow", allow);
	choose_format(r);
	if (rc)
		return rc;
	r->s->entry = r->s->match.entry;
	ct_slot_route(r->s->core->slot, r->s->entry->route->path);
	r->plugin = r->s->entry->module->plugin;
	return 0;
}

static int call(struct ct_request *r, ct_handler_f *handler, struct ct_error *e)
{
	const struct ct_plugin *before = r->plugin;
	int rc;

	r->plugin = r->s->entry->module->plugin;
	rc = handler(r, e);
	r->plugin = before;
	return rc;
}

static int handle(struct ct_request *r, struct ct_error *e)
{
	int rc;

	if ((rc = ct_access_subject(r, e)) || (rc = ct_access_check(r, e)) ||
	    (rc = ct_access_csrf(r, e)) || (rc = ct_input_check(r, e)))
		return rc;
	return call(r, r->s->entry->route->handler, e);
}

/*
 * A refused form comes back as a page with what was typed and what is wrong with it; the route says how
 * to fill its view again. Anything else is an error page.
 */
static void answer_refusal(struct ct_request *r, const struct ct_error *why)
{
	const struct ct_route *route = r->s->entry ? r->s->entry->route : NULL;
	bool form = route && route->form && (why->rc == CT_INVALID || why->rc == CT_CONFLICT) &&
		    r->s->format == CT_FORMAT_HTML;
	struct ct_error e;

	if (form && *why->field && !json_object_get(r->s->errors, why->field))
		json_object_set_new(r->s->errors, why->field, json_string(why->text));
	if (form && !call(r, route->form, &e)) {
		ct_put_text(r->view, "problem", why->text);
		if (!r->s->response.template)
			r->s->response.template = route->template;
		ct_answer(r, ct_status(why->rc));
		if (!ct_page_render(r, &e))
			return;
	}
	ct_page_error(r, why);
}

/* ?lang=en on any page: from now on in this browser. */
static void take_language(struct ct_request *r)
{
	const char *lang = ct_param(r->s->query, "lang");

	if (lang && (!strcmp(lang, "fr") || !strcmp(lang, "en"))) {
		r->lang = strcmp(lang, "fr") ? "en" : "fr";
		if (!r->s->embed)
			ct_request_cookie(r, "lang", r->lang, LANGUAGE_SECONDS);
	}
	ct_language(r->lang);
}

/* Embedded pages know nobody: no cookie counts, so that they may be cached and framed by other sites. */
static bool is_embedded(const struct ct_request *r)
{
	return r->s->entry->route->embed && strstr(r->s->query_text, "embed=1") &&
	       !strcmp(r->s->method, "GET");
}

static void forget_cookies(struct ct_request *r)
{
	r->s->embed = true;
	r->s->cookies = ct_params_new(r->s);
	choose_language(r);
	ct_response_drop(&r->s->response, "Vary");
	ct_response_header(r->s, &r->s->response, "Vary", "Accept, Accept-Language");
}

static int serve_page(struct ct_request *r, struct ct_error *e)
{
	bool replayed = false;
	int rc;

	if ((rc = find_route(r, e)))
		return rc;
	if (is_embedded(r))
		forget_cookies(r);
	if ((!r->s->embed && (rc = ct_session_identify(r, e))) || (rc = ct_input_read(r, e)))
		return rc;
	take_language(r);
	ct_notices_read(r);
	if ((rc = ct_idempotency_begin(r, &replayed, e)) || replayed)
		return rc;
	rc = handle(r, e);
	if (!rc && !r->s->response.type && !r->s->response.redirect && r->s->response.status != 304)
		rc = ct_page_render(r, e);
	return rc;
}

static int serve(struct ct_request *r, struct ct_error *e)
{
	static const char statics[] = "/static/";
	int rc = read_address(r, e);

	if (rc)
		return rc;
	rc = ct_cookies_parse(r->s, param(r, "HTTP_COOKIE"), &r->s->cookies, e);
	if (rc)
		return rc;
	choose_language(r);
	if (!strncmp(r->s->path, statics, sizeof(statics) - 1))
		return ct_static_serve(r, r->s->path, e);
	return serve_page(r, e);
}

static void log_request(const struct ct_request *r, int64_t ms, unsigned queries,
			const struct ct_error *why)
{
	int status = r->s->response.status ? r->s->response.status : 200;
	char numbers[4][24];

	snprintf(numbers[0], sizeof(numbers[0]), "%d", status);
	snprintf(numbers[1], sizeof(numbers[1]), "%lld", (long long)ms);
	snprintf(numbers[2], sizeof(numbers[2]), "%u", queries);
	snprintf(numbers[3], sizeof(numbers[3]), "%u", r->s->tries);
	ct_log(status >= 500 ? CT_LOG_ERROR : CT_LOG_INFO, "request", "request", r->id, "method",
	       r->s->method, "route", r->s->entry ? r->s->entry->route->path : NULL, "plugin",
	       r->s->entry ? r->s->entry->module->plugin->name : NULL, "status", numbers[0], "ms",
	       numbers[1], "queries", numbers[2], "repeats", r->s->tries ? numbers[3] : NULL, "why",
	       why && status >= 500 ? why->text : NULL, NULL);
}

static int64_t monotonic_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static void serve_request(struct ct_core *core, struct ct_gateway *gateway)
{
	int64_t start = monotonic_ms();
	unsigned before = ct_db_count(core->db);
	struct ct_request *r = ct_request_new(NULL, core, &ct_plugin_people);
	struct ct_error e = { 0 };
	const char *route;
	int rc;

	ct_memory_limit(r, (size_t)ct_settings_int(core->settings, "server.request_mebibytes") << 20);
	r->s->gateway = gateway;
	ct_slot_set(core->slot, CT_SLOT_RUN);
	rc = serve(r, &e);
	if (rc)
		answer_refusal(r, &e);
	ct_idempotency_finish(r);
	ct_notices_keep(r);
	ct_page_headers(r);
	ct_slot_set(core->slot, CT_SLOT_WRITE);
	ct_memory_escape(NULL); /* what was begun cannot become another answer */
	ct_memory_limit(NULL, 0);
	ct_response_send(&r->s->response, gateway, strcmp(r->s->method, "HEAD") == 0);
	route = r->s->entry ? r->s->entry->route->path : "-";
	log_request(r, monotonic_ms() - start, ct_db_count(core->db) - before, rc ? &e : NULL);
	if (core->board)
		ct_metric_add(core->board, route,
			      r->s->response.status ? r->s->response.status : 200,
			      monotonic_ms() - start);
	talloc_free(r);
}

/* Nothing of the request can be trusted, and there may be no memory: a text without a frame. */
static void answer_without_memory(struct ct_core *core, struct ct_gateway *gateway)
{
	static const char head[] =
		"Status: 503 Service Unavailable\r\nContent-Type: text/plain; charset=utf-8\r\n"
		"Retry-After: 2\r\nCache-Control: no-store\r\n\r\n";
	const char *text = _("This was too much at once. Please ask for less, or try again in a moment.");

	core->worn = true;
	ct_log(CT_LOG_ERROR, "memory", "route", gateway->param(gateway, "REQUEST_URI"), NULL);
	gateway->write(gateway, head, sizeof(head) - 1);
	gateway->write(gateway, text, strlen(text));
	gateway->write(gateway, "\n", 1);
}

void ct_core_serve(struct ct_core *core, struct ct_gateway *gateway)
{
	jmp_buf escape;

	if (setjmp(escape)) {
		answer_without_memory(core, gateway);
		return;
	}
	ct_memory_escape(&escape);
	serve_request(core, gateway);
	ct_memory_escape(NULL);
}
