"""Background tasks: each runs in one control process at a time, however many there are."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from secrets import token_hex

from kite import log
from kite.context import Kite
from kite.models import Lease, now

LEASE = timedelta(seconds=15)
"""A process that is gone loses its tasks after this long; it renews far more often."""


@dataclass(frozen=True)
class Task:
    """Something to do again and again.

    Attributes:
        name: Its name in logs and leases.
        every: Seconds between the end of one run and the start of the next.
        run: What to do; an exception is logged and does not end the task.
    """

    name: str
    every: float
    run: Callable[[Kite], None]


TASKS: tuple[Task, ...] = ()
"""Every background task."""


class Worker:
    """Runs the tasks, each in a thread of its own, until ``stop``."""

    def __init__(self, kite: Kite, tasks: tuple[Task, ...] = TASKS) -> None:
        self._kite = kite
        self._holder = token_hex(8)
        self._stopping = threading.Event()
        self._threads = [threading.Thread(target=self._loop, args=(task,)) for task in tasks]

    def start(self) -> None:
        """Start the tasks."""
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """End the tasks; waits for those that run."""
        self._stopping.set()
        for thread in self._threads:
            thread.join()

    def _loop(self, task: Task) -> None:
        while not self._stopping.wait(task.every):
            try:
                if hold(self._kite, task.name, self._holder):
                    task.run(self._kite)
            except Exception:  # whatever it was, the next run may do better
                log.exception("task.failed", task=task.name)


def hold(kite: Kite, task: str, holder: str) -> bool:
    """Take or renew the lease of a task; False while another process has it."""
    with kite.database.writes.begin() as session:
        lease = session.get(Lease, task, with_for_update=True)
        if lease is None:
            session.add(Lease(task=task, holder=holder, until=now() + LEASE))
            return True
        if lease.holder != holder and lease.until > now():
            return False
        lease.holder, lease.until = holder, now() + LEASE
        return True
