#!/usr/bin/env bash
# What the quick start shows before Kite runs. tests/deploy runs it in an isolated copy of Debian.
# uses: deploy/kite.lock
set -u
apt-get() { [ "$1" = update ] || command apt-get -q "$@"; } # no network here; everything is installed
cd /usr/local/src/kite-0.2.0 || exit

# silent
# --8<-- [start:packages]
apt-get update
apt-get install -y --no-install-recommends nginx-light libnginx-mod-rtmp ffmpeg \
  python3-venv curl jq
# --8<-- [end:packages]

# silent
# --8<-- [start:port-80]
systemctl disable --now nginx
# --8<-- [end:port-80]

# silent
# --8<-- [start:kite]
python3 -m venv ~/kite-venv
~/kite-venv/bin/pip install --require-hashes -r snippets/deploy/kite.lock
~/kite-venv/bin/pip install --no-deps ./snippets
export PATH="$HOME/kite-venv/bin:$PATH"
# --8<-- [end:kite]

# --8<-- [start:version]
kite --version
# --8<-- [end:version]
