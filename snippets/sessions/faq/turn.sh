# Short-lived credentials for a TURN server, as its REST scheme makes them.
# --8<-- [start:credentials]
secret="the static-auth-secret of turnserver.conf"
username="2060000000:alice"
password=$(printf %s "$username" | openssl dgst -sha1 -hmac "$secret" -binary | base64)
echo "$username $password"
# --8<-- [end:credentials]

# --8<-- [start:expires]
date -u -d "@${username%%:*}" '+%F %H:%M UTC'
# --8<-- [end:expires]

# --8<-- [start:binding]
cat > binding.py <<'P'
import os, socket, struct, sys
server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
server.settimeout(2)
server.sendto(struct.pack("!HHI", 1, 0, 0x2112A442) + os.urandom(12), (sys.argv[1], 3478))
try:
    answer = server.recv(2048)
    print("answer of type 0x%04x" % struct.unpack("!H", answer[:2]))
except TimeoutError:
    print("no answer on UDP 3478")
P
python3 binding.py 127.0.0.1
# --8<-- [end:binding]

# --8<-- [start:private]
python3 -c 'import ipaddress, sys
for text in sys.argv[1:]:
    print(text, "private" if ipaddress.ip_address(text).is_private else "public")' 10.0.0.5 172.20.3.4 8.8.8.8
# --8<-- [end:private]
