"""A test marked long runs unless the record holds what it proves, for the very same inputs."""

import json
from datetime import date
from pathlib import Path

import pytest

from tests.long import DAYS, due

pytest_plugins = ["pytester"]

TESTS = """\
import pytest

@pytest.mark.long
def test_long(proof):
    proof.ran("snippets/a.sh")

def test_short(proof):
    proof.ran("snippets/b.sh")
"""


@pytest.fixture
def tree(pytester: pytest.Pytester) -> pytest.Pytester:
    files = {
        "snippets/a.sh": "kite up\n",
        "snippets/b.sh": "kite init\n",
        "snippets/kite/__init__.py": '__version__ = "0.2.0"\n',
        "requirements.lock": "click==8\n",
        "tests/test_a.py": TESTS,
        "pytest.ini": "[pytest]\ntestpaths = tests\n",
    }
    for name, text in files.items():
        path = pytester.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    assert outcome(pytester, "--write-proof") == "2 passed"
    return pytester


def outcome(tree: pytest.Pytester, *options: str) -> str:
    """What pytest counts: passed, failed, skipped."""
    plugins = ("-p", "tests.proof", "-p", "tests.long", "-p", "no:cacheprovider")
    done = tree.runpytest(*plugins, "--long", "changed", *options)
    counts = done.parseoutcomes()
    return ", ".join(
        f"{counts[name]} {name}" for name in ("failed", "passed", "skipped") if name in counts
    )


def record(tree: pytest.Pytester) -> str:
    return (tree.path / "proof.json").read_text(encoding="utf-8")


@pytest.mark.parametrize("workers", [(), ("-n", "2")])
def test_what_the_record_holds_is_not_repeated(
    tree: pytest.Pytester, workers: tuple[str, ...]
) -> None:
    before = record(tree)
    assert outcome(tree, *workers) == "1 passed, 1 skipped"
    assert outcome(tree, "--write-proof", *workers) == "1 passed, 1 skipped"
    assert record(tree) == before, "what was not repeated stays in the record"
    assert outcome(tree, "--long", "all", *workers) == "2 passed"


@pytest.mark.parametrize(
    "path",
    [
        "snippets/a.sh",
        "snippets/kite/__init__.py",
        "snippets/kite/app.py",
        "snippets/pyproject.toml",
        "requirements.lock",
        "build.lock",
    ],
)
def test_it_runs_when_an_input_has_changed(tree: pytest.Pytester, path: str) -> None:
    with (tree.path / path).open("a", encoding="utf-8") as file:
        file.write("# changed\n")
    assert outcome(tree, "-k", "long") == "1 passed"


@pytest.mark.parametrize(
    "path", ["snippets/figures/kite.md", "snippets/sessions/b.sh", "docs/a.md"]
)
def test_what_it_does_not_use_may_change(tree: pytest.Pytester, path: str) -> None:
    (tree.path / path).parent.mkdir(parents=True)
    (tree.path / path).write_text("changed\n", encoding="utf-8")
    assert outcome(tree) == "1 passed, 1 skipped"


@pytest.mark.parametrize("key", ["python", "inputs"])
def test_it_runs_on_another_environment(tree: pytest.Pytester, key: str) -> None:
    found = json.loads(record(tree))
    found["environment"][key] = "another"
    (tree.path / "proof.json").write_text(json.dumps(found), encoding="utf-8")
    assert outcome(tree) == "2 passed"


@pytest.mark.parametrize("text", [None, "no record"])
def test_it_runs_without_a_record(tree: pytest.Pytester, text: str | None) -> None:
    path: Path = tree.path / "proof.json"
    path.unlink() if text is None else path.write_text(text, encoding="utf-8")
    assert outcome(tree) == "2 passed"


def test_a_test_that_the_record_does_not_know_runs(tree: pytest.Pytester) -> None:
    path = tree.path / "tests/test_a.py"
    text = path.read_text(encoding="utf-8").replace("test_long", "test_renamed")
    path.write_text(text, encoding="utf-8")
    assert outcome(tree, "-k", "renamed") == "1 passed"


def test_each_runs_one_day_in_five() -> None:
    """So an entry that no run has seen fails within days."""
    days = [date(2026, 12, day) for day in range(1, DAYS + 1)]
    tests = [f"tests/test_a.py::test_{number}" for number in range(40)]
    assert [sum(due(test, day) for day in days) for test in tests] == [1] * len(tests)
    assert all(2 < sum(due(test, day) for test in tests) < 16 for day in days)


def test_it_runs_on_its_day(tree: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.long.due", lambda test, day: bool(test and day))
    assert outcome(tree, "--long", "due") == "2 passed"
