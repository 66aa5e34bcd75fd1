"""The changelog keeps its format, and tells of the same releases as the release data."""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from pydantic import Field

from rollcall.checklist import Strict
from rollcall.model import Level, Outcome, Place, Severity, Text, did_you_mean, met, unmet
from rollcall.policy.changelog import KINDS, UNRELEASED, Entry, entries
from rollcall.policy.files import PolicyFile, read_policy
from rollcall.policy.releases import Releases
from rollcall.policy.versions import VERSION_PATTERN, number
from rollcall.project import Project
from rollcall.snapshot import UnreadableError

ID: Final = "changelog"
LEVEL: Final = Level.COMPLETE
SEVERITY: Final = Severity.ERROR
SUMMARY: Final = Text(
    "变更日志的格式或内容不对", "the changelog breaks its format or the release data"
)
EXPLANATION: Final = Text(
    "变更日志照 Keep a Changelog 1.1.0：Unreleased 在最上，版本从新到旧，日期 YYYY-MM-DD，"
    "小节只用规定的名字且不为空；和 `releases.yml` 的版本、日期一一对应。`extra` 是另外允许的小节名。",
    "The changelog follows Keep a Changelog 1.1.0: Unreleased on top, versions newest first, dates "
    "YYYY-MM-DD, only the known parts and none empty; it has the versions and dates of `releases.yml`, "
    "no more and no fewer. `extra` names other parts that are allowed.",
)


class Options(Strict):
    """Options of this rule."""

    extra: tuple[str, ...] = Field(("Upgrade notes",), description="other parts that are allowed")


def check(project: Project, options: Options) -> Iterator[Outcome]:
    """One outcome per version that is right, else one per problem."""
    file = read_policy(project, "releases.yml", Releases)
    if file is None:
        return
    path, because = file.data.changelog, file.place("changelog")
    try:
        found = list(entries(project.snapshot.read(path)))
    except UnreadableError as error:
        yield unmet(path, because, because, error.reason)
        return
    above: Entry | None = None
    for entry in found:
        problems = [*_order(entry, above), *_parts(entry, options.extra)]
        for line, text in problems:
            subject = f"{path}:{entry.version}:{text.en}"
            yield unmet(subject, Place(path, line), because, text)
        if not problems:
            yield met(f"{path}:{entry.version}", Place(path, entry.line), because)
        above = entry if entry.version != UNRELEASED else above
    yield from _same_releases(file, found, path)


def _order(entry: Entry, above: Entry | None) -> Iterator[tuple[int, Text]]:
    if entry.version == UNRELEASED:
        if above is not None:
            yield entry.line, Text("Unreleased 要在最上面", "Unreleased belongs on top")
        return
    if not _is_version(entry.version):
        yield entry.line, Text("版本号应为 x.y.z", f"`{entry.version}` is no version x.y.z")
        return
    if entry.day is None:
        yield entry.line, Text("日期应为 YYYY-MM-DD", "expected a date: `## [x.y.z] - YYYY-MM-DD`")
    if above is None or not _is_version(above.version):
        return
    if number(entry.version) >= number(above.version):
        yield entry.line, Text("版本要从新到旧", f"{entry.version} stands below {above.version}")
    if entry.day and above.day and entry.day > above.day:
        yield entry.line, Text("比上面的版本还晚", f"{entry.day} is later than the version above")


def _is_version(text: str) -> bool:
    return re.match(VERSION_PATTERN, text) is not None


def _parts(entry: Entry, extra: Sequence[str]) -> Iterator[tuple[int, Text]]:
    known = (*KINDS, *extra)
    for change in entry.changes:
        if change.kind not in known:
            guess = did_you_mean(change.kind, known)
            what = f"`{change.kind}`"
            yield (
                change.line,
                Text(f"不认识的小节 {what}{guess.zh}", f"unknown part {what}{guess.en}"),
            )
        elif not change.text:
            yield change.line, Text(f"`{change.kind}` 是空的", f"`{change.kind}` is empty")
    if not entry.changes and entry.version != UNRELEASED:
        yield entry.line, Text("这个版本什么都没写", "this version says nothing")


def _same_releases(
    file: PolicyFile[Releases], found: Sequence[Entry], path: str
) -> Iterator[Outcome]:
    written = {entry.version: entry for entry in found}
    for index, release in enumerate(file.data.releases):
        at = file.place("releases", index, "date")
        entry = written.pop(release.version, None)
        if entry is None:
            text = Text(f"{path} 里没有这个版本", f"{path} has no {release.version}")
            yield unmet(f"release {release.version}", at, Place(path), text)
        elif entry.day and entry.day != release.date:
            text = Text(
                f"日期是 {release.date}，{path} 里是 {entry.day}",
                f"{release.date} here, {entry.day} in {path}",
            )
            yield unmet(f"release {release.version}", at, Place(path, entry.line), text)
        else:
            yield met(f"release {release.version}", at, Place(path, entry.line))
    for entry in written.values():
        if _is_version(entry.version):
            text = Text("releases.yml 里没有这个版本", f"releases.yml has no {entry.version}")
            yield unmet(
                f"release {entry.version}", Place(path, entry.line), file.place("releases"), text
            )
