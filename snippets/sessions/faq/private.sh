# A private room: no link, a good link, a link that expired, a link for another room.
. "$SNIPPETS/sessions/faq/lib.bash"
# background: until Logs
# silent
# --8<-- [start:up]
kite up
# --8<-- [end:up]
clip test.flv 10 30
publish() {  # clip, stream key: again and again, however long the session takes
    ffmpeg -hide_banner -loglevel quiet -nostdin -re -stream_loop -1 -i "$1" -c copy \
        -f flv "rtmp://127.0.0.1:1935/live/$2"
}
publish test.flv "$(stream_key demo)" &
publish test.flv "$(stream_key other)" &
until_playable demo
until_playable other
get() {  # what, address: the status and Kite's reason
    curl -s -o /dev/null -w "%{http_code} %header{x-kite-error} $1\n" "$2"
}

# --8<-- [start:private]
kite room update demo --visibility private
# --8<-- [end:private]
for _ in $(seq 60); do
    [ "$(curl -s -o /dev/null -w '%{http_code}' -A "$RANDOM" http://127.0.0.1:8088/hls/demo.m3u8)" = 403 ] && break
    sleep 0.2
done
sleep 11  # a player that was let in is asked again after 10 seconds

# --8<-- [start:no-link]
curl -s -o /dev/null -w '%{http_code} %header{x-kite-error}\n' http://127.0.0.1:8088/hls/demo.m3u8
# --8<-- [end:no-link]

# --8<-- [start:link]
kite room play-link demo --seconds 7200
# --8<-- [end:link]

# --8<-- [start:plays]
LINK=$(kite room play-link demo | sed -n 's/^HLS *//p')
curl -s -o /dev/null -w '%{http_code} playlist\n' "$LINK"
SEGMENT=$(curl -s "$LINK" | grep -m 1 'ts$')
curl -s -o /dev/null -w '%{http_code} segment\n' "${LINK%/*}/$SEGMENT"
# --8<-- [end:plays]

# --8<-- [start:refused]
LINK=$(kite room play-link demo | sed -n 's/^HLS *//p')
SEGMENT=$(curl -s "$LINK" | grep -m 1 'ts$')
curl -s -o /dev/null -w '%{http_code} %header{x-kite-error} changed link\n' "${LINK%/*}x/demo.m3u8"
curl -s -o /dev/null -w '%{http_code} %header{x-kite-error} segment without the link\n' \
  "http://127.0.0.1:8088/hls/$SEGMENT"
# --8<-- [end:refused]

EXPIRED=$(python3 - <<'P'
import hashlib, hmac, base64, os, sqlite3, time
secret = sqlite3.connect(os.environ["KITE_DATA_DIR"] + "/kite.db").execute(
    "SELECT value FROM facts WHERE name = 'play_secret'").fetchone()[0]
expiry = int(time.time()) - 60
mark = base64.urlsafe_b64encode(hmac.digest(secret.encode(), f"demo\n{expiry}".encode(), hashlib.sha256))
print(f"http://127.0.0.1:8088/hls/{expiry}-{mark.rstrip(b'=').decode()}/demo.m3u8")
P
)
# --8<-- [start:expired]
curl -s -o /dev/null -w '%{http_code} %header{x-kite-error}\n' "$EXPIRED"
# --8<-- [end:expired]

# --8<-- [start:log]
grep play.refused "$KITE_DATA_DIR/logs/kite.log" | tail -n 1
# --8<-- [end:log]

# --8<-- [start:until]
date -u -d "@$(echo "$EXPIRED" | grep -oE '/[0-9]{10}-' | tr -d '/-')" +%FT%TZ
# --8<-- [end:until]
KITE_TOKEN=$(token up)

# --8<-- [start:api]
curl -s -H "Authorization: Bearer $KITE_TOKEN" -H "Content-Type: application/json" \
  -d '{"expires_in_seconds": 7200}' http://127.0.0.1:8080/v1/rooms/demo/play-links
# --8<-- [end:api]

# --8<-- [start:default]
kite settings | grep play_link
# --8<-- [end:default]

# --8<-- [start:rtmp]
timeout 10 ffprobe -v error -show_entries stream=codec_name -of csv=p=0 \
  "$(kite room play-link demo | sed -n 's/^RTMP *//p')"
# --8<-- [end:rtmp]
