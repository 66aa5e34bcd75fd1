"""``kite support-bundle``: what somebody who helps needs to see, in one tar.gz, without secrets.

Every part is made by itself: one that cannot be made holds the reason, and the others are there all
the same. So the bundle can be made when Kite is down, or its database broken.
"""

import io
import json
import os
import platform
import resource
import shutil
import sys
import tarfile
import tempfile
import traceback
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

import httpx
from sqlalchemy import func, inspect, select, table

from kite import __version__, database, doctor, masking, nginx, plugins
from kite.errors import KiteError
from kite.models import now
from kite.settings import Settings
from kite.settings_load import Loaded

LOG_LINES = 2000
"""Last lines of each log that go along."""

MAX_LINE = 2000
HTTP_SECONDS = 5.0


def write(loaded: Loaded, target: Path, *, mask_people: bool = True) -> list[str]:
    """Write the bundle to ``target``, readable only by its owner; returns the names of its parts.

    Args:
        loaded: The settings.
        target: The file.
        mask_people: Whether IP and e-mail addresses are masked, each the same way everywhere.

    Raises:
        KiteError: FILE_UNUSABLE.
    """
    people = masking.People()
    parts: dict[str, str] = {}
    for name, make in _parts(loaded).items():
        try:
            text = make()
        except Exception:  # whatever is broken is why somebody needs help
            text = f"Could not be made:\n{traceback.format_exc()}"
        text = masking.secrets(text)
        parts[name] = people.mask(text) if mask_people else text
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=target.parent, prefix=".kite-") as folder:
            draft = Path(folder) / target.name
            draft.touch(mode=0o600)
            _pack(parts, draft)
            draft.replace(target)
    except OSError as error:
        raise KiteError("FILE_UNUSABLE", f"{target}: {error.strerror}.") from error
    return list(parts)


def _parts(loaded: Loaded) -> dict[str, Callable[[], str]]:
    settings = loaded.settings
    logs = settings.data_dir / "logs"
    used = nginx.config_path(settings)
    return {
        "system.txt": lambda: _system(settings),
        "doctor.json": lambda: _doctor(settings),
        "settings.json": lambda: _settings(loaded),
        "tables.json": lambda: _tables(settings),
        "nginx.conf": lambda: nginx.render(settings),
        "nginx-in-use.conf": lambda: used.read_text(encoding="utf-8", errors="replace"),
        "stat.xml": lambda: _statistics(settings),
        **{f"logs/{path.name}": _tail_of(path) for path in sorted(logs.glob("*.log"))},
    }


def _system(settings: Settings) -> str:
    """Versions and limits of the machine."""
    facts = {
        "made": f"{now():%Y-%m-%dT%H:%M:%SZ}",
        "kite": f"{__version__}, tables {database.REVISION}",
        "python": sys.version.split()[0],
        "system": platform.platform(),
        "release": platform.freedesktop_os_release().get("PRETTY_NAME", "-"),
        "processors": os.cpu_count(),
        "load": os.getloadavg(),
        "memory": Path("/proc/meminfo").read_text(encoding="ascii").splitlines()[:3],
        "open files (soft, hard)": resource.getrlimit(resource.RLIMIT_NOFILE),
        "disk of data_dir": shutil.disk_usage(doctor.existing(settings.data_dir)),
        "user id": os.geteuid(),
    }
    return "".join(f"{name}: {value}\n" for name, value in facts.items())


def _doctor(settings: Settings) -> str:
    """The checks say which nginx and which FFmpeg there are, too."""
    results = doctor.examine(settings, plugins.checks(settings))
    return json.dumps([asdict(result) for result in results], indent=2, ensure_ascii=False)


def _settings(loaded: Loaded) -> str:
    values = loaded.shown().items()
    shown = {name: {"value": value, "source": loaded.sources[name]} for name, value in values}
    return json.dumps(shown, indent=2, ensure_ascii=False)


def _tables(settings: Settings) -> str:
    """How many rows each table has; no row."""
    live = database.reach(settings)
    counts = {}
    with live.engine.connect() as connection:
        for name in sorted(inspect(connection).get_table_names()):
            query = select(func.count()).select_from(table(name))
            counts[name] = connection.execute(query).scalar_one()
    found = {"kind": live.engine.dialect.name, "revision": database.revision(live), "rows": counts}
    live.engine.dispose()
    return json.dumps(found, indent=2)


def _statistics(settings: Settings) -> str:
    url = f"{settings.control_base}/stat"
    return httpx.get(url, timeout=HTTP_SECONDS, trust_env=False).text


def _tail_of(path: Path) -> Callable[[], str]:
    return lambda: _tail(path)


def _tail(path: Path) -> str:
    """The last lines, without reading a large file whole. The first may be half a line: it goes."""
    with path.open("rb") as file:
        size = file.seek(0, io.SEEK_END)
        start = max(0, size - LOG_LINES * MAX_LINE)
        file.seek(start)
        lines = file.read().decode("utf-8", "replace").splitlines()
    return "".join(f"{line[:MAX_LINE]}\n" for line in lines[1 if start else 0 :][-LOG_LINES:])


def _pack(parts: dict[str, str], target: Path) -> None:
    with tarfile.open(target, mode="w:gz") as archive:
        for name, text in parts.items():
            data = text.encode("utf-8", "replace")
            member = tarfile.TarInfo(name)
            member.size, member.mode, member.mtime = len(data), 0o600, int(now().timestamp())
            archive.addfile(member, io.BytesIO(data))
