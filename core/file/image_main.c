/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * comptoir-image: started by workers, not by people.
 *
 *   comptoir-image jpeg|png SIDE SIDE [rgb]
 *
 * Reads a picture from standard input and writes it twice to standard output, each time encoded anew so
 * that no side is longer than SIDE: a line "jpeg WIDTH HEIGHT BYTES" or "png …", then so many bytes. With
 * "rgb" once, as "rgb WIDTH HEIGHT BYTES" and the pixels as they look on white, three bytes each.
 * Before it reads the first byte it gives up everything but reading, writing and memory within a limit,
 * because what it decodes comes from anybody. Ends with 0, with 3 for too many pixels, else otherwise.
 */
#include <errno.h>
#include <seccomp.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <gdk-pixbuf/gdk-pixbuf.h>

enum { MEGABYTE = 1 << 20, MOST_BYTES = 20 * MEGABYTE, MOST_PIXELS = 64000000, SECONDS = 10, MEMORY = 448 };
enum { TOO_MANY_PIXELS = 3 };

#if defined(__SANITIZE_ADDRESS__)
#define SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SANITIZED 1
#endif
#endif

static _Noreturn void give_up(const char *what)
{
	fprintf(stderr, "comptoir-image: %s\n", what);
	_exit(1);
}

static void limit(int which, rlim_t most)
{
	const struct rlimit both = { most, most };

	if (setrlimit(which, &both))
		give_up("setrlimit");
}

/* The sanitizer reserves terabytes of addresses and asks the kernel for more than the filter allows. */
#ifdef SANITIZED
static void limit_memory(void)
{
}

static void confine(void)
{
}
#else
static void limit_memory(void)
{
	limit(RLIMIT_AS, (rlim_t)MEMORY * MEGABYTE);
}

static void confine(void)
{
	static const int allowed[] = {
		SCMP_SYS(read), SCMP_SYS(write), SCMP_SYS(exit), SCMP_SYS(exit_group), SCMP_SYS(brk),
		SCMP_SYS(mmap), SCMP_SYS(munmap), SCMP_SYS(mremap), SCMP_SYS(mprotect), SCMP_SYS(madvise),
		SCMP_SYS(futex), SCMP_SYS(rt_sigreturn), SCMP_SYS(rt_sigprocmask), SCMP_SYS(clock_gettime),
		SCMP_SYS(getrandom), SCMP_SYS(sched_yield),
	};
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_KILL_PROCESS);

	if (!filter)
		give_up("seccomp");
	for (size_t i = 0; i < sizeof(allowed) / sizeof(allowed[0]); i++)
		if (seccomp_rule_add(filter, SCMP_ACT_ALLOW, allowed[i], 0))
			give_up("seccomp");
	if (seccomp_load(filter))
		give_up("seccomp");
	seccomp_release(filter);
}
#endif

static void limit_all(void)
{
	limit_memory();
	limit(RLIMIT_CPU, SECONDS);
	limit(RLIMIT_CORE, 0);
	limit(RLIMIT_FSIZE, 0);
	limit(RLIMIT_NOFILE, 3);
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) || prctl(PR_SET_DUMPABLE, 0, 0, 0, 0))
		give_up("prctl");
}

static guchar *read_all(size_t *len_r)
{
	guchar *bytes = malloc(MOST_BYTES);
	size_t len = 0;
	ssize_t got = 1;

	while (bytes && got > 0 && len < MOST_BYTES) {
		got = read(STDIN_FILENO, bytes + len, MOST_BYTES - len);
		len += got > 0 ? (size_t)got : 0;
	}
	if (!bytes || got < 0 || !len)
		give_up("nothing to read");
	*len_r = len;
	return bytes;
}

/* `width` and `height` so that neither is above `side`, and neither is 0. */
static void fit(int side, int *width, int *height)
{
	int longest = *width > *height ? *width : *height;

	if (longest <= side)
		return;
	*width = (int)(((int64_t)*width * side + longest / 2) / longest);
	*height = (int)(((int64_t)*height * side + longest / 2) / longest);
	*width = *width ? *width : 1;
	*height = *height ? *height : 1;
}

/* Called when the size is known and nothing is decoded yet. JPEG is then decoded at a fraction of it. */
static void prepare(GdkPixbufLoader *loader, int width, int height, void *side)
{
	if (width < 1 || height < 1 || (int64_t)width * height > MOST_PIXELS)
		_exit(TOO_MANY_PIXELS);
	fit(*(int *)side, &width, &height);
	gdk_pixbuf_loader_set_size(loader, width, height);
}

/* Where the pixels of a JPEG begin, behind the segments that may hold a small JPEG of their own. */
static size_t first_scan(const guchar *bytes, size_t len)
{
	size_t at = 2;

	while (at + 4 <= len && bytes[at] == 0xFF && bytes[at + 1] != 0xDA)
		at += 2 + ((size_t)bytes[at + 2] << 8 | bytes[at + 3]);
	return at < len ? at : len;
}

/*
 * The loaders draw a picture that was cut off as far as it goes; one that ends in grey is not what somebody
 * meant to send. What phones append behind the end does no harm.
 */
static bool is_whole(const char *kind, const guchar *bytes, size_t len)
{
	size_t at = strcmp(kind, "jpeg") ? 0 : first_scan(bytes, len);

	if (at)
		return memmem(bytes + at, len - at, "\xFF\xD9", 2);
	return memmem(bytes, len, "IEND\xAE\x42\x60\x82", 8);
}

static GdkPixbuf *decode(GdkPixbufLoader *loader, const char *kind)
{
	GdkPixbuf *upright;
	size_t len;
	guchar *bytes = read_all(&len);

	if (!is_whole(kind, bytes, len) || !gdk_pixbuf_loader_write(loader, bytes, len, NULL) ||
	    !gdk_pixbuf_loader_close(loader, NULL) || !gdk_pixbuf_loader_get_pixbuf(loader))
		give_up("no picture");
	free(bytes);
	upright = gdk_pixbuf_apply_embedded_orientation(gdk_pixbuf_loader_get_pixbuf(loader));
	if (!upright)
		give_up("memory");
	return upright;
}

static bool is_opaque(const GdkPixbuf *picture)
{
	const guchar *pixels = gdk_pixbuf_read_pixels(picture);
	int width = gdk_pixbuf_get_width(picture), height = gdk_pixbuf_get_height(picture);

	if (!gdk_pixbuf_get_has_alpha(picture))
		return true;
	for (int y = 0; y < height; y++)
		for (int x = 0; x < width; x++)
			if (pixels[(size_t)y * (size_t)gdk_pixbuf_get_rowstride(picture) + 4 * (size_t)x + 3] != 255)
				return false;
	return true;
}

static void put(const char *bytes, size_t len)
{
	while (len) {
		ssize_t done = write(STDOUT_FILENO, bytes, len);

		if (done <= 0)
			give_up("write");
		bytes += done;
		len -= (size_t)done;
	}
}

/* Drawings with few colours are smaller, and sharper, as PNG; what can be seen through cannot be JPEG. */
static void encode(GdkPixbuf *picture, bool drawn)
{
	bool opaque = is_opaque(picture), png = !opaque;
	char *as_png = NULL, *as_jpeg = NULL, head[64];
	gsize png_len = 0, jpeg_len = 0;

	if ((!opaque || drawn) && !gdk_pixbuf_save_to_buffer(picture, &as_png, &png_len, "png", NULL, NULL))
		give_up("png");
	if (opaque && !gdk_pixbuf_save_to_buffer(picture, &as_jpeg, &jpeg_len, "jpeg", NULL, "quality", "85", NULL))
		give_up("jpeg");
	if (opaque && drawn)
		png = png_len <= jpeg_len;
	snprintf(head, sizeof(head), "%s %d %d %zu\n", png ? "png" : "jpeg", gdk_pixbuf_get_width(picture),
		 gdk_pixbuf_get_height(picture), png ? png_len : jpeg_len);
	put(head, strlen(head));
	put(png ? as_png : as_jpeg, png ? png_len : jpeg_len);
	g_free(as_png);
	g_free(as_jpeg);
}

static void put_pixels(const GdkPixbuf *picture)
{
	const guchar *pixels = gdk_pixbuf_read_pixels(picture), *from;
	size_t width = (size_t)gdk_pixbuf_get_width(picture), height = (size_t)gdk_pixbuf_get_height(picture), at = 0;
	size_t channels = (size_t)gdk_pixbuf_get_n_channels(picture),
	       stride = (size_t)gdk_pixbuf_get_rowstride(picture);
	char *rgb = malloc(3 * width * height), head[64];

	if (!rgb)
		give_up("memory");
	for (size_t y = 0; y < height; y++)
		for (size_t x = 0; x < width; x++) {
			unsigned alpha;

			from = pixels + y * stride + x * channels;
			alpha = channels == 4 ? from[3] : 255;
			for (size_t c = 0; c < 3; c++)
				rgb[at++] = (char)((from[c] * alpha + 255 * (255 - alpha) + 127) / 255);
		}
	snprintf(head, sizeof(head), "rgb %zu %zu %zu\n", width, height, at);
	put(head, strlen(head));
	put(rgb, at);
	free(rgb);
}

static GdkPixbuf *smaller(GdkPixbuf *picture, int side)
{
	int width = gdk_pixbuf_get_width(picture), height = gdk_pixbuf_get_height(picture);
	GdkPixbuf *small;

	fit(side, &width, &height);
	small = gdk_pixbuf_scale_simple(picture, width, height, GDK_INTERP_BILINEAR);
	if (!small)
		give_up("memory");
	return small;
}

int main(int argc, char *argv[])
{
	GdkPixbufLoader *loader;
	GdkPixbuf *picture;
	int sides[2];
	bool drawn;

	if (argc < 4 || argc > 5 || (argc == 5 && strcmp(argv[4], "rgb")) || (strcmp(argv[1], "jpeg") && strcmp(argv[1], "png")))
		give_up("is started by comptoir.fcgi");
	drawn = !strcmp(argv[1], "png");
	for (int i = 0; i < 2; i++)
		sides[i] = atoi(argv[2 + i]);
	signal(SIGPIPE, SIG_DFL);
	close_range(3, ~0u, 0);
	loader = gdk_pixbuf_loader_new_with_type(argv[1], NULL);
	if (!loader || sides[0] < 1 || sides[1] < 1)
		give_up("no loader");
	g_signal_connect(loader, "size-prepared", G_CALLBACK(prepare), &sides[0]);
	limit_all();
	confine();
	picture = decode(loader, argv[1]);
	if (argc == 5) {
		put_pixels(smaller(picture, sides[1]));
		_exit(0);
	}
	encode(picture, drawn);
	encode(smaller(picture, sides[1]), drawn);
	_exit(0);	/* all is written, and nothing of the libraries' needs to end in order */
}
