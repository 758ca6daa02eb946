/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rows of invoicing_queries: lines written by hand on a draft. Included there and nowhere else. */

	{ "line_draft", .sql = "SELECT d.type, (SELECT COUNT(*) FROM invoicing_charge h WHERE h.document_id = d.id) AS n"
		" FROM invoicing_document d WHERE d.id = ?" },
	/* the lock of its source is held: keys go up, and sort as they were written */
	{ "line_add", .audits = "document", .sql = "INSERT INTO invoicing_charge (issuer_id, client_id, source_kind, source_id, line,"
		" version, label, quantity, unit, unit_amount, amount_cents, amounts, currency, vat_code, service_from_d, service_to_d,"
		" order_ref, document_id, project_id) SELECT d.issuer_id, d.client_id, 'invoicing.document', d.id, (SELECT"
		" LPAD(CAST(COALESCE(MAX(h.line), 0) AS UNSIGNED) + 1, 6, '0') FROM invoicing_charge h WHERE h.source_kind = 'invoicing.document'"
		" AND h.source_id = d.id), 1, ?, ?, ?, ?, ?, ?, d.currency, ?, ?, ?, d.order_ref, d.id, d.project_id FROM invoicing_document d WHERE d.id = ?" },
	/* what was written on this very draft: what is billed again after a credit note is owed as anything else */
	{ "lines_erase", .audits = "document", .sql = "DELETE FROM invoicing_charge WHERE document_id = ? AND (? IS NULL OR id = ?)"
		" AND source_kind = 'invoicing.document' AND source_id = document_id AND reverses_id IS NULL AND billed_utc IS NULL" },
