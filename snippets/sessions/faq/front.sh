# A web server in front of Kite: HTTPS for players.
. "$SNIPPETS/sessions/faq/lib.bash"
# --8<-- [start:settings]
export KITE_PLAY_BASE_URL=https://live.example.com:8443
export KITE_PROXY_ADDRESSES=127.0.0.1
# --8<-- [end:settings]
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
curl -s -o /dev/null -w '%{http_code} %{content_type}\n' "https://live.example.com:8443/hls/$(
  curl -s https://live.example.com:8443/hls/demo.m3u8 | grep -m 1 'ts$')"
# --8<-- [end:https]

# --8<-- [start:others]
for path in /callbacks/publish /control/drop/publisher /v1/rooms; do
  curl -s -o /dev/null -w "%{http_code} $path\n" https://live.example.com:8443$path
done
# --8<-- [end:others]

# --8<-- [start:address]
kite room show demo | grep Play
# --8<-- [end:address]
kill $FRONT
