# An account that cannot sign in: the wrong password, the lock, the new password.
. "$SNIPPETS/sessions/faq/lib.bash"
# background: until Logs
# silent
# --8<-- [start:up]
kite up
# --8<-- [end:up]
kite() { command kite "$@" <<< "$password"; }
password="correct horse battery" kite user create lin --role moderator > /dev/null
password="another horse battery" kite user create mei --role owner > /dev/null
sign_in() {  # password
    curl -s -H "Content-Type: application/json" -d "{\"user\": \"lin\", \"password\": \"$1\"}" \
        http://127.0.0.1:8080/v1/sign-in
}
sign_in "a wrong password" > /dev/null

# --8<-- [start:log]
grep path=/v1/sign-in "$KITE_DATA_DIR/logs/kite.log" | tail -n 1
# --8<-- [end:log]
for _ in $(seq 4); do sign_in "a wrong password" > /dev/null; done

# --8<-- [start:locked]
grep path=/v1/sign-in "$KITE_DATA_DIR/logs/kite.log" | grep -o 'code=[A-Z_]*' | uniq -c
kite user list --json | jq -c '.[] | {name, role, locked_until, banned}'
# --8<-- [end:locked]
sign_in "correct horse battery" | grep -q SIGN_IN_LOCKED || exit 1  # the right one is refused too

password="a new horse battery"
# --8<-- [start:password]
kite user password lin
# --8<-- [end:password]

# --8<-- [start:again]
kite user list --json | jq -c '.[] | {name, locked_until}'
# --8<-- [end:again]
# --8<-- [start:signed-in]
jq -n '{user: "lin", password: "a new horse battery"}' |
  curl -s -o /dev/null -w '%{http_code}\n' -H "Content-Type: application/json" -d @- \
    http://127.0.0.1:8080/v1/sign-in
# --8<-- [end:signed-in]
