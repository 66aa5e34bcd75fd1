#!/usr/bin/env bash
# Remove Kite: uninstall.sh [--purge]. Without --purge, settings, data, backups and the user stay.
set -euo pipefail
[[ $(id -u) == 0 ]] || { echo "uninstall.sh must run as root" >&2; exit 2; }

# --8<-- [start:program]
if [[ -e /etc/systemd/system/kite.service ]]; then
  systemctl disable --quiet --now kite-media kite
fi
if [[ -e /etc/systemd/system/kite-backup.timer ]]; then
  systemctl disable --quiet --now kite-backup.timer
fi
rm -f /etc/systemd/system/kite{,-media,-backup}.service /etc/systemd/system/kite-backup.timer
systemctl daemon-reload
rm -rf /opt/kite /usr/local/bin/kite /etc/logrotate.d/kite
# --8<-- [end:program]

if [[ ${1-} == --purge ]]; then
  # --8<-- [start:data]
  rm -rf /etc/kite /var/lib/kite /var/backups/kite /etc/systemd/system/kite{,-media}.service.d
  userdel kite # and its group
  # --8<-- [end:data]
fi
