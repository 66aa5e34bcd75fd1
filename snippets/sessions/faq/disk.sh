# What grows on the disk and what cleans itself up; 1 s segments make it quick.
. "$SNIPPETS/sessions/faq/lib.bash"
export KITE_HLS_FRAGMENT_SECONDS=1 KITE_HLS_PLAYLIST_SECONDS=3
# background: until Logs
# silent
# --8<-- [start:up]
kite up
# --8<-- [end:up]
clip test.flv 4 30
publish test.flv "$(stream_key demo)"

# --8<-- [start:files]
ls "$KITE_DATA_DIR/hls"
# --8<-- [end:files]

for _ in $(seq 40); do [ -z "$(ls "$KITE_DATA_DIR/hls")" ] && break; sleep 0.5; done
# --8<-- [start:cleaned]
ls "$KITE_DATA_DIR/hls" | wc -l
# --8<-- [end:cleaned]

# --8<-- [start:usage]
du -sh "$KITE_DATA_DIR"/*
# --8<-- [end:usage]

# --8<-- [start:rotate]
cd "$KITE_DATA_DIR/logs"
cp kite.log kite.log.1 && : > kite.log
mv nginx-http.log nginx-http.log.1
mv nginx-rtmp.log nginx-rtmp.log.1
mv nginx-error.log nginx-error.log.1
kill -USR1 "$(cat ../nginx/nginx.pid)"
# --8<-- [end:rotate]

curl -s http://127.0.0.1:8080/healthz >/dev/null
curl -s http://127.0.0.1:8088/hls/demo.m3u8 >/dev/null
sleep 0.5
# --8<-- [start:rotated]
wc -l kite.log nginx-http.log
# --8<-- [end:rotated]

# --8<-- [start:doctor]
kite doctor | grep disk-space
# --8<-- [end:doctor]
