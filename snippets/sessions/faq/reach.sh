# From another machine: 127.0.0.2 stands for the outside address of this one.
. "$SNIPPETS/sessions/faq/lib.bash"
SERVER=127.0.0.2
# background: until Logs
# silent
# --8<-- [start:up]
kite up
# --8<-- [end:up]

# --8<-- [start:listening]
ss -ltnH '( sport = :8080 or sport = :1935 or sport = :8088 or sport = :8089 )' | awk '{print $4}' | sort
# --8<-- [end:listening]

# exit: 7
# --8<-- [start:api-closed]
curl -s -o /dev/null -w '%{http_code}\n' http://$SERVER:8080/healthz
# --8<-- [end:api-closed]

# --8<-- [start:room]
kite room create demo
# --8<-- [end:room]
stop up

# --8<-- [start:settings]
export KITE_PUBLIC_HOST=live.example.com
export KITE_API_HOST=0.0.0.0
# --8<-- [end:settings]

# background: until Logs
# silent
# --8<-- [start:up-again]
kite up
# --8<-- [end:up-again]

# --8<-- [start:api-open]
curl -sS http://$SERVER:8080/healthz
# --8<-- [end:api-open]

# --8<-- [start:addresses]
kite room show demo
# --8<-- [end:addresses]

# --8<-- [start:outside]
for port in 1935 8088 8080 8089; do
  timeout 3 bash -c "</dev/tcp/$SERVER/$port" 2>/dev/null && echo "$port open" || echo "$port closed"
done
# --8<-- [end:outside]
