/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "http/params.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>
#include <comptoir/i18n.h>

#include "base/utf8.h"

struct ct_params *ct_params_new(void *mem)
{
	struct ct_params *params = talloc_zero(mem, struct ct_params);

	if (!params)
		abort();
	return params;
}

int ct_param_name_check(const char *name, size_t len, struct ct_error *e)
{
	size_t plain = 0;

	if (!len)
		return ct_fail(e, CT_BAD, _("The request holds a value without a name."));
	if (len > CT_PARAM_NAME_MAX)
		return ct_fail(e, CT_BAD, _("The request holds a field with too long a name."));
	while (plain < len && (unsigned char)name[plain] >= 0x20 && name[plain] != 0x7F)
		plain++;
	if (plain < len || !ct_utf8_check(name, len))
		return ct_fail(e, CT_BAD, _("The request holds a field whose name is not a text."));
	return 0;
}

static struct ct_param *grow(struct ct_params *params)
{
	size_t capacity = params->list ? talloc_array_length(params->list) : 0;

	if (params->n == capacity) {
		params->list = talloc_realloc(params, params->list, struct ct_param,
					      capacity ? 2 * capacity : 8);
		if (!params->list)
			abort();
	}
	return &params->list[params->n++];
}

static char *with_line_feeds(void *mem, const char *value, size_t len, size_t *len_r)
{
	char *text = talloc_array(mem, char, len + 1), *out = text;

	if (!text)
		abort();
	for (size_t i = 0; i < len; i++) {
		if (value[i] == '\r' && i + 1 < len && value[i + 1] == '\n')
			continue;
		*out++ = value[i];
		if (value[i] == '\r')
			out[-1] = '\n';
	}
	*out = '\0';
	*len_r = (size_t)(out - text);
	return text;
}

int ct_params_add(struct ct_params *params, const char *name, size_t name_len, const char *value,
		  size_t value_len, struct ct_error *e)
{
	struct ct_param *param;
	int rc = ct_param_name_check(name, name_len, e);

	if (rc)
		return rc;
	if (!ct_utf8_check(value, value_len))
		return ct_fail(e, CT_BAD, _("The field \"%.*s\" is not a text in UTF-8."),
			       (int)name_len, name);
	param = grow(params);
	param->name = talloc_strndup(params, name, name_len);
	if (!param->name)
		abort();
	param->value = with_line_feeds(params, value, value_len, &param->len);
	return 0;
}

const char *ct_param_nth(const struct ct_params *params, const char *name, size_t nth)
{
	for (size_t i = 0; params && i < params->n; i++)
		if (!strcmp(params->list[i].name, name) && !nth--)
			return params->list[i].value;
	return NULL;
}

const char *ct_param(const struct ct_params *params, const char *name)
{
	return ct_param_nth(params, name, 0);
}

size_t ct_param_count(const struct ct_params *params, const char *name)
{
	size_t n = 0;

	for (size_t i = 0; params && i < params->n; i++)
		n += !strcmp(params->list[i].name, name);
	return n;
}
