"""The real policy data: what is planted in it is caught at its line, what is harmless is not."""

import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from rollcall.model import Outcome
from rollcall.policy.clock import clock_of
from rollcall.policy.matrix import Matrix, read_matrix
from tests.rollcall.helpers import CHECKLIST, FILES, project, run

ROOT = Path(__file__).parents[2]
FOLDER = "snippets/policy"
BASE = {
    **FILES,
    "checklist.yml": f"{CHECKLIST}policy: {FOLDER}\n",
    "docs/zh/extend/modified.md": "# 改动\n",
    "docs/en/extend/modified.md": "# Changes\n",
    **{
        path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8")
        for path in (ROOT / FOLDER).rglob("*.yml")
    },
}
OURS = (
    *("policy-file", "severity-ladder", "service-calendar", "support-matrix", "support-order"),
    *("support-hours", "support-channels", "escalation-path", "warranty-scope", "free-fixes"),
    *(
        "contract-clause",
        "published-promise",
        "published-terms",
        "vendor-placeholder",
        "requirement-answered",
    ),
)


def text(name: str) -> str:
    return (ROOT / FOLDER / name).read_text(encoding="utf-8")


def findings(**files: str) -> list[Outcome]:
    """What is found in the data with some files (`targets` is targets.yml) replaced."""
    tree = BASE | {f"{FOLDER}/{name}.yml": body for name, body in files.items()}
    return list(run(tree, select=OURS).findings)


def lines_of(found: list[Outcome]) -> set[str]:
    return {str(outcome.at).removeprefix(f"{FOLDER}/") for outcome in found}


def numbers() -> Iterator[tuple[int, str, str]]:
    """Every time in targets.yml: its line, the line's text, and the text with a longer time."""
    for number, line in enumerate(text("targets.yml").split("\n"), 1):
        time = re.search(r"\{within: (\d+) (min|h|d), kind", line)
        if time and "known" not in line:
            longer = f"{{within: {int(time[1]) * 2} {time[2]}, kind"
            yield number, line, line.replace(time.group(), longer)


def test_the_data_is_clean() -> None:
    assert findings() == []


@pytest.mark.parametrize("number", [number for number, _, _ in numbers()])
def test_a_loosened_number_is_caught_on_its_line(number: int) -> None:
    lines = text("targets.yml").split("\n")
    lines[number - 1] = next(new for line, _, new in numbers() if line == number)
    assert f"targets.yml:{number}" in lines_of(findings(targets="\n".join(lines)))


@pytest.mark.parametrize("severity", ["S1", "S2", "S3", "S4"])
def test_a_dropped_severity_is_caught(severity: str) -> None:
    parts = re.split(r"(?m)^(?=  - id: S|unsure:)", text("severities.yml"))
    kept = "\n".join(part for part in parts if not part.startswith(f"  - id: {severity}"))
    found = findings(severities=kept)
    matrix = text("targets.yml").partition("known_answer:")[0].split("\n")
    rows = [n for n, line in enumerate(matrix, 1) if line.endswith(f"severity: {severity}")]
    assert {f"targets.yml:{row}" for row in rows} <= lines_of(found)


@pytest.mark.parametrize(("one", "other"), [("basic", "standard"), ("standard", "custom")])
def test_two_plans_swapped_in_the_matrix_are_caught(one: str, other: str) -> None:
    swapped = text("targets.yml").replace(f"plan: {one}\n", "plan: ?\n")
    swapped = swapped.replace(f"plan: {other}\n", f"plan: {one}\n")
    swapped = swapped.replace("plan: ?\n", f"plan: {other}\n")
    assert {o.rule for o in findings(targets=swapped)} >= {"support-order", "published-promise"}


def test_two_plans_swapped_in_rank_are_caught() -> None:
    swapped = text("plans.yml").replace("rank: 2", "rank: ?").replace("rank: 3", "rank: 2")
    found = findings(plans=swapped.replace("rank: ?", "rank: 3"))
    assert {o.rule for o in found} >= {"support-order", "support-hours"}


@pytest.mark.parametrize("severity", ["S1", "S2", "S3", "S4"])
def test_an_escalation_step_that_moved_is_caught(severity: str) -> None:
    lines = text("escalation.yml").split("\n")
    at = lines.index(f"  {severity}:") + 1
    lines[at], lines[at + 1] = lines[at + 1], lines[at]
    assert f"escalation.yml:{at + 2}" in lines_of(findings(escalation="\n".join(lines)))


def test_the_phone_that_was_deleted_is_missed() -> None:
    parts = re.split(r"(?m)^(?=  - id: |clause:)", text("channels.yml"))
    gone = "".join(part for part in parts if "kind: phone" not in part)
    found = findings(channels=gone)
    assert {o.subject for o in found if o.rule == "support-channels"} == {
        f"channels.yml:{plan} S1" for plan in ("basic", "standard", "enterprise", "custom")
    }


def excluded() -> list[str]:
    return re.findall(r"(?m)^  - id: (\S+)", text("exclusions.yml"))


@pytest.mark.parametrize("name", excluded())
def test_a_warranty_that_covers_an_exclusion_is_caught(name: str) -> None:
    planted = text("warranty.yml").replace("id: product-defects", f"id: {name}")
    line = planted[: planted.index(f"id: {name}")].count("\n") + 1
    assert f"warranty.yml:{line}" in lines_of(findings(warranty=planted))


@pytest.mark.parametrize("plan", ["basic", "standard", "enterprise", "custom"])
@pytest.mark.parametrize("kind", ["bugfix", "security"])
def test_a_fix_that_costs_money_is_caught(kind: str, plan: str) -> None:
    head, tail = text("plans.yml").split(f"  {kind}:\n")
    planted = re.sub(rf"    {plan}: {{price: 0", f"    {plan}: {{price: 99", tail, count=1)
    assert [o.rule for o in findings(plans=f"{head}  {kind}:\n{planted}")] == ["free-fixes"]


def promises() -> list[tuple[str, int]]:
    """Every other published number: its file and line."""
    found = []
    for name, pattern in (
        ("commitments", r"within: \d+"),
        ("plans", r"^    plans: {|^    contacts: \d+"),
        ("escalation", r"after: \d+|^  answer: \d+"),
        ("warranty", r"^months: \d+|decided_within: \d+"),
        ("targets", r"^    (?:below|days): \d+|^  within: \d+"),
    ):
        lines = text(f"{name}.yml").split("\n")
        found += [(name, i) for i, line in enumerate(lines, 1) if re.search(pattern, line)]
    return found


@pytest.mark.parametrize(("name", "number"), promises())
def test_any_other_published_number_that_changes_is_caught(name: str, number: int) -> None:
    lines = text(f"{name}.yml").split("\n")
    last = list(re.finditer(r"\d+", lines[number - 1]))[
        -1 if "plans: {" in lines[number - 1] else 0
    ]
    first = re.search(
        r"(?:within|after|answer|months|below|days|contacts): (\d+)", lines[number - 1]
    )
    start, end = first.span(1) if first else last.span()
    lines[number - 1] = lines[number - 1][:start] + "7" + lines[number - 1][end:]
    found = findings(**{name: "\n".join(lines)})
    near = {f"{name}.yml:{line}" for line in range(number - 4, number + 1)}
    assert near & lines_of(found)


@pytest.mark.parametrize("number", [n for n, line, _ in numbers() if "kind: sla" in line])
def test_a_binding_time_that_becomes_a_target_is_caught(number: int) -> None:
    lines = text("targets.yml").split("\n")
    lines[number - 1] = lines[number - 1].replace("kind: sla", "kind: target")
    assert f"targets.yml:{number}" in lines_of(findings(targets="\n".join(lines)))


@pytest.mark.parametrize(
    "name",
    [
        "severities",
        "plans",
        "targets",
        "calendars",
        "published",
        "warranty",
        "channels",
        "escalation",
        "roles",
        "exclusions",
        "contract",
        "commitments",
        "organisation",
    ],
)
def test_a_file_that_is_gone_is_missed(name: str) -> None:
    tree = {**BASE, f"{FOLDER}/{name}.yml": None}
    found = run(tree, select=["policy-file"]).findings
    assert found
    assert all(f"`{name}.yml`" in outcome.message.en for outcome in found)


# -- harmless ------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["severities", "plans", "channels", "warranty", "contract"])
def test_rewording_is_harmless(name: str) -> None:
    reworded = re.sub(r"(?m)(zh: )([^\n,}\"]{3,}?)([,}\n])", r"\1重写：\2\3", text(f"{name}.yml"))
    reworded = re.sub(r"(?m)(en: \")", r"\1Put otherwise: ", reworded)
    assert reworded != text(f"{name}.yml")
    assert findings(**{name: reworded}) == []


@pytest.mark.parametrize(
    "name", ["severities", "plans", "targets", "channels", "roles", "contract"]
)
def test_reordering_entries_is_harmless(name: str) -> None:
    whole = text(f"{name}.yml")
    starts = [match.start() for match in re.finditer(r"(?m)^  - (?=id:|plan:)", whole)]
    after = re.search(r"(?m)^\w", whole[starts[0] :])
    end = starts[0] + after.start() if after else len(whole)
    starts = [start for start in starts if start < end]
    items = [whole[a:b] for a, b in zip(starts, [*starts[1:], end], strict=True)]
    reordered = whole[: starts[0]] + "".join(reversed(items)) + whole[end:]
    assert sorted(reordered) == sorted(whole)
    assert findings(**{name: reordered}) == []


def test_one_more_example_is_harmless() -> None:
    more = "    examples:\n      - {id: more, text: {zh: 又一个例子, en: One more example}}\n"
    assert findings(severities=text("severities.yml").replace("    examples:\n", more, 1)) == []


def test_one_more_channel_role_and_exclusion_are_harmless() -> None:
    ticket = text("channels.yml").split("  - id: phone")[0].split("channels:\n")[1]
    more = ticket.replace("id: ticket", "id: mail").replace("record: true", "record: false")
    channels = text("channels.yml").replace("channels:\n", f"channels:\n{more}", 1)
    extra = "exclusions:\n  - {id: more, text: {zh: 再一件, en: One more}, instead: {zh: 报价, en: A price}}\n"
    exclusions = text("exclusions.yml").replace("exclusions:\n", extra, 1)
    assert findings(channels=channels, exclusions=exclusions) == []


# -- the clock -----------------------------------------------------------------------------------

SHANGHAI = ZoneInfo("Asia/Shanghai")


@pytest.fixture(scope="module")
def matrix() -> Matrix:
    found = read_matrix(project(BASE))
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("filed", "minutes", "due"),
    [
        ("2026-11-27 17:30", 60, "2026-11-30 10:30"),  # over a weekend
        ("2026-11-27 03:00", 60, "2026-11-27 11:00"),  # before opening
        ("2026-02-14 17:00", 60, "2026-02-14 18:00"),  # a Saturday that is worked
        ("2026-02-14 18:00", 60, "2026-02-24 11:00"),  # over the Spring Festival
        ("2026-09-30 16:00", 240, "2026-10-08 12:00"),  # over the National Day
    ],
)
def test_deadlines_of_business_hours(matrix: Matrix, filed: str, minutes: int, due: str) -> None:
    clock = matrix.clocks["business"]
    start = datetime.fromisoformat(filed).replace(tzinfo=SHANGHAI)
    assert clock.deadline(start, minutes).astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M") == due


def test_the_worst_case_is_the_closing_before_the_longest_holiday(matrix: Matrix) -> None:
    festival = (9 * 24 + 16) * 60  # from Saturday 18:00 to Tuesday 10:00, nine days of rest between
    assert matrix.clocks["business"].worst(60) == festival + 60
    assert matrix.clocks["always"].worst(60) == 60


def test_a_calendar_that_never_opens_has_no_clock(matrix: Matrix) -> None:
    calendar = matrix.calendars.data.calendars["business"]
    with pytest.raises(ValueError, match="never open"):
        clock_of(calendar.model_copy(update={"weekly": {}}))
    with pytest.raises(ValueError, match="unknown zone"):
        clock_of(calendar.model_copy(update={"zone": "Mars/Base"}))
