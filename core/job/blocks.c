/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "job/mail.h"

#include <string.h>
#include <talloc.h>

#include <comptoir/i18n.h>
#include <comptoir/view.h>

enum { LABEL_MOST = 80 };

static bool begins_link(const char *text)
{
	return !strncmp(text, "https://", 8) || !strncmp(text, "http://", 7);
}

/* Where the link at `text` ends: a sentence's own full stop or bracket is not of it. */
static size_t link_length(const char *text)
{
	size_t len = strcspn(text, " \t\r\n<>\"");

	while (len && strchr(".,;:!?)]}'", text[len - 1]))
		len--;
	return len;
}

static void add_span(json_t *spans, void *mem, const char *text, size_t len, bool link)
{
	const char *copy = talloc_strndup(mem, text, len);
	json_t *span;

	if (!len)
		return;
	span = ct_add_object(spans);
	ct_put_text(span, "text", copy);
	ct_put_text(span, "href", link ? copy : NULL);
}

static void add_line(json_t *lines, void *mem, const char *text)
{
	json_t *line = ct_add_object(lines), *spans = ct_put_array(line, "spans");
	const char *from = text;

	for (const char *at = text; *at;) {
		size_t len = begins_link(at) ? link_length(at) : 0;

		if (len) {
			add_span(spans, mem, from, (size_t)(at - from), false);
			add_span(spans, mem, at, len, true);
			from = at + len;
		}
		at += len ? len : 1;
	}
	add_span(spans, mem, from, strlen(from), false);
	ct_put_bool(line, "more", false);
}

/* The line "See it here:" above a link is what its button says, without the colon and its space. */
static char *take_label(void *mem, json_t *lines)
{
	size_t n = json_array_size(lines), len;
	json_t *spans = json_object_get(json_array_get(lines, n - 1), "spans");
	const char *text = n && json_array_size(spans) == 1
				   ? json_string_value(json_object_get(json_array_get(spans, 0),
								       "text"))
				   : NULL;
	char *label;

	len = text ? strlen(text) : 0;
	if (!len || text[len - 1] != ':' || len > LABEL_MOST)
		return NULL;
	len--;
	while (len && text[len - 1] == ' ')
		len--;
	if (len > 2 && !memcmp(text + len - 2, "\u00a0", 2))
		len -= 2;
	else if (len > 3 && !memcmp(text + len - 3, "\u202f", 3))
		len -= 3;
	label = talloc_strndup(mem, text, len);
	json_array_remove(lines, n - 1);
	return label;
}

static json_t *new_block(json_t *blocks)
{
	json_t *block = ct_add_object(blocks);

	ct_put_array(block, "lines");
	ct_put_null(block, "button");
	return block;
}

/* A link that is a line of its own ends its block as a button. */
static void add_button(json_t *block, void *mem, const char *href)
{
	const char *label = take_label(mem, json_object_get(block, "lines"));
	json_t *button = ct_put_object(block, "button");

	ct_put_text(button, "href", href);
	ct_put_text(button, "label", label ? label : _("Open the page"));
}

/* What the template asks for and what only becomes known at the end. */
static void finish(json_t *blocks)
{
	json_t *block, *line;
	size_t i, k;

	json_array_foreach(blocks, i, block) {
		json_t *lines = json_object_get(block, "lines");

		ct_put_bool(block, "has_lines", json_array_size(lines) > 0);
		json_array_foreach(lines, k, line)
			ct_put_bool(line, "more", k + 1 < json_array_size(lines));
	}
}

json_t *ct_mail_blocks(void *mem, const char *text)
{
	json_t *blocks = json_array(), *block = NULL;
	char *copy = talloc_strdup(mem, text), *next;

	for (char *line = copy; line; line = next) {
		next = strchr(line, '\n');
		if (next)
			*next++ = '\0';
		line[strcspn(line, "\r")] = '\0';
		if (!line[strspn(line, " \t")]) {
			block = NULL;
		} else if (begins_link(line) && line[link_length(line)] == '\0') {
			if (!block)
				block = json_array_size(blocks)
						? json_array_get(blocks, json_array_size(blocks) - 1)
						: new_block(blocks);
			if (!json_is_null(json_object_get(block, "button")))
				block = new_block(blocks);
			add_button(block, mem, line);
			block = NULL;
		} else {
			block = block ? block : new_block(blocks);
			add_line(json_object_get(block, "lines"), mem, line);
		}
	}
	finish(blocks);
	return blocks;
}
