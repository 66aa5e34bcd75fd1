# The numbers of a server with one broadcast, one RTMP player and HLS requests.
# background: until Logs
# silent
# --8<-- [start:up]
kite up
# --8<-- [end:up]
KITE_TOKEN=$(grep -o 'kt_[A-Za-z0-9_-]*' "$RUN/up.out" | head -n 1)
source "$SNIPPETS/sessions/admin/publish.bash"
kite room create demo --title "First light" > /dev/null
kite key create demo > "$RUN/first.out"
publish "demo?key=$(shown_key first)"
ffmpeg -hide_banner -loglevel quiet -i rtmp://127.0.0.1:1935/live/demo -t 60 -f null - > /dev/null 2>&1 < /dev/null &
player=$!
playable demo
cp "$SNIPPETS/sessions/admin/live_numbers.py" .
sleep 12  # the first bitrate appears after ten seconds

# --8<-- [start:broadcasts]
curl -s -H "Authorization: Bearer $KITE_TOKEN" "http://127.0.0.1:8080/v1/broadcasts?room=demo" | jq '.items[0]'
# --8<-- [end:broadcasts]

# --8<-- [start:metrics]
curl -s -H "Authorization: Bearer $KITE_TOKEN" http://127.0.0.1:8080/metrics | grep -E '^kite_(broadcasts_running|viewers|rooms)'
# --8<-- [end:metrics]

# --8<-- [start:rooms]
kite room list
# --8<-- [end:rooms]

# --8<-- [start:nclients]
curl -s http://127.0.0.1:8089/stat | grep -oE '<nclients>[0-9]+</nclients>'
# --8<-- [end:nclients]

# --8<-- [start:live-numbers]
python3 live_numbers.py
# --8<-- [end:live-numbers]

# --8<-- [start:bits]
curl -s http://127.0.0.1:8089/stat | python3 -c '
import sys
from xml.etree import ElementTree
stream = ElementTree.parse(sys.stdin).find(".//stream")
average = int(stream.findtext("bytes_in")) * 8 / int(stream.findtext("time")) * 1000
ratio = int(stream.findtext("bw_in")) / average
print("bw_in is in bit/s:", 0.7 < ratio < 1.3)
'
# --8<-- [end:bits]

# --8<-- [start:hls-viewers]
awk -v since="$(date -d '1 minute ago' +%FT%T)" \
    '$1 > since && $4 ~ /\.m3u8$/ && $5 == 200 {seen[$4 " " $2]}
     END {for (pair in seen) {split(pair, part, " "); viewers[part[1]]++}
          for (room in viewers) print room, viewers[room]}' ~/.local/share/kite/logs/nginx-http.log
# --8<-- [end:hls-viewers]

# silent
# --8<-- [start:disk]
df -h ~/.local/share/kite
du -sh ~/.local/share/kite/hls ~/.local/share/kite/logs
# --8<-- [end:disk]

kill $player
sleep 1
# --8<-- [start:player-gone]
python3 live_numbers.py
# --8<-- [end:player-gone]
stop up

# exit: 7
# --8<-- [start:stopped]
curl -sS http://127.0.0.1:8089/stat
# --8<-- [end:stopped]
