#!/usr/bin/env bash
# Upgrade the installed Kite to the version of this source tree; the old release stays for a rollback.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
[[ $(id -u) == 0 ]] || { echo "upgrade.sh must run as root" >&2; exit 2; }

# --8<-- [start:upgrade]
version=$("$here/build-release.sh")
if [[ $(readlink /opt/kite/current) == "/opt/kite/releases/$version" ]]; then
  echo "$version runs already; give your change a version of its own in snippets/kite/__init__.py" >&2
  exit 2
fi
backup=/var/backups/kite/before-$version.tar.gz
[[ ! -e $backup ]] || { echo "$backup exists; move it away first" >&2; exit 2; }
kite backup "$backup"
"/opt/kite/releases/$version/deploy/switch.sh" "$version"
# --8<-- [end:upgrade]
