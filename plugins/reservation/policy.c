/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "policy.h"

#include <string.h>
#include <talloc.h>

#include "audience.h"
#include "reservation.h"

/* The rules that are numbers, in the order of the page. */
enum rule {
	APPROVAL, MIN_NOTICE, MAX_NOTICE, MIN_DURATION, MAX_DURATION, STEP, BUFFER_BEFORE, BUFFER_AFTER,
	OVERNIGHT, HOLD_MINUTES, N_RULES
};

static const struct {
	const char *column, *label;
	int64_t without_any;
} rules[N_RULES] = {
	[APPROVAL] = { "approval", N_("Requests"), APPROVAL_NONE },
	[MIN_NOTICE] = { "min_notice", N_("Notice"), 120 },
	[MAX_NOTICE] = { "max_notice", N_("How far ahead"), 183 * 1440 },
	[MIN_DURATION] = { "min_duration", N_("At least"), 30 },
	[MAX_DURATION] = { "max_duration", N_("At most"), 0 },
	[STEP] = { "step", N_("In steps of"), 30 },
	[BUFFER_BEFORE] = { "buffer_before", N_("Kept free before"), 0 },
	[BUFFER_AFTER] = { "buffer_after", N_("Kept free after"), 0 },
	[OVERNIGHT] = { "overnight", N_("May stay over night"), 0 },
	[HOLD_MINUTES] = { "hold_minutes", N_("A guest’s time to confirm"), 20 },
};

/* One row before inheritance. */
struct policy_row {
	int64_t id, parent;
	const char *label;
	bool not_mine;			/* for an audience that the reader does not belong to */
	bool says[N_RULES];
	int64_t value[N_RULES];
};

struct policies { struct policy_row *row; size_t n; };

/* What holds in the end: `from` is NULL for a default. */
struct effective {
	int64_t value[N_RULES];
	const struct policy_row *from[N_RULES];
	int64_t *chain;
	size_t n;
};

static int64_t approval_of(const char *text)
{
	static const char *const names[] = {
		[APPROVAL_NONE] = "none", [APPROVAL_ALWAYS] = "always", [APPROVAL_RULE] = "rule"
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (!strcmp(names[i], text))
			return (int64_t)i;
	return APPROVAL_ALWAYS;		/* what nobody knows here is asked first */
}

static struct policy_row take_row(const struct ct_result *row)
{
	struct policy_row p = { .id = ct_col_int(row, "id"), .parent = ct_col_int(row, "parent_id"),
				.label = ct_col_text(row, "label") };

	for (size_t i = 0; i < N_RULES; i++) {
		p.says[i] = !ct_col_null(row, rules[i].column);
		if (p.says[i])
			p.value[i] = i == APPROVAL ? approval_of(ct_col_text(row, "approval"))
						   : ct_col_int(row, rules[i].column);
	}
	return p;
}

/* Of an organisation, or of several; which audiences `person` has is asked once, if any counts. */
static int load(struct ct_request *r, const char *query, struct ct_args args, bool all, int64_t person,
		struct policies *out, struct ct_error *e)
{
	struct standing standing = { 0 };
	struct ct_result *row;
	bool asked = false;
	int rc = ct_query(r, query, args, &row, e);

	out->row = rc ? NULL : talloc_zero_array(r, struct policy_row, ct_result_rows(row) + 1);
	while (!rc && ct_next(row)) {
		int64_t audience = ct_col_int(row, "audience_id");

		if (audience && person && !asked && !all) {
			asked = true;
			rc = audiences_load(r, person, 0, ct_local_day((struct ct_local){ r->now.s }), &standing, e);
		}
		out->row[out->n] = take_row(row);
		out->row[out->n++].not_mine = !all && !audience_among(&standing.person, audience);
	}
	return rc;
}

static const struct policy_row *find(const struct policies *all, int64_t id)
{
	for (size_t i = 0; i < all->n; i++)
		if (all->row[i].id == id)
			return &all->row[i];
	return NULL;
}

static bool is_in(const struct effective *sum, int64_t id)
{
	for (size_t i = 0; i < sum->n; i++)
		if (sum->chain[i] == id)
			return true;
	return false;
}

/* Walks from a policy to its parents; at most as many steps as there are policies, whatever they say. */
static void add_policy(struct ct_request *r, struct effective *sum, const struct policies *all, int64_t id)
{
	for (size_t steps = 0; id && steps < all->n; steps++) {
		const struct policy_row *p = find(all, id);

		if (!p)
			return;
		for (size_t i = 0; i < N_RULES && !p->not_mine; i++)
			if (p->says[i] && !sum->from[i]) {
				sum->from[i] = p;
				sum->value[i] = p->value[i];
			}
		if (!p->not_mine && !is_in(sum, p->id)) {
			sum->chain = talloc_realloc(r, sum->chain, int64_t, sum->n + 1);
			sum->chain[sum->n++] = p->id;
		}
		id = p->parent;
	}
}

static struct effective inherit(struct ct_request *r, const struct policies *all, const int64_t *of, size_t n)
{
	struct effective sum = { .chain = talloc_array(r, int64_t, 1) };

	for (size_t i = 0; i < N_RULES; i++)
		sum.value[i] = rules[i].without_any;
	for (size_t i = 0; i < n; i++)
		add_policy(r, &sum, all, of[i]);
	return sum;
}

int policies_apply(struct ct_request *r, const char *ids, struct rooms *rooms, struct ct_error *e)
{
	struct policies all = { 0 };
	int rc = load(r, "policies", CT_ARGS(CT_STR(ids)), false, rooms->person ? rooms->person : r->person, &all, e);

	for (size_t i = 0; i < rooms->n && !rc; i++) {
		struct room *room = &rooms->room[i];
		struct effective sum = inherit(r, &all, room->policy_of, 3);

		room->policy = (struct policy){
			.min_notice = sum.value[MIN_NOTICE],
			.max_notice = sum.value[MAX_NOTICE],
			.min_duration = sum.value[MIN_DURATION],
			.max_duration = sum.value[MAX_DURATION],
			.step = sum.value[STEP],
			.buffer_before = sum.value[BUFFER_BEFORE],
			.buffer_after = sum.value[BUFFER_AFTER],
			.hold_minutes = sum.value[HOLD_MINUTES],
			.overnight = sum.value[OVERNIGHT] > 0,
			.approval = (enum approval)sum.value[APPROVAL],
		};
		room->chain = sum.chain;
		room->n_chain = sum.n;
	}
	return rc;
}

/* ---- the page of a set of rules ---- */

static const char *value_text(struct ct_request *r, enum rule rule, int64_t value)
{
	char buf[CT_TIME_UI];

	if (rule == APPROVAL)
		return value == APPROVAL_NONE	  ? _("booked at once")
		       : value == APPROVAL_ALWAYS ? _("a manager confirms")
						  : _("a manager confirms for whoever does not meet what is required");
	if (rule == OVERNIGHT)
		return value ? _("yes") : _("no");
	if (!value)
		return rule == MAX_DURATION || rule == MAX_NOTICE ? _("no limit") : _("none");
	return talloc_strdup(r, ct_minutes_ui(buf, value, r->lang));
}

static void put_rules(struct ct_request *r, const struct effective *sum, int64_t id)
{
	json_t *list = ct_put_array(r->view, "effective");

	for (size_t i = 0; i < N_RULES; i++) {
		const struct policy_row *from = sum->from[i];
		json_t *o = ct_add_object(list);

		ct_put_text(o, "name", rules[i].column);
		ct_put_text(o, "label_ui", _(rules[i].label));
		ct_put_int(o, "value", sum->value[i]);
		ct_put_text(o, "value_ui", value_text(r, (enum rule)i, sum->value[i]));
		ct_put_id(o, "policy", from ? from->id : 0);
		ct_put_text(o, "from_ui", !from		  ? _("without any rule: the default")
					  : from->id == id ? _("said here")
							   : talloc_asprintf(r, _("from “%s”"), from->label));
	}
}

/* Where these rules can be made those of a whole place. */
static int put_places(struct ct_request *r, struct ct_error *e)
{
	struct ct_result *row;
	json_t *list = ct_put_array(r->view, "places_ui");
	int rc = ct_query(r, "policy_places", CT_ARGS(CT_NUM(r->org)), &row, e);

	while (!rc && ct_next(row)) {
		json_t *o = ct_add_object(list);

		ct_put_text(o, "label", ct_col_text(row, "name"));
		ct_put_text(o, "link", ct_url(r, "/places/%s/rules", ct_col_text(row, "slug")));
	}
	return rc;
}

static int put_attached(struct ct_request *r, int64_t id, struct ct_error *e)
{
	struct ct_result *row;
	json_t *list = ct_put_array(r->view, "used_by");
	int rc = ct_query(r, "policy_users", CT_ARGS(CT_NUM(id), CT_NUM(id), CT_NUM(id), CT_NUM(id)), &row, e);

	while (!rc && ct_next(row))
		ct_put_text(ct_add_object(list), "label", ct_col_text(row, "label"));
	ct_put_bool(r->view, "is_used_ui", !rc && json_array_size(list) > 0);
	return rc ? rc : put_places(r, e);
}

/* Two parts of the day of one place that people want one after the other, and that these buffers keep apart. */
static int put_warnings(struct ct_request *r, int64_t id, int64_t between, struct ct_error *e)
{
	json_t *list = ct_put_array(r->view, "warnings_ui");
	struct ct_result *row;
	int rc = between ? ct_query(r, "policy_windows", CT_ARGS(CT_NUM(id), CT_NUM(r->org), CT_NUM(between)), &row, e) : 0;

	while (between && !rc && ct_next(row)) {
		char need[CT_TIME_UI], gap[CT_TIME_UI];
		const char *sentence = talloc_asprintf(r,
			_("%s: “%s” cannot be booked right after “%s” by two people: %s have to stay free between"
			  " bookings, and there are %s."), ct_col_text(row, "place"), ct_col_text(row, "later"),
			ct_col_text(row, "earlier"), ct_minutes_ui(need, between, r->lang),
			ct_minutes_ui(gap, ct_col_int(row, "gap"), r->lang));

		ct_put_text(ct_add_object(list), "text", sentence);
	}
	return rc;
}

int policy_show(struct ct_request *r, int64_t id, struct ct_error *e)
{
	struct policies all = { 0 };
	struct effective sum;
	int rc = load(r, "policies_of_org", CT_ARGS(CT_NUM(r->org)), true, 0, &all, e);

	if (rc)
		return rc;
	sum = inherit(r, &all, &id, 1);
	ct_template(r, "reservation/policy");
	put_rules(r, &sum, id);
	if ((rc = put_attached(r, id, e)))
		return rc;
	return put_warnings(r, id, sum.value[BUFFER_BEFORE] + sum.value[BUFFER_AFTER], e);
}
