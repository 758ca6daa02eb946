/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "job/mail.h"

#include <string.h>
#include <talloc.h>

#include <comptoir/buf.h>
#include <comptoir/field.h>
#include <comptoir/i18n.h>
#include <comptoir/query.h>
#include <comptoir/view.h>

#include "config/settings.h"
#include "job/message.h"
#include "job/style.h"
#include "route/state.h"
#include "view/mustache.h"

struct sender {
	const char *name, *reply_to, *address, *phone, *accent;
};

static const char *text_of(const json_t *payload, const char *key)
{
	return json_string_value(json_object_get(payload, key));
}

char *ct_mail_host(void *mem, const char *url)
{
	const char *host = strstr(url, "://");

	host = host ? host + 3 : url;
	return talloc_strndup(mem, host, *host == '[' ? strcspn(host, "]") + 1 : strcspn(host, ":/"));
}

const char *ct_mail_from(void *mem, const struct ct_settings *s)
{
	const char *email = ct_settings_text(s, "site.email");

	return email ? email
		     : talloc_asprintf(mem, "comptoir@%s",
				       ct_mail_host(mem, ct_settings_text(s, "site.url")));
}

const char *ct_mail_masked(void *mem, const char *text)
{
	struct ct_buf *out = ct_buf_new(mem, 4096);
	static const char ends[] = " \t\r\n<>()[]\"',;:";

	if (!text)
		return NULL;
	while (*text) {
		size_t len = strcspn(text, ends);
		const char *at = memchr(text, '@', len);

		if (at)
			ct_buf_text(out, "…");
		ct_buf_add(out, at ? at : text, at ? len - (size_t)(at - text) : len);
		text += len;
		len = strspn(text, ends);
		ct_buf_add(out, text, len);
		text += len;
	}
	return ct_buf_data(out);
}

/* "12 rue du Faubourg, 59000 Lille", or NULL. */
static const char *address_of(struct ct_request *r, const struct ct_result *row, const char *prefix)
{
	static const char *const parts[] = { "building", "street", "hamlet", "postcode", "town" };
	const char *between = "";
	char *out = talloc_strdup(r, "");

	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		const char *part =
			ct_col_text(row, talloc_asprintf(r, "%s%s", prefix, parts[i]));

		if (!part || !*part)
			continue;
		out = talloc_asprintf_append_buffer(out, "%s%s", between, part);
		between = !strcmp(parts[i], "postcode") ? " " : ", ";
	}
	return *out ? out : NULL;
}

static const char *phone_ui(struct ct_request *r, const char *phone)
{
	const struct ct_field field = { "phone", "", CT_PHONE };
	const struct ct_value value = { .set = true, .text = phone };

	return phone ? ct_field_show(r, &field, &value, r->lang) : NULL;
}

static const char *first(const char *a, const char *b, const char *c)
{
	return a ? a : b ? b : c;
}

static int find_sender(struct ct_request *r, const json_t *payload, struct sender *s,
		       struct ct_error *e)
{
	struct ct_result *row;
	int rc = ct_one(r, "mail_sender",
			CT_ARGS(CT_ID(r->org),
				CT_ID(json_integer_value(json_object_get(payload, "place")))),
			&row, e);

	if (rc)
		return rc;
	s->name = first(ct_col_text(row, "place_name"), ct_col_text(row, "name"),
			ct_setting_text(r, "site.name"));
	s->reply_to = first(ct_col_text(row, "place_email"), ct_col_text(row, "email"), NULL);
	s->phone = phone_ui(r, first(ct_col_text(row, "place_phone"), ct_col_text(row, "phone"),
				     ct_setting_text(r, "site.phone")));
	s->address = address_of(r, row, ct_col_text(row, "place_name") ? "place_" : "");
	s->accent = ct_col_text(row, "accent");
	return 0;
}

static const char *why_text(struct ct_request *r, const json_t *payload)
{
	const char *why = text_of(payload, "why");

	return why ? why
		   : talloc_asprintf(
			     r,
			     _("You receive this message because your address was given on %s (%s)."),
			     ct_setting_text(r, "site.name"), r->s->core->url);
}

/* The signature of a text begins with "-- " (RFC 3676, 4.3), so that answers do not quote it. */
static const char *signed_text(struct ct_request *r, const struct sender *s, const char *text,
			       const char *why)
{
	size_t len = strlen(text);

	while (len && text[len - 1] == '\n')
		len--;
	return talloc_asprintf(r, "%.*s\n\n-- \n%s\n%s%s%s%s%s\n", (int)len, text, s->name,
			       s->address ? s->address : "", s->address ? "\n" : "",
			       s->phone ? s->phone : "", s->phone ? "\n" : "", why);
}

static void put_sender(json_t *mail, const struct ct_request *r, const struct sender *s)
{
	json_t *o = ct_put_object(mail, "sender");

	ct_put_text(o, "name", s->name);
	ct_put_text(o, "address", s->address);
	ct_put_text(o, "phone_ui", s->phone);
	o = ct_put_object(mail, "site");
	ct_put_text(o, "name", ct_setting_text(r, "site.name"));
	ct_put_text(o, "url", r->s->core->url);
}

/* "reservation/mail-booking.html" where there is one, else the common frame. */
static const char *html_template(struct ct_request *r, const char *template)
{
	const char *own = talloc_asprintf(r, "%.*s.html", (int)(strlen(template) - strlen(".txt")),
					  template);

	return ct_templates_has(r->s->core->templates, own) ? own : "core/mail";
}

static int render_html(struct ct_request *r, const char *template, const json_t *payload,
		       const struct sender *s, const char *text, const char *why, char **html_r,
		       struct ct_error *e)
{
	json_t *view = ct_own_json(r, json_copy(json_object_get(payload, "view")));
	json_t *mail = ct_put_object(view, "mail");
	size_t len;

	ct_put_text(mail, "lang", r->lang);
	ct_put_text(mail, "subject", text_of(payload, "subject"));
	ct_put_text(mail, "why", why);
	ct_put_text(mail, "style_html", ct_mail_style(r, s->accent));
	ct_put_json(mail, "blocks", ct_mail_blocks(r, text));
	put_sender(mail, r, s);
	return ct_template_render(r->s->core->templates, r, html_template(r, template), r->lang,
				  view, html_r, &len, e);
}

/* Only what is an address gets into the envelope and the headers. */
static int check_address(struct ct_request *r, const char *text, const char **to_r,
			 struct ct_error *e)
{
	const struct ct_field field = { "to", "", CT_EMAIL };
	struct ct_value value;
	struct ct_error why;

	if (!text || ct_field_parse(r, &field, text, &value, &why) || !value.set)
		return ct_fail(e, CT_INVALID, _("“%s” is no e-mail address."), text ? text : "");
	*to_r = value.text;
	return 0;
}

static int make(struct ct_request *r, const char *uid, const char *template, const json_t *payload,
		struct ct_envelope *letter, struct ct_error *e)
{
	struct ct_message m = { .id = talloc_asprintf(r, "%s@%s", uid, ct_mail_host(r, r->s->core->url)),
				.date = r->now,
				.to_name = text_of(payload, "to_name"),
				.subject = text_of(payload, "subject"),
				.attachments = json_object_get(payload, "attachments") };
	const char *why = why_text(r, payload);
	struct sender s;
	char *text, *html;
	size_t len;
	int rc;

	if ((rc = check_address(r, text_of(payload, "to"), &m.to, e)) ||
	    (rc = find_sender(r, payload, &s, e)) ||
	    (rc = ct_template_render(r->s->core->templates, r, template, r->lang,
				     json_object_get(payload, "view"), &text, &len, e)) ||
	    (rc = render_html(r, template, payload, &s, text, why, &html, e)))
		return rc;
	m.from = ct_mail_from(r, r->s->core->settings);
	m.from_name = m.reply_to_name = s.name;
	m.reply_to = s.reply_to;
	m.text = signed_text(r, &s, text, why);
	m.html = html;
	*letter = (struct ct_envelope){ .uid = uid, .from = m.from, .to = m.to };
	letter->source = ct_message_source(r, &m, &letter->len);
	return 0;
}

int ct_mail_make(struct ct_request *r, const char *uid, const char *template, json_t *payload,
		 struct ct_envelope *letter_r, struct ct_error *e)
{
	const char *before = r->lang, *lang = text_of(payload, "lang");
	int rc;

	r->lang = lang ? lang : before;
	ct_language(r->lang);
	CT_AS(r, &ct_plugin_job, rc = make(r, uid, template, payload, letter_r, e));
	r->lang = before;
	ct_language(r->lang);
	return rc;
}
