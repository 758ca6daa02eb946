/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The people of the sample network (`comptoirctl demo-data`), for a plugin that lets a visitor of the
 * demonstration be one of them. They are the same in each installation, whether it has them or not: what is
 * told here is no row of anybody's.
 */
#ifndef COMPTOIR_DEMO_H
#define COMPTOIR_DEMO_H

#include <stddef.h>

struct ct_demo_person {
	const char *email;		/* signs in by it */
	const char *given_name, *family_name;
	const char *role;		/* in `org`; NULL: looks after the installation */
	const char *org;		/* slug; "" without a role */
};

/* All of them, those of one organisation together; for the process. */
const struct ct_demo_person *ct_demo_people(size_t *n_r);

/* The name of an organisation of the sample network, or NULL. */
const char *ct_demo_org_name(const char *slug);

#endif
