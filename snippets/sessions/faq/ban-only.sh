# A program that may ban and nothing else, and a person with the least role that may ban.
. "$SNIPPETS/sessions/faq/lib.bash"
# background: until Logs
# silent
# --8<-- [start:up]
kite up
# --8<-- [end:up]
kite room create demo > /dev/null

# --8<-- [start:token]
kite token create "moderation bot" --role moderator --scope room.ban
# --8<-- [end:token]
KITE_TOKEN=$(grep -o 'kt_[A-Za-z0-9_-]*' "$RUN/token.out")
# --8<-- [start:call]
call() {  # method, path [, body]
    curl -s -o /dev/null -w "%{http_code} $1 $2\n" -X "$1" -H "Authorization: Bearer $KITE_TOKEN" \
        -H "Content-Type: application/json" ${3:+-d "$3"} "http://127.0.0.1:8080/v1/$2"
}
# --8<-- [end:call]

# --8<-- [start:may]
call POST rooms/demo/ban '{"reason": "complaint 2041"}'
call POST rooms/demo/unban
# --8<-- [end:may]

# --8<-- [start:may-not]
call GET rooms
call POST rooms/demo/stop
call POST rooms/demo/keys
call POST emergency-stop '{"reason": "test"}'
# --8<-- [end:may-not]

kite() { command kite "$@" <<< "correct horse battery"; }
# --8<-- [start:person]
kite user create lin --role moderator
# --8<-- [end:person]
KITE_TOKEN=$(curl -s -H "Content-Type: application/json" -d '{"user": "lin", "password": "correct horse battery"}' \
    http://127.0.0.1:8080/v1/sign-in | jq -r .secret)

# --8<-- [start:person-may]
call POST rooms/demo/ban '{"reason": "complaint 2042"}'
call POST rooms/demo/keys
call DELETE rooms/demo
# --8<-- [end:person-may]
