/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "documents.h"

const struct ct_query invoicing_queries[] = {
#include "document_queries.h"
	{ 0 }
};
