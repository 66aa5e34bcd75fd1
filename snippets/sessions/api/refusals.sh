# What an encoder sees when Kite refuses it, and where the reason is.
export KITE_DATA_DIR=$PWD/kite-data
# background: until Logs
# silent
# --8<-- [start:up]
kite up
# --8<-- [end:up]
publish() {  # stream key, seconds: a small test picture
    ffmpeg -hide_banner -loglevel error -nostdin -re -f lavfi -i testsrc2=size=160x120:rate=10 \
        -f lavfi -i sine=frequency=440 -c:v libx264 -preset ultrafast -pix_fmt yuv420p -g 10 \
        -c:a aac -t "$2" -f flv "rtmp://127.0.0.1:1935/live/$1"
}
secret() {  # the secret of a new key of a room
    kite key create "$1" --json | grep -o 'kk_[^"]*' | tail -1
}
until_live() {
    for _ in $(seq 100); do
        curl -s http://127.0.0.1:8089/stat | tr -d '\n' | grep -q "<name>$1</name>.*<publishing" && break
        sleep 0.1
    done
}
kite room create demo >created.txt
key=$(secret demo)
revoked=$(secret demo)
kite key revoke demo 2 >revoked.txt

refused() {  # stream key: publish, keep what FFmpeg says and its exit status
    publish "$1" 20
    echo "exit $?"
}

# --8<-- [start:room-not-found]
refused "nope?key=$key"
# --8<-- [end:room-not-found]

# --8<-- [start:key-missing]
refused "demo"
# --8<-- [end:key-missing]

# exit: 1
# --8<-- [start:key-unknown]
ffmpeg -hide_banner -loglevel error \
  -re -f lavfi -i testsrc2=size=640x360:rate=30 \
  -f lavfi -i sine=frequency=440 \
  -c:v libx264 -preset veryfast -pix_fmt yuv420p -g 60 -c:a aac \
  -f flv "rtmp://127.0.0.1:1935/live/demo?key=kk_wrong"
# --8<-- [end:key-unknown]

# --8<-- [start:key-revoked]
refused "demo?key=$revoked"
# --8<-- [end:key-revoked]

publish "demo?key=$key" 60 2>first.txt &
first=$!
until_live demo
# --8<-- [start:room-already-live]
refused "demo?key=$key"
# --8<-- [end:room-already-live]

kite user create mei --role viewer --no-password >user.txt
held=$(kite key create demo --user mei --json | grep -o 'kk_[^"]*' | tail -1)
kite user ban mei --reason "Shares her account" >user.txt
# --8<-- [start:user-banned]
refused "demo?key=$held"
# --8<-- [end:user-banned]

kite room create later --scheduled-at 2036-01-31T20:00:00Z >later.txt
later=$(secret later)
# --8<-- [start:room-not-scheduled]
refused "later?key=$later"
# --8<-- [end:room-not-scheduled]

kite room ban demo --reason "Copyright complaint 17" >banned.txt
wait $first
cut=$?
# --8<-- [start:cut]
grep -o "^Error closing file" first.txt
echo "exit $cut"
# --8<-- [end:cut]

# --8<-- [start:room-banned]
refused "demo?key=$key"
# --8<-- [end:room-banned]

kite emergency stop --reason "Network attack" >stopped.txt
# --8<-- [start:emergency-stop]
refused "later?key=$later"
# --8<-- [end:emergency-stop]

# --8<-- [start:log]
grep event=publish.refused "$KITE_DATA_DIR/logs/kite.log"
# --8<-- [end:log]
