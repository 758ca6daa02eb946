-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- What the law says, by dates: VAT codes, what has to be printed, and rates. A document keeps what it was issued with; a
-- change of the law is a row in a later migration, and never a change of one that counted.

CREATE TABLE invoicing_vat (
	code VARCHAR(16) COLLATE utf8mb4_bin NOT NULL,
	from_d DATE NOT NULL,
	to_d DATE,
	category VARCHAR(4) COLLATE utf8mb4_bin NOT NULL COMMENT 'UNCL5305: S standard, E exempt, O out of scope',
	rate_bp INT NOT NULL,
	vatex VARCHAR(30) COLLATE utf8mb4_bin COMMENT 'Ground of having none (BT-121)',
	label VARCHAR(60) NOT NULL COMMENT 'In the table of VAT',
	PRIMARY KEY (code, from_d),
	CONSTRAINT invoicing_vat_days CHECK (to_d >= from_d),
	CONSTRAINT invoicing_vat_category CHECK (category IN ('S', 'E', 'O')),
	CONSTRAINT invoicing_vat_ground CHECK ((category = 'S') = (vatex IS NULL) AND (category = 'S' OR rate_bp = 0))
) COMMENT 'VAT codes of charges: category, rate, ground of exemption';

INSERT INTO invoicing_vat (code, from_d, category, rate_bp, vatex, label) VALUES
	('S20', '2014-01-01', 'S', 2000, NULL, 'TVA 20 %'),
	('S10', '2014-01-01', 'S', 1000, NULL, 'TVA 10 %'),
	('S55', '2014-01-01', 'S', 550, NULL, 'TVA 5,5 %'),
	('S21', '2014-01-01', 'S', 210, NULL, 'TVA 2,1 %'),
	('S85', '2014-01-01', 'S', 850, NULL, 'TVA 8,5 %'),
	('E293B', '2014-01-01', 'E', 0, 'VATEX-FR-FRANCHISE', 'TVA non applicable'),
	('E261', '2014-01-01', 'E', 0, 'VATEX-FR-CGI261-7', 'Exonéré de TVA'),
	('O', '2014-01-01', 'O', 0, 'VATEX-EU-O', 'Hors champ de la TVA');

CREATE TABLE invoicing_mention (
	code VARCHAR(20) COLLATE utf8mb4_bin NOT NULL,
	from_d DATE NOT NULL,
	to_d DATE,
	position INT NOT NULL,
	applies VARCHAR(16) COLLATE utf8mb4_bin NOT NULL COMMENT 'When: a VAT code of the document, or a word that the program knows',
	text VARCHAR(500) NOT NULL COMMENT '{name} is the value of a rate of that kind, of the day of issue',
	PRIMARY KEY (code, from_d),
	CONSTRAINT invoicing_mention_days CHECK (to_d >= from_d),
	CONSTRAINT invoicing_mention_applies CHECK (applies IN ('E293B', 'E261', 'O', 'debits', 'professional', 'public'))
) COMMENT 'What has to be printed on a document, and when';

-- The Code des impositions sur les biens et services takes over from the CGI; its articles may be cited from 2027, and
-- those of the CGI until 30 June 2028 (ord. 2026-671). CGI ann. II 242 nonies A; C. com. L441-9, L441-10, D441-5.
INSERT INTO invoicing_mention (code, from_d, to_d, position, applies, text) VALUES
	('franchise', '2014-01-01', '2028-06-30', 10, 'E293B', 'TVA non applicable, article 293 B du CGI'),
	('franchise', '2028-07-01', NULL, 10, 'E293B', 'TVA non applicable, article L. 223-3 du CIBS'),
	('non_profit', '2014-01-01', NULL, 11, 'E261', 'Exonération de TVA, art. 261, 7-1° du CGI'),
	('out_of_scope', '2014-01-01', NULL, 12, 'O', 'Cotisation ou don sans contrepartie, hors du champ d’application de la TVA. Ce document n’est pas une facture.'),
	('debits', '2014-01-01', NULL, 20, 'debits', 'Option pour le paiement de la taxe d’après les débits'),
	('discount', '2014-01-01', NULL, 30, 'professional', 'Pas d’escompte pour paiement anticipé.'),
	('penalty', '2014-01-01', NULL, 31, 'professional', 'En cas de retard de paiement : pénalités au taux de refinancement de la Banque centrale européenne majoré de {late_points} points, exigibles sans rappel, et indemnité forfaitaire de {late_fee} pour frais de recouvrement (C. com. L441-10, D441-5).'),
	('discount_public', '2014-01-01', NULL, 30, 'public', 'Pas d’escompte pour paiement anticipé.'),
	('penalty_public', '2014-01-01', NULL, 31, 'public', 'En cas de retard de paiement : intérêts moratoires au taux de refinancement de la Banque centrale européenne majoré de {late_points_public} points et indemnité forfaitaire de {late_fee} pour frais de recouvrement (CCP L2192-13, D2192-35).');

CREATE TABLE invoicing_rate (
	kind VARCHAR(24) COLLATE utf8mb4_bin NOT NULL,
	from_d DATE NOT NULL,
	bp INT COMMENT 'Of a rate, or of points that are added to one',
	cents BIGINT COMMENT 'Of an amount',
	PRIMARY KEY (kind, from_d),
	CONSTRAINT invoicing_rate_value CHECK ((bp IS NULL) <> (cents IS NULL))
) COMMENT 'Rates and amounts of the law, each until the next of its kind';

INSERT INTO invoicing_rate (kind, from_d, bp, cents) VALUES
	('late_points', '2014-01-01', 1000, NULL),
	('late_points_public', '2014-01-01', 800, NULL),
	('late_fee', '2014-01-01', NULL, 4000);
