/* SPDX-License-Identifier: GPL-3.0-or-later */
/* skeleton: what people wish for a place, and what came of it. docs/plugins.md walks through this file. */
#include <comptoir/plugin.h>

static const struct ct_permission permissions[] = {
	{ "skeleton.see",  N_("See the wishes"),              CT_ROLE_MEMBER },
	{ "skeleton.edit", N_("Write down and grant wishes"), CT_ROLE_OPENER },
	{ 0 }
};

static const struct ct_choice states[] = { { "open", N_("open") }, { "granted", N_("granted") }, { 0 } };

/* One row a wish in the table skeleton_wish; a column for each field (sql/skeleton/0001_wishes.sql). */
static const struct ct_field wish_fields[] = {
	{ "title", N_("Wish"), CT_TEXT, .required = true, .max = 80, .list = true, .search = true },
	{ "place", N_("Place"), CT_REF, .required = true, .ref = "place", .list = true },
	{ "wanted", N_("Until"), CT_DATE, .list = true, .help = N_("Leave it empty if there is no hurry.") },
	{ "detail", N_("In more words"), CT_LONG_TEXT, .max = 2000, .search = true },
	{ "state", N_("State"), CT_CHOICE, .choices = states, .read_only = true, .list = true },
	{ 0 }
};

/* What no single field can say of itself. */
static int check_wish(struct ct_request *r, int64_t id, struct ct_error *e)
{
	struct ct_day wanted = ct_in_day(r, "wanted");

	if (!id && ct_day_set(wanted) && ct_day_local(wanted).s < r->now.s - 86400)
		return ct_fail_field(e, "wanted", _("This day has passed already."));
	return 0;
}

static const struct ct_record records[] = {
	{ "wish", N_("Wishes"), wish_fields, "skeleton.see", "skeleton.edit", .path = "skeleton",
	  .one = N_("Wish"), .fresh = N_("New wish"), .order = "title", .before_store = check_wish,
	  .empty = N_("What people would like to find here, so that nobody forgets it.") },
	{ 0 }
};

static const struct ct_query queries[] = {
	{ "waiting", .max_rows = 200, .sql = "SELECT w.id, w.title, w.wanted_d, p.name AS place"
	  " FROM skeleton_wish w JOIN place p ON p.id = w.place_id"
	  " WHERE w.org_id = ? AND w.state = 'open' AND w.archived_at IS NULL"
	  " ORDER BY w.wanted_d IS NULL, w.wanted_d, w.id LIMIT 200" },
	{ "count", .sql = "SELECT COUNT(*) AS n FROM skeleton_wish"
	  " WHERE org_id = ? AND state = 'open' AND archived_at IS NULL" },
	{ "grant", .audits = "wish", .sql = "UPDATE skeleton_wish SET state = 'granted',"
	  " row_version = row_version + 1 WHERE id = ? AND state = 'open'" },
	{ 0 }
};

/* GET: fills the view, which is JSON for programs and goes through the template for people. */
static int waiting(struct ct_request *r, struct ct_error *e)
{
	ct_put_bool(r->view, "may_grant", ct_may(r, "skeleton.edit", r->org));
	return ct_rows(r, "waiting", CT_ARGS(CT_NUM(r->org)), "wishes", e);
}

/* Inside the transaction: may run again, so it starts from nothing each time. */
static int store_grant(struct ct_request *r, void *arg, struct ct_error *e)
{
	int64_t changed;
	int rc = ct_exec_count(r, "grant", CT_ARGS(CT_NUM(r->subject)), &changed, e);

	(void)arg;
	if (rc)
		return rc;
	if (!changed)
		return ct_fail(e, CT_CONFLICT, "%s", _("Somebody granted this wish already."));
	return ct_audit(r, "wish", r->subject, "change", json_pack("{s:s}", "state", "open"),
			json_pack("{s:s}", "state", "granted"), e);
}

/* POST: the core has found the wish, its organisation and the right to do this before it comes here. */
static int grant(struct ct_request *r, struct ct_error *e)
{
	int rc = ct_transaction(r, store_grant, NULL, e);

	if (rc)
		return rc;
	ct_notice(r, "%s", _("The wish is granted."));
	ct_put_id(r->view, "id", r->subject);
	ct_redirect(r, 200, ct_url(r, "/o/%lld/skeleton/waiting", (long long)r->org));
	return 0;
}

static const struct ct_view_field waiting_view[] = {
	{ "may_grant", "boolean", NULL }, { "wishes", "array", NULL }, { "wishes.title", "text", NULL },
	{ "wishes.place", "text", NULL }, { "wishes.wanted_d", "date", NULL }, { 0 }
};

static const struct ct_route routes[] = {
	{ "GET", "/o/{org}/skeleton/waiting", CT_ORG, "skeleton.see", "skeleton/waiting", waiting,
	  .view = waiting_view, .title = N_("Open wishes") },
	{ "POST", "/skeleton/{wish}/grant", CT_PATH("wish", "skeleton.wish"), "skeleton.edit", NULL, grant },
	{ 0 }
};

/* A box on the organisation's overview, a page of the core's. */
static int panel(struct ct_request *r, struct ct_error *e)
{
	struct ct_result *count;
	json_t *box;
	int rc;

	if (!ct_may(r, "skeleton.see", r->org))
		return 0;
	rc = ct_one(r, "count", CT_ARGS(CT_NUM(r->org)), &count, e);
	if (rc)
		return rc;
	box = ct_panel(r, _("Wishes"), ct_col_int(count, "n") ? _("Some wishes are open.") : _("No wish is open."));
	ct_panel_more(box, _("Open wishes"), ct_url(r, "/o/%lld/skeleton/waiting", (long long)r->org));
	return 0;
}

static const struct ct_hook hooks[] = {
	CT_HOOK("dashboard.panel", ct_handler_f, panel),
	{ 0 }
};

static const struct ct_menu menu[] = {
	{ N_("Wishes"), "/o/{org}/skeleton", "skeleton.see", 90 },
	{ 0 }
};

CT_PLUGIN(skeleton) = {
	CT_HEAD("skeleton"), .title = N_("Wishes"), .permissions = permissions, .records = records,
	.queries = queries, .routes = routes, .hooks = hooks, .menu = menu,
};
