/* SPDX-License-Identifier: GPL-3.0-or-later */
/* GET /o/{org}/charges: what is not billed yet, by client. Two queries, however much that is. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include <comptoir/csv.h>
#include <comptoir/text.h>

#include "documents.h"
#include "invoicing.h"
#include "owed.h"
#include "project.h"

/* SUMS: rows of open_sums that are added up. */
enum { ROWS = 100, MOST_ROWS = 500, SUMS = 5000 };

const struct ct_field invoicing_charges_fields[] = {
	{ "q", N_("Client, what for, reference"), CT_TEXT, .max = 80 },
	{ "client", N_("Client"), CT_REF, .ref = "invoicing.client" },
	{ "from", N_("First day"), CT_DATE },
	{ "to", N_("Last day"), CT_DATE },
	PROJECT_FIELD,
	{ "after", N_("Rows after this cursor"), CT_TEXT, .max = 80 },
	{ "limit", N_("Rows at once"), CT_INT, .min = 1, .max = MOST_ROWS },
	{ 0 }
};

const struct ct_view_field invoicing_charges_view[] = {
	{ "charges", "array", N_("By client, then by day") },
	{ "charges.id", "id", NULL },
	{ "charges.uid", "text", NULL },
	{ "charges.client", "id", NULL },
	{ "charges.client_name", "text", NULL },
	{ "charges.title", "text", N_("What it is about: a booking, a membership") },
	{ "charges.label", "text", NULL },
	{ "charges.source", "text", N_("The kind of what it is about") },
	{ "charges.source_id", "id", NULL },
	{ "charges.amount", "money", N_("In its basis") },
	{ "charges.amounts", "text", N_("The basis: include_vat, exclude_vat, no_vat") },
	{ "charges.vat_code", "text", NULL },
	{ "charges.from_d", "date", NULL },
	{ "charges.to_d", "date", NULL },
	{ "charges.place", "text", NULL },
	{ "charges.project", "text", NULL },
	{ "charges.order_ref", "text", N_("The buyer’s reference") },
	{ "charges.draft", "boolean", N_("Stands on a draft") },
	{ "charges.credit", "boolean", N_("Takes back what was billed") },
	{ "client", "id", N_("Whose charges alone were asked for, or null") },
	{ "clients", "array", N_("All of the period, whatever the page shows") },
	{ "clients.id", "id", NULL },
	{ "clients.name", "text", NULL },
	{ "clients.total", "money", N_("With VAT, as one document would come to") },
	{ "totals", "array", N_("Of all clients, by currency") },
	{ "totals.total", "money", NULL },
	{ "more", "boolean", N_("There are too many clients to add up: clients and totals are of the first ones") },
	{ "next", "text", N_("Cursor of the next page, or null") },
	{ 0 }
};

/* ---- what was asked for ---- */

/* Where a page ends: what its last row is sorted by, "client.day.source.charge". */
struct cursor {
	long long client, day, source, charge;
};

struct look {
	const char *q, *like, *path;
	int64_t client, project;
	struct ct_day from, to;
	struct cursor after;
	bool goes_on;
	int64_t rows;
};

static struct look read_look(struct ct_request *r)
{
	const char *after = ct_in_text(r, "after");
	struct look k = { .path = ct_url(r, "/o/%s/charges", ct_path(r, "org")),
			  .q = ct_in_text(r, "q"),
			  .client = ct_in_int(r, "client"),
			  .project = ct_in_int(r, "project"),
			  .from = ct_in_day(r, "from"),
			  .to = ct_in_day(r, "to"),
			  .rows = ct_in_set(r, "limit") ? ct_in_int(r, "limit") : ROWS };
	int end = 0;

	if (k.q)
		k.like = ct_like_pattern(r, k.q, strlen(k.q), true);
	k.goes_on = after &&
		    sscanf(after, "%lld.%lld.%lld.%lld%n", &k.after.client, &k.after.day, &k.after.source,
			   &k.after.charge, &end) == 4 &&
		    !after[end];
	return k;
}

static int load_sums(struct ct_request *r, const struct look *k, struct ct_result **row_r, struct ct_error *e)
{
	return ct_query(r, "open_sums",
			CT_ARGS(CT_NUM(r->org), CT_DAY(k->from), CT_DAY(k->from), CT_DAY(k->to), CT_DAY(k->to),
				CT_STR(k->q), CT_STR(k->like), CT_ID(k->project), CT_ID(k->project)),
			row_r, e);
}

static int load_rows(struct ct_request *r, const struct look *k, int64_t rows, struct ct_result **row_r,
		     struct ct_error *e)
{
	int64_t client = k->goes_on ? k->after.client : 0;

	return ct_query(r, "open_charges",
			CT_ARGS(CT_NUM(r->org), CT_DAY(k->from), CT_DAY(k->from), CT_DAY(k->to), CT_DAY(k->to),
				CT_STR(k->q), CT_STR(k->like), CT_ID(k->project), CT_ID(k->project),
				CT_ID(k->client), CT_ID(k->client),
				CT_ID(client), CT_NUM(client), CT_NUM(client),
				CT_DAY(((struct ct_day){ (int32_t)k->after.day })), CT_NUM(k->after.source),
				CT_NUM(k->after.charge), CT_NUM(rows)),
			row_r, e);
}

static void stand_on(struct cursor *at, const struct ct_result *row)
{
	*at = (struct cursor){ ct_col_int(row, "client_id"), ct_col_day(row, "sort_d").n,
			       ct_col_int(row, "source_id"), ct_col_int(row, "id") };
}

/* ---- a row ---- */

static void put_row(struct ct_request *r, json_t *o, const struct ct_result *row)
{
	ct_put_id(o, "id", ct_col_int(row, "id"));
	ct_put_text(o, "uid", ct_col_text(row, "uid"));
	ct_put_id(o, "client", ct_col_int(row, "client_id"));
	ct_put_text(o, "client_name", ct_col_text(row, "name"));
	ct_put_text(o, "title", ct_col_text(row, "title"));
	ct_put_text(o, "label", ct_col_text(row, "label"));
	ct_put_text(o, "source", ct_col_text(row, "source_kind"));
	ct_put_id(o, "source_id", ct_col_int(row, "source_id"));
	ct_put_money(o, "amount", ct_col_int(row, "amount_cents"), ct_col_text(row, "currency"), r->lang);
	ct_put_text(o, "amounts", ct_col_text(row, "amounts"));
	ct_put_text(o, "vat_code", ct_col_text(row, "vat_code"));
	ct_put_day(o, "from", ct_col_day(row, "service_from_d"), r->lang);
	ct_put_day(o, "to", ct_col_day(row, "service_to_d"), r->lang);
	ct_put_text(o, "place", ct_col_text(row, "place"));
	ct_put_text(o, "project", ct_col_text(row, "project"));
	ct_put_text(o, "order_ref", ct_col_text(row, "order_ref"));
	ct_put_bool(o, "draft", !ct_col_null(row, "document_id"));
	ct_put_bool(o, "by_project_ui", ct_col_int(row, "by_project"));
	ct_put_bool(o, "credit", !ct_col_null(row, "reverses_id"));
}

/* Sums have VAT in them; so only amounts without it are marked. */
static const char *basis_text(enum ct_charge_basis basis)
{
	return basis == CT_CHARGE_EXCLUDES_VAT ? _("excl. VAT") : NULL;
}

/* ---- sums ---- */

/* Rows of one client and one currency, which a document of them would add up. */
struct sum {
	int64_t client;
	const char *name, *currency;
	struct charge_rows rows;
	int64_t n, gross;
};

static bool begins(const struct sum *s, size_t n, const struct ct_result *row)
{
	return !n || s[n - 1].client != ct_col_int(row, "id") ||
	       strcmp(s[n - 1].currency, ct_col_text(row, "currency")) != 0;
}

/* Where there are more rows than are read, the last client has others: hers is no sum. */
static size_t read_sums(struct ct_request *r, struct ct_result *row, struct sum **sums_r)
{
	struct sum *sums = talloc_zero_array(r, struct sum, ct_result_rows(row) + 1);
	size_t n = 0;

	while (ct_next(row)) {
		struct charge_rows *rows;

		if (begins(sums, n, row))
			sums[n++] = (struct sum){ .client = ct_col_int(row, "id"),
						  .name = talloc_strdup(r, ct_col_text(row, "name")),
						  .currency = talloc_strdup(r, ct_col_text(row, "currency")) };
		rows = &sums[n - 1].rows;
		rows->row = talloc_realloc(r, rows->row, struct charge_row, rows->n + 1);
		rows->row[rows->n++] = (struct charge_row){
			.amount_cents = ct_col_int(row, "sum_cents"),
			.basis = basis_named(ct_col_text(row, "amounts")),
			.vat_code = talloc_strdup(r, ct_col_text(row, "vat_code")),
		};
		sums[n - 1].n += ct_col_int(row, "rows_n");
		sums[n - 1].gross = rows_gross(rows, 0);
	}
	*sums_r = sums;
	return ct_result_rows(row) > SUMS ? n - 1 : n;
}

/* Of all clients, or of the one that was asked for, by currency. */
static void put_totals(struct ct_request *r, const struct look *k, const struct sum *sums, size_t n)
{
	json_t *list = ct_put_array(r->view, "totals");

	for (size_t i = 0; i < n; i++) {
		int64_t total = 0;
		bool first = true;

		for (size_t j = 0; j < n; j++)
			if (!strcmp(sums[j].currency, sums[i].currency) &&
			    (!k->client || sums[j].client == k->client)) {
				first &= j >= i;
				total += sums[j].gross;
			}
		if (first && (!k->client || sums[i].client == k->client))
			ct_put_money(ct_add_object(list), "total", total, sums[i].currency, r->lang);
	}
}

static void put_clients(struct ct_request *r, const struct look *k, const struct sum *sums, size_t n)
{
	json_t *list = ct_put_array(r->view, "clients");

	ct_put_id(r->view, "client", k->client);
	ct_put_text(r->view, "client_name_ui", _("This client"));

	for (size_t i = 0; i < n; i++) {
		json_t *o = ct_add_object(list);

		ct_put_id(o, "id", sums[i].client);
		ct_put_text(o, "name", sums[i].name);
		ct_put_money(o, "total", sums[i].gross, sums[i].currency, r->lang);
		if (sums[i].client == k->client)
			ct_put_text(r->view, "client_name_ui", sums[i].name);
	}
}

static const char *sum_text(struct ct_request *r, const struct sum *sums, size_t n, int64_t client)
{
	char *text = NULL;

	for (size_t i = 0; i < n; i++)
		if (sums[i].client == client)
			text = talloc_asprintf(r, "%s%s%s", text ? text : "", text ? " + " : "",
					       ct_money_show(r, sums[i].gross, sums[i].currency, r->lang));
	return text;
}

/* ---- the page ---- */

/* The address of this list with what was asked for, to which something may be added. */
static char *here(struct ct_request *r, const struct look *k, const char *path, int64_t client)
{
	char day[CT_TIME_TEXT];
	char *url = talloc_asprintf(r, "%s?limit=%lld", path, (long long)k->rows);

	if (client)
		url = talloc_asprintf_append(url, "&client=%lld", (long long)client);
	if (ct_day_set(k->from))
		url = talloc_asprintf_append(url, "&from=%s", ct_day_text(day, k->from));
	if (ct_day_set(k->to))
		url = talloc_asprintf_append(url, "&to=%s", ct_day_text(day, k->to));
	if (k->project)
		url = talloc_asprintf_append(url, "&project=%lld", (long long)k->project);
	return k->q ? talloc_asprintf_append(url, "%s", ct_url(r, "&q=%s", k->q)) : url;
}

/* A button at each client that makes drafts of what is shown; a search shows less than that. */
static void put_billing(struct ct_request *r, const struct look *k)
{
	char day[CT_TIME_TEXT];
	json_t *o;

	if (k->q || k->project || !ct_may(r, MAY_PREPARE, r->org)) {
		ct_put_null(r->view, "invoice_ui");
		return;
	}
	o = ct_put_object(r->view, "invoice_ui");
	ct_put_text(o, "action", ct_url(r, "/o/%s/invoices", ct_path(r, "org")));
	ct_put_text(o, "from_d", ct_day_set(k->from) ? ct_day_text(day, k->from) : NULL);
	ct_put_text(o, "to_d", ct_day_set(k->to) ? ct_day_text(day, k->to) : NULL);
}

/* The flat list once more, by client; a title stands where another one was before. */
static void put_groups(struct ct_request *r, const struct look *k, const struct sum *sums, size_t n)
{
	json_t *groups = ct_put_array(r->view, "groups_ui"), *group = NULL, *charge;
	const char *client = NULL, *source = NULL;
	size_t i;

	json_array_foreach(json_object_get(r->view, "charges"), i, charge) {
		const char *id = json_string_value(json_object_get(charge, "client")),
			   *of = json_string_value(json_object_get(charge, "source_id"));
		json_t *o;

		if (!client || strcmp(client, id) != 0) {
			group = ct_add_object(groups);
			ct_put_text(group, "id", id);
			ct_put_text(group, "name", json_string_value(json_object_get(charge, "client_name")));
			ct_put_text(group, "link_ui", k->client ? NULL : here(r, k, k->path, atoll(id)));
			ct_put_text(group, "total_ui", sum_text(r, sums, n, atoll(id)));
			ct_put_array(group, "rows");
			ct_put_bool(group, "by_project", json_is_true(json_object_get(charge, "by_project_ui")));
			source = NULL;
		}
		o = ct_add_object(json_object_get(group, "rows"));
		json_object_update(o, charge);
		ct_put_bool(o, "same_ui", json_equal(json_object_get(charge, "title"), json_object_get(charge, "label")));
		ct_put_bool(o, "begins_ui", !source || strcmp(source, of) != 0);
		ct_put_text(o, "basis_ui",
			    basis_text(basis_named(json_string_value(json_object_get(charge, "amounts")))));
		client = id;
		source = of;
	}
}

static void put_tools(struct ct_request *r, const struct look *k)
{
	json_t *search = ct_put_object(r->view, "search_ui");
	char day[CT_TIME_TEXT];

	ct_put_text(search, "action", k->path);
	ct_put_text(search, "value", k->q ? k->q : "");
	ct_put_text(search, "from_d", ct_day_set(k->from) ? ct_day_text(day, k->from) : NULL);
	ct_put_text(search, "to_d", ct_day_set(k->to) ? ct_day_text(day, k->to) : NULL);
	ct_put_text(r->view, "csv_link_ui",
		    here(r, k, ct_url(r, "/o/%s/charges/all", ct_path(r, "org")), k->client));
	ct_put_bool(r->view, "filtered_ui", k->q || k->client || k->project || ct_day_set(k->from) || ct_day_set(k->to));
	ct_put_text(r->view, "all_link_ui", k->path);
	ct_put_text(r->view, "here_link_ui", here(r, k, k->path, k->client));
}

static int put_charges(struct ct_request *r, struct look *k, struct ct_error *e)
{
	json_t *list = ct_put_array(r->view, "charges");
	const char *next = NULL;
	struct ct_result *row;
	int64_t n = 0;
	int rc = load_rows(r, k, k->rows + 1, &row, e);

	while (!rc && ct_next(row)) {
		if (n++ == k->rows) {
			next = talloc_asprintf(r, "%lld.%lld.%lld.%lld", k->after.client, k->after.day,
					       k->after.source, k->after.charge);
			break;
		}
		put_row(r, ct_add_object(list), row);
		stand_on(&k->after, row);
	}
	ct_put_text(r->view, "next", next);
	ct_put_text(r->view, "next_link_ui",
		    next ? talloc_asprintf(r, "%s&after=%s", here(r, k, k->path, k->client), next) : NULL);
	return rc;
}

int invoicing_charges(struct ct_request *r, struct ct_error *e)
{
	struct look k = read_look(r);
	struct ct_result *row;
	struct sum *sums;
	size_t n;
	int rc;

	if ((rc = put_charges(r, &k, e)) || (rc = load_sums(r, &k, &row, e)) || (rc = projects_put(r, k.project, e)))
		return rc;
	n = read_sums(r, row, &sums);
	put_clients(r, &k, sums, n);
	put_totals(r, &k, sums, n);
	put_groups(r, &k, sums, n);
	ct_put_bool(r->view, "more", ct_result_rows(row) > SUMS);
	put_tools(r, &k);
	put_billing(r, &k);
	ct_put_bool(r->view, "any_ui", json_array_size(json_object_get(r->view, "charges")) > 0);
	return 0;
}

/* ---- all of it ---- */

static int write_page(struct ct_request *r, struct look *k, struct ct_csv *csv, int64_t *n_r,
		      struct ct_error *e)
{
	struct ct_result *row;
	int rc = load_rows(r, k, MOST_ROWS, &row, e);

	*n_r = rc ? 0 : (int64_t)ct_result_rows(row);
	while (!rc && ct_next(row)) {
		json_t *o = json_object();

		put_row(r, o, row);
		ct_csv_row(csv, o);
		json_decref(o);
		stand_on(&k->after, row);
		k->goes_on = true;
	}
	if (!rc)
		ct_result_free(row);
	return rc;
}

int invoicing_charges_csv(struct ct_request *r, struct ct_error *e)
{
	struct look k = read_look(r);
	struct ct_csv *csv = ct_csv_begin(r, NULL);
	int64_t n = MOST_ROWS;
	int rc = 0;

	while (!rc && n == MOST_ROWS)
		rc = write_page(r, &k, csv, &n, e);
	return rc ? rc : ct_csv_end(r, csv, "charges", e);
}
