/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "job/message.h"

#include <gmime/gmime.h>
#include <sodium.h>
#include <string.h>
#include <talloc.h>

const char *ct_message_clean(void *mem, const char *text)
{
	char *copy = text ? talloc_strdup(mem, text) : NULL;

	for (char *c = copy; c && *c; c++)
		if ((unsigned char)*c < ' ' || *c == 0x7f)
			*c = ' ';
	return copy;
}

static const char *text_of(const json_t *object, const char *key)
{
	return json_string_value(json_object_get(object, key));
}

static void add_mailbox(GMimeMessage *message, void *mem, GMimeAddressType type, const char *name,
			const char *address)
{
	g_mime_message_add_mailbox(message, type, ct_message_clean(mem, name),
				   ct_message_clean(mem, address));
}

/* A part with these bytes; takes over `type`. */
static GMimePart *part_of(GMimeContentType *type, const void *bytes, size_t len,
			  GMimeContentEncoding encoding)
{
	GMimeStream *stream = g_mime_stream_mem_new_with_buffer(bytes, len);
	GMimeDataWrapper *content =
		g_mime_data_wrapper_new_with_stream(stream, GMIME_CONTENT_ENCODING_DEFAULT);
	GMimePart *part = g_mime_part_new();

	g_mime_object_set_content_type(GMIME_OBJECT(part), type);
	g_mime_part_set_content(part, content);
	g_mime_part_set_content_encoding(part, encoding);
	g_object_unref(content);
	g_object_unref(stream);
	g_object_unref(type);
	return part;
}

static GMimePart *text_part(const char *subtype, const char *text)
{
	GMimeContentType *type = g_mime_content_type_new("text", subtype);

	g_mime_content_type_set_parameter(type, "charset", "utf-8");
	return part_of(type, text, strlen(text), GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE);
}

static GMimePart *binary_part(GMimeContentType *type, const void *bytes, size_t len)
{
	return part_of(type, bytes, len, GMIME_CONTENT_ENCODING_BASE64);
}

static GMimeContentType *type_of(void *mem, const json_t *attachment)
{
	const char *text = text_of(attachment, "type");
	GMimeContentType *type = g_mime_content_type_parse(
		NULL, ct_message_clean(mem, text ? text : "application/octet-stream"));

	if (g_mime_content_type_is_type(type, "text", "*"))
		g_mime_content_type_set_parameter(type, "charset", "utf-8");
	return type;
}

static const char *method_of(GMimeContentType *type)
{
	return g_mime_content_type_is_type(type, "text", "calendar")
		       ? g_mime_content_type_get_parameter(type, "method")
		       : NULL;
}

static const void *bytes_of(void *mem, const json_t *attachment, size_t *len_r)
{
	const char *text = text_of(attachment, "base64");
	size_t most = strlen(text ? text : "") / 4 * 3 + 3;
	unsigned char *bytes = talloc_size(mem, most);

	*len_r = 0;
	if (text && sodium_base642bin(bytes, most, text, strlen(text), NULL, len_r, NULL,
				      sodium_base64_VARIANT_ORIGINAL))
		*len_r = 0;
	return bytes;
}

/* Moves `part` into `into`. */
static void add(GMimeMultipart *into, void *part)
{
	g_mime_multipart_add(into, GMIME_OBJECT(part));
	g_object_unref(part);
}

static GMimeMultipart *alternatives(void *mem, const struct ct_message *m)
{
	GMimeMultipart *both = g_mime_multipart_new_with_subtype("alternative");
	size_t i, len;

	add(both, text_part("plain", m->text));
	add(both, text_part("html", m->html));
	for (i = 0; i < json_array_size(m->attachments); i++) {
		const json_t *attachment = json_array_get(m->attachments, i);
		GMimeContentType *type = type_of(mem, attachment);
		const void *bytes = bytes_of(mem, attachment, &len);

		if (method_of(type))
			add(both, binary_part(type, bytes, len));
		else
			g_object_unref(type);
	}
	return both;
}

static GMimePart *attached(void *mem, const json_t *attachment)
{
	GMimeContentType *type = type_of(mem, attachment);
	size_t len;
	const void *bytes = bytes_of(mem, attachment, &len);
	GMimePart *part;

	if (method_of(type)) {
		g_object_unref(type);
		type = g_mime_content_type_new("application", "ics");
	}
	part = binary_part(type, bytes, len);
	g_mime_part_set_filename(part, ct_message_clean(mem, text_of(attachment, "name")));
	return part;
}

static void set_body(GMimeMessage *message, void *mem, const struct ct_message *m)
{
	GMimeMultipart *body = alternatives(mem, m), *mixed;
	size_t i;

	if (json_array_size(m->attachments)) {
		mixed = g_mime_multipart_new_with_subtype("mixed");
		add(mixed, body);
		for (i = 0; i < json_array_size(m->attachments); i++)
			add(mixed, attached(mem, json_array_get(m->attachments, i)));
		body = mixed;
	}
	g_mime_message_set_mime_part(message, GMIME_OBJECT(body));
	g_object_unref(body);
}

static void set_headers(GMimeMessage *message, void *mem, const struct ct_message *m)
{
	GDateTime *date = g_date_time_new_from_unix_utc(m->date.s);

	add_mailbox(message, mem, GMIME_ADDRESS_TYPE_FROM, m->from_name, m->from);
	add_mailbox(message, mem, GMIME_ADDRESS_TYPE_TO, m->to_name, m->to);
	if (m->reply_to)
		add_mailbox(message, mem, GMIME_ADDRESS_TYPE_REPLY_TO, m->reply_to_name,
			    m->reply_to);
	g_mime_message_set_subject(message, ct_message_clean(mem, m->subject), "utf-8");
	g_mime_message_set_date(message, date);
	g_mime_message_set_message_id(message, m->id);
	/* RFC 3834: no holiday reply to it, please */
	g_mime_object_set_header(GMIME_OBJECT(message), "Auto-Submitted", "auto-generated", NULL);
	g_date_time_unref(date);
}

char *ct_message_source(void *mem, const struct ct_message *m, size_t *len_r)
{
	static bool ready;
	GMimeFormatOptions *options;
	GMimeMessage *message;
	GMimeStream *stream;
	GByteArray *bytes;
	char *copy;

	if (!ready)
		g_mime_init();
	ready = true;
	options = g_mime_format_options_new();
	g_mime_format_options_set_newline_format(options, GMIME_NEWLINE_FORMAT_DOS);
	message = g_mime_message_new(TRUE);
	set_headers(message, mem, m);
	set_body(message, mem, m);
	stream = g_mime_stream_mem_new();
	g_mime_object_write_to_stream(GMIME_OBJECT(message), options, stream);
	bytes = g_mime_stream_mem_get_byte_array(GMIME_STREAM_MEM(stream));
	copy = talloc_strndup(mem, (const char *)bytes->data, bytes->len);
	*len_r = bytes->len;
	g_object_unref(stream);
	g_object_unref(message);
	g_mime_format_options_free(options);
	return copy;
}
