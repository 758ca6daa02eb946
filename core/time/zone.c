/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "time/zone.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <talloc.h>
#include <unistd.h>

#include <comptoir/i18n.h>
#include "time/range.h"

#define FILE_MAX 65536		/* the largest of 2026 has 3.8 KiB */
#define NAME_LEN_MAX 63

static struct ct_zone *zones;	/* what this process has read; a process has one thread */

bool ct_zone_name_ok(const char *name)
{
	size_t i;

	if (name[0] < 'A' || name[0] > 'Z')
		return false;
	for (i = 0; name[i]; i++) {
		char c = name[i];
		bool plain = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
			(c >= '0' && c <= '9') || c == '_' || c == '+' || c == '-';

		if (i == NAME_LEN_MAX)
			return false;
		if (!plain && (c != '/' || name[i - 1] == '/'))
			return false;
	}
	return name[i - 1] != '/';
}

static ssize_t read_all(int fd, uint8_t *bytes, size_t size)
{
	size_t len = 0;

	while (len < size) {
		ssize_t n = read(fd, bytes + len, size - len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -1;
		if (n == 0)
			break;
		len += (size_t)n;
	}
	return (ssize_t)len;
}

static ssize_t read_file(const char *name, uint8_t *bytes, size_t size)
{
	const char *folder = getenv("TZDIR");
	char path[PATH_MAX];
	struct stat st;
	ssize_t n;
	int fd;

	n = snprintf(path, sizeof(path), "%s/%s", folder ? folder : "/usr/share/zoneinfo", name);
	if (n < 0 || n >= (ssize_t)sizeof(path))
		return -1;
	/* The name may be of a folder, a fifo, a device: O_NONBLOCK keeps open() from waiting. */
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	if (fd < 0)
		return -1;
	n = -1;
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_size <= (off_t)size)
		n = read_all(fd, bytes, size);
	close(fd);
	return n;
}

static int load(const char *name, const struct ct_zone **zone_r, struct ct_error *e)
{
	uint8_t *bytes = malloc(FILE_MAX);
	struct ct_zone *zone;
	ssize_t len;
	int rc;

	if (!bytes)
		abort();
	len = read_file(name, bytes, FILE_MAX);
	rc = len < 0 ? ct_fail(e, CT_INVALID, _("There is no time zone %s."), name) :
		ct_zone_read(NULL, name, bytes, (size_t)len, &zone, e);
	free(bytes);
	if (rc)
		return rc;
	zone->next = zones;
	zones = zone;
	*zone_r = zone;
	return 0;
}

int ct_zone_get(const char *name, const struct ct_zone **zone_r, struct ct_error *e)
{
	const struct ct_zone *zone;

	for (zone = zones; zone; zone = zone->next)
		if (!strcmp(zone->name, name)) {
			*zone_r = zone;
			return 0;
		}
	if (!ct_zone_name_ok(name))
		return ct_fail(e, CT_INVALID, _("A time zone is named as in Europe/Paris."));
	return load(name, zone_r, e);
}

const char *ct_zone_name(const struct ct_zone *zone)
{
	return zone->name;
}

static const struct ct_span *span_at(const struct ct_zone *zone, int64_t at)
{
	size_t low = 0, high = zone->count;

	while (high - low > 1) {
		size_t mid = low + (high - low) / 2;

		if (zone->spans[mid].at <= at)
			low = mid;
		else
			high = mid;
	}
	return &zone->spans[low];
}

static const struct ct_span *span_on_wall(const struct ct_zone *zone, int64_t wall)
{
	size_t low = 0, high = zone->count;

	while (high - low > 1) {
		size_t mid = low + (high - low) / 2;

		if (zone->spans[mid].wall <= wall)
			low = mid;
		else
			high = mid;
	}
	return &zone->spans[low];
}

struct ct_utc ct_zone_utc(const struct ct_zone *zone, struct ct_local local)
{
	int64_t s;

	if (!ct_local_fits(local.s))
		return CT_NO_UTC;
	s = local.s - span_on_wall(zone, local.s)->offset;
	if (!ct_utc_fits(s))
		return CT_NO_UTC;
	return (struct ct_utc){ s };
}

struct ct_local ct_zone_local(const struct ct_zone *zone, struct ct_utc utc)
{
	int64_t s;

	if (!ct_utc_fits(utc.s))
		return CT_NO_LOCAL;
	s = utc.s + span_at(zone, utc.s)->offset;
	if (!ct_local_fits(s))
		return CT_NO_LOCAL;
	return (struct ct_local){ s };
}

struct ct_day ct_zone_day(const struct ct_zone *zone, struct ct_utc utc)
{
	return ct_local_day(ct_zone_local(zone, utc));
}

int ct_zone_offset(const struct ct_zone *zone, struct ct_utc utc)
{
	return ct_utc_fits(utc.s) ? span_at(zone, utc.s)->offset : 0;
}

bool ct_zone_gap(const struct ct_zone *zone, struct ct_local local)
{
	struct ct_utc utc = ct_zone_utc(zone, local);

	return ct_utc_set(utc) && ct_zone_local(zone, utc).s != local.s;
}

bool ct_zone_doubled(const struct ct_zone *zone, struct ct_local local)
{
	struct ct_utc utc = ct_zone_utc(zone, local);
	const struct ct_span *next;

	if (!ct_utc_set(utc))
		return false;
	next = span_at(zone, utc.s) + 1;
	if (next == zone->spans + zone->count)
		return false;
	return local.s - next->offset >= next->at && !ct_zone_gap(zone, local);
}
