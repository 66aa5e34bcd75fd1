"""Background tasks: each runs in one control process at a time, however many there are."""

import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from secrets import token_hex

from sqlalchemy import delete
from sqlalchemy.exc import SQLAlchemyError

from kite import collector, delivery, log, recordings, viewers
from kite.context import Kite
from kite.database import describe
from kite.errors import KiteError
from kite.models import Lease, now

LEASE = timedelta(seconds=6)
"""A process that is gone, or cannot reach the database, loses its tasks after this long."""

RENEW_SECONDS = 2.0
STOP_SECONDS = 3.0
"""How long the end waits for tasks that run; what they do can be cut off and done again."""


@dataclass(frozen=True)
class Task:
    """Something to do again and again.

    Attributes:
        name: Its name in logs and leases.
        every: Seconds between the end of one run and the start of the next.
        run: What to do; it may be cut off at any point. An error is logged, and the next run tries
            again.
        everywhere: Whether every control process does it, without a lease.
    """

    name: str
    every: float
    run: Callable[[Kite], None]
    everywhere: bool = False


TASKS: tuple[Task, ...] = (
    Task("collect", collector.EVERY_SECONDS, collector.collect),
    Task("viewers", viewers.FLUSH_SECONDS, viewers.flush, everywhere=True),
    Task("recordings", recordings.FINISH_SECONDS, recordings.finish),
    Task("retention", recordings.RETENTION_SECONDS, recordings.retain),
    Task("deliver", delivery.DELIVER_SECONDS, delivery.Deliverer().run),
    Task("purge-events", delivery.PURGE_SECONDS, delivery.purge),
)
"""Every background task."""


class Worker:
    """Runs the tasks, each in a thread of its own, until ``stop``.

    One more thread takes and renews the leases, so that a long run does not lose its own. The
    threads do not keep the process alive.
    """

    def __init__(self, kite: Kite, tasks: tuple[Task, ...] = TASKS) -> None:
        self._kite = kite
        self._holder = token_hex(8)
        self._stopping = threading.Event()
        self._leased = tuple(task.name for task in tasks if not task.everywhere)
        self._held: frozenset[str] = frozenset()
        self._held_until = 0.0
        self._threads = [
            threading.Thread(target=self._keep_leases, name="leases", daemon=True),
            *(threading.Thread(target=self._loop, args=(t,), daemon=True) for t in tasks),
        ]

    def start(self) -> None:
        """Start the tasks."""
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """End the tasks and hand them to whichever process asks next."""
        self._stopping.set()
        deadline = time.monotonic() + STOP_SECONDS
        for thread in self._threads:
            thread.join(max(0.0, deadline - time.monotonic()))
        with suppress(SQLAlchemyError), self._kite.database.writes.begin() as session:
            session.execute(delete(Lease).where(Lease.holder == self._holder))

    def _loop(self, task: Task) -> None:
        failing = False
        while not self._stopping.wait(task.every):
            if task.everywhere or self._holds(task.name):
                failing = self._attempt(task.name, lambda: task.run(self._kite), failing=failing)

    def _keep_leases(self) -> None:
        failing = False
        while not self._stopping.is_set():
            failing = self._attempt("leases", self._renew, failing=failing)
            self._stopping.wait(RENEW_SECONDS)

    def _renew(self) -> None:
        asked = time.monotonic()
        self._held = hold(self._kite, self._leased, self._holder)
        # A second less than the others grant, for their clocks and for rounding.
        self._held_until = asked + LEASE.total_seconds() - 1

    def _holds(self, name: str) -> bool:
        return name in self._held and time.monotonic() < self._held_until

    def _attempt(self, name: str, run: Callable[[], None], *, failing: bool) -> bool:
        """Whether it failed; logged once, until it succeeds again."""
        try:
            run()
        except Exception as error:  # whatever it was, the next run may do better
            if failing:
                return True
            if isinstance(error, SQLAlchemyError):
                error = KiteError("DATABASE_UNUSABLE", describe(error))
            if isinstance(error, KiteError):
                log.warning("task.failed", task=name, code=error.code, detail=error.detail)
            else:
                log.exception("task.failed", task=name)
            return True
        if failing:
            log.info("task.recovered", task=name)
        return False


def hold(kite: Kite, tasks: tuple[str, ...], holder: str) -> frozenset[str]:
    """Take or renew the leases of tasks; those another process has are not in the answer.

    One that ends far in the future is nobody's: the clock was set back since.
    """
    held = set()
    with kite.database.writes.begin() as session:
        for task in sorted(tasks):
            lease = session.get(Lease, task, with_for_update=True)
            if lease is None:
                session.add(Lease(task=task, holder=holder, until=now() + LEASE))
            elif lease.holder != holder and now() < lease.until < now() + 2 * LEASE:
                continue
            else:
                lease.holder, lease.until = holder, now() + LEASE
            held.add(task)
    return frozenset(held)
