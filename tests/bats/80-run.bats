#!/usr/bin/env bats
# scripts/run and make run: start, say what is wrong, stop, leave nothing.

load service

setup() {
	RUN_DIR=$(mktemp -d "$BATS_FILE_TMPDIR/run.XXXX")
	PORT=$(free_port)
	export RUN_DIR PORT LOG_FORMAT=json
	echo 999999999 >"$BATS_FILE_TMPDIR/pid"
}

teardown() {
	service_stop
}

@test "starts, answers, prints URL, key and a curl line" {
	service_start
	run cat "$BATS_FILE_TMPDIR/out"
	[[ $output == *"http://127.0.0.1:$PORT"* ]]
	[[ $output == *"$(cat "$RUN_DIR/api-key")"* ]]
	[[ $output == *"curl -sS"*"/api/v1/token/viewer"* ]]
	answers /health/live
	[ "$(stat -c %a "$RUN_DIR/api-key")" = 600 ]
	[ "$(stat -c %a "$RUN_DIR")" = 700 ]
}

@test "SIGTERM stops everything: no process, no socket, status 0" {
	service_start
	kill -TERM "$(service_pid)"
	within 10 service_gone
	wait "$(service_pid)"
	service_left_nothing
	[ -z "$(find "$RUN_DIR" -type s)" ]
	refute answers /health/live
}

@test "SIGINT stops everything, in a terminal's way: to the whole group" {
	service_start setsid "$ROOT/scripts/run"
	kill -INT -- "-$(service_pid)"
	within 10 service_gone
	service_left_nothing
	[ -z "$(find "$RUN_DIR" -type s)" ]
}

@test "a second start has the same key and the same data" {
	service_start
	key=$(cat "$RUN_DIR/api-key")
	settings=$(cat "$RUN_DIR/ivs.env")
	service_stop
	service_start
	[ "$(cat "$RUN_DIR/api-key")" = "$key" ]
	[ "$(cat "$RUN_DIR/ivs.env")" = "$settings" ]
}

@test "kill -9 of scripts/run leaves nothing behind, and the next start works" {
	service_start
	kill -KILL "$(service_pid)"
	within 5 service_left_nothing
	service_start
	answers /health/live
}

@test "what an earlier run could not end is ended by the next start" {
	service_start
	kill -STOP "$(service_child 'bin/meta( |$)')"
	kill -KILL "$(service_pid)"
	service_start
	answers /
}

@test "a taken port is named, with what to do" {
	service_start
	first=$(service_pid)
	RUN_DIR=$(mktemp -d "$BATS_TEST_TMPDIR/run.XXXX") run "$ROOT/scripts/run"
	[ "$status" -eq 1 ]
	[[ $output == *"port $PORT of 127.0.0.1 is taken"*"PORT=$((PORT + 1))"* ]]
	kill -0 "$first"
}

@test "a second start with one RUN_DIR names the first" {
	service_start
	PORT=$(free_port) run "$ROOT/scripts/run"
	[ "$status" -eq 1 ]
	[[ $output == *"already running with this RUN_DIR, as process $(service_pid)"* ]]
}

@test "a RUN_DIR that cannot be written is named" {
	RUN_DIR=/proc/ivs run "$ROOT/scripts/run"
	[ "$status" -eq 1 ]
	[[ $output == *"cannot write to RUN_DIR: /proc/ivs"* ]]
}

@test "a RUN_DIR too long for Unix sockets is named" {
	RUN_DIR=$BATS_TEST_TMPDIR/$(printf 'd%.0s' {1..100}) run "$ROOT/scripts/run"
	[ "$status" -eq 1 ]
	[[ $output == *"RUN_DIR is too long"* ]]
}

@test "a folder with other things in it is not taken as RUN_DIR" {
	touch "$RUN_DIR/letter"
	chmod 755 "$RUN_DIR"
	run "$ROOT/scripts/run"
	[ "$status" -eq 1 ]
	[[ $output == *"has other things in it"* ]]
	[ "$(stat -c %a "$RUN_DIR")" = 755 ]
}

@test "bad settings are named: PORT, process counts, address" {
	for bad in PORT=0 PORT=65536 PORT=http PORT=080 TOKEN_PROCS=0 META_PROCS=many 'BIND_ADDR=a b'; do
		run env "$bad" "$ROOT/scripts/run"
		[ "$status" -eq 1 ]
		[[ $output == *"${bad%%=*} is"* ]]
	done
}

@test "a missing tool is named" {
	mkdir "$BATS_TEST_TMPDIR/bin"
	for tool in bash dirname realpath lighttpd spawn-fcgi openssl curl setpriv setsid flock awk; do
		ln -s "$(command -v "$tool")" "$BATS_TEST_TMPDIR/bin/$tool"
	done
	PATH=$BATS_TEST_TMPDIR/bin run "$ROOT/scripts/run"
	[ "$status" -eq 1 ]
	[[ $output == *"not installed: multiwatch"* ]]
}

@test "settings of ivs.env are used, the environment wins" {
	service_start
	service_stop
	other=$(free_port)
	printf 'PORT=%s\nVIEWER_PROCS="3"\n' "$other" >>"$RUN_DIR/ivs.env"
	service_start
	answers /health/live
	[ "$(pgrep -cP "$(service_child 'multiwatch .*bin/viewer')")" -eq 3 ]
	service_stop
	PORT='' service_start
	PORT=$other answers /health/live
}

@test "WORKER_MODE=inline runs without a worker" {
	WORKER_MODE=inline service_start
	refute service_child bin/ivs-worker
}

@test "RUN_DIR may have spaces in its name" {
	RUN_DIR="$RUN_DIR/a b" service_start
	answers /health/live
}

@test "make run passes its variables on, and SIGTERM to make stops everything" {
	unset RUN_DIR PORT
	dir=$(mktemp -d "$BATS_FILE_TMPDIR/run.XXXX")
	port=$(free_port)
	service_start make -C "$ROOT" run BUILD="$BUILD" RUN_DIR="$dir" PORT="$port" TOKEN_PROCS=3 LOG_LEVEL=debug
	export RUN_DIR=$dir PORT=$port
	answers /health/live
	pid=$(service_child 'multiwatch .*bin/token')
	[ "$(pgrep -cP "$pid")" -eq 3 ]
	tr '\0' '\n' <"/proc/$pid/environ" | grep -qx LOG_LEVEL=debug
	kill -TERM "$(service_pid)"
	within 15 service_gone
	within 5 service_left_nothing
	[ -z "$(find "$RUN_DIR" -type s)" ]
}
