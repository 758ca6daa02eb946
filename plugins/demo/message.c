/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Mails as files, read with GMime. A mail is named by its file's name, of letters, digits and hyphens only:
 * no other file can be asked for.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <gmime/gmime.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <talloc.h>
#include <unistd.h>

#include "demo.h"

#define ALNUM "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"

enum { MAX_UID = 80 };

static int no_mail(struct ct_error *e)
{
	return ct_fail(e, CT_MISSING, _("There is no such mail."));
}

static const char *folder(struct ct_request *r, struct ct_error *e)
{
	static const char file[] = "file:/";
	const char *transport = ct_setting_text(r, "mail.transport");

	if (!strncmp(transport, file, sizeof(file) - 1))
		return transport + sizeof(file) - 2;
	ct_fail(e, CT_MISSING, _("Mails leave for real here, there is no mailbox to show."));
	return NULL;
}

static bool is_uid(const char *uid)
{
	size_t len = strspn(uid, ALNUM "-");

	return len && len <= MAX_UID && !uid[len];
}

static int newer_first(const void *a, const void *b)
{
	const struct demo_mail *x = a, *y = b;

	return x->at.s != y->at.s ? (x->at.s < y->at.s ? 1 : -1) : strcmp(x->uid, y->uid);
}

/* "UID.eml" */
static int is_mail(const struct dirent *entry)
{
	size_t len = strspn(entry->d_name, ALNUM "-");

	return len && len <= MAX_UID && !strcmp(entry->d_name + len, ".eml");
}

int demo_folder(struct ct_request *r, size_t max, struct demo_mail **list_r, size_t *n_r,
		struct ct_error *e)
{
	const char *path = folder(r, e);
	struct demo_mail *list;
	struct dirent **names;
	int found;
	size_t n = 0;

	if (!path)
		return e->rc;
	found = scandir(path, &names, is_mail, alphasort);
	list = talloc_array(r, struct demo_mail, found > 0 ? (size_t)found : 0);
	for (int i = 0; i < found; i++) {
		const char *file = names[i]->d_name;
		struct stat st;

		if (!lstat(talloc_asprintf(list, "%s/%s", path, file), &st) && S_ISREG(st.st_mode))
			list[n++] = (struct demo_mail){
				talloc_strndup(list, file, strlen(file) - strlen(".eml")),
				{ st.st_mtim.tv_sec },
			};
		free(names[i]);
	}
	if (found >= 0)
		free(names);
	qsort(list, n, sizeof(*list), newer_first);
	*list_r = list;
	*n_r = n < max ? n : max;
	return 0;
}

static void drop(void *object)
{
	g_object_unref(object);
}

static int open_mail(struct ct_request *r, const char *uid, GMimeMessage **message_r,
		     struct ct_utc *at_r, struct ct_error *e)
{
	static bool ready;
	const char *path = folder(r, e);
	GMimeMessage *message = NULL;
	GMimeStream *stream;
	GMimeParser *parser;
	struct stat st;
	int fd;

	if (!path)
		return e->rc;
	if (!is_uid(uid))
		return no_mail(e);
	if (!ready)
		g_mime_init();
	ready = true;
	fd = open(talloc_asprintf(r, "%s/%s.eml", path, uid), O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0 || fstat(fd, &st))
		return no_mail(e);
	stream = g_mime_stream_fs_new(fd);
	parser = g_mime_parser_new_with_stream(stream);
	g_mime_parser_set_persist_stream(parser, FALSE);
	message = g_mime_parser_construct_message(parser, NULL);
	g_object_unref(parser);
	g_object_unref(stream);
	if (!message)
		return no_mail(e);
	*message_r = ct_own(r, message, drop);
	*at_r = (struct ct_utc){ st.st_mtim.tv_sec };
	return 0;
}

static void put_addresses(json_t *o, const char *key, GMimeMessage *message, GMimeAddressType type)
{
	char *text = internet_address_list_to_string(g_mime_message_get_addresses(message, type),
						     NULL, FALSE);

	ct_put_text(o, key, text);
	g_free(text);
}

int demo_put_head(struct ct_request *r, json_t *o, const char *uid, struct ct_error *e)
{
	const struct ct_zone *zone;
	GMimeMessage *message = NULL;
	struct ct_utc at = { 0 };
	int rc = open_mail(r, uid, &message, &at, e);

	if (rc)
		return rc;
	ct_put_text(o, "uid", uid);
	ct_put_text(o, "subject", g_mime_message_get_subject(message));
	put_addresses(o, "from", message, GMIME_ADDRESS_TYPE_FROM);
	put_addresses(o, "to", message, GMIME_ADDRESS_TYPE_TO);
	if ((rc = ct_zone_get("Europe/Paris", &zone, e)))
		return rc;
	ct_put_instant(o, "sent", at, zone, r->lang);
	return 0;
}

/* What is met on the way through a mail's parts. */
struct walk {
	struct ct_request *r;
	json_t *attachments;
	char *text;    /* of the first text/plain part, freed with g_free */
	int n, wanted; /* parts so far; the one that is asked for */
	GMimePart *found;
	const char *uid;
};

static bool is_text(GMimePart *part)
{
	return GMIME_IS_TEXT_PART(part) && !g_mime_part_get_filename(part);
}

static void visit(GMimeObject *parent, GMimeObject *object, void *arg)
{
	struct walk *w = arg;
	GMimeContentType *type = g_mime_object_get_content_type(object);
	GMimePart *part;
	json_t *item;
	char *name;

	(void)parent;
	if (!GMIME_IS_PART(object))
		return;
	part = GMIME_PART(object);
	if (++w->n == w->wanted)
		w->found = part;
	if (!w->attachments)
		return;
	if (is_text(part) && !w->text && g_mime_content_type_is_type(type, "text", "plain")) {
		w->text = g_mime_text_part_get_text(GMIME_TEXT_PART(part));
		return;
	}
	if (is_text(part) && g_mime_content_type_is_type(type, "text", "html") && w->text)
		return; /* the same for a program that draws it */
	item = ct_add_object(w->attachments);
	name = g_mime_content_type_get_mime_type(type);
	ct_put_text(item, "name",
		    g_mime_part_get_filename(part) ? g_mime_part_get_filename(part) : name);
	ct_put_text(item, "type", name);
	ct_put_int(item, "part", w->n);
	ct_put_text(
		item, "link_ui",
		talloc_asprintf(w->r, "%s/%d", ct_url(w->r, "/demo/mails/%s/parts", w->uid), w->n));
	g_free(name);
}

static void add_piece(struct ct_request *r, json_t *pieces, const char *text, size_t len,
		      const char *href)
{
	json_t *piece;

	if (!len)
		return;
	piece = ct_add_object(pieces);
	ct_put_text(piece, "text", talloc_strndup(r, text, len));
	ct_put_text(piece, "href", href);
}

/* Cuts `text` at its links; ours are followed below whatever address this page was asked by. */
static void put_pieces(struct ct_request *r, json_t *o, const char *text)
{
	json_t *pieces = ct_put_array(o, "pieces_ui");
	const char *own = ct_url_absolute(r, "/"), *link;

	while ((link = strstr(text, "http"))) {
		size_t len = strspn(link, ALNUM "-._~:/?#@!$&+,;=%");
		const char *href;

		while (len && strchr(".,;:!?", link[len - 1]))
			len--;
		if (strncmp(link, "http://", 7) != 0 && strncmp(link, "https://", 8) != 0) {
			add_piece(r, pieces, text, (size_t)(link - text) + 4, NULL);
			text = link + 4;
			continue;
		}
		href = talloc_strndup(r, link, len);
		if (!strncmp(href, own, strlen(own)))
			href += strlen(own) - 1;
		add_piece(r, pieces, text, (size_t)(link - text), NULL);
		add_piece(r, pieces, link, len, href);
		text = link + len;
	}
	add_piece(r, pieces, text, strlen(text), NULL);
}

int demo_put_body(struct ct_request *r, json_t *o, const char *uid, struct ct_error *e)
{
	struct walk w = { .r = r, .attachments = ct_put_array(o, "attachments"), .uid = uid };
	GMimeMessage *message = NULL;
	struct ct_utc at;
	int rc = open_mail(r, uid, &message, &at, e);

	if (rc)
		return rc;
	g_mime_message_foreach(message, visit, &w);
	ct_put_text(o, "text", w.text);
	put_pieces(r, o, w.text ? w.text : "");
	ct_put_bool(o, "has_attachments_ui", json_array_size(w.attachments) > 0);
	g_free(w.text);
	return 0;
}

int demo_send_part(struct ct_request *r, const char *uid, const char *n, struct ct_error *e)
{
	struct walk w = { .r = r, .wanted = strlen(n) < 4 ? atoi(n) : 0, .uid = uid };
	GMimeMessage *message = NULL;
	GMimeStream *stream;
	GByteArray *bytes;
	struct ct_utc at;
	const char *name;
	char *type;
	int rc = open_mail(r, uid, &message, &at, e);

	if (rc)
		return rc;
	g_mime_message_foreach(message, visit, &w);
	if (!w.found)
		return no_mail(e);
	stream = g_mime_stream_mem_new();
	g_mime_data_wrapper_write_to_stream(g_mime_part_get_content(w.found), stream);
	bytes = g_mime_stream_mem_get_byte_array(GMIME_STREAM_MEM(stream));
	name = g_mime_part_get_filename(w.found);
	type = g_mime_content_type_get_mime_type(
		g_mime_object_get_content_type(GMIME_OBJECT(w.found)));
	ct_header(r, "Content-Disposition", "attachment; filename=\"%s\"",
		  name && strspn(name, ALNUM "-._") == strlen(name) ? name : "part");
	ct_body(r, talloc_strdup(r, type), talloc_memdup(r, bytes->data, bytes->len), bytes->len);
	g_free(type);
	g_object_unref(stream);
	return 0;
}
