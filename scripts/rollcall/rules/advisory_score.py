"""The score and severity of an advisory are those that its CVSS vector gives."""

from collections.abc import Iterator
from typing import Final

from cvss import CVSS3, CVSSError

from rollcall.checklist import Strict
from rollcall.model import Level, Outcome, Severity, Text, met, unmet
from rollcall.policy.advisory import BANDS, Advisory
from rollcall.policy.files import read_all
from rollcall.project import Project

ID: Final = "advisory-score"
LEVEL: Final = Level.COMPLETE
SEVERITY: Final = Severity.ERROR
SUMMARY: Final = Text("通告的评分和向量不符", "an advisory's score is not that of its vector")
EXPLANATION: Final = Text(
    "用 CVSS 3.1 的公式从 `vector` 重算基础分，和写下的 `score` 比；`severity` 要是这个分数所在的一档"
    "（规范第 5 节：0 none，0.1 low，4.0 medium，7.0 high，9.0 critical 起）。",
    "The base score is computed again from `vector` by CVSS 3.1 and held against `score`; `severity` "
    "is the band of that score (section 5 of the specification: none 0, low from 0.1, medium from "
    "4.0, high from 7.0, critical from 9.0).",
)


class Options(Strict):
    """This rule has no options."""


def check(project: Project, _options: Options) -> Iterator[Outcome]:
    """One outcome per advisory that is right, else one per wrong value."""
    for file in read_all(project, "advisories/*.yml", Advisory):
        because = file.place("cvss", "vector")
        problems = list(_problems(file.data))
        if not problems:
            yield met(file.data.id, file.place("cvss"), because)
        for key, text in problems:
            yield unmet(f"{file.data.id}:{key}", file.place("cvss", key), because, text)


def _problems(advisory: Advisory) -> Iterator[tuple[str, Text]]:
    given = advisory.cvss
    try:
        score = float(CVSS3(given.vector).base_score)
    except CVSSError as error:
        yield "vector", Text(f"不是 CVSS 3.1 向量：{error}", f"no CVSS 3.1 vector: {error}")
        return
    if given.score != score:
        yield (
            "score",
            Text(f"算出来是 {score}，写的是 {given.score}", f"is {score}, not {given.score}"),
        )
    band = max((least, name) for name, least in BANDS.items() if least <= score)[1]
    if given.severity != band:
        yield (
            "severity",
            Text(f"{score} 分是 `{band}`", f"{score} is `{band}`, not `{given.severity}`"),
        )
