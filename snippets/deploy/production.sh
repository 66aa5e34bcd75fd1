#!/usr/bin/env bash
# What the pages about installing, upgrading and removing show, in the order in which it runs here.
# tests/deploy runs it as root on an isolated copy of Debian. Packages are there already.
# uses: deploy/install.sh deploy/build-release.sh deploy/switch.sh deploy/upgrade.sh deploy/uninstall.sh
# uses: deploy/kite.lock deploy/kite.toml deploy/kite-as-owner deploy/kite.logrotate deploy/scan-ports.sh
# uses: deploy/kite.service deploy/kite-media.service deploy/kite-backup.service deploy/kite-backup.timer
# uses: deploy/tls-proxy.conf deploy/tls-proxy.toml deploy/firewall.nft deploy/scale-out/edge.conf
set -u
apt-get() { [ "$1" = update ] || command apt-get -q "$@"; } # no network here; everything is installed
cd /usr/local/src/kite-0.2.0 || exit
# silent
# --8<-- [start:packages]
apt-get update
apt-get install -y --no-install-recommends nginx-light libnginx-mod-rtmp ffmpeg \
  python3-venv logrotate nftables curl jq
# --8<-- [end:packages]
# --8<-- [start:system-nginx]
systemctl disable --now nginx
# --8<-- [end:system-nginx]
before() { find /etc /opt /usr/local /var/lib /var/backups /home -xdev 2>/dev/null | sort; }
touch /etc/hosts # a minimal system has none, and a line is added below
before >/tmp/before
answers() { for _ in $(seq 100); do curl -sf -o /dev/null "$@" && return; sleep 0.1; done; return 1; }

# --8<-- [start:install]
snippets/deploy/install.sh live.example.com
# --8<-- [end:install]
answers http://127.0.0.1:8080/healthz
# --8<-- [start:room]
kite room create demo
kite key create demo
# --8<-- [end:room]
# --8<-- [start:firewall]
nft --check --file snippets/deploy/firewall.nft
install -m 644 snippets/deploy/firewall.nft /etc/nftables.conf
systemctl enable --now nftables
# --8<-- [end:firewall]
# --8<-- [start:limits]
grep 'open files' "/proc/$(cat /var/lib/kite/nginx/nginx.pid)/limits"
# --8<-- [end:limits]
# --8<-- [start:confirm]
systemctl is-active --quiet kite kite-media && echo both units run
kite doctor
# --8<-- [end:confirm]

# part: look
# --8<-- [start:install-again]
snippets/deploy/install.sh live.example.com
# --8<-- [end:install-again]
answers http://127.0.0.1:8080/healthz

# silent
# --8<-- [start:packages-check]
nginx -v
dpkg-query -W nginx libnginx-mod-rtmp ffmpeg python3 systemd
# --8<-- [end:packages-check]

# --8<-- [start:processes]
ps -o user,args -C kite,nginx | grep -v 'cache loader'
# --8<-- [end:processes]

# --8<-- [start:enabled]
systemctl is-enabled kite kite-media
# --8<-- [end:enabled]
# --8<-- [start:worker]
grep -B 2 worker_processes /var/lib/kite/nginx/nginx.conf
# --8<-- [end:worker]
# --8<-- [start:rtmp]
sed -n '/^rtmp/,/^}/p' /var/lib/kite/nginx/nginx.conf
# --8<-- [end:rtmp]
# --8<-- [start:apply]
kite settings >/dev/null && systemctl restart kite kite-media
# --8<-- [end:apply]
answers http://127.0.0.1:8080/healthz

KEY=$(kite key create demo --json | grep -o 'kk_[A-Za-z0-9_-]*' | tail -n 1)
publish() {
  ffmpeg -hide_banner -loglevel error -re -f lavfi -i testsrc2=size=640x360:rate=30 -t "$1" \
    -c:v libx264 -preset ultrafast -pix_fmt yuv420p -g 60 -f flv "rtmp://127.0.0.1:1935/live/demo?key=$KEY"
}
# The proxy: the system's own nginx, with a certificate of our own making.
mkdir -p /etc/ssl/kite
openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=live.example.com -addext subjectAltName=DNS:live.example.com \
  -keyout /etc/ssl/kite/privkey.pem -out /etc/ssl/kite/fullchain.pem 2>/dev/null
default=$(readlink /etc/nginx/sites-enabled/default)
rm /etc/nginx/sites-enabled/default
# part: proxy
# --8<-- [start:proxy]
install -m 644 snippets/deploy/tls-proxy.conf /etc/nginx/conf.d/kite.conf
cat snippets/deploy/tls-proxy.toml >>/etc/kite/kite.toml
sed -i 's/live\.example\.com/live.example.com/' /etc/nginx/conf.d/kite.conf /etc/kite/kite.toml
nginx -t
systemctl enable --now nginx
kite settings >/dev/null && systemctl restart kite kite-media
# --8<-- [end:proxy]
answers http://127.0.0.1:8080/healthz
publish 600 & # ended below; a slow machine must not end it first
publisher=$!
answers http://127.0.0.1:8088/hls/demo.m3u8

# --8<-- [start:play]
ffprobe -hide_banner http://127.0.0.1:8088/hls/demo.m3u8 2>&1 | grep Video
# --8<-- [end:play]

echo '127.0.0.1 live.example.com' >>/etc/hosts
export CURL_CA_BUNDLE=/etc/ssl/kite/fullchain.pem
# --8<-- [start:proxy-check]
kite room show demo | grep Play
curl -s https://live.example.com/healthz; echo
for path in hls/demo.m3u8 v1/rooms callbacks/publish control/drop/publisher stat metrics readyz; do
  curl -s -o /dev/null -w "%{http_code} $path\n" "https://live.example.com/$path"
done
curl -sL -o /dev/null -w '%{http_code} %{url_effective}\n' http://live.example.com/admin
# --8<-- [end:proxy-check]
curl -s -o /dev/null --interface 127.0.0.2 -H 'X-Forwarded-For: 203.0.113.9' https://live.example.com/hls/demo.m3u8
# --8<-- [start:proxy-player]
tail -n 1 /var/lib/kite/logs/nginx-http.log | cut -d ' ' -f 2-5
# --8<-- [end:proxy-player]

# A second machine, on a cable of its own: what can it reach?
unshare --net sleep 60 &
neighbour=$!
sleep 0.3
ip link add cable0 type veth peer name cable1
ip link set cable1 netns "$neighbour"
ip address add 192.0.2.10/24 dev cable0
ip link set cable0 up
nsenter --net="/proc/$neighbour/ns/net" sh -c 'ip address add 192.0.2.20/24 dev cable1; ip link set cable1 up'
sed -i 's/^api_host.*//; $a api_host = "0.0.0.0"' /etc/kite/kite.toml # the worst case: only the firewall is left
systemctl restart kite
answers http://127.0.0.1:8080/healthz
outside=(nsenter --net="/proc/$neighbour/ns/net")
scan() { "${outside[@]}" snippets/deploy/scan-ports.sh 192.0.2.10; }
# --8<-- [start:scan]
scan
# --8<-- [end:scan]
kill "$neighbour"
nft flush ruleset
sed -i '/^api_host/d' /etc/kite/kite.toml

# part: backup
# --8<-- [start:timer]
install -m 644 snippets/deploy/kite-backup.service snippets/deploy/kite-backup.timer /etc/systemd/system/
systemctl daemon-reload
systemctl enable --now kite-backup.timer
systemctl start kite-backup.service
ls /var/backups/kite | wc -l
# --8<-- [end:timer]

# --8<-- [start:logrotate]
logrotate --debug /etc/logrotate.d/kite 2>&1 | grep -c 'considering log'
# --8<-- [end:logrotate]
# --8<-- [start:logrotate-force]
logrotate --force /etc/logrotate.d/kite
sleep 0.5
curl -s -o /dev/null http://127.0.0.1:8088/hls/demo.m3u8
ls -l /var/lib/kite/logs | tr -s ' ' | cut -d' ' -f1,3,4,9
grep -c m3u8 /var/lib/kite/logs/nginx-http.log
# --8<-- [end:logrotate-force]

# part: upgrade
# exit: 2
# --8<-- [start:upgrade-same]
snippets/deploy/upgrade.sh
# --8<-- [end:upgrade-same]
media=$(cat /var/lib/kite/nginx/nginx.pid)
cd /usr/local/src/kite-0.2.1 || exit
# --8<-- [start:upgrade]
snippets/deploy/upgrade.sh
# --8<-- [end:upgrade]
answers http://127.0.0.1:8080/healthz
# --8<-- [start:upgrade-confirm]
kite --version
curl -s http://127.0.0.1:8080/healthz; echo
kite room list
# --8<-- [end:upgrade-confirm]
# aside
# --8<-- [start:still-live]
[ "$(cat /var/lib/kite/nginx/nginx.pid)" = "$media" ] && kill -0 "$publisher" && echo the broadcast went on
# --8<-- [end:still-live]
kite room create after-upgrade

# --8<-- [start:releases]
ls /opt/kite/releases
readlink /opt/kite/current
# --8<-- [end:releases]
# --8<-- [start:rollback]
/opt/kite/releases/0.2.0/deploy/switch.sh 0.2.0
# --8<-- [end:rollback]
answers http://127.0.0.1:8080/healthz
# --8<-- [start:rollback-confirm]
kite --version
kite room list
# --8<-- [end:rollback-confirm]

# --8<-- [start:rollback-data]
systemctl stop kite-media kite
kite restore --force /var/backups/kite/before-0.2.1.tar.gz
systemctl start kite kite-media
# --8<-- [end:rollback-data]
answers http://127.0.0.1:8080/healthz
# --8<-- [start:rollback-data-confirm]
kite room list
# --8<-- [end:rollback-data-confirm]
kill "$publisher"
wait "$publisher"

# Newer tables, from a release that has older ones: those of 0.1, which this takes back.
# part: tables
# --8<-- [start:downgrade]
systemctl stop kite-media kite
kite upgrade --to 0001
# --8<-- [end:downgrade]
systemctl start kite-media # the old release would have it running
# --8<-- [start:upgrade-tables]
/opt/kite/releases/0.2.1/deploy/switch.sh 0.2.1
# --8<-- [end:upgrade-tables]
answers http://127.0.0.1:8080/healthz
# --8<-- [start:upgrade-tables-confirm]
systemctl is-active --quiet kite kite-media && echo both units run
kite room list
ls /var/lib/kite/backups
# --8<-- [end:upgrade-tables-confirm]
publish 120 &
publisher=$!
sleep 1
answers http://127.0.0.1:8088/hls/demo.m3u8
# --8<-- [start:old-key]
kite room show demo | head -n 2
# --8<-- [end:old-key]
kill "$publisher"

# A machine with one of the two services, and a role: another release keeps both.
install -D -m 644 snippets/deploy/scale-out/edge.conf /etc/systemd/system/kite-media.service.d/role.conf
sed -i 's/ render-nginx / render-nginx --role edge /' /etc/systemd/system/kite-media.service # for the stand-in
systemctl disable --now kite
systemctl restart kite-media
for _ in $(seq 100); do media=$(cat /var/lib/kite/nginx/nginx.pid) && kill -0 "$media" && break; sleep 0.1; done 2>/dev/null
# part: role
# --8<-- [start:one-role]
/opt/kite/releases/0.2.0/deploy/switch.sh 0.2.0
sed -n 2p /var/lib/kite/nginx/nginx.conf
[ "$(cat /var/lib/kite/nginx/nginx.pid)" = "$media" ] && kill -0 "$media" && echo nginx went on
systemctl is-active --quiet kite || echo the control service stayed off
# --8<-- [end:one-role]
systemctl disable --now nginx nftables
rm -r /etc/nginx/conf.d/kite.conf /etc/ssl/kite

cd /usr/local/src/kite-0.2.0 || exit
# part: uninstall
# --8<-- [start:uninstall]
snippets/deploy/uninstall.sh
# --8<-- [end:uninstall]
# aside
# exit: 2
# --8<-- [start:kept]
ls -d /etc/kite /var/lib/kite /var/backups/kite /opt/kite 2>&1
# --8<-- [end:kept]
# --8<-- [start:uninstall-purge]
snippets/deploy/uninstall.sh --purge
# --8<-- [end:uninstall-purge]
ln -s "$default" /etc/nginx/sites-enabled/default
before | diff /tmp/before - | grep -E '^[<>]' | grep -vE '/(passwd|group|shadow|gshadow|subuid|subgid)-$|/var/lib/(nginx|logrotate)/' >/tmp/left
# exit: 0
# --8<-- [start:left]
getent passwd kite; getent group kite; pgrep -x kite; cat /tmp/left
# --8<-- [end:left]
