"""The command: options, exit codes, what goes to stdout and what to stderr."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from rollcall import cli, listing
from rollcall.rules import RULES
from tests.rollcall.helpers import CHECKLIST, EN, FILES, write

ROOT = Path(__file__).parents[2]
DEFECT = EN.replace("## Rollback {#rollback}\n\nUndo it.\n", "TODO\n")


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A tree with one missing section and one placeholder, as the current folder."""
    write(tmp_path, {**FILES, "docs/en/index.md": DEFECT})
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def clean(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    write(tmp_path, FILES)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)


def rollcall(*args: str) -> Result:
    return CliRunner().invoke(cli.cli, args, catch_exceptions=False)


def process(*args: str, cwd: Path, **env: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "rollcall", *args],
        cwd=cwd,
        env={**os.environ, **env},
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )


def test_clean_is_0_and_says_what_was_counted(clean: Path) -> None:
    done = rollcall("check")
    assert done.exit_code == 0
    assert done.stdout.startswith("checked 1 document types × 2 languages, 2 pages, 6 sections")
    assert done.stderr == ""


def test_findings_are_1_on_stdout(tree: Path) -> None:
    done = rollcall("check")
    assert done.exit_code == 1
    assert "docs/en/index.md:7: error[required-section]" in done.stdout
    assert "required by: checklist.yml:22" in done.stdout
    assert done.stderr == ""


def test_a_wrong_checklist_is_2_on_stderr(tree: Path) -> None:
    (tree / "checklist.yml").write_text(CHECKLIST + "lvl: 1\nx: 2\n")
    done = rollcall("check")
    assert done.exit_code == 2
    assert done.stdout == ""
    assert "checklist.yml:23: error: unknown key `lvl`" in done.stderr
    assert "checklist.yml:24: error: unknown key `x`" in done.stderr
    assert "2 errors, nothing was checked" in done.stderr
    assert "2 处错误" in rollcall("check", "--lang", "zh").stderr


def test_our_bug_is_3_without_traceback(clean: Path) -> None:
    (clean / "sitecustomize.py").write_text(
        "import rollcall.cli\ndef boom(*a, **k): raise RuntimeError('boom')\nrollcall.cli.check = boom\n"
    )
    done = process("check", cwd=clean, PYTHONPATH=str(clean))
    assert done.returncode == 3
    assert "RuntimeError: boom" in done.stderr
    assert "this is a bug in rollcall" in done.stderr
    assert "Traceback" not in done.stderr
    shown = process("check", cwd=clean, PYTHONPATH=str(clean), ROLLCALL_TRACEBACK="1")
    assert "Traceback" in shown.stderr


def test_a_rule_that_raises_is_3(clean: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*args: object) -> None:
        raise RuntimeError("boom")

    monkeypatch.setattr(RULES[0], "check", fail)
    done = rollcall("check", "--exit-zero")
    assert done.exit_code == 3
    assert "broken[readable-page]: the rule itself failed: RuntimeError: boom" in done.stdout


@pytest.mark.parametrize("name", ["text", "concise", "json", "sarif", "junit", "github"])
def test_formats(tree: Path, name: str) -> None:
    done = rollcall("check", "--output-format", name)
    assert done.exit_code == 1
    assert "required-section" in done.stdout
    assert done.stdout.endswith("\n")


def test_output_file_is_replaced_as_a_whole(tree: Path) -> None:
    target = tree / "report.json"
    target.write_text("old")
    before = target.stat().st_ino
    done = rollcall("check", "--output-format=json", "--output-file=report.json")
    assert done.exit_code == 1
    assert done.stdout == ""
    assert json.loads(target.read_text(encoding="utf-8"))["version"] == 1
    assert target.stat().st_ino != before
    assert not list(tree.glob(".report*"))


@pytest.mark.parametrize(
    "name",
    [
        "checklist.yml",
        "docs/zh/index.md",
        "docs/en/new.txt",
        "snippets/a.sh",
        "./docs/../checklist.yml",
    ],
)
def test_output_file_is_never_an_input(tree: Path, name: str) -> None:
    before = {path: path.read_text() for path in tree.rglob("*") if path.is_file()}
    done = rollcall("check", "--output-file", name)
    assert done.exit_code == 2
    assert "is an input of the check" in done.stderr
    assert {path: path.read_text() for path in tree.rglob("*") if path.is_file()} == before


def test_output_file_that_cannot_be_written(tree: Path) -> None:
    done = rollcall("check", "--output-file", "no/such/folder/r.txt")
    assert done.exit_code == 2
    assert "No such file or directory" in done.stderr


def test_select_and_ignore(tree: Path) -> None:
    assert "1 findings" in rollcall("check", "--select", "placeholder-text").stdout
    both = rollcall("check", "--select", "placeholder-text,required-section")
    assert "2 findings" in both.stdout
    assert (
        rollcall("check", "--ignore=placeholder-text", "--ignore=required-section").exit_code == 0
    )
    wrong = rollcall("check", "--select", "placeholder-txt")
    assert wrong.exit_code == 2
    assert "no rule `placeholder-txt`; did you mean `placeholder-text`?" in wrong.stderr


def test_the_environment_can_leave_rules_out(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ROLLCALL_IGNORE", "placeholder-text required-section")
    assert rollcall("check").exit_code == 0
    assert rollcall("check", "--ignore=placeholder-text").exit_code == 1
    monkeypatch.setenv("ROLLCALL_IGNORE", "placeholder-txt")
    assert rollcall("check").exit_code == 2


def test_level(tree: Path) -> None:
    assert rollcall("check", "--level", "listed").exit_code == 0
    assert rollcall("check", "--level", "complete").exit_code == 1
    assert rollcall("check", "--level", "best").exit_code == 2


def test_fail_on_and_exit_zero(tree: Path) -> None:
    (tree / "checklist.yml").write_text(
        CHECKLIST
        + "rules: {required-section: {severity: warning}, placeholder-text: {severity: info}}\n"
    )
    codes = {
        name: rollcall("check", "--fail-on", name).exit_code
        for name in ("error", "warning", "info", "never")
    }
    assert codes == {"error": 0, "warning": 1, "info": 1, "never": 0}
    assert rollcall("check", "--exit-zero").exit_code == 0


@pytest.mark.parametrize(
    ("variables", "language"),
    [
        ({}, "en"),
        ({"LANG": "zh_CN.UTF-8"}, "zh"),
        ({"LANG": "zh_CN.UTF-8", "LC_ALL": "C.UTF-8"}, "en"),
        ({"LANG": "en_US.UTF-8", "LC_MESSAGES": "zh_TW.UTF-8"}, "zh"),
        ({"LANG": "fr_FR.UTF-8", "LC_ALL": ""}, "en"),
    ],
)
def test_language_from_the_locale(
    clean: Path, monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], language: str
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    chinese = "点名完毕" in rollcall("check").stdout
    assert chinese is (language == "zh")
    assert "checked" in rollcall("check", "--lang", "en").stdout


def test_config_from_elsewhere(
    tree: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path_factory.mktemp("elsewhere"))
    assert rollcall("check").exit_code == 2
    assert "no checklist.yml in" in rollcall("check").stderr
    done = rollcall("check", "--config", str(tree / "checklist.yml"), "--output-format=concise")
    assert done.exit_code == 1
    assert done.stdout.startswith("docs/en/index.md:7:")
    missing = rollcall("check", "--config", str(tree / "no.yml"))
    assert missing.exit_code == 2
    assert "no.yml: error: cannot be opened" in missing.stderr


def test_the_nearest_checklist_upwards(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tree / "docs" / "en")
    assert rollcall("check", "index.md").exit_code == 1


def test_paths_restrict_the_report(tree: Path) -> None:
    assert rollcall("check", "docs/zh").exit_code == 0
    assert "2 findings" in rollcall("check", "docs/en/index.md").stdout
    assert "2 findings" in rollcall("check", ".").stdout
    assert "2 findings" in rollcall("check", "docs/zh", "docs/en").stdout
    for path in ("docs/fr", "docs/e", "README.md"):
        done = rollcall("check", path)
        assert done.exit_code == 2
        assert "nothing is checked here" in done.stderr
    assert "is not in" in rollcall("check", "/").stderr


def test_a_missing_page_belongs_to_its_folder(clean: Path) -> None:
    more = "      - {path: more/a.md, title: {zh: 更多, en: More}}\n"
    write(
        clean,
        {"checklist.yml": CHECKLIST + more, "docs/zh/more/a.md": "---\ntitle: 甲\n---\n# 甲\n"},
    )
    assert rollcall("check", "docs/zh").exit_code == 0
    for path in ("docs/en", "docs/en/more", "docs/en/more/a.md"):
        done = rollcall("check", path)
        assert done.exit_code == 1, path
        assert "error[required-page]" in done.stdout


def test_a_missing_document_belongs_to_the_folder_of_its_language(clean: Path) -> None:
    more = (
        "  faq:\n    title: {zh: 问, en: Q}\n    pages: [{path: faq.md, title: {zh: 问, en: Q}}]\n"
    )
    write(
        clean, {"checklist.yml": CHECKLIST + more, "docs/zh/faq.md": "---\ntitle: 问\n---\n# 问\n"}
    )
    assert rollcall("check", "docs/zh").exit_code == 0
    assert "error[required-document]" in rollcall("check", "docs/en").stdout


def test_explain_every_rule(clean: Path) -> None:
    for rule in (*(rule.ID for rule in RULES), "waiver"):
        for lang in ("zh", "en"):
            done = rollcall("explain", rule, "--lang", lang)
            assert done.exit_code == 0
            assert done.stdout.startswith(rule)
    assert "depth = 3" in rollcall("explain", "section-id").stdout
    for name in ("section-di", "section-id,section-id", ""):
        wrong = rollcall("explain", name)
        assert wrong.exit_code == 2
        assert "no rule" in wrong.stderr


def test_list(tree: Path) -> None:
    assert "deploy" in rollcall("list", "types").stdout
    assert rollcall("list").stdout == rollcall("list", "types").stdout
    assert "docs/en/index.md" in rollcall("list", "pages").stdout
    sections = rollcall("list", "sections").stdout.splitlines()
    assert sum(line.endswith("missing") for line in sections) == 1
    assert "error[required-section]" in rollcall("list", "missing").stdout
    rules = rollcall("list", "rules", "--lang", "zh").stdout
    assert all(rule.ID in rules for rule in RULES)
    assert rollcall("list", "pagse").exit_code == 2


def test_columns_line_up_with_wide_characters() -> None:
    rows = [("类型", "x"), ("a", "y"), ("ａｂ", "z")]
    lines = listing.table(rows).splitlines()
    assert {listing.width(line) for line in lines} == {7}
    assert listing.width("中a，") == 5


def test_new_writes_both_languages_and_never_overwrites(clean: Path) -> None:
    more = (
        "      - {path: more/a.md, title: {zh: 更多, en: 'More: all'}, sections: [{id: steps}]}\n"
        "      - {path: 'faq/*.md', title: {zh: 问, en: Q}, min: 0, sections: [{id: steps}]}\n"
    )
    write(clean, {"checklist.yml": CHECKLIST + more, "docs/zh/more/a.md": "mine"})
    done = rollcall("new", "deploy")
    assert done.exit_code == 0
    assert done.stdout == "wrote skeleton: docs/en/more/a.md\n"
    assert (clean / "docs/zh/more/a.md").read_text() == "mine"
    assert (clean / "docs/zh/index.md").read_text(encoding="utf-8") == FILES["docs/zh/index.md"]
    again = rollcall("new", "deploy")
    assert again.exit_code == 2
    assert "every file exists" in again.stderr
    family = rollcall("new", "deploy", "--page", "why")
    assert family.stdout.split("\n")[:2] == [
        "wrote skeleton: docs/zh/faq/why.md",
        "wrote skeleton: docs/en/faq/why.md",
    ]
    assert 'title: "More: all"' in (clean / "docs/en/more/a.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (("deplyo",), "no type `deplyo`; did you mean `deploy`?"),
        (("deploy", "--page", "indx"), "no page `indx`; did you mean `index`?"),
        (("deploy", "--page", "../../evil"), "no page"),
        (("deploy", "--page", "/tmp/evil"), "no page"),
        (("deploy", "--page", "a\0b"), "no page"),
    ],
)
def test_new_refuses(clean: Path, args: tuple[str, ...], message: str) -> None:
    done = rollcall("new", *args)
    assert done.exit_code == 2
    assert message in done.stderr


def test_new_follows_no_link_out_of_the_tree(
    clean: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    outside = tmp_path_factory.mktemp("outside")
    more = "      - {path: more/a.md, title: {zh: 更多, en: More}}\n"
    write(clean, {"checklist.yml": CHECKLIST + more})
    (clean / "docs/zh/more").symlink_to(outside)
    done = rollcall("new", "deploy")
    assert done.exit_code == 2
    assert "out of the tree" in done.stderr
    assert not list(outside.iterdir())


def test_skeletons_of_the_real_checklist_never_count_as_content(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = (ROOT / "checklist.yml").read_text(encoding="utf-8")
    text = text.replace(", config: mkdocs.yml", "").replace(", config: mkdocs.en.yml", "")
    text = re.sub(r"^(proof|ledger|glossary|policy): .*\n", "", text, flags=re.M)
    write(tmp_path, {"checklist.yml": text, "docs/zh/x.md": "# X\n", "docs/en/x.md": "# X\n"})
    monkeypatch.chdir(tmp_path)
    for type_id, family in (
        *((name, None) for name in cli._open(None)[1].checklist.document_types),
        ("faq", "some-question"),
        ("api", "some-endpoint"),
    ):
        args = ("new", type_id) + (("--page", family) if family else ())
        assert rollcall(*args).exit_code == 0, type_id
    for page in ("docs/zh/x.md", "docs/en/x.md"):
        (tmp_path / page).unlink()
    document = json.loads(rollcall("check", "--output-format=json").stdout)
    status = {(o["rule"], o["subject"]): o["status"] for o in document["outcomes"]}
    pages = list(tmp_path.rglob("*.md"))
    assert len(pages) > 50
    empty = {
        subject
        for (rule, subject), state in status.items()
        if rule == "empty-section" and state == "unmet"
    }
    owed = {subject for (rule, subject), state in status.items() if rule == "required-section"}
    assert empty == owed
    assert len(owed) > 200
    incomplete = {
        s.partition(":")[0]
        for (rule, s), state in status.items()
        if rule == "front-matter" and state == "unmet"
    }
    assert incomplete == {page.relative_to(tmp_path).as_posix() for page in pages}
    assert not [key for key, state in status.items() if key[0] == "section-needs"]


def test_schema(clean: Path) -> None:
    assert json.loads(rollcall("schema").stdout)["title"] == "checklist.yml"


def test_help_names_every_option() -> None:
    shown = rollcall("check", "--help").stdout
    for option in (
        *("--output-format", "--output-file", "--select", "--ignore", "--level", "--fail-on"),
        *("--exit-zero", "--lang", "--config"),
    ):
        assert option in shown
    assert isinstance(cli.cli, click.Group)
    assert set(cli.cli.commands) == {"check", "confirm", "explain", "list", "new", "schema"}


def test_a_broken_pipe_prints_no_traceback(tree: Path) -> None:
    page = tree / "docs/en/index.md"
    page.write_text(DEFECT + "\n\nTODO\n" * 5000)
    done = subprocess.run(
        ["bash", "-c", f"{sys.executable} -m rollcall check --output-format=json | head -1"],
        cwd=tree,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert done.stdout == "{\n"
    assert done.stderr == ""


def test_any_stdout_encoding_will_do(tree: Path) -> None:
    done = process("check", "--lang", "zh", cwd=tree, PYTHONIOENCODING="ascii", LC_ALL="C")
    assert done.returncode == 1
    assert "缺少章节" in done.stdout


def test_a_file_name_that_is_not_utf8(clean: Path) -> None:
    Path(os.fsdecode(os.fsencode(clean) + b"/docs/zh/\xff.md")).write_text("# X\n")
    for name in ("text", "json", "sarif", "junit", "github"):
        done = rollcall("check", "--output-format", name)
        assert done.exit_code == 1, done.stderr
        assert "page-type" in done.stdout
