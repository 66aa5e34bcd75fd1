# Stutter: an encoder that is too slow and a line that is too thin look the same to viewers, not to the sender.
. "$SNIPPETS/sessions/scenarios/lib.bash"
cp "$SNIPPETS/evaluate/measure_hls.py" .
# background: until Logs
# silent
# --8<-- [start:up]
kite up
# --8<-- [end:up]
clip busy.flv 24 30 -b:v 900k -minrate 900k -maxrate 900k -bufsize 450k
SLOW=$(stream_key slow)
THIN=$(stream_key thin)

# --8<-- [start:slow-encoder]
ffmpeg -hide_banner -loglevel error -nostdin -readrate 0.6 -i busy.flv -c copy -f flv "rtmp://127.0.0.1:1935/live/$SLOW" &
# --8<-- [end:slow-encoder]
PUBLISHERS+=($!)
until_playable slow

# exit: 1
# --8<-- [start:measure]
python3 measure_hls.py http://127.0.0.1:8088/hls/slow.m3u8 --viewers 5 --seconds 6
# --8<-- [end:measure]

# --8<-- [start:queue]
queue() { ss -tnH state established '( dport = 1935 )' | awk '{ full += ($2 > 50000) } END { print full ? "data waits at the sender" : "nothing waits at the sender" }'; }
queue
# --8<-- [end:queue]
ended

# --8<-- [start:thin-line]
tc qdisc add dev lo root tbf rate 500kbit burst 16kbit latency 200ms
ffmpeg -hide_banner -loglevel error -nostdin -re -i busy.flv -c copy -f flv "rtmp://127.0.0.1:1935/live/$THIN" &
# --8<-- [end:thin-line]
PUBLISHERS+=($!)
sleep 4

# --8<-- [start:queue-again]
queue
# --8<-- [end:queue-again]

# --8<-- [start:end]
tc qdisc del dev lo root
# --8<-- [end:end]
sleep 3
# --8<-- [start:queue-after]
queue
# --8<-- [end:queue-after]
ended
