"""Runs documented sessions as root on an isolated copy of this system, never on the system itself."""

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import pytest

from tests.snippets import session

HERE: Final = Path(__file__).resolve().parent
DEPLOY: Final = session.ROOT / "snippets" / "deploy"
DEADLINE: Final = 480
NO_PACKAGES: Final = 75
TOOLS: Final = ("unshare", "nsenter", "chroot", "ip", "prlimit", "setpriv", "ffmpeg", "nginx")

Found = session.Found


def unavailable() -> str:
    """Why this machine cannot do it; empty if it can."""
    if os.geteuid() != 0:
        return "needs root: it mounts, adds a user and starts services in a copy of the system"
    if missing := [tool for tool in TOOLS if shutil.which(tool) is None]:
        return f"needs {', '.join(missing)}"
    if not Path("/etc/debian_version").exists():
        return "needs Debian"
    trial = ["unshare", "--mount", "--pid", "--net", "--fork", "true"]
    if subprocess.run(trial, capture_output=True, check=False).returncode:
        return "needs the right to make namespaces"
    return ""


def release_0_1(folder: Path) -> Path | None:
    """The source of Kite 0.1, unpacked from the history of this repository; None without one."""

    def git(*args: str) -> subprocess.CompletedProcess[bytes]:
        command = ["git", "-c", "safe.directory=*", "-C", str(session.ROOT), *args]
        return subprocess.run(command, capture_output=True, check=False)

    begin = '-S__version__ = "0.2.0"'
    found = git("log", "--format=%H", begin, "--", "snippets/kite/__init__.py").stdout.split()
    if not found:
        return None
    last = f"{found[-1].decode()}^"
    archive = git("archive", last, "build.lock", "requirements.lock", "snippets")
    if archive.returncode:
        return None
    folder.mkdir()
    subprocess.run(["tar", "-x", "-C", str(folder)], input=archive.stdout, check=True)
    return folder


def fetch_wheels(folder: Path, *more: Path) -> None:
    """Download what releases install, by hash, for the Python of the system.

    Args:
        folder: Where to.
        more: Lock files beside those of this repository.
    """
    ask = "import sys; print('%d.%d' % sys.version_info[:2])"
    version = subprocess.run(
        ["/usr/bin/python3", "-c", ask], capture_output=True, text=True, check=True
    ).stdout.strip()
    ours = (DEPLOY / "kite.lock", session.ROOT / "build.lock")
    for locks in filter(None, (ours, more)):
        _download(folder, version, locks)


def _download(folder: Path, version: str, locks: Sequence[Path]) -> None:
    subprocess.run(
        [
            *(sys.executable, "-m", "pip", "-qq", "--disable-pip-version-check", "download"),
            *("--require-hashes", "--only-binary=:all:", f"--python-version={version}"),
            *("--implementation=cp", f"--dest={folder}"),
            *(part for lock in locks for part in ("-r", str(lock))),
        ],
        check=True,
    )


def run(path: Path, wheels: Path, folder: Path, old: Path | None = None) -> Found:
    """Run a session, with the source of an older release if it needs one; see `run_parts`."""
    parts = session.parse(path.read_text(encoding="utf-8"))
    return run_parts(parts, path.name, wheels, folder, {"OLD": str(old or "")})


def run_parts(
    parts: list[session.Region | str], name: str, wheels: Path, folder: Path, more: dict[str, str]
) -> Found:
    """Run the parts of a session; region name → region, exit status, output as shown.

    Args:
        parts: regions and hidden lines, as `session.parse` gives them.
        name: for messages.
        wheels: folder of what pip installs.
        folder: an empty folder.
        more: `OLD`, the source of an older release; `LOWER`, the system to copy instead of this one.

    Raises:
        AssertionError: the session stopped before its end.
    """
    root, outputs = folder / "root", folder / "run"
    root.mkdir()
    outputs.mkdir()
    namespaces = ["unshare", "--mount", "--pid", "--fork", "--kill-child", "--propagation=private"]
    result = subprocess.run(
        [*namespaces, str(HERE / "machine.sh"), str(root), session.compose(parts)],
        env=os.environ | {"RUN": str(outputs), "WHEELS": str(wheels), "OLD": ""} | more,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=DEADLINE,
        check=False,
    )
    if result.returncode == NO_PACKAGES:
        pytest.skip("logrotate and nftables are missing and apt-get cannot install them")
    found: Found = {}
    for region in (part for part in parts if isinstance(part, session.Region)):
        status = outputs / f"{region.name}.exit"
        assert status.exists(), f"{name}: stopped in {region.name}\n{result.stderr}"
        for kept_as, kept in session.kept_files(outputs, region):
            text = kept.read_text(encoding="utf-8", errors="replace")
            found[kept_as] = (region, int(status.read_text()), session.tidy(text))
    assert not result.returncode, f"{name}: exit {result.returncode}\n{result.stderr}"
    return found
