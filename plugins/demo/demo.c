/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * demo: lets a stranger play. /demo/mails shows what the installation has mailed, /login offers the people of
 * the sample network, and every page says that all of it is made up. Whoever loads it opens every mail and
 * every sample account to everybody: it is for demonstrations and never installed by `make install`.
 */
#include <comptoir/mailbox.h>

#include "demo.h"

static const struct ct_view_field mails_view[] = { { "mails", "array",
						     N_("The newest mails first") },
						   { "mails.uid", "text", N_("Names the mail") },
						   { "mails.subject", "text", NULL },
						   { "mails.from", "text", NULL },
						   { "mails.to", "text", NULL },
						   { "mails.sent", "time", NULL },
						   { "mails.sent_local", "time", NULL },
						   { 0 } };

static const struct ct_view_field mail_view[] = {
	{ "uid", "text", N_("Names the mail") },
	{ "subject", "text", NULL },
	{ "from", "text", NULL },
	{ "to", "text", NULL },
	{ "sent", "time", NULL },
	{ "sent_local", "time", NULL },
	{ "text", "text", N_("What a person reads") },
	{ "attachments", "array", N_("The other parts") },
	{ "attachments.name", "text", NULL },
	{ "attachments.type", "text", NULL },
	{ "attachments.part", "integer", N_("Its number in the address of its download") },
	{ 0 }
};

static const struct ct_route routes[] = {
	{ "GET", "/demo/mails", CT_ANY, CT_PUBLIC, "demo/mails", demo_mails, .view = mails_view,
	  .title = N_("Mailbox of the demonstration") },
	{ "GET", "/demo/mails/{uid}", CT_ANY, CT_PUBLIC, "demo/mail", demo_mail, .view = mail_view,
	  .title = N_("Mail") },
	{ "GET", "/demo/mails/{uid}/parts/{n}", CT_ANY, CT_PUBLIC, NULL, demo_part,
	  .title = N_("Part of a mail") },
	{ "POST", "/demo/sign-in", CT_ANY, CT_PUBLIC, NULL, demo_sign_in,
	  .fields = demo_sign_in_fields, .title = N_("Be somebody of the demonstration") },
	{ 0 }
};

static int banner(struct ct_request *r, struct ct_error *e)
{
	json_t *line = ct_banner(r, _("Demonstration, invented data"));

	(void)e;
	ct_banner_link(line, _("Mailbox"), "/demo/mails");
	ct_banner_link(line, r->person ? _("Be somebody else") : _("Be somebody"), "/login");
	return 0;
}

static const struct ct_hook hooks[] = { CT_HOOK("page.banner", ct_handler_f, banner),
					CT_HOOK("login.offer", ct_handler_f, demo_offer),
					{ 0 } };

static const char *mailbox_sentence(struct ct_request *r)
{
	(void)r;
	return _("In the demonstration, no e-mail leaves: it is here.");
}

static const char *mailbox_label(struct ct_request *r)
{
	(void)r;
	return _("Open the mailbox");
}

static const struct ct_mailbox mailbox = { mailbox_sentence, mailbox_label, "/demo/mails" };
static const struct ct_service_offer services[] = { { "mailbox", 1, &mailbox }, { 0 } };

CT_PLUGIN(demo) = {
	CT_HEAD("demo"), .title = N_("Demonstration"), .routes = routes,
	.hooks = hooks,	 .services = services,
};
