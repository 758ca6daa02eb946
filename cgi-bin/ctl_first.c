/* SPDX-License-Identifier: GPL-3.0-or-later */
/* comptoirctl setup: the network, its first administrator and the first organisation. */
#include "ctl_setup.h"

#include <string.h>
#include <talloc.h>

#include "account/users.h"
#include "db/db.h"
#include "route/state.h"

static const struct ct_query network_there = {
	"setup_network",
	.sql = "SELECT o.id, p.name FROM organisation o JOIN party p ON p.id = o.id WHERE o.one_network = 1",
};
static const struct ct_query admin_there = {
	"setup_admin",
	.sql = "SELECT login FROM account WHERE installation_admin = 1 AND active = 1 AND archived_at IS NULL"
	       " ORDER BY id LIMIT 1",
};

int ctl_first_find(struct ct_core *core, void *mem, struct ctl_there *there_r, struct ct_error *e)
{
	struct ctl_there there = { 0 };
	struct ct_result *row;
	int rc = ct_db_run(core->db, mem, &network_there, CT_NO_ARGS, &row, NULL, NULL, e);

	if (rc)
		return rc;
	if (ct_next(row)) {
		there.network = ct_col_text(row, "name");
		there.network_id = ct_col_int(row, "id");
	}
	rc = ct_db_run(core->db, mem, &admin_there, CT_NO_ARGS, &row, NULL, NULL, e);
	if (rc)
		return rc;
	if (ct_next(row))
		there.admin = ct_col_text(row, "login");
	*there_r = there;
	return 0;
}

struct making {
	const char *network;
	const struct ctl_first *first;
	const struct ctl_there *there;
	int64_t account;
};

static int make(struct ct_request *r, void *arg, struct ct_error *e)
{
	struct making *m = arg;
	const struct ct_new_org network = { "reseau", m->network, NULL, NULL, NULL, true, true };
	const struct ct_new_org org = {
		m->first->org_slug, m->first->org_name, NULL, NULL, NULL, true, false
	};
	const struct ct_new_person person = { .email = m->first->admin_email,
					      .given_name = m->first->given_name,
					      .family_name = m->first->family_name,
					      .installation_admin = true };
	int64_t network_id = m->there->network_id, org_id = 0, person_id = 0;
	int rc = network_id ? 0 : ct_org_add(r, &network, &network_id, e);

	if (!rc && !m->there->network && org.slug)
		rc = ct_org_add(r, &org, &org_id, e);
	if (rc || m->there->admin)
		return rc;
	rc = ct_user_add(r, &person, &person_id, &m->account, e);
	if (!rc)
		rc = ct_user_role(r, person_id, network_id, "admin", e);
	return rc || !org_id ? rc : ct_user_role(r, person_id, org_id, "admin", e);
}

int ctl_first_make(struct ct_core *core, const char *network, const struct ctl_first *first,
		   const struct ctl_there *there, int64_t *account_r, struct ct_error *e)
{
	struct making m = { network, first, there, 0 };
	struct ct_request *r = ct_request_new(NULL, core, &ct_plugin_people);
	int rc = ct_transaction(r, make, &m, e);

	talloc_free(r);
	if (!rc)
		*account_r = m.account;
	return rc;
}
