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

# silent
# --8<-- [start:watermark]
ffmpeg -hide_banner -loglevel error -nostdin -y -f lavfi -i color=red:size=64x64 -frames:v 1 logo.png
ffmpeg -hide_banner -loglevel error -nostdin -y -i test.flv -i logo.png -t 1 \
  -filter_complex "overlay=main_w-overlay_w-16:16" -c:v libx264 -preset veryfast -g 60 -c:a copy marked.flv
# --8<-- [end:watermark]

# --8<-- [start:watermark-there]
ffmpeg -hide_banner -loglevel error -nostdin -i marked.flv -frames:v 1 \
  -vf crop=2:2:iw-48:48 -f rawvideo -pix_fmt rgb24 - | od -A n -t u1 -N 3 |
  awk '{ print ($1 > 200 && $2 < 60 && $3 < 60 ? "red" : "not red:" $0) }'
# --8<-- [end:watermark-there]

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
