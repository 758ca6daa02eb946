# SPDX-License-Identifier: GPL-3.0-or-later

# CT_NEED(VARIABLE, PKG-CONFIG-MODULES, DEBIAN-PACKAGE)
# As PKG_CHECK_MODULES, but goes on to the next one, so that all that is missing is named at once.
AC_DEFUN([CT_NEED], [
	PKG_CHECK_MODULES([$1], [$2], [], [ct_missing="$ct_missing $3"])
])

# CT_NEED_LIB(VARIABLE, LIBRARY, FUNCTION, HEADER, DEBIAN-PACKAGE): one without a pkg-config file
AC_DEFUN([CT_NEED_LIB], [
	AC_CHECK_HEADER([$4], [AC_CHECK_LIB([$2], [$3], [AC_SUBST([$1_LIBS], [-l$2])],
		[ct_missing="$ct_missing $5"])], [ct_missing="$ct_missing $5"])
])

# CT_NEED_PROG(VARIABLE, PROGRAM, DEBIAN-PACKAGE)
AC_DEFUN([CT_NEED_PROG], [
	AC_PATH_PROG([$1], [$2])
	AS_IF([test -z "$$1"], [ct_missing="$ct_missing $3"])
])

AC_DEFUN([CT_REPORT_MISSING], [
	AS_IF([test -n "$ct_missing"], [AC_MSG_ERROR([
These Debian packages are missing:$ct_missing
Install them with:  apt-get install$ct_missing
Or all that the build needs, from the source tree:  apt-get build-dep --no-install-recommends .])])
])

# CT_ADD_FLAGS(VARIABLE, FLAGS): appends each flag that the compiler takes to VARIABLE.
AC_DEFUN([CT_ADD_FLAGS], [
	for ct_flag in $2; do
		ct_saved=$CFLAGS
		CFLAGS="$CFLAGS -Werror $ct_flag"
		AC_MSG_CHECKING([whether $CC takes $ct_flag])
		AC_LINK_IFELSE([AC_LANG_PROGRAM([], [])],
			[AC_MSG_RESULT([yes]); $1="$$1 $ct_flag"],
			[AC_MSG_RESULT([no])])
		CFLAGS=$ct_saved
	done
])

# Warnings, hardening, sanitizers and fuzzing: what every object of ours is compiled with.
AC_DEFUN([CT_COMPILER_FLAGS], [
	AC_ARG_ENABLE([werror], [AS_HELP_STRING([--enable-werror], [a warning is an error])])
	AC_ARG_ENABLE([sanitizers], [AS_HELP_STRING([--enable-sanitizers=address,undefined],
		[build all with these sanitizers])], [], [enable_sanitizers=no])
	AC_ARG_ENABLE([fuzzing], [AS_HELP_STRING([--enable-fuzzing],
		[build the fuzzers with clang's libFuzzer instead of the replayer])])

	CT_WARN_CFLAGS=
	CT_ADD_FLAGS([CT_WARN_CFLAGS], [-Wall -Wextra -Wno-missing-field-initializers -Wformat=2 -Wshadow -Wstrict-prototypes dnl
-Wmissing-prototypes -Wpointer-arith -Wwrite-strings -Wcast-qual -Wundef -Wvla dnl
-Wimplicit-fallthrough])
	AS_IF([test "x$enable_werror" = xyes], [CT_WARN_CFLAGS="$CT_WARN_CFLAGS -Werror"])

	CT_HARD_CFLAGS=
	CT_HARD_LDFLAGS=
	CT_PIE_CFLAGS=
	CT_PIE_LDFLAGS=
	CT_HARD_CPPFLAGS=
	CT_ADD_FLAGS([CT_HARD_CFLAGS], [-fstack-protector-strong -fstack-clash-protection])
	CT_ADD_FLAGS([CT_HARD_LDFLAGS], [-Wl,-z,relro -Wl,-z,now -Wl,-z,noexecstack])
	CT_ADD_FLAGS([CT_PIE_CFLAGS], [-fPIE])
	CT_ADD_FLAGS([CT_PIE_LDFLAGS], [-pie])

	AS_IF([test "x$enable_sanitizers" != xno], [
		CT_SAN="-fsanitize=$enable_sanitizers -fno-sanitize-recover=all -fno-omit-frame-pointer"
	], [
		CT_SAN=
		# Fortified calls hide errors from the sanitizers, and need an optimising compiler.
		AS_CASE([" $CFLAGS "], [*" -O0 "*], [], [CT_HARD_CPPFLAGS="-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2"])
	])
	# A module that lacks a function is found here, not when it is loaded (clang's sanitizers are in programs only).
	CT_DEFS_LDFLAGS=
	AS_IF([test "x$enable_sanitizers$enable_fuzzing" = xno], [CT_ADD_FLAGS([CT_DEFS_LDFLAGS], [-Wl,-z,defs])])
	AC_SUBST([CT_DEFS_LDFLAGS])
	AM_CONDITIONAL([SANITIZED], [test "x$enable_sanitizers" != xno])
	AM_CONDITIONAL([FUZZING], [test "x$enable_fuzzing" = xyes])
	AM_CONDITIONAL([HAVE_CMOCKA], [test "x$have_cmocka" = xyes])
	AS_IF([test "x$enable_fuzzing" = xyes], [
		CT_FUZZ_CFLAGS=-fsanitize=fuzzer-no-link
		CT_FUZZ_LDFLAGS=-fsanitize=fuzzer
	])
	AC_SUBST([CT_WARN_CFLAGS])
	AC_SUBST([CT_HARD_CPPFLAGS])
	AC_SUBST([CT_HARD_CFLAGS])
	AC_SUBST([CT_HARD_LDFLAGS])
	AC_SUBST([CT_PIE_CFLAGS])
	AC_SUBST([CT_PIE_LDFLAGS])
	AC_SUBST([CT_SAN])
	AC_SUBST([CT_FUZZ_CFLAGS])
	AC_SUBST([CT_FUZZ_LDFLAGS])
])

# CT_PLUGIN(NAME): --disable-plugin-NAME, and the condition PLUGIN_NAME for plugins/NAME/Makefile.inc.
AC_DEFUN([CT_PLUGIN], [
	AC_ARG_ENABLE([plugin-$1], [AS_HELP_STRING([--disable-plugin-$1], [leave out the plugin $1])],
		[], [m4_translit([enable_plugin_$1], [-], [_])=yes])
	AM_CONDITIONAL([PLUGIN_]m4_translit([$1], [-a-z], [_A-Z]),
		[test "x$m4_translit([enable_plugin_$1], [-], [_])" != xno])
	AS_IF([test "x$m4_translit([enable_plugin_$1], [-], [_])" != xno], [ct_plugins="$ct_plugins $1"])
])
