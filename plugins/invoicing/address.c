/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A guest's address, which an invoice needs: she is asked for it by mail, and types it without an account.
 *
 * As other links of guests (ADR 0007) hers is derived with the installation's key and only its hash is stored. Asking
 * again makes another one, and the one before opens nothing any more; each ends after 30 days.
 */
#include <string.h>
#include <talloc.h>

#include "letters.h"
#include "pages.h"

enum { LINK_SECONDS = 30 * 86400 };

const struct ct_field address_look_fields[] = { { "t", N_("Token of the link"), CT_TEXT, .max = 64 }, { 0 } };

const struct ct_field address_fields[] = {
	{ "t", N_("Token of the link"), CT_TEXT, .max = 64 },
	{ "name", N_("Name on the invoice"), CT_TEXT, .required = true, .max = 170, .autocomplete = "name" },
	{ "street", N_("Number and street"), CT_TEXT, .required = true, .max = 120, .autocomplete = "address-line1" },
	{ "more", N_("Building, floor"), CT_TEXT, .max = 100, .autocomplete = "address-line2" },
	{ "postcode", N_("Postcode"), CT_POSTCODE, .required = true, .autocomplete = "postal-code" },
	{ "town", N_("Town"), CT_TEXT, .required = true, .max = 100, .autocomplete = "address-level2" },
	{ 0 }
};

const struct ct_view_field address_view[] = {
	{ "issuer", "text", "who asks" }, { "known", "boolean", "an address was given already" }, { 0 }
};

static const char *secret(struct ct_request *r, const char *uid, struct ct_utc asked)
{
	char when[CT_TIME_TEXT];

	return ct_secret_hash(r, "guest's address", talloc_asprintf(r, "%s %s", uid, ct_utc_text(when, asked)));
}

/* The client whom the link was mailed to. CT_MISSING for any other link. */
static int opened(struct ct_request *r, struct ct_result **row_r, struct ct_error *e)
{
	const char *token = ct_in_typed(r, "t"), *hash;
	int rc = ct_one(r, "address_client", CT_ARGS(CT_NUM(r->subject)), row_r, e);

	if (rc)
		return rc;
	hash = ct_col_text(*row_r, "token_hash");
	if (token && hash && ct_same_secret(ct_hash_secret(r, token), hash) && ct_col_null(*row_r, "party_id") &&
	    r->now.s <= ct_col_utc(*row_r, "address_asked_utc").s + LINK_SECONDS)
		return 0;
	return ct_fail(e, CT_MISSING, "%s", _("There is no page at this address."));
}

/* ---- asking ---- */

static int mail(struct ct_request *r, const struct bill *b, const struct ct_result *client, struct ct_error *e)
{
	const char *uid = ct_col_text(client, "uid"), *token = secret(r, uid, r->now);
	struct ct_mail mail = { .org = b->org, .to = b->email, .to_name = b->payer, .template = "invoicing/mail-address.txt" };
	const char *before;
	int rc = ct_exec(r, "address_asked", CT_ARGS(CT_UTC(r->now), CT_STR(ct_hash_secret(r, token)), CT_NUM(b->client)), e);

	if (rc)
		return rc;
	before = ct_speak(r, ct_col_text(client, "lang"));
	mail.lang = r->lang;
	mail.subject = talloc_asprintf(r, "%s – %s", _("Your address for the invoice"), ct_col_text(client, "issuer"));
	mail.why = _("You get this mail because an invoice is prepared for you.");
	mail.view = json_object();
	ct_put_text(mail.view, "name_ui", b->payer);
	ct_put_text(mail.view, "issuer_ui", ct_col_text(client, "issuer"));
	ct_put_text(mail.view, "link_ui", ct_url_absolute(r, talloc_asprintf(r, "%s?t=%s", ct_url(r, "/clients/%s/address", uid), token)));
	rc = ct_mail(r, &mail, e);
	ct_speak(r, before);
	return rc;
}

static int ask(struct ct_request *r, void *arg, struct ct_error *e)
{
	struct ct_result *client;
	struct rules rules;
	struct bill b;
	int rc;

	(void)arg;
	if ((rc = draft_lock(r, r->subject, e)) || (rc = rules_load(r, today_of(r), &rules, e)) ||
	    (rc = bill_load(r, r->subject, today_of(r), &rules, &b, e)) ||
	    (rc = ct_one(r, "address_client", CT_ARGS(CT_NUM(b.client)), &client, e)))
		return rc;
	if (b.party)
		return ct_fail(e, CT_CONFLICT, "%s", _("The address of a contact is written with the contact."));
	if (b.address)
		return ct_fail(e, CT_CONFLICT, "%s", _("Its address is known."));
	if (!b.email)
		return ct_fail(e, CT_CONFLICT, _("No e-mail address is known of %s."), b.payer);
	if ((rc = mail(r, &b, client, e)))
		return rc;
	return ct_audit(r, "client", b.client, "ask", NULL, json_object(), e);
}

int address_ask(struct ct_request *r, struct ct_error *e)
{
	int rc = document_at_home(r, e);

	if (rc || (rc = ct_transaction(r, ask, NULL, e)))
		return rc;
	ct_put_id(r->view, "id", r->subject);
	ct_notice(r, "%s", _("The address is asked for by e-mail."));
	ct_redirect(r, 200, ct_url(r, "/o/%s/invoices/%lld", ct_path(r, "org"), (long long)r->subject));
	return 0;
}

int address_put(struct ct_request *r, const struct bill *b, bool missing, struct ct_error *e)
{
	const struct ct_zone *zone;
	struct ct_result *client;
	char when[CT_TIME_UI];
	json_t *o;
	int rc;

	ct_put_bool(r->view, "address_missing", missing);
	ct_put_null(r->view, "address_ui");
	if (!missing || b->party || !b->email || !ct_may(r, MAY_PREPARE, r->org))
		return 0;
	if ((rc = ct_one(r, "address_client", CT_ARGS(CT_NUM(b->client)), &client, e)) ||
	    (rc = ct_zone_get("Europe/Paris", &zone, e)))
		return rc;
	o = ct_put_object(r->view, "address_ui");
	ct_put_text(o, "action", ct_url(r, "/o/%s/invoices/%lld/address", ct_path(r, "org"), (long long)b->id));
	ct_put_text(o, "to", b->email);
	ct_put_text(o, "asked", ct_col_null(client, "address_asked_utc") ? NULL
		    : ct_local_ui(when, ct_zone_local(zone, ct_col_utc(client, "address_asked_utc")), CT_NO_DAY, r->lang));
	return 0;
}

/* ---- answering ---- */

static void put_form(struct ct_request *r, const struct ct_result *client)
{
	json_t *form = ct_put_object(r->view, "form_ui"), *current = own_json(r, json_object());

	ct_put_text(current, "name", ct_col_text(client, "name"));
	ct_put_text(form, "action", ct_url(r, "/clients/%s/address", ct_col_text(client, "uid")));
	ct_put_text(form, "token", ct_in_typed(r, "t"));
	ct_put_controls(r, form, "fields", address_fields + 1, current);
}

int address_page(struct ct_request *r, struct ct_error *e)
{
	struct ct_result *client;
	int rc = opened(r, &client, e);

	if (rc)
		return rc;
	ct_header(r, "Referrer-Policy", "no-referrer");
	ct_put_text(r->view, "issuer", ct_col_text(client, "issuer"));
	ct_put_bool(r->view, "known", !ct_col_null(client, "address"));
	ct_put_text(r->view, "address_ui", ct_col_text(client, "address"));
	put_form(r, client);
	return 0;
}

static int store(struct ct_request *r, void *arg, struct ct_error *e)
{
	const char *more = ct_in_text(r, "more"), *address;
	struct ct_result *client;
	int64_t count;
	int rc;

	(void)arg;
	if ((rc = ct_exec(r, "client_lock", CT_ARGS(CT_NUM(r->subject)), e)) || (rc = opened(r, &client, e)))
		return rc;
	address = talloc_asprintf(r, "%s%s%s\n%s %s", ct_in_text(r, "street"), more && *more ? "\n" : "", more && *more ? more : "",
				  ct_in_text(r, "postcode"), ct_in_text(r, "town"));
	rc = ct_exec_count(r, "address_store", CT_ARGS(CT_STR(address), CT_STR(ct_in_text(r, "name")), CT_NUM(r->subject)), &count, e);
	if (rc)
		return rc;
	return ct_audit(r, "client", r->subject, "address", NULL, json_object(), e);
}

int address_post(struct ct_request *r, struct ct_error *e)
{
	int rc = ct_transaction(r, store, NULL, e);

	return rc ? rc : address_page(r, e);
}
