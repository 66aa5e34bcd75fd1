# What an operator works with: the command line on the server and the API with a token.
# background: until Logs
# silent
# --8<-- [start:up]
kite up
# --8<-- [end:up]
KITE_TOKEN=$(grep -o 'kt_[A-Za-z0-9_-]*' "$RUN/up.out" | head -n 1)
export KITE_TOKEN
kite room create demo --title "First light" > /dev/null

# --8<-- [start:cli]
kite room list
# --8<-- [end:cli]

# --8<-- [start:api]
curl -s -H "Authorization: Bearer $KITE_TOKEN" http://127.0.0.1:8080/v1/rooms/demo
# --8<-- [end:api]

# --8<-- [start:token-create]
kite token create "night shift" --role operator --expires-at 2036-01-31T20:00:00Z
# --8<-- [end:token-create]

# --8<-- [start:token-list]
kite token list
# --8<-- [end:token-list]

# what the page asks the reader to type at the prompt of “read”
kt=$KITE_TOKEN
read() { command read "$@" <<< "$kt"; }
# --8<-- [start:read-token]
read -rsp "Token: " KITE_TOKEN && export KITE_TOKEN
curl -s -o /dev/null -w '%{http_code}\n' -H "Authorization: Bearer $KITE_TOKEN" http://127.0.0.1:8080/v1/rooms
# --8<-- [end:read-token]

# --8<-- [start:header-file]
(umask 077; printf 'Authorization: Bearer %s\n' "$KITE_TOKEN" > ~/.kite-header)
curl -s -o /dev/null -w '%{http_code}\n' -H @"$HOME/.kite-header" http://127.0.0.1:8080/v1/rooms
# --8<-- [end:header-file]

# --8<-- [start:token-revoke]
kite token revoke 2
kite token list
# --8<-- [end:token-revoke]

# --8<-- [start:last-token]
curl -s -X DELETE -H "Authorization: Bearer $KITE_TOKEN" http://127.0.0.1:8080/v1/tokens/1
# --8<-- [end:last-token]
