"""An empty Debian, the stable release that this machine runs, in a folder; apt works in it.

The package source is this machine's own: what its apt uses, whatever that is.
"""

import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from tests.deploy import machine

MORE: Final = ("ca-certificates", "systemd", "procps", "iproute2")
"""What a server has that `minbase` lacks: a system that boots has them; nothing of Kite's."""

MOUNTS: Final = """
set -eu
mount -t proc proc "$ROOT/proc"
mount -t tmpfs tmpfs "$ROOT/dev"
for device in null zero full random urandom tty; do
  touch "$ROOT/dev/$device"
  mount --bind "/dev/$device" "$ROOT/dev/$device"
done
ln -s /proc/self/fd "$ROOT/dev/fd"
exec chroot "$ROOT" /usr/bin/env -i HOME=/root LANG=C.UTF-8 DEBIAN_FRONTEND=noninteractive \
  PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin "$@"
"""


def unavailable() -> str:
    """Why this machine cannot do it; empty if it can."""
    if reason := machine.unavailable():
        return reason
    return "" if shutil.which("debootstrap") else "needs debootstrap"


def package_source() -> tuple[str, str]:
    """Address and code name of the Debian archive that apt uses here.

    Raises:
        LookupError: apt knows no Debian archive for the release that is installed.
    """
    release = Path("/etc/os-release").read_text(encoding="utf-8")
    fields = dict(line.split("=", 1) for line in release.splitlines() if "=" in line)
    codename = fields["VERSION_CODENAME"].strip('"')
    asked = ["apt-get", "indextargets", "--format", "$(CODENAME) $(COMPONENT) $(REPO_URI)"]
    done = subprocess.run(
        [*asked, "Created-By: Packages"], capture_output=True, text=True, check=True
    )
    for line in done.stdout.splitlines():
        name, component, address = line.split(" ", 2)
        if (name, component) == (codename, "main"):
            return address, codename
    raise LookupError(f"apt has no package source for {codename}")


def make(root: Path) -> None:
    """Fill an empty folder with a minimal Debian that uses this machine's package source."""
    address, codename = package_source()
    command = ["debootstrap", "--variant=minbase", f"--include={','.join(MORE)}"]
    done = subprocess.run(
        [*command, codename, str(root), address], capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise RuntimeError(f"debootstrap: {done.stdout[-2000:]}{done.stderr[-2000:]}")
    apt = root / "etc" / "apt"
    shutil.rmtree(apt)
    shutil.copytree("/etc/apt", apt, symlinks=True)
    for name in ("resolv.conf", "hosts"):
        shutil.copy(Path("/etc") / name, root / "etc" / name)
    if certificates := sorted(Path("/usr/local/share/ca-certificates").glob("**/*.crt")):
        own = root / "usr/local/share/ca-certificates"
        own.mkdir(parents=True, exist_ok=True)
        for certificate in certificates:
            shutil.copy(certificate, own)
        inside(root, ["update-ca-certificates"])
    (root / "usr/sbin/policy-rc.d").write_text("#!/bin/sh\nexit 101\n", encoding="ascii")
    (root / "usr/sbin/policy-rc.d").chmod(0o755)  # nothing starts by itself where nothing boots


def inside(root: Path, command: Sequence[str]) -> str:
    """Run a command in the root, with the network of this machine; what it printed.

    Raises:
        RuntimeError: it failed.
    """
    proxies = {key: value for key, value in os.environ.items() if key.lower().endswith("_proxy")}
    done = subprocess.run(
        [
            *("unshare", "--mount", "--pid", "--fork", "--kill-child", "--propagation=private"),
            *(
                "bash",
                "-c",
                MOUNTS,
                "inside",
                *(f"{key}={value}" for key, value in proxies.items()),
            ),
            *command,
        ],
        env=os.environ | {"ROOT": str(root)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"{command[0]}: {done.stdout[-2000:]}{done.stderr[-2000:]}")
    return done.stdout
