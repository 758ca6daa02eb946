/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A tax receipt: its page, its paper as it was given, and voiding it. */
#include <string.h>
#include <talloc.h>

#include <comptoir/file.h>

#include "tax.h"

const struct ct_field tax_void_fields[] = {
	{ "reason", N_("Reason"), CT_TEXT, .required = true, .max = 200, .help = N_("“Wrong name”, “the cheque bounced”.") }, { 0 }
};

const struct ct_view_field tax_view[] = {
	{ "id", "id", NULL }, { "uid", "text", NULL }, { "number", "text", NULL }, { "year", "integer", "in which was paid" },
	{ "given_d", "date", NULL }, { "paid_d", "date", NULL }, { "donor", "text", "as printed" }, { "means", "text", NULL },
	{ "amount", "money", NULL }, { "void", "boolean", NULL }, { "void_reason", "text", "or null" },
	{ "stray", "boolean", "its payment was taken back, or is not the same any more" }, { "membership", "id", NULL }, { 0 }
};

static int missing(struct ct_error *e)
{
	return ct_fail(e, CT_MISSING, "%s", _("There is no page at this address."));
}

/* Under the address of its own organisation and no other. */
static int find(struct ct_request *r, struct ct_result **row_r, struct ct_error *e)
{
	const char *org = ct_path(r, "org");
	int rc = ct_one(r, "tax_receipt", CT_ARGS(CT_NUM(r->subject)), row_r, e);

	if (rc || !strcmp(org, ct_col_text(*row_r, "slug")) || !strcmp(org, talloc_asprintf(r, "%lld", (long long)r->org)))
		return rc;
	return missing(e);
}

static void put_crumbs(struct ct_request *r, const struct ct_result *row)
{
	json_t *crumb = ct_add_object(ct_put_array(r->view, "breadcrumbs_ui"));

	ct_put_text(crumb, "label", _("Tax receipts"));
	ct_put_text(crumb, "href", talloc_asprintf(r, "%s?year=%lld", ct_url(r, "/o/%s/tax-receipts", ct_path(r, "org")),
						   (long long)ct_col_int(row, "year")));
}

static void put_void(struct ct_request *r, bool gone)
{
	json_t *o;

	ct_put_null(r->view, "form_ui");
	if (gone)
		return;
	o = ct_put_object(r->view, "form_ui");
	ct_put_text(o, "action", tax_link(r, ct_path(r, "org"), r->subject, "/void"));
	ct_put_controls(r, o, "fields", tax_void_fields, NULL);
}

int tax_put(struct ct_request *r, struct ct_error *e)
{
	struct ct_result *row;
	int64_t membership;
	bool gone;
	int rc = find(r, &row, e);

	if (rc)
		return rc;
	gone = !ct_col_null(row, "void_utc");
	membership = ct_col_int(row, "membership_id");
	ct_put_id(r->view, "id", r->subject);
	ct_put_text(r->view, "uid", ct_col_text(row, "uid"));
	ct_put_text(r->view, "number", ct_col_text(row, "number"));
	ct_put_int(r->view, "year", ct_col_int(row, "year"));
	ct_put_day(r->view, "given", ct_col_day(row, "given_d"), r->lang);
	ct_put_day(r->view, "paid", ct_col_day(row, "paid_d"), r->lang);
	ct_put_text(r->view, "donor", ct_col_text(row, "donor"));
	ct_put_text(r->view, "means", ct_col_text(row, "means"));
	ct_put_text(r->view, "means_ui", means_label(ct_col_text(row, "means")));
	ct_put_money(r->view, "amount", ct_col_int(row, "amount_cents"), ct_col_text(row, "currency"), r->lang);
	ct_put_bool(r->view, "void", gone);
	ct_put_text(r->view, "void_reason", ct_col_text(row, "void_reason"));
	ct_put_bool(r->view, "stray", ct_col_int(row, "stray"));
	ct_put_id(r->view, "membership", membership);
	ct_put_text(r->view, "membership_ui", ct_url(r, "/o/%s/members/%lld", ct_path(r, "org"), (long long)membership));
	ct_put_text(r->view, "pdf_ui", tax_link(r, ct_path(r, "org"), r->subject, ".pdf"));
	put_crumbs(r, row);
	put_void(r, gone);
	return 0;
}

int tax_page(struct ct_request *r, struct ct_error *e)
{
	return tax_put(r, e);
}

/* A void one is our copy of what was given, and nothing that its donor may use. */
int tax_pdf(struct ct_request *r, struct ct_error *e)
{
	struct ct_result *row;
	struct ct_file file;
	const void *bytes = NULL;
	int rc = find(r, &row, e);

	if (rc)
		return rc;
	if (!ct_col_null(row, "void_utc") && !ct_may(r, MAY_PLAN, r->org))
		return missing(e);
	if ((rc = ct_file_get(r, ct_col_int(row, "file_id"), &file, e)))
		return rc;
	if (strcmp(file.sha256, ct_col_text(row, "sha256")) != 0)
		return ct_fail(e, CT_BROKEN, "file %lld is not the receipt that was given", (long long)file.id);
	if (ct_unchanged(r, file.sha256, ct_col_utc(row, "created_utc")))
		return 0;
	if ((rc = ct_file_read(r, &file, &bytes, e)))
		return rc;
	ct_header(r, "Content-Disposition", "inline; filename=\"%s.pdf\"", ct_col_text(row, "number"));
	ct_body(r, "application/pdf", bytes, (size_t)file.size);
	return 0;
}

static int take_back(struct ct_request *r, void *arg, struct ct_error *e)
{
	(void)arg;
	return tax_void(r, r->subject, ct_in_text(r, "reason"), e);
}

int tax_void_post(struct ct_request *r, struct ct_error *e)
{
	struct ct_result *row;
	int rc;

	if ((rc = find(r, &row, e)) || (rc = ct_transaction(r, take_back, NULL, e)) || (rc = tax_put(r, e)))
		return rc;
	ct_notice(r, "%s", _("The receipt is void. Ask for the paper back; the payment may get another one."));
	ct_redirect(r, 200, tax_link(r, ct_path(r, "org"), r->subject, NULL));
	return 0;
}
