# A second nginx with the RTMP module on 1935: it admits anybody, and Kite is never asked.
. "$SNIPPETS/sessions/faq/lib.bash"
cat > other.conf <<'N'
daemon off;
load_module /usr/lib/nginx/modules/ngx_rtmp_module.so;
pid other.pid;
error_log other.log;
events {}
rtmp { server { listen 1935; application live { live on; } } }
N
kite init > /dev/null
clip test.flv 2 30
nginx -p "$PWD/" -c other.conf 2>/dev/null &
OTHER=$!
sleep 0.5

# --8<-- [start:admitted]
ffmpeg -hide_banner -loglevel error -re -i test.flv -c copy -f flv \
  rtmp://127.0.0.1:1935/live/whatever && echo admitted
# --8<-- [end:admitted]

# --8<-- [start:doctor]
kite doctor | grep -A 1 port-rtmp
# --8<-- [end:doctor]

# exit: 1
# --8<-- [start:up]
kite up
# --8<-- [end:up]
kill $OTHER
wait $OTHER

# background: until Logs
# silent
# --8<-- [start:up-again]
kite up
# --8<-- [end:up-again]

# --8<-- [start:config]
grep -E 'on_(publish|play|publish_done) ' "$KITE_DATA_DIR/nginx/nginx.conf"
# --8<-- [end:config]

# exit: 1
# --8<-- [start:refused]
ffmpeg -hide_banner -loglevel error -re -i test.flv -c copy -f flv \
  rtmp://127.0.0.1:1935/live/whatever
# --8<-- [end:refused]

# --8<-- [start:code]
grep publish.refused "$KITE_DATA_DIR/logs/kite.log"
# --8<-- [end:code]

sed 's|http://127.0.0.1:8089/callbacks/publish;|https://api.example.com/publish;|' \
    "$KITE_DATA_DIR/nginx/nginx.conf" > https.conf
# --8<-- [start:https]
nginx -t -q -c "$PWD/https.conf" -e stderr 2>&1 | grep -o 'invalid port in url "[^"]*"'
# --8<-- [end:https]

# exit: 1
# --8<-- [start:gone]
curl -s http://127.0.0.1:8089/stat | grep -c '<publishing/>'
# --8<-- [end:gone]
