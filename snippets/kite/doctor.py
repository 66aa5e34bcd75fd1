"""``kite doctor``: ordered checks, each with a stable code, a finding and what to do about it."""

import os
import re
import resource
import shutil
import subprocess
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Literal

import httpx
from sqlalchemy import text

from kite import RELEASED, masking, nginx, processes
from kite.checks import Check, Finding
from kite.database import REVISION, failures, open_database
from kite.errors import KiteError
from kite.settings import Settings

CLOCK_SKEW_SECONDS = 5.0
"""Largest difference between the clock and a file written now; network file systems have one."""

COMMAND_SECONDS = 10.0
HTTP_SECONDS = 2.0
MEGABYTE = 1_000_000


@dataclass(frozen=True)
class Result:
    """Outcome of one check, as ``kite doctor --json`` shows it."""

    code: str
    status: str
    message: str
    fix: str


def examine(settings: Settings, more: Sequence[Check] = ()) -> list[Result]:
    """Run every check in order, then ``more``; none changes anything or depends on another."""
    return [Result(check.code, **asdict(check.look(settings))) for check in (*CHECKS, *more)]


def existing(folder: Path) -> Path:
    """The folder, or the nearest one above it that exists."""
    return next(path for path in (folder, *folder.parents) if path.is_dir())


def _program(settings: Settings, name: str, version_option: str) -> Finding:
    program = getattr(settings, name)
    fix = f"Install it (apt install nginx-light ffmpeg) or set {name}."
    try:
        done = _run([str(program), version_option])
    except (OSError, subprocess.TimeoutExpired) as error:
        return Finding("fail", f"{program} cannot be run: {error}", fix)
    if done.returncode:
        return Finding("fail", f"{program} {version_option} failed", fix)
    return Finding("ok", (done.stdout + done.stderr).splitlines()[0])


def _rtmp_module(settings: Settings) -> Finding:
    if settings.rtmp_module.is_file():
        return Finding("ok", str(settings.rtmp_module))
    fix = "Install it (apt install libnginx-mod-rtmp) or set rtmp_module."
    return Finding("fail", f"{settings.rtmp_module} does not exist", fix)


def _nginx_config(settings: Settings) -> Finding:
    """Let nginx test the rendered configuration: a module of another nginx build shows here."""
    with tempfile.TemporaryDirectory(prefix="kite-doctor-") as folder:
        trial = settings.model_copy(update={"data_dir": Path(folder)})
        config = Path(folder) / "nginx" / "nginx.conf"
        try:
            nginx.write(trial, config)
            done = _run([*nginx.command(trial, config), "-t"])
        except (OSError, subprocess.TimeoutExpired) as error:
            return Finding("fail", f"nginx cannot test it: {error}", "See nginx-binary.")
    if done.returncode:
        said = _complaint(done.stderr).replace(folder, str(settings.data_dir))
        fix = "Install nginx and the RTMP module from the same source and version."
        return Finding("fail", f"nginx refuses the configuration: {said}", fix)
    return Finding("ok", "nginx accepts the rendered configuration")


def _complaint(said: str) -> str:
    """The line with which nginx gave up, without its date and process id."""
    lines = said.strip().splitlines() or ["no message"]
    worst = next((line for line in lines if "[emerg]" in line), lines[0])
    return re.sub(r"^(nginx: |[0-9/]+ [0-9:]+ )?(\[\w+\]) (\d+#\d+: )?", "", worst)


def _worker_count(settings: Settings) -> Finding:
    path = nginx.config_path(settings)
    found = path.read_text(encoding="utf-8") if path.is_file() else nginx.render(settings)
    where = str(path) if path.is_file() else "the rendered configuration"
    counts = re.findall(r"^\s*worker_processes\s+(\S+?)\s*;", found, re.MULTILINE)
    if counts == ["1"]:
        return Finding("ok", f"1 worker in {where}")
    fix = "Run “kite render-nginx --output FILE” again; the RTMP module needs exactly one worker."
    return Finding("fail", f"worker_processes is {' '.join(counts) or 'not set'} in {where}", fix)


def _port(settings: Settings, name: str) -> Finding:
    port = getattr(settings, name)
    if not processes.is_taken(settings, name):
        return Finding("ok", f"{port} is free")
    if processes.is_ours(settings, name):
        return Finding("ok", f"{port} is in use by this Kite")
    fix = f"Stop the program (“ss -ltnp sport = :{port}” names it) or set {name}."
    return Finding("fail", f"{port} is in use by another program", fix)


def _data_dir(settings: Settings) -> Finding:
    folder = settings.data_dir
    if not folder.is_dir():
        return Finding("warn", f"{folder} does not exist yet", "Run “kite init” or “kite up”.")
    try:
        with tempfile.TemporaryFile(dir=folder):
            return Finding("ok", f"{folder} is writable")
    except OSError as error:
        fix = "Correct its permissions or set data_dir."
        return Finding("fail", f"{folder} cannot be written: {error.strerror}", fix)


def _disk_space(settings: Settings) -> Finding:
    return _space(settings, settings.data_dir)


def _recordings(settings: Settings) -> Finding:
    """The recordings may be on a disk of their own."""
    folder = settings.data_dir / "recordings"
    if folder.is_dir() and not os.access(folder, os.W_OK | os.X_OK):
        return Finding("fail", f"{folder} cannot be written", "Correct its permissions.")
    return _space(settings, folder)


def _space(settings: Settings, folder: Path) -> Finding:
    folder = existing(folder)
    free = shutil.disk_usage(folder).free // MEGABYTE
    message = f"{free} MB free at {folder}, {settings.min_free_disk_mb} MB wanted"
    if free >= settings.min_free_disk_mb:
        return Finding("ok", message)
    return Finding("fail", message, "Free some space, or lower min_free_disk_mb.")


def _file_limit(settings: Settings) -> Finding:
    """Compare the hard limit: up to it nginx raises its own, two files for each connection."""
    wanted = 2 * settings.worker_connections
    try:
        pid = processes.running(settings).get("nginx", 0)
        _, hard = resource.prlimit(pid, resource.RLIMIT_NOFILE)
    except OSError as error:
        return Finding("warn", f"the limit of nginx: {error.strerror}", "Run it as nginx's user.")
    if hard == resource.RLIM_INFINITY:
        return Finding("ok", "any number of open files allowed")
    message = f"{hard} open files allowed, {wanted} wanted for worker_connections"
    if hard >= wanted:
        return Finding("ok", message)
    fix = "Raise the hard limit (LimitNOFILE= of the systemd unit), or lower worker_connections."
    return Finding("warn", message, fix)


def _clock(settings: Settings) -> Finding:
    fix = "Set the clock and keep it synchronised (timedatectl set-ntp true)."
    now = datetime.now(UTC)
    if now < datetime.fromisoformat(RELEASED).replace(tzinfo=UTC):
        return Finding("fail", f"the clock says {now:%Y-%m-%d}, before this release", fix)
    if settings.data_dir.is_dir() and (skew := _file_skew(settings.data_dir)) > CLOCK_SKEW_SECONDS:
        return Finding("fail", f"files in data_dir are {skew:.0f} s off the clock", fix)
    synchronised = _synchronised()
    if synchronised == "no":
        return Finding("warn", "the clock is not synchronised", fix)
    how = "synchronised" if synchronised == "yes" else "plausible; synchronisation not checked"
    return Finding("ok", f"{now:%Y-%m-%d %H:%M:%S} UTC, {how}")


def _file_skew(folder: Path) -> float:
    try:
        with tempfile.NamedTemporaryFile(dir=folder) as file:
            return abs(Path(file.name).stat().st_mtime - time.time())
    except OSError:
        return 0.0  # data-dir reports that


def _synchronised() -> str:
    """``yes`` or ``no`` as systemd says it; empty where it cannot say."""
    try:
        return _run(["timedatectl", "show", "-P", "NTPSynchronized"]).stdout.strip()
    except (OSError, subprocess.TimeoutExpired):
        return ""


def _database(settings: Settings) -> Finding:
    try:
        with failures(), open_database(settings).reads() as session:
            check = "PRAGMA quick_check" if settings.uses_sqlite else "SELECT 'ok'"
            verdict = session.execute(text(check)).scalar_one()
    except KiteError as error:
        status: Literal["warn", "fail"] = "warn" if error.code == "DATABASE_MISSING" else "fail"
        return Finding(status, f"{error.code}: {error.detail}", error.info.en.fix)
    if verdict != "ok":
        return Finding("fail", f"damaged: {verdict}", "Restore a backup with “kite restore”.")
    return Finding("ok", f"{masking.secrets(settings.database)}, revision {REVISION}")


def _callback_reachable(settings: Settings) -> Finding:
    """Ask the service of this machine, as nginx does."""
    try:
        answer = httpx.get(f"{settings.api_base}/healthz", timeout=HTTP_SECONDS, trust_env=False)
        service = answer.json().get("service")
    except httpx.HTTPError:
        fix = "Start it with “kite up” or “kite serve”; until then every publisher is refused."
        return Finding("warn", f"nothing answers at {settings.api_base}", fix)
    except (ValueError, AttributeError):
        service = None
    if service == "kite":
        return Finding("ok", f"the service answers at {settings.api_base}")
    return Finding("fail", f"another program answers at {settings.api_base}", "Set api_port.")


def _run(command: list[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603 - programs named in the settings
        command, capture_output=True, text=True, timeout=COMMAND_SECONDS, check=False
    )


# --8<-- [start:checks]
CHECKS: tuple[Check, ...] = (
    Check(
        "nginx-binary",
        partial(_program, name="nginx_binary", version_option="-v"),
        "nginx can be run",
        "nginx 可以运行",
    ),
    Check("rtmp-module", _rtmp_module, "The RTMP module is there", "RTMP 模块存在"),
    Check(
        "nginx-config",
        _nginx_config,
        "nginx accepts the configuration made from the settings",
        "nginx 接受由设置生成的配置",
    ),
    Check(
        "worker-count",
        _worker_count,
        "nginx has exactly one worker, as the RTMP module needs",
        "nginx 恰有一个工作进程（RTMP 模块的要求）",
    ),
    Check(
        "file-limit",
        _file_limit,
        "nginx may open enough files for its connections",
        "nginx 可打开的文件数足够其连接使用",
    ),
    Check(
        "ffmpeg-binary",
        partial(_program, name="ffmpeg_binary", version_option="-version"),
        "FFmpeg can be run",
        "FFmpeg 可以运行",
    ),
    Check(
        "port-api",
        partial(_port, name="api_port"),
        "The port of the API is free, or this Kite has it",
        "API 端口空闲，或由本机的 Kite 占用",
    ),
    Check(
        "port-rtmp",
        partial(_port, name="rtmp_port"),
        "The port for publishing is free, or this Kite has it",
        "推流端口空闲，或由本机的 Kite 占用",
    ),
    Check(
        "port-http",
        partial(_port, name="http_port"),
        "The port for playing is free, or this Kite has it",
        "播放端口空闲，或由本机的 Kite 占用",
    ),
    Check(
        "port-control",
        partial(_port, name="control_port"),
        "The control port is free, or this Kite has it",
        "控制端口空闲，或由本机的 Kite 占用",
    ),
    Check(
        "data-dir",
        _data_dir,
        "The data directory exists and can be written",
        "数据目录存在且可写",
    ),
    Check(
        "disk-space",
        _disk_space,
        "The data directory has min_free_disk_mb of free space",
        "数据目录的可用空间不少于 min_free_disk_mb",
    ),
    Check(
        "recordings",
        _recordings,
        "Recordings can be written and have min_free_disk_mb of free space",
        "录制目录可写，且可用空间不少于 min_free_disk_mb",
    ),
    Check("clock", _clock, "The clock is right", "时钟正确"),
    Check(
        "database",
        _database,
        "The database answers, is sound and has the tables of this Kite",
        "数据库可用、完好，且表结构与当前 Kite 一致",
    ),
    Check(
        "callback-reachable",
        _callback_reachable,
        "Kite answers at the address nginx asks",
        "Kite 在 nginx 询问的地址上应答",
    ),
)
"""Every check, in the order in which a reader should repair."""
# --8<-- [end:checks]
