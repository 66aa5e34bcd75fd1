"""The pieces of Kite's own source that pages show: every function in them runs here."""

import ast
import re
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

import pytest

from kite import doctor
from tests.kite.conftest import Api
from tests.proof import Proof

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "snippets" / "kite"
SHOWN = re.compile(r'--8<-- "kite/([\w/]+\.py):([\w-]+)"')


def shown() -> set[tuple[str, str]]:
    """File and region of all source that pages show."""
    pages = (ROOT / "docs").rglob("*.md")
    return {item for page in pages for item in SHOWN.findall(page.read_text(encoding="utf-8"))}


def functions(file: str, region: str) -> list[int]:
    """The first line of each function in a region, its decorators included."""
    text = (PACKAGE / file).read_text(encoding="utf-8")
    lines = [line.strip() for line in text.splitlines()]
    first, last = (lines.index(f"# --8<-- [{mark}:{region}]") + 1 for mark in ("start", "end"))
    return [
        min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.FunctionDef) and first < node.lineno < last
    ]


@contextmanager
def calls() -> Iterator[set[tuple[str, int]]]:
    """File and first line of every function of Kite that is called meanwhile, in any thread."""
    seen: set[tuple[str, int]] = set()

    def note(frame: FrameType, event: str, arg: object) -> None:
        path = Path(frame.f_code.co_filename)
        if event == "call" and path.is_relative_to(PACKAGE):
            seen.add((path.relative_to(PACKAGE).as_posix(), frame.f_code.co_firstlineno))

    sys.setprofile(note)
    threading.setprofile(note)
    try:
        yield seen
    finally:
        sys.setprofile(None)
        threading.setprofile(None)


def test_every_function_that_a_page_shows_runs(api: Api, proof: Proof) -> None:
    with calls() as seen:
        assert api.publish("demo", api.make_room()) == 204
        assert api.client.patch("/v1/rooms/demo", json={"title": "x"}).json()["title"] == "x"
    wanted = {(file, line) for file, region in shown() for line in functions(file, region)}
    assert len(wanted) >= 4
    assert sorted(wanted - seen) == []
    proof.ran(*sorted(PACKAGE / file for file, _ in wanted))


@pytest.mark.system
def test_every_check_that_a_page_shows_runs(api: Api, proof: Proof) -> None:
    text = (PACKAGE / "doctor.py").read_text(encoding="utf-8")
    region = text.split("[start:checks]")[1].split("[end:checks]")[0]
    named = re.findall(r'Check\(\s*"([a-z-]+)"', region)
    assert [result.code for result in doctor.examine(api.kite.settings)] == named
    proof.ran(PACKAGE / "doctor.py")
