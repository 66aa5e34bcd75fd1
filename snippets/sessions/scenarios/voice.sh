# A voice room that everybody can hear, a room for two people, and what a browser makes of sound without a picture.
. "$SNIPPETS/sessions/scenarios/lib.bash"
cp "$SNIPPETS/evaluate/measure_hls.py" "$SNIPPETS/evaluate/browser_plays.py" .
# background: until Logs
# silent
# --8<-- [start:up]
kite up
# --8<-- [end:up]
kite() { command kite "$@" <<< "correct horse battery"; }
clip face.flv 8 60

# --8<-- [start:room]
kite room create lounge --title "Night lounge" --category voice
# --8<-- [end:room]
VOICE=$(stream_key lounge)

# --8<-- [start:publish]
ffmpeg -hide_banner -loglevel error -nostdin -re -f lavfi -i sine=frequency=440 \
  -f lavfi -i color=black:size=160x120:rate=5 -c:a aac -b:a 64k \
  -c:v libx264 -preset ultrafast -pix_fmt yuv420p -g 10 -f flv "rtmp://127.0.0.1:1935/live/$VOICE" &
# --8<-- [end:publish]
PUBLISHERS+=($!)
SOUND=$(stream_key sound)
going ffmpeg -hide_banner -loglevel error -nostdin -re -f lavfi -i sine=frequency=440 \
  -c:a aac -b:a 64k -f flv "rtmp://127.0.0.1:1935/live/$SOUND"

# --8<-- [start:pair]
kite room create call-1024 --title "Two people" --visibility private
kite user create lin --role viewer
# --8<-- [end:pair]
# --8<-- [start:pair-key]
kite key create call-1024 --user lin --expires-at "$(date -u -d '+2 hours' +%FT%TZ)" | head -n 2
# --8<-- [end:pair-key]
PAIR=$(kite key create call-1024 --user lin --json | jq -r .stream_key)
going on_air face.flv "$PAIR"
# --8<-- [start:pair-link]
kite room play-link call-1024 --seconds 7200
# --8<-- [end:pair-link]
sed -n 's/^HLS *//p' "$RUN/pair-link.out" >link.txt
until_playable lounge
# --8<-- [start:measure]
python3 measure_hls.py http://127.0.0.1:8088/hls/lounge.m3u8 --viewers 20 --seconds 4
# --8<-- [end:measure]

until [ "$(curl -sf "$(cat link.txt)" | grep -c EXTINF)" -ge 3 ]; do sleep 0.2; done  # a player starts at the third
# --8<-- [start:pair-watch]
curl -s -o /dev/null -w '%{http_code} with the link\n' "$(cat link.txt)"
curl -s -o /dev/null -w '%{http_code} %header{x-kite-error} without\n' http://127.0.0.1:8088/hls/call-1024.m3u8
# --8<-- [end:pair-watch]

# --8<-- [start:rate]
for room in lounge sound; do
  ffprobe -v error -show_entries stream=codec_name -of csv=p=0 "http://127.0.0.1:8088/hls/$room.m3u8" | sort -u | paste -sd ' '
done
# --8<-- [end:rate]

# --8<-- [start:browser]
python browser_plays.py "$(cat link.txt)" http://127.0.0.1:8088/hls/{lounge,sound}.m3u8 | sed 's|http.*/hls/|…/hls/|'
# --8<-- [end:browser]

# --8<-- [start:ban]
kite user ban lin --reason "report 31"
grep -o 'event=broadcast.ended room=call-1024.*reason=[a-z_]*' "$KITE_DATA_DIR/logs/kite.log"
# --8<-- [end:ban]
ended
