# A show: two hosts, their viewers measured, quality compared, the two pictures mixed into one room, an end.
. "$SNIPPETS/sessions/scenarios/lib.bash"
cp "$SNIPPETS/evaluate/measure_hls.py" .
# background: until Logs
# silent
# --8<-- [start:up]
kite up
# --8<-- [end:up]
KITE_TOKEN=$(token up)
SIZE=320x240 clip host.flv 8 60

# --8<-- [start:rooms]
kite room create amy --title "Amy sings" --category show --record
kite room create bo --title "Bo answers" --category show
kite room create pk --title "Amy against Bo" --category pk
# --8<-- [end:rooms]
AMY=$(stream_key amy) BO=$(stream_key bo) PK_KEY=$(stream_key pk)
going on_air host.flv "$AMY"
going on_air host.flv "$BO"
until_playable amy

# --8<-- [start:mix]
ffmpeg -hide_banner -loglevel error -nostdin \
  -i rtmp://127.0.0.1:1935/live/amy -i rtmp://127.0.0.1:1935/live/bo \
  -filter_complex '[0:v][1:v]hstack[v];[0:a][1:a]amix[a]' -map '[v]' -map '[a]' \
  -c:v libx264 -preset ultrafast -tune zerolatency -g 60 -c:a aac -f flv "rtmp://127.0.0.1:1935/live/$PK_KEY" 2>mix.log &
# --8<-- [end:mix]
PUBLISHERS+=($!)

until [ "$(curl -s http://127.0.0.1:8088/hls/amy.m3u8 | grep -c EXTINF)" -ge 3 ]; do sleep 0.2; done
# --8<-- [start:measure]
python3 measure_hls.py http://127.0.0.1:8088/hls/amy.m3u8 --viewers 20 --seconds 5
# --8<-- [end:measure]

# --8<-- [start:quality]
frames() { ffmpeg -hide_banner -loglevel error -nostdin -i "$1" -map 0:v -f framemd5 - | grep -oE '[0-9a-f]{32}$' | sort -u; }
frames host.flv >published.txt
frames "$(ls "$KITE_DATA_DIR"/hls/amy-*.ts | head -n 1)" >watched.txt
echo "$(wc -l <watched.txt) pictures in a segment, $(comm -12 published.txt watched.txt | wc -l) of them exactly as published"
# --8<-- [end:quality]
until_playable pk

# --8<-- [start:mixed]
ffprobe -v error -show_entries stream=width,height -of csv=p=0 http://127.0.0.1:8088/hls/pk.m3u8 | sort -u
# --8<-- [end:mixed]

# --8<-- [start:live]
curl -s -H "Authorization: Bearer $KITE_TOKEN" "http://127.0.0.1:8080/v1/broadcasts?room=amy" |
  jq -c '.items[0] | {room, video, audio}'
# --8<-- [end:live]

# --8<-- [start:ban]
kite room ban bo --reason "complaint 77"
curl -s -o /dev/null -w '%{http_code} %header{x-kite-error}\n' http://127.0.0.1:8088/hls/bo.m3u8
# --8<-- [end:ban]
ended
