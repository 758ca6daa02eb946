/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The overview of whoever looks after the installation: boxes of the core's modules and of the plugins.
 * None of them shows a row of an organisation's.
 */
#include <comptoir/view.h>

#include "system/system.h"

int ct_admin_page(struct ct_request *r, struct ct_error *e)
{
	ct_put_array(r->view, "panels");
	return ct_raise_handlers(r, "admin.panel", e);
}
