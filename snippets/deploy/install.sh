#!/usr/bin/env bash
# Install Kite from this source tree: install.sh PUBLIC_HOST
set -euo pipefail
umask 022
host=${1:?usage: install.sh PUBLIC_HOST}
here=$(cd "$(dirname "$0")" && pwd)
[[ $(id -u) == 0 ]] || { echo "install.sh must run as root" >&2; exit 2; }

# --8<-- [start:user]
id kite >/dev/null 2>&1 ||
  useradd --system --user-group --home-dir /var/lib/kite --no-create-home --shell /usr/sbin/nologin kite
install -d -m 755 /opt/kite /opt/kite/releases
install -d -m 750 -o kite -g kite /var/lib/kite /var/lib/kite/logs /var/backups/kite
# systemd would create it as root, and logrotate could not read it.
[[ -e /var/lib/kite/logs/kite.log ]] || install -m 640 -o kite -g kite /dev/null /var/lib/kite/logs/kite.log
# --8<-- [end:user]

# --8<-- [start:config]
install -d -m 755 /etc/kite
if [[ ! -e /etc/kite/kite.toml ]]; then # yours is kept
  sed "s/live\.example\.com/$host/" "$here/kite.toml" >/etc/kite/kite.toml
  chown root:kite /etc/kite/kite.toml
  chmod 640 /etc/kite/kite.toml
fi
# --8<-- [end:config]

# --8<-- [start:build]
version=$("$here/build-release.sh")
# --8<-- [end:build]

# --8<-- [start:start]
"/opt/kite/releases/$version/deploy/switch.sh" "$version"
# --8<-- [end:start]
