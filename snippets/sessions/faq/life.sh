# What outlives a crash, a restart, another folder and another machine.
. "$SNIPPETS/sessions/faq/lib.bash"
kite init > /dev/null
mkdir big-disk
# --8<-- [start:link]
mv "$KITE_DATA_DIR/recordings" big-disk/
ln -s "$PWD/big-disk/recordings" "$KITE_DATA_DIR/recordings"
# --8<-- [end:link]

# --8<-- [start:link-doctor]
kite doctor | grep -E '^ok +recordings' | sed 's/.*free/free/'
# --8<-- [end:link-doctor]
# background: until Logs
# silent
# --8<-- [start:up]
kite up
# --8<-- [end:up]
clip test.flv 20 30
STREAM_KEY=$(stream_key demo)
kite room update demo --record > /dev/null
publish test.flv "$STREAM_KEY" &
until_live demo
sleep 3

# --8<-- [start:ready]
curl -s -w ' %{http_code}\n' http://127.0.0.1:8080/readyz
# --8<-- [end:ready]

MASTER=$(cat "$KITE_DATA_DIR/nginx/nginx.pid")
WORKERS=$(pgrep -P "$MASTER")
kill -9 "$MASTER" $WORKERS "$(cat "$RUN/up.pid")" "$(cat "$KITE_DATA_DIR/api.pid")"  # as a power cut would
sleep 1

# --8<-- [start:left]
ls "$KITE_DATA_DIR/recordings" "$KITE_DATA_DIR/recordings/incoming" | grep -c flv
# --8<-- [end:left]

# background: until Logs
# silent
# --8<-- [start:up-again]
kite up
# --8<-- [end:up-again]
KITE_TOKEN=$(kite token create look | grep -o 'kt_.*')
for _ in $(seq 60); do
    curl -s -H "Authorization: Bearer $KITE_TOKEN" http://127.0.0.1:8080/v1/recordings/1 | grep -q '"ready"' && break
    sleep 0.3
done

# --8<-- [start:recovered]
curl -s -H "Authorization: Bearer $KITE_TOKEN" http://127.0.0.1:8080/v1/recordings/1 |
  jq -c '{state}'
curl -s -o saved.mp4 -H "Authorization: Bearer $KITE_TOKEN" http://127.0.0.1:8080/v1/recordings/1/file
ffprobe -v error -show_entries format=duration -of csv=p=0 saved.mp4 |
  awk '{ print ($1 > 1 ? "playable, more than 1 s" : "too short") }'
# --8<-- [end:recovered]

# --8<-- [start:link-files]
ls big-disk/recordings | grep -c mp4
# --8<-- [end:link-files]

# --8<-- [start:lost]
grep broadcast.ended "$KITE_DATA_DIR/logs/kite.log" | tail -n 1
# --8<-- [end:lost]

# --8<-- [start:rooms]
kite room list
# --8<-- [end:rooms]

# --8<-- [start:other-folder]
KITE_DATA_DIR=$PWD/elsewhere kite init > /dev/null
KITE_DATA_DIR=$PWD/elsewhere kite room list
# --8<-- [end:other-folder]

# --8<-- [start:which-folder]
kite settings | grep -E '^(data_dir|database_url)'
# --8<-- [end:which-folder]

# --8<-- [start:databases]
find "$HOME" -name kite.db
# --8<-- [end:databases]

# --8<-- [start:backup]
kite backup move.tar.gz
# --8<-- [end:backup]
stop up-again
export KITE_DATA_DIR=$PWD/new-machine

# --8<-- [start:moved]
kite restore move.tar.gz
# --8<-- [end:moved]
# background: until Logs
# silent
# --8<-- [start:up-moved]
kite up
# --8<-- [end:up-moved]

# --8<-- [start:old-key]
ffmpeg -hide_banner -loglevel error -re -t 2 -i test.flv -c copy -f flv \
  "rtmp://127.0.0.1:1935/live/$STREAM_KEY" && echo "the old stream key works"
# --8<-- [end:old-key]

kill -9 "$(cat "$KITE_DATA_DIR/nginx/nginx.pid")"
sleep 3
cp "$RUN/up-moved.out" kite-up.txt
# --8<-- [start:child]
grep -o "error.*CHILD_DIED.: nginx ended with signal 9" kite-up.txt
# --8<-- [end:child]
cd "$SNIPPETS/.." || exit
# --8<-- [start:restart]
grep -h -E '^(Restart|RestartSec)=' snippets/deploy/kite.service snippets/deploy/kite-media.service
# --8<-- [end:restart]
