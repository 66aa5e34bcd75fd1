# A publisher that is refused, what the Kite log says about it, and the right fields.
. "$SNIPPETS/sessions/faq/lib.bash"
# background: until Logs
# silent
# --8<-- [start:up]
kite up
# --8<-- [end:up]
kite room create demo >/dev/null

# --8<-- [start:key]
kite key create demo
# --8<-- [end:key]
STREAM_KEY=demo?key=$(grep -o 'kk_.*' "$RUN/key.out" | head -1)

# --8<-- [start:clip]
ffmpeg -hide_banner -loglevel error -f lavfi -i testsrc2=size=640x360:rate=30 \
  -f lavfi -i sine=frequency=440 -t 4 -c:v libx264 -preset veryfast -pix_fmt yuv420p \
  -g 60 -c:a aac test.flv
# --8<-- [end:clip]

# exit: 1
# --8<-- [start:no-key]
ffmpeg -hide_banner -loglevel error -re -i test.flv -c copy -f flv \
  rtmp://127.0.0.1:1935/live/demo
# --8<-- [end:no-key]

SECRET=${STREAM_KEY#*=}
# exit: 1
# --8<-- [start:secret-only]
ffmpeg -hide_banner -loglevel error -re -i test.flv -c copy -f flv \
  "rtmp://127.0.0.1:1935/live/$SECRET"
# --8<-- [end:secret-only]

# exit: 1
# --8<-- [start:wrong-key]
ffmpeg -hide_banner -loglevel error -re -i test.flv -c copy -f flv \
  "rtmp://127.0.0.1:1935/live/demo?key=kk_mistyped"
# --8<-- [end:wrong-key]

# exit: 1
# --8<-- [start:wrong-server]
ffmpeg -hide_banner -loglevel error -re -i test.flv -c copy -f flv \
  "rtmp://127.0.0.1:1935/$STREAM_KEY"
# --8<-- [end:wrong-server]

# --8<-- [start:codes]
grep publish.refused "$KITE_DATA_DIR/logs/kite.log"
# --8<-- [end:codes]

# --8<-- [start:right]
ffmpeg -hide_banner -loglevel error -re -i test.flv -c copy -f flv \
  "rtmp://127.0.0.1:1935/live/$STREAM_KEY"
# --8<-- [end:right]

# --8<-- [start:started]
grep broadcast.started "$KITE_DATA_DIR/logs/kite.log" | tail -n 1
# --8<-- [end:started]
