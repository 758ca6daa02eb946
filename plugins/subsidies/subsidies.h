/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the files of the plugin share. An agreement says: this funder pays a share of what these clients owe, up to an
 * amount. share.c takes the share when something is charged; the rest of the plugin is what people see of it.
 *
 * subsidies_agreement is the guard row of all that is summed up over it. Whoever writes uses or instalments raises its
 * `version` first; of several agreements those with smaller keys first.
 */
#ifndef SUBSIDIES_SUBSIDIES_H
#define SUBSIDIES_SUBSIDIES_H

#include <comptoir/billing.h>
#include <comptoir/people.h>
#include <comptoir/plugin.h>

#define MAY_SEE    "subsidies.see"
#define MAY_EDIT   "subsidies.edit"
#define MAY_REPORT "subsidies.report"
#define MAY_NAME   "people.see"		/* of the core: who reads the names of contacts */

extern const struct ct_query subsidies_queries[];
extern const struct ct_record subsidies_records[];

/* share.c: the stage charge.shared */
ct_share_f subsidies_share;

/* agreement.c: what the page of an agreement has beside its fields */
int subsidies_agreement_show(struct ct_request *r, int64_t id, struct ct_error *e);
extern const struct ct_view_field subsidies_agreement_view[];

/* eligible.c: for whom and where, added and taken away on the page of the agreement */
extern const struct ct_kind subsidies_kinds[];
extern const struct ct_field subsidies_eligible_add_fields[];
ct_handler_f subsidies_eligible_add, subsidies_eligible_form, subsidies_eligible_remove;

/* add_ui of an agreement's page: the forms that add somebody or a place; null for who may not. */
int subsidies_put_add_forms(struct ct_request *r, int64_t agreement, struct ct_error *e);

/* statement.c, paper.c: what the funder gets */
extern const struct ct_field subsidies_statement_fields[];
ct_handler_f subsidies_statement_csv, subsidies_statement_pdf;

/* people.c: boxes, and what happens to people */
ct_handler_f subsidies_dashboard;

/* demo.c: the stage "demo.before" */
ct_handler_f subsidies_demo;
ct_party_panel_f subsidies_party_panel;
ct_party_merge_f subsidies_party_merged;
ct_party_export_f subsidies_party_exported;
ct_party_due_f subsidies_party_due;
ct_party_forget_f subsidies_party_forgotten;
ct_party_seen_f subsidies_party_seen;

/* Today on the wall of a French place: whether an instalment is late, or an agreement over. */
struct ct_day subsidies_today(const struct ct_request *r);

/* The page of an agreement. */
const char *subsidies_link(struct ct_request *r, int64_t agreement);

#endif
