"""What we advise to keep is kept as long as any law asks, and it is said how."""

from collections.abc import Iterator
from typing import Final

from rollcall.checklist import Strict
from rollcall.model import Level, Outcome, Severity, Text, did_you_mean, met, unmet
from rollcall.policy.compliance import Compliance, Kept, Retention
from rollcall.policy.files import PolicyFile, read_policy
from rollcall.project import Project

ID: Final = "retention"
LEVEL: Final = Level.COMPLETE
SEVERITY: Final = Severity.ERROR
SUMMARY: Final = Text("保留期短于法律的要求", "something is kept for less than the law asks")
EXPLANATION: Final = Text(
    "`retention.yml` 的每种数据：`keep_days` 不少于任何一条 `minimums`；每条写明的条目在 `compliance.yml` 里、"
    "已查证、是同一个地区；Kite 默认留得不够的，要写 `how`。",
    "Each kind in `retention.yml`: `keep_days` is no less than any of `minimums`; each names a row of "
    "`compliance.yml` that is verified and of the same region; where Kite keeps less by itself, there "
    "is a `how`.",
)


class Options(Strict):
    """This rule has no options."""


def check(project: Project, _options: Options) -> Iterator[Outcome]:
    """One outcome per kind of data that is right, else one per problem."""
    file = read_policy(project, "retention.yml", Retention)
    law = read_policy(project, "compliance.yml", Compliance)
    if file is None or law is None:
        return
    for name, kept in file.data.kinds.items():
        problems = [*_length(kept), *_rows(kept, law)]
        if not problems:
            yield met(name, file.place("kinds", name), law.place("rows"))
        for location, text in problems:
            at = file.place("kinds", name, *location)
            yield unmet(f"{name}:{text.en}", at, law.place("rows"), text)


def _length(kept: Kept) -> Iterator[tuple[tuple[str | int, ...], Text]]:
    longest = max(kept.minimums, key=lambda minimum: minimum.days)
    if kept.keep_days < longest.days:
        yield (
            ("keep_days",),
            Text(
                f"{longest.region} 要 {longest.days} 天（{longest.row}）",
                f"{longest.region} asks for {longest.days} days ({longest.row})",
            ),
        )
    if kept.kite_days is not None and kept.kite_days < kept.keep_days and kept.how is None:
        yield (
            ("kite_days",),
            Text("默认留得不够，要写 `how`", "keeps less by default, and there is no `how`"),
        )


def _rows(kept: Kept, law: PolicyFile[Compliance]) -> Iterator[tuple[tuple[str | int, ...], Text]]:
    rows = {row.id: row for row in law.data.rows}
    for index, minimum in enumerate(kept.minimums):
        row = rows.get(minimum.row)
        where = ("minimums", index, "row")
        if row is None:
            guess = did_you_mean(minimum.row, list(rows))
            yield (
                where,
                Text(f"没有条目 `{minimum.row}`{guess.zh}", f"no row `{minimum.row}`{guess.en}"),
            )
        elif row.source.status == "U":
            yield where, Text(f"`{row.id}` 没查证", f"`{row.id}` is not verified")
        elif row.region != minimum.region:
            yield where, Text(f"`{row.id}` 是 {row.region} 的", f"`{row.id}` is of {row.region}")
