"""Plans × severities: the files that make the matrix, bound, with the clock of every cell."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

from rollcall.model import Place
from rollcall.policy.calendars import Calendars
from rollcall.policy.clock import Clock, clock_of
from rollcall.policy.files import PolicyFile, read_policy
from rollcall.policy.plans import Plan, Plans
from rollcall.policy.severities import Severities, Severity
from rollcall.policy.targets import Promise, Target, Targets
from rollcall.policy.texts import minutes
from rollcall.project import Project

Key: TypeAlias = tuple[str, str]


@dataclass(frozen=True)
class Matrix:
    """The four files of the matrix; rows, columns and clocks by their ids."""

    severities: PolicyFile[Severities]
    plans: PolicyFile[Plans]
    targets: PolicyFile[Targets]
    calendars: PolicyFile[Calendars]

    @cached_property
    def levels(self) -> tuple[Severity, ...]:
        """Severities, the worst first."""
        return tuple(sorted(self.severities.data.severities, key=lambda level: level.rank))

    @cached_property
    def ranked_plans(self) -> tuple[Plan, ...]:
        """Plans, the lowest first."""
        return tuple(sorted(self.plans.data.plans, key=lambda plan: plan.rank))

    @cached_property
    def clocks(self) -> Mapping[str, Clock]:
        """The clock of every calendar that has one; `service-calendar` reports the others."""
        found: dict[str, Clock] = {}
        for name, calendar in self.calendars.data.calendars.items():
            try:
                found[name] = clock_of(calendar)
            except ValueError:
                continue
        return found

    @cached_property
    def rows(self) -> Mapping[Key, tuple[int, Target]]:
        """The first row of each plan and severity, and its index in the file."""
        found: dict[Key, tuple[int, Target]] = {}
        for index, row in enumerate(self.targets.data.targets):
            found.setdefault((row.plan, row.severity), (index, row))
        return found

    def row(self, plan: str, severity: str) -> tuple[int, Target] | None:
        """The row of a plan and severity, if there is one with a known clock."""
        found = self.rows.get((plan, severity))
        return found if found and found[1].calendar in self.clocks else None

    def place(self, index: int, promise: str = "plan") -> Place:
        """Where an entry of a row stands."""
        return self.targets.place("targets", index, promise)

    def clock(self, row: Target) -> Clock:
        """The clock that a row's times run on."""
        return self.clocks[row.calendar]

    def service(self, row: Target, promise: str) -> int | None:
        """Minutes of service that a promise of a row takes at most; `None` without a promise."""
        found = getattr(row, promise)
        return minutes(found.within, self.clock(row).day) if isinstance(found, Promise) else None

    def wall(self, row: Target, promise: str) -> int | None:
        """Minutes on the wall that a promise takes at worst; `None` without a promise."""
        service = self.service(row, promise)
        return None if service is None else self.clock(row).worst(service)


def read_matrix(project: Project) -> Matrix | None:
    """The matrix; `None` if one of its files is absent or invalid."""
    severities = read_policy(project, "severities.yml", Severities)
    plans = read_policy(project, "plans.yml", Plans)
    targets = read_policy(project, "targets.yml", Targets)
    calendars = read_policy(project, "calendars.yml", Calendars)
    if severities and plans and targets and calendars:
        return Matrix(severities, plans, targets, calendars)
    return None
