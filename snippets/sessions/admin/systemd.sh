# What stopping only the media server does. This session has no systemd: the stand-in below sends
# the main process of the unit the same signal.
systemctl() {
    [ "$*" = "stop kite-media" ] || return 1
    kill -TERM "$nginx"
    wait "$nginx"
}
data=~/.local/share/kite
kite init > /dev/null
kite render-nginx --output $data/nginx/nginx.conf
kite serve > serve.log 2>&1 &
service=$!
/usr/sbin/nginx -p $data/nginx/ -c $data/nginx/nginx.conf -e $data/logs/nginx-error.log > /dev/null 2>&1 &
nginx=$!
source "$SNIPPETS/sessions/admin/publish.bash"
kite room create demo > /dev/null
kite key create demo > "$RUN/first.out"
for _ in $(seq 50); do curl -sf http://127.0.0.1:8080/healthz > /dev/null && break; sleep 0.2; done
publish "demo?key=$(shown_key first)"
playable demo

# --8<-- [start:stop]
systemctl stop kite-media
# --8<-- [end:stop]
if playable demo now; then exit 1; fi
refused "demo?key=$(shown_key first)"

# --8<-- [start:service]
curl -s http://127.0.0.1:8080/healthz
# --8<-- [end:service]
kill $service
