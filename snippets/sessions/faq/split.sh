# Service and nginx started one by one, as under systemd: several workers, and a service that is gone.
. "$SNIPPETS/sessions/faq/lib.bash"
until_live() {  # by the service: with several workers nginx itself does not know
    for _ in $(seq 30); do kite room show "$1" | grep -q 'State *live' && break; done
}
kite init >/dev/null
clip test.flv 4 30
clip long.flv 25 30
STREAM_KEY=$(stream_key demo)
serve() {
    kite serve >>serve.txt 2>&1 &
    SERVE=$!
    until curl -s http://127.0.0.1:8080/healthz >/dev/null; do sleep 0.1; done
}
media() {
    nginx -p "$KITE_DATA_DIR/nginx/" -c "$KITE_DATA_DIR/nginx/nginx.conf" >/dev/null 2>&1 &
    NGINX=$!
    until curl -s http://127.0.0.1:8089/stat >/dev/null; do sleep 0.1; done
}
serve

# --8<-- [start:render]
kite render-nginx --output "$KITE_DATA_DIR/nginx/nginx.conf"
# --8<-- [end:render]

# --8<-- [start:edit]
sed -i 's/^worker_processes 1;/worker_processes 4;/' "$KITE_DATA_DIR/nginx/nginx.conf"
# --8<-- [end:edit]

# --8<-- [start:doctor-bad]
kite doctor | grep -A 1 worker-count
# --8<-- [end:doctor-bad]

media
publish long.flv "$STREAM_KEY" &
until_live demo
# --8<-- [start:stat-bad]
for i in $(seq 200); do
  curl -s http://127.0.0.1:8089/stat | grep -q '<name>demo</name>' || { echo "demo is missing"; break; }
done
# --8<-- [end:stat-bad]
kill $NGINX
wait $NGINX

# --8<-- [start:render-again]
kite render-nginx --output "$KITE_DATA_DIR/nginx/nginx.conf"
kite doctor | grep worker-count
# --8<-- [end:render-again]

media
publish long.flv "$STREAM_KEY" &
until_live demo
until curl -s http://127.0.0.1:8089/stat | grep -q '<name>demo</name>'; do sleep 0.1; done
# --8<-- [start:stat-good]
for i in $(seq 20); do
  curl -s http://127.0.0.1:8089/stat | grep -o '<name>demo</name>'
done | uniq -c
# --8<-- [end:stat-good]

kite room create other >/dev/null
OTHER=$(stream_key other)
kill $SERVE
wait $SERVE
# exit: 1
# --8<-- [start:down]
ffmpeg -hide_banner -loglevel error -re -i test.flv -c copy -f flv \
  "rtmp://127.0.0.1:1935/live/$OTHER"
# --8<-- [end:down]

# --8<-- [start:down-live]
curl -s http://127.0.0.1:8089/stat | grep -o '<name>demo</name>'
# --8<-- [end:down-live]

# --8<-- [start:down-doctor]
kite doctor | grep -A 1 -E 'port-api|callback-reachable'
# --8<-- [end:down-doctor]

serve
# --8<-- [start:back]
kite doctor | grep callback-reachable
ffmpeg -hide_banner -loglevel error -re -i test.flv -t 2 -c copy -f flv \
  "rtmp://127.0.0.1:1935/live/$OTHER"
# --8<-- [end:back]
kill $NGINX $SERVE
