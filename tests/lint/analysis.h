/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What clang-tidy and cppcheck are told about functions that they cannot look into: both see one file at a
 * time, and would take `return ct_fail(…)` for a success that leaves its outputs unset.
 */
#include <comptoir/error.h>

#define ct_fail(e, rc, ...) ((void)(ct_fail)(e, rc, __VA_ARGS__), (rc))
#define ct_fail_field(e, field, ...) ((void)(ct_fail_field)(e, field, __VA_ARGS__), CT_INVALID)

#ifndef __clang__	/* cppcheck reads none of the system's headers: macros that look like statements */
#define json_array_foreach(array, i, value) \
	for (i = 0; i < json_array_size(array) && (value = json_array_get(array, i)); i++)
#define json_object_foreach(object, key, value) \
	for (key = json_object_iter_key(json_object_iter(object)); \
	     key && (value = json_object_iter_value(json_object_key_to_iter(key))); \
	     key = json_object_iter_key(json_object_iter_next(object, json_object_key_to_iter(key))))
#define json_object_foreach_safe(object, n, key, value) json_object_foreach(object, key, value)
#endif
