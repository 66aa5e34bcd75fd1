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
units=() # a machine that does one of the two has the other unit disabled
for unit in kite kite-media; do
  if [[ ! -e /etc/systemd/system/$unit.service ]] || systemctl is-enabled "$unit" >/dev/null; then
    units+=("$unit")
  fi
done
# --8<-- [end:try]

# --8<-- [start:tables]
# "init" creates what is missing; the first time it prints the access token.
if ! said=$("${as_kite[@]}" init 2>&1); then
  if [[ $said != *DATABASE_VERSION* || $said == *"newer Kite"* ]]; then
    echo "$said" >&2 # nothing has changed
    exit 1
  fi
  # Older tables. They change only while nothing works on them, after a backup, all of them or none.
  systemctl stop kite-media kite
  "${as_kite[@]}" upgrade || { systemctl start "${units[@]}"; exit 1; }
  said=$("${as_kite[@]}" init)
fi
echo "$said"
# --8<-- [end:tables]

# --8<-- [start:relink]
ln -sfn "$release" /opt/kite/current
install -m 755 "$release/deploy/kite-as-owner" /usr/local/bin/kite
install -m 644 "$release/deploy/kite.service" "$release/deploy/kite-media.service" /etc/systemd/system/
install -m 644 "$release/deploy/kite.logrotate" /etc/logrotate.d/kite
# --8<-- [end:relink]

# --8<-- [start:restart]
# Restarting the media server cuts broadcasts, so only when its configuration changes (line 1 is the version).
config=/var/lib/kite/nginx/nginx.conf
role=$(sed -n 's/^# Role: //p' "$config" 2>/dev/null || true)
restart=(kite)
if ! cmp -s <(tail -n +2 "$config" 2>&1) <("${as_kite[@]}" render-nginx --role "${role:-all}" | tail -n +2); then
  restart+=(kite-media)
fi
systemctl daemon-reload
for unit in "${units[@]}"; do
  systemctl enable --quiet "$unit"
  if [[ " ${restart[*]} " == *" $unit "* ]]; then systemctl restart "$unit"; fi
  systemctl start "$unit"
done
# --8<-- [end:restart]
echo "Kite $version is the running release."
