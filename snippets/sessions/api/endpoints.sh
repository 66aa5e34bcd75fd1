# One request for every endpoint, in the order in which an integration meets them.
export KITE_DATA_DIR=$PWD/kite-data KITE_WEBHOOK_ALLOW=127.0.0.1/32
# background: until Logs
# silent
# --8<-- [start:up]
kite up
# --8<-- [end:up]
KITE_TOKEN=$(grep -o 'kt_.*' "$RUN/up.out")
export KITE_TOKEN
publish() {  # stream key, seconds: a small test picture
    ffmpeg -hide_banner -loglevel error -nostdin -re -f lavfi -i testsrc2=size=160x120:rate=10 \
        -f lavfi -i sine=frequency=440 -c:v libx264 -preset ultrafast -pix_fmt yuv420p -g 10 \
        -c:a aac -t "$2" -f flv "rtmp://127.0.0.1:1935/live/$1"
}
secret() {  # the secret of a new key of a room
    kite key create "$1" --json | grep -o 'kk_[^"]*' | tail -1
}
get() {
    curl -s -H "Authorization: Bearer $KITE_TOKEN" "http://127.0.0.1:8080$1"
}
until_shown() {  # path, regex: until the answer matches
    for _ in $(seq 150); do get "$1" | grep -qE "$2" && return; sleep 0.1; done
    echo "$1 never showed $2" >&2
}

# --8<-- [start:health]
curl -s http://127.0.0.1:8080/healthz
# --8<-- [end:health]

# --8<-- [start:ready]
curl -s http://127.0.0.1:8080/readyz
# --8<-- [end:ready]

export PASSWORD="correct horse battery"
# --8<-- [start:create-user]
curl -s -H "Authorization: Bearer $KITE_TOKEN" \
  --json "{\"name\": \"mei\", \"role\": \"moderator\", \"password\": \"$PASSWORD\"}" \
  http://127.0.0.1:8080/v1/users | python3 -m json.tool
# --8<-- [end:create-user]

# --8<-- [start:sign-in]
curl -s --json "{\"user\": \"mei\", \"password\": \"$PASSWORD\"}" \
  http://127.0.0.1:8080/v1/sign-in | python3 -m json.tool
# --8<-- [end:sign-in]

# --8<-- [start:list-users]
curl -s -H "Authorization: Bearer $KITE_TOKEN" \
  "http://127.0.0.1:8080/v1/users?limit=1" | python3 -m json.tool
# --8<-- [end:list-users]

# --8<-- [start:change-user]
curl -s -X PATCH -H "Authorization: Bearer $KITE_TOKEN" \
  --json '{"role": "operator"}' \
  http://127.0.0.1:8080/v1/users/mei | python3 -m json.tool
# --8<-- [end:change-user]

# --8<-- [start:create-token]
curl -s -H "Authorization: Bearer $KITE_TOKEN" \
  --json '{"name": "web", "role": "viewer", "scopes": ["room.read", "play.sign"],
           "expires_at": "2036-01-31T20:00:00Z"}' \
  http://127.0.0.1:8080/v1/tokens | python3 -m json.tool
# --8<-- [end:create-token]

# --8<-- [start:list-tokens]
curl -s -H "Authorization: Bearer $KITE_TOKEN" \
  "http://127.0.0.1:8080/v1/tokens?limit=1" | python3 -m json.tool
# --8<-- [end:list-tokens]

# --8<-- [start:revoke-token]
curl -s -X DELETE -H "Authorization: Bearer $KITE_TOKEN" \
  -w "%{http_code}\n" http://127.0.0.1:8080/v1/tokens/3
# --8<-- [end:revoke-token]

# --8<-- [start:create-room]
curl -s -H "Authorization: Bearer $KITE_TOKEN" \
  --json '{"id": "demo", "title": "First light"}' \
  http://127.0.0.1:8080/v1/rooms | python3 -m json.tool
# --8<-- [end:create-room]

kite room create evening --title "Evening show" >created.txt
# --8<-- [start:list-rooms]
curl -s -H "Authorization: Bearer $KITE_TOKEN" \
  "http://127.0.0.1:8080/v1/rooms?limit=1" | python3 -m json.tool
# --8<-- [end:list-rooms]

# --8<-- [start:list-rooms-next]
curl -s -H "Authorization: Bearer $KITE_TOKEN" \
  "http://127.0.0.1:8080/v1/rooms?limit=1&after=demo" | python3 -m json.tool
# --8<-- [end:list-rooms-next]

# --8<-- [start:change-room]
curl -s -X PATCH -H "Authorization: Bearer $KITE_TOKEN" \
  --json '{"title": "Second light", "category": "music", "record": true}' \
  http://127.0.0.1:8080/v1/rooms/demo | python3 -m json.tool
# --8<-- [end:change-room]

# --8<-- [start:create-key]
curl -s -H "Authorization: Bearer $KITE_TOKEN" \
  --json '{"user": "mei", "expires_at": "2036-01-31T20:00:00Z"}' \
  http://127.0.0.1:8080/v1/rooms/demo/keys | python3 -m json.tool
# --8<-- [end:create-key]

# --8<-- [start:rotate-key]
curl -s -H "Authorization: Bearer $KITE_TOKEN" \
  --json '{"grace_seconds": 3600}' \
  http://127.0.0.1:8080/v1/rooms/demo/keys/1/rotate | python3 -m json.tool
# --8<-- [end:rotate-key]

key=$(secret demo)
publish "demo?key=$key" 60 2>first.txt &
until_shown /v1/broadcasts '"video":"'
# --8<-- [start:create-play-link]
curl -s -H "Authorization: Bearer $KITE_TOKEN" \
  --json '{"expires_in_seconds": 3600}' \
  http://127.0.0.1:8080/v1/rooms/demo/play-links | python3 -m json.tool
# --8<-- [end:create-play-link]

# --8<-- [start:show-room]
curl -s -H "Authorization: Bearer $KITE_TOKEN" \
  http://127.0.0.1:8080/v1/rooms/demo | python3 -m json.tool
# --8<-- [end:show-room]

# --8<-- [start:list-keys]
curl -s -H "Authorization: Bearer $KITE_TOKEN" \
  "http://127.0.0.1:8080/v1/rooms/demo/keys?after=1" | python3 -m json.tool
# --8<-- [end:list-keys]

# --8<-- [start:stop-room]
curl -s -X POST -H "Authorization: Bearer $KITE_TOKEN" \
  http://127.0.0.1:8080/v1/rooms/demo/stop | python3 -m json.tool
# --8<-- [end:stop-room]

wait $!  # the encoder, cut
# --8<-- [start:list-broadcasts]
curl -s -H "Authorization: Bearer $KITE_TOKEN" \
  "http://127.0.0.1:8080/v1/broadcasts?room=demo&limit=1" | python3 -m json.tool
# --8<-- [end:list-broadcasts]

until_shown /v1/recordings '"ready"'
# --8<-- [start:list-recordings]
curl -s -H "Authorization: Bearer $KITE_TOKEN" \
  "http://127.0.0.1:8080/v1/recordings?room=demo&limit=1" | python3 -m json.tool
# --8<-- [end:list-recordings]

# --8<-- [start:show-recording]
curl -s -H "Authorization: Bearer $KITE_TOKEN" \
  http://127.0.0.1:8080/v1/recordings/1 | python3 -m json.tool
# --8<-- [end:show-recording]

# --8<-- [start:download-recording]
curl -s -H "Authorization: Bearer $KITE_TOKEN" \
  -o demo.mp4 -w "%{http_code} %{content_type}\n" \
  http://127.0.0.1:8080/v1/recordings/1/file
# --8<-- [end:download-recording]

# --8<-- [start:download-part]
curl -s -H "Authorization: Bearer $KITE_TOKEN" \
  -r 0-99 -o part -w "%{http_code} %{size_download}\n" \
  http://127.0.0.1:8080/v1/recordings/1/file
# --8<-- [end:download-part]

# --8<-- [start:delete-recording]
curl -s -X DELETE -H "Authorization: Bearer $KITE_TOKEN" \
  -w "%{http_code}\n" http://127.0.0.1:8080/v1/recordings/1
# --8<-- [end:delete-recording]

# --8<-- [start:ban-room]
curl -s -H "Authorization: Bearer $KITE_TOKEN" \
  --json '{"reason": "Copyright complaint 17", "until": "2036-01-31T20:00:00Z"}' \
  http://127.0.0.1:8080/v1/rooms/demo/ban | python3 -m json.tool
# --8<-- [end:ban-room]

# --8<-- [start:unban-room]
curl -s -X POST -H "Authorization: Bearer $KITE_TOKEN" \
  http://127.0.0.1:8080/v1/rooms/demo/unban | python3 -m json.tool
# --8<-- [end:unban-room]

# --8<-- [start:revoke-key]
curl -s -X POST -H "Authorization: Bearer $KITE_TOKEN" \
  http://127.0.0.1:8080/v1/rooms/demo/keys/2/revoke | python3 -m json.tool
# --8<-- [end:revoke-key]

# --8<-- [start:ban-user]
curl -s -H "Authorization: Bearer $KITE_TOKEN" \
  --json '{"reason": "Shares her account"}' \
  http://127.0.0.1:8080/v1/users/mei/ban | python3 -m json.tool
# --8<-- [end:ban-user]

# --8<-- [start:unban-user]
curl -s -X POST -H "Authorization: Bearer $KITE_TOKEN" \
  http://127.0.0.1:8080/v1/users/mei/unban | python3 -m json.tool
# --8<-- [end:unban-user]

# --8<-- [start:stop-everything]
curl -s -H "Authorization: Bearer $KITE_TOKEN" \
  --json '{"reason": "Network attack"}' \
  http://127.0.0.1:8080/v1/emergency-stop | python3 -m json.tool
# --8<-- [end:stop-everything]

# --8<-- [start:show-emergency]
curl -s -H "Authorization: Bearer $KITE_TOKEN" \
  http://127.0.0.1:8080/v1/emergency-stop | python3 -m json.tool
# --8<-- [end:show-emergency]

# --8<-- [start:lift-emergency]
curl -s -X DELETE -H "Authorization: Bearer $KITE_TOKEN" \
  http://127.0.0.1:8080/v1/emergency-stop | python3 -m json.tool
# --8<-- [end:lift-emergency]

# --8<-- [start:metrics]
curl -s -H "Authorization: Bearer $KITE_TOKEN" \
  http://127.0.0.1:8080/metrics | grep -E "^kite_(rooms|broadcasts|viewers|publish_decisions)"
# --8<-- [end:metrics]

# --8<-- [start:list-audit]
curl -s -H "Authorization: Bearer $KITE_TOKEN" \
  "http://127.0.0.1:8080/v1/audit?target=room:demo&limit=2" | python3 -m json.tool
# --8<-- [end:list-audit]

# --8<-- [start:delete-user]
curl -s -X DELETE -H "Authorization: Bearer $KITE_TOKEN" \
  -w "%{http_code}\n" http://127.0.0.1:8080/v1/users/mei
# --8<-- [end:delete-user]

# --8<-- [start:create-webhook]
curl -s -H "Authorization: Bearer $KITE_TOKEN" \
  --json '{"url": "http://127.0.0.1:9000/kite", "events": ["broadcast.started", "broadcast.ended"]}' \
  http://127.0.0.1:8080/v1/webhooks | python3 -m json.tool
# --8<-- [end:create-webhook]

WEBHOOK_SECRET=$(grep -o 'whsec_[^"]*' "$RUN/create-webhook.out") python3 "$SNIPPETS/requests/receive_webhooks.py" >received.txt &
receiver=$!
until [ -s received.txt ]; do sleep 0.1; done
# --8<-- [start:list-webhooks]
curl -s -H "Authorization: Bearer $KITE_TOKEN" \
  http://127.0.0.1:8080/v1/webhooks | python3 -m json.tool
# --8<-- [end:list-webhooks]

# --8<-- [start:test-webhook]
curl -s -X POST -H "Authorization: Bearer $KITE_TOKEN" \
  http://127.0.0.1:8080/v1/webhooks/1/test | python3 -m json.tool
# --8<-- [end:test-webhook]

until_shown /v1/deliveries '"delivered"'
# --8<-- [start:list-deliveries]
curl -s -H "Authorization: Bearer $KITE_TOKEN" \
  "http://127.0.0.1:8080/v1/deliveries?webhook=1&state=delivered&limit=1" | python3 -m json.tool
# --8<-- [end:list-deliveries]

# --8<-- [start:replay-delivery]
curl -s -X POST -H "Authorization: Bearer $KITE_TOKEN" \
  http://127.0.0.1:8080/v1/deliveries/1/replay | python3 -m json.tool
# --8<-- [end:replay-delivery]

until_shown /v1/deliveries '"delivered"'
# --8<-- [start:delete-webhook]
curl -s -X DELETE -H "Authorization: Bearer $KITE_TOKEN" \
  -w "%{http_code}\n" http://127.0.0.1:8080/v1/webhooks/1
# --8<-- [end:delete-webhook]

kill $receiver

# --8<-- [start:delete-room]
curl -s -X DELETE -H "Authorization: Bearer $KITE_TOKEN" \
  -w "%{http_code}\n" http://127.0.0.1:8080/v1/rooms/demo
# --8<-- [end:delete-room]

# --8<-- [start:openapi]
curl -s -o kite-openapi.json http://127.0.0.1:8080/v1/openapi.json
python3 - <<'EOF'
import json
document = json.load(open("kite-openapi.json", encoding="utf-8"))
print("OpenAPI", document["openapi"], "Kite", document["info"]["version"])
print(sum(len(methods) for methods in document["paths"].values()), "operations")
EOF
# --8<-- [end:openapi]
