/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "route/notice.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include "http/cookie.h"
#include "route/state.h"

enum { KEPT_SECONDS = 60, MAX_BYTES = 1500, VARIANT = sodium_base64_VARIANT_URLSAFE_NO_PADDING };

static const char cookie_name[] = "notice";

void ct_request_cookie(struct ct_request *r, const char *name, const char *value, int64_t max_age)
{
	const struct ct_cookie cookie = {
		.name = name,
		.value = value,
		.prefix = r->s->core->prefix,
		.max_age = max_age,
		.secure = r->s->core->https,
	};

	ct_response_header(r->s, &r->s->response, "Set-Cookie", ct_cookie_text(r, &cookie));
}

void ct_notices_read(struct ct_request *r)
{
	const char *cookie = ct_param(r->s->cookies, cookie_name);
	char text[MAX_BYTES + 1];
	json_t *list, *notice;
	size_t len, i;

	if (!cookie || !r->person || r->s->format != CT_FORMAT_HTML ||
	    strcmp(r->s->method, "GET") != 0)
		return;
	ct_request_cookie(r, cookie_name, "", 0);
	if (sodium_base642bin((unsigned char *)text, MAX_BYTES, cookie, strlen(cookie), NULL, &len,
			      NULL, VARIANT))
		return;
	list = json_loadb(text, len, 0, NULL);
	json_array_foreach(list, i, notice)
		if (json_is_string(notice))
			ct_notice(r, "%s", json_string_value(notice));
	json_decref(list);
}

void ct_notices_keep(struct ct_request *r)
{
	json_t *texts, *notice;
	char *json, encoded[2 * MAX_BYTES];
	size_t i;

	if (!r->s->response.redirect || !r->person || !json_array_size(r->s->notices))
		return;
	texts = json_array();
	json_array_foreach(r->s->notices, i, notice)
		ct_add_text(texts, json_string_value(json_object_get(notice, "text")));
	json = json_dumps(texts, JSON_COMPACT);
	if (strlen(json) <= MAX_BYTES) {
		sodium_bin2base64(encoded, sizeof(encoded), (unsigned char *)json, strlen(json),
				  VARIANT);
		ct_request_cookie(r, cookie_name, encoded, KEPT_SECONDS);
	}
	free(json);
	json_decref(texts);
}
