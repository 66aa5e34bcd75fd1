# The server is short of something: processor, open files, disk; each found and mended.
. "$SNIPPETS/sessions/troubleshoot/lib.bash"
mkdir small
mount -t tmpfs -o size=60m kite small
export KITE_DATA_DIR=$PWD/small/kite-data KITE_MIN_FREE_DISK_MB=20
# background: until Logs
# silent
# --8<-- [start:up]
kite up
# --8<-- [end:up]
clip test.flv 20 30
broadcast test.flv "$(stream_key demo)" &
until_playable demo

# --8<-- [start:good]
python3 facts.py demo nginx errors
# --8<-- [end:good]

bash -c 'exec -a some-program awk "BEGIN { while (1) i++ }"' &
BUSY=$!
sleep 2
# --8<-- [start:cpu]
top -b -n 2 -d 1 | awk '/^top -/ { run++ } run == 2 && $9 > 20 && $1 ~ /^[0-9]+$/ { print "cpu=" $9 " %", $12 }' | head -n 1
# --8<-- [end:cpu]
kill $BUSY

WORKER=$(pgrep -P "$(cat "$KITE_DATA_DIR/nginx/nginx.pid")" -f 'worker process')
prlimit --pid "$WORKER" --nofile=32:8192
for _ in $(seq 40); do exec {line}<> /dev/tcp/127.0.0.1/8088; LINES_OPEN="$LINES_OPEN $line"; done
sleep 1
# exit: 1
# --8<-- [start:files]
python3 facts.py demo nginx errors
# --8<-- [end:files]

# --8<-- [start:files-who]
ss -tnH state established '( sport = :8088 or sport = :1935 )' | awk '{ sub(/:[0-9]+$/, "", $4); print $4 }' |
  sort | uniq -c | sort -rn | awk '{ print "connections=" $1, $2 }' | head -n 3
# --8<-- [end:files-who]

# --8<-- [start:files-limit]
grep -i 'max open files' "/proc/$(pgrep -P "$(cat "$KITE_DATA_DIR/nginx/nginx.pid")" -f 'worker process')/limits"
# --8<-- [end:files-limit]
prlimit --pid "$WORKER" --nofile=8192:8192
for line in $LINES_OPEN; do exec {line}>&-; done
sleep 1

# --8<-- [start:files-mended]
python3 facts.py demo nginx playlist
# --8<-- [end:files-mended]

call PATCH rooms/demo '{"record": true}' > /dev/null
sleep 3
dd if=/dev/zero of=small/filler bs=64k 2> /dev/null
sleep 4
# exit: 1
# --8<-- [start:disk]
python3 facts.py demo doctor disk
# --8<-- [end:disk]

# --8<-- [start:disk-log]
grep -oE '\(28: [^)]*\)' "$KITE_DATA_DIR/logs/nginx-error.log" | sort -u
# --8<-- [end:disk-log]

# --8<-- [start:disk-where]
du -sm "$KITE_DATA_DIR"/* "$KITE_DATA_DIR"/../* | sort -rn | awk '{ print "size=" $1 " MB", $2 }' | head -n 1
# --8<-- [end:disk-where]
rm small/filler
sleep 2

# --8<-- [start:disk-mended]
python3 facts.py demo disk playlist
# --8<-- [end:disk-mended]
