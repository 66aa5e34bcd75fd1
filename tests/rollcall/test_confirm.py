"""`rollcall confirm`: what it notes, what it refuses, and that the ledger survives bad input."""

import json
from pathlib import Path

import pytest
from click.testing import Result
from hypothesis import given
from hypothesis import strategies as st

from rollcall.ledger import Entry, Key, read_ledger, write_ledger
from tests.rollcall.helpers import CHECKLIST, EN, FILES, ZH, snapshot, write
from tests.rollcall.test_cli import rollcall

LEDGER = "translations.json"
WITH_LEDGER = f"{CHECKLIST}ledger: {LEDGER}\n"


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The clean tree, with a ledger to be, as the current folder."""
    write(tmp_path, {**FILES, "checklist.yml": WITH_LEDGER})
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    return tmp_path


def stale() -> str:
    return rollcall("check", "--select", "translation-current").stdout


def edit(root: Path, path: str, old: str, new: str) -> None:
    text = (root / path).read_text(encoding="utf-8")
    assert old in text
    (root / path).write_text(text.replace(old, new), encoding="utf-8")


def refused(done: Result, message: str) -> None:
    assert done.exit_code == 2
    assert done.stdout == ""
    assert message in done.stderr


@pytest.mark.parametrize("target", ["docs/en/index.md", "docs/zh/index.md", "docs/en", "docs", "."])
def test_confirming_in_any_way_of_naming_it(root: Path, target: str) -> None:
    assert "there is no ledger `translations.json`" in stale()
    done = rollcall("confirm", target)
    assert done.exit_code == 0
    assert done.stdout.splitlines() == [
        "confirmed: docs/en/index.md#steps",
        "confirmed: docs/en/index.md#rollback",
        "2 sections confirmed, 1 were current, 0 entries removed",
    ]
    assert "0 findings" in stale()
    before = (root / LEDGER).read_bytes()
    again = rollcall("confirm", target, "--lang", "zh")
    assert again.stdout == "确认 0 节，本来就一致 3 节，删去 0 条\n"
    assert (root / LEDGER).read_bytes() == before
    assert not list(root.glob(f".{LEDGER}*"))


def test_one_section_only(root: Path) -> None:
    rollcall("confirm", "docs")
    edit(root, "docs/zh/index.md", "先安装。", "先下载。")
    edit(root, "docs/zh/index.md", "再撤销。", "最后撤销。")
    assert "2 findings" in stale()
    edit(root, "docs/en/index.md", "Install it.", "Download it.")
    done = rollcall("confirm", "docs/en/index.md#steps")
    assert done.stdout.startswith("confirmed: docs/en/index.md#steps\n1 sections")
    assert "1 findings" in stale()
    assert "rollcall confirm docs/en/index.md#rollback --no-change" in stale()


def test_an_unchanged_translation_needs_a_reason_and_keeps_it(root: Path) -> None:
    rollcall("confirm", "docs")
    edit(root, "docs/zh/index.md", "先安装。", "先装上。")
    before = (root / LEDGER).read_bytes()
    refused(rollcall("confirm", "docs/en"), "docs/en/index.md:7: error: ")
    refused(rollcall("confirm", "docs/en"), "1 errors, nothing was confirmed")
    refused(rollcall("confirm", "docs/en", "--no-change", "same    "), "at least 10 characters")
    assert (root / LEDGER).read_bytes() == before
    reason = "only the wording of the Chinese sentence"
    assert rollcall("confirm", "docs/en", "--no-change", reason).exit_code == 0
    assert "0 findings" in stale()
    pages = json.loads((root / LEDGER).read_text(encoding="utf-8"))["pages"]
    assert pages["index.md"]["steps"]["en"]["reason"] == reason
    assert "reason" not in pages["index.md"]["rollback"]["en"]
    refused(rollcall("confirm", "docs/en", "--no-change", reason), "excuses nothing")
    edit(root, "docs/en/index.md", "Install it.", "Set it up.")
    rollcall("confirm", "docs/en")
    assert "reason" not in (root / LEDGER).read_text(encoding="utf-8")


def test_a_source_that_lost_its_text_leaves_no_entry(root: Path) -> None:
    write(root, {"docs/zh/index.md": ZH + "\n## 另外 {#more}\n\n字。\n"})
    write(root, {"docs/en/index.md": EN + "\n## More {#more}\n\nText.\n"})
    rollcall("confirm", "docs")
    write(root, {"docs/zh/index.md": ZH + "\n## 另外 {#more}\n"})
    refused(rollcall("confirm", "docs"), "docs/zh/index.md:15: error: section #more is empty")
    write(root, {"docs/en/index.md": EN + "\n## More {#more}\n"})
    assert "1 removed" in stale()
    rollcall("confirm", "docs")
    assert "more" not in (root / LEDGER).read_text(encoding="utf-8")
    assert "0 findings" in stale()


def test_prune(root: Path) -> None:
    write(root, {"docs/zh/index.md": ZH + "\n## 另外 {#more}\n\n字。\n"})
    write(root, {"docs/en/index.md": EN + "\n## More {#more}\n\nText.\n"})
    rollcall("confirm", "docs")
    write(root, {**FILES, "checklist.yml": WITH_LEDGER})
    assert "take it out: rollcall confirm --prune" in stale()
    assert rollcall("confirm", "docs").exit_code == 0
    done = rollcall("confirm", "--prune")
    assert "removed: index.md#more (en)\n0 sections confirmed" in done.stdout
    assert "0 findings" in stale()


@pytest.mark.parametrize(
    ("args", "message"),
    [
        ((), "name the pages or folders to confirm"),
        (("docs/en/indx.md",), "no page docs/en/indx.md; did you mean `docs/en/index.md`?"),
        (("docs/en#steps",), "docs/en#steps: a section belongs to a page"),
        (("docs/en/index.md#stps",), "no section `#stps`; did you mean `steps`?"),
        (("/",), "is not in"),
        (("a\0b",), "is not in"),
    ],
)
def test_refusals(root: Path, args: tuple[str, ...], message: str) -> None:
    refused(rollcall("confirm", *args), message)
    assert not (root / LEDGER).exists()


def test_pages_whose_sections_do_not_match_are_refused(root: Path) -> None:
    edit(root, "docs/en/index.md", "## Rollback {#rollback}\n\nUndo it.\n", "")
    message = "docs/en/index.md: error: section #rollback is missing, as in docs/zh/index.md:11"
    refused(rollcall("confirm", "docs/en/index.md#steps"), message)
    write(root, {"docs/en/index.md": EN.replace("Undo it.\n", "")})
    refused(rollcall("confirm", "docs"), "docs/en/index.md:11: error: section #rollback is empty")
    write(root, {"docs/en/index.md": EN + "\n## Extra\n\nText.\n"})
    refused(rollcall("confirm", "docs"), "docs/en/index.md:15: error: a heading without `{#id}`")
    (root / "docs/en/index.md").rename(root / "docs/en/other.md")
    refused(rollcall("confirm", "docs/zh"), "docs/en/index.md: error: no such page")


def test_generated_pages_have_nothing_to_confirm(root: Path) -> None:
    edit(root, "checklist.yml", "- path: index.md\n", "- path: index.md\n        generated: true\n")
    refused(rollcall("confirm", "docs/en/index.md"), "is generated: there is nothing to confirm")
    (root / LEDGER).write_text('{"version": 1, "pages": {}}')
    assert "0 findings" in stale()


def test_without_a_ledger_in_the_checklist(root: Path) -> None:
    (root / "checklist.yml").write_text(CHECKLIST, encoding="utf-8")
    refused(rollcall("confirm", "docs"), "add the line `ledger: translations.json`")
    assert "0 findings" in stale()


def test_the_ledger_is_no_link_and_no_output_file(root: Path, tmp_path: Path) -> None:
    rollcall("confirm", "docs")
    refused(rollcall("check", "--output-file", LEDGER), "is an input of the check")
    (root / LEDGER).rename(root / "other.json")
    (root / LEDGER).symlink_to("other.json")
    edit(root, "docs/zh/index.md", "先安装。", "先下载。")
    edit(root, "docs/en/index.md", "Install it.", "Download it.")
    refused(rollcall("confirm", "docs"), "is a link or out of the tree")


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("", 1, "mapping"),
        ("[]", 1, "mapping"),
        ("{", 2, "not YAML"),
        ('{"version": 2, "pages": {}}', 1, "`version`: not one of the values allowed"),
        ('{"version": 1}', 1, "missing key `pages`"),
        ('{"version": 1, "pages": {}, "page": {}}', 1, "unknown key `page`"),
        ('{"version": 1,\n "pages": {"a": {},\n "a": {}}}', 3, "duplicate key `a`"),
        (
            '{"version": 1, "pages": {\n"a": {"b": {"en": {"source": "x", "translation": "y"}}}}}',
            2,
            "",
        ),
        ('{"version": 1,\n<<<<<<< ours\n"pages": {}}', 2, "an unresolved merge conflict"),
        ('{"version": 1,\n"pages": {},\n=======\n"pages": {}}', 3, "an unresolved merge conflict"),
    ],
)
def test_a_ledger_that_cannot_be_used(root: Path, text: str, line: int, message: str) -> None:
    (root / LEDGER).write_text(text, encoding="utf-8")
    done = rollcall("confirm", "docs")
    refused(done, f"{LEDGER}:{line}: error: ")
    assert message in done.stderr
    assert (root / LEDGER).read_text(encoding="utf-8") == text
    found = rollcall("check", "--output-format=concise", "--select=translation-current")
    assert found.exit_code == 1
    assert f"{LEDGER}:{line}: error[translation-current]" in found.stdout


_HASH = st.text("0123456789abcdef", min_size=8, max_size=8)
_ENTRY = st.builds(
    Entry,
    source=st.lists(_HASH, max_size=3).map(" ".join),
    translation=_HASH,
    reason=st.none() | st.text("原因 why\"'\\#{:", min_size=10, max_size=20),
)
_NAME = st.text("ab/.-_ 甲#:", max_size=8)


@given(st.dictionaries(st.tuples(_NAME, _NAME, st.sampled_from(["en", "fr"])), _ENTRY, max_size=5))
def test_what_is_written_is_read_again(entries: dict[Key, Entry]) -> None:
    text = write_ledger(entries)
    assert json.loads(text)["version"] == 1
    read = read_ledger(snapshot({LEDGER: text}), LEDGER)
    assert read.entries == entries
    assert write_ledger(read.entries) == text


def test_an_unreadable_ledger_is_said_as_such(root: Path) -> None:
    (root / LEDGER).write_bytes(b"\0")
    refused(rollcall("confirm", "docs"), f"{LEDGER}: error: a binary file")
    assert f"{LEDGER}: error[translation-current]: a binary file" in stale()
