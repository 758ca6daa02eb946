/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The texts of reminders: the program's, and those that an organisation writes in their place. */
#include <string.h>
#include <talloc.h>

#include "letters.h"

static const char *const texts[LEVELS] = {
	N_("A small reminder: invoice {number} of {date} was to be paid by {limit}, and {rest} of it are open.\n\nIf your payment is on its way already, please take no notice of this message."),
	N_("Unless we are mistaken, {rest} of invoice {number} of {date}, which was to be paid by {limit}, have not reached us yet.\n\nA difficulty? Answer this message, we will find a solution."),
	N_("Our reminders have stayed without an answer: {rest} of invoice {number} of {date}, which was to be paid by {limit}, are still open.\n\nWe hereby give you formal notice to pay this sum within eight days."),
};

/* Of what is no invoice. There is no formal notice of it. */
static const char *const opening_texts[LEVELS - 1] = {
	N_("A small reminder: your balance carried over ({number} of {date}) was to be paid by {limit}, and {rest} of it are open.\n\nIf your payment is on its way already, please take no notice of this message."),
	N_("Unless we are mistaken, {rest} of your balance carried over ({number} of {date}), which was to be paid by {limit}, have not reached us yet.\n\nA difficulty? Answer this message, we will find a solution."),
};

static const char *const columns[LEVELS] = { "first_text", "second_text", "third_text" };

const struct ct_field notice_fields[] = {
	{ "first_text", N_("First reminder, 7 days after it was due"), CT_LONG_TEXT, .max = 2000,
	  .help = N_("{client}, {number}, {date}, {limit} and {rest} become the client, the number of the invoice, its date, the day by which it was to be paid, and what is open. Empty: our text.") },
	{ "second_text", N_("Second reminder, after 21 days"), CT_LONG_TEXT, .max = 2000 },
	{ "third_text", N_("Formal notice, after 45 days"), CT_LONG_TEXT, .max = 2000,
	  .help = N_("To professionals only. The penalties of the law, with their article and their sum, are added below.") },
	{ "closing", N_("At the end of each"), CT_TEXT, .max = 200, .list = true, .help = N_("Who greets, and how.") },
	{ 0 }
};

const char *notice_text(int level)
{
	return _(texts[level - 1]);
}

const char *notice_opening_text(int level)
{
	return _(opening_texts[level < LEVELS ? level - 1 : LEVELS - 2]);
}

const char *notice_unknown(void *mem, const char *text)
{
	static const char *const known[] = { "client", "number", "date", "limit", "rest" };

	for (const char *open = text ? strchr(text, '{') : NULL; open; open = strchr(open + 1, '{')) {
		const char *end = strchr(open, '}');
		const char *name = talloc_strndup(mem, open + 1, end ? (size_t)(end - open - 1) : strcspn(open + 1, " \r\n"));
		bool found = false;

		for (size_t i = 0; end && i < sizeof(known) / sizeof(known[0]); i++)
			found = found || !strcmp(known[i], name);
		if (!found)
			return name;
	}
	return NULL;
}

/* What is left as it was is not kept: who reads it gets it in her language. */
static const char *own_text(struct ct_request *r, int level)
{
	const char *text = ct_in_text(r, columns[level - 1]);

	return text && *text && strcmp(text, notice_text(level)) != 0 ? text : NULL;
}

int notice_check(struct ct_request *r, int64_t id, struct ct_error *e)
{
	(void)id;
	for (size_t i = 0; i < LEVELS; i++) {
		const char *wrong = notice_unknown(r, ct_in_text(r, columns[i]));

		if (wrong)
			ct_in_error(r, columns[i], _("{%s} is not known here."), wrong);
	}
	return ct_in_fail(r, e);
}

/* NOLINTNEXTLINE(readability-non-const-parameter): this is what ct_record.write looks like */
int notice_write(struct ct_request *r, int64_t *id, int64_t version, struct ct_error *e)
{
	int64_t count;
	int rc = ct_exec(r, "notice_born", CT_ARGS(CT_NUM(*id)), e);

	if (rc)
		return rc;
	rc = ct_exec_count(r, "notice_write", CT_ARGS(CT_STR(own_text(r, 1)), CT_STR(own_text(r, 2)), CT_STR(own_text(r, 3)), CT_STR(ct_in_text(r, "closing")),
						      CT_NUM(*id), CT_NUM(version)), &count, e);
	return rc || count ? rc : ct_lost(e);
}

int notice_form(struct ct_request *r, int64_t id, json_t *controls, struct ct_error *e)
{
	(void)r;
	(void)id;
	(void)e;
	for (size_t i = 0; i < LEVELS && i < json_array_size(controls); i++) {
		json_t *control = json_array_get(controls, i);

		if (json_is_null(json_object_get(control, "value")))
			ct_put_text(control, "value", notice_text((int)i + 1));
	}
	return 0;
}
