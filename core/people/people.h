/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The built-in module of people: parties, organisations, places. Its queries also tell each request the
 * organisation of its subject, which is why it is the first module.
 */
#ifndef CORE_PEOPLE_PEOPLE_H
#define CORE_PEOPLE_PEOPLE_H

#include <comptoir/plugin.h>

extern const struct ct_query ct_people_queries[];

ct_handler_f ct_org_page;

#endif
