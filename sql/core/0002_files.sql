-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- Files in the database, so that every machine sees them and a backup has them. Written and read
-- chunk by chunk: libmariadb cannot stream a column, and max_allowed_packet is 16 MiB.

CREATE TABLE file (
	id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
	uid UUID NOT NULL DEFAULT UUID(),
	org_id BIGINT UNSIGNED COMMENT 'NULL: of the installation',
	sha256 BINARY(32) NOT NULL,
	size BIGINT UNSIGNED NOT NULL COMMENT 'Bytes',
	type VARCHAR(100) COLLATE utf8mb4_bin NOT NULL COMMENT 'Media type, as checked by us',
	name VARCHAR(200) NOT NULL COMMENT 'As uploaded, without folders',
	created_by_id BIGINT UNSIGNED,
	created_utc DATETIME NOT NULL DEFAULT UTC_TIMESTAMP(),
	archived_at DATETIME,
	UNIQUE file_uid (uid),
	KEY file_org (org_id, created_utc),
	CONSTRAINT file_organisation FOREIGN KEY (org_id) REFERENCES organisation (id),
	CONSTRAINT file_creator FOREIGN KEY (created_by_id) REFERENCES party (id),
	CONSTRAINT file_size CHECK (size <= 20971520)
) COMMENT 'An uploaded or generated file';

CREATE TABLE file_chunk (
	file_id BIGINT UNSIGNED NOT NULL,
	seq INT UNSIGNED NOT NULL COMMENT 'From 0; each but the last is 262144 bytes long',
	data MEDIUMBLOB NOT NULL,
	PRIMARY KEY (file_id, seq),
	CONSTRAINT file_chunk_file FOREIGN KEY (file_id) REFERENCES file (id),
	CONSTRAINT file_chunk_size CHECK (LENGTH(data) BETWEEN 1 AND 262144)
) COMMENT 'The bytes of a file';

ALTER TABLE organisation
	ADD CONSTRAINT organisation_logo FOREIGN KEY (logo_file_id) REFERENCES file (id);
