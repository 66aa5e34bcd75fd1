#!/usr/bin/env bash
# From Kite 0.1 to 0.2 and both ways back. tests/deploy runs it with the real 0.1, out of the history of this repository.
# uses: deploy/upgrade.sh deploy/build-release.sh deploy/switch.sh deploy/tls-proxy.toml
set -u
cd /usr/local/src/kite-0.1.0 || exit
systemctl disable --now nginx
answers() { for _ in $(seq 200); do curl -sf -o /dev/null "$@" && return; sleep 0.1; done; return 1; }
snippets/deploy/install.sh live.example.com
answers http://127.0.0.1:8080/healthz
kite room create demo
KEY=$(kite key create demo --json | grep -o 'kk_[A-Za-z0-9_-]*' | tail -n 1)
publish() {
  ffmpeg -hide_banner -loglevel error -re -f lavfi -i testsrc2=size=320x180:rate=30 -t 300 \
    -c:v libx264 -preset ultrafast -pix_fmt yuv420p -g 60 -f flv "rtmp://127.0.0.1:1935/live/demo?key=$KEY"
}
until_live() {
  publish &
  publisher=$!
  for _ in $(seq 100); do
    curl -s http://127.0.0.1:8089/stat | tr -d '\n' | grep -q '<name>demo</name>.*<publishing' && break
    sleep 0.2
  done
}
until_live

cd /usr/local/src/kite-0.2.0 || exit
# --8<-- [start:upgrade]
snippets/deploy/upgrade.sh
# --8<-- [end:upgrade]
answers http://127.0.0.1:8080/healthz
kill "$publisher"
wait "$publisher"
until_live # with the old key
# --8<-- [start:confirm]
systemctl is-active --quiet kite kite-media && echo both units run
kite --version
kite room list
kite token list
# --8<-- [end:confirm]
kite room create members
kite room update members --visibility private
kite token create shop --role viewer
cat snippets/deploy/tls-proxy.toml >>/etc/kite/kite.toml
kill "$publisher"
wait "$publisher"

# --8<-- [start:back]
systemctl stop kite-media kite
kite upgrade --to 0001
sed -i '/^play_base_url/d; /^proxy_addresses/d' /etc/kite/kite.toml # and whatever else 0.1 does not know
/opt/kite/releases/0.1.0/deploy/switch.sh 0.1.0
# --8<-- [end:back]
answers http://127.0.0.1:8080/healthz
until_live
# --8<-- [start:back-confirm]
kite --version
kite room list
kite token list
# --8<-- [end:back-confirm]
kill "$publisher"
wait "$publisher"

# And again, then back by the backup.
rm /var/backups/kite/before-0.2.0.tar.gz
snippets/deploy/upgrade.sh
answers http://127.0.0.1:8080/healthz
kite room create after-upgrade
# aside
# exit: 1
# --8<-- [start:refused]
/opt/kite/releases/0.1.0/deploy/switch.sh 0.1.0
# --8<-- [end:refused]
# --8<-- [start:restore]
systemctl stop kite-media kite
runuser -u kite -- env KITE_CONFIG=/etc/kite/kite.toml \
  /opt/kite/releases/0.1.0/bin/kite restore --force /var/backups/kite/before-0.2.0.tar.gz
/opt/kite/releases/0.1.0/deploy/switch.sh 0.1.0
# --8<-- [end:restore]
answers http://127.0.0.1:8080/healthz
# --8<-- [start:restore-confirm]
kite room list
# --8<-- [end:restore-confirm]
