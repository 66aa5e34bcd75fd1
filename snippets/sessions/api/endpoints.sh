# One request for every endpoint, in the order in which an integration meets them.
export KITE_DATA_DIR=$PWD/kite-data
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
until_live() {
    until kite room show "$1" | grep -q 'State *live'; do sleep 0.1; done
}

# --8<-- [start:health]
curl -s http://127.0.0.1:8080/healthz
# --8<-- [end:health]

# --8<-- [start:create-token]
curl -s -H "Authorization: Bearer $KITE_TOKEN" \
  --json '{"name": "billing"}' \
  http://127.0.0.1:8080/v1/tokens | python3 -m json.tool
# --8<-- [end:create-token]

# --8<-- [start:list-tokens]
curl -s -H "Authorization: Bearer $KITE_TOKEN" \
  "http://127.0.0.1:8080/v1/tokens?limit=1" | python3 -m json.tool
# --8<-- [end:list-tokens]

# --8<-- [start:revoke-token]
curl -s -X DELETE -H "Authorization: Bearer $KITE_TOKEN" \
  -w "%{http_code}\n" http://127.0.0.1:8080/v1/tokens/2
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
  --json '{"title": "Second light"}' \
  http://127.0.0.1:8080/v1/rooms/demo | python3 -m json.tool
# --8<-- [end:change-room]

# --8<-- [start:create-key]
curl -s -X POST -H "Authorization: Bearer $KITE_TOKEN" \
  http://127.0.0.1:8080/v1/rooms/demo/keys | python3 -m json.tool
# --8<-- [end:create-key]

# --8<-- [start:rotate-key]
curl -s -X POST -H "Authorization: Bearer $KITE_TOKEN" \
  http://127.0.0.1:8080/v1/rooms/demo/keys/1/rotate | python3 -m json.tool
# --8<-- [end:rotate-key]

key=$(secret demo)
publish "demo?key=$key" 60 2>first.txt &
until_live demo
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
# --8<-- [start:ban-room]
curl -s -H "Authorization: Bearer $KITE_TOKEN" \
  --json '{"reason": "Copyright complaint 17"}' \
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
