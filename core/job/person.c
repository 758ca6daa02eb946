/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The mails that a person was sent, when she is merged, asks what is kept, or leaves (comptoir/people.h). */
#include "job/pages.h"
#include "route/state.h"

int ct_mails_merged(struct ct_request *r, const struct ct_party_merge *merge, struct ct_error *e)
{
	return ct_exec(r, "mails_of_merged", CT_ARGS(CT_NUM(merge->into), CT_NUM(merge->from)), e);
}

int ct_mails_exported(struct ct_request *r, const struct ct_party_export *export, struct ct_error *e)
{
	json_t *list = ct_put_array(export->data, "mails");
	struct ct_result *row;
	int rc = ct_query(r, "mails_of", CT_ARGS(CT_NUM(export->party)), &row, e);

	while (!rc && ct_next(row)) {
		json_t *o = ct_add_object(list);

		ct_put_text(o, "to", ct_col_text(row, "recipient"));
		ct_put_text(o, "subject", ct_col_text(row, "subject"));
		ct_job_put_moment(r, o, "sent", ct_col_utc(row, "sent_utc"));
	}
	return rc;
}

/* What is still to be sent to her (that she left, above all) is sent and forgotten in its time. */
int ct_mails_forgotten(struct ct_request *r, const struct ct_party_forget *forget, struct ct_error *e)
{
	return ct_exec(r, "mails_forget", CT_ARGS(CT_NUM(forget->party)), e);
}
