/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * An allocation never fails visibly. Every call of talloc's in the core and in the plugins of this tree
 * goes through core/base/memory.c (the linker's --wrap): where talloc has nothing to give, because the
 * request is past its limit ([server] request_mebibytes) or the machine is, control goes back to where
 * the request began, which answers 503; the worker then leaves, so that nothing half-done is used again.
 * Where no request can be given up any more, the process aborts.
 */
#ifndef CORE_BASE_MEMORY_H
#define CORE_BASE_MEMORY_H

#include <setjmp.h>
#include <stddef.h>

/* From now on, without memory, longjmp(*escape, 1). NULL: abort. */
void ct_memory_escape(jmp_buf *escape);

/*
 * What hangs on `root` may take about so many bytes; it is measured after each mebibyte that was asked
 * for. NULL: no limit. (talloc's own limit is deprecated, and makes every allocation dearer.)
 */
void ct_memory_limit(const void *root, size_t most);

#endif
