#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
#
#   demo.sh --check [--port N] [--dir DIR]
#   demo.sh --build DIR --source DIR --dir DIR --port N
#
# What `./autogen.sh demo` ends with: a sample network on this machine, out of a build tree. It starts a
# MariaDB of its own, comptoir.fcgi and Apache in front of it, and says "ready http://127.0.0.1:N/" when they
# serve. On TERM or INT, and when one of the three ends, it stops them all, within 5 s. DIR keeps:
#
#   accounts.txt   who may sign in: e-mail, password, role, organisation, API token; tabs between
#   comptoir.ini   the configuration, written at each start     database/   MariaDB's files
#   mail/          the mails that were sent                     log/        what each of them said
#
# With --check it only judges its arguments, and says whether the port is free.
set -u

check='' build='' source='' dir='' port=8080
fail() { printf 'demo: %s\n' "$*" >&2; exit 1; }

arguments()
{
	while [ $# -gt 0 ]; do
		case $1 in
		--check) check=yes; shift; continue ;;
		--build | --source | --dir | --port) [ -n "${2-}" ] || fail "$1 wants a value" ;;
		*) fail "unknown argument: $1 (known: --port N, --dir DIR, --no-deps)" ;;
		esac
		printf -v "${1#--}" %s "$2"
		shift 2
	done
	[[ $port =~ ^[1-9][0-9]{0,4}$ && $port -le 65535 ]] || fail "not a port: $port"
}

# Whether something listens on the port already, as the kernel sees it: a bare machine has no tool for that.
port_is_free()
{
	! cat /proc/net/tcp* 2>/dev/null | grep -qE "^ *[0-9]+: [0-9A-F]+:$(printf %04X "$port") [0-9A-F:]+ 0A "
}

# --- what runs

names=()
pids=()

# Starts a server: apart from the terminal, whose Ctrl-C is for us, and ended by the kernel if we are killed.
serve()
{
	local name=$1
	shift
	setsid setpriv --pdeathsig TERM "$@" </dev/null >>"$dir/log/$name.log" 2>&1 9>&- &
	names+=("$name")
	pids+=($!)
}

# Runs a step to its end; a signal need not wait for it.
step_pid=
step()
{
	local name=$1 status
	shift
	setsid setpriv --pdeathsig KILL "$@" </dev/null >>"$dir/log/$name.log" 2>&1 9>&- &
	step_pid=$!
	wait "$step_pid"
	status=$?
	step_pid=
	[ $status = 0 ] || gave_up "$name" "${1##*/} failed (removing $dir begins anew)"
}

now_ms() { echo $((${EPOCHREALTIME/[.,]/} / 1000)); }

# Stops all, the last one started first, so that each finds what it needs until its end; the database,
# which is first, has the longest, to leave its files in order.
stop()
{
	trap '' TERM INT HUP
	local i deadline
	deadline=$(($(now_ms) + 4500))
	[ -z "$sleeper" ] || kill -KILL "$sleeper" 2>/dev/null
	[ -z "$step_pid" ] || end "$step_pid" 0
	for ((i = ${#pids[@]} - 1; i >= 0; i--)); do
		end "${pids[i]}" $((deadline - (i > 0 ? 2500 : 0)))
	done
	[ "$run" = "$dir/run" ] || rm -rf "$run"
}

# Ends the process group that $1 leads: kindly until $2, then by force, with whatever outlived its parent.
end()
{
	kill -TERM "$1" 2>/dev/null
	while kill -0 "$1" 2>/dev/null && [ "$(now_ms)" -lt "$2" ]; do sleep 0.05; done
	kill -KILL -- "-$1" "$1" 2>/dev/null
	wait "$1" 2>/dev/null
	while kill -0 -- "-$1" 2>/dev/null; do sleep 0.02; done
}

gave_up()
{
	printf 'demo: %s; the end of %s:\n' "$2" "$dir/log/$1.log" >&2
	tail -n 15 "$dir/log/$1.log" >&2
	stop
	exit 1
}

# Not read -t, whose alarm breaks off a trap that runs meanwhile.
sleeper=
pause()
{
	setpriv --pdeathsig KILL sleep "$1" 9>&- &
	sleeper=$!
	wait "$sleeper"
	sleeper=
}

# Waits until a test succeeds; notices when a server ends meanwhile.
until_true()
{
	local name=$1 tries=0
	shift
	until "$@"; do
		alive
		[ $((tries += 1)) -le 600 ] || gave_up "$name" "$name does not answer after 60 s"
		pause 0.1
	done
}

alive()
{
	local i
	for i in "${!pids[@]}"; do
		kill -0 "${pids[i]}" 2>/dev/null || gave_up "${names[i]}" "${names[i]} ended"
	done
}

# --- the parts

chance() { od -An -N32 -tx1 /dev/urandom | tr -d ' \n'; }

# Sockets go to DIR/run, or to a short-lived folder where that path is too long for a socket.
prepare()
{
	mkdir -p "$dir/log" "$dir/mail" || fail "$dir cannot be written"
	dir=$(cd "$dir" && pwd -P)
	exec 9>"$dir/lock"
	flock -n 9 || fail "another demo runs in $dir"
	run=$dir/run
	if [ ${#run} -gt 80 ]; then
		run=$(mktemp -d "${TMPDIR:-/tmp}/comptoir.XXXXXX") || fail 'no temporary folder'
	fi
	mkdir -p "$run"
	chmod 700 "$run"
	rm -rf "${run:?}"/* "$dir/log"/*.log
}

sql() { mariadb --no-defaults --socket="$run/db" --user=root "$@"; }
# shellcheck disable=SC2317
database_answers() { sql -e 'SELECT 1' >/dev/null 2>&1; }

# What an interrupted first start left is not worth keeping.
start_database()
{
	[ -e "$dir/loaded" ] || rm -rf "$dir/database" "$dir/secrets"
	if [ ! -d "$dir/database" ]; then
		umask 077
		step database mariadb-install-db --no-defaults --datadir="$dir/database" --skip-test-db \
			--skip-name-resolve --force --auth-root-authentication-method=normal --innodb-log-file-size=16M
		printf '%s\n' "$(chance)" "$(chance)" "$(chance)" >"$dir/secrets"
		umask 022
	fi
	serve database mariadbd --no-defaults --datadir="$dir/database" --socket="$run/db" \
		--pid-file="$run/db.pid" --skip-networking --skip-name-resolve --character-set-server=utf8mb4 \
		--innodb-buffer-pool-size=64M --innodb-log-file-size=16M --innodb-flush-log-at-trx-commit=2 \
		--innodb-buffer-pool-dump-at-shutdown=0 --performance-schema=OFF --tmpdir="$run"
	until_true database database_answers
}

configure()
{
	{ read -r key && read -r password && read -r owner_password; } <"$dir/secrets" || fail "$dir/secrets is damaged"
	umask 077
	cat >"$dir/comptoir.ini" <<-END
	# Written by the demo at each start.
	[site]
	url = http://127.0.0.1:$port
	name = Réseau de démonstration

	[server]
	listen = unix:$run/web
	workers = 4

	[database]
	socket = $run/db
	name = comptoir
	user = comptoir
	password = $password
	owner_user = comptoir_owner
	owner_password = $owner_password

	[paths]
	plugins = $build/plugins
	data = $source
	locale = $build/po
	fonts = $build/core/fonts
	helpers = $build/core

	[plugins]
	load = reservation invoicing memberships subsidies demo

	[reservation]
	guest_bookings = 1000

	[mail]
	transport = file:$dir/mail

	[security]
	key = $key
	END
	umask 022
}

load()
{
	local ctl=("$build/cgi-bin/comptoirctl" --config "$dir/comptoir.ini")
	if [ ! -e "$dir/loaded" ]; then
		sed -e "s/@DATABASE@/comptoir/; s/@HOST@/localhost/" -e "s/@OWNER@/comptoir_owner/" \
			-e "s/@USER@/comptoir/" -e "s/@OWNER_PASSWORD@/$owner_password/" \
			-e "s/@PASSWORD@/$password/" "$source/sql/users.sql.in" |
			sql 2>>"$dir/log/setup.log" || gave_up setup 'the database could not be made'
	fi
	step setup "${ctl[@]}" migrate
	[ -e "$dir/loaded" ] || {
		step setup "${ctl[@]}" demo-data --accounts "$dir/accounts.txt"
		touch "$dir/loaded"
	}
}

start_comptoir()
{
	serve comptoir env COMPTOIR_GENERATION="$build/core/comptoir-generation" \
		"$build/cgi-bin/comptoir.fcgi" --config "$dir/comptoir.ini"
	until_true comptoir test -S "$run/web"
}

# Apache, with the sample configuration; its messages go to log/web.log.
start_web()
{
	local sample=/run/comptoir/comptoir.sock modules=/usr/lib/apache2/modules module
	mkdir -p "$run/empty"
	sed "s|$sample|$run/web|" "$source/cgi-bin/comptoir.apache.conf" >"$run/sample.conf"
	{
		for module in mpm_event authz_core env headers proxy proxy_fcgi; do
			printf 'LoadModule %s_module %s/mod_%s.so\n' $module $modules $module
		done
		cat <<-END
		ServerRoot "$run"
		ServerName 127.0.0.1
		Listen 127.0.0.1:$port
		PidFile "$run/apache.pid"
		DefaultRuntimeDir "$run"
		DocumentRoot "$run/empty"
		ErrorLog "$dir/log/web.log"
		StartServers 1
		MinSpareThreads 8
		MaxSpareThreads 64
		ThreadsPerChild 64
		MaxRequestWorkers 64
		<VirtualHost *:$port>
			Include "$run/sample.conf"
		</VirtualHost>
		END
	} >"$run/apache.conf"
	serve web apache2 -d "$run" -f "$run/apache.conf" -DFOREGROUND
	until_true web healthy
}

# shellcheck disable=SC2317
healthy()
{
	local line
	{ exec 8<>"/dev/tcp/127.0.0.1/$port"; } 2>/dev/null || return 1
	printf 'GET /healthz HTTP/1.0\r\nHost: 127.0.0.1\r\n\r\n' >&8
	read -r -t 5 line <&8
	exec 8>&-
	[[ ${line-} == HTTP/1.*\ 200* ]]
}

main()
{
	arguments "$@"
	port_is_free || fail "port $port is in use: give another one with --port N"
	[ -z "$check" ] || exit 0
	PATH=$PATH:/usr/sbin:/sbin
	run=
	prepare
	trap 'stop; exit 143' TERM
	trap 'stop; exit 130' INT
	trap 'stop; exit 129' HUP
	start_database
	configure
	load
	start_comptoir
	start_web
	printf 'ready http://127.0.0.1:%s/ (accounts: %s)\n' "$port" "$dir/accounts.txt"
	cat "$dir/accounts.txt"
	# Not wait -n, which misses what ended just before.
	while :; do
		pause 0.5
		alive
	done
}

main "$@"
