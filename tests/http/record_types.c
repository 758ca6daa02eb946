/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A plugin for tests/http/test_records.py: a record with a field of every type, and what refers to what. */
#include <string.h>
#include <comptoir/plugin.h>

static const struct ct_permission permissions[] = {
	{ "types.see",   "See the things",    CT_ROLE_MEMBER },
	{ "types.money", "See what is hidden", CT_ROLE_TREASURER },
	{ "types.edit",  "Change the things", CT_ROLE_MANAGER },
	{ 0 }
};

static const struct ct_choice states[] = { { "new", "brand new" }, { "used", "worn" }, { 0 } };

static const struct ct_field thing_fields[] = {
	{ "name", "Name", CT_TEXT, .required = true, .max = 80, .list = true, .search = true },
	{ "code", "Code", CT_TEXT, .max = 20, .search = true },
	{ "note", "Note", CT_LONG_TEXT, .max = 2000, .search = true },
	{ "copies", "Copies", CT_INT, .min = 1, .max = 99, .initial = "1", .list = true },
	{ "deposit", "Deposit", CT_MONEY, .list = true },
	{ "share", "Share", CT_RATE },
	{ "weight", "Weight", CT_QUANTITY },
	{ "since", "Since", CT_DATE, .list = true },
	{ "starts", "Starts", CT_DATETIME, .list = true },
	{ "opens", "Opens", CT_TIME },
	{ "lasts", "Lasts", CT_DURATION },
	{ "days", "Days", CT_WEEKDAYS },
	{ "active", "In use", CT_BOOL, .initial = "1", .list = true },
	{ "state", "State", CT_CHOICE, .required = true, .choices = states, .initial = "new", .list = true },
	{ "place", "Where", CT_REF, .ref = "place", .list = true },
	{ "keeper", "Kept by", CT_REF, .ref = "types.keeper", .list = true },
	{ "second", "Or by", CT_REF, .ref = "types.keeper" },
	{ "owner", "Owner", CT_REF, .ref = "organisation", .ref_org = CT_REF_PUBLIC },
	{ "email", "E-mail", CT_EMAIL },
	{ "phone", "Telephone", CT_PHONE },
	{ "colour", "Colour", CT_COLOUR },
	{ "photo", "Photo", CT_FILE, .accept = CT_PICTURE, .readers = CT_PUBLIC, .column = "photo_file_id" },
	{ "paper", "Paper", CT_FILE, .accept = CT_PDF | CT_PICTURE | CT_CSV, .max = 20 << 20, .list = true },
	{ "bill", "Bill", CT_FILE, .accept = CT_PDF, .max = 100 << 10, .see = "types.money" },
	{ "pin", "Door code", CT_SECRET },
	{ "cost", "Cost", CT_MONEY, .see = "types.money", .list = true },
	{ "used", "Times used", CT_INT, .read_only = true, .list = true },
	{ 0 }
};

static const struct ct_field keeper_fields[] = {
	{ "label", "Label", CT_TEXT, .required = true, .max = 80, .list = true },
	{ 0 }
};

static const struct ct_query queries[] = {
	{ "stored", .audits = "-", .sql = "INSERT INTO types_stored (thing_id, name) VALUES (?, ?)" },
	{ 0 }
};

static int before(struct ct_request *r, int64_t id, struct ct_error *e)
{
	(void)id;
	if (!strcmp(ct_in_text(r, "name"), "both"))
		ct_in_error(r, "code", "%s", "no code with this name");
	if (!strcmp(ct_in_text(r, "name"), "both") || !strcmp(ct_in_text(r, "name"), "before"))
		ct_in_error(r, "name", "%s", "not this name");
	return ct_in_fail(r, e);
}

static int after(struct ct_request *r, int64_t id, struct ct_error *e)
{
	int rc = ct_exec(r, "stored", CT_ARGS(CT_NUM(id), CT_STR(ct_in_text(r, "name"))), e);

	if (!rc && !strcmp(ct_in_text(r, "name"), "after"))
		rc = ct_fail(e, CT_CONFLICT, "%s", "not after all");
	return rc;
}

static int show(struct ct_request *r, int64_t id, struct ct_error *e)
{
	(void)e;
	ct_put_int(r->view, "shown", id);
	return 0;
}

/* Takes memory until there is none. */
static int greedy(struct ct_request *r, struct ct_error *e)
{
	char text[4000];

	(void)e;
	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	for (int64_t mebibytes = ct_in_int(r, "mebibytes"); mebibytes > 0; mebibytes--)
		for (int i = 0; i < 250; i++)
			(void)ct_url(r, "/%s", text);
	return 0;
}

static const struct ct_field greedy_fields[] = { { "mebibytes", "How much", CT_INT, .required = true }, { 0 } };

static const struct ct_route routes[] = {
	{ "GET", "/greedy", CT_ANY, CT_PUBLIC, NULL, greedy, greedy_fields },
	{ 0 }
};

static const struct ct_view_field show_view[] = { { "shown", "integer", "the row's key" }, { 0 } };

static const struct ct_record records[] = {
	{ "thing", "Things", thing_fields, "types.see", "types.edit", .path = "things", .one = "Thing",
	  .order = "-since", .before_store = before, .after_store = after, .show = show, .show_view = show_view,
	  .url = "/nowhere/{id}" },
	{ "keeper", "Keepers", keeper_fields, "types.see", "types.edit", .path = "keepers", .one = "Keeper",
	  .empty = "Who keeps things." },
	{ 0 }
};

CT_PLUGIN(types) = {
	CT_HEAD("types"), .title = "Things", .permissions = permissions, .queries = queries, .records = records,
	.routes = routes,
};
