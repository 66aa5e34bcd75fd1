# Back up, lose everything, restore, broadcast with the old key.
export KITE_DATA_DIR="$HOME/kite-data"
kite init >/dev/null
kite room create demo --title "First light" >/dev/null
KEY=$(kite key create demo --json | sed -n 's/.*"secret": "\(.*\)".*/\1/p')
up() {
  kite up >/dev/null 2>&1 &
  up=$!
  for _ in $(seq 100); do curl -sfo /dev/null http://127.0.0.1:8080/healthz && break; sleep 0.1; done
}
up

# --8<-- [start:backup]
kite backup kite-backup.tar.gz
# --8<-- [end:backup]
# --8<-- [start:look]
tar -tzf kite-backup.tar.gz
tar -xzOf kite-backup.tar.gz manifest.json; echo
# --8<-- [end:look]

# exit: 1
# --8<-- [start:running]
kite restore kite-backup.tar.gz
# --8<-- [end:running]
kill "$up"
wait "$up"
# aside
# exit: 1
# --8<-- [start:not-empty]
kite restore kite-backup.tar.gz
# --8<-- [end:not-empty]
head -c 300 kite-backup.tar.gz >cut-off.tar.gz
# aside
# exit: 1
# --8<-- [start:damaged]
kite restore --force cut-off.tar.gz
# --8<-- [end:damaged]

# --8<-- [start:lose]
rm -r "$KITE_DATA_DIR"
# --8<-- [end:lose]
# --8<-- [start:restore]
kite restore kite-backup.tar.gz
# --8<-- [end:restore]
# --8<-- [start:compare]
cat "$KITE_DATA_DIR/restored-kite.toml"
kite settings | grep -v '(default)'
# --8<-- [end:compare]
up
# --8<-- [start:confirm]
kite room list
kite key list demo
ffmpeg -hide_banner -loglevel error -re -f lavfi -i testsrc2=size=640x360:rate=30 -t 2 \
  -c:v libx264 -preset veryfast -pix_fmt yuv420p -g 60 \
  -f flv "rtmp://127.0.0.1:1935/live/demo?key=$KEY" && echo the old key is accepted
# --8<-- [end:confirm]
kill "$up"
wait "$up"
