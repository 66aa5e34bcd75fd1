# Codecs that HLS cannot carry: sound without a picture, a picture without sound.
. "$SNIPPETS/sessions/faq/lib.bash"
# background: until Logs
# silent
# --8<-- [start:up]
kite up
# --8<-- [end:up]
clip mute.flv 40 30 -c:a libmp3lame
clip dark.flv 40 30 -c:v flv1
clip good.flv 40 30
publish mute.flv "$(stream_key mute)" &
publish dark.flv "$(stream_key dark)" &
publish good.flv "$(stream_key demo)" &
for room in mute dark demo; do until_playable $room; done

# --8<-- [start:mute]
timeout 10 ffmpeg -hide_banner -loglevel error -t 2 -i http://127.0.0.1:8088/hls/mute.m3u8 \
  -vn mute.wav 2>&1 | tail -n 1
# --8<-- [end:mute]

# --8<-- [start:mute-source]
timeout 10 ffprobe -v error -analyzeduration 5M -show_entries stream=codec_type,codec_name \
  -of csv=p=0 rtmp://127.0.0.1:1935/live/mute
# --8<-- [end:mute-source]

# --8<-- [start:dark]
timeout 10 ffmpeg -hide_banner -loglevel error -t 1 -i http://127.0.0.1:8088/hls/dark.m3u8 \
  -frames:v 1 dark.png 2>&1 | tail -n 1
# --8<-- [end:dark]

# --8<-- [start:dark-source]
timeout 10 ffprobe -v error -analyzeduration 5M -show_entries stream=codec_type,codec_name \
  -of csv=p=0 rtmp://127.0.0.1:1935/live/dark
# --8<-- [end:dark-source]

# --8<-- [start:good-source]
timeout 10 ffprobe -v error -analyzeduration 5M -show_entries stream=codec_type,codec_name \
  -of csv=p=0 rtmp://127.0.0.1:1935/live/demo
# --8<-- [end:good-source]

# --8<-- [start:good]
ffprobe -v error -show_entries stream=codec_type,codec_name -of csv=p=0 \
  http://127.0.0.1:8088/hls/demo.m3u8 | sort -u
timeout 10 ffmpeg -hide_banner -loglevel error -i http://127.0.0.1:8088/hls/demo.m3u8 \
  -frames:v 1 picture.png && ls picture.png
timeout 10 ffmpeg -hide_banner -loglevel error -t 2 -i http://127.0.0.1:8088/hls/demo.m3u8 \
  -vn sound.wav && ls sound.wav
# --8<-- [end:good]
