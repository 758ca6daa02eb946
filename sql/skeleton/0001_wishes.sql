-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- What people wish for a place. The first seven lines are what every record's table has.

CREATE TABLE skeleton_wish (
	id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
	uid UUID NOT NULL DEFAULT UUID(),
	org_id BIGINT UNSIGNED NOT NULL,
	row_version INT UNSIGNED NOT NULL DEFAULT 1,
	created_utc DATETIME NOT NULL DEFAULT UTC_TIMESTAMP(),
	archived_at DATETIME,
	UNIQUE skeleton_wish_uid (uid),
	title VARCHAR(80) NOT NULL,
	place_id BIGINT UNSIGNED NOT NULL,
	wanted_d DATE,
	detail TEXT,
	state VARCHAR(16) COLLATE utf8mb4_bin NOT NULL DEFAULT 'open',
	UNIQUE skeleton_wish_title (place_id, title),
	KEY skeleton_wish_of_org (org_id, title),
	CONSTRAINT skeleton_wish_org FOREIGN KEY (org_id) REFERENCES organisation (id),
	CONSTRAINT skeleton_wish_place FOREIGN KEY (place_id) REFERENCES place (id),
	CONSTRAINT skeleton_wish_state CHECK (state IN ('open', 'granted'))
) COMMENT 'What people wish for a place';
