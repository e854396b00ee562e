#!/usr/bin/env bats
# ivsctl, ivs-worker --once, and starting and stopping.

load common

@test "a bad setting stops the start and says what would be right" {
    RUN_DIR=$(mktemp -d)
    export RUN_DIR
    run env STAGE_CAPACITY=many $BIN_DIR/ivsctl config check
    [ "$status" -eq 1 ]
    [[ $output == *"STAGE_CAPACITY=many: must be a whole number"* ]]
    echo 'NO_SUCH_THING=1' >"$RUN_DIR/ivs.env"
    run $BIN_DIR/ivsctl config check
    [[ $output == *"ivs.env:1=NO_SUCH_THING: is no setting"* ]]
    run env SKIP_AUTH=true $BIN_DIR/token --check
    [ "$status" -eq 1 ]
    rm -rf "$RUN_DIR"
}

@test "secrets are shown as set and no more" {
    RUN_DIR=$(mktemp -d)
    export RUN_DIR
    run env API_SECRET_KEY=topsecretvalue $BIN_DIR/ivsctl config show
    [[ $output != *topsecretvalue* ]]
    [[ $output == *'(set)'* ]]
    rm -rf "$RUN_DIR"
}

@test "ivsctl schema shows every error, and refuses keywords it does not know" {
    run $BIN_DIR/ivsctl schema schemas/viewer-rejoin.json <<<'{"userId":1,"stageArn":"x"}'
    [ "$status" -eq 1 ]
    [[ $output == *'"/participantId"'* && $output == *'"/userId"'* && $output == *'"/stageArn"'* ]]
    echo '{"format":"email"}' >"$BATS_TEST_TMPDIR/s.json"
    run $BIN_DIR/ivsctl schema "$BATS_TEST_TMPDIR/s.json" <<<'1'
    [ "$status" -eq 1 ]
    [[ $output == *'keyword format is not supported'* ]]
    echo '{"type":"string","pattern":"^(a+)+$"}' >"$BATS_TEST_TMPDIR/s.json"
    run timeout 5 $BIN_DIR/ivsctl schema "$BATS_TEST_TMPDIR/s.json" <<<"\"$(printf 'a%.0s' $(seq 5000))!\""
    [ "$status" -eq 1 ]
}

@test "a second start keeps key and data; a taken port and a second instance are named; nothing is left behind" {
    KEEP=1
    start_service
    key=$(cat "$RUN_DIR/api-key")
    call POST /api/v1/token/publisher '{"userId":"alice"}'
    expect 200
    run scripts/run
    [[ $output == *"another instance runs"* ]]
    other=$(mktemp -d)
    run env RUN_DIR="$other" PORT="$(sed 's/.*://' "$RUN_DIR/url")" scripts/run
    [[ $output == *"is taken"* ]]
    rm -rf "$other"
    [ "$(stat -c %a "$RUN_DIR/api-key")" = 600 ]
    stop_service
    ! pgrep -f "$RUN_DIR" >/dev/null
    [ -z "$(ls "$RUN_DIR"/sock)" ]
    dir=$RUN_DIR
    port=$(sed 's/.*://' "$dir/url")
    PORT=$port scripts/run >"$dir/out.log" 2>&1 3>&- &
    echo $! >"$dir/pid"
    for _ in $(seq 100); do grep -q '^ivs-fcgi runs' "$dir/out.log" && break; sleep 0.1; done
    [ "$(cat "$dir/api-key")" = "$key" ]
    call GET /api/v1/stats/publisher
    expect 200 '.data.isPublisherLive'
    KEEP=
    stop_service
}

@test "cron: ivs-worker --once drains and sweeps" {
    RUN_DIR=$(mktemp -d)
    export RUN_DIR
    $BIN_DIR/ivsctl init >/dev/null
    run $BIN_DIR/ivs-worker --once drain
    [ "$status" -eq 0 ]
    run $BIN_DIR/ivs-worker --once sweep
    [ "$status" -eq 0 ]
    run $BIN_DIR/ivs-worker --once nothing
    [ "$status" -eq 2 ]
    rm -rf "$RUN_DIR"
}
