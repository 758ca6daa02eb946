/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "demand.h"

#include <string.h>
#include <talloc.h>

#include <comptoir/file.h>

#include "audience.h"
#include "reservation.h"

bool rules_concern(const struct room *room, int64_t policy)
{
	for (size_t i = 0; i < room->n_chain; i++)
		if (room->chain[i] == policy)
			return true;
	return false;
}

const char *rules_of(struct ct_request *r, const struct rooms *rooms)
{
	int64_t *ids = talloc_array(r, int64_t, 1);
	size_t n = 0;

	for (size_t i = 0; i < rooms->n; i++) {
		ids = talloc_realloc(r, ids, int64_t, n + rooms->room[i].n_chain + 1);
		for (size_t k = 0; k < rooms->room[i].n_chain; k++)
			ids[n++] = rooms->room[i].chain[k];
	}
	return json_ids(r, ids, n);
}

/* ---- requirements ---- */

static const char *lacks(struct ct_request *r, const struct room *room, const char *what)
{
	char phone[40] = "";

	if (room->place_phone)
		snprintf(phone, sizeof(phone), " (%s)", room->place_phone);
	if (!r->person)
		return talloc_asprintf(r, _("%s asks for: %s. If you have it, please sign in; else ask %s%s for it."),
				       room->name, what, room->place_name, phone);
	return talloc_asprintf(r, _("%s asks for: %s, and it is not noted for you on that day. Please ask %s%s for it,"
				    " then book again."), room->name, what, room->place_name, phone);
}

static int add_terms(struct ct_request *r, struct demands *d, int64_t org, const char *kind, struct ct_error *e)
{
	struct ct_terms terms;
	int rc = ct_terms_in_force(r, org, kind, &terms, e);

	if (rc || !terms.id)
		return rc;
	for (size_t i = 0; i < d->n_terms; i++)
		if (d->terms[i].id == terms.id)
			return 0;
	if (d->n_terms == MOST_TERMS)
		return ct_fail(e, CT_BROKEN, "more kinds of terms than there are");
	d->kinds[d->n_terms] = kind;
	d->terms[d->n_terms++] = terms;
	return 0;
}

/* A room that asks for it, or NULL. */
static struct room *room_asking(const struct rooms *rooms, int64_t policy)
{
	for (size_t i = 0; i < rooms->n; i++)
		if (rules_concern(&rooms->room[i], policy))
			return &rooms->room[i];
	return NULL;
}

static void judge(struct ct_request *r, struct rooms *rooms, struct demands *d, const struct ct_result *row,
		  bool held, bool *unmet)
{
	const char *label = ct_col_text(row, "label");

	for (size_t i = 0; i < rooms->n && !held; i++) {
		const struct room *room = &rooms->room[i];

		if (!rules_concern(room, ct_col_int(row, "policy_id")))
			continue;
		unmet[i] = true;
		if (!d->lacking && room->policy.approval != APPROVAL_RULE)
			d->lacking = lacks(r, room, label ? label : ct_col_text(row, "audience"));
	}
}

int demands_load(struct ct_request *r, struct rooms *rooms, int64_t person, struct ct_day day, struct ct_error *e)
{
	struct demands *d = talloc_zero(r, struct demands);
	bool *unmet = talloc_zero_array(r, bool, rooms->n + 1), asked = false;
	struct standing standing = { 0 };
	struct ct_result *row;
	int rc = ct_query(r, "requirements", CT_ARGS(CT_STR(rules_of(r, rooms))), &row, e);

	while (!rc && ct_next(row)) {
		const struct room *room = room_asking(rooms, ct_col_int(row, "policy_id"));

		if (!strcmp(ct_col_text(row, "kind"), "terms")) {
			rc = add_terms(r, d, room->org, ct_col_text(row, "code"), e);
			continue;
		}
		if (person && !asked)
			rc = audiences_load(r, person, 0, day, &standing, e);
		asked = true;
		if (!rc)
			judge(r, rooms, d, row, audience_among(&standing.person, ct_col_int(row, "audience_id")), unmet);
	}
	for (size_t i = 0; i < rooms->n; i++)
		if (rooms->room[i].policy.approval == APPROVAL_RULE)
			rooms->room[i].policy.approval = unmet[i] ? APPROVAL_ALWAYS : APPROVAL_NONE;
	rooms->demands = d;
	return rc;
}

static bool accepts(const struct wish *w, int64_t terms)
{
	for (size_t i = 0; i < w->n_terms; i++)
		if (w->terms[i] == terms)
			return true;
	return false;
}

int demands_check_terms(const struct rooms *rooms, const struct wish *w, struct ct_error *e)
{
	const struct demands *d = rooms->demands;

	for (size_t i = 0; i < d->n_terms && !w->manager; i++)
		if (!accepts(w, d->terms[i].id))
			return ct_fail_field(e, "terms", _("Please read and accept: %s."), d->terms[i].title);
	return 0;
}

int demands_without(struct ct_request *r, const struct rooms *rooms, int64_t id, struct ct_error *e)
{
	struct demands *d = rooms->demands;
	struct ct_result *row;
	int rc = d->n_terms ? ct_query(r, "terms_of_booking", CT_ARGS(CT_NUM(id)), &row, e) : 0;

	while (d->n_terms && !rc && ct_next(row)) {
		size_t kept = 0;

		for (size_t i = 0; i < d->n_terms; i++)
			if (strcmp(d->kinds[i], ct_col_text(row, "kind")) != 0) {
				d->kinds[kept] = d->kinds[i];
				d->terms[kept++] = d->terms[i];
			}
		d->n_terms = kept;
	}
	return rc;
}

struct asks {
	int64_t policy, audience;
	const char *kind, *code;
};

/* The same is asked for by the rules of this room, by whichever of them. */
static bool asks_too(const struct room *room, const struct asks *list, size_t n, const struct asks *what)
{
	for (size_t i = 0; i < n; i++)
		if (rules_concern(room, list[i].policy) && !strcmp(list[i].kind, what->kind) &&
		    !strcmp(list[i].code, what->code) && list[i].audience == what->audience)
			return true;
	return false;
}

int demands_compare(struct ct_request *r, const struct rooms *rooms, const struct room *asked, const bool **no_more_r,
		    struct ct_error *e)
{
	bool *no_more = talloc_array(r, bool, rooms->n + 1);
	struct asks *list = talloc_array(r, struct asks, 0);
	struct ct_result *row;
	size_t n = 0;
	int rc = ct_query(r, "requirements", CT_ARGS(CT_STR(rules_of(r, rooms))), &row, e);

	for (; !rc && ct_next(row); n++) {
		const char *code = ct_col_text(row, "code");

		list = talloc_realloc(r, list, struct asks, n + 1);
		list[n] = (struct asks){ ct_col_int(row, "policy_id"), ct_col_int(row, "audience_id"),
					 ct_col_text(row, "kind"), code ? code : "" };
	}
	for (size_t i = 0; i < rooms->n; i++) {
		no_more[i] = true;
		for (size_t k = 0; k < n && no_more[i]; k++)
			no_more[i] = !rules_concern(&rooms->room[i], list[k].policy) ||
				     asks_too(asked, list, n, &list[k]);
	}
	*no_more_r = no_more;
	return rc;
}

int demands_keep(struct ct_request *r, const struct rooms *rooms, const struct wish *w, int64_t booking,
		 struct ct_error *e)
{
	const struct demands *d = rooms->demands;
	int rc = 0;

	for (size_t i = 0; i < d->n_terms && !rc; i++) {
		const struct ct_terms *t = &d->terms[i];

		if (!accepts(w, t->id))
			continue;
		rc = ct_exec(r, "terms_insert", CT_ARGS(CT_NUM(booking), CT_NUM(t->id), CT_STR(d->kinds[i]),
			     CT_NUM(t->version), CT_STR(t->uid), CT_STR(t->title), CT_UTC(r->now)), e);
		if (!rc && w->person)
			rc = ct_terms_accept(r, t->id, w->person, "reservation.booking", booking, e);
	}
	return rc;
}

/* Its text, or its document. */
static int copy_of(struct ct_request *r, const struct ct_terms *t, struct ct_attachment *copy_r, struct ct_error *e)
{
	struct ct_file file;
	char *bytes;
	int rc;

	if (!t->file) {
		*copy_r = (struct ct_attachment){ talloc_asprintf(r, "%s.txt", t->title), "text/plain; charset=utf-8", t->text,
						  strlen(t->text) };
		return 0;
	}
	if ((rc = ct_file_get(r, t->file, &file, e)))
		return rc;
	bytes = talloc_size(r, (size_t)file.size);
	for (int64_t at = 0, seq = 0; at < file.size && !rc; seq++) {
		const void *chunk;
		size_t len;
		void *mem;

		if ((rc = ct_file_chunk(r, t->file, seq, &mem, &chunk, &len, e)))
			return rc;
		memcpy(bytes + at, chunk, len);
		at += (int64_t)len;
		talloc_free(mem);
	}
	*copy_r = (struct ct_attachment){ file.name, file.type, bytes, (size_t)file.size };
	return 0;
}

int demands_copy(struct ct_request *r, int64_t org, int64_t booking, json_t *view, struct ct_attachment *copies,
		 size_t *n_r, struct ct_error *e)
{
	json_t *list = ct_put_array(view, "terms");
	struct ct_result *row;
	size_t n = 0;
	int rc = ct_query(r, "terms_of_booking", CT_ARGS(CT_NUM(booking)), &row, e);

	while (!rc && ct_next(row)) {
		struct ct_terms now;
		json_t *o = ct_add_object(list);

		ct_put_text(o, "text_ui", talloc_asprintf(r, _("%s (version %lld)"), ct_col_text(row, "title"),
							  (long long)ct_col_int(row, "version")));
		ct_put_text(o, "link_ui", ct_url_absolute(r, ct_url(r, "/legal/%lld/terms/%s", (long long)org,
								     ct_col_text(row, "terms_uid"))));
		rc = ct_terms_in_force(r, org, ct_col_text(row, "kind"), &now, e);
		if (!rc && n < MOST_TERMS && now.id == ct_col_int(row, "terms_id"))
			rc = copy_of(r, &now, &copies[n++], e);
	}
	ct_put_bool(view, "has_terms_ui", !rc && json_array_size(list) > 0);
	*n_r = rc ? 0 : n;
	return rc;
}

static bool is_ticked(const struct ct_request *r, int64_t id)
{
	const struct ct_value *typed = ct_in_set(r, "terms") ? ct_in(r, "terms") : NULL;

	for (size_t i = 0; typed && i < typed->many; i++)
		if (typed->each[i].i == id)
			return true;
	return false;
}

void demands_put(struct ct_request *r, json_t *view, const struct demands *d, const char *form, bool posted)
{
	json_t *list = ct_put_array(view, "terms_ui");

	for (size_t i = 0; i < d->n_terms; i++) {
		const struct ct_terms *t = &d->terms[i];
		bool ticked = posted && is_ticked(r, t->id);
		json_t *o = ct_add_object(list);

		ct_put_text(o, "id", talloc_asprintf(r, "terms-%lld", (long long)t->id));
		ct_put_text(o, "value", talloc_asprintf(r, "%lld", (long long)t->id));
		ct_put_text(o, "label", t->title);
		ct_put_text(o, "link", ct_url(r, "/legal/%lld/terms/%s", (long long)r->org, t->uid));
		ct_put_bool(o, "checked", ticked);
		ct_put_text(o, "form", form);
		ct_put_text(o, "error", posted && !ticked
					? _("Please read these conditions and tick the box.") : NULL);
	}
	ct_put_bool(view, "has_terms_ui", d->n_terms > 0);
}
