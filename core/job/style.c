/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "job/style.h"

#include <talloc.h>

/* Tables carry the frame for Outlook, which lays out nothing else; padding stands on cells for the same reason. */
static const char sheet[] =
	"body{margin:0;padding:0;background:#fbfaf7;color:#1c1b19;"
	"font:17px/1.5 -apple-system,\"Segoe UI\",Roboto,\"Helvetica Neue\",Arial,sans-serif;"
	"-webkit-text-size-adjust:100%%}\n"
	".page{width:100%%;background:#fbfaf7}\n"
	".around{padding:24px 12px}\n"
	".sheet{width:100%%;max-width:600px;margin:0 auto;background:#ffffff;border:1px solid #e3dfd6;"
	"border-top:4px solid %1$s;border-radius:8px;border-collapse:separate}\n"
	".inside{padding:24px 28px 28px;text-align:left}\n"
	".from{margin:0;color:#5e5a52;font-size:15px;font-weight:600}\n"
	"h1{margin:4px 0 20px;font-size:23px;line-height:1.3;font-weight:700}\n"
	"p{margin:0 0 16px}\n"
	"a{color:%1$s}\n"
	".act{margin:4px 0 20px;border-collapse:separate}\n"
	".act td{background:%1$s;border-radius:8px;padding:13px 24px;text-align:center}\n"
	".act a{display:inline-block;color:#ffffff;font-weight:700;text-decoration:none}\n"
	".foot{padding:20px 28px 0;color:#5e5a52;font-size:14px;text-align:left}\n"
	".foot p{margin:0 0 8px}\n"
	".foot a{color:#5e5a52}\n"
	".narrow{width:100%%;max-width:600px;margin:0 auto}\n"
	"@media (max-width:480px){.around{padding:12px 8px}.inside{padding:20px 18px}"
	".foot{padding:16px 18px 0}.act{width:100%%}.act a{display:block}}\n"
	"@media (prefers-color-scheme:dark){body,.page{background:#171614;color:#eeeae2}"
	".sheet{background:#22201d;border-color:#3a3733;border-top-color:%1$s}"
	".from,.foot,.foot a{color:#b5afa3}.inside p a{color:#8fd3c4}}\n";

const char *ct_mail_style(void *mem, const char *accent)
{
	char *css = talloc_asprintf(mem, sheet, accent ? accent : "#0e5a4f");

	return talloc_asprintf(mem, "<style>\n%s</style>", css);
}
