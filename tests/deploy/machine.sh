#!/bin/bash
# An isolated copy of this system, or of the one in $LOWER: machine.sh ROOT PROGRAM
# Everything that is written ends in memory, behind an overlay; the program gets a network of its own.
# Called in fresh mount and process-id namespaces; what it leaves behind ends with them.
set -euo pipefail
root=$1 program=$2
here=$(cd "$(dirname "$0")" && pwd)
repository=$(cd "$here/../.." && pwd)

mount -t tmpfs tmpfs "$root"
mkdir "$root"/{upper,work,system}
mount -t overlay overlay -o "lowerdir=${LOWER:-/},upperdir=$root/upper,workdir=$root/work" "$root/system"
system=$root/system
mount -t proc proc "$system/proc"
mount -t tmpfs tmpfs "$system/dev"
for device in null zero full random urandom tty; do
  touch "$system/dev/$device"
  mount --bind "/dev/$device" "$system/dev/$device"
done
ln -s /proc/self/fd "$system/dev/fd"
mkdir "$system/dev/shm"
mount --bind "$RUN" "$system/mnt"
install -m 755 "$here/standin_systemctl.py" "$system/usr/local/sbin/systemctl"

# The source as a customer unpacks it: two releases, alike but for the version.
for version in 0.2.0 0.2.1; do
  mkdir -p "$system/usr/local/src/kite-$version/snippets"
  cp "$repository"/{build,requirements}.lock "$system/usr/local/src/kite-$version"
  cp -R "$repository"/snippets/{kite,deploy,pyproject.toml} "$system/usr/local/src/kite-$version/snippets"
  sed -i "s/^__version__ = .*/__version__ = \"$version\"/" "$system/usr/local/src/kite-$version/snippets/kite/__init__.py"
done
[[ -z $OLD ]] || cp -R "$OLD" "$system/usr/local/src/kite-0.1.0"

inside=(env -i HOME=/root LANG=C.UTF-8 TZ=UTC PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin)
while IFS= read -r pair; do inside+=("$pair"); done < <(env | grep -E '^(PIP_|https?_proxy|no_proxy)' || true)

# With the network of the host: two small packages, if the program wants them and they are not here.
[[ $program != *logrotate* ]] || chroot "$system" "${inside[@]}" bash -euc '
  if ! { command -v logrotate && command -v nft; } >/dev/null; then
    apt-get install -y -q --no-install-recommends logrotate nftables
  fi
' >"$RUN/apt.log" 2>&1 || exit 75
cp -R "$WHEELS" "$system/var/tmp/wheels"

# Without it: everything else.
exec unshare --net -- sh -c 'ip link set lo up && exec "$@"' sh \
  chroot "$system" "${inside[@]}" RUN=/mnt PIP_NO_INDEX=1 PIP_FIND_LINKS=/var/tmp/wheels bash -c "$program"
