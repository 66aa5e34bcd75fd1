# Limits: broadcasts at a time, and stream keys that expire.
. "$SNIPPETS/sessions/faq/lib.bash"
export KITE_MAX_BROADCASTS=1
# background: until Logs
# silent
# --8<-- [start:up]
kite up
# --8<-- [end:up]
KITE_TOKEN=$(token up)
clip test.flv 2 30
call() { curl -s -H "Authorization: Bearer $KITE_TOKEN" -H "Content-Type: application/json" "$@"; }
publish() {  # stream key: again and again
    ffmpeg -hide_banner -loglevel quiet -nostdin -re -stream_loop -1 -i test.flv -c copy \
        -f flv "rtmp://127.0.0.1:1935/live/$1"
}
SECOND=$(stream_key second)
publish "$(stream_key demo)" &
until_live demo

# exit: 1
# --8<-- [start:one-too-many]
ffmpeg -hide_banner -loglevel error -re -i test.flv -c copy -f flv \
  "rtmp://127.0.0.1:1935/live/$SECOND"
# --8<-- [end:one-too-many]

# --8<-- [start:one-too-many-code]
grep 'refused code=LIMIT_REACHED' "$KITE_DATA_DIR/logs/kite.log"
kite settings | grep max_broadcasts
# --8<-- [end:one-too-many-code]
call -o /dev/null -X POST http://127.0.0.1:8080/v1/rooms/demo/stop

# --8<-- [start:short-key]
kite key create demo --expires-at "$(date -u -d '+2 hours' +%FT%TZ)" --json > key.json
# --8<-- [end:short-key]
SHORT=$(call -d "{\"expires_at\": \"$(date -u -d '+4 seconds' +%FT%TZ)\"}" \
    http://127.0.0.1:8080/v1/rooms/demo/keys | jq -r .stream_key)
publish "$SHORT" &
sleep 5

# --8<-- [start:runs-on]
kite key list demo
kite room show demo | grep State
# --8<-- [end:runs-on]
call -o /dev/null -X POST http://127.0.0.1:8080/v1/rooms/demo/stop

# exit: 1
# --8<-- [start:expired]
ffmpeg -hide_banner -loglevel error -re -i test.flv -c copy -f flv "rtmp://127.0.0.1:1935/live/$SHORT"
# --8<-- [end:expired]

# --8<-- [start:expired-code]
grep 'refused code=KEY_EXPIRED' "$KITE_DATA_DIR/logs/kite.log"
kite key list demo
# --8<-- [end:expired-code]
