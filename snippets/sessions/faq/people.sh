# All tokens changed at once; what Kite keeps about a person, and what is left after the deletion.
. "$SNIPPETS/sessions/faq/lib.bash"
# background: until Logs
# silent
# --8<-- [start:up]
kite up
# --8<-- [end:up]
OLD=$(token up)
kite token create "shop" --role viewer > /dev/null

# --8<-- [start:new]
kite token create "owner 2026-11" --role owner
# --8<-- [end:new]
KITE_TOKEN=$(grep -o 'kt_[A-Za-z0-9_-]*' "$RUN/new.out")

# --8<-- [start:revoke-others]
keep=3
for id in $(kite token list --json | jq -r ".[] | select(.state == \"valid\" and .id != $keep) | .id"); do
  kite token revoke $id
done
# --8<-- [end:revoke-others]

# --8<-- [start:tokens]
kite token list
# --8<-- [end:tokens]

# --8<-- [start:old-token]
for secret in "$OLD" "$KITE_TOKEN"; do
  curl -s -o /dev/null -w '%{http_code}\n' -H "Authorization: Bearer $secret" http://127.0.0.1:8080/v1/rooms
done
# --8<-- [end:old-token]

clip test.flv 2 30
kite room create demo > /dev/null
command kite user create bo --role operator <<< "correct horse battery" > /dev/null
SIGNED_IN=$(curl -s -H "Content-Type: application/json" -d '{"user": "bo", "password": "correct horse battery"}' \
    http://127.0.0.1:8080/v1/sign-in | jq -r .secret)
curl -s -o /dev/null -X PATCH -H "Authorization: Bearer $SIGNED_IN" -H "Content-Type: application/json" \
    -d '{"title": "Evening"}' http://127.0.0.1:8080/v1/rooms/demo
publish test.flv "$(kite key create demo --user bo --json | jq -r .stream_key)"

# --8<-- [start:where]
kite user list
kite key list demo
curl -s -H "Authorization: Bearer $KITE_TOKEN" "http://127.0.0.1:8080/v1/audit?limit=200" |
  jq -c '[.items[] | select(.actor == "user:bo") | .action] | unique'
grep -c 'ip=' "$KITE_DATA_DIR/logs/nginx-rtmp.log"
# --8<-- [end:where]

# --8<-- [start:delete]
kite user delete bo
# --8<-- [end:delete]

# --8<-- [start:left]
kite user list
kite key list demo
curl -s -H "Authorization: Bearer $KITE_TOKEN" "http://127.0.0.1:8080/v1/audit?limit=200" |
  jq -c '[.items[] | select(.actor == "user:bo") | .action] | unique'
# --8<-- [end:left]

# --8<-- [start:viewers]
python3 -c '
import sqlite3, sys
columns = sqlite3.connect(sys.argv[1]).execute("pragma table_info(viewers)").fetchall()
print(", ".join(column[1] for column in columns))' "$KITE_DATA_DIR/kite.db"
# --8<-- [end:viewers]

# --8<-- [start:many]
for number in $(seq 100); do
  curl -s -o /dev/null -w '%{http_code}\n' -H "Authorization: Bearer $KITE_TOKEN" \
    -H "Content-Type: application/json" -d "{\"id\": \"room-$number\", \"title\": \"Room $number\"}" http://127.0.0.1:8080/v1/rooms
done | sort | uniq -c
kite room list --json | jq length
# --8<-- [end:many]
