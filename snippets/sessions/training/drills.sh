# Fault drills: each is caused, found and ended on the real stack. The service and nginx run one by one, as under systemd.
. "$SNIPPETS/sessions/faq/lib.bash"
# --8<-- [start:stack]
export KITE_DATA_DIR=$HOME/kite-data KITE_MIN_FREE_DISK_MB=16
mkdir "$KITE_DATA_DIR" && mount -t tmpfs -o size=64m kite "$KITE_DATA_DIR"
kite init >init.txt
serve() { kite serve >>"$KITE_DATA_DIR/logs/kite.log" 2>&1 & SERVE=$!; until curl -sf -o /dev/null http://127.0.0.1:8080/healthz; do sleep 0.1; done; }
media() {
  kite render-nginx --output "$KITE_DATA_DIR/nginx/nginx.conf"
  nginx -p "$KITE_DATA_DIR/nginx/" -c "$KITE_DATA_DIR/nginx/nginx.conf" >/dev/null 2>&1 & NGINX=$!
  until curl -sf -o /dev/null http://127.0.0.1:8089/stat; do sleep 0.1; done
}
serve; media
# --8<-- [end:stack]
clip test.flv 3 30
clip long.flv 6 30
KEY=$(stream_key demo)
OTHER=$(stream_key other)
ffmpeg -hide_banner -loglevel quiet -nostdin -stream_loop -1 -re -i long.flv -c copy -f flv "rtmp://127.0.0.1:1935/live/$KEY" &
ENCODER=$!
until curl -s http://127.0.0.1:8089/stat | grep -q "<name>demo<"; do sleep 0.1; done

# --8<-- [start:try]
try() { ffmpeg -hide_banner -loglevel quiet -nostdin -i test.flv -t 1 -c copy -f flv "rtmp://127.0.0.1:1935/live/$1" && echo published || echo refused; }
# --8<-- [end:try]

# --8<-- [start:key-break]
try "other?key=wrong"
# --8<-- [end:key-break]
# --8<-- [start:key-find]
grep -o 'event=publish.refused code=[A-Z_]*' "$KITE_DATA_DIR/logs/kite.log" | tail -n 1
# --8<-- [end:key-find]
# --8<-- [start:key-end]
try "$OTHER"
# --8<-- [end:key-end]

# --8<-- [start:stop-break]
kite emergency stop --reason "drill" >/dev/null && try "$OTHER"
# --8<-- [end:stop-break]
# --8<-- [start:stop-find]
grep -o 'event=publish.refused code=[A-Z_]*' "$KITE_DATA_DIR/logs/kite.log" | tail -n 1
# --8<-- [end:stop-find]
# --8<-- [start:stop-end]
kite emergency lift >/dev/null && try "$OTHER"
# --8<-- [end:stop-end]
ffmpeg -hide_banner -loglevel quiet -nostdin -stream_loop -1 -re -i long.flv -c copy -f flv "rtmp://127.0.0.1:1935/live/$KEY" &
ENCODER=$!
until curl -s http://127.0.0.1:8089/stat | grep -q "<name>demo<"; do sleep 0.1; done

# --8<-- [start:service-break]
kill -KILL $SERVE; wait $SERVE 2>/dev/null
try "$OTHER"
kill -0 $ENCODER && echo the running broadcast goes on
# --8<-- [end:service-break]
# --8<-- [start:service-find]
kite doctor | grep -A 1 callback-reachable
# --8<-- [end:service-find]
# --8<-- [start:service-end]
serve
try "$OTHER"
# --8<-- [end:service-end]

# --8<-- [start:lock-break]
python3 -c 'import sqlite3, sys, time
database = sqlite3.connect(sys.argv[1], isolation_level=None)
database.execute("BEGIN IMMEDIATE")
time.sleep(7)' "$KITE_DATA_DIR/kite.db" &
LOCK=$!
sleep 1
try "$OTHER"
# --8<-- [end:lock-break]
# --8<-- [start:lock-find]
grep -o 'event=publish.refused code=[A-Z_]*' "$KITE_DATA_DIR/logs/kite.log" | tail -n 1
# --8<-- [end:lock-find]
# --8<-- [start:lock-end]
wait $LOCK
try "$OTHER"
# --8<-- [end:lock-end]

# exit: 1
# --8<-- [start:disk-break]
head -c 100M /dev/zero >"$KITE_DATA_DIR/filler" 2>/dev/null
# --8<-- [end:disk-break]
# --8<-- [start:disk-find]
kite doctor | grep -A 1 disk-space
# --8<-- [end:disk-find]
# --8<-- [start:disk-end]
rm "$KITE_DATA_DIR/filler"
# --8<-- [end:disk-end]

# --8<-- [start:worker-break]
sed -i 's/^worker_processes 1;/worker_processes 4;/' "$KITE_DATA_DIR/nginx/nginx.conf"
# --8<-- [end:worker-break]
# --8<-- [start:worker-find]
kite doctor | grep -A 1 worker-count
# --8<-- [end:worker-find]
# --8<-- [start:worker-end]
sed -i 's/^worker_processes 4;/worker_processes 1;/' "$KITE_DATA_DIR/nginx/nginx.conf"
# --8<-- [end:worker-end]

# --8<-- [start:nginx-break]
kill $NGINX; wait $NGINX
# --8<-- [end:nginx-break]
# --8<-- [start:nginx-find]
curl -s -w ' %{http_code}\n' http://127.0.0.1:8080/readyz
# --8<-- [end:nginx-find]
# --8<-- [start:nginx-end]
media
curl -s -w ' %{http_code}\n' http://127.0.0.1:8080/readyz
# --8<-- [end:nginx-end]
kill $NGINX $SERVE $ENCODER 2>/dev/null
wait $SERVE 2>/dev/null
