-- SPDX-License-Identifier: GPL-3.0-or-later

CREATE TABLE types_keeper (
	id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
	uid UUID NOT NULL DEFAULT UUID(),
	org_id BIGINT UNSIGNED NOT NULL,
	label VARCHAR(80) NOT NULL,
	row_version INT UNSIGNED NOT NULL DEFAULT 1,
	archived_at DATETIME,
	UNIQUE types_keeper_uid (uid),
	KEY types_keeper_of_org (org_id, label)
);

CREATE TABLE types_thing (
	id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
	uid UUID NOT NULL DEFAULT UUID(),
	org_id BIGINT UNSIGNED NOT NULL,
	name VARCHAR(80) NOT NULL,
	code VARCHAR(20),
	note TEXT,
	copies INT NOT NULL DEFAULT 1,
	deposit_cents BIGINT,
	share_bp INT,
	weight BIGINT,
	since_d DATE,
	starts_local DATETIME,
	opens SMALLINT UNSIGNED,
	lasts INT UNSIGNED,
	days TINYINT UNSIGNED NOT NULL DEFAULT 0,
	active TINYINT(1) NOT NULL,
	state VARCHAR(16) COLLATE utf8mb4_bin NOT NULL,
	place_id BIGINT UNSIGNED,
	keeper_id BIGINT UNSIGNED,
	second_id BIGINT UNSIGNED,
	owner_id BIGINT UNSIGNED,
	email VARCHAR(254),
	phone VARCHAR(20),
	colour CHAR(7),
	photo_file_id BIGINT UNSIGNED,
	paper_id BIGINT UNSIGNED,
	bill_id BIGINT UNSIGNED,
	pin VARCHAR(40),
	cost_cents BIGINT,
	used INT NOT NULL DEFAULT 0,
	row_version INT UNSIGNED NOT NULL DEFAULT 1,
	archived_at DATETIME,
	UNIQUE types_thing_uid (uid),
	UNIQUE types_thing_code (org_id, code),
	KEY types_thing_of_org (org_id, since_d),
	KEY types_thing_named (org_id, name),
	KEY types_thing_of_keeper (keeper_id),
	CONSTRAINT types_thing_photo FOREIGN KEY (photo_file_id) REFERENCES file (id),
	CONSTRAINT types_thing_paper FOREIGN KEY (paper_id) REFERENCES file (id),
	CONSTRAINT types_thing_bill FOREIGN KEY (bill_id) REFERENCES file (id),
	CONSTRAINT types_thing_place FOREIGN KEY (place_id) REFERENCES place (id)
);

CREATE TABLE types_stored (
	id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
	thing_id BIGINT UNSIGNED NOT NULL,
	name VARCHAR(80) NOT NULL,
	CONSTRAINT types_stored_thing FOREIGN KEY (thing_id) REFERENCES types_thing (id)
);
