/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * comptoir-generation: started by comptoir.fcgi, not by people.
 *
 *   --serve NUMBER --listeners N [--workers N] [--config FILE]   a generation of the server
 *   --server-settings [--config FILE]                            prints [server] for the supervisor
 *   --cgi                                                        one request, as a CGI program
 */
#include <getopt.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <comptoir/i18n.h>

#include "core.h"
#include "server/gateway.h"
#include "server/generation.h"
#include "server/listen.h"
#include "server/report.h"

static int print_settings(const char *config)
{
	struct ct_error e = { .rc = 0 };

	if (ct_core_server_settings(config, stdout, &e) == 0)
		return fflush(stdout) ? 1 : 0;
	printf("error=%s\n", e.text);
	return 1;
}

/* The core is not there to choose the language. */
static void choose_language(const char *accept)
{
	setenv("LANGUAGE", accept && !strncmp(accept, "en", 2) ? "en" : "fr", 1);
	bindtextdomain(CT_TEXT_DOMAIN, CT_LOCALE_DIR);
	bind_textdomain_codeset(CT_TEXT_DOMAIN, "UTF-8");
}

/* The reason is the administrator's; the visitor learns that it is not her fault. */
static int cgi_unavailable(struct ct_gateway *gateway, const char *reason)
{
	static const char head[] =
		"Status: 503 Service Unavailable\r\nContent-Type: text/plain; charset=utf-8\r\n"
		"Retry-After: 60\r\nCache-Control: no-store\r\n\r\n";
	const char *text;

	choose_language(getenv("HTTP_ACCEPT_LANGUAGE"));
	text = _("This site is not ready. Please try again in a minute.");
	ct_report(CT_LOG_ERROR, "cgi.failed", "text", reason, NULL);
	gateway->write(gateway, head, sizeof(head) - 1);
	gateway->write(gateway, text, strlen(text));
	gateway->write(gateway, "\n", 1);
	ct_cgi_finish();
	return 1;
}

static int serve_cgi(const char *config)
{
	struct ct_core_options options = { .config = config, .cgi = true };
	struct ct_gateway *gateway = ct_cgi_gateway();
	struct ct_core *core = NULL;
	struct ct_error e = { .rc = 0 };
	int status = 0;

	if (ct_core_open(&options, &core, &e))
		return cgi_unavailable(gateway, e.text);
	if (ct_core_worker(core, NULL, &e)) {
		status = cgi_unavailable(gateway, e.text);
	} else {
		ct_core_serve(core, gateway);
		status = ct_cgi_finish() ? 1 : 0;
	}
	ct_core_close(core);
	return status;
}

enum mode { NOTHING, SERVE, SETTINGS, CGI };

static const struct option long_options[] = {
	{ "serve", required_argument, NULL, 's' },
	{ "listeners", required_argument, NULL, 'l' },
	{ "workers", required_argument, NULL, 'w' },
	{ "config", required_argument, NULL, 'c' },
	{ "server-settings", no_argument, NULL, 'S' },
	{ "cgi", no_argument, NULL, 'C' },
	{ NULL, 0, NULL, 0 }
};

int main(int argc, char *argv[])
{
	const char *config = getenv("COMPTOIR_CONFIG");
	struct ct_generation_options options = { .config = config ? config : CT_CONFIG_FILE };
	enum mode mode = NOTHING;
	int c;

	setlocale(LC_ALL, "C.UTF-8");
	while ((c = getopt_long(argc, argv, "", long_options, NULL)) != -1) {
		switch (c) {
		case 's': mode = SERVE; options.number = strtoull(optarg, NULL, 10); break;
		case 'l': options.listeners = strtoul(optarg, NULL, 10); break;
		case 'w': options.workers = optarg; break;
		case 'c': options.config = optarg; break;
		case 'S': mode = SETTINGS; break;
		case 'C': mode = CGI; break;
		default: return 2;
		}
	}
	if (mode == SETTINGS)
		return print_settings(options.config);
	if (mode == CGI)
		return serve_cgi(options.config);
	if (mode == SERVE && options.listeners >= 1 && options.listeners <= CT_LISTENERS)
		return ct_generation_run(&options);
	fprintf(stderr, _("%s is started by comptoir.fcgi.\n"), argv[0]);
	return 2;
}
