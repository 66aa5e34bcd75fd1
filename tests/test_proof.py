"""The record of what tests have proven: when it is written, what it holds, what it is held to."""

import json
from typing import Any

import pytest

from rollcall.proof import digest
from tests.proof import COMMITTED
from tests.rollcall.test_this_repository import PLAN

pytest_plugins = ["pytester"]

TESTS = """\
import pytest

@pytest.mark.parametrize("name", ["a@b", "c"])
def test_runs(proof, name):
    proof.ran("snippets/a.sh")
    proof.output("snippets/a.out")

def test_uses(proof, pytestconfig):
    proof.used(pytestconfig.rootpath / "snippets" / "a.sh", "snippets/b.conf")

def test_other():
    pass
"""
A = ["tests/test_a.py::test_runs[a@b]", "tests/test_a.py::test_runs[c]"]
USES = "tests/test_a.py::test_uses"


@pytest.fixture
def tree(pytester: pytest.Pytester) -> pytest.Pytester:
    files = {
        "snippets/a.sh": "kite up\r\n",
        "snippets/a.out": "up\n",
        "snippets/b.conf": "b\n",
        "snippets/kite/__init__.py": '__version__ = "0.2.0"\n',
        "tests/test_a.py": TESTS,
        "pytest.ini": "[pytest]\ntestpaths = tests\n",
    }
    for name, text in files.items():
        path = pytester.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())
    return pytester


def run(tree: pytest.Pytester, *options: str) -> tuple[int, str]:
    done = tree.runpytest("-p", "tests.proof", "-p", "no:cacheprovider", *options)
    return int(done.ret), done.stdout.str()


def stored(tree: pytest.Pytester, name: str = COMMITTED) -> Any:
    path = tree.path / name
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else None


def change(tree: pytest.Pytester, old: str, new: str, name: str = "tests/test_a.py") -> None:
    path = tree.path / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


@pytest.mark.parametrize("workers", [(), ("-n", "2")])
def test_a_complete_run_writes_what_it_has_seen(
    tree: pytest.Pytester, workers: tuple[str, ...]
) -> None:
    group = "import pytest\npytestmark = pytest.mark.xdist_group('tests/test_a.py')\n"
    change(tree, "import pytest\n", group)
    assert run(tree, "--write-proof", *workers)[0] == 0
    found = stored(tree)
    assert found == stored(tree, "build/proof.json")
    entries = found["snippets"]
    assert list(entries) == ["snippets/a.out", "snippets/a.sh", "snippets/b.conf"]
    script = entries["snippets/a.sh"]
    assert (script["kind"], script["tests"]) == ("ran", [*A, USES])
    assert script["sha256"] == digest("kite up\n")
    assert (entries["snippets/a.out"]["kind"], entries["snippets/b.conf"]["kind"]) == (
        "output",
        "used",
    )
    assert script["version"] == "Kite 0.2.0"
    assert set(found["environment"]) <= {"inputs", "python", "nginx", "ffmpeg"}
    assert run(tree, *workers)[0] == 0


def test_an_ordinary_run_writes_only_below_build(tree: pytest.Pytester) -> None:
    assert run(tree)[0] == 0
    assert stored(tree) is None
    assert stored(tree, "build/proof.json")


def test_the_day_changes_with_content_tests_and_version_only(tree: pytest.Pytester) -> None:
    run(tree, "--write-proof")
    old = stored(tree)
    for entry in old["snippets"].values():
        entry["date"] = "2025-01-02"
    (tree.path / COMMITTED).write_text(json.dumps(old), encoding="utf-8")
    (tree.path / "snippets/b.conf").write_text("c\n", encoding="utf-8")
    assert run(tree, "--write-proof")[0] == 0
    days = {path: entry["date"] for path, entry in stored(tree)["snippets"].items()}
    assert days.pop("snippets/b.conf") > "2026"
    assert set(days.values()) == {"2025-01-02"}
    change(tree, '"0.2.0"', '"0.3.0"', "snippets/kite/__init__.py")
    assert run(tree, "--write-proof")[0] == 0
    assert {entry["version"] for entry in stored(tree)["snippets"].values()} == {"Kite 0.3.0"}


@pytest.mark.parametrize(
    ("options", "why"),
    [
        (("-k", "runs or uses or other"), "keyword"),
        (("tests/test_a.py",), "paths: tests/test_a.py"),
        (("-m", "not slow"), "markexpr"),
        (("--deselect", "tests/test_a.py::test_other"), "deselect"),
    ],
)
def test_a_partial_run_neither_writes_nor_judges(
    tree: pytest.Pytester, options: tuple[str, ...], why: str
) -> None:
    ghost = {"sha256": "0" * 64, "kind": "ran", "tests": ["x"], "date": "2026-01-01"}
    record = {"version": 1, "snippets": {"snippets/x": {**ghost, "version": "Kite 0.2.0"}}}
    (tree.path / COMMITTED).write_text(json.dumps(record), encoding="utf-8")
    assert run(tree, *options)[0] == 0
    assert stored(tree, "build/proof.json") is None
    code, printed = run(tree, "--write-proof", *options)
    assert code == 1
    assert f"written from a complete run only; this one had {why}" in printed
    assert stored(tree) == record


def test_a_red_run_writes_nothing(tree: pytest.Pytester) -> None:
    change(tree, "pass", "assert False")
    assert run(tree, "--write-proof")[0] == 1
    assert stored(tree) is None
    assert stored(tree, "build/proof.json") is None


def test_what_a_failing_test_says_does_not_count(tree: pytest.Pytester) -> None:
    run(tree, "--write-proof")
    change(tree, "def test_uses(", "@pytest.mark.xfail\ndef test_uses(")
    change(tree, '"snippets/b.conf")', '"snippets/b.conf"); assert False')
    code, _ = run(tree)
    assert code == 0, "an expected failure is a skip: it speaks neither for nor against"
    assert "snippets/b.conf" not in stored(tree, "build/proof.json")["snippets"]


@pytest.mark.parametrize(
    ("path", "edit", "said"),
    [
        ("snippets/a.sh", {"tests": ["made/up.py::test"]}, "snippets/a.sh: not proven by made/up"),
        ("snippets/a.sh", {"tests": A}, f"snippets/a.sh: proven by {USES} too"),
        ("snippets/a.sh", {"sha256": "0" * 64}, "snippets/a.sh: changed since 2"),
        ("snippets/x.sh", {"tests": [USES]}, f"snippets/x.sh: not proven by {USES}"),
    ],
)
def test_a_record_written_by_hand_fails_the_next_complete_run(
    tree: pytest.Pytester, path: str, edit: dict[str, object], said: str
) -> None:
    run(tree, "--write-proof")
    record = stored(tree)
    some = record["snippets"].get(path, record["snippets"]["snippets/a.sh"])
    record["snippets"][path] = {**some, **edit}
    (tree.path / COMMITTED).write_text(json.dumps(record), encoding="utf-8")
    code, printed = run(tree)
    assert code == 1
    assert said in printed
    assert "scripts/test --write-proof" in printed
    assert "4 passed" in printed
    assert "1 failed" in printed


def test_skipped_tests_are_not_judged_and_nothing_is_written_without_them(
    tree: pytest.Pytester,
) -> None:
    run(tree, "--write-proof")
    before = stored(tree)
    change(tree, "def test_other", "@pytest.mark.skip(reason='no')\ndef test_other")
    assert run(tree, "--write-proof")[0] == 0, "it had nothing to say"
    change(tree, "def test_uses(", "@pytest.mark.skip(reason='no')\ndef test_uses(")
    assert run(tree)[0] == 0
    code, printed = run(tree, "--write-proof")
    assert code == 1
    assert f"these tests were skipped, what they prove is unknown\n{USES}" in printed
    assert stored(tree) == before


@pytest.mark.parametrize(
    "act",
    ["open('snippets/b.conf', 'a').write('more')", "__import__('os').unlink('snippets/b.conf')"],
)
def test_a_file_that_changes_during_the_run_is_not_recorded(
    tree: pytest.Pytester, act: str
) -> None:
    change(tree, "    pass", f"    {act}")
    code, printed = run(tree, "--write-proof")
    assert code == 1
    assert "these files changed during the run\nsnippets/b.conf" in printed
    assert stored(tree) is None


def test_a_path_outside_or_missing_fails_the_test(tree: pytest.Pytester) -> None:
    change(tree, '"snippets/b.conf"', '"snippets/none"')
    assert run(tree)[0] == 1


def test_the_checklist_names_the_record_that_the_tests_write() -> None:
    assert PLAN.checklist.proof == COMMITTED
