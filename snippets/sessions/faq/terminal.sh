# What the commands of the pages expect, made in a terminal that is new.
. "$SNIPPETS/sessions/faq/lib.bash"
# background: until Logs
# silent
# --8<-- [start:up]
kite up
# --8<-- [end:up]
kite room create demo >/dev/null

# --8<-- [start:set]
export KITE_TOKEN=$(kite token create terminal --json | sed -n 's/.*"secret": "\(.*\)".*/\1/p')
export STREAM_KEY=$(kite key create demo --json | sed -n 's/.*"stream_key": "\(.*\)".*/\1/p')
# --8<-- [end:set]

# --8<-- [start:look]
curl -s -o /dev/null -w '%{http_code}\n' -H "Authorization: Bearer $KITE_TOKEN" \
  http://127.0.0.1:8080/v1/rooms
echo "${STREAM_KEY%%kk_*}kk_..."
# --8<-- [end:look]
