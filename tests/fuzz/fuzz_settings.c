/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Any text as a configuration file: refused with a line that it has, or each value of its type. */
#include "fuzz_http.h"

#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#include "config/settings.h"

static const struct ct_choice colours[] = { { "red", "red" }, { "blue", "blue" }, { 0 } };
static const struct ct_setting table[] = { { "a", CT_TEXT, "x", "Text", true, NULL },
					   { "n", CT_INT, "4", "Number", true, NULL },
					   { "u", CT_URL, NULL, "Address", false, NULL },
					   { "c", CT_CHOICE, "red", "Colour", false, colours },
					   { 0 } };

static void check(struct ct_settings *s)
{
	const char *colour = ct_settings_text(s, "s.c"), *url = ct_settings_text(s, "s.u");

	MUST(*ct_settings_text(s, "s.a"));
	MUST(!colour || !strcmp(colour, "red") || !strcmp(colour, "blue"));
	MUST(!url || !strncmp(url, "http", 4));
	(void)ct_settings_int(s, "s.n");
}

/* The line of the refusal is one of the file's, or none. */
static void check_line(const char *path, const struct ct_error *e, const uint8_t *data, size_t size)
{
	int lines = 1, line;

	for (size_t i = 0; i < size; i++)
		lines += data[i] == '\n';
	MUST(e->rc == CT_BROKEN && !strncmp(e->text, path, strlen(path)));
	if (e->text[strlen(path)] == ':' && sscanf(e->text + strlen(path) + 1, "%d:", &line) == 1)
		MUST(line >= 1 && line <= lines);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	void *mem = talloc_new(NULL);
	int fd = memfd_create("settings", 0);
	char *path = talloc_asprintf(mem, "/proc/self/fd/%d", fd);
	struct ct_settings *s;
	struct ct_error e;
	int rc;

	MUST(fd >= 0 && write(fd, data, size) == (ssize_t)size);
	rc = ct_settings_read(mem, path, &s, &e);
	if (!rc) {
		ct_settings_declare(s, "s", table);
		rc = ct_settings_check(s, &e);
	}
	if (rc)
		check_line(path, &e, data, size);
	else
		check(s);
	close(fd);
	talloc_free(mem);
	return 0;
}
