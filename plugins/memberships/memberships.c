/* SPDX-License-Identifier: GPL-3.0-or-later */
/* memberships: who belongs to an organisation, until when, and whether the dues are paid. */
#include "memberships.h"

#include <comptoir/import.h>
#include <comptoir/pages.h>

#include "tax.h"

static const struct ct_setting settings[] = {
	{ "reminder_days", CT_INT, "14",
	  N_("Days after which unpaid dues are reminded of, and once more after as many; 0: nobody is reminded"), true, NULL },
	{ 0 }
};

static const struct ct_permission permissions[] = {
	{ MAY_SEE, N_("See the members"), (enum ct_role)(CT_ROLE_MANAGER | CT_ROLE_TREASURER) },
	{ MAY_EDIT, N_("Add members, answer requests, mark dues as paid"), (enum ct_role)(CT_ROLE_MANAGER | CT_ROLE_TREASURER) },
	{ MAY_PLAN, N_("Change plans and dues, give tax receipts"), CT_ROLE_TREASURER },
	{ 0 }
};

/* What a member opens herself; its pages ask whose it is. */
static const struct ct_kind kinds[] = {
	{ "own", N_("Membership"), "own_find", "own_find_text", .url = "/memberships" }, TAX_KIND, { 0 }
};

/* The state is as people see it: what is paid is to come, runs, or is over. */
#define MEMBER_ROWS "SELECT m.id, m.uid, m.org_id, m.row_version, CAST(NULL AS DATETIME) AS archived_at, p.name, p.sort_name," \
	" p.email, m.party_id, m.plan_id, m.bracket_id, m.from_d, m.to_d, YEAR(m.period_d) AS year," \
	" IF(m.state = 'active', IF(m.to_d < UTC_DATE(), 'over', IF(m.from_d > UTC_DATE(), 'coming', 'active')), m.state) AS state," \
	" m.dues_cents, m.gift_cents, m.paid_means, m.paid_d, (m.dues_cents = 0 OR m.hand_utc IS NOT NULL OR m.settled_utc IS NOT NULL) AS paid, m.due_d," \
	" m.renews, m.note, IF(m.state IN ('ended', 'refused'), 1, 0) AS locked" \
	" FROM memberships_membership m JOIN party p ON p.id = m.party_id"

static const struct ct_record_link member_links[] = {
	{ N_("Import a spreadsheet"), "import", MAY_EDIT }, { 0 }
};

static const struct ct_record records[] = {
	{ "plan", N_("Plans of membership"), plan_fields, MAY_SEE, MAY_PLAN, .path = "plans", .one = N_("Plan"), .fresh = N_("New plan"),
	  .order = "position", .title = "label", .before_store = plan_check,
	  .empty = N_("A plan says who may join, for how long, and at what price. Make one, and people can join by themselves.") },
	{ "bracket", N_("Brackets of dues"), bracket_fields, MAY_SEE, MAY_PLAN, .path = "plan-brackets", .one = N_("Bracket"),
	  .fresh = N_("New bracket"), .order = "position", .title = "label", .before_store = bracket_check,
	  .empty = N_("Where a plan has several prices, by age or by budget, each of them stands here.") },
	{ "membership", N_("Members"), member_fields, MAY_SEE, MAY_EDIT, .path = "members", .one = N_("Membership"),
	  .fresh = N_("New membership"), .order = "sort_name", .title = "name", .rows = MEMBER_ROWS, .form = member_form,
	  .links = member_links, .write = member_write, .show = member_show, .show_view = member_view,
	  .remove = member_remove,
	  .before_delete = member_before_delete, .remove_label = N_("End the membership"),
	  .remove_text = N_("It counts no more from now on. Dues that are not paid are no longer owed; what was paid stays paid."),
	  .empty = N_("Everybody who belongs to you, by which plan and until when. People join by themselves, or you add them.") },
	TAX_RECORD,
	{ 0 }
};

static const struct ct_field renew_fields[] = {
	{ "renews", N_("Propose the next period"), CT_BOOL }, { 0 }
};

static const struct ct_view_field done_view[] = { { "id", "id", NULL }, { 0 } };

#define IMPORT    "/o/{org}/members/import", CT_ORG, MAY_EDIT
#define DRAFT     "/o/{org}/members/import/{uid}", CT_ORG, MAY_EDIT
#define DESK(act) "/memberships/{id}/" act, CT_PATH("id", MEMBERSHIP), MAY_EDIT, NULL
#define OWN(act)  "/memberships/{uid}/" act, CT_PATH("uid", "memberships.own"), CT_SIGNED_IN, NULL

static const struct ct_route routes[] = {
	{ "GET", "/o/{org}/join", CT_ORG, CT_PUBLIC, "memberships/join", join_page, join_fields, join_view, N_("Become a member") },
	{ "POST", "/o/{org}/join", CT_ORG, CT_SIGNED_IN, "memberships/join", join_post, join_fields, join_view, N_("Become a member"),
	  .form = join_page },
	{ "GET", IMPORT, "core/record-form", import_page, .title = N_("Import members") },
	{ "POST", IMPORT, "core/record-form", import_post, ct_import_fields, import_view, N_("Import members"), .form = import_page },
	{ "GET", DRAFT, "core/import", import_preview, .view = import_view, .title = N_("Import members") },
	{ "POST", DRAFT, "core/import", import_apply, .view = import_view, .title = N_("Import members") },
	{ "GET", "/memberships", CT_ANY, CT_SIGNED_IN, "memberships/mine", mine_page, .view = mine_view, .title = N_("My memberships") },
	{ "POST", OWN("leave"), mine_leave, .view = done_view, .title = N_("Give up what is not paid") },
	{ "POST", OWN("renewal"), mine_renew, renew_fields, done_view, N_("Propose the next period, or not") },
	{ "GET", OWN("certificate.pdf"), paper_certificate, .title = N_("Certificate of membership") },
	{ "GET", OWN("card.pdf"), paper_card, .title = N_("Member’s card") },
	{ "POST", DESK("accept"), membership_accept, .view = done_view, .title = N_("Accept a request to join") },
	{ "POST", DESK("refuse"), membership_refuse, .view = done_view, .title = N_("Refuse a request to join") },
	{ "POST", "/memberships/{id}/paid", CT_PATH("id", MEMBERSHIP), MAY_EDIT, "memberships/paid", membership_paid, paid_fields, done_view,
	  N_("Mark dues as paid"), .form = paid_form },
	TAX_ROUTES,
	{ "POST", DESK("unpaid"), membership_unpaid, .view = done_view, .title = N_("Take back that dues are paid") },
	{ "POST", DESK("reopen"), membership_reopen, .view = done_view, .title = N_("Take a membership up again") },
	{ 0 }
};

static const struct ct_menu menu[] = {
	{ N_("My memberships"), "/memberships", CT_SIGNED_IN, 25 },
	{ N_("Members"), "/o/{org}/members", MAY_SEE, 38 },
	{ N_("Plans of membership"), "/o/{org}/plans", MAY_PLAN, 73, N_("Settings"), N_("People") },
	{ N_("Brackets of dues"), "/o/{org}/plan-brackets", MAY_PLAN, 74, N_("Settings"), N_("People") },
	TAX_MENU,
	{ 0 }
};

static const struct ct_job jobs[] = {
	{ "renewals", 3600, memberships_renew, N_("Propose the next period of memberships, remind of dues, end what is not paid") }, { 0 }
};

static const struct ct_hook hooks[] = {
	CT_HOOK("demo.before", ct_handler_f, members_demo),
	CT_HOOK("demo.after", ct_handler_f, tax_demo),
	CT_HOOK("dashboard.panel", ct_handler_f, members_dashboard),
	CT_HOOK("verify", ct_handler_f, members_verify),
	CT_HOOK("verify", ct_handler_f, tax_verify),
	CT_ON_HELP(members_help),
	CT_ON_PRIVACY(members_privacy),
	CT_ON_PARTY_MERGED(members_merged),
	CT_ON_PARTY_EXPORTED(members_exported),
	CT_ON_PARTY_DUE(members_due),
	CT_ON_PARTY_FORGOTTEN(members_forgotten),
	CT_ON_PARTY_SEEN(members_seen),
	CT_ON_PARTY_PANEL(members_panel),
	CT_ON_PRICE_AUDIENCE(members_audience),
	CT_ON_PAYMENT_STORED(membership_settled),
	{ 0 }
};

CT_PLUGIN(memberships) = {
	CT_HEAD("memberships"), .title = N_("Memberships"), .settings = settings, .permissions = permissions, .kinds = kinds,
	.queries = memberships_queries, .records = records, .routes = routes, .hooks = hooks, .jobs = jobs,
	.menu = menu,
};
