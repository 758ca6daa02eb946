/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The built-in module of the installation itself: health, metrics, API description, site map. */
#ifndef CORE_SYSTEM_SYSTEM_H
#define CORE_SYSTEM_SYSTEM_H

#include <comptoir/plugin.h>

ct_handler_f ct_health_page, ct_metrics_page, ct_openapi_page, ct_sitemap_page, ct_admin_page,
	     ct_stored_page, ct_theme_page;

#endif
