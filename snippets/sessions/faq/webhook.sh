# A webhook that does not arrive: refused address, failing receiver, its attempts, sent again.
. "$SNIPPETS/sessions/faq/lib.bash"
cat > receiver.py <<'P'
import http.server, pathlib
class Receiver(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        ready = pathlib.Path("ready").exists()
        self.send_response(204 if ready else 500)
        self.end_headers()
        if ready:
            with open("received.jsonl", "ab") as file:
                file.write(body + b"\n")
    def log_message(self, *_):
        pass
http.server.HTTPServer(("127.0.0.1", 9000), Receiver).serve_forever()
P
python3 receiver.py &
RECEIVER=$!
# background: until Logs
# silent
# --8<-- [start:up]
kite up
# --8<-- [end:up]
KITE_TOKEN=$(token up)

# --8<-- [start:forbidden]
curl -s -H "Authorization: Bearer $KITE_TOKEN" -H "Content-Type: application/json" \
  -d '{"url": "http://127.0.0.1:9000/kite"}' http://127.0.0.1:8080/v1/webhooks
# --8<-- [end:forbidden]
stop up

# --8<-- [start:allow]
export KITE_WEBHOOK_ALLOW=127.0.0.1
# --8<-- [end:allow]
# background: until Logs
# silent
# --8<-- [start:up-again]
kite up
# --8<-- [end:up-again]

# --8<-- [start:create]
curl -s -H "Authorization: Bearer $KITE_TOKEN" -H "Content-Type: application/json" \
  -d '{"url": "http://127.0.0.1:9000/kite"}' http://127.0.0.1:8080/v1/webhooks | jq 'del(.secret)'
# --8<-- [end:create]

# --8<-- [start:test]
curl -s -X POST -H "Authorization: Bearer $KITE_TOKEN" http://127.0.0.1:8080/v1/webhooks/1/test |
  jq -c '{id, type, state}'
# --8<-- [end:test]
for _ in $(seq 50); do
    curl -s -H "Authorization: Bearer $KITE_TOKEN" http://127.0.0.1:8080/v1/deliveries | grep -q '"attempts":1' && break
    sleep 0.2
done
sleep 1

# --8<-- [start:deliveries]
curl -s -H "Authorization: Bearer $KITE_TOKEN" "http://127.0.0.1:8080/v1/deliveries?webhook=1" |
  jq -c '.items[] | {id, type, state, attempts, status, error, due_at}'
# --8<-- [end:deliveries]
touch ready

# --8<-- [start:replay]
curl -s -X POST -H "Authorization: Bearer $KITE_TOKEN" http://127.0.0.1:8080/v1/deliveries/1/replay |
  jq -c '{id, state, attempts}'
# --8<-- [end:replay]
for _ in $(seq 50); do [ -e received.jsonl ] && break; sleep 0.2; done
sleep 1

# --8<-- [start:delivered]
curl -s -H "Authorization: Bearer $KITE_TOKEN" "http://127.0.0.1:8080/v1/deliveries?webhook=1" |
  jq -c '.items[] | {id, type, state, attempts, status, error}'
# --8<-- [end:delivered]

# --8<-- [start:received]
cat received.jsonl
# --8<-- [end:received]

# --8<-- [start:log]
grep -E 'event=(webhook|delivery)\.' "$KITE_DATA_DIR/logs/kite.log" | cut -d ' ' -f 3-
# --8<-- [end:log]
kill $RECEIVER
