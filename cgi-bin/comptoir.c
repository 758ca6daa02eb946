/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * comptoir.fcgi: the program that a web server, systemd or a person starts. Linked with libc
 * only: it supervises (server/supervisor.h), and hands a request of plain CGI to
 * comptoir-generation.
 */
#include <errno.h>
#include <getopt.h>
#include <locale.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <comptoir/i18n.h>

#include "server/learn.h"
#include "server/listen.h"
#include "server/report.h"
#include "server/supervisor.h"

static const char usage[] = N_(
"Usage: comptoir.fcgi [OPTION]...\n"
"Serves Comptoir by FastCGI until it is told to end (TERM). HUP loads it anew.\n"
"\n"
"  --config FILE      configuration [COMPTOIR_CONFIG, or the installation's]\n"
"  --listen ADDRESS   unix:PATH, HOST:PORT or [HOST]:PORT; may be repeated\n"
"                     [as configured; a socket handed over comes first]\n"
"  --workers N        worker processes [as configured]\n"
"  --pid FILE         write the process id when it serves\n"
"  --status PATH      answer `comptoirctl status` on this unix socket\n"
"                     [--pid FILE with .status appended]\n"
"  --generation FILE  the program that does the work [COMPTOIR_GENERATION]\n"
"  --help             print this and exit\n"
"  --version          print the version and exit\n"
"\n"
"Started by a web server as a CGI program it answers that one request.\n");

static const struct option long_options[] = {
	{ "config", required_argument, NULL, 'c' },
	{ "listen", required_argument, NULL, 'l' },
	{ "workers", required_argument, NULL, 'w' },
	{ "pid", required_argument, NULL, 'p' },
	{ "status", required_argument, NULL, 's' },
	{ "generation", required_argument, NULL, 'g' },
	{ "help", no_argument, NULL, 'h' },
	{ "version", no_argument, NULL, 'v' },
	{ NULL, 0, NULL, 0 }
};

/* On `out`, in the language of whoever asks. */
static int print_usage(FILE *out)
{
	setlocale(LC_ALL, "");
	bindtextdomain(CT_TEXT_DOMAIN, CT_LOCALE_DIR);
	return fputs(_(usage), out) < 0;
}

static const char *generation_program(void)
{
	const char *program = getenv("COMPTOIR_GENERATION");

	return program && *program ? program : CT_GENERATION_PATH;
}

/*
 * A web server may turn a query string without "=" into arguments (RFC 3875, 4.4): they are a
 * visitor's words and never looked at.
 */
static int run_cgi(void)
{
	const char *argv[] = { "comptoir-generation", "--cgi", NULL };
	const char *program = generation_program();

	execv(program, ct_argv(argv));
	ct_report(CT_LOG_ERROR, "cgi.failed", "program", program, "text", strerror(errno), NULL);
	printf("Status: 503 Service Unavailable\r\n"
	       "Content-Type: text/plain; charset=utf-8\r\n\r\n%s\n",
	       _("This site is not ready. Please try again in a minute."));
	return 1;
}

static bool add_address(char *list, size_t size, const char *address)
{
	size_t len = strlen(list);

	return snprintf(list + len, size - len, "%s%s", len ? " " : "", address) <
	       (int)(size - len);
}

int main(int argc, char *argv[])
{
	struct ct_supervisor_options options = { .generation = generation_program() };
	char listen[1024] = "", status[4096];
	int c;

	if (getenv("GATEWAY_INTERFACE") && !ct_is_listening(STDIN_FILENO))
		return run_cgi();
	while ((c = getopt_long(argc, argv, "", long_options, NULL)) != -1) {
		switch (c) {
		case 'c': options.config = optarg; break;
		case 'w': options.workers = optarg; break;
		case 'p': options.pid_file = optarg; break;
		case 's': options.status = optarg; break;
		case 'g': options.generation = optarg; break;
		case 'h': return print_usage(stdout);
		case 'v': return printf("comptoir %s\n", CT_VERSION) < 0;
		case 'l':
			if (add_address(listen, sizeof(listen), optarg))
				break;
			return 2;
		default: return 2;
		}
	}
	if (optind < argc) {
		print_usage(stderr);
		return 2;
	}
	if (options.pid_file && !options.status) {
		snprintf(status, sizeof(status), "%s.status", options.pid_file);
		options.status = status;
	}
	options.listen = *listen ? listen : NULL;
	return ct_supervise(&options);
}
