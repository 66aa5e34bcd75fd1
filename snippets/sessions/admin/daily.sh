# An operator's ordinary day. The broadcasts are test pictures.
# background: until Logs
# silent
# --8<-- [start:up]
kite up
# --8<-- [end:up]
KITE_TOKEN=$(grep -o 'kt_[A-Za-z0-9_-]*' "$RUN/up.out" | head -n 1)
export KITE_TOKEN
source "$SNIPPETS/sessions/admin/publish.bash"

# --8<-- [start:open]
kite room create demo --title "First light"
# --8<-- [end:open]

# --8<-- [start:key]
kite key create demo
# --8<-- [end:key]
secret=$(shown_key key)

# --8<-- [start:rename]
kite room update demo --title "Evening show" --category music
# --8<-- [end:rename]

# --8<-- [start:schedule]
kite room create gala --title "Gala" --scheduled-at 2036-01-31T20:00:00Z
# --8<-- [end:schedule]
kite key create gala > "$RUN/gala.out"
refused "gala?key=$(shown_key gala)"
# --8<-- [start:scheduled]
grep publish.refused ~/.local/share/kite/logs/kite.log | tail -n 1
# --8<-- [end:scheduled]
kite room delete gala > /dev/null

# --8<-- [start:held-key]
kite user create bo --role viewer --no-password
kite key create demo --user bo --expires-at 2036-01-31T23:00:00Z --json | jq 'del(.secret, .stream_key)'
# --8<-- [end:held-key]
kite key revoke demo 3 > /dev/null
publish "demo?key=$secret"

# --8<-- [start:live]
kite room list | awk '$2 == "live"'
# --8<-- [end:live]

# exit: 1
# --8<-- [start:delete-live]
kite room delete demo
# --8<-- [end:delete-live]

# --8<-- [start:rotate]
kite key rotate demo 1
# --8<-- [end:rotate]

# --8<-- [start:after-rotate]
kite room list
# --8<-- [end:after-rotate]

# --8<-- [start:stop]
kite room stop demo
# --8<-- [end:stop]
refused "demo?key=$secret"
# --8<-- [start:grace]
kite key rotate demo 1 --grace 3600 > rotated.txt
kite key list demo --json | jq -c '.[] | {id, state, previous_until}'
# --8<-- [end:grace]
grep -q code=KEY_UNKNOWN ~/.local/share/kite/logs/kite.log || exit 1
secret=$(shown_key rotate)  # the one before the last rotation: within its grace
publish "demo?key=$secret"

# --8<-- [start:revoke]
kite key revoke demo 1
kite key list demo
# --8<-- [end:revoke]
refused "demo?key=$secret"

# exit: 1
# --8<-- [start:rotate-revoked]
kite key rotate demo 1
# --8<-- [end:rotate-revoked]
kite key create demo > "$RUN/second.out"
secret=$(shown_key second)
publish "demo?key=$secret"
playable demo

# --8<-- [start:ban]
kite room ban demo --reason "complaint 2041" --until 2036-01-31T20:00:00Z
kite room show demo
# --8<-- [end:ban]
refused "demo?key=$secret"
if playable demo now; then exit 1; fi

# --8<-- [start:unban]
kite room unban demo
# --8<-- [end:unban]
publish "demo?key=$secret"
kite room stop demo > /dev/null

# --8<-- [start:delete]
kite room delete demo
kite room list
# --8<-- [end:delete]
refused "demo?key=$secret"

# --8<-- [start:why-refused]
grep publish.refused ~/.local/share/kite/logs/kite.log
# --8<-- [end:why-refused]
