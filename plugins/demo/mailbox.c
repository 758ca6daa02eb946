/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The pages of the mailbox. */
#include "demo.h"

int demo_mails(struct ct_request *r, struct ct_error *e)
{
	json_t *list = ct_put_array(r->view, "mails");
	struct demo_mail *mails;
	size_t n;
	int rc = demo_folder(r, DEMO_LIST, &mails, &n, e);

	if (rc)
		return rc;
	for (size_t i = 0; i < n; i++) {
		json_t *mail = json_object();

		if (demo_put_head(r, mail, mails[i].uid, e)) {
			json_decref(mail); /* gone since, or no mail */
			continue;
		}
		ct_put_text(mail, "link_ui", ct_url(r, "/demo/mails/%s", mails[i].uid));
		ct_add_json(list, mail);
	}
	ct_put_bool(r->view, "empty_ui", json_array_size(list) == 0);
	return 0;
}

int demo_mail(struct ct_request *r, struct ct_error *e)
{
	int rc = demo_put_head(r, r->view, ct_path(r, "uid"), e);

	return rc ? rc : demo_put_body(r, r->view, ct_path(r, "uid"), e);
}

int demo_part(struct ct_request *r, struct ct_error *e)
{
	return demo_send_part(r, ct_path(r, "uid"), ct_path(r, "n"), e);
}
