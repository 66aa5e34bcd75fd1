#!/usr/bin/env bash
# Make a release that is built the one that runs: switch.sh VERSION. Serves install, upgrade and rollback.
set -euo pipefail
umask 022
version=${1:?usage: switch.sh VERSION}
release=/opt/kite/releases/$version
[[ -x $release/bin/kite ]] || { echo "there is no release $version in /opt/kite/releases" >&2; exit 2; }
as_kite=(runuser -u kite -- env KITE_CONFIG=/etc/kite/kite.toml "$release/bin/kite")

# --8<-- [start:try]
"${as_kite[@]}" settings >/dev/null # a setting it does not know stops us here, before anything changes
"${as_kite[@]}" init                # creates what is missing; the first time it prints the access token
# --8<-- [end:try]

# --8<-- [start:relink]
ln -sfn "$release" /opt/kite/current
install -m 755 "$release/deploy/kite-as-owner" /usr/local/bin/kite
install -m 644 "$release/deploy/kite.service" "$release/deploy/kite-media.service" /etc/systemd/system/
install -m 644 "$release/deploy/kite.logrotate" /etc/logrotate.d/kite
# --8<-- [end:relink]

# --8<-- [start:restart]
systemctl daemon-reload
systemctl enable --quiet kite kite-media
systemctl restart kite
# Restarting the media server cuts broadcasts, so only when its configuration changes (line 1 is the version).
if ! cmp -s <(tail -n +2 /var/lib/kite/nginx/nginx.conf 2>&1) <("${as_kite[@]}" render-nginx | tail -n +2); then
  systemctl restart kite-media
fi
systemctl start kite-media
# --8<-- [end:restart]
echo "Kite $version is the running release."
