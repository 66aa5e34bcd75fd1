# What “viewers” counts: pairs of address and program that asked for the playlist lately.
. "$SNIPPETS/sessions/faq/lib.bash"
# background: until Logs
# silent
# --8<-- [start:up]
kite up
# --8<-- [end:up]
KITE_TOKEN=$(token up)
clip test.flv 60 30
publish test.flv "$(stream_key demo)" &
until_playable demo
viewers() { curl -s -H "Authorization: Bearer $KITE_TOKEN" "http://127.0.0.1:8080/v1/broadcasts?room=demo" | jq .items[0].viewers; }
settled() {  # number: wait until it is counted
    for _ in $(seq 100); do [ "$(viewers)" = "$1" ] && break; sleep 0.2; done
}
until [ "$(viewers)" = 1 ]; do sleep 0.2; done  # the curl that waited for the playlist

# --8<-- [start:same]
for i in 1 2 3; do curl -s -o /dev/null -A "player" http://127.0.0.1:8088/hls/demo.m3u8; done
# --8<-- [end:same]
settled 2

# --8<-- [start:same-count]
curl -s -H "Authorization: Bearer $KITE_TOKEN" "http://127.0.0.1:8080/v1/broadcasts?room=demo" |
  jq -c '.items[0] | {viewers, peak_viewers}'
# --8<-- [end:same-count]

# --8<-- [start:different]
for i in 1 2 3; do curl -s -o /dev/null -A "player $i" http://127.0.0.1:8088/hls/demo.m3u8; done
# --8<-- [end:different]
settled 5

# --8<-- [start:different-count]
curl -s -H "Authorization: Bearer $KITE_TOKEN" "http://127.0.0.1:8080/v1/broadcasts?room=demo" |
  jq -c '.items[0] | {viewers, peak_viewers}'
# --8<-- [end:different-count]
until [ "$(viewers)" = 0 ]; do sleep 1; done

# --8<-- [start:later]
curl -s -H "Authorization: Bearer $KITE_TOKEN" "http://127.0.0.1:8080/v1/broadcasts?room=demo" |
  jq -c '.items[0] | {viewers, peak_viewers}'
# --8<-- [end:later]

# --8<-- [start:proxy]
kite settings | grep proxy_addresses
# --8<-- [end:proxy]
