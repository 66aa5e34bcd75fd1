"""What was promised in public is not taken back without saying so."""

import re
from collections.abc import Collection, Iterator, Mapping
from typing import Final

from rollcall.checklist import Strict
from rollcall.model import Level, Outcome, Severity, Text, met, unmet
from rollcall.policy.files import PolicyFile, read_policy
from rollcall.policy.matrix import Matrix, read_matrix
from rollcall.policy.published import Published
from rollcall.policy.targets import PROMISES, Promise
from rollcall.policy.texts import DURATION_PATTERN, minutes
from rollcall.project import Project

ID: Final = "published-promise"
LEVEL: Final = Level.PROVEN
SEVERITY: Final = Severity.ERROR
SUMMARY: Final = Text("承诺比公布的松", "a promise is looser than the published one")
EXPLANATION: Final = Text(
    "`published.yml` 是公布过的数字。`targets.yml` 放松了，就在那里加一个新版本、写明改了什么，"
    "并提前通知；收紧也加一个版本，以后才不会悄悄退回去。",
    "`published.yml` holds the numbers as published. Where `targets.yml` was loosened, a new version "
    "there says what changed, and is announced ahead; tightened ones are added too, so that they "
    "cannot slip back.",
)


class Options(Strict):
    """This rule has no options."""


def check(project: Project, _options: Options) -> Iterator[Outcome]:
    """One outcome per published time of the matrix."""
    file = read_policy(project, "published.yml", Published)
    matrix = read_matrix(project)
    if file is None:
        return
    number = len(file.data.versions) - 1
    latest = file.data.versions[number]
    if matrix is not None:
        for plan, rows in latest.promises.items():
            yield from _plan(file, matrix, number, latest.binding, plan, rows)


def _plan(
    file: PolicyFile[Published],
    matrix: Matrix,
    version: int,
    binding: Collection[str],
    plan: str,
    rows: Mapping[str, tuple[str, ...]],
) -> Iterator[Outcome]:
    for severity, times in rows.items():
        found = matrix.row(plan, severity)
        because = file.place("versions", version, "promises", plan, severity)
        if found is None:
            continue  # `support-matrix` says that the row is missing
        index, row = found
        day = matrix.clock(row).day
        for name, published in zip(PROMISES, times, strict=True):
            at, now = matrix.place(index, name), getattr(row, name)
            subject = f"targets.yml:{plan} {severity} {name} published"
            limit = _limit(published, day)
            bound = not isinstance(now, Promise) or now.kind == "sla" or name not in binding
            if not bound:
                text = Text("公布的是 sla，现在是 target", "published as sla, is target now")
                yield unmet(subject, at, because, text)
            elif limit is None or (isinstance(now, Promise) and minutes(now.within, day) == limit):
                yield met(subject, at, because)
            elif isinstance(now, Promise) and minutes(now.within, day) < limit:
                text = Text(
                    f"比公布的 {published} 紧；加一个版本",
                    f"tighter than the published {published}: add a version",
                )
                yield unmet(subject, at, because, text)
            else:
                text = Text(f"比公布的 {published} 松", f"looser than the published {published}")
                yield unmet(subject, at, because, text)


def _limit(text: str, day: int) -> int | None:
    return minutes(text, day) if re.fullmatch(DURATION_PATTERN, text) else None
