/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef CORE_BASE_WRITE_H
#define CORE_BASE_WRITE_H

#include <stdbool.h>
#include <stddef.h>

/* Writes all of it, however often write(2) is interrupted or takes a part. False: errno says why not. */
bool ct_write_all(int fd, const void *bytes, size_t len);

#endif
