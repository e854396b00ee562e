#!/usr/bin/env bats
# The main job through lighttpd: tokens, seats, signs of life, history.

load common

setup_file() { start_service RATE_LIMIT_TOKEN=0 HEARTBEAT_TIMEOUT=2 SWEEP_INTERVAL=0.2 VIEWER_PROCS=8 TOKEN_PROCS=8; }
teardown_file() { stop_service; }

b64url() { # stdin: base64url → bytes
    tr '_-' '/+' | awk '{ while (length($0) % 4) $0 = $0 "="; print }' | base64 -d
}

@test "a viewer needs a live publisher" {
    call POST /api/v1/token/viewer '{"userId":"early"}'
    expect 404 '.error.code == "NOT_FOUND"'
    call GET /api/v1/stats/publisher
    expect 200 '.data.isPublisherLive == false'
}

@test "a publisher's token makes the broadcast live" {
    call POST /api/v1/token/publisher '{"userId":"alice","attributes":{"a":"b"},"unknown":1}'
    expect 200 '.data.capabilities == ["PUBLISH"] and .data.expiresIn == 14400 and (.data.instructions.obs.service == "WHIP")'
    call GET /api/stats/publisher
    expect 200 '.data.isPublisherLive and (.data.asOf | length == 24)'
}

@test "openssl verifies a viewer's token; its claims are the documented ones" {
    call POST /api/v1/token/viewer '{"userId":"bob"}'
    expect 200 '.data.capabilities == ["SUBSCRIBE"] and .data.isNewViewer'
    token=$(jq -r .data.token <<<"$body")
    IFS=. read -r h p s <<<"$token"
    claims=$(b64url <<<"$p")
    jq -e --arg arn "$(stage_arn)" --argjson d "$(jq .data <<<"$body")" '
        .resource == $arn and .topic == ($arn | split("/")[1]) and .version == "1.0" and .user_id == "viewer-bob"
        and .capabilities == {"allow_subscribe":true} and .jti == $d.participantId and (.exp - .iat) == $d.expiresIn
        and (.exp | todate) == ($d.expiresAt | sub("\\.000Z"; "Z")) and .attributes.role == "viewer"
        and (keys == ["attributes","capabilities","events_url","exp","iat","jti","resource","topic","user_id","version","whip_url"])' <<<"$claims"
    b64url <<<"$h" | jq -e '.alg == "ES384" and .typ == "JWT" and (.kid | test("^arn:aws:ivs:.*:public-key/"))'
    $BIN_DIR/ivsctl keys list | jq -r '.[0].publicKey' >"$BATS_TEST_TMPDIR/pub.pem"
    hex=$(b64url <<<"$s" | od -An -v -tx1 | tr -d ' \n')
    [ ${#hex} -eq 192 ]
    printf 'asn1=SEQUENCE:s\n[s]\nr=INTEGER:0x%s\ns=INTEGER:0x%s\n' "${hex:0:96}" "${hex:96}" >"$BATS_TEST_TMPDIR/sig.cnf"
    openssl asn1parse -genconf "$BATS_TEST_TMPDIR/sig.cnf" -noout -out "$BATS_TEST_TMPDIR/sig.der"
    printf '%s.%s' "$h" "$p" | openssl dgst -sha384 -verify "$BATS_TEST_TMPDIR/pub.pem" -signature "$BATS_TEST_TMPDIR/sig.der"
}

@test "a renewal keeps the participant and the seat" {
    call POST /api/v1/token/viewer '{"userId":"renewer"}'
    first=$(jq -r .data.participantId <<<"$body")
    call POST /api/v1/token/renew "{\"token\":$(jq .data.token <<<"$body"),\"capabilities\":[\"PUBLISH\",\"SUBSCRIBE\"]}"
    expect 200 ".data.participantId == \"$first\" and .data.isNewViewer == false and .data.capabilities == [\"PUBLISH\",\"SUBSCRIBE\"]"
    call POST /api/v1/token/renew '{"token":"a.b.c"}'
    expect 400 '.error.code == "VALIDATION_ERROR"'
}

@test "a batch answers each item by itself" {
    call POST /api/v1/token/batch '{"tokens":[{"kind":"publisher","userId":"p"},{"kind":"mediaserver","userId":"m"},{"kind":"viewer","userId":"x1"}]}'
    expect 200 '(.data.tokens | length == 3) and .data.tokens[0].token and .data.tokens[1].error.code == "FORBIDDEN" and .data.tokens[2].token'
}

@test "a media server needs the internal secret" {
    data="{\"serverId\":\"s1\",\"stageArn\":\"$(stage_arn)\"}"
    call POST /api/v1/token/mediaserver "$data"
    expect 403 '.error.code == "FORBIDDEN"'
    call POST /api/v1/token/mediaserver "$data" -H "X-Internal-Secret: $(sed -n 's/^INTERNAL_SECRET=//p' "$RUN_DIR/ivs.env")"
    expect 200 '.data.capabilities == ["PUBLISH","SUBSCRIBE"]'
}

@test "an ARN works raw and percent-encoded" {
    arn=$(stage_arn)
    call GET "/api/v1/viewer/list/$arn"
    expect 200 ".data.stageArn == \"$arn\""
    call GET "/api/v1/viewer/list/$(jq -rn --arg a "$arn" '$a | @uri')"
    expect 200 ".data.stageArn == \"$arn\""
}

@test "a viewer that falls silent is gone from every count, and its history closes at its last heartbeat" {
    data="{\"userId\":\"carol\",\"stageArn\":\"$(stage_arn)\"}"
    call POST /api/v1/token/viewer '{"userId":"carol"}'
    expect 200
    call POST /api/v1/viewer/heartbeat "$data"
    expect 200 '.data.heartbeatUpdated'
    last=$(date -u +%s%3N)
    sleep 3
    call GET "/api/v1/viewer/list/$(stage_arn)"
    expect 200 '.data.totalViewers == 0'
    call POST /api/v1/viewer/heartbeat "$data"
    expect 404
    call GET /api/v1/viewer/history/carol
    expect 200 '.data.history[0].leftAt != null'
    left=$(date -u -d "$(jq -r '.data.history[0].leftAt' <<<"$body")" +%s%3N)
    [ $((last - left)) -lt 500 ] && [ $((left - last)) -lt 500 ]
}

@test "leaving is idempotent and ends the session" {
    data="{\"userId\":\"dave\",\"stageArn\":\"$(stage_arn)\"}"
    call POST /api/v1/viewer/rejoin "{\"userId\":\"dave\",\"stageArn\":\"$(stage_arn)\",\"participantId\":\"pd\"}"
    expect 200 '.data.isNewViewer'
    call POST /api/v1/viewer/leave "$data"
    expect 200 '.data.viewerLeft'
    call POST /api/v1/viewer/leave "$data"
    expect 200 '.data.viewerLeft'
    call POST /api/v1/viewer/heartbeat/batch "{\"heartbeats\":[$data]}"
    expect 200 '.data.updated == 0 and (.data.missing | length == 1)'
}

@test "200 joins at once on 50 seats: exactly 50, three times over, through lighttpd" {
    for round in 1 2 3; do
        sleep 3 # the seats of the round before time out
        before=$(sqlite3 "$RUN_DIR/records.db" 'select count(*) from sessions')
        url="$(cat "$RUN_DIR/url")/api/v1/token/viewer"
        seq 200 | xargs -P 40 -I{} curl -s -m 20 -o /dev/null -w '%{http_code}\n' -H "X-API-Key: $(cat "$RUN_DIR/api-key")" \
            -H 'Content-Type: application/json' -d "{\"userId\":\"r$round-{}\"}" "$url" >"$BATS_TEST_TMPDIR/codes"
        [ "$(grep -c '^200$' "$BATS_TEST_TMPDIR/codes")" -ge 50 ]
        [ "$(grep -cv -e '^200$' -e '^503$' "$BATS_TEST_TMPDIR/codes")" -eq 0 ]
        sleep 1
        max=$(sqlite3 "$RUN_DIR/records.db" "select max(n) from (select (select count(*) from sessions b where b.joined_at <= a.joined_at and coalesce(b.left_at + 2000, 9e15) > a.joined_at) n from sessions a where a.user_id like 'r$round-%')")
        [ "$max" -le 50 ]
    done
}

@test "killed programs lose nothing that was acknowledged" {
    sleep 3
    url="$(cat "$RUN_DIR/url")/api/v1/token/publisher"
    (for _ in $(seq 12); do sleep 0.1; pkill -KILL -f "$BIN_DIR/(token|ivs-worker)" -g "$(ps -o pgid= "$(cat "$RUN_DIR/pid")" | tr -d ' ')"; done) 3>&- &
    seq 150 | xargs -P 4 -I{} curl -s -m 20 -H "X-API-Key: $(cat "$RUN_DIR/api-key")" -H 'Content-Type: application/json' \
        -d '{"userId":"k{}"}' "$url" | grep -o '"participantId":"[A-Za-z0-9]*"' | cut -d'"' -f4 | sort >"$BATS_TEST_TMPDIR/acked"
    wait
    [ "$(wc -l <"$BATS_TEST_TMPDIR/acked")" -gt 0 ]
    sleep 12 # a killed worker's claim is taken over when its lease ends
    sqlite3 "$RUN_DIR/records.db" "select participant_id from tokens where user_id like 'k%' and void = 0" | sort >"$BATS_TEST_TMPDIR/stored"
    [ -z "$(comm -23 "$BATS_TEST_TMPDIR/acked" "$BATS_TEST_TMPDIR/stored")" ]
    [ -z "$(uniq -d "$BATS_TEST_TMPDIR/stored")" ]
}
