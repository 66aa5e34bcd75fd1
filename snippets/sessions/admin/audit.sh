# What the logs say about a short evening, how to take them along, and how to make them fit to send.
# background: until Logs
# silent
# --8<-- [start:up]
kite up
# --8<-- [end:up]
KITE_TOKEN=$(grep -o 'kt_[A-Za-z0-9_-]*' "$RUN/up.out" | head -n 1)
export KITE_TOKEN
source "$SNIPPETS/sessions/admin/publish.bash"
kite room create demo --title "First light" > /dev/null
kite key create demo > "$RUN/first.out"
secret=$(shown_key first)
call() {
    curl -s -o /dev/null -H "Authorization: Bearer $KITE_TOKEN" -H "Content-Type: application/json" \
        -X "$1" "http://127.0.0.1:8080/v1/$2" --data "$3"
}
call POST rooms '{"id": "broken", "title": 5}'
publish "demo?key=$secret"
playable demo
call POST rooms/demo/stop ''
refused "demo?key=kk_wrong"
publish "demo?key=$secret"
call POST rooms/demo/keys/1/revoke ''
call POST rooms/demo/ban '{"reason": "complaint 2041"}'
ffmpeg -hide_banner -loglevel quiet -i rtmp://127.0.0.1:1935/live/demo -t 1 -f null - < /dev/null
sleep 0.5

# --8<-- [start:who]
curl -s -H "Authorization: Bearer $KITE_TOKEN" "http://127.0.0.1:8080/v1/audit?target=room:demo" |
    jq -c '.items[] | {at, actor, action, before, after}' | head -n 3
# --8<-- [end:who]

# --8<-- [start:append-only]
python3 -c '
import pathlib, sqlite3
database = sqlite3.connect(pathlib.Path("~/.local/share/kite/kite.db").expanduser())
try:
    database.execute("DELETE FROM audit")
except sqlite3.DatabaseError as error:
    print(error)
'
# --8<-- [end:append-only]

# --8<-- [start:take]
curl -s -H "Authorization: Bearer $KITE_TOKEN" "http://127.0.0.1:8080/v1/audit?limit=200" > audit.json
jq '.items | length, .[-1].action' audit.json
# --8<-- [end:take]

# --8<-- [start:published]
grep -E 'event=broadcast\.(started|ended)' ~/.local/share/kite/logs/kite.log | grep room=demo | head -n 1
# --8<-- [end:published]

for event in publish.refused play.refused broadcast.cut key.revoked room.banned; do
    grep -q "event=$event " ~/.local/share/kite/logs/kite.log || exit 1
done
# --8<-- [start:operator]
grep -E 'event=(room.banned|key.revoked|broadcast.cut)' ~/.local/share/kite/logs/kite.log
# --8<-- [end:operator]

# --8<-- [start:refused]
grep -E 'event=(publish|play).refused' ~/.local/share/kite/logs/kite.log
# --8<-- [end:refused]

# --8<-- [start:requests]
grep event=request ~/.local/share/kite/logs/kite.log | grep 'path=/v1/'
# --8<-- [end:requests]

# --8<-- [start:command-line]
kite room unban demo
kite room ban demo --reason "complaint 2042"
grep actor=cli ~/.local/share/kite/logs/kite.log | tail -n 2
# --8<-- [end:command-line]

# --8<-- [start:media]
tail -n 1 ~/.local/share/kite/logs/nginx-http.log
tail -n 1 ~/.local/share/kite/logs/nginx-rtmp.log
# --8<-- [end:media]

# --8<-- [start:export]
tar -czf kite-logs.tar.gz -C ~/.local/share/kite logs
tar -tzf kite-logs.tar.gz
# --8<-- [end:export]

# exit: 1
# --8<-- [start:no-secrets]
grep -rE 'k[kt]_[A-Za-z0-9_-]' ~/.local/share/kite/logs
# --8<-- [end:no-secrets]

printf '%s\n' \
    "ffmpeg -re -i show.mp4 -c copy -f flv 'rtmp://192.0.2.10:1935/live/demo?key=$secret'" \
    "curl -H 'Authorization: Bearer $KITE_TOKEN' http://127.0.0.1:8080/v1/rooms" \
    "publishing failed three times, see the lines above" > ticket.txt
# --8<-- [start:redact]
sed -E -i.original 's/(k[kt]_[A-Za-z0-9_-]{6})[A-Za-z0-9_-]+/\1…/g' ticket.txt
cat ticket.txt
# --8<-- [end:redact]

# exit: 1
# --8<-- [start:redact-confirm]
grep -E 'k[kt]_[A-Za-z0-9_-]{7}' ticket.txt
# --8<-- [end:redact-confirm]
if grep -qF "$secret" ticket.txt || grep -qF "$KITE_TOKEN" ticket.txt; then exit 1; fi
