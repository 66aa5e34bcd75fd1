# What a Kite that was just started lets in, and what it does not: one region for each line of the table.
# background: until Logs
# silent
# --8<-- [start:up]
kite up
# --8<-- [end:up]
KITE_TOKEN=$(grep -o 'kt_[A-Za-z0-9_-]*' "$RUN/up.out" | head -n 1)
data=~/.local/share/kite
status() {  # curl arguments: the status and the error code
    curl -s -o answer.json -w '%{http_code} ' "$@"
    jq -r '.code // "-"' answer.json 2>/dev/null || echo -
}

# --8<-- [start:listening]
ss -ltnH | awk '{print $4}' | sort -t: -k2 -n
# --8<-- [end:listening]

# --8<-- [start:no-token]
curl -s -o /dev/null -w '%{http_code}\n' http://127.0.0.1:8080/v1/rooms
# --8<-- [end:no-token]

# --8<-- [start:accounts]
kite user list
kite token list
# --8<-- [end:accounts]

# --8<-- [start:callbacks]
curl -s -X POST -H "X-Forwarded-For: 203.0.113.9" -d 'name=demo&clientid=1&addr=203.0.113.9' \
  http://127.0.0.1:8080/callbacks/publish | jq -r .code
# --8<-- [end:callbacks]

# --8<-- [start:control]
curl -s -o /dev/null -w '%{http_code}\n' http://127.0.0.1:8089/stat
# --8<-- [end:control]

# --8<-- [start:metrics]
curl -s -o /dev/null -w '%{http_code}\n' http://127.0.0.1:8080/metrics
# --8<-- [end:metrics]

kite room create demo > /dev/null
kite key create demo > "$RUN/key.txt"
secret=$(grep -o 'kk_[A-Za-z0-9_-]*' "$RUN/key.txt" | head -n 1)
[ -n "$secret" ] || exit 1
# --8<-- [start:room]
kite room show demo --json | jq -c '{visibility, record}'
kite key list demo
# --8<-- [end:room]

echo "$secret" > secrets.txt
echo "$KITE_TOKEN" >> secrets.txt
# exit: 1
# --8<-- [start:hashed]
grep -rFf secrets.txt ~/.local/share/kite
# --8<-- [end:hashed]

# --8<-- [start:modes]
stat -c '%a %n' ~/.local/share/kite
# --8<-- [end:modes]

# --8<-- [start:headers]
curl -s -o /dev/null -D - http://127.0.0.1:8080/admin/login | grep -iE '^(x-content|referrer|cache-control)'
# --8<-- [end:headers]

printf '%s\n' "correct horse battery" "correct horse battery" | kite user create mei --role owner > /dev/null
# --8<-- [start:lock]
for _ in 1 2 3 4 5 6; do
  curl -s -H "Content-Type: application/json" -d '{"user": "mei", "password": "wrong wrong wrong"}' \
    http://127.0.0.1:8080/v1/sign-in | jq -r .code
done | uniq -c
# --8<-- [end:lock]

# --8<-- [start:webhook]
curl -s -H "Authorization: Bearer $KITE_TOKEN" -H "Content-Type: application/json" \
  -d '{"url": "http://127.0.0.1:9000/", "events": ["broadcast.started"]}' \
  http://127.0.0.1:8080/v1/webhooks | jq -r .code
# --8<-- [end:webhook]

# --8<-- [start:settings]
kite settings --json | jq -c '{api_host, play_link_seconds, event_days, recording_days} | map_values(.value)'
# --8<-- [end:settings]
