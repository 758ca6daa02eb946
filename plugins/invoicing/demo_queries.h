/* SPDX-License-Identifier: GPL-3.0-or-later */
/* demo.c, demo_quotes.c: the sample network; an organisation has its name and numbers, a place its address. */
	{ "demo_org", .sql = "SELECT id FROM organisation WHERE slug = ?" },
	{ "demo_person", .sql = "SELECT id FROM party WHERE email = ? ORDER BY id LIMIT 1" },
	{ "demo_contact", .sql = "SELECT p.id FROM party p JOIN org_contact c ON c.party_id = p.id"
		" WHERE COALESCE(p.legal_name, p.name) = ? AND p.email IS NOT NULL ORDER BY p.id LIMIT 1" },
	{ "demo_offer", .audits = "offer", .sql = "INSERT INTO invoicing_offer (org_id, label, unit, price_cents, vat_code) VALUES (?, ?, ?, ?, ?)" },
	{ "demo_identity", .audits = "-", .sql = "UPDATE party SET siren = ?, vat_no = ?, rna = ? WHERE id = ?" },
	{ "demo_seat", .audits = "-", .sql = "INSERT INTO address (party_id, street, postcode, town) SELECT org_id, street, postcode, town"
		" FROM place WHERE org_id = ? ORDER BY id LIMIT 1 ON DUPLICATE KEY UPDATE town = VALUES(town)" },
	{ "demo_address", .audits = "-", .sql = "INSERT INTO address (party_id, street, postcode, town) VALUES (?, ?, ?, ?)"
		" ON DUPLICATE KEY UPDATE town = VALUES(town)" },
	{ "demo_public", .audits = "-", .sql = "INSERT INTO invoicing_client (issuer_id, party_id, needs_order_ref, service_code)"
		" SELECT o.id, p.id, 1, 'VIE-ASSO' FROM organisation o JOIN party p ON p.public_buyer = 1 WHERE o.slug = 'filature'"
		" ON DUPLICATE KEY UPDATE needs_order_ref = 1" },
	{ "demo_issuer", .audits = "-", .sql = "INSERT INTO invoicing_issuer (org_id, legal_form, iban, bic, letter_end) VALUES (?, ?, ?, ?, ?)" },
	{ "demo_regime", .audits = "regime", .sql = "INSERT INTO invoicing_regime (org_id, vat_regime, from_d) VALUES (?, ?, '2020-01-01')" },
	{ "demo_owing", .sql = "SELECT DISTINCT h.client_id FROM invoicing_charge h JOIN invoicing_client k ON k.id = h.client_id"
		" WHERE h.issuer_id = ? AND h.document_id IS NULL AND h.service_to_d BETWEEN ? AND ? AND k.party_id IS NOT NULL"
		" AND h.vat_code <> 'O' ORDER BY h.client_id LIMIT 200" },
	{ "demo_open", .sql = "SELECT d.id, d.client_id, d.currency, s.left_cents FROM invoicing_document d JOIN invoicing_settlement s"
		" ON s.document_id = d.id WHERE d.issuer_id = ? AND d.issued_d = ? AND s.left_cents > 0 ORDER BY d.id LIMIT 200" },
	{ "demo_project", .sql = "SELECT id, lead_id FROM project WHERE org_id = ? ORDER BY id LIMIT 1" },
	{ "demo_cheques", .sql = "SELECT COUNT(*) AS n, JSON_ARRAYAGG(payment_id) AS payments FROM invoicing_cheque WHERE issuer_id = ?"
		" AND slip_id IS NULL" },
	{ "demo_issued", .sql = "SELECT d.id, d.gross_cents, COUNT(*) AS n, JSON_ARRAYAGG(l.charge_id) AS charges FROM invoicing_document d"
		" JOIN invoicing_document_line l ON l.document_id = d.id WHERE d.issuer_id = ? AND d.issued_d = ? AND d.type = 'invoice'"
		" GROUP BY d.id, d.gross_cents ORDER BY d.id LIMIT 200" },

