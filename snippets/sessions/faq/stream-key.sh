# What a play address gives away, and two ways to end a leaked stream key.
. "$SNIPPETS/sessions/faq/lib.bash"
# background: until Logs
# silent
# --8<-- [start:up]
kite up
# --8<-- [end:up]
clip test.flv 60 30 # ended below by the revocation; a slow machine must not end it first
STREAM_KEY=$(stream_key demo)
publish test.flv "$STREAM_KEY" &
until_live demo
until curl -sf http://127.0.0.1:8088/hls/demo.m3u8 >/dev/null; do sleep 0.2; done

# exit: 1
# --8<-- [start:play]
curl -s http://127.0.0.1:8088/hls/demo.m3u8 | grep -c kk_
# --8<-- [end:play]

# exit: 1
# --8<-- [start:steal]
ffmpeg -hide_banner -loglevel error -re -i test.flv -c copy -f flv \
  rtmp://127.0.0.1:1935/live/demo
# --8<-- [end:steal]

# --8<-- [start:code]
grep publish.refused "$KITE_DATA_DIR/logs/kite.log" | tail -n 1
# --8<-- [end:code]

# --8<-- [start:list]
kite key list demo
# --8<-- [end:list]

# --8<-- [start:rotate]
kite key rotate demo 1
# --8<-- [end:rotate]

# --8<-- [start:still-live]
kite room show demo
# --8<-- [end:still-live]

# --8<-- [start:revoke]
kite key revoke demo 1
# --8<-- [end:revoke]

# --8<-- [start:cut]
kite room show demo
kite key list demo
# --8<-- [end:cut]

# exit: 1
# --8<-- [start:old-key]
ffmpeg -hide_banner -loglevel error -re -i test.flv -c copy -f flv \
  "rtmp://127.0.0.1:1935/live/$STREAM_KEY"
# --8<-- [end:old-key]

# --8<-- [start:old-code]
grep publish.refused "$KITE_DATA_DIR/logs/kite.log" | tail -n 1
# --8<-- [end:old-code]
