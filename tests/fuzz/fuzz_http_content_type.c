/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Any text as a Content-Type, and any bytes as the header block of a part. What is understood of
 * a Content-Type is understood the same when it is written down again.
 */
#include "fuzz_http.h"

#include "http/content_type.h"
#include "http/part.h"

static void check_again(void *mem, const struct ct_content_type *type)
{
	char *text = talloc_strdup(mem, type->type);
	struct ct_content_type again;
	struct ct_error e;

	if (type->boundary)
		text = talloc_asprintf_append(text, ";boundary=\"%s\"", type->boundary);
	MUST(!ct_content_type_parse(mem, text, &again, &e));
	MUST(!strcmp(again.type, type->type) && !again.boundary == !type->boundary);
	MUST(!type->boundary || !strcmp(again.boundary, type->boundary));
}

static void check_type(void *mem, const char *header)
{
	struct ct_content_type type;
	struct ct_error e;
	int rc = ct_content_type_parse(mem, header, &type, &e);

	if (rc) {
		check_refusal(rc, &e);
		return;
	}
	MUST(!type.boundary || (*type.boundary && strlen(type.boundary) <= 70));
	MUST(!strncmp(type.type, "multipart/", 10) == (type.boundary != NULL));
	check_again(mem, &type);
}

static void check_part(void *mem, const uint8_t *data, size_t size)
{
	struct ct_part part;
	struct ct_error e;
	int rc = ct_part_parse(mem, (const char *)data, size, &part, &e);

	if (rc) {
		check_refusal(rc, &e);
		return;
	}
	MUST(*part.name && ct_utf8_check(part.name, strlen(part.name)) &&
	     !strpbrk(part.name, "\r\n"));
	MUST(part.file == (part.filename != NULL) && part.file == (part.type != NULL));
	MUST(!part.unnamed || part.file);
	MUST(!part.file || (*part.filename && strchr(part.type, '/')));
	MUST(!part.file || ct_utf8_check(part.filename, strlen(part.filename)));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	void *mem = talloc_new(NULL);
	char *header = as_text(data, size);

	check_type(mem, header);
	check_part(mem, data, size);
	free(header);
	talloc_free(mem);
	return 0;
}
