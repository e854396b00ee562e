#!/usr/bin/env bats
# What is killed comes back, and what never stays is given up with a reason.

load service

setup_file() {
	RUN_DIR=$BATS_FILE_TMPDIR/run
	PORT=$(free_port)
	export RUN_DIR PORT LOG_FORMAT=json
	service_start
}

teardown_file() {
	service_stop
}

is_replaced() { # OLD PATTERN
	local now

	now=$(service_child "$2") && [ "$now" != "$1" ]
}

@test "kill -9 of lighttpd: back within two seconds" {
	old=$(service_child '^lighttpd -D')
	kill -KILL "$old"
	within 2 is_replaced "$old" '^lighttpd -D'
	within 2 answers /health/live
}

@test "kill -9 of the worker: back within two seconds" {
	old=$(service_child 'bin/ivs-worker( |$)')
	kill -KILL "$old"
	within 2 is_replaced "$old" 'bin/ivs-worker( |$)'
}

@test "kill -9 of a program: the next request is answered" {
	old=$(service_child '^[^ ]*bin/health( |$)')
	kill -KILL "$old"
	within 2 is_replaced "$old" '^[^ ]*bin/health( |$)'
	within 2 answers /health/live
}

@test "kill -9 of a program's supervisor: its programs end, the endpoint comes back" {
	old=$(service_child 'multiwatch .*bin/token')
	child=$(pgrep -oP "$old")
	kill -KILL "$old"
	within 2 is_replaced "$old" 'multiwatch .*bin/token'
	within 2 answers /api/v1/token/viewer
	within 2 test ! -e "/proc/$child"
}

@test "TERM to the programs one by one: no request fails" {
	pids=$(pgrep -P "$(service_child 'multiwatch .*bin/health')")
	for _ in 1 2 3 4 5; do
		for pid in $pids; do
			kill -TERM "$pid"
			answers /health/live
		done
		pids=$(pgrep -P "$(service_child 'multiwatch .*bin/health')")
	done
}

@test "what never stays up is given up, with its name" {
	mkdir -p "$BATS_TEST_TMPDIR/bin"
	cp "$BUILD"/bin/* "$BATS_TEST_TMPDIR/bin/"
	printf '#!/bin/sh\nexit 3\n' >"$BATS_TEST_TMPDIR/bin/ivs-worker"
	BUILD=$BATS_TEST_TMPDIR RUN_DIR=$BATS_TEST_TMPDIR/run PORT=$(free_port) run timeout 30 "$ROOT/scripts/run"
	[ "$status" -eq 1 ]
	[[ $output == *"worker ended 5 times"*"status 3"* ]]
	run pgrep -f "$BATS_TEST_TMPDIR/bin"
	[ "$status" -eq 1 ]
}

@test "a backend that is away is a 503 in JSON" {
	kill -STOP "$(service_child 'scripts/run')"
	mv "$RUN_DIR/sock/stats.sock" "$RUN_DIR/sock/away"
	run curl -s -o "$BATS_TEST_TMPDIR/body" -w '%{http_code} %{content_type}' "http://127.0.0.1:$PORT/api/v1/stats"
	mv "$RUN_DIR/sock/away" "$RUN_DIR/sock/stats.sock"
	kill -CONT "$(service_child 'scripts/run')"
	[ "$output" = '503 application/json' ]
	jq -e '.success == false and .error.code == "SERVICE_UNAVAILABLE"' "$BATS_TEST_TMPDIR/body"
}
