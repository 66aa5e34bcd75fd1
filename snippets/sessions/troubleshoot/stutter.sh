# Stutter and delay: an encoder that cannot keep up, key frames too far apart, a viewer whose line is too slow.
. "$SNIPPETS/sessions/troubleshoot/lib.bash"
# background: until Logs
# silent
# --8<-- [start:up]
kite up
# --8<-- [end:up]
clip good.flv 20 60
clip far.flv 20 150
SLOW=$(stream_key slow)
broadcast good.flv "$(stream_key demo)" &
broadcast far.flv "$(stream_key far)" &
ffmpeg -hide_banner -loglevel quiet -nostdin -readrate 0.6 -stream_loop -1 -i good.flv -c copy \
    -f flv "rtmp://127.0.0.1:1935/live/$SLOW" &
for room in demo far slow; do until_playable $room; done
sleep 6

# --8<-- [start:good]
python3 facts.py demo publisher speed playlist
# --8<-- [end:good]

# exit: 1
# --8<-- [start:slow]
python3 facts.py slow publisher speed
# --8<-- [end:slow]

# exit: 1
# --8<-- [start:far]
python3 facts.py far playlist
# --8<-- [end:far]

# silent
# --8<-- [start:viewer-define]
enough() {  # playlist: is the line to here fast enough for this room?
  list=$(curl -s "$1")
  segment=$(grep 'ts$' <<< "$list" | tail -n 1)
  curl -s -o /dev/null -w '%{time_total} dns=%{time_namelookup} connect=%{time_connect} first=%{time_starttransfer}\n' \
    "${1%/*}/$segment" |
    awk -v seconds="$(grep -oE 'EXTINF:[0-9.]+' <<< "$list" | tail -n 1 | cut -d : -f 2)" '
      { printf "%s: a segment of %.1f s arrives in total=%.2f s (%s %s %s)\n",
          $1 < seconds / 2 ? "enough" : "too slow", seconds, $1, $2, $3, $4 }'
}
# --8<-- [end:viewer-define]

# --8<-- [start:viewer]
enough http://127.0.0.1:8088/hls/demo.m3u8
# --8<-- [end:viewer]

# A web server that lets 25 KB a second through stands for the slow line.
cat > slow.conf <<C
daemon off; pid $PWD/slow.pid; error_log $PWD/slow.log;
events {}
http { access_log off; server { listen 9080; limit_rate 25k; location / { proxy_pass http://127.0.0.1:8088; } } }
C
nginx -p "$PWD/" -c "$PWD/slow.conf" 2> /dev/null &
until curl -s -o /dev/null http://127.0.0.1:9080/; do sleep 0.1; done
# --8<-- [start:viewer-slow]
enough http://127.0.0.1:9080/hls/demo.m3u8
# --8<-- [end:viewer-slow]
kill "$(cat slow.pid)"

# A player that asks for much and takes nothing.
exec 5<> /dev/tcp/127.0.0.1/8088
SEGMENT=$(curl -s http://127.0.0.1:8088/hls/demo.m3u8 | grep -m 1 'ts$')
for _ in $(seq 100); do printf 'GET /hls/%s HTTP/1.1\r\nHost: kite\r\n\r\n' "$SEGMENT" >&5; done
sleep 1
# --8<-- [start:lines]
ss -tinH state established '( sport = :8088 )' | paste - - |
  awk '{ rtt = retrans = "0"
         for (i = 1; i <= NF; i++) { if ($i ~ /^rtt:/) rtt = substr($i, 5); if ($i ~ /^retrans:/) retrans = substr($i, 9) }
         sub(/:[0-9]+$/, "", $4); print $4, "waiting=" $2, "rtt=" rtt, "retrans=" retrans }'
# --8<-- [end:lines]
exec 5>&-
