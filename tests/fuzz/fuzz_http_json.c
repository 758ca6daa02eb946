/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Any bytes as a JSON body. What is accepted can be written and read again, is no deeper than
 * allowed, and its members make parameters that are text.
 */
#include "fuzz_http.h"

#include "http/json_body.h"

static const struct ct_limits limits = { 100, 5000, 0, 50000 };

static size_t depth(json_t *value)
{
	size_t deepest = 0, below, i;
	const char *key;
	json_t *item;

	json_array_foreach(value, i, item) {
		below = depth(item);
		deepest = below > deepest ? below : deepest;
	}
	json_object_foreach(value, key, item) {
		below = depth(item);
		deepest = below > deepest ? below : deepest;
	}
	return deepest + (json_is_array(value) || json_is_object(value));
}

static void check_object(void *mem, json_t *object)
{
	char *text = json_dumps(object, JSON_COMPACT);
	const struct ct_limits wide = { 100, 5000, 0, 1 << 20 };
	struct ct_params *params;
	struct ct_error e;
	json_t *again;
	int rc;

	MUST(text && depth(object) <= CT_JSON_DEPTH);
	MUST(!ct_json_parse(text, strlen(text), &wide, &again, &e));
	MUST(json_equal(object, again));
	json_decref(again);
	free(text);
	rc = ct_json_params(mem, object, &limits, &params, &e);
	if (rc)
		check_refusal(rc, &e);
	else
		check_params(params);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	void *mem = talloc_new(NULL);
	json_t *object = NULL;
	struct ct_error e;
	int rc = ct_json_parse((const char *)data, size, &limits, &object, &e);

	if (rc) {
		check_refusal(rc, &e);
		MUST(!object);
	} else {
		MUST(json_is_object(object));
		check_object(mem, object);
		json_decref(object);
	}
	talloc_free(mem);
	return 0;
}
