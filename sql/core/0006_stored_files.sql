-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- Who may read a stored file, how large a picture is, and when a file may go.
--
-- Bytes and names of a file never change: a new version is a new row. Whoever keeps a file's key has a
-- foreign key to it, so the database itself knows what is in use: a file that nobody wants any more, or
-- that was only just uploaded, gets purge_utc, and the job that comes by then deletes it unless a
-- foreign key refuses.

ALTER TABLE file
	ADD COLUMN readers VARCHAR(60) COLLATE utf8mb4_bin NOT NULL DEFAULT ''
		COMMENT 'Permission that reading it needs in org_id; empty: only party_id may',
	ADD COLUMN party_id BIGINT UNSIGNED
		COMMENT 'Whom it is for: may read it, as may those who see the bills of an organisation',
	ADD COLUMN width SMALLINT UNSIGNED COMMENT 'Pixels, of a picture',
	ADD COLUMN height SMALLINT UNSIGNED,
	ADD COLUMN small_id BIGINT UNSIGNED COMMENT 'The same picture for cards and lists',
	ADD COLUMN purge_utc DATETIME COMMENT 'Deleted then, unless something refers to it',
	ADD KEY file_purge (purge_utc),
	ADD CONSTRAINT file_party FOREIGN KEY (party_id) REFERENCES party (id),
	ADD CONSTRAINT file_small FOREIGN KEY (small_id) REFERENCES file (id),
	ADD CONSTRAINT file_picture CHECK ((width IS NULL) = (height IS NULL));
