# Record a broadcast beside Kite, and what is left of the file when the recorder dies.
. "$SNIPPETS/sessions/faq/lib.bash"
# background: until Logs
# silent
# --8<-- [start:up]
kite up
# --8<-- [end:up]
SIZE=640x360 clip test.flv 8 30
STREAM_KEY=$(stream_key demo)
publish test.flv "$STREAM_KEY" &
until_live demo
ffmpeg -hide_banner -loglevel quiet -nostdin -i rtmp://127.0.0.1:1935/live/demo -c copy cut.mkv &
MKV=$!
ffmpeg -hide_banner -loglevel quiet -nostdin -i rtmp://127.0.0.1:1935/live/demo -c copy cut.mp4 &
MP4=$!
disown -a
( sleep 7; kill -KILL $MKV $MP4 ) &

# --8<-- [start:record]
ffmpeg -hide_banner -loglevel error -rw_timeout 3000000 \
  -i rtmp://127.0.0.1:1935/live/demo -c copy demo.mkv
# --8<-- [end:record]

# --8<-- [start:check]
ffprobe -v error -show_entries stream=codec_type,codec_name -of csv=p=0 demo.mkv
# --8<-- [end:check]

# exit: 1
# --8<-- [start:cut-mp4]
ffprobe -v error -show_entries stream=codec_type,codec_name -of csv=p=0 cut.mp4
# --8<-- [end:cut-mp4]

# --8<-- [start:cut-mkv]
ffprobe -v error -show_entries stream=codec_type,codec_name -of csv=p=0 cut.mkv
# --8<-- [end:cut-mkv]

# --8<-- [start:to-mp4]
ffmpeg -hide_banner -loglevel error -i demo.mkv -c copy -movflags +faststart demo.mp4
ffprobe -v error -show_entries stream=codec_type,codec_name -of csv=p=0 demo.mp4
# --8<-- [end:to-mp4]

# --8<-- [start:none]
find "$KITE_DATA_DIR" -name '*.flv' -o -name '*.mp4' -o -name '*.mkv' | wc -l
# --8<-- [end:none]
