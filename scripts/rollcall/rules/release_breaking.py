"""What breaks with a release is said in time, and the way over it is written down."""

from collections.abc import Iterator
from typing import Final

from rollcall.checklist import Strict
from rollcall.model import Level, Outcome, Place, Severity, Text, met, unmet
from rollcall.policy.changelog import entries
from rollcall.policy.files import read_policy
from rollcall.policy.releases import Release, ReleasePolicy, Releases
from rollcall.policy.versions import line_of, number
from rollcall.project import Project
from rollcall.snapshot import UnreadableError

ID: Final = "release-breaking"
LEVEL: Final = Level.COMPLETE
SEVERITY: Final = Severity.ERROR
SUMMARY: Final = Text(
    "不兼容的改动没有预告或迁移说明", "a breaking change lacks its warning or its migration"
)
EXPLANATION: Final = Text(
    "一个版本去掉了东西（`removes`，或变更日志里有 Removed）、改了默认值（`changed_defaults`）或是 `breaking`，"
    "就要有迁移页 `migration` 和升级前必读 `must_read`；去掉的东西要先在更早的次版本里 `deprecates`。",
    "A release that removes something (`removes`, or Removed in the changelog), changes defaults "
    "(`changed_defaults`) or is `breaking` has a `migration` page and a `must_read`; what it removes "
    "was in `deprecates` of earlier lines.",
)


class Options(Strict):
    """This rule has no options."""


def check(project: Project, _options: Options) -> Iterator[Outcome]:
    """One outcome per release that breaks nothing or says how, else one per lack."""
    file = read_policy(project, "releases.yml", Releases)
    policy = read_policy(project, "release-policy.yml", ReleasePolicy)
    if file is None or policy is None:
        return
    removed = _removed(project, file.data.changelog)
    for index, release in enumerate(file.data.releases):
        at, because = file.place("releases", index), policy.place("notice")
        because = removed.get(release.version, because)
        lacks = list(_lacks(release, release.version in removed))
        lacks += _unannounced(release, file.data, policy.data.notice.deprecation_releases)
        if not lacks:
            yield met(release.version, at, because)
        for key, text in lacks:
            at = file.place("releases", index, key)
            yield unmet(f"{release.version}: {text.en}", at, because, text)


def _removed(project: Project, path: str) -> dict[str, Place]:
    """Versions whose changelog has a part `Removed`, and where."""
    try:
        text = project.snapshot.read(path)
    except UnreadableError:
        return {}
    return {
        entry.version: Place(path, change.line)
        for entry in entries(text)
        for change in entry.changes
        if change.kind == "Removed"
    }


def _lacks(release: Release, in_changelog: bool) -> Iterator[tuple[str, Text]]:
    if in_changelog and not release.removes:
        yield (
            "version",
            Text(
                f"{release.version} 去掉了东西，`removes` 没写",
                f"{release.version} has no `removes`",
            ),
        )
    breaks = release.removes or release.changed_defaults or release.type == "breaking"
    if breaks and release.migration is None:
        yield (
            "version",
            Text(
                f"{release.version} 要有迁移页 `migration`", f"{release.version} has no `migration`"
            ),
        )
    if breaks and not release.must_read:
        yield (
            "version",
            Text(
                f"{release.version} 要有升级前必读 `must_read`",
                f"{release.version} has no `must_read`",
            ),
        )


def _unannounced(release: Release, data: Releases, wanted: int) -> Iterator[tuple[str, Text]]:
    for name in release.removes:
        warned = {
            line_of(other.version)
            for other in data.releases
            if name in other.deprecates
            and number(line_of(other.version)) < number(line_of(release.version))
        }
        if len(warned) < wanted:
            yield (
                "removes",
                Text(
                    f"`{name}` 只在 {len(warned)} 个更早的次版本里预告过，要 {wanted} 个",
                    f"`{name}` was deprecated in {len(warned)} earlier lines, wanted {wanted}",
                ),
            )
