/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What is open of an issued document: the part of a query that all share who list, remind or pay.
 *
 * Rows of invoicing_settlement `s` with their document `d` and its client `c` (and what she turned out to be, `m`,
 * with the party `p`; NULL: a guest). A credit note has no such row. Columns:
 *
 *   id, number, type, issuer_id, client_id, issued_d, due_d (the last day on which it is paid in time), currency
 *   owner_id         whose it is now: the client that client_id was merged into, or itself
 *   gross_cents      as issued: never changes
 *   credited_cents   by credit notes
 *   paid_cents       by payments (allocations of them; what was taken back is taken off)
 *   open_cents       gross - credited - paid: 0 or more, enforced by the database. Above 0: it is to be paid
 *
 * Late is open_cents > 0 AND due_d < today. The indexes to come by: invoicing_settlement_left (issuer_id, left_cents),
 * the key of the document, invoicing_document_client (client_id, …). In a WHERE say s.left_cents, which is open_cents.
 */
#ifndef INVOICING_OPEN_H
#define INVOICING_OPEN_H

#define OPEN_COLUMNS "d.id, d.number, d.type, d.issuer_id, d.client_id, d.issued_d, d.due_d, d.currency," \
	" COALESCE(c.merged_into, c.id) AS owner_id, s.gross_cents, s.credited_cents, s.paid_cents, s.left_cents AS open_cents"
#define OPEN_DOCUMENTS " FROM invoicing_settlement s JOIN invoicing_document d ON d.id = s.document_id" \
	" JOIN invoicing_client c ON c.id = d.client_id LEFT JOIN invoicing_client m ON m.id = c.merged_into" \
	" LEFT JOIN party p ON p.id = COALESCE(m.party_id, c.party_id)"

#endif
