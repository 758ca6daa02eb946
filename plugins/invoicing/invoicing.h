/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the files of the plugin share. */
#ifndef INVOICING_INVOICING_H
#define INVOICING_INVOICING_H

#include <comptoir/billing.h>
#include <comptoir/people.h>

extern const struct ct_plugin ct_plugin_invoicing;
extern const struct ct_query invoicing_queries[];

/* billing.c: the service "billing". */
extern const struct ct_billing invoicing_billing;

/* charges_page.c: GET /o/{org}/charges, and all of it as a spreadsheet. */
extern const struct ct_field invoicing_charges_fields[];
extern const struct ct_view_field invoicing_charges_view[];
ct_handler_f invoicing_charges, invoicing_charges_csv;

/* people.c: the stages of comptoir/people.h, and the job that forgets guests. */
ct_party_merge_f invoicing_party_merged;
ct_party_export_f invoicing_party_exported;
ct_party_due_f invoicing_party_due;
ct_party_seen_f invoicing_party_seen;
ct_party_forget_f invoicing_party_forgotten;
ct_handler_f invoicing_forget_guests, invoicing_privacy, invoicing_demo;

#endif
