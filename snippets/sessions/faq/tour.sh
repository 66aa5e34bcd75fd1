# One running broadcast, looked at from every side: addresses, numbers, logs, statistics, load.
. "$SNIPPETS/sessions/faq/lib.bash"
export KITE_HLS_FRAGMENT_SECONDS=1 KITE_HLS_PLAYLIST_SECONDS=3
# background: until Logs
# silent
# --8<-- [start:up]
kite up
# --8<-- [end:up]
KITE_TOKEN=$(token up)
SIZE=320x180 clip test.flv 13 30
publish test.flv "$(stream_key demo)" &
PUBLISHER=$!
until_playable demo

# --8<-- [start:udp]
ss -lunH | wc -l
# --8<-- [end:udp]

# --8<-- [start:urls]
for path in hls/demo.m3u8 hls/Demo.m3u8 hls/nobody.m3u8 live/demo.m3u8 hls/demo/index.m3u8 demo.flv; do
  curl -s -o /dev/null -w "%{http_code} %header{x-kite-error} $path\n" http://127.0.0.1:8088/$path
done
# --8<-- [end:urls]

# --8<-- [start:types]
curl -s -o /dev/null -w '%{content_type}\n' http://127.0.0.1:8088/hls/demo.m3u8
segment=$(curl -s http://127.0.0.1:8088/hls/demo.m3u8 | grep 'ts$' | tail -n 1)
curl -s -o /dev/null -w '%{content_type}\n' http://127.0.0.1:8088/hls/$segment
# --8<-- [end:types]

# --8<-- [start:load-time]
segment=$(curl -s http://127.0.0.1:8088/hls/demo.m3u8 | grep 'ts$' | tail -n 1)
curl -s -o /dev/null -w '%{time_total}\n' http://127.0.0.1:8088/hls/$segment |
  awk '{ print ($1 < 1 ? "a segment in less than 1 s" : "slow: " $1 " s") }'
# --8<-- [end:load-time]

# --8<-- [start:profile]
ffprobe -v error -select_streams v:0 -show_entries stream=codec_name,profile,pix_fmt,width,height \
  -of default=noprint_wrappers=1 http://127.0.0.1:8088/hls/demo.m3u8 | sort -u
# --8<-- [end:profile]

# --8<-- [start:starts-with-key]
file=$(ls "$KITE_DATA_DIR"/hls/demo-*.ts | head -n 1)
ffprobe -v error -select_streams v:0 -show_entries packet=flags -of csv=p=0 "$file" | head -n 1
ls -l "$file" | awk '{ printf "first segment %d KB\n", $5 / 1000 }'
# --8<-- [end:starts-with-key]

# --8<-- [start:stat]
curl -s http://127.0.0.1:8089/stat | grep -o '<name>demo</name>'
# --8<-- [end:stat]

# exit: 7
# --8<-- [start:stat-outside]
curl -s http://127.0.0.2:8089/stat
# --8<-- [end:stat-outside]

sleep 3
# --8<-- [start:traffic]
curl -s http://127.0.0.1:8089/stat | grep -oE '<bytes_(in|out)>[0-9]+' | tail -n 2 |
  awk -F '[<>]' '{ print $2, ($3 > 0 ? "more than 0" : "0") }'
# --8<-- [end:traffic]

# --8<-- [start:memory]
WORKER=$(pgrep -f -P "$(cat "$KITE_DATA_DIR/nginx/nginx.pid")" 'worker process')
for pid in $(cat "$KITE_DATA_DIR/api.pid") $WORKER; do
  ps -o rss=,comm= -p $pid | awk '{ printf "%s %d MB\n", $2, $1 / 1024 }'
done
# --8<-- [end:memory]

# --8<-- [start:cpu]
WORKER=$(pgrep -f -P "$(cat "$KITE_DATA_DIR/nginx/nginx.pid")" 'worker process')
ps -o %cpu=,comm= -p $WORKER | awk '{ print $2, $1 < 20 ? "below 20 %" : $1 " %" }'
# --8<-- [end:cpu]

# --8<-- [start:old-list]
SEGMENT=$(curl -s http://127.0.0.1:8088/hls/demo.m3u8 | grep -m 1 'ts$')
curl -s -o /dev/null -w '%{http_code}\n' http://127.0.0.1:8088/hls/$SEGMENT
# --8<-- [end:old-list]
wait $PUBLISHER

# --8<-- [start:ended]
curl -s -o /dev/null -w '%{http_code}\n' http://127.0.0.1:8088/hls/demo.m3u8
# --8<-- [end:ended]
kite room show demo | grep State > state.txt

for _ in $(seq 60); do
    [ "$(curl -s -o /dev/null -w '%{http_code}' http://127.0.0.1:8088/hls/demo.m3u8)" = 404 ] && break
    sleep 0.5
done
# --8<-- [start:ended-later]
curl -s -o /dev/null -w '%{http_code}\n' http://127.0.0.1:8088/hls/demo.m3u8
curl -s -o /dev/null -w '%{http_code}\n' http://127.0.0.1:8088/hls/$SEGMENT
# --8<-- [end:ended-later]

# --8<-- [start:missing]
awk '$5 == 404 { print $2, $4 }' "$KITE_DATA_DIR/logs/nginx-http.log" | sed 's/-[0-9]*\.ts/-*.ts/' |
  sort -u
# --8<-- [end:missing]

# --8<-- [start:talkers]
awk '{ print $2, $4 }' "$KITE_DATA_DIR/logs/nginx-http.log" | sort | uniq -c | sort -rn |
  awk 'NR == 1 { print "most requests:", $2, $3 }'
# --8<-- [end:talkers]

# --8<-- [start:log-files]
ls "$KITE_DATA_DIR/logs"
grep broadcast.ended "$KITE_DATA_DIR/logs/kite.log"
# --8<-- [end:log-files]

python3 -c '
import socket
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.bind(("127.0.0.1", 5514))
open("received.txt", "w").write(s.recv(4096).decode().split("event=")[1])
' &
RECEIVER=$!
sleep 0.5
# --8<-- [start:syslog]
grep broadcast.ended "$KITE_DATA_DIR/logs/kite.log" |
  logger --server 127.0.0.1 --port 5514 --udp --tag kite
# --8<-- [end:syslog]
wait $RECEIVER

# --8<-- [start:syslog-received]
cat received.txt
# --8<-- [end:syslog-received]

# --8<-- [start:events]
grep -o 'event=[a-z._]*' "$KITE_DATA_DIR/logs/kite.log" | sort | uniq -c | sort -rn |
  awk 'NR == 1 { print "most lines:", $2 }'
# --8<-- [end:events]

# exit: 1
# --8<-- [start:exec]
grep -cE '^ *(exec|push|pull)' "$KITE_DATA_DIR/nginx/nginx.conf"
# --8<-- [end:exec]

# --8<-- [start:times]
curl -s -H "Authorization: Bearer $KITE_TOKEN" http://127.0.0.1:8080/v1/broadcasts | jq -r '.items[0].started_at'
# --8<-- [end:times]

# --8<-- [start:local-time]
TZ=Asia/Shanghai date -d 2026-11-21T06:02:39Z '+%F %T %z'
TZ=America/Los_Angeles date -d 2026-11-21T06:02:39Z '+%F %T %z'
# --8<-- [end:local-time]

# exit: 2
# --8<-- [start:too-short]
KITE_HLS_FRAGMENT_SECONDS=0.5 kite settings
# --8<-- [end:too-short]
