# What an HLS player of a private room is told, without and with a play link.
export KITE_DATA_DIR=$PWD/kite-data
# background: until Logs
# silent
# --8<-- [start:up]
kite up
# --8<-- [end:up]
KITE_TOKEN=$(grep -o 'kt_.*' "$RUN/up.out")
export KITE_TOKEN
kite room create demo >created.txt
curl -s -X PATCH -H "Authorization: Bearer $KITE_TOKEN" --json '{"visibility": "private"}' \
    http://127.0.0.1:8080/v1/rooms/demo >private.txt
key=$(kite key create demo --json | jq -r .stream_key)
ffmpeg -hide_banner -loglevel error -nostdin -re -f lavfi -i testsrc2=size=160x120:rate=10 \
    -c:v libx264 -preset ultrafast -pix_fmt yuv420p -g 10 -t 60 \
    -f flv "rtmp://127.0.0.1:1935/live/$key" 2>encoder.txt &
encoder=$!

# --8<-- [start:private]
curl -s -o /dev/null -D - http://127.0.0.1:8088/hls/demo.m3u8
# --8<-- [end:private]

until [ -e kite-data/hls/demo.m3u8 ]; do sleep 0.2; done
# --8<-- [start:signed]
hls=$(curl -s -X POST -H "Authorization: Bearer $KITE_TOKEN" \
  http://127.0.0.1:8080/v1/rooms/demo/play-links | jq -r .hls)
curl -s -o /dev/null -w "%{http_code} %{content_type}\n" "$hls"
# --8<-- [end:signed]
kill $encoder
