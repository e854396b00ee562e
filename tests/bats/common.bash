# common: a private service for one bats file.

start_service() { # NAME=VALUE... settings
    export RUN_DIR
    RUN_DIR=$(mktemp -d /tmp/ivs-bats.XXXXXX)
    PORT=$((20000 + RANDOM % 20000))
    env PORT="$PORT" "$@" scripts/run >"$RUN_DIR/out.log" 2>&1 3>&- &
    echo $! >"$RUN_DIR/pid"
    echo "http://127.0.0.1:$PORT" >"$RUN_DIR/url"
    for _ in $(seq 150); do
        grep -q '^ivs-fcgi runs' "$RUN_DIR/out.log" && return 0
        sleep 0.1
    done
    cat "$RUN_DIR/out.log"
    return 1
}

stop_service() {
    kill -TERM "$(cat "$RUN_DIR/pid")"
    for _ in $(seq 100); do
        kill -0 "$(cat "$RUN_DIR/pid")" 2>/dev/null || break
        sleep 0.1
    done
    [ -n "${KEEP:-}" ] || rm -rf "$RUN_DIR"
}

# call METHOD PATH [BODY] [curl options]: sets status and body
call() {
    local method=$1 path=$2 data=${3-} out
    shift $(($# > 2 ? 3 : 2))
    local args=(-s -m 20 -X "$method" -w '\n%{http_code}' -H "X-API-Key: $(cat "$RUN_DIR/api-key")")
    [ -n "$data" ] && args+=(-H 'Content-Type: application/json' --data-binary "$data")
    out=$(curl "${args[@]}" "$@" "$(cat "$RUN_DIR/url")$path")
    status=${out##*$'\n'}
    body=${out%$'\n'*}
}

stage_arn() {
    sed -n 's/^MASTER_STAGE_ARN=//p' "$RUN_DIR/ivs.env"
}

expect() { # STATUS [JQ-EXPRESSION that must be true]
    [ "$status" = "$1" ] || { echo "status $status, not $1: $body"; return 1; }
    [ -z "${2-}" ] || jq -e "$2" <<<"$body" >/dev/null || { echo "not ($2): $body"; return 1; }
}
