/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The core's own settings: the parser, `comptoirctl check` and the manual page are all made from here. */
#include "config/settings.h"

static const struct ct_setting site[] = {
	{ "url", CT_URL, "http://127.0.0.1:8080", N_("Public address, with its path prefix; every absolute link starts with it"), true, NULL },
	{ "name", CT_TEXT, "Comptoir", N_("Name of the network, in titles and mails"), true, NULL },
	{ "language", CT_TEXT, "fr", N_("Language of visitors who name none: fr or en"), true, NULL },
	{ "phone", CT_PHONE, NULL, N_("Telephone in the footer"), false, NULL },
	{ "email", CT_EMAIL, NULL, N_("From address of the mails"), false, NULL },
	{ 0 }
};

static const struct ct_setting server[] = {
	{ "listen", CT_TEXT, "unix:/run/comptoir/comptoir.sock", N_("unix:PATH or HOST:PORT"), true, NULL },
	{ "workers", CT_INT, "4", N_("Worker processes, each serving one request at a time"), true, NULL },
	{ "user", CT_TEXT, NULL, N_("Account that the workers run as when started by root"), false, NULL },
	{ "group", CT_TEXT, NULL, N_("Group of the socket and of the workers"), false, NULL },
	{ "request_seconds", CT_INT, "30", N_("A request past this is ended and logged"), true, NULL },
	{ "request_mebibytes", CT_INT, "64", N_("Memory of a request; past it the answer is 503"), true, NULL },
	{ "max_requests", CT_INT, "10000", N_("A worker is replaced after about as many requests"), true, NULL },
	{ "allow", CT_TEXT, NULL, N_("Networks that may connect when listening beyond the loopback (CIDR, separated by commas)"), false, NULL },
	{ 0 }
};

static const struct ct_setting database[] = {
	{ "socket", CT_TEXT, NULL, N_("Path of the server's socket"), false, NULL },
	{ "host", CT_TEXT, NULL, N_("Host name, where there is no socket"), false, NULL },
	{ "port", CT_INT, "3306", N_("TCP port"), false, NULL },
	{ "name", CT_TEXT, "comptoir", N_("Database"), true, NULL },
	{ "user", CT_TEXT, "comptoir", N_("User without the right to change tables"), true, NULL },
	{ "password", CT_SECRET, NULL, N_("Its password"), false, NULL },
	{ "owner_user", CT_TEXT, "comptoir_owner", N_("User that owns the tables: migrate, setup, restore"), true, NULL },
	{ "owner_password", CT_SECRET, NULL, N_("Its password"), false, NULL },
	{ "statement_seconds", CT_INT, "20", N_("A query past this is ended by the server"), true, NULL },
	{ 0 }
};

static const struct ct_setting paths[] = {
	{ "plugins", CT_TEXT, CT_PLUGIN_DIR, N_("Folder of the plugins"), true, NULL },
	{ "data", CT_TEXT, CT_DATA_DIR, N_("Folder of templates, static files and migrations"), true, NULL },
	{ "fonts", CT_TEXT, CT_DATA_DIR "/core/fonts", N_("Folder of the fonts that papers are set in"), true, NULL },
	{ "locale", CT_TEXT, CT_LOCALE_DIR, N_("Folder of the translations"), true, NULL },
	{ "helpers", CT_TEXT, CT_HELPER_DIR, N_("Folder of the programs that workers start"), true, NULL },
	{ "temporary", CT_TEXT, "/tmp", N_("Folder of uploads while they arrive"), true, NULL },
	{ 0 }
};

static const struct ct_setting plugins[] = {
	{ "load", CT_TEXT, "reservation", N_("Plugins, separated by spaces; empty: none"), false, NULL },
	{ 0 }
};

static const struct ct_choice starttls[] = { { "required", "" }, { "offered", "" }, { "never", "" }, { 0 } };

static const struct ct_setting mail[] = {
	{ "transport", CT_TEXT, "file:/var/spool/comptoir", N_("smtp://HOST:PORT or smtps://HOST:PORT sends by that mail server; file:FOLDER writes each mail as a file"), true, NULL },
	{ "user", CT_TEXT, NULL, N_("Name to sign in with at the mail server"), false, NULL },
	{ "password", CT_SECRET, NULL, N_("Its password"), false, NULL },
	{ "starttls", CT_CHOICE, NULL, N_("Protection of smtp://: required, offered (where the server has it) or never. Without it: required, and on the loopback offered"), false, starttls },
	{ "ca", CT_TEXT, NULL, N_("File of the authorities that the mail server's certificate is checked by (PEM); without it the system's"), false, NULL },
	{ "timeout", CT_INT, "30", N_("Seconds that one mail may take"), true, NULL },
	{ 0 }
};

static const struct ct_setting privacy[] = {
	{ "months", CT_INT, "36", N_("People are made anonymous so many months after their last act; 0: never"), true, NULL },
	{ 0 }
};

static const struct ct_setting security[] = {
	{ "key", CT_SECRET, NULL, N_("64 hexadecimal digits of chance; signs tokens and validators"), true, NULL },
	{ "frame_ancestors", CT_TEXT, NULL, N_("Sites that may embed availability, separated by spaces"), false, NULL },
	{ "session_days", CT_INT, "30", N_("A session unused this long ends"), true, NULL },
	{ 0 }
};

const struct ct_settings_section ct_core_sections[] = {
	{ "site", site }, { "server", server }, { "database", database }, { "paths", paths },
	{ "plugins", plugins }, { "mail", mail }, { "privacy", privacy },
	{ "security", security }, { NULL, NULL }
};
