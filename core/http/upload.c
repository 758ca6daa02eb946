/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "http/upload.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>
#include <unistd.h>
#include <comptoir/i18n.h>

#include "base/utf8.h"
#include "base/write.h"

struct ct_upload_sink {
	const char *directory;
	char *memory;			/* NULL once there is a file */
	size_t size;
	int fd;
};

static int close_file(struct ct_upload_sink *sink)
{
	if (sink->fd >= 0)
		close(sink->fd);
	return 0;
}

struct ct_upload_sink *ct_upload_open(void *mem, const char *directory)
{
	struct ct_upload_sink *sink = talloc(mem, struct ct_upload_sink);

	if (!sink)
		abort();
	*sink = (struct ct_upload_sink){ directory, NULL, 0, -1 };
	sink->memory = talloc_array(sink, char, 0);
	talloc_set_destructor(sink, close_file);
	return sink;
}

/* Not every file system knows O_TMPFILE (NFS, old overlayfs): there, a name for a moment. */
static int open_nameless(const char *directory)
{
	int fd = open(directory, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	char *path;

	if (fd >= 0 || (errno != EOPNOTSUPP && errno != EISDIR && errno != EINVAL))
		return fd;
	path = talloc_asprintf(NULL, "%s/comptoir-XXXXXX", directory);
	if (!path)
		abort();
	fd = mkostemp(path, O_CLOEXEC);
	if (fd >= 0)
		unlink(path);
	talloc_free(path);
	return fd;
}

static int cannot_store(struct ct_error *e)
{
	if (errno == ENOSPC || errno == EDQUOT || errno == EMFILE || errno == ENFILE)
		return ct_fail(e, CT_BUSY,
			       _("This file cannot be stored just now. Please try again later."));
	return ct_fail(e, CT_BROKEN, "temporary file of an upload: %s", strerror(errno));
}

static int move_to_file(struct ct_upload_sink *sink, struct ct_error *e)
{
	int rc;

	sink->fd = open_nameless(sink->directory);
	if (sink->fd < 0)
		return cannot_store(e);
	rc = ct_write_all(sink->fd, sink->memory, sink->size) ? 0 : cannot_store(e);
	TALLOC_FREE(sink->memory);
	return rc;
}

static void remember(struct ct_upload_sink *sink, const void *bytes, size_t n)
{
	size_t capacity = talloc_array_length(sink->memory);

	if (sink->size + n > capacity) {
		capacity = 2 * capacity > sink->size + n ? 2 * capacity : sink->size + n;
		sink->memory = talloc_realloc(sink, sink->memory, char, capacity);
		if (!sink->memory)
			abort();
	}
	memcpy(sink->memory + sink->size, bytes, n);
	sink->size += n;
}

int ct_upload_write(struct ct_upload_sink *sink, const void *bytes, size_t n, struct ct_error *e)
{
	int rc;

	if (!n)
		return 0;
	if (sink->memory && sink->size + n <= CT_UPLOAD_MEMORY) {
		remember(sink, bytes, n);
		return 0;
	}
	rc = sink->fd < 0 ? move_to_file(sink, e) : 0;
	if (!rc)
		rc = ct_write_all(sink->fd, bytes, n) ? 0 : cannot_store(e);
	if (!rc)
		sink->size += n;
	return rc;
}

void ct_upload_finish(struct ct_upload_sink *sink, struct ct_upload *upload_r)
{
	upload_r->size = sink->size;
	upload_r->fd = sink->fd;
	upload_r->data = sink->fd >= 0 ? NULL : sink->size ? sink->memory : "";
}

ssize_t ct_upload_read(const struct ct_upload *upload, size_t offset, void *buf, size_t n,
		       struct ct_error *e)
{
	ssize_t got;

	if (!n || offset >= upload->size)
		return 0;
	if (n > upload->size - offset)
		n = upload->size - offset;
	if (upload->data) {
		memcpy(buf, (const char *)upload->data + offset, n);
		return (ssize_t)n;
	}
	do
		got = pread(upload->fd, buf, n, (off_t)offset);
	while (got < 0 && errno == EINTR);
	if (got <= 0)
		return ct_fail(e, CT_BROKEN, "an upload cannot be read again: %s",
			       got ? strerror(errno) : "it is shorter than it was");
	return got;
}

static bool shown(uint32_t point)
{
	return point >= 0x20 && !(point >= 0x7F && point < 0xA0) &&
	       !(point >= 0x2028 && point <= 0x202E) && !(point >= 0x2066 && point <= 0x2069) &&
	       point != 0x200E && point != 0x200F;
}

static char *without_hidden(void *mem, const char *name)
{
	size_t left = strlen(name), n;
	char *text = talloc_array(mem, char, left + 1), *out = text;
	uint32_t point;

	if (!text)
		abort();
	for (; left && (n = ct_utf8_next(name, left, &point)); name += n, left -= n) {
		if (!shown(point))
			continue;
		memcpy(out, name, n);
		out += n;
	}
	*out = '\0';
	return text;
}

/* Cuts before the extension, so that a long photograph remains a .jpeg. */
static void shorten(char *name)
{
	size_t len = strlen(name), extension, keep;
	const char *dot = strrchr(name, '.');

	if (len <= CT_UPLOAD_NAME_MAX)
		return;
	extension = dot && name + len - dot <= 12 ? (size_t)(name + len - dot) : 0;
	keep = ct_utf8_cut(name, len - extension, CT_UPLOAD_NAME_MAX - extension);
	memmove(name + keep, name + len - extension, extension + 1);
}

char *ct_upload_clean_name(void *mem, const char *name)
{
	const char *base = name + strlen(name);
	char *text, *start, *end;

	while (base > name && base[-1] != '/' && base[-1] != '\\')
		base--;
	text = without_hidden(mem, base);
	start = text + strspn(text, " .");
	end = start + strlen(start);
	while (end > start && (end[-1] == ' ' || end[-1] == '.'))
		end--;
	*end = '\0';
	memmove(text, start, strlen(start) + 1);
	shorten(text);
	if (*text)
		return text;
	talloc_free(text);
	text = talloc_strdup(mem, "file");
	if (!text)
		abort();
	return text;
}
