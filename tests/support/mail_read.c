/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Reads an invitation as mail programs do: a message from standard input by GMime, its calendar by libical. Prints
 * a line NAME<tab>VALUE for what they would act on. Fails where there is no invitation among the alternatives, where
 * libical complains (also about what RFC 5546 asks of the method), or where the attached copy is another one.
 */
#include <gmime/gmime.h>
#include <libical/ical.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static GMimePart *inline_part, *attached_part;

static void look(GMimeObject *parent, GMimeObject *part, gpointer data)
{
	GMimeContentType *type = g_mime_object_get_content_type(part);
	GMimeContentType *around = parent ? g_mime_object_get_content_type(parent) : NULL;

	(void)data;
	if (!GMIME_IS_PART(part))
		return;
	if (g_mime_content_type_is_type(type, "text", "calendar") && around &&
	    g_mime_content_type_is_type(around, "multipart", "alternative"))
		inline_part = GMIME_PART(part);
	if (g_mime_content_type_is_type(type, "application", "ics") && g_mime_part_is_attachment(GMIME_PART(part)))
		attached_part = GMIME_PART(part);
}

/* NUL-terminated; for the life of the process. */
static char *content(GMimePart *part)
{
	GMimeStream *stream = g_mime_stream_mem_new();
	GByteArray *bytes;

	g_mime_data_wrapper_write_to_stream(g_mime_part_get_content(part), stream);
	bytes = g_mime_stream_mem_get_byte_array(GMIME_STREAM_MEM(stream));
	g_byte_array_append(bytes, (const guint8 *)"", 1);
	return (char *)bytes->data;
}

static int refuse(const char *why)
{
	fprintf(stderr, "%s\n", why);
	return 1;
}

static void put(const char *name, icalcomponent *c, icalproperty_kind kind)
{
	icalproperty *p = icalcomponent_get_first_property(c, kind);

	printf("%s\t%s\n", name, p ? icalproperty_get_value_as_string(p) : "");
}

static void put_parameter(const char *name, icalcomponent *c, icalproperty_kind kind, const char *parameter)
{
	icalproperty *p = icalcomponent_get_first_property(c, kind);
	char *text = p ? icalproperty_get_parameter_as_string_r(p, parameter) : NULL;

	printf("%s\t%s\n", name, text ? text : "");
	free(text);
}

static int show(const char *text)
{
	icalcomponent *calendar = icalparser_parse_string(text), *event;

	if (!calendar || icalcomponent_isa(calendar) != ICAL_VCALENDAR_COMPONENT ||
	    icalcomponent_count_errors(calendar) || !icalrestriction_check(calendar))
		return refuse(calendar ? icalcomponent_as_ical_string(calendar) : "no calendar");
	if (icalcomponent_count_components(calendar, ICAL_VEVENT_COMPONENT) != 1)
		return refuse("not one event");
	event = icalcomponent_get_first_component(calendar, ICAL_VEVENT_COMPONENT);
	put("method", calendar, ICAL_METHOD_PROPERTY);
	put("uid", event, ICAL_UID_PROPERTY);
	put("sequence", event, ICAL_SEQUENCE_PROPERTY);
	put("start", event, ICAL_DTSTART_PROPERTY);
	put("end", event, ICAL_DTEND_PROPERTY);
	put_parameter("zone", event, ICAL_DTSTART_PROPERTY, "TZID");
	put("status", event, ICAL_STATUS_PROPERTY);
	put("summary", event, ICAL_SUMMARY_PROPERTY);
	put("location", event, ICAL_LOCATION_PROPERTY);
	put("url", event, ICAL_URL_PROPERTY);
	put("organizer", event, ICAL_ORGANIZER_PROPERTY);
	put_parameter("organizer-name", event, ICAL_ORGANIZER_PROPERTY, "CN");
	put("attendee", event, ICAL_ATTENDEE_PROPERTY);
	put_parameter("partstat", event, ICAL_ATTENDEE_PROPERTY, "PARTSTAT");
	printf("alarms\t%d\n", icalcomponent_count_components(event, ICAL_VALARM_COMPONENT));
	printf("zones\t%d\n", icalcomponent_count_components(calendar, ICAL_VTIMEZONE_COMPONENT));
	icalcomponent_free(calendar);
	return 0;
}

/* All of standard input, which may be a pipe. */
static GMimeStream *input(void)
{
	GMimeStream *stream = g_mime_stream_mem_new();
	char buf[4096];

	for (size_t n; (n = fread(buf, 1, sizeof(buf), stdin)) > 0;)
		g_mime_stream_write(stream, buf, n);
	g_mime_stream_reset(stream);
	return stream;
}

int main(void)
{
	GMimeParser *parser;
	GMimeMessage *message;
	const char *method;
	char *text;

	g_mime_init();
	parser = g_mime_parser_new_with_stream(input());
	message = g_mime_parser_construct_message(parser, NULL);
	if (!message)
		return refuse("no message");
	g_mime_message_foreach(message, look, NULL);
	if (!inline_part || !attached_part)
		return refuse("no invitation, or none attached");
	text = content(inline_part);
	if (strcmp(text, content(attached_part)) != 0)
		return refuse("the attached copy is another one");
	method = g_mime_content_type_get_parameter(g_mime_object_get_content_type(GMIME_OBJECT(inline_part)), "method");
	printf("type-method\t%s\n", method ? method : "");
	printf("filename\t%s\n", g_mime_part_get_filename(attached_part));
	return show(text);
}
