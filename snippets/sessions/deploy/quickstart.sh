# From nothing to a picture.
ulimit -n 8192 # as the unit does; the doctor tells the number
export KITE_DATA_DIR="$HOME/kite-data" # here too, as in the regions: hidden lines and background ones share it

# --8<-- [start:doctor]
export KITE_DATA_DIR="$HOME/kite-data"
kite doctor
# --8<-- [end:doctor]

# background: until Logs
# --8<-- [start:up]
kite up
# --8<-- [end:up]

# --8<-- [start:room]
kite room create demo --title "First light"
# --8<-- [end:room]

# --8<-- [start:key]
KEY=$(kite key create demo --json | sed -n 's/.*"secret": "\(.*\)".*/\1/p')
echo "$KEY"
# --8<-- [end:key]

# silent
# background: until frame=
# --8<-- [start:publish]
ffmpeg -hide_banner -loglevel error -stats -re \
  -f lavfi -i testsrc2=size=640x360:rate=30 -f lavfi -i sine=frequency=440 \
  -c:v libx264 -preset veryfast -pix_fmt yuv420p -g 60 -c:a aac \
  -f flv "rtmp://127.0.0.1:1935/live/demo?key=$KEY"
# --8<-- [end:publish]

for _ in $(seq 100); do curl -sfo /dev/null http://127.0.0.1:8088/hls/demo.m3u8 && break; sleep 0.1; done
# --8<-- [start:frame]
ffmpeg -hide_banner -loglevel error -i http://127.0.0.1:8088/hls/demo.m3u8 \
  -frames:v 1 -update 1 -y first-frame.png
ffprobe -v error -show_entries stream=codec_name,width,height -of compact=p=0 first-frame.png
# --8<-- [end:frame]
cp first-frame.png "$RUN" # the page shows it (tests/site/pictures.py)

# --8<-- [start:confirm]
kite room show demo
curl -s http://127.0.0.1:8088/hls/demo.m3u8 | head -n 4
# --8<-- [end:confirm]

stop publish
stop up
# --8<-- [start:clean]
rm -r "$KITE_DATA_DIR" first-frame.png
# --8<-- [end:clean]
