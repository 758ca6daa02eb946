/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "job/mail.h"

#include <errno.h>
#include <fcntl.h>
#include <gmime/gmime.h>
#include <string.h>
#include <sys/stat.h>
#include <talloc.h>
#include <unistd.h>

#include "config/settings.h"
#include "route/state.h"
#include "view/mustache.h"

static const char *text_of(const json_t *payload, const char *key)
{
	return json_string_value(json_object_get(payload, key));
}

static void add_addresses(GMimeMessage *message, struct ct_request *r, const json_t *payload)
{
	const char *from = ct_setting_text(r, "site.email");

	g_mime_message_add_mailbox(message, GMIME_ADDRESS_TYPE_FROM,
				   ct_setting_text(r, "site.name"),
				   from ? from : "comptoir@localhost");
	g_mime_message_add_mailbox(message, GMIME_ADDRESS_TYPE_TO, text_of(payload, "to_name"),
				   text_of(payload, "to"));
	if (text_of(payload, "reply_to"))
		g_mime_message_add_mailbox(message, GMIME_ADDRESS_TYPE_REPLY_TO, NULL,
					   text_of(payload, "reply_to"));
}

static GMimeObject *text_part(const char *type, const char *text)
{
	GMimeTextPart *part = g_mime_text_part_new_with_subtype(type);

	g_mime_text_part_set_charset(part, "utf-8");
	g_mime_text_part_set_text(part, text);
	g_mime_part_set_content_encoding(GMIME_PART(part), GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE);
	return GMIME_OBJECT(part);
}

/* "text/calendar; method=REQUEST" keeps its parameters, which calendar programs go by. */
static GMimeObject *attachment_part(const json_t *payload)
{
	const char *text = text_of(payload, "attachment");
	GMimeContentType *type = g_mime_content_type_parse(NULL,
							   text_of(payload, "attachment_type"));
	GMimeStream *stream = g_mime_stream_mem_new_with_buffer(text, strlen(text));
	GMimeDataWrapper *content =
		g_mime_data_wrapper_new_with_stream(stream, GMIME_CONTENT_ENCODING_DEFAULT);
	GMimePart *part = g_mime_part_new();

	g_mime_content_type_set_parameter(type, "charset", "utf-8");
	g_mime_object_set_content_type(GMIME_OBJECT(part), type);
	g_mime_part_set_content(part, content);
	g_mime_part_set_content_encoding(part, GMIME_CONTENT_ENCODING_BASE64);
	g_mime_part_set_filename(part, text_of(payload, "attachment_name"));
	g_object_unref(content);
	g_object_unref(stream);
	g_object_unref(type);
	return GMIME_OBJECT(part);
}

static void set_body(GMimeMessage *message, const json_t *payload, const char *text)
{
	GMimeObject *body = text_part("plain", text), *attachment;
	GMimeMultipart *mixed;

	if (!text_of(payload, "attachment")) {
		g_mime_message_set_mime_part(message, body);
		g_object_unref(body);
		return;
	}
	attachment = attachment_part(payload);
	mixed = g_mime_multipart_new_with_subtype("mixed");
	g_mime_multipart_add(mixed, body);
	g_mime_multipart_add(mixed, attachment);
	g_mime_message_set_mime_part(message, GMIME_OBJECT(mixed));
	g_object_unref(body);
	g_object_unref(attachment);
	g_object_unref(mixed);
}

static char *build(struct ct_request *r, const char *uid, const json_t *payload, const char *text)
{
	GMimeMessage *message = g_mime_message_new(TRUE);
	GDateTime *date = g_date_time_new_from_unix_utc(r->now.s);
	char *source, *copy;

	add_addresses(message, r, payload);
	g_mime_message_set_subject(message, text_of(payload, "subject"), "utf-8");
	g_mime_message_set_date(message, date);
	g_mime_message_set_message_id(
		message, talloc_asprintf(r, "%s@%s", uid, strstr(r->s->core->url, "://") + 3));
	g_mime_object_set_header(GMIME_OBJECT(message), "Auto-Submitted", "auto-generated", NULL);
	set_body(message, payload, text);
	source = g_mime_object_to_string(GMIME_OBJECT(message), NULL);
	copy = talloc_strdup(r, source);
	g_free(source);
	g_date_time_unref(date);
	g_object_unref(message);
	return copy;
}

/* Under a temporary name first: whoever reads the folder sees whole messages only. */
static int write_file(struct ct_request *r, const char *dir, const char *uid, const char *source,
		      struct ct_error *e)
{
	const char *part = talloc_asprintf(r, "%s/.%s.part", dir, uid);
	const char *file = talloc_asprintf(r, "%s/%s.eml", dir, uid);
	size_t len = strlen(source), at = 0;
	int fd;

	if (mkdir(dir, 0700) && errno != EEXIST)
		return ct_fail(e, CT_BROKEN, "%s: %s", dir, strerror(errno));
	fd = open(part, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (fd < 0)
		return ct_fail(e, CT_BROKEN, "%s: %s", part, strerror(errno));
	while (at < len) {
		ssize_t n = write(fd, source + at, len - at);

		if (n < 0)
			break;
		at += (size_t)n;
	}
	if (close(fd) || at < len || rename(part, file))
		return ct_fail(e, CT_BROKEN, "%s: %s", file, strerror(errno));
	return 0;
}

int ct_mail_send(struct ct_request *r, const char *uid, const char *template, const json_t *payload,
		 struct ct_error *e)
{
	static const char file[] = "file:";
	static bool ready;
	const char *transport = ct_setting_text(r, "mail.transport");
	char *text;
	size_t len;
	int rc;

	if (!ready) {
		g_mime_init();
		ready = true;
	}
	rc = ct_template_render(r->s->core->templates, r, template, text_of(payload, "lang"),
				json_object_get(payload, "view"), &text, &len, e);
	if (rc)
		return rc;
	if (strncmp(transport, file, sizeof(file) - 1) != 0)
		return ct_fail(e, CT_BROKEN, "[mail] transport = %s is not known", transport);
	return write_file(r,
			  ct_settings_path(r, r->s->core->settings, transport + sizeof(file) - 1),
			  uid, build(r, uid, payload, text), e);
}
