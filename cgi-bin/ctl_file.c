/* SPDX-License-Identifier: GPL-3.0-or-later */
/* comptoirctl: files that are there whole or not at all. */
#include "ctl_file.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <talloc.h>
#include <unistd.h>

#include "base/write.h"

static int trouble(struct ct_error *e, const char *path)
{
	int rc = errno == ENOENT ? CT_MISSING : CT_BROKEN;

	return ct_fail(e, rc, "%s: %s", path, strerror(errno));
}

const char *ctl_folder_of(void *mem, const char *path)
{
	const char *slash = strrchr(path, '/');

	if (!slash)
		return talloc_strdup(mem, ".");
	return talloc_strndup(mem, path, slash == path ? 1 : (size_t)(slash - path));
}

int ctl_folder_sync(const char *path, struct ct_error *e)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int rc = fd < 0 || fsync(fd) ? trouble(e, path) : 0;

	if (fd >= 0)
		close(fd);
	return rc;
}

int ctl_file_put(const char *path, const char *text, size_t len, mode_t mode, gid_t group,
		 struct ct_error *e)
{
	char *part = talloc_asprintf(NULL, "%s.new", path);
	int fd, rc = 0;

	unlink(part);
	fd = open(part, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0 || !ct_write_all(fd, text, len) ||
	    (group != (gid_t)-1 && fchown(fd, (uid_t)-1, group) && errno != EPERM) ||
	    fchmod(fd, mode) || fsync(fd))
		rc = trouble(e, part);
	if (fd >= 0 && close(fd) && !rc)
		rc = trouble(e, part);
	if (!rc && rename(part, path))
		rc = trouble(e, path);
	if (rc)
		unlink(part);
	else
		rc = ctl_folder_sync(ctl_folder_of(part, path), e);
	talloc_free(part);
	return rc;
}

int ctl_file_get(void *mem, const char *path, size_t max, char **text_r, struct ct_error *e)
{
	FILE *file = fopen(path, "re");
	char *text;
	size_t n;
	int rc = 0;

	if (!file)
		return trouble(e, path);
	text = talloc_size(mem, max + 1);
	n = fread(text, 1, max + 1, file);
	if (ferror(file))
		rc = trouble(e, path);
	else if (n > max)
		rc = ct_fail(e, CT_TOO_LARGE,
			     "%s: larger than %zu bytes, so it is not what it should be", path,
			     max);
	fclose(file);
	if (rc) {
		talloc_free(text);
		return rc;
	}
	text[n] = '\0';
	*text_r = text;
	return 0;
}

int ctl_file_sha256(const char *path, char hex[CTL_SHA256], struct ct_error *e)
{
	crypto_hash_sha256_state state;
	unsigned char bytes[65536], hash[crypto_hash_sha256_BYTES];
	FILE *file = fopen(path, "re");
	size_t n;
	int rc;

	if (!file)
		return trouble(e, path);
	crypto_hash_sha256_init(&state);
	while ((n = fread(bytes, 1, sizeof(bytes), file)))
		crypto_hash_sha256_update(&state, bytes, n);
	rc = ferror(file) ? trouble(e, path) : 0;
	fclose(file);
	if (rc)
		return rc;
	crypto_hash_sha256_final(&state, hash);
	sodium_bin2hex(hex, CTL_SHA256, hash, sizeof(hash));
	return 0;
}
