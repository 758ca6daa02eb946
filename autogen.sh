#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
#   ./autogen.sh [--no-deps] [CONFIGURE OPTION…]   installs what the build needs, prepares and configures
#                                                  build/; then make, make check, make install as usual
#   ./autogen.sh demo [--port N] [--dir DIR] [--no-deps]
#                                                  builds, then serves a sample network on this machine
#   ./autogen.sh check [--no-deps] [SUITE…]        builds, then runs the tests
#   ./autogen.sh run COMMAND…                      runs COMMAND in build/ as whoever builds
#
# --no-deps installs no packages.
#
# Root is used for packages only. Started by root, everything else runs as the owner of this source tree
# or, where that is root, as nobody. What nobody builds he must be able to write, so then the sources are
# copied to build/src and build/ is his; and where he cannot even enter the tree (below /root), build/
# becomes a link to a folder of his in /var/tmp.
set -eu

top=$(cd "$(dirname "$0")" && pwd -P)
say() { printf 'autogen.sh: %s\n' "$*" >&2; }
fail() { say "$*"; exit 1; }

case $top in *[!-A-Za-z0-9/._+=:@%,~]*) fail "autoconf does not work in a folder of this name: $top" ;; esac

# Whether all packages are there already; $1 names the build profiles.
satisfied()
{
	command -v dpkg-checkbuilddeps >/dev/null && (cd "$top" && dpkg-checkbuilddeps -P "$1") 2>/dev/null
}

packages()
{
	[ "$deps" = yes ] || return 0
	! satisfied "$1" || return 0
	command -v apt-get >/dev/null || fail 'there is no apt-get here: install what debian/control lists, then use --no-deps'
	sudo='env'
	[ "$(id -u)" = 0 ] || sudo='sudo env'
	[ "$sudo" = env ] || command -v sudo >/dev/null ||
		fail 'packages are missing: run this as root, or with sudo installed, or give --no-deps'
	say 'installing packages'
	# No daemon that comes with a test tool is started: the tests start their own.
	guard=/usr/sbin/policy-rc.d
	[ ! -e $guard ] || guard=
	[ -z "$guard" ] || printf '#!/bin/sh\nexit 101\n' | $sudo sh -c "cat >$guard && chmod 755 $guard"
	status=0
	$sudo DEBIAN_FRONTEND=noninteractive apt-get -q update &&
		$sudo DEBIAN_FRONTEND=noninteractive apt-get -qy build-dep --no-install-recommends \
			--build-profiles="$1" "$top" || status=$?
	[ -z "$guard" ] || $sudo rm -f $guard
	[ $status = 0 ] || fail 'packages could not be installed'
}

# Who builds: sets `as`, which every command that is not about packages is run with.
choose_user()
{
	user=$(stat -c %U "$top")
	as=
	[ "$(id -u)" = 0 ] || return 0
	[ "$user" != root ] && [ "$user" != UNKNOWN ] || user=nobody
	PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
	as="setpriv --reuid=$user --regid=$(id -g "$user") --init-groups"
}

# Makes $1 a folder that the user may write; `lent` is its path for him. Where he cannot get there it
# becomes a link to a folder in /var/tmp; others can make names there, so what is found must be his.
lend()
{
	lent=$1
	[ -n "$as" ] || { mkdir -p "$1" && return; }
	mkdir -p "$(dirname "$1")"
	if $as test -x "$(dirname "$1")"; then
		[ -d "$1" ] || mkdir "$1"
		[ -n "$(ls -A "$1")" ] || chown "$user:" "$1"
	else
		lent=/var/tmp/comptoir-$user-$(printf %s "$1" | cksum | cut -d' ' -f1)
		$as mkdir -m 755 "$lent" 2>/dev/null || :
		[ "$(stat -c %F:%U "$lent")" = "directory:$user" ] || fail "$lent is not a folder of $user"
		[ -L "$1" ] || rmdir "$1" 2>/dev/null || [ ! -e "$1" ] || fail "$user cannot reach $1: remove it"
		ln -sfn "$lent" "$1"
	fi
	$as test -w "$lent" -a -x "$lent" || fail "$user cannot write $1: remove it, or give it to $user"
}

own_build()
{
	lend "$top/build"
	build=$lent
	src=$top
	if [ -n "$as" ] && ! $as test -w "$top"; then
		src=$build/src
		copy_sources
	fi
	shared_data
	export COMPTOIR_SOURCE="$src" COMPTOIR_BUILD="$build"
	[ -z "$as" ] || export USER="$user" LOGNAME="$user"
	if [ -n "$as" ] || [ ! -w "${HOME-}" ]; then export HOME="$build"; fi
}

list_sources()
{
	cd "$top"
	if git rev-parse --git-dir >/dev/null 2>&1; then
		git -c core.quotepath=off ls-files -co --exclude-standard
	else
		find . \( -name .git -o -path ./build \) -prune -o ! -type d -print
	fi | LC_ALL=C sort -u | while read -r file; do [ ! -f "$file" ] || printf '%s\n' "$file"; done
}

# Brings build/src up to date with the tree: times are kept, so that make builds only what changed.
copy_sources()
{
	new=$(mktemp)
	(list_sources) >"$new"
	$as mkdir -p "$src"
	# shellcheck disable=SC2016
	$as sh -c 'cd "$1" && cat >.files.new && touch .files && LC_ALL=C comm -23 .files .files.new |
		tr "\n" "\0" | xargs -0r rm -f -- && mv .files.new .files' sh "$src" <"$new"
	tar -C "$top" --no-recursion -T "$new" -cf - | $as tar -C "$src" -xf -
	rm -f "$new"
}

# Data of others, which some tests read, stands beside the tree.
shared_data()
{
	COMPTOIR_SHARED=${COMPTOIR_SHARED-$(cd "$top/../shared" 2>/dev/null && pwd -P)} || :
	export COMPTOIR_SHARED
	[ -d "$COMPTOIR_SHARED/data" ] && ! $as test -r "$COMPTOIR_SHARED/data" || return 0
	tar -C "$COMPTOIR_SHARED" -cf - data | $as sh -c "mkdir -p '$build/shared' && tar -C '$build/shared' -xf -"
	COMPTOIR_SHARED=$build/shared
}

# Runs a command that may take long, so that a signal ends it too. (A shell's background command
# ignores INT, and hands that down.)
long()
{
	$as env --default-signal=INT "$@" &
	child=$!
	trap 'kill $child 2>/dev/null; wait $child; exit 143' TERM
	trap 'kill $child 2>/dev/null; wait $child; exit 130' INT
	status=0
	wait $child || status=$?
	trap - TERM INT
	return $status
}

prepare()
{
	choose_user
	own_build
	say "preparing $src"
	cd "$src"
	long autoreconf --install --warnings=all || fail 'autoreconf failed'
	cd "$build"
	if [ $# -gt 0 ] || [ ! -e config.status ]; then
		long "$src/configure" --quiet "$@" || fail 'configure failed'
	fi
}

# Plain "make" in the tree does its work in build/, by the same user.
write_gnumakefile()
{
	rm -f "$top/GNUmakefile"
	writer=
	[ "$src" != "$top" ] || writer=$as
	$writer tee "$top/GNUmakefile" >/dev/null <<-'END'
	# Written by autogen.sh: every target is made in build/, by whoever builds there.
	goals := $(or $(MAKECMDGOALS),all)
	.PHONY: $(goals)
	.NOTPARALLEL:
	$(goals): ; +@./autogen.sh make $@
	END
}

build() { long make --no-print-directory -j"$(nproc)" || fail 'the build failed'; }

# One target for GNUmakefile. What is installed belongs to who installs it.
make_goal()
{
	choose_user
	own_build
	cd "$build"
	case $1 in
	install* | uninstall*)
		long make --no-print-directory all
		exec make --no-print-directory "$1" ;;
	esac
	long make --no-print-directory "$1"
}

demo()
{
	command=cgi-bin/demo.sh
	bash "$top/$command" --check "$@" || exit 1
	packages nocheck,pkg.comptoir.demo
	prepare
	build
	dir=$build/demo port=8080
	while [ $# -gt 0 ]; do
		case $1 in
		--dir) lend "$(cd "$here" && realpath -ms "$2")"; dir=$lent ;;
		--port) port=$2 ;;
		esac
		shift 2
	done
	exec $as env --default-signal=INT bash "$src/$command" --build "$build" --source "$src" --dir "$dir" --port "$port"
}

here=$PWD
deps=yes
verb=configure
case ${1-} in demo | check | run | make) verb=$1; shift ;; esac
for argument; do
	shift
	if [ "$argument" = --no-deps ] && [ "$verb" != run ]; then deps=no; else set -- "$@" "$argument"; fi
done

case $verb in
demo)
	demo "$@" ;;
check)
	packages ''
	prepare
	build
	long make --no-print-directory check ${1:+"SUITES=$*"} ;;
run)
	choose_user
	own_build
	cd "$build"
	long "$@" ;;
make)
	make_goal "$@" ;;
configure)
	case ${1-} in -h | --help) sed -n '4,13s/^# \{0,1\}//p' "$0"; exit ;; esac
	packages ''
	prepare "$@"
	write_gnumakefile
	say 'ready: now make, make check, make install' ;;
esac
