# Limits: broadcasts at a time, keys that expire, open files, ports, no room in the disk.
. "$SNIPPETS/sessions/faq/lib.bash"
export KITE_MAX_BROADCASTS=1
# background: until Logs
# silent
# --8<-- [start:up]
kite up
# --8<-- [end:up]
KITE_TOKEN=$(token up)
clip test.flv 2 30
clip long.flv 8 30
SECOND=$(stream_key second)
publish long.flv "$(stream_key demo)" &
until_live demo

# exit: 1
# --8<-- [start:one-too-many]
ffmpeg -hide_banner -loglevel error -re -i test.flv -c copy -f flv \
  "rtmp://127.0.0.1:1935/live/$SECOND"
# --8<-- [end:one-too-many]

# --8<-- [start:one-too-many-code]
grep 'refused code=LIMIT_REACHED' "$KITE_DATA_DIR/logs/kite.log"
kite settings | grep max_broadcasts
# --8<-- [end:one-too-many-code]
kite room stop demo > /dev/null

# --8<-- [start:short-key]
kite key create demo --expires-at "$(date -u -d '+3 seconds' +%FT%TZ)" --json > key.json
# --8<-- [end:short-key]
SHORT=$(jq -r .stream_key key.json)
sleep 3

# exit: 1
# --8<-- [start:expired]
ffmpeg -hide_banner -loglevel error -re -i test.flv -c copy -f flv "rtmp://127.0.0.1:1935/live/$SHORT"
# --8<-- [end:expired]

# --8<-- [start:expired-code]
grep 'refused code=KEY_EXPIRED' "$KITE_DATA_DIR/logs/kite.log"
kite key list demo
# --8<-- [end:expired-code]

# --8<-- [start:rooms]
kite room list --json | jq length
# --8<-- [end:rooms]
stop up

# --8<-- [start:files]
(ulimit -n 1024; kite doctor | grep -A 1 file-limit)
# --8<-- [end:files]

# --8<-- [start:files-fixed]
(ulimit -n 8192; kite doctor | grep file-limit)
# --8<-- [end:files-fixed]

# --8<-- [start:ports]
export KITE_RTMP_PORT=19350 KITE_HTTP_PORT=18088
# --8<-- [end:ports]
# background: until Logs
# --8<-- [start:up-ports]
kite up
# --8<-- [end:up-ports]
stop up-ports

# --8<-- [start:resolve]
getent hosts live.example.invalid || echo "no such host"
getent hosts localhost
# --8<-- [end:resolve]

# --8<-- [start:changed]
kite --version
kite settings | grep -v '(default)'
# --8<-- [end:changed]

# exit: 1
# --8<-- [start:unwritable]
KITE_DATA_DIR=/proc/kite kite init
# --8<-- [end:unwritable]

# --8<-- [start:unwritable-doctor]
KITE_DATA_DIR=/proc kite doctor | grep -A 1 data-dir
# --8<-- [end:unwritable-doctor]

# --8<-- [start:database-password]
export KITE_DATABASE_URL='postgresql+psycopg://kite:new%40password@127.0.0.1/kite'
kite settings | grep database_url
# --8<-- [end:database-password]
