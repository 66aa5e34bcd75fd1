"""Background tasks: in one process at a time, and always in one."""

import logging
import subprocess
import sys
import threading
import time
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from kite.context import Kite
from kite.errors import KiteError
from kite.models import Lease, now
from kite.worker import LEASE, TASKS, Task, Worker, hold
from tests.kite.split import answers, split
from tests.kite.stack import free_ports, kite_env, wait_for

SECONDS = LEASE.total_seconds()


class Counting:
    """Two workers of one installation; counts which of them ran the task."""

    def __init__(self, kite: Kite, *, everywhere: bool = False) -> None:
        self.runs = [0, 0]
        self.workers = [
            Worker(kite, (Task("count", 0.02, lambda _, n=n: self.run(n), everywhere),))  # type: ignore[misc]
            for n in (0, 1)
        ]

    def run(self, number: int) -> None:
        self.runs[number] += 1

    def start_in_order(self) -> None:
        self.workers[0].start()
        wait_for(lambda: self.runs[0], "the first works")
        self.workers[1].start()


def leases(kite: Kite) -> dict[str, str]:
    with kite.database.reads() as session:
        return {lease.task: lease.holder for lease in session.scalars(select(Lease))}


def test_one_at_a_time_and_the_next_one_after_a_clean_end(kite: Kite) -> None:
    two = Counting(kite)
    two.start_in_order()
    wait_for(lambda: two.runs[0] > 20, "the first goes on")
    assert two.runs[1] == 0
    began = time.monotonic()
    two.workers[0].stop()
    wait_for(lambda: two.runs[1], "the second takes over")
    assert time.monotonic() - began < SECONDS - 2  # it did not have to wait for the end of a lease
    two.workers[1].stop()
    assert leases(kite) == {}


def test_everywhere(kite: Kite) -> None:
    two = Counting(kite, everywhere=True)
    for worker in two.workers:
        worker.start()
    wait_for(lambda: all(two.runs), "both work")
    for worker in two.workers:
        worker.stop()
    assert leases(kite) == {}


def test_lease_of_the_dead_ends(kite: Kite) -> None:
    assert hold(kite, ("a", "b"), "dead") == {"a", "b"}
    assert hold(kite, ("a", "b"), "dead") == {"a", "b"}  # renewed
    assert hold(kite, ("a", "b", "c"), "heir") == {"c"}
    with kite.database.writes.begin() as session:
        for lease in session.scalars(select(Lease).where(Lease.holder == "dead")):
            lease.until = now()
    assert hold(kite, ("a", "b", "c"), "heir") == {"a", "b", "c"}
    assert hold(kite, ("a", "b"), "dead") == frozenset()


def test_lease_from_before_the_clock_was_set_back(kite: Kite) -> None:
    hold(kite, ("a",), "dead")
    with kite.database.writes.begin() as session:
        session.scalars(select(Lease)).one().until += timedelta(hours=1)
    assert hold(kite, ("a",), "heir") == {"a"}


def test_long_run_keeps_its_lease(kite: Kite) -> None:
    done = threading.Event()

    def run(kite: Kite) -> None:
        done.wait(SECONDS + 2)

    worker = Worker(kite, (Task("long", 0.01, run),))
    worker.start()
    wait_for(lambda: leases(kite), "it has the lease")
    end = time.monotonic() + SECONDS + 1
    while time.monotonic() < end:
        assert hold(kite, ("long",), "other") == frozenset()
        time.sleep(0.5)
    done.set()
    worker.stop()


def test_without_the_database_nothing_runs(kite: Kite, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another process has taken over by then."""
    two = Counting(kite)
    two.workers[0].start()
    wait_for(lambda: two.runs[0], "it works")

    def fail(*_: object) -> frozenset[str]:
        raise OSError("gone")

    monkeypatch.setattr("kite.worker.hold", fail)
    time.sleep(SECONDS)
    before = two.runs[0]
    time.sleep(0.5)
    assert two.runs[0] == before
    two.workers[0].stop()


def test_failures_are_logged_once(kite: Kite, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "kite")
    runs = []

    def run(kite: Kite) -> None:
        runs.append(1)
        if len(runs) < 5:
            raise KiteError("MEDIA_UNREACHABLE", "x") if len(runs) < 3 else ValueError("x")

    worker = Worker(kite, (Task("shaky", 0.01, run),))
    worker.start()
    wait_for(lambda: len(runs) > 6, "it goes on")
    worker.stop()
    assert [r.getMessage() for r in caplog.records] == ["task.failed", "task.recovered"]
    assert caplog.records[0].__dict__["fields"]["code"] == "MEDIA_UNREACHABLE"


def test_stuck_task_does_not_keep_the_process(kite: Kite) -> None:
    program = """
import sys, time
from pathlib import Path
from kite.context import open_kite
from kite.settings import Settings
from kite.worker import Task, Worker
worker = Worker(open_kite(Settings()), (Task("stuck", 0.01, lambda _: print("runs", flush=True) or time.sleep(600)),))
worker.start()
sys.stdin.read()
worker.stop()
"""
    with subprocess.Popen(
        [sys.executable, "-c", program],
        env=kite_env(kite.settings.data_dir),
        cwd=Path(__file__).parents[2] / "snippets",
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout
        assert process.stdin
        assert process.stdout.readline() == "runs\n"
        process.stdin.close()
        assert process.wait(8) == 0
    assert leases(kite) == {}


def test_names_are_unique() -> None:
    assert len({task.name for task in TASKS}) == len(TASKS)


@pytest.mark.system
def test_second_service_takes_over(tmp_path: Path) -> None:
    with split(tmp_path / "data") as parts:
        key = parts.make_room("demo")
        other = free_ports(1)[0]
        env = kite_env(parts.data_dir, **{**parts.settings, "api_port": other})
        command = [sys.executable, "-m", "kite", "serve"]
        second = subprocess.Popen(command, env=env, stderr=subprocess.DEVNULL)
        try:
            with parts.live(key["stream_key"]):
                wait_for(lambda: parts.broadcast("demo")["bytes_in"], "the first collects")
                parts.kill("service")
                parts.settings["api_port"] = other
                wait_for(lambda: answers(f"{parts.api}/healthz"), "the second answers")
                before = parts.broadcast("demo")["bytes_in"]
                wait_for(lambda: parts.broadcast("demo")["bytes_in"] > before, "and collects", 12)
            second.terminate()
            assert second.wait(8) is not None
            assert leases(parts.kite) == {}
        finally:
            second.kill()
            second.wait()
