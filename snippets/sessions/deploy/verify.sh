# Five checks of a deployment, on defaults.
ulimit -n 8192 # as the unit does; the doctor tells the number
export KITE_DATA_DIR="$HOME/kite-data"
kite init >"$HOME/init.txt"
kite up >/dev/null 2>&1 &
up=$!
for _ in $(seq 100); do curl -sfo /dev/null http://127.0.0.1:8080/healthz && break; sleep 0.1; done
kite room create check >/dev/null

# --8<-- [start:doctor]
kite doctor
# --8<-- [end:doctor]

# --8<-- [start:health]
curl -s http://127.0.0.1:8080/healthz; echo
curl -s http://127.0.0.1:8080/readyz; echo
# --8<-- [end:health]

# --8<-- [start:room]
kite room list
KEY=$(kite key create check --json | sed -n 's/.*"secret": "\(.*\)".*/\1/p')
# --8<-- [end:room]
# silent
# background: until frame=
# --8<-- [start:publish]
ffmpeg -hide_banner -loglevel error -stats -re \
  -f lavfi -i testsrc2=size=640x360:rate=30 -f lavfi -i sine=frequency=440 \
  -c:v libx264 -preset veryfast -pix_fmt yuv420p -g 60 -c:a aac \
  -f flv "rtmp://127.0.0.1:1935/live/check?key=$KEY"
# --8<-- [end:publish]
for _ in $(seq 100); do curl -sfo /dev/null http://127.0.0.1:8088/hls/check.m3u8 && break; sleep 0.1; done

# --8<-- [start:hls]
curl -s http://127.0.0.1:8088/hls/check.m3u8 | head -n 4
ffprobe -v error -show_entries stream=codec_name,width,height -of compact=p=0 http://127.0.0.1:8088/hls/check.m3u8
# --8<-- [end:hls]

# --8<-- [start:rtmp]
ffmpeg -hide_banner -loglevel error -i rtmp://127.0.0.1:1935/live/check -frames:v 1 -update 1 -y rtmp-frame.png
ffprobe -v error -show_entries stream=codec_name,width,height -of compact=p=0 rtmp-frame.png
grep -o 'event=broadcast.started room=check' "$KITE_DATA_DIR/logs/kite.log"
# --8<-- [end:rtmp]

# exit: 1
# --8<-- [start:refused]
ffmpeg -hide_banner -loglevel error -re -f lavfi -i testsrc2=size=640x360:rate=30 -t 2 \
  -c:v libx264 -f flv "rtmp://127.0.0.1:1935/live/check?key=wrong"
# --8<-- [end:refused]
# --8<-- [start:refused-log]
grep publish.refused "$KITE_DATA_DIR/logs/kite.log"
# --8<-- [end:refused-log]

stop publish
# --8<-- [start:clean]
kite room delete check
# --8<-- [end:clean]
kill "$up"
wait "$up"
