/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What comptoirctl asks of jobs and mail. */
#include <talloc.h>

#include <comptoir/query.h>
#include <comptoir/view.h>

#include "base/random.h"
#include "config/settings.h"
#include "job/job.h"
#include "job/mail.h"
#include "job/transport.h"
#include "route/state.h"

int ct_jobs_print(struct ct_core *core, FILE *out, struct ct_error *e)
{
	struct ct_request *r = ct_request_new(NULL, core, &ct_plugin_job);
	struct ct_result *row;
	int rc = ct_query(r, "jobs", CT_NO_ARGS, &row, e);

	if (!rc)
		fputs("job\tstate\tlast start (UTC)\tseconds\tnext (UTC)\truns\tfailures\tlast error\n", out);
	while (!rc && ct_next(row)) {
		const char *name = ct_col_text(row, "name"), *error = ct_col_text(row, "last_error");
		char start[CT_TIME_TEXT] = "-", next[CT_TIME_TEXT];

		if (!ct_col_null(row, "last_start_utc"))
			ct_utc_text(start, ct_col_utc(row, "last_start_utc"));
		ct_utc_text(next, ct_col_utc(row, "next_utc"));
		fprintf(out, "%s\t%s\t%s\t%lld\t%s\t%lld\t%lld\t%s\n", name,
			ct_col_int(row, "running") ? "running"
			: ct_job_find(core, name)  ? "waiting"
						   : "not loaded",
			start, (long long)ct_col_int(row, "took"), next,
			(long long)ct_col_int(row, "runs"), (long long)ct_col_int(row, "failures"),
			error ? error : "-");
	}
	talloc_free(r);
	return rc;
}

static const char *verdict(enum ct_sent sent)
{
	switch (sent) {
	case CT_SENT:
		return "The mail was accepted.";
	case CT_SENT_LATER:
		return "The mail was not accepted, but may be later: in earnest it would be tried again.";
	case CT_SENT_NEVER:
		return "The mail was refused for good: in earnest it would stand among the undelivered ones.";
	case CT_SENT_NOT_NOW:
		return "No mail can leave at the moment: look at [mail] and at the mail server. In earnest all mails would wait.";
	}
	return "";
}

int ct_mail_test(struct ct_core *core, const char *address, FILE *out, struct ct_error *e)
{
	struct ct_request *r = ct_request_new(NULL, core, &ct_plugin_job);
	json_t *payload = ct_own_json(r, json_object());
	struct ct_transport *transport;
	struct ct_envelope letter;
	enum ct_sent sent;
	int rc;

	ct_put_text(payload, "to", address);
	ct_put_text(payload, "subject", _("A mail to try things out"));
	ct_put_text(ct_put_object(payload, "view"), "url", core->url);
	rc = ct_mail_make(r, ct_new_uid(r), "core/mail-test.txt", payload, &letter, e);
	if (!rc) {
		transport = ct_transport_open(r, core, -1);
		sent = ct_transport_send(transport, &letter, e);
		fprintf(out, "from     %s\nto       %s\nby       %s\nanswer   %s\n%s\n", letter.from, letter.to,
			ct_settings_text(core->settings, "mail.transport"), ct_transport_said(transport),
			verdict(sent));
		rc = sent == CT_SENT ? 0 : e->rc;
	}
	talloc_free(r);
	return rc;
}
