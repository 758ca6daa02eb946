/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What handlers call on a request: comptoir/request.h. */
#include <assert.h>
#include <sodium.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include <comptoir/buf.h>
#include <comptoir/text.h>

#include "base/random.h"
#include "config/settings.h"
#include "http/conditional.h"
#include "job/mail.h"
#include "route/state.h"
#include "server/gateway.h"

struct owned {
	void *object;
	void (*free_function)(void *);
};

static int free_owned(struct owned *owned)
{
	owned->free_function(owned->object);
	return 0;
}

void *ct_own(struct ct_request *r, void *object, void (*free_function)(void *))
{
	struct owned *owned = talloc(r, struct owned);

	*owned = (struct owned){ object, free_function };
	talloc_set_destructor(owned, free_owned);
	return object;
}

void ct_drop(const void *on_r)
{
	union { const void *kept; void *given; } pointer = { .kept = on_r };

	talloc_free(pointer.given);
}

static void drop_json(void *json)
{
	json_decref(json);
}

json_t *ct_own_json(struct ct_request *r, json_t *json)
{
	return ct_own(r, json, drop_json);
}

const char *ct_path(const struct ct_request *r, const char *name)
{
	for (size_t i = 0; i < r->s->match.n_params; i++)
		if (!strcmp(r->s->match.params[i].name, name))
			return r->s->match.params[i].value;
	assert(!"a path parameter that the route does not have");
	return NULL;
}

bool ct_wants_html(const struct ct_request *r)
{
	return r->s->format == CT_FORMAT_HTML;
}

/* Formats with %s and %lld only: texts are percent-encoded so that none can leave its segment. */
const char *ct_url(struct ct_request *r, const char *format, ...)
{
	struct ct_buf *url = ct_buf_new(r, 8192);
	va_list ap;

	va_start(ap, format);
	for (const char *c = format; *c; c++) {
		if (*c != '%') {
			ct_buf_add(url, c, 1);
		} else if (c[1] == 's') {
			ct_url_arg(url, va_arg(ap, const char *));
			c++;
		} else {
			assert(!strncmp(c, "%lld", 4));
			ct_buf_printf(url, "%lld", va_arg(ap, long long));
			c += 3;
		}
	}
	va_end(ap);
	return ct_buf_data(url);
}

const char *ct_url_absolute(struct ct_request *r, const char *path)
{
	return talloc_asprintf(r, "%s%s", r->s->core->url, path);
}

void ct_answer(struct ct_request *r, int status)
{
	r->s->response.status = status;
}

void ct_redirect(struct ct_request *r, int status, const char *path)
{
	assert(*path == '/' && path[1] != '/');
	r->s->response.status = r->s->format == CT_FORMAT_HTML ? 303 : status;
	if (r->s->format == CT_FORMAT_HTML)
		r->s->response.redirect = path;
	else if (status == 201)
		ct_header(r, "Location", "%s%s", r->s->core->prefix, path);
}

void ct_body(struct ct_request *r, const char *type, const void *bytes, size_t len)
{
	r->s->response.type = type;
	r->s->response.body = bytes;
	r->s->response.len = len;
	r->s->response.source = NULL;
}

void ct_header(struct ct_request *r, const char *name, const char *format, ...)
{
	char *value;
	va_list ap;

	va_start(ap, format);
	value = talloc_vasprintf(r->s, format, ap);
	va_end(ap);
	ct_response_header(r->s, &r->s->response, name, value);
}

bool ct_unchanged(struct ct_request *r, const char *tag, struct ct_utc changed)
{
	struct ct_gateway *g = r->s->gateway;
	const char *etag = talloc_asprintf(r, "\"%.32s\"",
					   ct_keyed_hash(r, r->s->core->key, tag, strlen(tag)));
	const struct ct_conditions asked = {
		.if_none_match = g->param(g, "HTTP_IF_NONE_MATCH"),
		.if_modified_since = g->param(g, "HTTP_IF_MODIFIED_SINCE"),
	};
	const struct ct_validators now = { .etag = etag, .changed = changed };
	char date[CT_TIME_TEXT];

	r->s->response.etag = etag;
	if (ct_utc_set(changed))
		ct_header(r, "Last-Modified", "%s", ct_http_date(date, changed));
	if (ct_preconditions(&asked, &now, true, r->now) != CT_NOT_MODIFIED)
		return false;
	r->s->response.status = 304;
	return true;
}

const char *ct_new_uid(struct ct_request *r)
{
	char *uid = talloc_size(r, CT_UUID_SIZE);

	ct_uuid(uid);
	return uid;
}

const char *ct_hash_secret(struct ct_request *r, const char *secret)
{
	return ct_hash_token(r, secret);
}

bool ct_same_secret(const char *a, const char *b)
{
	return ct_same_text(a, b);
}

bool ct_embedded(const struct ct_request *r)
{
	return r->s->embed;
}

bool ct_owns(const struct ct_request *r)
{
	return r->s->subject_owner;
}

const char *ct_secret_hash(struct ct_request *r, const char *purpose, const char *text)
{
	const char *both = talloc_asprintf(r, "%s %s", purpose, text);

	return ct_keyed_hash(r, r->s->core->key, both, strlen(both));
}

void ct_notice(struct ct_request *r, const char *format, ...)
{
	va_list ap;
	char *text;
	json_t *notice;

	va_start(ap, format);
	text = talloc_vasprintf(r, format, ap);
	va_end(ap);
	notice = ct_add_object(r->s->notices);
	ct_put_text(notice, "kind", "done");
	ct_put_text(notice, "text", text);
}

void ct_template(struct ct_request *r, const char *name)
{
	r->s->response.template = name;
}

const char *ct_setting_text(const struct ct_request *r, const char *key)
{
	return ct_settings_text(r->s->core->settings, key);
}

int64_t ct_setting_int(const struct ct_request *r, const char *key)
{
	return ct_settings_int(r->s->core->settings, key);
}

const void *ct_service(struct ct_request *r, const char *name, unsigned version)
{
	const struct ct_registry *g = r->s->core->registry;

	for (size_t i = 0; i < g->n_modules; i++)
		for (const struct ct_service_offer *s = g->modules[i].plugin->services;
		     s && s->name; s++)
			if (!strcmp(s->name, name) && s->version >= version)
				return s->table;
	return NULL;
}

int ct_raise(struct ct_request *r, const char *stage, ct_stage_call_f *call, void *arg,
	     struct ct_error *e)
{
	const struct ct_registry *g = r->s->core->registry;
	int rc = 0;

	for (size_t i = 0; i < g->n_modules && !rc; i++)
		for (const struct ct_hook *h = g->modules[i].plugin->hooks; h && h->stage && !rc;
		     h++)
			if (!strcmp(h->stage, stage))
				CT_AS(r, g->modules[i].plugin, rc = call(r, h->function, arg, e));
	return rc;
}

static int call_handler(struct ct_request *r, ct_any_f *function, void *arg, struct ct_error *e)
{
	(void)arg;
	return ((ct_handler_f *)function)(r, e);
}

int ct_raise_handlers(struct ct_request *r, const char *stage, struct ct_error *e)
{
	return ct_raise(r, stage, call_handler, NULL, e);
}

static int outbox(struct ct_request *r, const char *kind, const char *topic,
		  const struct ct_mail *mail, json_t *payload, struct ct_error *e)
{
	const char *plugin = r->plugin->name;
	char *text = json_dumps(payload, JSON_COMPACT);
	int rc;

	json_decref(payload);
	CT_AS(r, &ct_plugin_job,
	      rc = ct_exec(r, "outbox_add",
			   CT_ARGS(CT_STR(kind), CT_STR(topic), CT_STR(plugin),
				   CT_ID(mail ? mail->org : r->org), CT_ID(mail ? mail->party : 0),
				   CT_STR(mail ? mail->to : NULL),
				   CT_STR(mail ? mail->subject : NULL), CT_STR(text),
				   CT_STR(r->id)),
			   e));
	free(text);
	return rc;
}

static int put_attachments(struct ct_request *r, json_t *payload, const struct ct_mail *mail,
			   struct ct_error *e)
{
	json_t *list = ct_put_array(payload, "attachments");
	size_t sum = 0;

	for (size_t i = 0; i < mail->n_attachments; i++) {
		const struct ct_attachment *a = &mail->attachments[i];
		size_t most = sodium_base64_ENCODED_LEN(a->len, sodium_base64_VARIANT_ORIGINAL);
		json_t *item = ct_add_object(list);
		char *text;

		sum += a->len;
		if (sum > CT_MAIL_BYTES)
			return ct_fail(e, CT_TOO_LARGE,
				       _("The files are too large to be sent by e-mail."));
		text = talloc_size(r, most);
		sodium_bin2base64(text, most, a->bytes, a->len, sodium_base64_VARIANT_ORIGINAL);
		ct_put_text(item, "name", a->name);
		ct_put_text(item, "type", a->type);
		ct_put_text(item, "base64", text);
		talloc_free(text);
	}
	return 0;
}

int ct_mail(struct ct_request *r, const struct ct_mail *mail, struct ct_error *e)
{
	json_t *payload = json_object();
	int rc;

	ct_put_text(payload, "to", mail->to);
	ct_put_text(payload, "to_name", mail->to_name);
	ct_put_text(payload, "lang", mail->lang ? mail->lang : r->lang);
	ct_put_text(payload, "subject", mail->subject);
	ct_put_text(payload, "why", mail->why);
	ct_put_int(payload, "place", mail->place);
	ct_put_json(payload, "view", mail->view ? mail->view : json_object());
	rc = put_attachments(r, payload, mail, e);
	if (rc) {
		json_decref(payload);
		return rc;
	}
	return outbox(r, "mail", mail->template, mail, payload, e);
}

const char *ct_speak(struct ct_request *r, const char *lang)
{
	const char *before = r->lang;

	r->lang = lang ? lang : ct_setting_text(r, "site.language");
	ct_language(r->lang);
	return before;
}

const char *ct_mail_address(struct ct_request *r)
{
	return ct_mail_from(r, r->s->core->settings);
}

int ct_later(struct ct_request *r, const char *topic, json_t *payload, struct ct_error *e)
{
	return outbox(r, "hook", topic, NULL, payload, e);
}
