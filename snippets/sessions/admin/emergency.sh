# Emergencies, each with the proof that the measure holds.
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
publish "demo?key=$secret"
playable demo

# --8<-- [start:stop]
kite room stop demo
# --8<-- [end:stop]

# --8<-- [start:stop-confirm]
kite room list
# --8<-- [end:stop-confirm]

# --8<-- [start:ban]
kite room ban demo --reason "complaint 2041" --until 2036-01-31T20:00:00Z
# --8<-- [end:ban]

for _ in $(seq 75); do # what nginx has asked before the ban holds for 10 s
    [ "$(curl -s -o /dev/null -w '%{http_code}' http://127.0.0.1:8088/hls/demo.m3u8)" = 403 ] && break
    sleep 0.2
done

# --8<-- [start:ban-confirm]
kite room show demo
curl -s -o /dev/null -w '%{http_code}\n' http://127.0.0.1:8088/hls/demo.m3u8
# --8<-- [end:ban-confirm]

# --8<-- [start:ban-undo]
kite room unban demo
# --8<-- [end:ban-undo]
publish "demo?key=$secret"

# --8<-- [start:key]
kite key create demo
kite key revoke demo 1
# --8<-- [end:key]

# --8<-- [start:key-confirm]
kite key list demo
# --8<-- [end:key-confirm]
secret=$(shown_key key)
publish "demo?key=$secret"

# --8<-- [start:token]
kite token create "after the leak" --role owner
kite token revoke 1
# --8<-- [end:token]

# exit: 22
# --8<-- [start:token-confirm]
curl -sS --fail -H "Authorization: Bearer $KITE_TOKEN" http://127.0.0.1:8080/v1/rooms
# --8<-- [end:token-confirm]

# --8<-- [start:all]
kite emergency stop --reason "order of 20:14, see mail"
# --8<-- [end:all]

# --8<-- [start:all-show]
kite emergency show
kite room list
# --8<-- [end:all-show]
refused "demo?key=$secret"

# --8<-- [start:all-refused]
grep publish.refused ~/.local/share/kite/logs/kite.log | tail -n 1
# --8<-- [end:all-refused]

# --8<-- [start:lift]
kite emergency lift
# --8<-- [end:lift]
publish "demo?key=$secret"

ffmpeg -hide_banner -loglevel quiet -i rtmp://127.0.0.1:1935/live/demo -t 60 -f null - > /dev/null 2>&1 < /dev/null &
player=$!
sleep 2
kill -0 $player || exit 1
stop up

# exit: 7
# --8<-- [start:all-confirm]
curl -sS -o /dev/null http://127.0.0.1:8088/hls/demo.m3u8
# --8<-- [end:all-confirm]
for _ in $(seq 50); do kill -0 $player 2> /dev/null || break; sleep 0.2; done
kill -0 $player 2> /dev/null && exit 1  # the RTMP player was cut too

# --8<-- [start:all-list]
kite room list
# --8<-- [end:all-list]

# exit: 1
# --8<-- [start:unreachable]
kite room stop demo
# --8<-- [end:unreachable]

# background: until Logs
# --8<-- [start:again]
kite up
# --8<-- [end:again]

# --8<-- [start:again-list]
kite room list
# --8<-- [end:again-list]
