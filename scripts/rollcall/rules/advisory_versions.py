"""An advisory says for every version that exists whether it is affected, and what to install."""

from collections.abc import Iterator
from typing import Final

from rollcall.checklist import Strict
from rollcall.model import Level, Outcome, Severity, Text, did_you_mean, met, unmet
from rollcall.policy.advisory import Advisory
from rollcall.policy.files import read_all, read_policy
from rollcall.policy.releases import Releases
from rollcall.policy.versions import line_of, number
from rollcall.project import Project

ID: Final = "advisory-versions"
LEVEL: Final = Level.COMPLETE
SEVERITY: Final = Severity.ERROR
SUMMARY: Final = Text("通告里的版本或日期不对", "versions or dates of an advisory are wrong")
EXPLANATION: Final = Text(
    "受影响和已修复的版本都在 `releases.yml` 里，不重叠；每条受影响、还在支持的版本线都有更高的修复版本"
    "（或 `no_fix`）；修复发布之后才公布，除非 `exploited`；修改日期不早于公布。",
    "Affected and fixed versions are in `releases.yml` and do not overlap; every affected line that "
    "is still supported has a higher fixed version, or there is a `no_fix`; it is published when the "
    "fix is out, unless `exploited`; modified is not before published.",
)


class Options(Strict):
    """This rule has no options."""


def check(project: Project, _options: Options) -> Iterator[Outcome]:
    """One outcome per advisory that is right, else one per problem."""
    releases = read_policy(project, "releases.yml", Releases)
    if releases is None:
        return
    because = releases.place("releases")
    for file in read_all(project, "advisories/*.yml", Advisory):
        problems = [
            *_existence(file.data, releases.data),
            *_cure(file.data, releases.data),
            *_dates(file.data, releases.data),
        ]
        if not problems:
            yield met(file.data.id, file.place("affected"), because)
        for key, text in problems:
            yield unmet(f"{file.data.id}:{key}:{text.en}", file.place(key), because, text)


def _existence(advisory: Advisory, data: Releases) -> Iterator[tuple[str, Text]]:
    versions = [release.version for release in data.releases]
    for key, named in (("affected", advisory.affected), ("fixed", advisory.fixed)):
        for version in named:
            if version not in versions:
                guess = did_you_mean(version, versions)
                yield key, Text(f"没有版本 {version}{guess.zh}", f"no release {version}{guess.en}")
    for version in sorted(set(advisory.affected) & set(advisory.fixed), key=number):
        yield "fixed", Text(f"{version} 既受影响又已修复", f"{version} is both affected and fixed")


def _cure(advisory: Advisory, data: Releases) -> Iterator[tuple[str, Text]]:
    if bool(advisory.fixed) == (advisory.no_fix is not None):
        yield (
            "affected",
            Text("`fixed` 和 `no_fix` 要写且只写一个", "give `fixed` or `no_fix`, and one only"),
        )
        return
    supported = {line.name for line in data.lines if line.eol >= advisory.published}
    for line in sorted({line_of(version) for version in advisory.affected}, key=number):
        worst = max((v for v in advisory.affected if line_of(v) == line), key=number)
        cured = any(number(version) > number(worst) for version in advisory.fixed)
        if line in supported and advisory.fixed and not cured:
            yield "fixed", Text(f"没有高于 {worst} 的修复版本", f"nothing above {worst} is fixed")


def _dates(advisory: Advisory, data: Releases) -> Iterator[tuple[str, Text]]:
    out = {release.version: release.date for release in data.releases}
    for version in advisory.fixed:
        day = out.get(version)
        if day and day > advisory.published and not advisory.exploited:
            yield (
                "published",
                Text(
                    f"{version} {day} 才发布，公布早了",
                    f"published before {version} came out on {day}",
                ),
            )
    if advisory.modified < advisory.published:
        yield "modified", Text("早于公布日期", "modified before it was published")
