# What Kite knows about one person, and how it goes: an account with a stream key that went live once.
# background: until Logs
# silent
# --8<-- [start:up]
kite up
# --8<-- [end:up]
KITE_TOKEN=$(grep -o 'kt_[A-Za-z0-9_-]*' "$RUN/up.out" | head -n 1)
export KITE_TOKEN
source "$SNIPPETS/sessions/admin/publish.bash"
kite room create demo --title "First light" > /dev/null
kite user create bo --role viewer --no-password > /dev/null
kite key create demo --user bo > "$RUN/key.out"
publish "demo?key=$(shown_key key)"
playable demo
curl -s -A player -o /dev/null http://127.0.0.1:8088/hls/demo.m3u8
sleep 3

# --8<-- [start:account]
kite user list
kite key list demo
# --8<-- [end:account]

# --8<-- [start:audit]
curl -s -H "Authorization: Bearer $KITE_TOKEN" "http://127.0.0.1:8080/v1/audit?target=user:1" |
  jq -c '.items[] | {at, actor, action, after}'
# --8<-- [end:audit]

# --8<-- [start:broadcasts]
curl -s -H "Authorization: Bearer $KITE_TOKEN" "http://127.0.0.1:8080/v1/broadcasts?room=demo" |
  jq -c '.items[] | keys'
# --8<-- [end:broadcasts]

# --8<-- [start:addresses]
grep -lE 'ip=127\.0\.0\.1' ~/.local/share/kite/logs/*.log
# --8<-- [end:addresses]

# --8<-- [start:viewers]
python3 -c '
import pathlib, sqlite3
database = sqlite3.connect(pathlib.Path("~/.local/share/kite/kite.db").expanduser())
print(database.execute("SELECT DISTINCT room_id, length(viewer) FROM viewers").fetchall())
'
# --8<-- [end:viewers]

# --8<-- [start:export]
kite backup person.tar.gz
tar -tzf person.tar.gz
# --8<-- [end:export]

# --8<-- [start:delete]
kite user delete bo
# --8<-- [end:delete]

# --8<-- [start:gone]
kite user list
kite key list demo
# --8<-- [end:gone]

# --8<-- [start:stays]
curl -s -H "Authorization: Bearer $KITE_TOKEN" "http://127.0.0.1:8080/v1/audit?target=user:1" |
  jq -r '.items[].action'
# --8<-- [end:stays]

# --8<-- [start:bundle]
kite support-bundle bundle.tar.gz
# --8<-- [end:bundle]
