/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Any text as each of the conditional headers and as Range; the first two bytes are the size of
 * the thing. A range that is served lies within it, and what is listed stays listed behind
 * another tag.
 */
#include "fuzz_http.h"

#include "http/conditional.h"

static void check_range(const char *header, uint64_t size)
{
	struct ct_range range = { UINT64_MAX, 0 };

	if (ct_range_parse(header, size, &range) == CT_RANGE_PART)
		MUST(range.first <= range.last && range.last < size);
	else
		MUST(range.first == UINT64_MAX && range.last == 0);
}

static void check_list(const char *list)
{
	static const char etag[] = "\"a\"", before[] = "\"x\", ";
	char *longer = malloc(strlen(list) + sizeof(before));
	bool listed = ct_etag_listed(list, etag);

	MUST(longer);
	strcpy(longer, before);
	strcat(longer, list);
	MUST(!ct_etag_listed(list, NULL));
	/* "*" is one only where it stands alone */
	if (!strchr(list, '*'))
		MUST(ct_etag_listed(longer, etag) == listed);
	free(longer);
}

static void check_decisions(const char *text)
{
	const struct ct_utc now = { 1795784400 };
	const struct ct_validators is = { "\"a\"", { 1795698000 } }, nothing = { NULL, CT_NO_UTC };
	const struct ct_conditions all[] = {
		{ .if_match = text }, { .if_none_match = text }, { .if_modified_since = text },
		{ .if_unmodified_since = text }, { .if_range = text },
		{ .if_match = text, .if_none_match = text, .if_modified_since = text },
	};

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		MUST(ct_preconditions(&all[i], &is, false, now) != CT_NOT_MODIFIED);
		MUST(ct_preconditions(&all[i], &nothing, true, now) != CT_NOT_MODIFIED);
		(void)ct_range_wanted(&all[i], &is, now);
	}
	MUST(ct_preconditions(&all[2], &is, true, now) != CT_PRECONDITION_FAILED);
	MUST(ct_preconditions(&all[4], &is, true, now) == CT_PROCEED);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text;

	if (size < 2)
		return 0;
	text = as_text(data + 2, size - 2);
	check_range(text, (uint64_t)(data[0] << 8 | data[1]));
	check_range(text, UINT64_MAX);
	check_list(text);
	check_decisions(text);
	free(text);
	return 0;
}
