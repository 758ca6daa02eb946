/* SPDX-License-Identifier: GPL-3.0-or-later */
/* People as plugins ask for them: who has a permission somewhere, and a contact that is named exactly. */
#include <string.h>
#include <talloc.h>

#include "people/people.h"
#include "route/access.h"
#include "route/state.h"

int ct_holders(struct ct_request *r, int64_t org, const char *permission, struct ct_result **rows_r, struct ct_error *e)
{
	int rc;

	CT_AS(r, &ct_plugin_people,
	      rc = ct_query(r, "holders", CT_ARGS(CT_NUM(org), CT_STR(ct_access_roles(r, permission))), rows_r, e));
	return rc;
}

static const char *without_blanks(struct ct_request *r, const char *text)
{
	char *copy = talloc_strdup(r, text), *to = copy;

	for (; *text; text++)
		if (*text != ' ')
			*to++ = *text;
	*to = '\0';
	return copy;
}

int ct_contact_exact(struct ct_request *r, int64_t org, const char *text, int64_t *party_r, struct ct_error *e)
{
	const char *named = without_blanks(r, text);
	struct ct_result *row;
	int rc;

	CT_AS(r, &ct_plugin_people,
	      rc = ct_query(r, "contact_exact", CT_ARGS(CT_NUM(org), CT_STR(named), CT_STR(named)), &row, e));
	if (!rc)
		*party_r = ct_result_rows(row) == 1 && ct_next(row) ? ct_col_int(row, "id") : 0;
	return rc;
}
