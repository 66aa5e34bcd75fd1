# What a webhook receiver has to answer: the status counts, the body does not.
. "$SNIPPETS/sessions/faq/lib.bash"
cat > receiver.py <<'P'
import http.server
class Receiver(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(int(self.path.strip("/")))
        self.send_header("Location", "http://127.0.0.1:9000/200")
        self.end_headers()
        self.wfile.write(b"neither 0 nor JSON")
    def log_message(self, *_):
        pass
http.server.HTTPServer(("127.0.0.1", 9000), Receiver).serve_forever()
P
python3 receiver.py &
RECEIVER=$!
export KITE_WEBHOOK_ALLOW=127.0.0.1
# background: until Logs
# silent
# --8<-- [start:up]
kite up
# --8<-- [end:up]
KITE_TOKEN=$(token up)
number=0
for status in 200 302 404; do
    number=$((number + 1))
    curl -s -o /dev/null -H "Authorization: Bearer $KITE_TOKEN" -H "Content-Type: application/json" \
        -d "{\"url\": \"http://127.0.0.1:9000/$status\"}" http://127.0.0.1:8080/v1/webhooks
    curl -s -o /dev/null -X POST -H "Authorization: Bearer $KITE_TOKEN" http://127.0.0.1:8080/v1/webhooks/$number/test
done
for _ in $(seq 60); do
    [ "$(curl -s -H "Authorization: Bearer $KITE_TOKEN" http://127.0.0.1:8080/v1/deliveries | jq '[.items[] | select(.status)] | length')" = 3 ] && break
    sleep 0.2
done

# --8<-- [start:deliveries]
curl -s -H "Authorization: Bearer $KITE_TOKEN" http://127.0.0.1:8080/v1/deliveries |
  jq -c '.items[] | {status, state, error}'
# --8<-- [end:deliveries]
kill $RECEIVER
