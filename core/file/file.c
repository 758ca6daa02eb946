/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The tables of the built-in module of files. */
#include "file/file.h"

#define FILE_COLUMNS "f.id, f.org_id, f.uid, f.name, f.type, f.size, LOWER(HEX(f.sha256)) AS sha256," \
	" f.width, f.height"
#define SERVED(from) "SELECT s.id, s.type, s.size, LOWER(HEX(s.sha256)) AS sha256, f.name, f.org_id, f.readers," \
	" f.party_id, f.created_utc FROM " from " WHERE f.uid = ? AND f.archived_at IS NULL"

static const struct ct_query queries[] = {
	{ "file_add", .audits = "-", .sql = "INSERT INTO file (uid, org_id, sha256, size, type, name, created_by_id,"
		" created_utc, readers, party_id, width, height, small_id, purge_utc)"
		" VALUES (?, ?, UNHEX(?), ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ? + INTERVAL 1 DAY)" },
	{ "chunk_add", .audits = "-", .sql = "INSERT INTO file_chunk (file_id, seq, data) VALUES (?, ?, ?)" },
	{ "chunk", .max_rows = 1, .sql = "SELECT data FROM file_chunk WHERE file_id = ? AND seq = ?" },
	{ "files", .max_rows = 2000, .sql = "SELECT " FILE_COLUMNS " FROM file f WHERE f.id IN"
		" (SELECT k FROM JSON_TABLE(?, '$[*]' COLUMNS (k BIGINT UNSIGNED PATH '$')) j) ORDER BY f.id LIMIT 2000" },
	{ "kept", .max_rows = 1, .sql = "SELECT id FROM file WHERE uid = ? AND org_id <=> ?" },
	{ "served", .max_rows = 1, .sql = SERVED("file f JOIN file s ON s.id = f.id") },
	{ "served_small", .max_rows = 1, .sql = SERVED("file f JOIN file s ON s.id = COALESCE(f.small_id, f.id)")
		" AND f.width IS NOT NULL" },

	/* what is not in use goes */
	{ "drop", .audits = "-", .sql = "UPDATE file SET purge_utc = ? WHERE id = ? AND purge_utc IS NULL" },
	{ "users", .max_rows = 500, .sql = "SELECT TABLE_NAME AS owner, COLUMN_NAME AS field"
		" FROM information_schema.KEY_COLUMN_USAGE WHERE TABLE_SCHEMA = DATABASE()"
		" AND REFERENCED_TABLE_NAME = 'file' AND REFERENCED_COLUMN_NAME = 'id' LIMIT 500" },
	{ "due", .max_rows = 200, .sql = "SELECT id, small_id, purge_utc FROM file WHERE purge_utc <= ? AND (purge_utc, id) > (?, ?)"
		" ORDER BY purge_utc, id LIMIT 200" },
	{ "chunks_delete", .audits = "-", .sql = "DELETE FROM file_chunk WHERE file_id = ?" },
	{ "file_delete", .audits = "-", .sql = "DELETE FROM file WHERE id = ?" },
	{ "in_use", .audits = "-", .sql = "UPDATE file SET purge_utc = NULL WHERE id = ?" },
	{ 0 }
};

/* Who may read a file is written in its row, so the routes are open and the handler judges. */
static const struct ct_route routes[] = {
	{ "GET", "/files/{uid}", CT_ANY, CT_PUBLIC, NULL, ct_file_serve, .title = N_("A stored file") },
	{ "GET", "/files/{uid}/small", CT_ANY, CT_PUBLIC, NULL, ct_file_serve_small, .title = N_("A picture, small") },
	{ 0 }
};

static const struct ct_job jobs[] = { { "purge", 3600, ct_file_purge, N_("Delete files that nothing uses") }, { 0 } };

CT_PLUGIN(file) = {
	CT_HEAD("file"), .title = N_("Files"), .queries = queries, .routes = routes, .jobs = jobs,
};
