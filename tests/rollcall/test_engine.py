"""Levels, selection, severities, waivers, rules that raise, order; the tree it all reads."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from types import ModuleType
from typing import Any, cast

import pytest

from rollcall.model import InputError, Level, Outcome, Severity, Status, closest, did_you_mean
from rollcall.names import matches, plain_label
from rollcall.rules import RULES, Rule, required_section
from rollcall.snapshot import MAX_BYTES, Snapshot, UnreadableError
from tests.rollcall.helpers import CHECKLIST, EN, FILES, findings, run, snapshot

BROKEN_EN = EN.replace("## Rollback {#rollback}\n\nUndo it.\n", "TODO\n")
DEFECTS = {**FILES, "docs/en/index.md": BROKEN_EN}
WAIVER = """waivers:
  - {rule: required-section, subject: docs/en/index.md#rollback, reason: being written, owner: li, expires: 2026-06-30}
"""


def waived(tail: str = WAIVER) -> dict[str, str | None]:
    return {**DEFECTS, "checklist.yml": CHECKLIST + tail}


def test_levels_choose_the_rules() -> None:
    for level in Level:
        ran = {rule.id for rule in run(FILES, level=level).rules} - {"waiver"}
        assert ran == {rule.ID for rule in RULES if level >= rule.LEVEL}
    listed = {**DEFECTS, "checklist.yml": CHECKLIST + "level: listed\n"}
    assert findings(listed) == []
    assert len(run(DEFECTS).findings) == 2


def test_select_and_ignore() -> None:
    assert {o.rule for o in run(DEFECTS, select=["placeholder-text"]).outcomes} == {
        "placeholder-text"
    }
    assert {o.rule for o in run(DEFECTS, ignore=["placeholder-text"]).findings} == {
        "required-section"
    }
    both = run(DEFECTS, select=["required-section", "section-id"], ignore=["section-id"])
    assert [rule.id for rule in both.rules] == ["required-section"]


def test_severities_of_the_checklist() -> None:
    loud = {**DEFECTS, "checklist.yml": CHECKLIST + "rules: {required-section: {severity: info}}\n"}
    (finding,) = [o for o in run(loud).findings if o.rule == "required-section"]
    assert finding.severity is Severity.INFO
    off = {**DEFECTS, "checklist.yml": CHECKLIST + "rules: {required-section: {severity: off}}\n"}
    assert "required-section" not in run(off).by_rule()


def test_a_waiver_in_force() -> None:
    report = run(waived())
    assert [o.rule for o in report.findings] == ["placeholder-text"]
    counts = report.by_rule()
    assert counts["required-section"][Status.WAIVED] == 1
    assert counts["waiver"][Status.MET] == 1
    assert run(waived(), today=date(2026, 6, 30)).by_rule()["required-section"][Status.WAIVED] == 1


def test_a_waiver_past_its_day_waives_nothing_and_is_a_finding() -> None:
    report = run(waived(), today=date(2026, 7, 1))
    assert sorted(o.rule for o in report.findings) == [
        "placeholder-text",
        "required-section",
        "waiver",
    ]
    (finding,) = [o for o in report.findings if o.rule == "waiver"]
    assert str(finding.at) == "checklist.yml:24"
    assert "expired on 2026-06-30" in finding.message.en
    assert finding.hint is not None
    assert "li" in finding.hint.en


def test_a_waiver_that_waives_nothing() -> None:
    clean = {**FILES, "checklist.yml": CHECKLIST + WAIVER}
    (finding,) = run(clean).findings
    assert finding.rule == "waiver"
    assert "waives nothing" in finding.message.en
    assert run(clean, select=["section-id", "waiver"]).findings == ()
    assert run(clean, ignore=["waiver"]).findings == ()
    assert run(clean, level=Level.LISTED).findings == ()


class Raising(ModuleType):
    """A rule that reports one thing and then fails."""

    ID = "raising"
    LEVEL = Level.LISTED
    SEVERITY = Severity.ERROR
    SUMMARY = required_section.SUMMARY
    EXPLANATION = required_section.EXPLANATION
    Options = required_section.Options

    def check(self, project: Any, options: Any) -> Iterator[Outcome]:
        yield next(required_section.check(project, options))
        raise ZeroDivisionError("oops")


def test_a_rule_that_raises_is_broken_and_the_others_go_on() -> None:
    rules = [cast(Rule, Raising("raising")), *RULES]
    report = run(DEFECTS, rules=rules)
    assert report.by_rule()["raising"] == {Status.MET: 1, Status.BROKEN: 1}
    (broken,) = [o for o in report.outcomes if o.status is Status.BROKEN]
    assert broken in report.findings
    assert "ZeroDivisionError: oops" in broken.message.en
    assert len(report.findings) == 3


def test_the_order_is_fixed() -> None:
    report = run(DEFECTS)
    places = [(o.at.path, o.at.line or 0, o.rule, o.subject) for o in report.outcomes]
    assert places == sorted(places)
    turned = dict(reversed(list(DEFECTS.items())))
    assert run(turned).outcomes == report.outcomes


def test_counts_per_cell_and_scope() -> None:
    report = run(DEFECTS)
    cells = {str(cell): counts[Status.UNMET] for cell, counts in report.by_cell().items()}
    assert cells == {"deploy/en": 2, "deploy/zh": 0}
    assert (report.scope.types, report.scope.languages, report.scope.pages) == (1, 2, 2)


@pytest.mark.parametrize(
    ("files", "place", "message"),
    [
        ({"docs/en/index.md": None}, "checklist.yml:4", "is missing or holds no .md page"),
        (
            {
                "checklist.yml": CHECKLIST.replace(
                    "docs: docs/en", "docs: docs/en, config: no.yml"
                ),
            },
            "checklist.yml:4",
            "no.yml: cannot be opened",
        ),
        (
            {
                "checklist.yml": CHECKLIST.replace("docs: docs/en", "docs: docs/en, config: m.yml"),
                "m.yml": "nav:\n  - [\n",
            },
            "m.yml:3",
            "not YAML",
        ),
    ],
)
def test_nothing_to_check_is_an_input_error(
    files: dict[str, str | None], place: str, message: str
) -> None:
    with pytest.raises(InputError) as caught:
        run({**FILES, **files})
    ((where, text),) = caught.value.problems
    assert str(where) == place
    assert message in text.en
    assert text.zh != text.en


# -- the tree -----------------------------------------------------------------------------------


def test_overlay_adds_replaces_and_hides(tmp_path: Path) -> None:
    (tmp_path / "d" / "e").mkdir(parents=True)
    for name in ("d/a.md", "d/b.md", "d/e/c.md"):
        (tmp_path / name).write_text(name)
    tree = Snapshot(tmp_path, {"d/a.md": "other", "d/b.md": None, "d/new.md": "new"})
    assert tree.files("d") == ("d/a.md", "d/e/c.md", "d/new.md")
    assert tree.read("d/a.md") == "other"
    assert not tree.is_file("d/b.md")
    with pytest.raises(UnreadableError):
        tree.read("d/b.md")
    assert tree.is_dir("d/e")


def test_line_ends_and_byte_order_mark(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_bytes(b"\xef\xbb\xbfa\r\nb\rc\n")
    assert Snapshot(tmp_path).read("a.md") == "a\nb\nc\n"


def test_what_cannot_be_read_says_why(tmp_path: Path) -> None:
    outside = tmp_path / "outside.md"
    outside.write_text("secret")
    root = tmp_path / "root"
    root.mkdir()
    (root / "binary.md").write_bytes(b"a\0b")
    (root / "latin.md").write_bytes(b"one\ntw\xe9\n")
    (root / "out.md").symlink_to(outside)
    (root / "loop.md").symlink_to("loop.md")
    (root / "folder.md").mkdir()
    with (root / "big.md").open("wb") as file:
        file.truncate(50_000_000)
    assert MAX_BYTES < 50_000_000
    tree = Snapshot(root)
    reasons = {}
    for name in (
        "binary.md",
        "latin.md",
        "out.md",
        "loop.md",
        "folder.md",
        "big.md",
        "../outside.md",
    ):
        with pytest.raises(UnreadableError) as caught:
            tree.read(name)
        reasons[name] = caught.value.reason.en
    assert reasons == {
        "binary.md": "a binary file",
        "latin.md": "not UTF-8 on line 2",
        "out.md": "a link that leads out of the tree",
        "loop.md": "cannot be opened: missing, or a link loop",
        "folder.md": "not a regular file",
        "big.md": "50.0 MB, the limit is 2 MB",
        "../outside.md": "a link that leads out of the tree",
    }


def test_a_folder_that_cannot_be_listed_is_not_an_empty_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(path: object) -> None:
        raise PermissionError(13, "Permission denied", str(path))

    (tmp_path / "d").mkdir()
    assert snapshot({}).files("nowhere") == ()
    monkeypatch.setattr("os.scandir", refuse)
    with pytest.raises(UnreadableError, match="Permission denied"):
        Snapshot(tmp_path).files("d")


# -- names --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("key", "pattern", "expected"),
    [
        ("a.md", "a.md", True),
        ("a/b.md", "a/*.md", True),
        ("a/b/c.md", "a/*.md", False),
        ("a/b/c.md", "a/**/*.md", True),
        ("a/c.md", "a/**/*.md", True),
        ("a/b.md", "a/?.md", True),
        ("a+b.md", "a+b.md", True),
        ("aab.md", "a+b.md", False),
        ("axmd", "a.md", False),
    ],
)
def test_paths_match_globs(key: str, pattern: str, expected: bool) -> None:
    assert matches(key, pattern) is expected


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("（回滚）", "回滚"),
        ("ＡＢＣ　ｄ", "abc D"),
        ("“回滚”：", "回滚"),
        (" Roll  back! ", "roll back"),
    ],
)
def test_labels_are_compared_without_form(one: str, other: str) -> None:
    assert plain_label(one) == plain_label(other)


def test_guesses() -> None:
    assert closest("rolback", ["rollback"]).zh == "；是不是 `rollback`？"
    assert closest("zzz", ["rollback"]).en == ""
    assert did_you_mean("zzz", ["b", "a"]).en == "; known: a, b"
    assert did_you_mean("zzz", []).en == ""
