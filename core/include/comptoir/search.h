/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The one search box: what a plugin adds to what it finds.
 *
 * GET /search raises the stage "search.find" once. Each hook looks in its own tables and adds what the
 * caller may see: permission is the hook's business, and a result that may not be seen must not be
 * counted either. A hook makes one query for each kind of thing, over an index:
 *
 *	static int find_keys(struct ct_request *r, const struct ct_search *s, struct ct_error *e)
 *	{
 *		const char *orgs = ct_orgs_with(r, "keys.see");
 *		json_t *group = ct_search_group(r, N_("Keys"));
 *		struct ct_result *rows;
 *		int rc = ct_query(r, "find", CT_ARGS(CT_STR(s->all), CT_STR(s->prefix), CT_STR(orgs),
 *						     CT_NUM(s->limit + 1)), &rows, e);
 *		while (!rc && ct_next(rows))
 *			ct_search_add(s, group, ct_col_text(rows, "label"), NULL, ct_url(r, "/keys/%s", …));
 *		return rc;
 *	}
 *
 * In SQL a FULLTEXT index serves MATCH (…) AGAINST (? IN BOOLEAN MODE), an ordinary one LIKE ? with what
 * ends in a per cent sign. InnoDB indexes no word of less than three characters, hence both. Rows come
 * best first: equal to `text`, beginning with `prefix`, then those that hold all words.
 */
#ifndef COMPTOIR_SEARCH_H
#define COMPTOIR_SEARCH_H

#include <stddef.h>
#include <comptoir/plugin.h>

/* What was typed, in the forms that an index can answer. None holds an operator that a person typed. */
struct ct_search {
	const char *text;	/* without doubled spaces: what an exact find is equal to */
	const char *prefix;	/* `text` as a pattern of LIKE that begins so: % _ \ mean themselves */
	const char *all;	/* boolean mode: "+dup* +mar*"; "" (finds nothing) where no word has three characters */
	const char *any;	/* boolean mode: "dup* mar*"; likewise */
	const char *words;	/* the same words as a JSON array, where rows of two tables have to hold them */
	const char *email;	/* pattern of LIKE; "" where no address was typed, which finds nothing */
	const char *phone;	/* pattern of LIKE on E.164; likewise (a NULL would read the whole index) */
	size_t limit;		/* results of a kind; ask for one more, to know whether there are */
};

typedef int ct_search_f(struct ct_request *r, const struct ct_search *, struct ct_error *e);
#define CT_ON_SEARCH(fn) CT_HOOK("search.find", ct_search_f, fn)

/*
 * A group of results under a heading (N_("…") of the plugin that runs); it is shown where it has any. Gives the
 * group, borrowed, for the two below.
 */
json_t *ct_search_group(struct ct_request *r, const char *label);

/*
 * A result at the end of the group: what it is called, a second line or NULL, its page or NULL. Past
 * s->limit it only notes that there are more. All texts are copied.
 */
void ct_search_add(const struct ct_search *s, json_t *group, const char *title, const char *sub,
		   const char *href);

/*
 * The list that has the rest, linked where there is more than was shown; once for each list, where the rest is
 * in several: then `where` names it ("La Filature"), else it is NULL.
 */
void ct_search_more(json_t *group, const char *where, const char *href);

/*
 * The organisations in which the caller has `permission` by a role, as a JSON array of keys ("[3,7]",
 * "[]") on r: one parameter for JSON_TABLE. What anybody may needs no such list.
 */
const char *ct_orgs_with(struct ct_request *r, const char *permission);

#endif
