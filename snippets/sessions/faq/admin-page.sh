# The admin page from this machine and from another: 127.0.0.2 stands for the outside address.
. "$SNIPPETS/sessions/faq/lib.bash"
SERVER=127.0.0.2
# background: until Logs
# silent
# --8<-- [start:up]
kite up
# --8<-- [end:up]

# --8<-- [start:here]
curl -sL -o /dev/null -w '%{http_code} %{url_effective}\n' http://127.0.0.1:8080/admin
# --8<-- [end:here]

# exit: 7
# --8<-- [start:there]
curl -s -o /dev/null -w '%{http_code}\n' http://$SERVER:8080/admin
# --8<-- [end:there]

# --8<-- [start:listening]
kite doctor | grep port-api
kite settings | grep -E '^api_'
# --8<-- [end:listening]

# --8<-- [start:accounts]
kite user list
# --8<-- [end:accounts]
kite() { command kite "$@" <<< "correct horse battery"; }

# --8<-- [start:owner]
kite user create mei --role owner
# --8<-- [end:owner]
