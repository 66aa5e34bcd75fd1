"""``kite up`` as a process: it starts everything, ends everything, and fails closed."""

import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import httpx
import pytest

from kite import __version__, nginx
from kite.settings import Settings
from tests.kite.stack import PORTS, Stack, free_ports, kite_env, publish_command, wait_for

pytestmark = pytest.mark.system


def pids(stack: Stack) -> dict[str, int]:
    files = {"service": "api.pid", "nginx": "nginx/nginx.pid"}
    return {name: int((stack.data_dir / path).read_text()) for name, path in files.items()}


def group(leader: int) -> set[int]:
    """Processes of a group that are not zombies."""
    members = set()
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, _, pgid = path.read_text().rpartition(") ")[2].split()[:3]
        except OSError:
            continue
        if int(pgid) == leader and state != "Z":
            members.add(int(path.parent.name))
    return members


def assert_nothing_left(stack: Stack, leaders: dict[str, int]) -> None:
    assert {name: group(pid) for name, pid in leaders.items()} == {"service": set(), "nginx": set()}
    for name in PORTS:
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", int(str(stack.settings[name]))), timeout=2)
    assert not (stack.data_dir / "api.pid").exists()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_start_and_stop(tmp_path: Path, number: signal.Signals) -> None:
    stack = Stack(tmp_path / "data").start()
    leaders = pids(stack)
    assert len(group(leaders["nginx"])) >= 2  # master, one worker, perhaps a cache manager
    assert stack.printed().splitlines() == [
        f"Created {stack.data_dir}",
        f"First access token, shown only now: {stack.token}",
        f"Kite {__version__} is running. Press Ctrl-C to stop.",
        f"  API      {stack.api}/v1",
        f"  Publish  {stack.rtmp}  (stream key: <room>?key=<secret>)",
        f"  Play     {stack.hls}/<room>.m3u8",
        f"  Logs     {stack.data_dir}/logs",
    ]
    assert httpx.get(f"{stack.api}/healthz", trust_env=False).json()["version"] == __version__
    assert stack.stop(number) == 0
    assert stack.printed().endswith("Kite has stopped.\n")
    assert_nothing_left(stack, leaders)


def test_stop_during_a_broadcast_and_start_again(tmp_path: Path) -> None:
    stack = Stack(tmp_path / "data").start()
    key = stack.make_room("demo")
    leaders = pids(stack)
    with stack.live(key["stream_key"]) as encoder:
        assert stack.stop() == 0
        assert encoder.wait(5) != 0
    assert_nothing_left(stack, leaders)
    with stack:  # the same data directory, token and key
        assert "First access token" not in stack.printed()
        assert stack.room("demo")["state"] == "idle"
        with stack.live(key["stream_key"]):
            stack.playlist("demo")


@pytest.mark.parametrize(
    ("victim", "said"), [("nginx", "nginx ended with"), ("service", "the API service ended with")]
)
def test_death_of_a_part_ends_the_rest(tmp_path: Path, victim: str, said: str) -> None:
    stack = Stack(tmp_path / "data").start()
    leaders = pids(stack)
    os.kill(leaders[victim], signal.SIGKILL)
    assert stack.process is not None
    assert stack.process.wait(20) == 1
    assert f"error[CHILD_DIED]: {said} signal 9; see {stack.data_dir}/logs/" in stack.printed()
    assert group(leaders["nginx"]) == group(leaders["service"]) == set()


def test_killed_outright_it_takes_its_parts_along(tmp_path: Path) -> None:
    stack = Stack(tmp_path / "data").start()
    leaders = pids(stack)
    stack.stop(signal.SIGKILL)
    wait_for(lambda: not any(group(pid) for pid in leaders.values()), "nothing is left")
    assert_nothing_left(stack, leaders)


def up(data_dir: Path, **settings: object) -> subprocess.CompletedProcess[str]:
    ports = dict(zip(PORTS, free_ports(4), strict=True))
    return subprocess.run(
        [sys.executable, "-m", "kite", "up"],
        env=kite_env(data_dir, **{**ports, **settings}),
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )


@pytest.mark.parametrize("name", PORTS)
def test_port_in_use(tmp_path: Path, name: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        done = up(tmp_path / "data", **{name: port})
    assert done.returncode == 1
    first, second = done.stderr.splitlines()
    assert first == f"error[PORT_IN_USE]: In use: port {port} (setting {name})."
    assert second.startswith("fix: ")


@pytest.mark.parametrize("program", ["/none/nginx", "/bin/false"])
def test_nginx_that_does_not_start(tmp_path: Path, program: str) -> None:
    done = up(tmp_path / "data", nginx_binary=program)
    assert done.returncode == 1
    assert done.stderr.startswith("error[START_FAILED]: ")
    assert not (tmp_path / "data" / "api.pid").exists()


def test_second_start_names_the_first(stack: Stack) -> None:
    done = stack.cli("up", check=False)
    found = pids(stack)
    assert done.returncode == 1
    running = f"kite pid {found['service']}, nginx pid {found['nginx']}"
    assert done.stderr.startswith(
        f"error[PORT_IN_USE]: In use by this Kite, still running: {running}"
    )
    assert stack.cli("serve", check=False).stderr.startswith("error[PORT_IN_USE]: ")
    assert httpx.get(f"{stack.api}/healthz", trust_env=False).status_code == 200


def test_restore_refuses_while_running(stack: Stack, tmp_path: Path) -> None:
    stack.cli("backup", str(tmp_path / "b.tar.gz"))
    done = stack.cli("restore", str(tmp_path / "b.tar.gz"), "--force", check=False)
    assert (done.returncode, done.stderr.split(":")[0]) == (1, "error[KITE_RUNNING]")


def test_stale_claim_does_not_lock_the_room(stack: Stack) -> None:
    """The publisher ended, but nginx's word of it was lost."""
    key = stack.make_room("stale")
    with closing(sqlite3.connect(stack.data_dir / "kite.db")) as connection, connection:
        connection.execute(
            "INSERT INTO broadcasts (room_id, key_id, client, started_at, "
            "bytes_in, bitrate_kbps, viewers, peak_viewers) "
            "VALUES ('stale', ?, '99999', '2026-01-01 00:00:00.000000', 0, 0, 0, 0)",
            (key["id"],),
        )
    with stack.publish(key["stream_key"]):  # at once: the collector may not have looked yet
        stack.playlist("stale")
        running, lost = stack.request("GET", "/v1/broadcasts?room=stale").json()["items"]
    assert (running["ended_at"], lost["reason"]) == (None, "lost")


def test_silent_service_refuses_and_running_broadcasts_go_on(stack: Stack) -> None:
    first, second = stack.make_room("before"), stack.make_room("after")
    service = pids(stack)["service"]
    with stack.live(first["stream_key"]) as encoder:
        before = stack.playlist("before")
        os.kill(service, signal.SIGSTOP)
        try:
            command = publish_command(f"{stack.rtmp}/{second['stream_key']}", 30)
            began = time.monotonic()
            done = subprocess.run(command, capture_output=True, timeout=20, check=False)
            took = time.monotonic() - began
            assert done.returncode != 0
            assert 4 < took < 10  # netcall_timeout is 5 s
            assert encoder.poll() is None
            assert stack.playlist("before") != before
        finally:
            os.kill(service, signal.SIGCONT)
    late = "path=/callbacks/publish status=422 code=REQUEST_INVALID"  # nginx has hung up
    wait_for(lambda: late in stack.logs(), "the request is logged")
    assert "event=defect" not in stack.logs()
    with stack.live(first["stream_key"]):
        pass


@contextmanager
def nginx_alone(settings: Settings) -> Iterator[None]:
    path = nginx.config_path(settings)
    nginx.write(settings, path)
    with subprocess.Popen(nginx.command(settings, path)) as process:
        try:
            wait_for(lambda: (nginx.nginx_dir(settings) / "nginx.pid").exists(), "nginx is up")
            yield
        finally:
            process.terminate()


def test_service_that_is_down_refuses(tmp_path: Path) -> None:
    ports = dict(zip(PORTS, free_ports(4), strict=True))
    settings = Settings(data_dir=tmp_path / "data").model_copy(update=ports)
    with nginx_alone(settings):
        url = f"{settings.publish_url}/demo?key=kk_SECRET"
        done = subprocess.run(
            publish_command(url, 20), capture_output=True, text=True, timeout=15, check=False
        )
        assert done.returncode != 0
        assert "Input/output error" in done.stderr
    assert list((settings.data_dir / "hls").iterdir()) == []
    logs = {path.name: path.read_text() for path in (settings.data_dir / "logs").iterdir()}
    assert "Connection refused" in logs["nginx-error.log"]
    assert "kk_" not in "".join(logs.values())
