# Webhooks: subscribe, receive, verify, and what happens while the receiver is down.
export KITE_DATA_DIR=$PWD/kite-data KITE_WEBHOOK_ALLOW=127.0.0.1/32
# background: until Logs
# silent
# --8<-- [start:up]
kite up
# --8<-- [end:up]
KITE_TOKEN=$(grep -o 'kt_.*' "$RUN/up.out")
export KITE_TOKEN
until_shown() {  # regex: until the newest delivery matches
    for _ in $(seq 150); do
        curl -s -H "Authorization: Bearer $KITE_TOKEN" "http://127.0.0.1:8080/v1/deliveries?limit=1" |
            grep -qE "$1" && return
        sleep 0.1
    done
    echo "never showed $1" >&2
}

# --8<-- [start:create]
curl -s -H "Authorization: Bearer $KITE_TOKEN" \
  --json '{"url": "http://127.0.0.1:9000/kite"}' \
  http://127.0.0.1:8080/v1/webhooks | python3 -m json.tool
# --8<-- [end:create]

WEBHOOK_SECRET=$(grep -o 'whsec_[^"]*' "$RUN/create.out")
export WEBHOOK_SECRET
# One request, kept as it came.
python3 - <<'EOF' &
import socket
server = socket.create_server(("127.0.0.1", 9000))
client, _ = server.accept()
received = b""
while b"}}" not in received:
    received += client.recv(65536)
client.sendall(b"HTTP/1.1 204 No Content\r\n\r\n")
client.close()
head, _, body = received.partition(b"\r\n\r\n")
open("body.json", "wb").write(body)
open("head.txt", "w").write(head.decode().replace("\r\n", "\n") + "\n")
EOF
catcher=$!
until ss -tln | grep -q :9000; do sleep 0.1; done
kite room create demo --title "First light" >created.txt
wait $catcher
# --8<-- [start:head]
cat head.txt
# --8<-- [end:head]

# --8<-- [start:body]
python3 -m json.tool body.json
# --8<-- [end:body]

signature=$(grep -io 'kite-signature: .*' head.txt | cut -d' ' -f2)
sent_at=$(echo "$signature" | grep -o 't=[0-9]*' | cut -d= -f2)
# --8<-- [start:openssl]
echo "$signature"
{ printf '%s.' "$sent_at"; cat body.json; } | openssl dgst -sha256 -hmac "$WEBHOOK_SECRET"
# --8<-- [end:openssl]
[ "$(grep -oE '[0-9a-f]{64}' "$RUN/openssl.out" | sort -u | wc -l)" = 1 ] || exit 1  # the same twice

cp "$SNIPPETS/requests/receive_webhooks.py" .
# background: until listening
# --8<-- [start:receive]
python3 receive_webhooks.py
# --8<-- [end:receive]

# --8<-- [start:test]
curl -s -X POST -H "Authorization: Bearer $KITE_TOKEN" \
  http://127.0.0.1:8080/v1/webhooks/1/test | python3 -m json.tool
# --8<-- [end:test]
until_shown '"delivered"'
kite room ban demo --reason "Copyright complaint 17" >banned.txt
until_shown 'room.banned.*"delivered"'
stop receive

kite room unban demo >unbanned.txt
until_shown '"error":"'
# --8<-- [start:failed]
curl -s -H "Authorization: Bearer $KITE_TOKEN" \
  "http://127.0.0.1:8080/v1/deliveries?limit=1" | python3 -m json.tool
# --8<-- [end:failed]

python3 receive_webhooks.py >again.txt &
until [ -s again.txt ]; do sleep 0.1; done
# --8<-- [start:replay]
curl -s -X POST -H "Authorization: Bearer $KITE_TOKEN" \
  http://127.0.0.1:8080/v1/deliveries/4/replay | python3 -m json.tool
# --8<-- [end:replay]
until_shown '"delivered"'
# --8<-- [start:again]
cat again.txt
# --8<-- [end:again]
kill $!
