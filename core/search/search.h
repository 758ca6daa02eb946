/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The built-in module of the search box: people, organisations and places, which the core knows, and by
 * the stage "search.find" what the plugins know. It is a hook of its own stage.
 */
#ifndef CORE_SEARCH_SEARCH_H
#define CORE_SEARCH_SEARCH_H

#include <comptoir/search.h>

ct_handler_f ct_search_page;

/* find.c: what the core knows. */
ct_search_f ct_search_people, ct_search_organisations, ct_search_places;
extern const struct ct_query ct_search_queries[];

#endif
