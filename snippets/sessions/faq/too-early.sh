# A room with a scheduled start refuses whoever is too early.
. "$SNIPPETS/sessions/faq/lib.bash"
# background: until Logs
# silent
# --8<-- [start:up]
kite up
# --8<-- [end:up]
clip test.flv 2 30
start=$(date -u -d '+2 hours' +%FT%TZ)
kite room create demo --scheduled-at "$start" > /dev/null
STREAM_KEY=$(stream_key demo)
publish test.flv "$STREAM_KEY"

# --8<-- [start:code]
grep publish.refused "$KITE_DATA_DIR/logs/kite.log" | tail -n 1
# --8<-- [end:code]

# --8<-- [start:when]
kite room show demo --json | jq -c '{scheduled_at, state}'
kite settings | grep early_start
# --8<-- [end:when]

# --8<-- [start:sooner]
kite room update demo --scheduled-at "$(date -u -d '+10 minutes' +%FT%TZ)" > /dev/null
# --8<-- [end:sooner]

# --8<-- [start:publish]
ffmpeg -hide_banner -loglevel error -re -i test.flv -c copy -f flv \
  "rtmp://127.0.0.1:1935/live/$STREAM_KEY"
# --8<-- [end:publish]

# --8<-- [start:started]
grep broadcast.started "$KITE_DATA_DIR/logs/kite.log" | tail -n 1
# --8<-- [end:started]
KITE_TOKEN=$(token up)

# --8<-- [start:never]
curl -s -X PATCH -H "Authorization: Bearer $KITE_TOKEN" -H "Content-Type: application/json" \
  -d '{"scheduled_at": null}' http://127.0.0.1:8080/v1/rooms/demo | jq .scheduled_at
# --8<-- [end:never]
