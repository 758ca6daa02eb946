/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Includes the .c, so that opening and writing can fail as on other file systems and full disks. */
#include "http_cases.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

static int open_error;			/* what open() fails with; 0: it opens */
static int write_error;			/* after `write_left` bytes */
static size_t write_left;
static bool interrupted;

static int open_or_fail(const char *path, int flags, mode_t mode)
{
	errno = open_error;
	return open_error ? -1 : open(path, flags, mode);
}

static ssize_t write_or_fail(int fd, const void *bytes, size_t n)
{
	if (!write_error)
		return write(fd, bytes, n);
	if (!interrupted) {
		interrupted = true;
		errno = EINTR;
		return -1;
	}
	if (!write_left) {
		errno = write_error;
		return -1;
	}
	n = n < write_left ? n : write_left;
	write_left -= n;
	return write(fd, bytes, n);
}

#define open open_or_fail
#define write write_or_fail
#include "base/write.c"
#include "http/upload.c"
#undef open
#undef write

static char directory[64];

static int make_directory(void **state)
{
	(void)state;
	snprintf(directory, sizeof(directory), "upload-XXXXXX");
	return mkdtemp(directory) ? 0 : -1;
}

static int remove_directory(void **state)
{
	(void)state;
	return rmdir(directory);	/* fails when a test left a file */
}

static int reset(void **state)
{
	(void)state;
	open_error = write_error = 0;
	write_left = 0;
	interrupted = false;
	return 0;
}

static size_t entries(void)
{
	DIR *d = opendir(directory);
	size_t n = 0;

	assert_non_null(d);
	for (struct dirent *entry; (entry = readdir(d));)
		n += entry->d_name[0] != '.';
	closedir(d);
	return n;
}

/* Byte i of a file is i * 7 + i / 251: no two neighbouring blocks are alike. */
static void fill(char *bytes, size_t n, size_t from)
{
	for (size_t i = 0; i < n; i++)
		bytes[i] = (char)((from + i) * 7 + (from + i) / 251);
}

static struct ct_upload stored(void *mem, size_t size, size_t step)
{
	struct ct_upload_sink *sink = ct_upload_open(mem, directory);
	struct ct_upload upload = { "f", "f", "a/b", 4711, "x", 4711 };
	struct ct_error e = fresh_error();
	char *bytes = malloc(step);

	for (size_t at = 0; at < size; at += step) {
		size_t n = size - at < step ? size - at : step;

		fill(bytes, n, at);
		expect_rc("write", ct_upload_write(sink, bytes, n, &e), 0, &e);
	}
	free(bytes);
	ct_upload_finish(sink, &upload);
	assert_int_equal(upload.size, size);
	return upload;
}

static void expect_content(const struct ct_upload *upload)
{
	char bytes[1000], expected[1000];
	size_t at = 0;
	ssize_t n;
	struct ct_error e = fresh_error();

	while ((n = ct_upload_read(upload, at, bytes, sizeof(bytes), &e)) > 0) {
		fill(expected, (size_t)n, at);
		assert_memory_equal(bytes, expected, (size_t)n);
		at += (size_t)n;
	}
	assert_int_equal(n, 0);
	assert_int_equal(at, upload->size);
}

static void small_ones_stay_in_memory(void **state)
{
	static const size_t sizes[] = { 0, 1, 1000, CT_UPLOAD_MEMORY - 1, CT_UPLOAD_MEMORY };
	void *mem = talloc_new(NULL);

	(void)state;
	open_error = EACCES;		/* nobody may ask for a file */
	for (size_t i = 0; i < COUNT(sizes); i++) {
		struct ct_upload upload = stored(mem, sizes[i], 999);

		assert_non_null(upload.data);
		assert_int_equal(upload.fd, -1);
		expect_content(&upload);
	}
	talloc_free(mem);
}

static void larger_ones_have_a_nameless_file(void **state)
{
	static const size_t sizes[] = { CT_UPLOAD_MEMORY + 1, 200000 };
	void *mem = talloc_new(NULL);
	struct stat st;

	(void)state;
	for (size_t i = 0; i < COUNT(sizes); i++) {
		struct ct_upload upload = stored(mem, sizes[i], 1 + i * 70000);

		assert_null(upload.data);
		assert_true(upload.fd >= 0);
		assert_int_equal(entries(), 0);
		assert_int_equal(fstat(upload.fd, &st), 0);
		assert_int_equal(st.st_nlink, 0);
		assert_int_equal(st.st_mode & 07777, 0600);
		assert_int_equal(st.st_size, sizes[i]);
		assert_true(fcntl(upload.fd, F_GETFD) & FD_CLOEXEC);
		expect_content(&upload);
	}
	talloc_free(mem);
}

static void where_files_must_have_a_name(void **state)
{
	static const int errors[] = { EOPNOTSUPP, EISDIR, EINVAL };
	void *mem = talloc_new(NULL);
	struct stat st;

	(void)state;
	for (size_t i = 0; i < COUNT(errors); i++) {
		struct ct_upload upload;

		open_error = errors[i];
		upload = stored(mem, 100000, 4096);
		assert_int_equal(entries(), 0);
		assert_int_equal(fstat(upload.fd, &st), 0);
		assert_int_equal(st.st_nlink, 0);
		assert_int_equal(st.st_mode & 07777, 0600);
		assert_true(fcntl(upload.fd, F_GETFD) & FD_CLOEXEC);
		expect_content(&upload);
	}
	talloc_free(mem);
}

static void the_file_goes_with_its_owner(void **state)
{
	void *mem = talloc_new(NULL);
	int fd = stored(mem, 100000, 4096).fd;

	(void)state;
	assert_int_not_equal(fcntl(fd, F_GETFD), -1);
	talloc_free(mem);
	assert_int_equal(fcntl(fd, F_GETFD), -1);
}

static void reading_parts(void **state)
{
	static const size_t sizes[] = { 1000, 100000 };
	void *mem = talloc_new(NULL);

	(void)state;
	for (size_t i = 0; i < COUNT(sizes); i++) {
		struct ct_upload upload = stored(mem, sizes[i], 4096);
		struct ct_error e = fresh_error();
		char bytes[16] = "", expected[16];

		assert_int_equal(ct_upload_read(&upload, sizes[i] - 3, bytes, sizeof(bytes), &e),
				 3);
		fill(expected, 3, sizes[i] - 3);
		assert_memory_equal(bytes, expected, 3);
		assert_int_equal(ct_upload_read(&upload, sizes[i], bytes, sizeof(bytes), &e), 0);
		assert_int_equal(ct_upload_read(&upload, sizes[i] + 1, bytes, sizeof(bytes), &e),
				 0);
		assert_int_equal(ct_upload_read(&upload, 0, bytes, 0, &e), 0);
	}
	talloc_free(mem);
}

static void a_file_cut_from_outside_is_broken(void **state)
{
	void *mem = talloc_new(NULL);
	struct ct_upload upload = stored(mem, 100000, 4096);
	struct ct_error e = fresh_error();
	char byte;

	(void)state;
	assert_int_equal(ftruncate(upload.fd, 10), 0);
	expect_rc("cut", (int)ct_upload_read(&upload, 50, &byte, 1, &e), CT_BROKEN, &e);
	talloc_free(mem);
}

static void expect_failure(int rc)
{
	void *mem = talloc_new(NULL);
	struct ct_upload_sink *sink = ct_upload_open(mem, directory);
	struct ct_error e = fresh_error();
	char *bytes = calloc(1, 100000);

	expect_rc("store", ct_upload_write(sink, bytes, 100000, &e), rc, &e);
	free(bytes);
	talloc_free(mem);
	assert_int_equal(entries(), 0);
}

static void a_full_disk_is_not_our_fault(void **state)
{
	(void)state;
	write_error = ENOSPC;
	write_left = 70000;
	expect_failure(CT_BUSY);
	reset(NULL);
	open_error = EMFILE;
	expect_failure(CT_BUSY);
	reset(NULL);
	write_error = EIO;
	expect_failure(CT_BROKEN);
	reset(NULL);
	open_error = EACCES;
	expect_failure(CT_BROKEN);
}

static void names_are_cleaned(void **state)
{
	static const struct {
		const char *name, *cleaned;
	} cases[] = {
		{ "cat.png", "cat.png" },
		{ "a b.png", "a b.png" },
		{ "/etc/passwd", "passwd" },
		{ "C:\\dir\\plan.pdf", "plan.pdf" },
		{ "a/b\\c", "c" },
		{ "..", "file" },
		{ ".", "file" },
		{ "", "file" },
		{ "/", "file" },
		{ "a/", "file" },
		{ "...", "file" },
		{ "   ", "file" },
		{ ".htaccess", "htaccess" },
		{ ". .bashrc", "bashrc" },
		{ "name. ", "name" },
		{ " x ", "x" },
		{ "a\nb\r\t\x01\x7F.txt", "ab.txt" },
		{ "\xC3\xA9t\xC3\xA9.txt", "\xC3\xA9t\xC3\xA9.txt" },
		{ "photo\xE2\x80\xAEgnp.exe", "photognp.exe" },
		{ "a\xC2\x85"
		  "b",
		  "ab" },
		{ "a\xE2\x80\xA8"
		  "b\xE2\x81\xA6"
		  "c\xE2\x80\x8E",
		  "abc" },
		{ "a\"b<c>.txt", "a\"b<c>.txt" },
		{ "\xF0\x9F\x98\x80.jpg", "\xF0\x9F\x98\x80.jpg" },
		{ "\n", "file" },
	};
	void *mem = talloc_new(NULL);

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++)
		assert_string_equal(ct_upload_clean_name(mem, cases[i].name), cases[i].cleaned);
	talloc_free(mem);
}

static void long_names_keep_their_extension(void **state)
{
	void *mem = talloc_new(NULL);
	char name[400] = "";
	const char *cleaned;

	(void)state;
	for (int i = 0; i < 100; i++)
		strcat(name, "\xC3\xA9");
	strcat(name, ".jpeg");
	cleaned = ct_upload_clean_name(mem, name);
	assert_in_range(strlen(cleaned), CT_UPLOAD_NAME_MAX - 1, CT_UPLOAD_NAME_MAX);
	assert_string_equal(cleaned + strlen(cleaned) - 5, ".jpeg");
	assert_true(ct_utf8_check(cleaned, strlen(cleaned)));
	memset(name, 'x', 399);
	name[3] = '.';
	cleaned = ct_upload_clean_name(mem, name);
	assert_int_equal(strlen(cleaned), CT_UPLOAD_NAME_MAX);
	name[CT_UPLOAD_NAME_MAX] = '\0';
	assert_string_equal(ct_upload_clean_name(mem, name), name);
	talloc_free(mem);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(small_ones_stay_in_memory, reset),
		cmocka_unit_test_setup(larger_ones_have_a_nameless_file, reset),
		cmocka_unit_test_setup(where_files_must_have_a_name, reset),
		cmocka_unit_test_setup(the_file_goes_with_its_owner, reset),
		cmocka_unit_test_setup(reading_parts, reset),
		cmocka_unit_test_setup(a_file_cut_from_outside_is_broken, reset),
		cmocka_unit_test_setup(a_full_disk_is_not_our_fault, reset),
		cmocka_unit_test_setup(names_are_cleaned, reset),
		cmocka_unit_test_setup(long_names_keep_their_extension, reset),
	};

	return cmocka_run_group_tests(tests, make_directory, remove_directory);
}
