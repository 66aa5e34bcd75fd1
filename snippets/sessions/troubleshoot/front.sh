# A web server in front: a page it does not pass on, a header twice, and what players get from Kite itself.
. "$SNIPPETS/sessions/troubleshoot/lib.bash"
# background: until Logs
# silent
# --8<-- [start:up]
kite up
# --8<-- [end:up]
clip test.flv 20 30
STREAM_KEY=$(stream_key demo)
call POST rooms '{"id": "vip", "title": "vip", "visibility": "private"}' > /dev/null
front() {  # locations: the web server in front, on port 9080
    cat > front-test.conf <<C
daemon off; pid $PWD/front.pid; error_log $PWD/front-error.log;
events {}
http {
    access_log off;
    server { listen 9080; location / { return 404; } $1 }
}
C
    nginx -p "$PWD/" -c "$PWD/front-test.conf" 2> /dev/null &
    until curl -s -o /dev/null http://127.0.0.1:9080/; do sleep 0.1; done
}

# exit: 1
# --8<-- [start:idle]
python3 facts.py demo room publisher playlist
# --8<-- [end:idle]

# exit: 1
# --8<-- [start:wrong-name]
python3 facts.py dmeo room playlist
# --8<-- [end:wrong-name]
broadcast test.flv "$STREAM_KEY" &
until_playable demo

# --8<-- [start:live]
python3 facts.py demo room publisher playlist
# --8<-- [end:live]

front "location /hls/ { proxy_pass http://127.0.0.1:8088; add_header Access-Control-Allow-Origin *; }"
# --8<-- [start:cors-twice]
for port in 8088 9080; do
  curl -s -o /dev/null -D - -H 'Origin: https://www.example.com' "http://127.0.0.1:$port/hls/demo.m3u8" |
    grep -c -i '^access-control-allow-origin'
done
# --8<-- [end:cors-twice]
kill "$(cat front.pid)"; wait "$(cat front.pid)" 2> /dev/null; sleep 0.3

front "location /hls/ { proxy_pass http://127.0.0.1:8088; }"
# --8<-- [start:cors-once]
for port in 8088 9080; do
  curl -s -o /dev/null -D - -H 'Origin: https://www.example.com' "http://127.0.0.1:$port/hls/demo.m3u8" |
    grep -c -i '^access-control-allow-origin'
done
# --8<-- [end:cors-once]

# --8<-- [start:admin-front]
for address in http://127.0.0.1:8080 http://127.0.0.1:9080; do
  curl -sL -o /dev/null -w "%{http_code} $address/admin\n" "$address/admin"
done
# --8<-- [end:admin-front]
kill "$(cat front.pid)"; sleep 0.5

front "location /admin { proxy_pass http://127.0.0.1:8080; proxy_set_header Host \$http_host; }"
# --8<-- [start:admin-mended]
curl -sL -o /dev/null -w '%{http_code}\n' http://127.0.0.1:9080/admin
# --8<-- [end:admin-mended]

# --8<-- [start:scheme]
kite room show demo | grep Play
# --8<-- [end:scheme]

# --8<-- [start:private]
for room in demo vip; do
  curl -s -o /dev/null -w "%{http_code} %header{x-kite-error} $room\n" "http://127.0.0.1:8088/hls/$room.m3u8"
done
# --8<-- [end:private]

curl -s --interface 127.0.0.9 "http://127.0.0.1:8088/hls/demo.m3u8?[1-99]" > /dev/null
# --8<-- [start:takers]
grep -o 'ip=[^ ]* GET demo.m3u8 200' "$KITE_DATA_DIR/logs/nginx-http.log" | sort | uniq -c |
  sort -rn | awk '{ print "requests=" $1, $2 }' | head -n 5
# --8<-- [end:takers]

stop up
# exit: 1
# --8<-- [start:down-facts]
python3 facts.py demo doctor room publisher
# --8<-- [end:down-facts]

# --8<-- [start:admin-down]
curl -s -o /dev/null -w '%{http_code}\n' http://127.0.0.1:9080/admin
# --8<-- [end:admin-down]
kill "$(cat front.pid)"
