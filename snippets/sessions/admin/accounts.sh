# Accounts, what their roles allow, and tokens that can do less.
# background: until Logs
# silent
# --8<-- [start:up]
kite up
# --8<-- [end:up]
FIRST=$(grep -o 'kt_[A-Za-z0-9_-]*' "$RUN/up.out" | head -n 1)
kite room create demo --title "First light" > /dev/null
# what the page asks the reader to type at the prompt “Password”
kite() { command kite "$@" <<< "$password"; }
password="correct horse battery"

# --8<-- [start:create]
kite user create mei --role owner
kite user create lin --role moderator
kite user create bo --role viewer --no-password
# --8<-- [end:create]

# --8<-- [start:list]
kite user list
# --8<-- [end:list]

# exit: 1
# --8<-- [start:short]
password="short" kite user create jo --role viewer
# --8<-- [end:short]

printf '{"user": "lin", "password": "%s"}\n' "$password" > sign-in.json
chmod 600 sign-in.json
# --8<-- [start:sign-in]
curl -s -H "Content-Type: application/json" -d @sign-in.json http://127.0.0.1:8080/v1/sign-in > signed-in.json
jq 'del(.secret)' signed-in.json
KITE_TOKEN=$(jq -r .secret signed-in.json)
# --8<-- [end:sign-in]

# --8<-- [start:forbidden]
curl -s -X POST -H "Authorization: Bearer $KITE_TOKEN" http://127.0.0.1:8080/v1/rooms/demo/keys
# --8<-- [end:forbidden]

# --8<-- [start:sign-out]
curl -s -o /dev/null -w '%{http_code}\n' -X DELETE -H "Authorization: Bearer $KITE_TOKEN" \
    "http://127.0.0.1:8080/v1/tokens/$(jq .id signed-in.json)"
# --8<-- [end:sign-out]
curl -s -o /dev/null -w '%{http_code}\n' -H "Authorization: Bearer $KITE_TOKEN" http://127.0.0.1:8080/v1/rooms \
    | grep -q 401 || exit 1

# --8<-- [start:role]
kite user role lin operator
# --8<-- [end:role]

# --8<-- [start:password]
kite user password lin
# --8<-- [end:password]

# --8<-- [start:token]
kite token create "ban page of the forum" --role moderator --scope room.read --scope room.ban \
    --expires-at 2036-01-31T20:00:00Z
# --8<-- [end:token]
scoped=$(grep -o 'kt_[A-Za-z0-9_-]*' "$RUN/token.out")

# --8<-- [start:tokens]
kite token list
# --8<-- [end:tokens]
KITE_TOKEN=$scoped

# --8<-- [start:within]
curl -s -o /dev/null -w '%{http_code}\n' -H "Authorization: Bearer $KITE_TOKEN" -H "Content-Type: application/json" \
    -d '{"reason": "complaint 2041"}' http://127.0.0.1:8080/v1/rooms/demo/ban
# --8<-- [end:within]

# --8<-- [start:outside]
curl -s -X POST -H "Authorization: Bearer $KITE_TOKEN" http://127.0.0.1:8080/v1/rooms/demo/stop
# --8<-- [end:outside]

# --8<-- [start:ban]
kite user ban lin --reason "phone lost" --until 2036-01-31T20:00:00Z
kite user list
# --8<-- [end:ban]

# --8<-- [start:ban-confirm]
curl -s -H "Content-Type: application/json" -d @sign-in.json http://127.0.0.1:8080/v1/sign-in
# --8<-- [end:ban-confirm]

# --8<-- [start:unban]
kite user unban lin
# --8<-- [end:unban]

# exit: 1
# --8<-- [start:last-owner]
kite user delete mei
# --8<-- [end:last-owner]

# --8<-- [start:delete]
kite user delete bo
kite user list
# --8<-- [end:delete]
test -n "$FIRST"
