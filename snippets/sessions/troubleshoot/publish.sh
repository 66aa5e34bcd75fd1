# Pushing is refused: what the server knows about it, a test that tells server from encoder; a leaked key.
. "$SNIPPETS/sessions/troubleshoot/lib.bash"
# background: until Logs
# silent
# --8<-- [start:up]
kite up
# --8<-- [end:up]
clip test.flv 2 30
clip long.flv 20 30
STREAM_KEY=$(stream_key demo)
publish test.flv "demo?key=kk_mistyped"
publish test.flv "demo?key=kk_mistyped"
publish test.flv demo

# exit: 1
# --8<-- [start:facts]
python3 facts.py demo emergency room publisher refused service
# --8<-- [end:facts]

# --8<-- [start:last]
grep publish.refused "$KITE_DATA_DIR/logs/kite.log" | tail -n 1
# --8<-- [end:last]

# exit: 1
# --8<-- [start:seen]
ffmpeg -hide_banner -loglevel error -re -i test.flv -c copy -f flv \
  "rtmp://127.0.0.1:1935/live/demo?key=kk_mistyped"
# --8<-- [end:seen]

# --8<-- [start:control]
kite room create probe > /dev/null
STREAM_KEY_OF_PROBE=$(kite key create probe --json | sed -n 's/.*"stream_key": "\(.*\)".*/\1/p')
ffmpeg -hide_banner -loglevel error -re -i test.flv -c copy -f flv \
  "rtmp://127.0.0.1:1935/live/$STREAM_KEY_OF_PROBE" && echo "the server takes streams"
# --8<-- [end:control]

broadcast long.flv "$STREAM_KEY" &
until_live demo
sleep 3
# --8<-- [start:good]
python3 facts.py demo room publisher speed
# --8<-- [end:good]

# --8<-- [start:leak-who]
grep broadcast.started "$KITE_DATA_DIR/logs/kite.log" | tail -n 1
kite key list demo
# --8<-- [end:leak-who]

# --8<-- [start:leak-new]
kite key create demo
# --8<-- [end:leak-new]

# --8<-- [start:leak-revoke]
kite key revoke demo 1
# --8<-- [end:leak-revoke]

until_logged broadcast.ended.room=demo
publish test.flv "$STREAM_KEY"
# --8<-- [start:leak-after]
grep -E 'broadcast.cut|publish.refused' "$KITE_DATA_DIR/logs/kite.log" | tail -n 2 | cut -d ' ' -f 3-
kite key list demo
# --8<-- [end:leak-after]
