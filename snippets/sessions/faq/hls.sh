# When HLS starts, how far behind it plays, CORS, and what one viewer costs.
. "$SNIPPETS/sessions/faq/lib.bash"
# background: until Logs
# silent
# --8<-- [start:up]
kite up
# --8<-- [end:up]
clip short.flv 12 60
clip long.flv 12 250
SHORT=$(stream_key demo)
LONG=$(stream_key slow)
publish short.flv "$SHORT" &
publish long.flv "$LONG" &
until_live demo
until_live slow
sleep 3

# --8<-- [start:early]
curl -s -o /dev/null -w '%{http_code}\n' http://127.0.0.1:8088/hls/slow.m3u8
kite room show slow | grep State
# --8<-- [end:early]

# --8<-- [start:early-short]
curl -s -o /dev/null -w '%{http_code}\n' http://127.0.0.1:8088/hls/demo.m3u8
# --8<-- [end:early-short]

until_playable slow
# --8<-- [start:late]
curl -s http://127.0.0.1:8088/hls/slow.m3u8
# --8<-- [end:late]

# --8<-- [start:short]
curl -s http://127.0.0.1:8088/hls/demo.m3u8
# --8<-- [end:short]

# --8<-- [start:behind]
for room in slow demo; do
  curl -s http://127.0.0.1:8088/hls/$room.m3u8 | awk -F '[:,]' -v room=$room '
    /EXTINF/ { last = $2 }
    END { printf "%s: segment %.1f s, three segments %.1f s\n", room, last, 3 * last }'
done
# --8<-- [end:behind]

# --8<-- [start:cors-ok]
curl -s -o /dev/null -D - -H 'Origin: https://www.example.com' \
  http://127.0.0.1:8088/hls/demo.m3u8 | grep -iE '^(HTTP|Access)'
# --8<-- [end:cors-ok]

# --8<-- [start:cors-idle]
curl -s -o /dev/null -D - -H 'Origin: https://www.example.com' \
  http://127.0.0.1:8088/hls/nobody.m3u8 | grep -iE '^(HTTP|Access)'
# --8<-- [end:cors-idle]

# --8<-- [start:cors-path]
curl -s -o /dev/null -D - -H 'Origin: https://www.example.com' \
  http://127.0.0.1:8088/live/demo.m3u8 | grep -iE '^(HTTP|Access)'
# --8<-- [end:cors-path]

# --8<-- [start:cors-api]
curl -s -o /dev/null -D - -H 'Origin: https://www.example.com' \
  http://127.0.0.1:8080/hls/demo.m3u8 | grep -iE '^(HTTP|Access)'
# --8<-- [end:cors-api]

# --8<-- [start:bitrate]
ffprobe -v error -show_entries format=duration,size,bit_rate -of default=noprint_wrappers=1 \
  "$(ls "$KITE_DATA_DIR"/hls/demo-*.ts | head -n 1)"
# --8<-- [end:bitrate]

# --8<-- [start:viewers]
awk -v kbit=2000 -v mbit=1000 'BEGIN {
  printf "one viewer %.1f Mbit/s, %d viewers at 70 %% of %d Mbit/s\n",
    kbit / 1000, 0.7 * mbit / (kbit / 1000), mbit }'
# --8<-- [end:viewers]

# --8<-- [start:connections]
grep worker_connections "$KITE_DATA_DIR/nginx/nginx.conf"
# --8<-- [end:connections]
