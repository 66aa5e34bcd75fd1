# After a restore the accounts and passwords are those of the backup.
. "$SNIPPETS/sessions/faq/lib.bash"
# background: until Logs
# silent
# --8<-- [start:up]
kite up
# --8<-- [end:up]
kite() { command kite "$@" <<< "$password"; }
password="correct horse battery" kite user create mei --role owner > /dev/null
kite backup before.tar.gz > /dev/null
password="a newer horse battery" kite user password mei > /dev/null
stop up
kite restore before.tar.gz --force > /dev/null
# background: until Logs
# silent
# --8<-- [start:up-again]
kite up
# --8<-- [end:up-again]

# --8<-- [start:sign-in]
sign_in() {
  curl -s -o /dev/null -w '%{http_code}\n' --json "{\"user\": \"mei\", \"password\": \"$1\"}" \
    http://127.0.0.1:8080/v1/sign-in
}
# --8<-- [end:sign-in]

# --8<-- [start:newer]
sign_in "a newer horse battery"
# --8<-- [end:newer]

# --8<-- [start:older]
sign_in "correct horse battery"
# --8<-- [end:older]

# --8<-- [start:accounts]
kite user list
# --8<-- [end:accounts]

password="the newest horse battery"
# --8<-- [start:password]
kite user password mei
# --8<-- [end:password]

# --8<-- [start:newest]
sign_in "the newest horse battery"
# --8<-- [end:newest]

# --8<-- [start:tokens]
kite token list
# --8<-- [end:tokens]
