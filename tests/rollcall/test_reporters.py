"""One hand-made report in every format, held against the files in `reporters/`.

`ROLLCALL_GOLDEN=write pytest …` writes them anew; read the difference before it is committed.
"""

import json
import os
from pathlib import Path
from xml.etree import ElementTree

import jsonschema
import pytest

from rollcall.model import (
    Cell,
    Level,
    Outcome,
    Place,
    Report,
    RuleInfo,
    Scope,
    Severity,
    Status,
    Text,
    met,
)
from rollcall.reporters import REPORTERS
from rollcall.reporters.text import summary

HERE = Path(__file__).parent
SUFFIX = {"json": "json", "sarif": "sarif", "junit": "xml", "html": "html", "markdown": "md"}
ZH, EN = Cell("deploy", "zh"), Cell("deploy", "en")
DEMAND = Place("checklist.yml", 41)


def outcome(status: Status, rule: str, subject: str, at: Place, **more: object) -> Outcome:
    texts = {"message": Text("缺少章节“回滚”", "section `Rollback` is missing")}
    return Outcome(status, subject, at, DEMAND, rule=rule, **{**texts, **more})  # type: ignore[arg-type]


REPORT = Report(
    outcomes=(
        outcome(
            Status.UNMET,
            "required-section",
            "docs/en/deploy.md#rollback",
            Place("docs/en/deploy.md", 12),
            hint=Text("加上 `## 回滚 {#rollback}`", "add `## Rollback {#rollback}`"),
            cell=EN,
        ),
        outcome(
            Status.UNMET,
            "odd",
            "odd",
            Place("docs/zh/100%, a: b 部署.md"),
            message=Text("第一行\n::error::<&>\x07", "line one\n::error::<&>\x07"),
            severity=Severity.INFO,
            cell=ZH,
        ),
        outcome(Status.UNMET, "odd", "warned", DEMAND, severity=Severity.WARNING),
        outcome(Status.BROKEN, "odd", "odd", DEMAND),
        outcome(
            Status.WAIVED, "required-section", "docs/zh/a.md#b", Place("docs/zh/a.md", 3), cell=ZH
        ),
        Outcome(
            Status.MET,
            "docs/zh/a.md#c",
            Place("docs/zh/a.md", 9),
            DEMAND,
            cell=ZH,
            rule="required-section",
        ),
    ),
    scope=Scope(types=1, languages=2, pages=3, sections=4, items=(("setting", 5),)),
    rules=(
        RuleInfo(
            "required-section",
            Text("缺少必需的章节", "a required section is missing"),
            Level.LISTED,
        ),
        RuleInfo("odd", Text("古怪", "odd"), Level.PAIRED),
        RuleInfo("quiet", Text("安静", "quiet")),
    ),
)
CLEAN = Report((), Scope(1, 2, 3, 4), REPORT.rules)


def render(name: str, report: Report = REPORT, language: str = "en") -> str:
    return next(r for r in REPORTERS if name == r.ID).render(report, language)


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("name", [reporter.ID for reporter in REPORTERS])
def test_golden(name: str, language: str) -> None:
    path = HERE / "reporters" / f"{name}.{language}.{SUFFIX.get(name, 'txt')}"
    text = render(name, language=language)
    if os.environ.get("ROLLCALL_GOLDEN") == "write":
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="")
    with path.open(encoding="utf-8", newline="") as file:
        assert text == file.read()


def test_every_module_is_registered() -> None:
    folder = HERE.parents[1] / "scripts" / "rollcall" / "reporters"
    modules = {path.stem for path in folder.glob("[!_]*.py")}
    assert modules == {{"json": "json_v1"}.get(r.ID, r.ID) for r in REPORTERS}


def test_json_names_its_fields_and_counts() -> None:
    document = json.loads(render("json"))
    assert document["version"] == 1
    keys = {"rule", "status", "subject", "at", "because", "message", "hint"}
    for found in document["outcomes"]:
        assert keys <= set(found)
        assert set(found["at"]) == set(found["because"]) == {"path", "line"}
    four = {"met": 1, "unmet": 1, "waived": 1, "broken": 0}
    assert document["rules"]["required-section"] == four
    assert document["rules"]["quiet"] == {"met": 0, "unmet": 0, "waived": 0, "broken": 0}
    assert document["counts"] == {"met": 1, "unmet": 3, "waived": 1, "broken": 1}
    assert document["cells"][0] == {
        "type": "deploy",
        "language": "en",
        "level": None,
        "met": 0,
        "unmet": 1,
        "waived": 0,
        "broken": 0,
    }


# The part of SARIF 2.1.0 (OASIS, 2020) that rollcall writes, as its schema has it.
PLACE = {
    "type": "object",
    "required": ["artifactLocation", "region"],
    "additionalProperties": False,
    "properties": {
        "artifactLocation": {
            "type": "object",
            "required": ["uri"],
            "properties": {
                "uri": {"type": "string", "pattern": r"^[A-Za-z0-9\-._~/%]+$"},
                "uriBaseId": {"type": "string"},
            },
        },
        "region": {
            "type": "object",
            "required": ["startLine"],
            "properties": {"startLine": {"type": "integer", "minimum": 1}},
        },
    },
}
MESSAGE = {
    "type": "object",
    "required": ["text"],
    "properties": {"text": {"type": "string", "minLength": 1}},
}
LOCATION = {
    "type": "object",
    "required": ["physicalLocation"],
    "additionalProperties": False,
    "properties": {"physicalLocation": PLACE, "message": MESSAGE},
}
RESULT = {
    "type": "object",
    "required": ["ruleId", "level", "message", "locations"],
    "additionalProperties": False,
    "properties": {
        "ruleId": {"type": "string"},
        "level": {"enum": ["none", "note", "warning", "error"]},
        "message": MESSAGE,
        "locations": {"type": "array", "items": LOCATION, "minItems": 1, "maxItems": 1},
        "relatedLocations": {"type": "array", "items": LOCATION, "uniqueItems": True},
        "partialFingerprints": {"type": "object", "additionalProperties": {"type": "string"}},
        "suppressions": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["kind"],
                "properties": {"kind": {"enum": ["inSource", "external"]}},
            },
        },
    },
}
SARIF = {
    "type": "object",
    "required": ["version", "runs"],
    "properties": {
        "version": {"const": "2.1.0"},
        "runs": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["tool", "results"],
                "properties": {
                    "tool": {
                        "type": "object",
                        "required": ["driver"],
                        "properties": {"driver": {"type": "object", "required": ["name", "rules"]}},
                    },
                    "results": {"type": "array", "items": RESULT},
                },
            },
        },
    },
}


@pytest.mark.parametrize("report", [REPORT, CLEAN])
def test_sarif_is_as_its_schema_says(report: Report) -> None:
    document = json.loads(render("sarif", report))
    jsonschema.validate(document, SARIF)
    (run,) = document["runs"]
    assert len(run["results"]) == sum(o.status is not Status.MET for o in report.outcomes)
    ids = {rule["id"] for rule in run["tool"]["driver"]["rules"]}
    assert {result["ruleId"] for result in run["results"]} <= ids
    suppressed = [r["partialFingerprints"] for r in run["results"] if "suppressions" in r]
    assert len(suppressed) == sum(o.status is Status.WAIVED for o in report.outcomes)


def test_fingerprints_do_not_move_with_lines() -> None:
    def prints(line: int) -> list[str]:
        moved = Report((met("s", Place("a.md", line), DEMAND),), REPORT.scope, ())
        (one,) = moved.outcomes
        unmet = Outcome(Status.UNMET, one.subject, one.at, one.because, Text("一", "one"), rule="r")
        document = json.loads(render("sarif", Report((unmet,), REPORT.scope, ())))
        return [r["partialFingerprints"]["subject/v1"] for r in document["runs"][0]["results"]]

    assert prints(1) == prints(99)


@pytest.mark.parametrize("report", [REPORT, CLEAN])
def test_junit_parses_and_its_counts_agree(report: Report) -> None:
    root = ElementTree.fromstring(render("junit", report))
    suites = root.findall("testsuite")
    assert [suite.get("name") for suite in suites] == [rule.id for rule in report.rules]
    for suite in suites:
        for attribute, tag in (
            ("failures", "failure"),
            ("errors", "error"),
            ("skipped", "skipped"),
        ):
            assert int(suite.get(attribute, "")) == len(suite.findall(f"testcase/{tag}"))
        assert int(suite.get("tests", "")) == len(suite.findall("testcase"))
    assert len(root.findall(".//testcase")) == len(report.outcomes)


def test_github_commands_cannot_be_forged() -> None:
    lines = render("github").splitlines()
    assert len(lines) == len(REPORT.findings) + 1
    assert all(line.startswith(("::error ", "::warning ", "::notice ")) for line in lines)
    odd = next(line for line in lines if "100%25" in line)
    assert "file=docs/zh/100%25%2C a%3A b 部署.md,line=1" in odd
    assert "line one%0A::error::<&>" in odd
    assert lines[0].startswith("::error ")


def test_the_summary_counts() -> None:
    assert summary(REPORT).en.endswith("1 met, 1 waived, 4 findings")
    assert summary(CLEAN).zh == (
        "点名完毕：1 类文档 × 2 种语言，3 页，4 节，3 条规则；符合 0 项，豁免 0 项，问题 0 个"
    )


def test_a_finding_says_what_demands_it_and_what_to_do() -> None:
    lines = render("text").splitlines()
    assert lines[0] == (
        "docs/en/deploy.md:12: error[required-section]: section `Rollback` is missing"
    )
    assert lines[1] == "    required by: checklist.yml:41"
    assert lines[2] == "    hint: add `## Rollback {#rollback}`"
