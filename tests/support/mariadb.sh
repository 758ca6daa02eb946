#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# A private MariaDB for tests: a unix socket and no network, everything under one directory.
#
#   mariadb.sh start DIR [OPTION…]  copies the template to DIR where DIR holds no data yet, starts a
#                                   server, waits until it answers and prints its socket (DIR/s).
#                                   Options are given to mariadbd; its root user has no password.
#   mariadb.sh run DIR [OPTION…]    the same in the foreground: replaces the shell by the server,
#                                   which ends with its parent. Prints nothing.
#   mariadb.sh stop DIR             ends it (TERM, KILL after 20 s) and waits; DIR stays
#
# The template is a fresh data directory, made once and kept in $CT_MARIADB_TEMPLATE, by default
# under ${TMPDIR:-/tmp}. Called by root, the server runs as mysql, else as nobody.
# DIR has to be short: a unix socket's path ends at 107 bytes.
set -eu

fail() { echo "mariadb.sh: $*" >&2; exit 1; }

action=${1-} dir=${2-}
[ -n "$dir" ] || fail 'usage: mariadb.sh start|run|stop DIR [OPTION…]'
shift 2

PATH=$PATH:/usr/sbin:/usr/local/sbin
as='setpriv'
owner=$(id -u):$(id -g)
if [ "$(id -u)" = 0 ]; then
	user=mysql
	getent passwd $user >/dev/null || user=nobody
	owner=$(id -u $user):$(id -g $user)
	as="setpriv --reuid=${owner%:*} --regid=${owner#*:} --clear-groups"
fi
version=$(mariadbd --version | tr -cd '0-9')
template=${CT_MARIADB_TEMPLATE:-${TMPDIR:-/tmp}/comptoir-mariadb-${owner%:*}-$version}

make_template()
{
	[ ! -d "$template" ] || return 0
	new=$(mktemp -d "$template.XXXXXX")
	chown "$owner" "$new"
	# shellcheck disable=SC2086
	$as mariadb-install-db --no-defaults --datadir="$new" --skip-test-db \
		--skip-name-resolve --force --auth-root-authentication-method=normal --innodb-log-file-size=8M \
		>"$new.log" 2>&1 ||
		{ cat "$new.log" >&2; fail 'mariadb-install-db failed'; }
	rm -f "$new.log"
	# Of two that make it at once, one is kept.
	mv -T "$new" "$template" 2>/dev/null || rm -rf "$new"
}

prepare()
{
	mkdir -p "$dir"
	dir=$(cd "$dir" && pwd -P)
	[ ${#dir} -le 100 ] || fail "$dir is too long for a socket's path"
	[ -d "$dir/data" ] || {
		make_template
		cp -a --sparse=always "$template" "$dir/data"
	}
	# A folder of its own for temporary tables: a server that starts removes whatever it finds there.
	mkdir -p "$dir/tmp"
	chown "$owner" "$dir" "$dir/tmp"
}

server()
{
	echo "--no-defaults --datadir=$dir/data --tmpdir=$dir/tmp --socket=$dir/s --pid-file=$dir/pid
		--log-error=$dir/log --skip-networking --skip-name-resolve --lc-messages=en_US
		--innodb-buffer-pool-size=64M --innodb-log-file-size=8M
		--innodb-flush-log-at-trx-commit=2 --character-set-server=utf8mb4"
}

answers() { mariadb --no-defaults --socket="$dir/s" --user=root -e "SELECT 1" >/dev/null 2>&1; }

start()
{
	prepare
	! answers || fail "a server already runs in $dir"
	# shellcheck disable=SC2086,SC2046
	setsid $as mariadbd $(server) "$@" </dev/null >>"$dir/log" 2>&1 &
	pid=$!
	tries=0
	until answers; do
		kill -0 $pid 2>/dev/null || { tail -n 20 "$dir/log" >&2; fail 'the server ended'; }
		[ $((tries += 1)) -le 300 ] || fail "no answer after 30 s: see $dir/log"
		sleep 0.1
	done
	echo "$dir/s"
}

stop()
{
	pid=$(cat "$dir/pid" 2>/dev/null) || return 0
	kill "$pid" 2>/dev/null || return 0
	tries=0
	while kill -0 "$pid" 2>/dev/null; do
		[ $((tries += 1)) -ne 200 ] || kill -KILL "$pid"
		sleep 0.1
	done
	rm -f "$dir/pid"
}

case $action in
start) start "$@" ;;
stop) stop ;;
run)
	prepare
	# shellcheck disable=SC2086,SC2046
	exec $as --pdeathsig TERM mariadbd $(server) "$@" </dev/null >>"$dir/log" 2>&1 ;;
*) fail "unknown action: $action" ;;
esac
