/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Texts that people read. Write English; po/fr.po holds the French, which is the default language.
 *
 * The process locale stays C.UTF-8; the language of a request is set by the core before a handler runs,
 * so `_("Book a room")` answers in the right one. In static tables write N_("…"): it marks the text
 * for extraction only, and the core translates it when it is shown. A plugin that is built outside
 * this tree defines CT_TEXT_DOMAIN before it includes this header.
 */
#ifndef COMPTOIR_I18N_H
#define COMPTOIR_I18N_H

#include <libintl.h>

#ifndef CT_TEXT_DOMAIN
#define CT_TEXT_DOMAIN "comptoir"
#endif

#define _(text) dgettext(CT_TEXT_DOMAIN, text)
#define N_(text) text
#define ngettext_(one, many, n) dngettext(CT_TEXT_DOMAIN, one, many, (unsigned long)(n))

#endif
