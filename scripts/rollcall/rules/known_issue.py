"""Known issues name versions that exist, and are fixed in a later one or not at all."""

from collections.abc import Iterator
from typing import Final

from rollcall.checklist import Strict
from rollcall.model import Level, Outcome, Severity, Text, did_you_mean, met, unmet
from rollcall.policy.files import read_policy
from rollcall.policy.releases import KnownIssue, KnownIssues, Releases
from rollcall.policy.versions import number
from rollcall.project import Project

ID: Final = "known-issue"
LEVEL: Final = Level.COMPLETE
SEVERITY: Final = Severity.ERROR
SUMMARY: Final = Text("已知问题的版本不对", "a known issue names wrong versions")
EXPLANATION: Final = Text(
    "`known-issues.yml` 的编号不重复；`affects` 和 `fixed_in` 是 `releases.yml` 里有的版本；"
    "`fixed_in` 晚于每个受影响的版本。",
    "Numbers in `known-issues.yml` are not used twice; `affects` and `fixed_in` are versions of "
    "`releases.yml`; `fixed_in` is later than every version affected.",
)


class Options(Strict):
    """This rule has no options."""


def check(project: Project, _options: Options) -> Iterator[Outcome]:
    """One outcome per issue that is right, else one per problem."""
    file = read_policy(project, "known-issues.yml", KnownIssues)
    releases = read_policy(project, "releases.yml", Releases)
    if file is None or releases is None:
        return
    because = releases.place("releases")
    versions = [release.version for release in releases.data.releases]
    seen: set[str] = set()
    for index, issue in enumerate(file.data.issues):
        problems = list(_problems(issue, versions))
        if issue.id in seen:
            problems.append(("id", Text("编号用过了", "this number is used twice")))
        seen.add(issue.id)
        if not problems:
            yield met(issue.id, file.place("issues", index), because)
        for key, text in problems:
            at = file.place("issues", index, key)
            said = Text(f"{issue.id}：{text.zh}", f"{issue.id}: {text.en}")
            yield unmet(f"{issue.id}:{key}:{text.en}", at, because, said)


def _problems(issue: KnownIssue, versions: list[str]) -> Iterator[tuple[str, Text]]:
    named = [("affects", version) for version in issue.affects]
    named += [("fixed_in", issue.fixed_in)] if issue.fixed_in else []
    for key, version in named:
        if version not in versions:
            guess = did_you_mean(version, versions)
            yield key, Text(f"没有版本 {version}{guess.zh}", f"no release {version}{guess.en}")
    newest = max(issue.affects, key=number)
    if issue.fixed_in and number(issue.fixed_in) <= number(newest):
        yield (
            "fixed_in",
            Text(
                f"{newest} 还受影响，不可能在 {issue.fixed_in} 修好",
                f"{newest} is affected, so {issue.fixed_in} cannot have fixed it",
            ),
        )
