# nginx gets no answer from Kite, or a late one; settings changed and not in use; a webhook nobody takes.
. "$SNIPPETS/sessions/troubleshoot/lib.bash"
export KITE_WEBHOOK_ALLOW=127.0.0.1
kite init > init.txt
clip test.flv 3 30
serve() {
    kite serve >> "$KITE_DATA_DIR/logs/kite.log" 2>&1 &
    SERVE=$!
    until curl -sf http://127.0.0.1:8080/healthz > /dev/null; do sleep 0.1; done
}
mkdir -p "$KITE_DATA_DIR/logs"
serve
kite render-nginx --output "$KITE_DATA_DIR/nginx/nginx.conf" > /dev/null
nginx -p "$KITE_DATA_DIR/nginx/" -c "$KITE_DATA_DIR/nginx/nginx.conf" > /dev/null 2>&1 &
NGINX=$!
until curl -s http://127.0.0.1:8089/stat > /dev/null; do sleep 0.1; done
KITE_TOKEN=$(grep -o 'kt_[A-Za-z0-9_-]*' init.txt | head -n 1)
STREAM_KEY=$(stream_key demo)

kill -STOP $SERVE  # it is there, and does not answer
# --8<-- [start:frozen]
ffmpeg -hide_banner -loglevel error -re -i test.flv -c copy -f flv \
  "rtmp://127.0.0.1:1935/live/$STREAM_KEY" 2>&1 | sed 's/key=[^:]*:/key=***:/'
# --8<-- [end:frozen]

# exit: 1
# --8<-- [start:frozen-facts]
python3 facts.py demo doctor room refused errors
# --8<-- [end:frozen-facts]
kill -CONT $SERVE

# --8<-- [start:mended]
python3 facts.py demo doctor
ffmpeg -hide_banner -loglevel error -re -i test.flv -c copy -f flv \
  "rtmp://127.0.0.1:1935/live/$STREAM_KEY" && echo "accepted"
# --8<-- [end:mended]

call POST webhooks '{"url": "http://127.0.0.1:9000/kite"}' > /dev/null
call POST webhooks/1/test > /dev/null
until_logged delivery.failed
# exit: 1
# --8<-- [start:webhook]
python3 facts.py demo service
# --8<-- [end:webhook]

# --8<-- [start:webhook-why]
grep -E 'event=delivery.(failed|dead)' "$KITE_DATA_DIR/logs/kite.log" | tail -n 1 | cut -d ' ' -f 2-
# --8<-- [end:webhook-why]

export KITE_HLS_FRAGMENT_SECONDS=3
# exit: 1
# --8<-- [start:stale]
kite render-nginx | diff "$KITE_DATA_DIR/nginx/nginx.conf" -
# --8<-- [end:stale]

# --8<-- [start:running]
curl -s http://127.0.0.1:8080/healthz; echo
kite --version
# --8<-- [end:running]
kill $NGINX $SERVE
