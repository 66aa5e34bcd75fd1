# A web server in front of Kite: HTTPS, and play links that expire.
. "$SNIPPETS/sessions/faq/lib.bash"
# background: until Logs
# silent
# --8<-- [start:up]
kite up
# --8<-- [end:up]
clip test.flv 25 60
publish test.flv "$(stream_key demo)" &
openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=live.example.com \
    -addext subjectAltName=DNS:live.example.com -keyout key.pem -out cert.pem 2>/dev/null
cp "$SNIPPETS/sessions/faq/front.conf" .
nginx -p "$PWD/" -c "$PWD/front.conf" 2>front.txt &
FRONT=$!
curl() { command curl --cacert cert.pem --resolve live.example.com:8443:127.0.0.1 "$@"; }
until_playable demo

# --8<-- [start:https]
curl -s https://live.example.com:8443/hls/demo.m3u8
curl -s -o /dev/null -w '%{http_code} %{content_type}\n' \
  https://live.example.com:8443/hls/demo-0.ts
# --8<-- [end:https]

# --8<-- [start:others]
for path in /callbacks/publish /control/drop/publisher /v1/rooms; do
  curl -s -o /dev/null -w "%{http_code} $path\n" https://live.example.com:8443$path
done
# --8<-- [end:others]

# --8<-- [start:sign]
sign() {  # room, seconds: a play link that ends by itself
  local until=$(($(date +%s) + $2))
  local sig=$(printf 'CHANGE-THIS-SECRET %s %s' "$until" "$1" |
    openssl md5 -binary | base64 | tr '+/' '-_' | tr -d '=')
  echo "https://live.example.com:8443/play/$sig/$until/$1/$1.m3u8"
}
LINK=$(sign demo 60)
# --8<-- [end:sign]

# --8<-- [start:signed]
curl -s -o /dev/null -w '%{http_code} playlist\n' "$LINK"
curl -s -o /dev/null -w '%{http_code} segment\n' "${LINK%/*}/demo-0.ts"
# --8<-- [end:signed]

# --8<-- [start:refused]
curl -s -o /dev/null -w '%{http_code} another room\n' "${LINK%/demo/*}/other/other.m3u8"
curl -s -o /dev/null -w '%{http_code} file of another room\n' "${LINK%/*}/other.m3u8"
curl -s -o /dev/null -w '%{http_code} expired\n' "$(sign demo -1)"
# --8<-- [end:refused]

# --8<-- [start:hole]
curl -s -o /dev/null -w '%{http_code} direct\n' http://127.0.0.1:8088/hls/demo.m3u8
# --8<-- [end:hole]
kill $FRONT
