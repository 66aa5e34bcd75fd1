# Certificates that a browser forgives and an app does not, and a CORS header that comes twice.
. "$SNIPPETS/sessions/faq/lib.bash"
# background: until Logs
# silent
# --8<-- [start:up]
kite up
# --8<-- [end:up]
openssl req -x509 -newkey rsa:2048 -nodes -days 9 -subj "/CN=Test root" -keyout root.key -out root.pem 2>/dev/null
openssl req -newkey rsa:2048 -nodes -subj "/CN=Test intermediate" -keyout middle.key -out middle.csr 2>/dev/null
openssl x509 -req -in middle.csr -CA root.pem -CAkey root.key -days 9 -out middle.pem \
    -extfile <(printf 'basicConstraints=critical,CA:TRUE') 2>/dev/null
openssl req -newkey rsa:2048 -nodes -subj /CN=live.example.com -keyout key.pem -out leaf.csr 2>/dev/null
openssl x509 -req -in leaf.csr -CA middle.pem -CAkey middle.key -days 9 -out leaf.pem \
    -extfile <(printf 'subjectAltName=DNS:live.example.com') 2>/dev/null
openssl req -x509 -newkey rsa:2048 -nodes -days 9 -subj /CN=live.example.com \
    -addext subjectAltName=DNS:live.example.com -keyout self.key -out self.pem 2>/dev/null
front() {  # certificate, key
    cp "$SNIPPETS/sessions/faq/front.conf" .
    sed -i "s/ cert.pem/ $1/; s/ key.pem/ $2/; s|location / {|location /twice/ { add_header Access-Control-Allow-Origin * always; proxy_pass http://127.0.0.1:8088/hls/; }\n location /once/ { proxy_hide_header Access-Control-Allow-Origin; add_header Access-Control-Allow-Origin https://www.example.com always; proxy_pass http://127.0.0.1:8088/hls/; }\n &|" front.conf
    nginx -p "$PWD/" -c "$PWD/front.conf" 2>front.txt &
    FRONT=$!
    sleep 0.5
}
trust() { openssl s_client -connect 127.0.0.1:8443 -servername live.example.com -CAfile root.pem "$@" </dev/null 2>/dev/null; }
front leaf.pem key.pem

# --8<-- [start:chain-missing]
openssl s_client -connect 127.0.0.1:8443 -servername live.example.com -CAfile root.pem \
  </dev/null 2>/dev/null | grep -E '^ *[0-9] s:|Verify return code' | sort -u
# --8<-- [end:chain-missing]

# --8<-- [start:join]
cat leaf.pem middle.pem > fullchain.pem
# --8<-- [end:join]
kill $FRONT; wait $FRONT
front fullchain.pem key.pem

# --8<-- [start:chain-whole]
openssl s_client -connect 127.0.0.1:8443 -servername live.example.com -CAfile root.pem \
  </dev/null 2>/dev/null | grep -E '^ *[0-9] s:|Verify return code' | sort -u
# --8<-- [end:chain-whole]

# --8<-- [start:dates]
openssl x509 -in fullchain.pem -noout -checkend 604800
openssl x509 -in fullchain.pem -noout -ext subjectAltName
# --8<-- [end:dates]

# --8<-- [start:twice]
curl -s -o /dev/null -D - --cacert root.pem --resolve live.example.com:8443:127.0.0.1 \
  https://live.example.com:8443/twice/demo.m3u8 | grep -i '^access-control-allow-origin'
# --8<-- [end:twice]

# --8<-- [start:once]
curl -s -o /dev/null -D - --cacert root.pem --resolve live.example.com:8443:127.0.0.1 \
  https://live.example.com:8443/once/demo.m3u8 | grep -i '^access-control-allow-origin'
# --8<-- [end:once]
kill $FRONT; wait $FRONT
front self.pem self.key

# exit: 60
# --8<-- [start:self]
curl -sS --resolve live.example.com:8443:127.0.0.1 https://live.example.com:8443/hls/demo.m3u8 2>&1 |
  head -n 1; (exit "${PIPESTATUS[0]}")
# --8<-- [end:self]

# --8<-- [start:self-trusted]
curl -s -o /dev/null -w '%{http_code}\n' --cacert self.pem --resolve live.example.com:8443:127.0.0.1 \
  https://live.example.com:8443/hls/demo.m3u8
# --8<-- [end:self-trusted]
kill $FRONT
