# A token for monitoring, the metrics, and what monitoring sees when nginx is gone.
export KITE_DATA_DIR="$HOME/kite-data"
kite init >/dev/null
kite serve >serve.txt 2>&1 &
serve=$!
kite render-nginx --output "$KITE_DATA_DIR/nginx/nginx.conf"
nginx -p "$KITE_DATA_DIR/nginx/" -c "$KITE_DATA_DIR/nginx/nginx.conf" -e "$KITE_DATA_DIR/logs/nginx-error.log" &
nginx=$!
for _ in $(seq 100); do curl -sfo /dev/null http://127.0.0.1:8080/readyz && break; sleep 0.1; done

# --8<-- [start:token]
kite token create prometheus --role operator --scope metrics.read --json |
  sed -n 's/.*"secret": "\(.*\)".*/\1/p' >kite.token
wc -l <kite.token
# --8<-- [end:token]
# --8<-- [start:scrape]
scrape() { curl -s -H "Authorization: Bearer $(cat kite.token)" http://127.0.0.1:8080/metrics; }
scrape | grep -E '^kite_(rooms|media_server_up|broadcasts_running|build_info|webhook)'
# --8<-- [end:scrape]
# --8<-- [start:scope]
curl -s -o /dev/null -w '%{http_code} with the token, for the rooms\n' \
  -H "Authorization: Bearer $(cat kite.token)" http://127.0.0.1:8080/v1/rooms
curl -s -o /dev/null -w '%{http_code} without a token\n' http://127.0.0.1:8080/metrics
# --8<-- [end:scope]
# --8<-- [start:ready]
curl -s -w ' %{http_code}\n' http://127.0.0.1:8080/readyz
# --8<-- [end:ready]
kill "$nginx"
wait "$nginx"
# --8<-- [start:not-ready]
curl -s -w ' %{http_code}\n' http://127.0.0.1:8080/readyz
# --8<-- [end:not-ready]
# --8<-- [start:media-down]
scrape | grep ^kite_media_server_up
# --8<-- [end:media-down]
kill "$serve"
wait "$serve"
