#!/usr/bin/env bats
# The rules of the contract: every error row, every wrong kind of request.

load common

setup_file() { start_service RATE_LIMIT_TOKEN=3 MAX_BODY_BYTES=65536 CORS_ORIGINS=https://app.example; }
teardown_file() { stop_service; }

@test "health, ready, live, without a key" {
    for path in /health /api/health /api/v1/health; do
        call GET $path
        expect 200 '.success and .data.status == "healthy" and .data.checks.aws_ivs == "disabled"'
    done
    call GET /health/ready
    [ "$status $body" = "200 OK" ]
    call GET /health/live
    [ "$status $body" = "200 OK" ]
}

@test "the service describes itself" {
    call GET /
    expect 200 '.data.name == "ivs-fcgi" and (.data.endpoints | map(.path) | index("/api/v1/token/viewer"))'
}

@test "unknown paths, versions, methods" {
    call GET /api/v1/tokenx
    expect 404 '.error.code == "NOT_FOUND"'
    call GET /api/v9/token/viewer
    expect 400 '.error.code == "UNSUPPORTED_API_VERSION" and .error.supportedVersions == ["v1"]'
    call GET /api/v1/token/viewer
    expect 405 '.error.code == "METHOD_NOT_ALLOWED"'
    curl -s -D - -o /dev/null "$(cat "$RUN_DIR/url")/api/v1/token/viewer" | grep -qi '^allow: POST, OPTIONS'
}

@test "no key, a wrong key, a key that may not" {
    url=$(cat "$RUN_DIR/url")
    curl -s -i "$url/api/v1/stats/viewers" | grep -qi '^www-authenticate: Bearer'
    [ "$(curl -s -o /dev/null -w '%{http_code}' -H 'X-API-Key: ivs_wrong' "$url/api/v1/stats/viewers")" = 401 ]
    key=$($BIN_DIR/ivsctl apikey create reader stats:read | jq -r .key)
    [ "$(curl -s -o /dev/null -w '%{http_code}' -H "X-API-Key: $key" "$url/api/v1/stats/viewers")" = 200 ]
    curl -s -H "X-API-Key: $key" -H 'Content-Type: application/json' -d '{}' "$url/api/v1/token/viewer" |
        jq -e '.error.code == "FORBIDDEN" and .error.details.required == "token:viewer"'
    $BIN_DIR/ivsctl apikey revoke reader
    [ "$(curl -s -o /dev/null -w '%{http_code}' -H "X-API-Key: $key" "$url/api/v1/stats/viewers")" = 401 ]
    ! grep -rq "$key" "$RUN_DIR" --include='*.json' --include='*.log'
}

@test "a user's token acts for that user alone" {
    url=$(cat "$RUN_DIR/url")
    jwt=$($BIN_DIR/ivsctl jwt issue erin 'viewer:*' | jq -r .token)
    [ "$(curl -s -o /dev/null -w '%{http_code}' -H "Authorization: Bearer $jwt" "$url/api/v1/viewer/history/erin")" = 200 ]
    [ "$(curl -s -o /dev/null -w '%{http_code}' -H "Authorization: Bearer $jwt" "$url/api/v1/viewer/history/frank")" = 403 ]
    [ "$(curl -s -o /dev/null -w '%{http_code}' -H "Authorization: Bearer ${jwt}x" "$url/api/v1/viewer/history/erin")" = 401 ]
}

@test "every wrong body gets its 4xx, and the process lives on" {
    p=/api/v1/viewer/heartbeat
    call POST $p '{"userId":'
    expect 400 '.error.code == "INVALID_JSON" and .error.details.line == 1'
    call POST $p '{"userId":"a","userId":"b"}'
    expect 400 '.error.code == "INVALID_JSON"'
    call POST $p "$(printf '[%.0s' $(seq 100))"
    expect 400 '.error.code == "INVALID_JSON"'
    call POST $p $'{"userId":"\xff"}'
    expect 400 '.error.code == "INVALID_JSON"'
    call POST $p '{"userId":"a\u0000"}'
    expect 400 '.error.code == "INVALID_JSON"'
    call POST $p '{}'
    expect 400 '.error.details.missingFields == ["/userId","/stageArn"]'
    for v in null 1 '""' '[]' '{}' true "\"$(printf 'x%.0s' $(seq 101))\""; do
        call POST $p "{\"userId\":$v,\"stageArn\":\"$(stage_arn)\"}"
        expect 400 '.error.code == "VALIDATION_ERROR"'
    done
    call POST $p '[]'
    expect 400 '.error.code == "VALIDATION_ERROR"'
    curl -s -H "X-API-Key: $(cat "$RUN_DIR/api-key")" -H 'Content-Type: text/plain' -d 'x=1' "$(cat "$RUN_DIR/url")$p" |
        jq -e '.error.code == "UNSUPPORTED_MEDIA_TYPE"'
    head -c 70000 /dev/zero | tr '\0' ' ' >"$BATS_TEST_TMPDIR/big"
    call POST $p "@$BATS_TEST_TMPDIR/big"
    expect 413 '.error.code == "PAYLOAD_TOO_LARGE"'
    head -c 10000000 /dev/zero | tr '\0' ' ' >"$BATS_TEST_TMPDIR/big"
    call POST $p "@$BATS_TEST_TMPDIR/big"
    expect 413
    call GET '/api/v1/viewer/history/a%zz'
    [ "$status" = 400 ]
    call GET '/api/v1/viewer/history/a%00'
    [ "$status" = 400 ]
    call GET '/api/v1/viewer/history/a?limit=0'
    expect 400 '.error.details.errors[0].path == "/limit"'
    call GET '/api/v1/viewer/history/a?cursor=%21'
    expect 400
    call GET '/api/v1/viewer/history/a'
    expect 200 '.data.totalRecords == 0'
}

@test "limits: headers, 429, Retry-After" {
    for _ in 1 2 3; do
        call POST /api/v1/token/publisher '{"userId":"greedy"}'
        expect 200
    done
    call POST /api/v1/token/publisher '{"userId":"greedy"}' -D "$BATS_TEST_TMPDIR/head"
    expect 429 '.error.code == "RATE_LIMIT_EXCEEDED" and .error.details.scope == "token"'
    grep -qi '^retry-after: [0-9]' "$BATS_TEST_TMPDIR/head"
    grep -qi '^ratelimit-remaining: 0' "$BATS_TEST_TMPDIR/head"
}

@test "Chinese on request, codes the same" {
    call GET /api/v1/nothing '' -H 'Accept-Language: zh-TW,en;q=0.5'
    expect 404 '.error.code == "NOT_FOUND" and (.error.message | test("路徑"))'
}

@test "CORS, HEAD, ETag, request id" {
    url=$(cat "$RUN_DIR/url")
    curl -s -i -X OPTIONS -H 'Origin: https://app.example' "$url/api/v1/token/viewer" >"$BATS_TEST_TMPDIR/o"
    grep -q '204' "$BATS_TEST_TMPDIR/o"
    grep -qi '^access-control-allow-origin: https://app.example' "$BATS_TEST_TMPDIR/o"
    ! curl -s -i -H 'Origin: https://evil.example' "$url/health/live" | grep -qi '^access-control-allow-origin'
    [ "$(curl -s -I -o /dev/null -w '%{http_code}' "$url/health/live")" = 200 ]
    call GET /api/v1/stats/viewers '' -D "$BATS_TEST_TMPDIR/head"
    tag=$(sed -n 's/^ETag: //Ip' "$BATS_TEST_TMPDIR/head" | tr -d '\r')
    call GET /api/v1/stats/viewers '' -H "If-None-Match: $tag"
    [ "$status" = 304 ]
    curl -s -i -H 'X-Request-Id: my-id.1' "$url/health/live" | grep -qi '^x-request-id: my-id.1'
    ! curl -s -i -H 'X-Request-Id: my id' "$url/health/live" | grep -qi '^x-request-id: my id'
}

@test "the same binary answers as plain CGI" {
    out=$(env REQUEST_METHOD=GET REQUEST_URI=/ $BIN_DIR/meta </dev/null 2>/dev/null)
    grep -q '^Status: 200' <<<"$out"
    body='{"userId":"cgi"}'
    out=$(printf '%s' "$body" | env REQUEST_METHOD=POST REQUEST_URI=/api/v1/token/publisher CONTENT_TYPE=application/json \
        CONTENT_LENGTH=${#body} HTTP_X_API_KEY="$(cat "$RUN_DIR/api-key")" $BIN_DIR/token 2>/dev/null)
    grep -q '^Status: 200' <<<"$out"
    out=$(printf '{"u' | env REQUEST_METHOD=POST REQUEST_URI=/api/v1/token/publisher CONTENT_TYPE=application/json \
        CONTENT_LENGTH=16 HTTP_X_API_KEY="$(cat "$RUN_DIR/api-key")" $BIN_DIR/token 2>/dev/null)
    grep -q '^Status: 400' <<<"$out"
}
