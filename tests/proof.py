"""A pytest plugin: which test ran, compared or used which file of snippets/, kept as a record.

A test asks for the fixture `proof` and says what it has done: `proof.ran(path)`. What a test says
counts if it passes. At its end a complete run that is green writes `build/proof.json` and holds
the committed `proof.json` to what it has seen; with `--write-proof` it rewrites that file instead.
A run of some of the tests writes nothing and judges nothing; a skipped test speaks neither for
nor against, unless the record stands in for it (`tests/long.py`). Under pytest-xdist the workers' reports carry what tests say to the controller.
"""

import json
import re
import subprocess
import sys
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

import pytest

from rollcall.model import InputError, Place
from rollcall.proof import Entry, Record, digest, read_record
from rollcall.snapshot import Snapshot

COMMITTED: Final = "proof.json"
BUILT: Final = "build/proof.json"
SAID: Final = "proof"
COULD_SAY: Final = "could prove"
UNREPEATED: Final = "proven before"
INPUTS: Final = (
    *("build.lock", "requirements.lock", "snippets"),
    *("tests/deploy", "tests/kite/kite-0.1.sql", "tests/snippets"),
)
"""What a session may depend on, whether or not it says so."""

NO_INPUTS: Final = ("snippets/figures", "snippets/policy", "snippets/sessions")
"""Data of pages, and the sessions: each says what it uses of these (`Proof.session`)."""

KINDS: Final = ("ran", "output", "used")
"""What is done with a file, the strongest first: the record keeps the strongest."""

PROGRAMS: Final = frozenset({".bash", ".mjs", ".py", ".sh"})
NARROWING: Final = ("keyword", "markexpr", "deselect", "ignore", "ignore_glob", "lf", "stepwise")


class Proof:
    """What one test does with snippets; paths are absolute, or from the root."""

    def __init__(self, root: Path, said: list[tuple[str, object]]) -> None:
        self._snapshot = Snapshot(root)
        self._said = said

    def ran(self, *paths: str | Path) -> None:
        """These scripts or programs ran, as a whole."""
        self._say("ran", paths)

    def output(self, *paths: str | Path) -> None:
        """What was printed is what these files hold."""
        self._say("output", paths)

    def used(self, *paths: str | Path) -> None:
        """These files were given to the program that they are for."""
        self._say("used", paths)

    def session(self, path: Path, used: Iterable[Path]) -> None:
        """A script of documented regions ran, with these files, and printed what is stored of it."""
        self.ran(path)
        if (stored := path.with_suffix(".out")).exists():
            self.output(stored)
        for file in used:
            (self.ran if file.suffix in PROGRAMS else self.used)(file)

    def _say(self, kind: str, paths: Iterable[str | Path]) -> None:
        for path in paths:
            name = (self._snapshot.root / path).resolve().relative_to(self._snapshot.root)
            text = Snapshot(self._snapshot.root).read(name.as_posix())
            self._said.append((SAID, [kind, name.as_posix(), digest(text)]))


@pytest.fixture
def proof(request: pytest.FixtureRequest) -> Proof:
    """With this a test says which files of snippets/ it ran, compared or used."""
    return Proof(request.config.rootpath, request.node.user_properties)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--write-proof",
        action="store_true",
        help=f"rewrite {COMMITTED} from this run: complete, without a failure or a skipped proof",
    )


def pytest_configure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(Recorder(config), "proof-recorder")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what asks for the fixture, so that a skipped test is known to have had something to say."""
    for item in items:
        if "proof" in getattr(item, "fixturenames", ()):
            item.user_properties.append((COULD_SAY, True))


class Recorder:
    """Listens to the reports of a run and judges at its end."""

    def __init__(self, config: pytest.Config) -> None:
        self.config = config
        self.root = config.rootpath
        self.said: dict[str, dict[str, tuple[str, str]]] = {}  # file → test → kind, digest
        self.skipped: set[str] = set()
        self.speechless: set[str] = set()
        self.unrepeated: set[str] = set()

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Keep what a passed test says, and who was skipped."""
        test = report.nodeid
        if report.skipped:
            self.skipped.add(test)
            properties = list(map(tuple, report.user_properties))
            if (UNREPEATED, True) in properties:
                self.unrepeated.add(test)
            elif (COULD_SAY, True) in properties:
                self.speechless.add(test)
        if report.when == "call" and report.passed:
            for name, value in report.user_properties:
                if name == SAID and isinstance(value, list | tuple):
                    kind, path, found = map(str, value)
                    self.keep(path, test, kind, found)

    def keep(self, path: str, test: str, kind: str, found: str) -> None:
        """Keep the strongest of what one test says of a file."""
        tests = self.said.setdefault(path, {})
        kind = min(kind, tests.get(test, (kind, ""))[0], key=KINDS.index)
        tests[test] = (kind, found)

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> None:
        """Write, or compare; what is wrong becomes one failure of the run, named `proof.json`."""
        writing = self.config.getoption("--write-proof")
        partial = self.partial()
        green = exitstatus == pytest.ExitCode.OK
        problem = ""
        if green and not partial:
            problem = self.written() if writing else self.compared()
        elif green and writing:
            problem = f"{COMMITTED} is written from a complete run only; this one had {partial}"
        if problem:
            self.fail(problem)
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def partial(self) -> str:
        """The option that keeps this run from being complete; empty if it is."""
        option = self.config.option
        if option.file_or_dir:
            return "paths: " + " ".join(option.file_or_dir)
        if self.config.getoption("--no-system", default=False):
            return "--no-system"
        narrow = [name for name in NARROWING if getattr(option, name, None)]
        if narrow or option.collectonly:
            return ", ".join(narrow) or "--collect-only"
        return ""

    def written(self) -> str:
        """Write the committed record too; why not, if not."""
        if self.speechless:
            tests = "\n".join(sorted(self.speechless))
            return f"{COMMITTED} is not written: these tests were skipped, what they prove is unknown\n{tests}"
        record = self.record()
        if changed := self.changed(record):
            return f"{COMMITTED} is not written: these files changed during the run\n{changed}"
        self.write(COMMITTED, record)
        self.write(BUILT, record)
        return ""

    def compared(self) -> str:
        """Write `build/proof.json`; what the committed record says and this run does not."""
        record = self.record()
        self.write(BUILT, record)
        wrong = [
            line
            for path, entry in self.committed().items()
            if (line := difference(path, entry, record.snippets.get(path), self.skipped))
        ]
        if not wrong:
            return ""
        head = f"{COMMITTED} says what this complete run has not seen"
        return "\n".join([f"{head}; rewrite it: scripts/test --write-proof", *wrong])

    def committed(self) -> Mapping[str, Entry]:
        """The entries of the committed record; none where it is missing or unreadable (a test says so)."""
        try:
            return read_record(Snapshot(self.root), COMMITTED, Place(COMMITTED)).snippets
        except InputError:
            return {}

    def record(self) -> Record:
        """What this run has proven; day and version stay where content, tests and version do."""
        committed = self.committed()
        for path, held in committed.items():
            for test in self.unrepeated.intersection(held.tests):
                self.keep(path, test, held.kind, held.sha256)
        version = f"Kite {kite_version(self.root)}"
        entries = {}
        for path, tests in sorted(self.said.items()):
            names = tuple(sorted(tests))
            kind = min((kind for kind, _ in tests.values()), key=KINDS.index)
            found = next(iter(tests.values()))[1]
            old = committed.get(path)
            new = entry(found, kind, names, datetime.now(UTC).date(), version)
            entries[path] = old if old and same(old, new) else new
        return Record(version=1, environment=environment(self.root), snippets=entries)

    def changed(self, record: Record) -> str:
        """Files that are no longer what was run, or were not the same for all who ran them."""
        now = Snapshot(self.root)
        return "\n".join(
            path
            for path in record.snippets
            if not now.is_file(path)
            or {found for _, found in self.said[path].values()} != {digest(now.read(path))}
        )

    def write(self, name: str, record: Record) -> None:
        """Write a record as JSON, always in the same form."""
        path = self.root / name
        path.parent.mkdir(exist_ok=True)
        text = json.dumps(record.model_dump(mode="json"), ensure_ascii=False, indent=1)
        path.write_text(text + "\n", encoding="utf-8")

    def fail(self, message: str) -> None:
        """Report a failure that is no test's."""
        report = pytest.TestReport(
            COMMITTED, (COMMITTED, None, COMMITTED), {}, "failed", message, "call"
        )
        self.config.hook.pytest_runtest_logreport(report=report)


def entry(found: str, kind: str, tests: tuple[str, ...], day: date, version: str) -> Entry:
    values: dict[str, Any] = {"kind": kind, "tests": tests, "date": day, "version": version}
    return Entry(sha256=found, **values)


def same(old: Entry, new: Entry) -> bool:
    """Whether nothing but the day differs."""
    return old == new.model_copy(update={"date": old.date})


def difference(path: str, old: Entry, new: Entry | None, skipped: set[str]) -> str:
    """What this run has to say against an entry; skipped tests say nothing."""
    wanted = set(old.tests) - skipped
    tests = set(new.tests) if new else set()
    if new and new.sha256 != old.sha256:
        return f"{path}: changed since {old.date}"
    lost, added = sorted(wanted - tests), sorted(tests - set(old.tests))
    lines = [f"{path}: not proven by {test}" for test in lost]
    return "\n".join([*lines, *(f"{path}: proven by {test} too" for test in added)])


def kite_version(root: Path) -> str:
    text = (root / "snippets" / "kite" / "__init__.py").read_text(encoding="utf-8")
    found = re.search(r'^__version__ = "(.+)"$', text, re.M)
    return found[1] if found else "unknown"


def environment(root: Path) -> dict[str, str]:
    """Versions of what the snippets ran on, and a hash of what all sessions depend on."""
    found = {"inputs": inputs(root), "python": ".".join(map(str, sys.version_info[:3]))}
    for name, option in {"nginx": "-v", "ffmpeg": "-version"}.items():
        if version := program_version(name, option):
            found[name] = version
    return found


def inputs(root: Path) -> str:
    """SHA-256 over the names and contents of the files of `INPUTS`, in hexadecimal."""
    found = sha256()
    for name in INPUTS:
        for path in (root / name, *sorted((root / name).rglob("*"))):
            shown = path.relative_to(root).as_posix()
            if (
                path.is_file()
                and "__pycache__" not in path.parts
                and not shown.startswith(NO_INPUTS)
            ):
                found.update(f"{shown} {sha256(path.read_bytes()).hexdigest()}\n".encode())
    return found.hexdigest()


def program_version(program: str, option: str) -> str:
    """The first dotted number that a program prints of itself; empty where it is not."""
    try:
        done = subprocess.run([program, option], capture_output=True, text=True, check=False)
    except OSError:
        return ""
    match = re.search(r"\d+(?:\.\d+)+", done.stderr + done.stdout)
    return match[0] if match else ""
