/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Pages of text: help and law pages. A page is a list of parts, each with a title, an anchor that links
 * and error pages may name, and what stands in it: paragraphs, facts in two columns, items, links.
 *
 * Plugins add parts by two stages, both of plain handlers, raised while such a page is made (r->org is the
 * organisation that it is about, 0 where it is the network's and there is none yet):
 *
 *	"help.collect"		how to do what the plugin is for, by ct_part with an anchor of its own
 *	"privacy.collect"	what the plugin keeps of people and why, by ct_purpose
 *
 * Whatever is said there is read as the operator's word: say what the code does, and nothing else.
 */
#ifndef COMPTOIR_PAGES_H
#define COMPTOIR_PAGES_H

#include <comptoir/plugin.h>

#define CT_ON_HELP(fn)    CT_HOOK("help.collect", ct_handler_f, fn)
#define CT_ON_PRIVACY(fn) CT_HOOK("privacy.collect", ct_handler_f, fn)

/* A part at the end of the page, borrowed. `anchor` is [a-z0-9-]; texts are copied, here and below. */
json_t *ct_part(struct ct_request *r, const char *anchor, const char *title);

void ct_part_text(json_t *part, const char *text);		/* a paragraph; line ends stay; NULL: none */
void ct_part_link(json_t *part, const char *text, const char *href);
void ct_part_item(json_t *part, const char *title, const char *text);

/* A fact; where `text` is NULL or empty the reader sees that it was not given yet. `href` may be NULL. */
void ct_part_fact(json_t *part, const char *label, const char *text, const char *href);

/* A purpose for which the plugin keeps data: which, and on what ground (GDPR, article 13.1 c and d). */
void ct_purpose(struct ct_request *r, const char *what_for, const char *data_and_ground);

#endif
