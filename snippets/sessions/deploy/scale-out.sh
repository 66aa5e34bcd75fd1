# Two control services, an origin and an edge, each on a machine (a network of its own) with its own settings.
# uses: deploy/scale-out/control.toml deploy/scale-out/origin.toml deploy/scale-out/edge.toml deploy/scale-out/origin.conf deploy/scale-out/edge.conf
set -m
mount -t tmpfs tmpfs /run && mkdir -m 755 /run/postgresql && chown postgres /run/postgresql
mount -t tmpfs tmpfs /var/lib
ip link add lan type bridge
ip address add 10.0.0.5/24 dev lan # this machine: the database, and by another address the world outside
ip address add 10.0.0.99/24 dev lan
ip link set lan up
declare -A machine
machine() { # name, address, settings file
  unshare --net --mount sleep 600 &
  machine[$1]=$!
  for _ in $(seq 50); do [ "$(readlink "/proc/$!/ns/net")" != "$(readlink /proc/self/ns/net)" ] && break; sleep 0.05; done
  ip link add "$1" type veth peer name eth0 netns "$!"
  ip link set "$1" master lan up
  ssh "$1" "ip link set lo up; ip address add $2/24 dev eth0; ip link set eth0 up
    mount -t tmpfs tmpfs /run; mount -t tmpfs tmpfs /var/lib; cp $SNIPPETS/deploy/scale-out/$3.toml /run/kite.toml"
}
ssh() { # machine, command: what ssh would do
  nsenter --net --mount --target="${machine[$1]}" env KITE_CONFIG=/run/kite.toml sh -c "cd / && $2"
}
curl() { command curl --interface 10.0.0.99 "$@"; }
bin=$(dirname "$(find /usr/lib/postgresql -name initdb | sort | tail -n 1)")
server=$(mktemp -d /run/pg-XXXXXX) && chown postgres "$server"
as_postgres() { (cd / && runuser -u postgres -- "$@"); }
as_postgres "$bin/initdb" -D "$server/data" --auth-local=peer --auth-host=scram-sha-256 --no-sync -E UTF8 >/dev/null
echo 'host all all 10.0.0.0/24 scram-sha-256' >>"$server/data/pg_hba.conf"
as_postgres "$bin/pg_ctl" -D "$server/data" -w -l "$server/log" -o "-c listen_addresses=10.0.0.5 -k /run/postgresql" start >/dev/null
PGHOST=/run/postgresql as_postgres psql --quiet <<'SQL'
CREATE ROLE kite LOGIN PASSWORD 'change-me';
CREATE DATABASE kite OWNER kite ENCODING 'UTF8' TEMPLATE template0;
SQL
machine control-1 10.0.0.11 control
machine control-2 10.0.0.12 control
machine origin 10.0.0.21 origin
machine edge 10.0.0.31 edge
ssh control-1 "kite init" >"$HOME/init.txt"
ssh control-2 "kite init" >/dev/null
# As the units start them.
declare -A runs
start() { # machine, command
  ssh "$1" "exec $2" >>"$HOME/$1.log" 2>&1 &
  runs[$1]=$!
}
start control-1 "kite serve"
start control-2 "kite serve"
for role in origin edge; do
  ssh $role "$(sed -n 's|^ExecStartPre=/opt/kite/current/bin/||p' "$SNIPPETS/deploy/scale-out/$role.conf")"
  start $role "nginx -p /var/lib/kite/nginx/ -c /var/lib/kite/nginx/nginx.conf"
done
for address in 10.0.0.11 10.0.0.12; do
  for _ in $(seq 100); do curl -sfo /dev/null http://$address:8080/readyz && break; sleep 0.2; done
done

# --8<-- [start:room]
ssh control-1 "kite room create demo"
ssh control-2 "kite room list"
KEY=$(ssh control-2 "kite key create demo --json" | sed -n 's/.*"secret": "\(.*\)".*/\1/p')
# --8<-- [end:room]
# --8<-- [start:ready]
for control in 10.0.0.11 10.0.0.12; do curl -s http://$control:8080/readyz; echo; done
# --8<-- [end:ready]
publish() {
  ffmpeg -hide_banner -loglevel error -re -f lavfi -i testsrc2=size=320x180:rate=30 -f lavfi -i sine -t "${2:-100}" \
    -c:v libx264 -preset ultrafast -pix_fmt yuv420p -g 60 -c:a aac -f flv "rtmp://10.0.0.21:1935/live/demo?key=$1"
}
publish "$KEY" &
publisher=$!
for _ in $(seq 100); do curl -sfo /dev/null http://10.0.0.31:8088/hls/demo.m3u8 && break; sleep 0.2; done
# --8<-- [start:play]
ffprobe -v error -show_entries stream=codec_name -of csv=p=0 http://10.0.0.31:8088/hls/demo.m3u8 | sort -u
curl -sI http://10.0.0.31:8088/hls/demo.m3u8 | grep -i cache-control
curl -sI "http://10.0.0.31:8088/hls/$(curl -s http://10.0.0.31:8088/hls/demo.m3u8 | tail -n 1)" | grep -i cache-control
# --8<-- [end:play]
# --8<-- [start:closed]
curl -s -o /dev/null -w '%{http_code} origin, HLS\n' http://10.0.0.21:8088/hls/demo.m3u8
curl -s -o /dev/null -w '%{http_code} origin, control\n' http://10.0.0.21:8089/stat
curl -s -o /dev/null -w '%{http_code} control, callbacks\n' -d name=demo http://10.0.0.11:8080/callbacks/publish
# --8<-- [end:closed]
# --8<-- [start:once]
for _ in $(seq 20); do curl -s -o /dev/null http://10.0.0.31:8088/hls/demo.m3u8; done
ssh edge "grep -c 'GET demo.m3u8 200' /var/lib/kite/logs/nginx-http.log" >edge.txt
ssh origin "grep -c 'GET demo.m3u8 200' /var/lib/kite/logs/nginx-http.log" >origin.txt
[ "$(cat origin.txt)" -lt "$(cat edge.txt)" ] && echo the origin was asked less often than the edge
# --8<-- [end:once]

# One of the two goes, as with a power cut.
kill -KILL -- "-${runs[control-1]}"
wait "${runs[control-1]}" # here bash tells of it, not in what is shown
# --8<-- [start:one-gone]
curl -s -o /dev/null -w '%{http_code}\n' http://10.0.0.11:8080/readyz
curl -s http://10.0.0.12:8080/readyz; echo
kill -0 "$publisher" && echo the broadcast goes on
publish wrong 2
ssh control-2 "kite room show demo" | head -n 2
# --8<-- [end:one-gone]
kill "$publisher"
wait "$publisher"
for name in control-2 edge origin; do kill -- "-${runs[$name]}"; done
as_postgres "$bin/pg_ctl" -D "$server/data" -w -m immediate stop >/dev/null
kill "${machine[@]}"
