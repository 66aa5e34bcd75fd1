"""Each doctor check: what it says when all is well and what it says when that one thing is not."""

import json
import os
import resource
import socket
import stat
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from kite import database, doctor, nginx, processes
from kite.settings import Settings
from tests.kite.pg import Postgres
from tests.kite.stack import PORTS, Stack, free_ports

CODES = [
    "nginx-binary",
    "rtmp-module",
    "nginx-config",
    "worker-count",
    "file-limit",
    "ffmpeg-binary",
    "port-api",
    "port-rtmp",
    "port-http",
    "port-control",
    "data-dir",
    "disk-space",
    "recordings",
    "clock",
    "database",
    "callback-reachable",
]


@pytest.fixture
def good(settings: Settings) -> Settings:
    """An installation that is fine but not running."""
    ports = dict(zip(PORTS, free_ports(4), strict=True))
    settings = settings.model_copy(update={**ports, "min_free_disk_mb": 1})
    database.create(settings)
    return settings


def findings(settings: Settings) -> dict[str, doctor.Result]:
    return {result.code: result for result in doctor.examine(settings)}


def failing(settings: Settings) -> set[str]:
    return {code for code, result in findings(settings).items() if result.status == "fail"}


def test_codes_are_stable_and_in_order() -> None:
    assert [check.code for check in doctor.CHECKS] == CODES
    for check in doctor.CHECKS:
        assert check.en
        assert any("\u4e00" <= c <= "\u9fff" for c in check.zh), check.code


@pytest.mark.system
def test_stopped_but_fine(good: Settings) -> None:
    found = findings(good)
    warned = {code for code, result in found.items() if result.status != "ok"}
    assert warned <= {"callback-reachable", "clock"}
    assert found["callback-reachable"].status == "warn"
    assert all(bool(result.fix) == (result.status != "ok") for result in found.values())


@pytest.mark.system
def test_running(stack: Stack) -> None:
    done = stack.cli("doctor", "--json")
    found = {result["code"]: result for result in json.loads(done.stdout)}
    assert list(found) == [*CODES, "plugins"]
    assert {result["status"] for code, result in found.items() if code != "clock"} == {"ok"}
    for code in ("port-api", "port-rtmp", "port-http", "port-control"):
        assert found[code]["message"].endswith("is in use by this Kite")


@pytest.mark.system
def test_text_and_exit_status(stack: Stack) -> None:
    stack.env["KITE_FFMPEG_BINARY"] = "/none/ffmpeg"
    try:
        done = stack.cli("doctor", check=False)
    finally:
        del stack.env["KITE_FFMPEG_BINARY"]
    assert done.returncode == 1
    lines = done.stdout.splitlines()
    at = next(number for number, line in enumerate(lines) if "ffmpeg-binary" in line)
    assert lines[at].startswith("fail ffmpeg-binary /none/ffmpeg cannot be run: ")
    assert lines[at + 1].startswith("     fix: Install it (apt install ")
    assert lines[0].startswith("ok   nginx-binary nginx version: ")


def script(path: Path, text: str) -> Path:
    path.write_text(f"#!/bin/sh\n{text}\n", encoding="utf-8")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path


@pytest.mark.parametrize("broken", ["missing", "not executable", "fails"])
@pytest.mark.parametrize("name", ["nginx_binary", "ffmpeg_binary"])
def test_program(good: Settings, tmp_path: Path, name: str, broken: str) -> None:
    program = tmp_path / "program"
    if broken == "not executable":
        program.touch()
    if broken == "fails":
        script(program, "exit 1")
    found = findings(good.model_copy(update={name: program}))
    code = name.replace("_", "-")
    assert found[code].status == "fail"
    assert str(program) in found[code].message
    assert name in found[code].fix


@pytest.mark.system
def test_module_missing(good: Settings, tmp_path: Path) -> None:
    changed = good.model_copy(update={"rtmp_module": tmp_path / "none.so"})
    assert failing(changed) == {"rtmp-module", "nginx-config"}


@pytest.mark.system
def test_module_of_another_build(good: Settings, tmp_path: Path) -> None:
    module = tmp_path / "module.so"
    module.write_bytes(b"not a shared object")
    changed = good.model_copy(update={"rtmp_module": module})
    assert failing(changed) == {"nginx-config"}
    said = findings(changed)["nginx-config"].message
    assert said.startswith("nginx refuses the configuration: dlopen() ")
    assert f"in {good.data_dir}/nginx/nginx.conf:" in said
    assert "kite-doctor" not in said, "the name of a folder that is gone"


@pytest.mark.parametrize(
    ("edited", "said"),
    [("worker_processes 4;", "is 4"), ("worker_processes auto;", "is auto"), ("", "is not set")],
)
def test_worker_count(good: Settings, edited: str, said: str) -> None:
    path = nginx.config_path(good)
    nginx.write(good, path)
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("worker_processes 1;", edited), encoding="utf-8")
    found = findings(good)["worker-count"]
    assert found.status == "fail"
    assert said in found.message


@pytest.mark.parametrize("name", PORTS)
def test_port_taken(good: Settings, name: str) -> None:
    with socket.create_server(("127.0.0.1", getattr(good, name))):
        found = findings(good)["port-" + name.removesuffix("_port")]
    assert found.status == "fail"
    assert found.message.endswith("in use by another program")
    assert f"set {name}" in found.fix


def test_stale_pid_file_is_not_believed(good: Settings) -> None:
    pid_file = processes.pid_files(good)["nginx"]
    pid_file.parent.mkdir(parents=True, exist_ok=True)
    with subprocess.Popen(["sleep", "60"]) as other:
        pid_file.write_text(str(other.pid), encoding="ascii")
        assert processes.running(good) == {}
        other.kill()
    pid_file.write_text("no number", encoding="ascii")
    assert processes.running(good) == {}


def test_data_dir_missing(settings: Settings) -> None:
    found = findings(settings)
    assert (found["data-dir"].status, found["database"].status) == ("warn", "warn")
    assert "DATABASE_MISSING" in found["database"].message


def test_data_dir_unwritable(good: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    # Root may write everywhere, so the refusal is simulated.
    monkeypatch.setattr("tempfile.TemporaryFile", refuse)
    found = findings(good)["data-dir"]
    assert (found.status, "Permission denied" in found.message) == ("fail", True)


def test_disk_space(good: Settings) -> None:
    changed = good.model_copy(update={"min_free_disk_mb": 1_000_000_000})
    assert findings(changed)["disk-space"].status == "fail"


def test_recordings_on_a_disk_of_their_own(good: Settings) -> None:
    assert findings(good)["recordings"].status == "ok"
    folder = good.data_dir / "recordings"
    folder.symlink_to("/dev/shm", target_is_directory=True)
    found = findings(good)["recordings"]
    assert (found.status, f"free at {folder}" in found.message) == ("ok", True)


def test_file_limit(good: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    limits = {"hard": 2 * good.worker_connections}
    monkeypatch.setattr("resource.prlimit", lambda *_: (1024, limits["hard"]))
    assert findings(good)["file-limit"].status == "ok"
    limits["hard"] -= 1
    found = findings(good)["file-limit"]
    assert (found.status, "LimitNOFILE" in found.fix) == ("warn", True)
    limits["hard"] = resource.RLIM_INFINITY
    assert findings(good)["file-limit"].status == "ok"


def test_file_limit_of_the_nginx_that_runs(good: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    with subprocess.Popen(["sleep", "60"]) as other:
        resource.prlimit(other.pid, resource.RLIMIT_NOFILE, (100, 100))
        monkeypatch.setattr("kite.processes.running", lambda _: {"nginx": other.pid})
        found = findings(good)["file-limit"]
        other.kill()
    assert found.message.startswith("100 open files allowed")


def test_clock_before_the_release(good: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "RELEASED", "9999-01-01")
    found = findings(good)["clock"]
    assert found.status == "fail"
    assert "before this release" in found.message


def test_clock_unlike_the_file_system(good: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "CLOCK_SKEW_SECONDS", -1.0)
    assert findings(good)["clock"].message.startswith("files in data_dir are 0 s off")


@pytest.mark.parametrize(
    ("said", "status", "message"),
    [
        ("echo yes", "ok", ", synchronised"),
        ("echo no", "warn", "the clock is not synchronised"),
        ("exit 1", "ok", "synchronisation not checked"),
    ],
)
def test_clock_synchronisation(
    good: Settings,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    said: str,
    status: str,
    message: str,
) -> None:
    script(tmp_path / "timedatectl", said)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    found = findings(good)["clock"]
    assert found.status == status
    assert found.message.endswith(message)


def damage(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[4096:] = b"\xff" * (len(content) - 4096)  # the header and the first page stay
    path.write_bytes(content)


@pytest.mark.parametrize("how", [damage, lambda path: path.write_bytes(b"x" * 5000)])
def test_database_damaged(good: Settings, how: Callable[[Path], object]) -> None:
    how(good.data_dir / "kite.db")
    found = findings(good)["database"]
    assert found.status == "fail"
    assert "kite restore" in found.fix


def test_database_of_an_older_kite(good: Settings) -> None:
    opened = database.reach(good)
    database.migrate(opened, database.FIRST_REVISION)
    opened.engine.dispose()
    found = findings(good)["database"]
    assert (found.status, "kite upgrade" in found.fix) == ("fail", True)
    assert "0001" in found.message


@pytest.mark.system
def test_database_on_a_server(good: Settings, postgres_server: Postgres) -> None:
    url = postgres_server.database()
    server = good.model_copy(update={"database_url": url.replace("kite@", "kite:unguessable@")})
    assert findings(server)["database"].status == "fail"
    database.create(server)
    found = findings(server)["database"]
    assert (found.status, found.message) == (
        "ok",
        f"{url.replace('kite@', 'kite:***@')}, revision {database.REVISION}",
    )


def test_another_program_answers(good: Settings) -> None:
    with socket.create_server(("127.0.0.1", good.api_port)) as server:
        server.settimeout(10)
        pid = os.fork()
        if pid == 0:  # answers one request like a program that is not Kite
            connection, _ = server.accept()
            connection.recv(4096)
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n[]")
            connection.close()
            os._exit(0)
        found = findings(good)["callback-reachable"]
        os.waitpid(pid, 0)
    assert found.status == "fail"
    assert "another program answers" in found.message
