/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The worker's side of comptoir-image: one socket both ways, and a deadline. */
#include "file/image.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <talloc.h>
#include <time.h>
#include <unistd.h>

#include <comptoir/buf.h>
#include <comptoir/file.h>

#include "base/log.h"
#include "route/state.h"
#include "server/spawn.h"

enum { DEADLINE_MS = 15000, PIECE = 65536, TOO_MANY_PIXELS = 3 };

struct helper {
	pid_t pid;
	int fd;				/* both ways */
	const struct ct_upload *source;
	size_t sent;
	bool sending;
	char piece[PIECE];		/* read from the source, not yet taken */
	size_t piece_at, piece_len;
	struct ct_buf *out;
	int64_t until;
};

static int64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static int left_ms(const struct helper *h)
{
	int64_t left = h->until - now_ms();

	return left > 0 ? (int)left : 0;
}

/* `as`: "rgb", or NULL. */
static int start(struct ct_request *r, struct helper *h, const char *kind, const unsigned sides[2], const char *as,
		 struct ct_error *e)
{
	const char *program = talloc_asprintf(r, "%s/comptoir-image", ct_setting_text(r, "paths.helpers"));
	const char *words[] = { "comptoir-image", kind, talloc_asprintf(r, "%u", sides[0]),
				talloc_asprintf(r, "%u", sides[1]), as };
	char *argv[6] = { NULL }, *nothing[] = { NULL };
	int ends[2], rc;

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]) && words[i]; i++)
		argv[i] = talloc_strdup(r, words[i]);
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends))
		return ct_fail(e, CT_BROKEN, "socketpair: %s", strerror(errno));
	rc = ct_spawn(program, argv, nothing, (const struct ct_fd_map[]){ { ends[1], 0 }, { ends[1], 1 } }, 2,
		      &h->pid, e);
	close(ends[1]);
	if (rc) {
		close(ends[0]);
		ct_log(CT_LOG_ERROR, "image", "request", r->id, "why", e->text, NULL);
		return ct_fail(e, CT_BUSY, "%s", _("Pictures cannot be taken just now. Please try again later."));
	}
	h->fd = ends[0];
	return 0;
}

/* As much as the socket takes without waiting. A helper that closed it has made up its mind: no error. */
static int feed(struct helper *h, struct ct_error *e)
{
	ssize_t n;

	if (h->piece_at == h->piece_len) {
		n = ct_upload_read(h->source, h->sent, h->piece, sizeof(h->piece), e);
		if (n < 0)
			return (int)n;
		h->piece_at = 0;
		h->piece_len = (size_t)n;
		h->sent += (size_t)n;
	}
	if (h->piece_len) {
		n = send(h->fd, h->piece + h->piece_at, h->piece_len - h->piece_at, MSG_DONTWAIT | MSG_NOSIGNAL);
		if (n >= 0)
			h->piece_at += (size_t)n;
		else if (errno != EAGAIN && errno != EINTR)
			h->sending = false;
		return 0;
	}
	shutdown(h->fd, SHUT_WR);
	h->sending = false;
	return 0;
}

/* Whether there may be more. What is more than a file may hold is no picture of ours. */
static bool drain(struct helper *h)
{
	char bytes[PIECE];
	ssize_t n = recv(h->fd, bytes, sizeof(bytes), MSG_DONTWAIT);

	if (n < 0)
		return errno == EAGAIN || errno == EINTR;
	ct_buf_add(h->out, bytes, (size_t)n);
	return n > 0 && !ct_buf_full(h->out);
}

static int converse(struct helper *h, struct ct_error *e)
{
	struct pollfd end = { .fd = h->fd };
	bool open = true;
	int rc = 0;

	while (open && !rc && left_ms(h)) {
		end.events = (short)(POLLIN | (h->sending ? POLLOUT : 0));
		if (poll(&end, 1, left_ms(h)) <= 0)
			continue;
		if (end.revents & (POLLIN | POLLHUP | POLLERR))
			open = drain(h);
		if (open && h->sending && (end.revents & POLLOUT))
			rc = feed(h, e);
	}
	return rc;
}

/* How it ended; what has not ended by the deadline is ended. */
static int finish(struct helper *h)
{
	int fd = pidfd_open(h->pid, 0), status = 0;
	struct pollfd end = { .fd = fd, .events = POLLIN };

	close(h->fd);
	if (fd < 0 || poll(&end, 1, left_ms(h)) <= 0)
		kill(h->pid, SIGKILL);
	if (fd >= 0)
		close(fd);
	while (waitpid(h->pid, &status, 0) < 0 && errno == EINTR)
		continue;
	return status;
}

static int unreadable(struct ct_error *e)
{
	return ct_fail(e, CT_INVALID, "%s", _("This picture cannot be read. Please send it as JPEG or PNG."));
}

static int refused(int status, struct ct_error *e)
{
	if (WIFEXITED(status) && WEXITSTATUS(status) == TOO_MANY_PIXELS)
		return ct_fail(e, CT_INVALID, _("This picture is too large: it may have %d million pixels at most."),
			       CT_IMAGE_MEGAPIXELS);
	return unreadable(e);
}

/* One "jpeg WIDTH HEIGHT BYTES\n" and its bytes; false where it is not exactly that. */
static bool take_head(const char **at, const char *end, unsigned side, char kind[8], struct ct_image *image)
{
	const char *line = memchr(*at, '\n', (size_t)(end - *at));
	char head[64];
	size_t size;

	if (!line || line - *at >= (ptrdiff_t)sizeof(head))
		return false;
	memcpy(head, *at, (size_t)(line - *at));
	head[line - *at] = '\0';
	if (sscanf(head, "%7s %u %u %zu", kind, &image->width, &image->height, &size) != 4 ||
	    size > (size_t)(end - line - 1) || !image->width || !image->height || image->width > side ||
	    image->height > side)
		return false;
	image->bytes = line + 1;
	image->size = size;
	*at = line + 1 + size;
	return true;
}

static bool take(const char **at, const char *end, unsigned side, struct ct_image *image)
{
	char kind[8];

	if (!take_head(at, end, side, kind, image))
		return false;
	image->type = ct_file_type_of(image->bytes, image->size);
	return image->type && image->type->accept == CT_PICTURE;
}

static int run(struct ct_request *r, const struct ct_upload *source, const struct ct_file_type *type,
	       const unsigned sides[2], const char *as, struct ct_buf **out_r, struct ct_error *e)
{
	struct helper *h = talloc_zero(r, struct helper);
	int rc, status;

	*h = (struct helper){ .source = source, .sending = true, .until = now_ms() + DEADLINE_MS,
			      .out = ct_buf_new(r, CT_FILE_BYTES) };
	rc = start(r, h, strcmp(type->extension, ".png") ? "jpeg" : "png", sides, as, e);
	if (rc)
		return rc;
	rc = converse(h, e);
	status = finish(h);
	if (rc || status)
		return rc ? rc : refused(status, e);
	*out_r = h->out;
	return 0;
}

int ct_image_make(struct ct_request *r, const struct ct_upload *source, const struct ct_file_type *type,
		  const unsigned sides[2], struct ct_image images_r[2], struct ct_error *e)
{
	struct ct_buf *out;
	const char *at, *end;
	int rc = run(r, source, type, sides, NULL, &out, e);

	if (rc)
		return rc;
	at = ct_buf_data(out);
	end = at + ct_buf_len(out);
	for (size_t i = 0; i < 2; i++)
		if (!take(&at, end, sides[i], &images_r[i]))
			return unreadable(e);
	return at == end ? 0 : unreadable(e);
}

int ct_file_pixels(struct ct_request *r, int64_t id, unsigned side, struct ct_pixels *pixels_r, struct ct_error *e)
{
	const unsigned sides[2] = { side, side };
	struct ct_upload source = { .fd = -1 };
	struct ct_image image;
	struct ct_file file;
	struct ct_buf *out;
	const char *at, *end;
	const void *bytes;
	char kind[8];
	int rc = ct_file_get(r, id, &file, e);

	if (rc || (rc = ct_file_read(r, &file, &bytes, e)))
		return rc;
	source.data = bytes;
	source.size = (size_t)file.size;
	if (!file.width || (rc = run(r, &source, ct_file_type_named(file.type), sides, "rgb", &out, e)))
		return rc ? rc : unreadable(e);
	at = ct_buf_data(out);
	end = at + ct_buf_len(out);
	if (!take_head(&at, end, side, kind, &image) || at != end ||
	    image.size != (size_t)3 * image.width * image.height)
		return unreadable(e);
	*pixels_r = (struct ct_pixels){ image.bytes, image.width, image.height };
	return 0;
}
