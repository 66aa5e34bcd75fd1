# Tokens: make, limit, use, replace, revoke; sign in and out; and what errors look like.
export KITE_DATA_DIR=$PWD/kite-data
# background: until Logs
# silent
# --8<-- [start:up]
kite up
# --8<-- [end:up]
OWNER_TOKEN=$(grep -o 'kt_.*' "$RUN/up.out")
# --8<-- [start:get]
kite token create billing --role operator
# --8<-- [end:get]

KITE_TOKEN=$(grep -o "kt_.*" "$RUN/get.out")
export KITE_TOKEN
kite room create demo >created.txt
# --8<-- [start:use]
curl -s -H "Authorization: Bearer $KITE_TOKEN" \
  http://127.0.0.1:8080/v1/rooms/demo | python3 -m json.tool
# --8<-- [end:use]

# --8<-- [start:limit]
kite token create website --role viewer --scope room.read --scope play.sign \
  --expires-at 2036-01-31T20:00:00Z
# --8<-- [end:limit]

KITE_TOKEN=$(grep -o "kt_.*" "$RUN/limit.out")
# --8<-- [start:forbidden]
curl -s -X POST -H "Authorization: Bearer $KITE_TOKEN" \
  http://127.0.0.1:8080/v1/rooms/demo/stop | python3 -m json.tool
# --8<-- [end:forbidden]

PASSWORD="correct horse battery"
kite user create mei --role moderator <<<"$PASSWORD" >user.txt
# --8<-- [start:sign-in]
curl -s --json "{\"user\": \"mei\", \"password\": \"$PASSWORD\"}" \
  http://127.0.0.1:8080/v1/sign-in | python3 -m json.tool
# --8<-- [end:sign-in]

KITE_TOKEN=$(grep -o "kt_[^\"]*" "$RUN/sign-in.out" | tail -1)
# --8<-- [start:sign-out]
curl -s -X DELETE -H "Authorization: Bearer $KITE_TOKEN" \
  -w "%{http_code}\n" http://127.0.0.1:8080/v1/tokens/4
# --8<-- [end:sign-out]

# --8<-- [start:wrong-password]
curl -s --json '{"user": "mei", "password": "wrong"}' \
  http://127.0.0.1:8080/v1/sign-in | python3 -m json.tool
# --8<-- [end:wrong-password]

KITE_TOKEN=$OWNER_TOKEN
# --8<-- [start:new]
curl -s -H "Authorization: Bearer $KITE_TOKEN" \
  --json '{"name": "billing 2026-12", "role": "operator"}' \
  http://127.0.0.1:8080/v1/tokens | python3 -m json.tool
# --8<-- [end:new]

NEW_TOKEN=$(grep -o "kt_[^\"]*" "$RUN/new.out" | tail -1)
# --8<-- [start:check]
curl -s -H "Authorization: Bearer $NEW_TOKEN" \
  -o /dev/null -w "%{http_code}\n" http://127.0.0.1:8080/v1/rooms
# --8<-- [end:check]

# --8<-- [start:revoke]
curl -s -X DELETE -H "Authorization: Bearer $KITE_TOKEN" \
  -w "%{http_code}\n" http://127.0.0.1:8080/v1/tokens/2
# --8<-- [end:revoke]

# --8<-- [start:missing]
curl -si http://127.0.0.1:8080/v1/rooms
# --8<-- [end:missing]

# --8<-- [start:problem]
curl -s -H "Authorization: Bearer $KITE_TOKEN" \
  --json '{"id": "Demo", "titel": "First light"}' \
  http://127.0.0.1:8080/v1/rooms | tee problem.json | python3 -m json.tool
# --8<-- [end:problem]

# --8<-- [start:log]
request_id=$(python3 -c 'import json; print(json.load(open("problem.json"))["request_id"])')
grep "request_id=$request_id" "$KITE_DATA_DIR/logs/kite.log"
# --8<-- [end:log]
