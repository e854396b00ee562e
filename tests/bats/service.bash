# service.bash: start and stop the whole service with scripts/run, for bats files.
#
# Each file has its RUN_DIR below BATS_FILE_TMPDIR and a free port; what it
# starts is ended by service_stop, in teardown or teardown_file.

ROOT=$(realpath "$BATS_TEST_DIRNAME/../..")
BUILD=$(realpath -m "${BUILD:-$ROOT/build}")
export ROOT BUILD

free_port() {
	local port

	while :; do
		port=$((20000 + RANDOM % 12000))
		if ! (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then
			echo "$port"
			return
		fi
	done
}

within() { # SECONDS COMMAND...: until COMMAND succeeds
	local until=$(($(date +%s%N) + $1 * 1000000000))

	shift
	until "$@"; do
		[ "$(date +%s%N)" -lt "$until" ] || return 1
		sleep 0.05
	done
}

# Starts scripts/run (or the command given) and waits for its banner.
service_start() { # [COMMAND...]
	[ $# -gt 0 ] || set -- "$ROOT/scripts/run"
	env --default-signal=INT "$@" >"$BATS_FILE_TMPDIR/out" 2>"$BATS_FILE_TMPDIR/log" </dev/null 3>&- 4>&- &
	echo $! >"$BATS_FILE_TMPDIR/pid"
	if ! within 30 service_is_up; then
		tail -n 40 "$BATS_FILE_TMPDIR/log" >&2
		return 1
	fi
}

service_is_up() {
	grep -q '^ivs-fcgi runs at' "$BATS_FILE_TMPDIR/out" || ! service_runs
}

service_pid() { cat "$BATS_FILE_TMPDIR/pid"; }

service_runs() { kill -0 "$(service_pid)" 2>/dev/null; }

service_gone() { ! service_runs; }

# Processes that have something to do with this RUN_DIR: each holds the lock.
service_processes() {
	local fd pid

	for fd in /proc/[0-9]*/fd/*; do
		if [ "$fd" -ef "$RUN_DIR/run.lock" ]; then
			pid=${fd#/proc/}
			echo "${pid%%/*}"
		fi
	done | sort -u
}

service_left_nothing() { [ -z "$(service_processes)" ]; }

service_stop() {
	service_gone || kill -TERM "$(service_pid)"
	within 15 service_gone
}

service_child() { # PATTERN: the first process of this service whose command line matches
	local pid

	for pid in $(service_processes); do
		if tr '\0' ' ' <"/proc/$pid/cmdline" 2>/dev/null | grep -qE -- "$1"; then
			echo "$pid"
			return
		fi
	done
	return 1
}

answers() { # PATH: with any status below 500
	local code

	code=$(curl -s -o /dev/null -w '%{http_code}' --max-time 3 "http://127.0.0.1:$PORT$1")
	[ "$code" -ge 100 ] && [ "$code" -lt 500 ]
}

# "! command" alone does not fail a test.
refute() { ! "$@"; }
