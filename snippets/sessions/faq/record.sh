# A room that records: the MP4 after the broadcast, and why one is missing or late.
. "$SNIPPETS/sessions/faq/lib.bash"
# background: until Logs
# silent
# --8<-- [start:up]
kite up
# --8<-- [end:up]
KITE_TOKEN=$(token up)
clip test.flv 6 30
STREAM_KEY=$(stream_key demo)

# --8<-- [start:on]
kite room update demo --record > /dev/null
# --8<-- [end:on]
publish test.flv "$STREAM_KEY" &
until_live demo
for _ in $(seq 50); do
    curl -s -H "Authorization: Bearer $KITE_TOKEN" http://127.0.0.1:8080/v1/recordings | grep -q '"id":1' && break
    sleep 0.2
done

# --8<-- [start:running]
curl -s -H "Authorization: Bearer $KITE_TOKEN" http://127.0.0.1:8080/v1/recordings | jq -c '.items[0]'
# --8<-- [end:running]

# --8<-- [start:too-soon]
curl -s -H "Authorization: Bearer $KITE_TOKEN" http://127.0.0.1:8080/v1/recordings/1/file
# --8<-- [end:too-soon]
for _ in $(seq 100); do
    curl -s -H "Authorization: Bearer $KITE_TOKEN" http://127.0.0.1:8080/v1/recordings/1 | grep -q '"ready"' && break
    sleep 0.2
done

# --8<-- [start:ready]
curl -s -H "Authorization: Bearer $KITE_TOKEN" "http://127.0.0.1:8080/v1/recordings?room=demo" | jq -c '.items[0]'
# --8<-- [end:ready]

# --8<-- [start:download]
curl -s -o demo.mp4 -H "Authorization: Bearer $KITE_TOKEN" http://127.0.0.1:8080/v1/recordings/1/file
ffprobe -v error -show_entries stream=codec_type,codec_name -of csv=p=0 demo.mp4
# --8<-- [end:download]

# --8<-- [start:log]
grep recording.ready "$KITE_DATA_DIR/logs/kite.log"
# --8<-- [end:log]

# --8<-- [start:length]
ffprobe -v error -show_entries format=duration -of csv=p=0 demo.mp4 | cut -c1
# --8<-- [end:length]

# --8<-- [start:retention]
kite settings | grep -E '^(recording_|min_free)'
# --8<-- [end:retention]

# --8<-- [start:usage]
ls "$KITE_DATA_DIR/recordings" | sed 's/[0-9]\{10\}/<time>/'
# --8<-- [end:usage]

# exit: 1
# --8<-- [start:room]
kite room delete demo
# --8<-- [end:room]

# --8<-- [start:delete]
curl -s -o /dev/null -w '%{http_code}\n' -X DELETE -H "Authorization: Bearer $KITE_TOKEN" \
  http://127.0.0.1:8080/v1/recordings/1
# --8<-- [end:delete]

# --8<-- [start:deleted]
curl -s -H "Authorization: Bearer $KITE_TOKEN" http://127.0.0.1:8080/v1/recordings | jq -c .items
kite room delete demo
# --8<-- [end:deleted]
stop up

# A disk that is too full: the least free space is set higher than what is there.
export KITE_MIN_FREE_DISK_MB=900000000
# background: until Logs
# silent
# --8<-- [start:up-full]
kite up
# --8<-- [end:up-full]
STREAM_KEY=$(stream_key full)
kite room update full --record > /dev/null
publish test.flv "$STREAM_KEY" &
for _ in $(seq 50); do grep -q DISK_LOW "$KITE_DATA_DIR/logs/kite.log" && break; sleep 0.2; done

# --8<-- [start:full]
grep recording.stopped "$KITE_DATA_DIR/logs/kite.log" | sed 's/detail=.*//'
# --8<-- [end:full]

# --8<-- [start:doctor]
kite doctor | grep disk-space | sed 's/: .*//; s/[0-9]\{3,\} MB/<size>/g'
# --8<-- [end:doctor]
