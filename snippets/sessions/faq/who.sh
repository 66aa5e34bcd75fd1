# Who changed this room, and what it was before.
. "$SNIPPETS/sessions/faq/lib.bash"
# background: until Logs
# silent
# --8<-- [start:up]
kite up
# --8<-- [end:up]
kite room create demo --title "First light" > /dev/null
command kite user create lin --role moderator <<< "correct horse battery" > /dev/null
SIGNED_IN=$(curl -s -H "Content-Type: application/json" -d '{"user": "lin", "password": "correct horse battery"}' \
    http://127.0.0.1:8080/v1/sign-in | jq -r .secret)
curl -s -o /dev/null -H "Authorization: Bearer $SIGNED_IN" -H "Content-Type: application/json" \
    -d '{"reason": "complaint 2041"}' http://127.0.0.1:8080/v1/rooms/demo/ban
kite room update demo --title "Second light" > /dev/null
kite room unban demo > /dev/null
KITE_TOKEN=$(token up)

# --8<-- [start:room]
curl -s -H "Authorization: Bearer $KITE_TOKEN" "http://127.0.0.1:8080/v1/audit?target=room:demo" |
  jq -c '.items[] | [.at, .actor, .action, .before, .after]'
# --8<-- [end:room]

# --8<-- [start:person]
curl -s -H "Authorization: Bearer $KITE_TOKEN" "http://127.0.0.1:8080/v1/audit?limit=200" |
  jq -c '.items[] | select(.actor == "user:lin") | [.at, .action, .target]'
# --8<-- [end:person]

# --8<-- [start:request]
request=$(curl -s -H "Authorization: Bearer $KITE_TOKEN" "http://127.0.0.1:8080/v1/audit?target=room:demo" |
  jq -r '.items[] | select(.action == "room.banned") | .request_id')
grep "request_id=$request" "$KITE_DATA_DIR/logs/kite.log"
# --8<-- [end:request]
