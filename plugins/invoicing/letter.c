/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A letter about an issued document: read, written, sent with the PDF as it is stored. */
#include <string.h>
#include <talloc.h>

#include "letters.h"
#include "pages.h"

enum { PARTS = 40 };		/* half-years that there may be a rate of */

static const char *const subjects[LEVELS] = { N_("A small reminder"), N_("Your invoice is still to be paid"),
					      N_("Formal notice to pay") };

int letter_load(struct ct_request *r, int64_t document, struct letter *l, struct ct_error *e)
{
	struct ct_result *row;
	int rc = ct_one(r, "letter_of", CT_ARGS(CT_NUM(document)), &row, e);

	if (rc)
		return rc;
	*l = (struct letter){
		.id = document, .org = ct_col_int(row, "issuer_id"), .party = ct_col_int(row, "party_id"),
		.gross = ct_col_int(row, "gross_cents"), .left = ct_col_int(row, "left_cents"), .file = ct_col_int(row, "file_id"),
		.type = ct_col_text(row, "type"), .number = ct_col_text(row, "number"), .payer = ct_col_text(row, "payer"),
		.email = ct_col_text(row, "email"), .lang = ct_col_text(row, "lang"), .currency = ct_col_text(row, "currency"),
		.issuer = ct_col_text(row, "issuer"), .sha256 = ct_col_text(row, "sha256"),
		.text = { ct_col_text(row, "first_text"), ct_col_text(row, "second_text"), ct_col_text(row, "third_text") },
		.closing = ct_col_text(row, "closing"),
		.holder = ct_col_text(row, "holder"), .iban = ct_col_text(row, "iban"), .bic = ct_col_text(row, "bic"),
		.reference = ct_col_text(row, "reference"), .professional = ct_col_int(row, "professional"),
		.is_public = ct_col_int(row, "public_buyer"), .disputed = ct_col_int(row, "disputed"),
		.issued = ct_col_day(row, "issued_d"), .due = ct_col_day(row, "due_d"),
		.last = (int)ct_col_int(row, "last_level"), .last_sent = ct_col_utc(row, "last_utc"),
	};
	return 0;
}

/* ---- what it says ---- */

static const char *money(struct ct_request *r, const struct letter *l, int64_t cents)
{
	return ct_money_show(r, cents, l->currency, r->lang);
}

static const char *first_sentence(struct ct_request *r, const struct letter *l)
{
	char day[CT_TIME_UI];

	return talloc_asprintf(r, !strcmp(l->type, "credit") ? _("Please find attached credit note %1$s of %2$s, over %3$s.")
		: !strcmp(l->type, "opening") ? _("Please find attached the statement %1$s of %2$s: a balance of %3$s carried over from our books before.")
		: !strcmp(l->type, "receipt") ? _("Please find attached the paper %1$s of %2$s for your dues, over %3$s.")
		: _("Please find attached invoice %1$s of %2$s, over %3$s."),
		l->number, ct_day_ui(day, l->issued, r->lang), money(r, l, l->gross));
}

/* Of the document itself: what it is, and what is still to be done about it. */
static const char *document_text(struct ct_request *r, const struct letter *l)
{
	const char *first = first_sentence(r, l);
	char day[CT_TIME_UI];

	if (!strcmp(l->type, "credit"))
		return first;
	if (l->left <= 0)
		return talloc_asprintf(r, "%s\n\n%s", first, _("Nothing is left to pay on it."));
	return talloc_asprintf(r, "%s\n\n%s", first, talloc_asprintf(r, l->due.n < today_of(r).n
		? _("%1$s are open; they were to be paid by %2$s.") : _("%1$s are to be paid by %2$s."),
		money(r, l, l->left), ct_day_ui(day, l->due, r->lang)));
}

static const char *filled(struct ct_request *r, const char *text, const char *name, const char *with)
{
	const char *mark = talloc_asprintf(r, "{%s}", name);
	char *out = talloc_strdup(r, "");

	for (const char *at; (at = strstr(text, mark)); text = at + strlen(mark))
		out = talloc_asprintf_append_buffer(out, "%.*s%s", (int)(at - text), text, with);
	return talloc_strdup_append_buffer(out, text);
}

static const char *reminder_text(struct ct_request *r, const struct letter *l, int level)
{
	const char *text = !strcmp(l->type, "opening") ? notice_opening_text(level)
		: l->text[level - 1] ? l->text[level - 1] : notice_text(level);
	char day[CT_TIME_UI];

	text = filled(r, text, "number", l->number);
	text = filled(r, text, "date", ct_day_ui(day, l->issued, r->lang));
	text = filled(r, text, "limit", ct_day_ui(day, l->due, r->lang));
	text = filled(r, text, "rest", money(r, l, l->left));
	return filled(r, text, "client", l->payer);
}

/* ---- what the law adds to a formal notice ---- */

static int rate_cents(struct ct_request *r, const char *kind, struct ct_day day, int64_t *bp, int64_t *cents,
		      struct ct_error *e)
{
	struct ct_result *row;
	int rc = ct_query(r, "rates", CT_ARGS(CT_DAY(day)), &row, e);

	while (!rc && ct_next(row)) {
		if (!strcmp(ct_col_text(row, "kind"), kind))
			*bp = ct_col_int(row, "bp");
		else if (!strcmp(ct_col_text(row, "kind"), "late_fee"))
			*cents = ct_col_int(row, "cents");
	}
	return rc;
}

static int ecb_load(struct ct_request *r, struct ecb *rates, size_t *n_r, struct ct_error *e)
{
	struct ct_result *row;
	int rc = ct_query(r, "ecb_rates", CT_NO_ARGS, &row, e);

	for (*n_r = 0; !rc && ct_next(row) && *n_r < PARTS;)
		rates[(*n_r)++] = (struct ecb){ ct_col_day(row, "from_d"), ct_col_int(row, "bp") };
	return rc;
}

/* What is open, until today; and what was paid late, until the day on which it came. Credited: it was never owed. */
static int late_load(struct ct_request *r, const struct letter *l, struct late **late_r, size_t *n_r,
		     struct ct_error *e)
{
	struct ct_result *row;
	struct late *late;
	int rc = ct_query(r, "letter_paid", CT_ARGS(CT_NUM(l->id), CT_DAY(l->due)), &row, e);

	if (rc)
		return rc;
	late = talloc_array(r, struct late, ct_result_rows(row) + 1);
	late[0] = (struct late){ l->left, today_of(r) };
	for (*n_r = 1; ct_next(row); (*n_r)++)
		late[*n_r] = (struct late){ ct_col_int(row, "cents"), ct_col_day(row, "received_d") };
	*late_r = late;
	return 0;
}

/* The mention of the day, by its article, and what it comes to. */
static int put_law(struct ct_request *r, const struct letter *l, json_t *view, int64_t *penalty_r, struct ct_error *e)
{
	struct ct_day today = today_of(r);
	int64_t points = 0, fee = 0, sum;
	struct ecb rates[PARTS];
	const char *law = NULL;
	struct rules rules;
	struct late *late;
	size_t n, n_late;
	int rc;

	if ((rc = rules_load(r, today, &rules, e)) || (rc = ecb_load(r, rates, &n, e)) ||
	    (rc = late_load(r, l, &late, &n_late, e)) ||
	    (rc = rate_cents(r, l->is_public ? "late_points_public" : "late_points", today, &points, &fee, e)))
		return rc;
	for (size_t i = 0; i < rules.n_mentions; i++)
		if (!strcmp(rules.mentions[i].code, l->is_public ? "penalty_public" : "penalty"))
			law = rules.mentions[i].text;
	sum = dunning_penalty(rates, n, points, l->is_public, late, n_late, l->due);
	if (law && sum >= 0)
		law = talloc_asprintf(r, "%s\n\n%s", law,
			talloc_asprintf(r, _("As of today that is %1$s of penalties and %2$s of indemnity, beside the %3$s that are open."),
					money(r, l, sum), money(r, l, fee), money(r, l, l->left)));
	ct_put_text(view, "law_ui", law);
	*penalty_r = law ? sum : -1;
	return 0;
}

static void put_pay(struct ct_request *r, const struct letter *l, json_t *view)
{
	json_t *pay;

	ct_put_null(view, "pay_ui");
	if (l->left <= 0 || !l->iban)
		return;
	pay = ct_put_object(view, "pay_ui");
	ct_put_text(pay, "holder", l->holder);
	ct_put_text(pay, "iban", sheet_iban(r, l->iban, " "));
	ct_put_text(pay, "bic", l->bic);
	ct_put_text(pay, "reference", l->reference);
}

int letter_view(struct ct_request *r, const struct letter *l, int level, json_t **view_r, int64_t *penalty_r,
		struct ct_error *e)
{
	json_t *view = own_json(r, json_object());
	bool opening = !strcmp(l->type, "opening");
	const char *subject = !level ? document_word(l->type) : opening && level == 2 ? _("A balance is still to be paid") : _(subjects[level - 1]);
	int rc;

	*penalty_r = -1;
	ct_put_text(view, "subject", level ? talloc_asprintf(r, "%s – %s – %s", subject, l->number, l->issuer)
		    : talloc_asprintf(r, "%s %s – %s", subject, l->number, l->issuer));
	ct_put_text(view, "name_ui", l->payer);
	ct_put_text(view, "text_ui", level ? reminder_text(r, l, level) : document_text(r, l));
	ct_put_text(view, "closing_ui", level ? l->closing : NULL);
	ct_put_null(view, "law_ui");
	put_pay(r, l, view);
	if (level == LEVELS && (rc = put_law(r, l, view, penalty_r, e)))
		return rc;
	*view_r = json_incref(view);
	return 0;
}

/* ---- sending it ---- */

static int mail(struct ct_request *r, const struct letter *l, json_t *view, struct ct_error *e)
{
	struct ct_attachment paper = { .type = "application/pdf" };
	struct ct_mail mail = { .org = l->org, .party = l->party, .to = l->email, .to_name = l->payer, .lang = r->lang,
				.template = "invoicing/mail-letter.txt", .attachments = &paper, .n_attachments = 1 };
	struct ct_file file;
	int rc;

	if ((rc = stored_get(r, l->file, l->sha256, &file, e)) ||
	    (rc = ct_file_read(r, &file, &paper.bytes, e))) {
		json_decref(view);
		return rc;
	}
	paper.name = file.name;
	paper.len = (size_t)file.size;
	mail.subject = talloc_strdup(r, sheet_text(view, "subject"));
	mail.why = _("You get this mail because a document was issued to you.");
	mail.view = view;
	return ct_mail(r, &mail, e);
}

static int record(struct ct_request *r, const struct letter *l, int level, int64_t penalty, struct ct_error *e)
{
	json_t *after = json_object();
	int rc = ct_exec(r, "letter_add", CT_ARGS(CT_NUM(l->id), CT_NUM(level), CT_UTC(r->now), CT_STR(l->email),
		level ? CT_NUM(l->left) : CT_NULL, penalty < 0 ? CT_NULL : CT_NUM(penalty), CT_ID(r->person)), e);

	if (rc) {
		json_decref(after);
		return rc == CT_CONFLICT ? ct_fail(e, CT_CONFLICT, _("This reminder of %s was sent already."), l->number) : rc;
	}
	ct_put_int(after, "level", level);
	return ct_audit(r, "document", l->id, level ? "remind" : "mail", NULL, after, e);
}

int letter_send(struct ct_request *r, const struct letter *l, int level, struct ct_error *e)
{
	const char *before = ct_speak(r, l->lang);
	json_t *view;
	int64_t penalty;
	int rc = letter_view(r, l, level, &view, &penalty, e);

	if (!rc)
		rc = mail(r, l, view, e);
	ct_speak(r, before);
	return rc ? rc : record(r, l, level, penalty, e);
}

static int already(struct ct_request *r, const struct letter *l, struct ct_error *e)
{
	const struct ct_zone *zone;
	struct ct_result *row;
	char when[CT_TIME_UI];
	int rc = ct_query(r, "letter_last", CT_ARGS(CT_NUM(l->id)), &row, e);

	if (rc || !ct_next(row) || (rc = ct_zone_get("Europe/Paris", &zone, e)))
		return rc;
	return ct_fail(e, CT_CONFLICT, _("It was sent on %1$s to %2$s. Do you want to send it once more?"),
		       ct_local_ui(when, ct_zone_local(zone, ct_col_utc(row, "sent_utc")), CT_NO_DAY, r->lang),
		       ct_col_null(row, "sent_to") ? l->payer : ct_col_text(row, "sent_to"));
}

int letter_document(struct ct_request *r, int64_t document, bool again, struct ct_error *e)
{
	struct letter l;
	int rc;

	if ((rc = client_guard_of(r, document, e)) || (rc = letter_load(r, document, &l, e)))
		return rc;
	if (!l.email)
		return ct_fail(e, CT_INVALID, _("No e-mail address is known of %s."), l.payer);
	if (!again && (rc = already(r, &l, e)))
		return rc;
	return letter_send(r, &l, 0, e);
}
