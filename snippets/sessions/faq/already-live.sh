# An encoder falls silent (a network fault), its reconnect is refused, and how the room gets free.
. "$SNIPPETS/sessions/faq/lib.bash"
export KITE_DROP_IDLE_PUBLISHER_SECONDS=5
# background: until Logs
# silent
# --8<-- [start:up]
kite up
# --8<-- [end:up]
clip test.flv 12 60
STREAM_KEY=$(stream_key demo)
publish test.flv "$STREAM_KEY" &
FIRST=$!
until_live demo
kill -STOP "$(pgrep -P $FIRST)" $FIRST  # from here on it sends nothing and closes nothing

# exit: 1
# --8<-- [start:refused]
ffmpeg -hide_banner -loglevel error -re -i test.flv -t 3 -c copy -f flv \
  "rtmp://127.0.0.1:1935/live/$STREAM_KEY"
# --8<-- [end:refused]

# --8<-- [start:code]
grep publish.refused "$KITE_DATA_DIR/logs/kite.log" | tail -n 1
# --8<-- [end:code]

# --8<-- [start:limit]
kite settings | grep drop_idle
# --8<-- [end:limit]

until grep -q broadcast.ended "$KITE_DATA_DIR/logs/kite.log"; do sleep 0.2; done
# --8<-- [start:again]
ffmpeg -hide_banner -loglevel error -re -i test.flv -t 2 -c copy -f flv \
  "rtmp://127.0.0.1:1935/live/$STREAM_KEY"
# --8<-- [end:again]

until [ "$(grep -c broadcast.ended "$KITE_DATA_DIR/logs/kite.log")" = 2 ]; do sleep 0.1; done
# --8<-- [start:again-log]
grep -E 'broadcast.started|publish.refused|broadcast.ended' "$KITE_DATA_DIR/logs/kite.log" | cut -d ' ' -f 1,3-
# --8<-- [end:again-log]
kill -KILL "$(pgrep -P $FIRST)" $FIRST

publish test.flv "$STREAM_KEY" &
SECOND=$!
until_live demo
kill -STOP "$(pgrep -P $SECOND)" $SECOND
# --8<-- [start:stop]
kite room stop demo
kite room show demo
# --8<-- [end:stop]

# --8<-- [start:after-stop]
ffmpeg -hide_banner -loglevel error -re -i test.flv -t 1 -c copy -f flv \
  "rtmp://127.0.0.1:1935/live/$STREAM_KEY"
# --8<-- [end:after-stop]
kill -KILL "$(pgrep -P $SECOND)" $SECOND
