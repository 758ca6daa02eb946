/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The people of the sample network (`comptoirctl demo-data`), for a plugin that lets a visitor of the
 * demonstration be one of them. They are the same in each installation, whether it has them or not: what is
 * told here is no row of anybody's.
 */
#ifndef COMPTOIR_DEMO_H
#define COMPTOIR_DEMO_H

#include <stddef.h>
#include <stdint.h>

#include <comptoir/error.h>

struct ct_demo_person {
	const char *email;		/* signs in by it */
	const char *given_name, *family_name;
	const char *role;		/* in `org`; NULL: looks after the installation */
	const char *org;		/* slug; "" without a role */
};

/* Those of the organisations that a visitor may try out, those of one together; for the process. */
const struct ct_demo_person *ct_demo_people(size_t *n_r);

struct ct_request;

/*
 * Who is known to an organisation (its key) of the sample network and has no account, as keys of `party` on r, and
 * one of those who may book for them. At least one client for each organisation that runs a place.
 */
int ct_demo_clients(struct ct_request *r, int64_t org, int64_t *manager_r, const int64_t **clients_r,
		    size_t *n_r, struct ct_error *e) CT_MUST_USE;

/* How many times the sample is to be as large as usual (`comptoirctl demo-data --scale`): 1, or more. */
int ct_demo_scale(void);

/* The name of an organisation of the sample network, or NULL. */
const char *ct_demo_org_name(const char *slug);

#endif
