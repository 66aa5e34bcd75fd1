"""Run the examples of endpoints.py and endpoints.mjs one by one, whatever their language."""

import io
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager, redirect_stdout
from functools import cache
from pathlib import Path
from typing import Any

import playwright
import pytest

from tests.requests.conftest import load_program
from tests.requests.pages import ROOT

Run = Callable[[str], str]
"""Runs an example, by the name it has in Python, and gives what it printed."""

Program = Callable[[str], AbstractContextManager[Run]]
"""Starts a program for the Kite at an address."""

DOCUMENTED = "http://127.0.0.1:8080"
FOLDER = ROOT / "snippets" / "requests"
DEFINITIONS = {".py": r"^def (\w+)\(", ".mjs": r"^export async function (\w+)\("}


class ExampleError(Exception):
    """What a program in Node.js wrote when an example ended it."""


def examples(file: str) -> list[str]:
    """The names of the examples in the order of the file, as Python writes names."""
    path = FOLDER / file
    found = re.findall(DEFINITIONS[path.suffix], path.read_text(encoding="utf-8"), re.M)
    return [re.sub("[A-Z]", lambda capital: f"_{capital[0].lower()}", name) for name in found]


@contextmanager
def in_python(api: str) -> Iterator[Run]:
    """endpoints.py in this process, with the environment as it is now."""
    program = load_program("endpoints")
    get = program.httpx.get

    def elsewhere(url: str, **more: Any) -> object:
        return get(url.replace(DOCUMENTED, api, 1), **more)

    def run(name: str) -> str:
        with redirect_stdout(io.StringIO()) as printed:
            getattr(program, name)()
        return printed.getvalue().strip()

    with closing(program.api), pytest.MonkeyPatch.context() as patch:
        patch.setattr(program.httpx, "get", elsewhere)  # two examples have a fixed address
        yield run


@contextmanager
def in_node(_api: str = "") -> Iterator[Run]:
    """endpoints.mjs in one process of Node.js, with the environment and folder as they are now."""
    runner = Path(__file__).with_name("run_examples.mjs")
    command = [node(), str(runner), str(FOLDER / "endpoints.mjs")]
    pipe = subprocess.PIPE
    with subprocess.Popen(
        command, stdin=pipe, stdout=pipe, stderr=pipe, encoding="utf-8"
    ) as process:
        stdin, stdout, stderr = process.stdin, process.stdout, process.stderr
        assert stdin is not None
        assert stdout is not None
        assert stderr is not None

        def run(name: str) -> str:
            print(re.sub(r"_(\w)", lambda found: found[1].upper(), name), file=stdin, flush=True)
            printed = ""
            while not printed.endswith("\0"):
                if not (part := stdout.read(1)):
                    raise ExampleError(stderr.read())
                printed += part
            return printed[:-1].strip()

        try:
            yield run
        finally:
            process.kill()


@cache
def node() -> str:
    """Node.js 18 or later: what playwright brings along, as the lock file has it, or the machine's."""
    bundled = Path(playwright.__file__).parent / "driver" / "node"
    for found in (str(bundled), shutil.which("node")):
        if found and major(found) >= 18:
            return found
    pytest.skip("there is no Node.js 18")


def major(node: str) -> int:
    """The first number of the version; 0 if it does not start."""
    try:
        done = subprocess.run([node, "--version"], capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return 0
    return int(done.stdout.removeprefix("v").partition(".")[0])
