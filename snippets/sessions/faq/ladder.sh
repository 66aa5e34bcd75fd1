# One stream in, several out: a ladder of bitrates, a copy elsewhere, two in one picture, H.265.
. "$SNIPPETS/sessions/faq/lib.bash"
# background: until Logs
# silent
# --8<-- [start:up]
kite up
# --8<-- [end:up]
SIZE=640x360 clip test.flv 6 60
DEMO=$(stream_key demo)
LOW=$(stream_key demo-low)
AUDIO=$(stream_key demo-audio)
OTHER=$(stream_key elsewhere)
PK=$(stream_key pk)

# --8<-- [start:h265]
ffmpeg -hide_banner -loglevel error -nostdin -i test.flv -c:v libx265 -x265-params log-level=none \
  -c:a copy -f flv "rtmp://127.0.0.1:1935/live/$DEMO" 2>&1 | head -n 1 | sed 's/.*] //'
# --8<-- [end:h265]

# silent
# --8<-- [start:loop]
ffmpeg -hide_banner -loglevel error -nostdin -re -stream_loop -1 -i test.flv -c copy \
  -f flv "rtmp://127.0.0.1:1935/live/$DEMO" &
# --8<-- [end:loop]
until_live demo

# --8<-- [start:vlc-like]
timeout 15 ffmpeg -hide_banner -loglevel error -nostdin -fflags nobuffer -flags low_delay \
  -analyzeduration 2M -probesize 1M -i rtmp://127.0.0.1:1935/live/demo -frames:v 1 -y now.png && ls now.png
# --8<-- [end:vlc-like]

# silent
# --8<-- [start:transcode]
ffmpeg -hide_banner -loglevel error -nostdin -analyzeduration 5M \
  -i rtmp://127.0.0.1:1935/live/demo \
  -map 0:v -map 0:a -vf scale=-2:180 -c:v libx264 -preset veryfast -b:v 300k -g 60 -c:a copy \
  -f flv "rtmp://127.0.0.1:1935/live/$LOW" \
  -map 0:a -c:a copy -f flv "rtmp://127.0.0.1:1935/live/$AUDIO" 2>> transcode.log &
# --8<-- [end:transcode]

# silent
# --8<-- [start:restream]
ffmpeg -hide_banner -loglevel error -nostdin -analyzeduration 5M \
  -i rtmp://127.0.0.1:1935/live/demo -c copy -f flv "rtmp://127.0.0.1:1935/live/$OTHER" 2>> restream.log &
# --8<-- [end:restream]
until_playable elsewhere
# silent
# --8<-- [start:pk]
ffmpeg -hide_banner -loglevel error -nostdin \
  -analyzeduration 5M -i rtmp://127.0.0.1:1935/live/demo \
  -analyzeduration 5M -i rtmp://127.0.0.1:1935/live/elsewhere \
  -filter_complex "[0:v]scale=320:180[l];[1:v]scale=320:180[r];[l][r]hstack[v];[0:a][1:a]amix[a]" \
  -map "[v]" -map "[a]" -c:v libx264 -preset veryfast -g 60 -c:a aac \
  -f flv "rtmp://127.0.0.1:1935/live/$PK" 2>> pk.log &
# --8<-- [end:pk]
for room in demo-low demo-audio pk; do until_playable $room; done

# --8<-- [start:sizes]
for room in demo demo-low demo-audio elsewhere; do
  ffprobe -v error -show_entries stream=codec_name,height -of csv=p=0 \
    http://127.0.0.1:8088/hls/$room.m3u8 | sort -u | xargs echo $room:
done
# --8<-- [end:sizes]

# --8<-- [start:pk-size]
ffprobe -v error -select_streams v:0 -show_entries stream=width,height -of csv=p=0 \
  http://127.0.0.1:8088/hls/pk.m3u8 | sort -u | grep 640
# --8<-- [end:pk-size]

# --8<-- [start:master]
cat > demo-all.m3u8 <<'M'
#EXTM3U
#EXT-X-STREAM-INF:BANDWIDTH=900000,RESOLUTION=640x360
http://127.0.0.1:8088/hls/demo.m3u8
#EXT-X-STREAM-INF:BANDWIDTH=400000,RESOLUTION=320x180
http://127.0.0.1:8088/hls/demo-low.m3u8
M
grep ^http demo-all.m3u8 | xargs -n 1 curl -s -o /dev/null -w '%{http_code} %{url}\n'
# --8<-- [end:master]

# --8<-- [start:transcode-log]
wc -c < transcode.log
# --8<-- [end:transcode-log]
