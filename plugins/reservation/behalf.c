/* SPDX-License-Identifier: GPL-3.0-or-later */
/* On whose behalf somebody books: herself, an organisation whose money she may commit, or one that is a name yet. */
#include "desk.h"

#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include <comptoir/search.h>

static void put_payer(struct ct_request *r, json_t *list, int64_t party, const char *label)
{
	const char *value = party ? talloc_asprintf(r, "%lld", (long long)party) : "", *typed = ct_in_typed(r, "payer");
	json_t *o = ct_add_object(list);

	ct_put_text(o, "value", value);
	ct_put_text(o, "label", label);
	ct_put_bool(o, "selected", !strcmp(typed ? typed : "", value));
}

/* Those that she has a role in, less those whose money she may not commit. */
static int put_payers(struct ct_request *r, json_t *list, struct ct_error *e)
{
	struct ct_result *row;
	int rc = ct_query(r, "names_of_parties", CT_ARGS(CT_STR(ct_orgs_with(r, "org.work"))), &row, e);

	while (!rc && ct_next(row))
		if (ct_engages(r, ct_col_int(row, "id")))
			put_payer(r, list, ct_col_int(row, "id"), ct_col_text(row, "name"));
	return rc;
}

int put_behalf(struct ct_request *r, const struct room *room, struct ct_error *e)
{
	static const char *const names[] = { "payer_text", "order_ref", NULL };
	static const char *const none[] = { NULL };
	json_t *list = ct_put_array(r->view, "payers_ui");
	bool manager = r->person && ct_may(r, MAY_MANAGE, room->org);
	bool asked = !manager && !*together_tail(r); /* what is booked together is paid by one, who is known */
	int rc = 0;

	put_payer(r, list, 0, _("myself"));
	if (r->person && asked)
		rc = put_payers(r, list, e);
	ct_put_bool(r->view, "has_payers_ui", json_array_size(list) > 1);
	ct_put_bool(r->view, "can_behalf_ui", asked);
	put_fields_of(r, "behalf_fields_ui", reservation_book_fields, asked ? names : none, none, NULL, NULL);
	return rc;
}

int put_project(struct ct_request *r, json_t *controls, const struct ct_field *table, struct ct_error *e)
{
	json_t *control = control_named(controls, "project");
	int rc;

	if (!control)
		return 0;
	while (strcmp(table->name, "project") != 0)
		table++;
	if ((rc = ct_put_choices(r, table, control, e)))
		return rc;
	for (size_t i = 0; i < json_array_size(controls); i++)
		if (json_array_get(controls, i) == control && json_array_size(json_object_get(control, "options")) <= 1) {
			json_array_remove(controls, i);
			break;
		}
	return 0;
}
