"""What a mutation is, and the tree it is made from."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from random import Random
from typing import Final, TypeAlias

from rollcall.bound import BoundPage
from rollcall.checklist import Plan
from rollcall.ledger import Entry as Confirmed
from rollcall.ledger import Key, read_ledger, state, write_ledger
from rollcall.load import load
from rollcall.project import Project
from rollcall.proof import Entry, Record, digest
from rollcall.snapshot import Snapshot, UnreadableError
from rollcall.translations import keyed, vanished

NOWHERE: Final = Path("/nonexistent/mutations")


Changes: TypeAlias = Mapping[str, str | None]


@dataclass(frozen=True, slots=True)
class Mutation:
    """An edit of the tree.

    Attributes:
        about: What was done, for the report.
        changes: Path → new text; `None` for a file that is gone.
        places: Paths of which a finding must name one, as the place to act or as what demands it.
        words: Texts of which a finding's message, subject or hint must hold one; any if empty.
    """

    about: str
    changes: Changes
    places: frozenset[str] = frozenset()
    words: tuple[str, ...] = ()


class Tree:
    """Every file that a check reads, in memory, and the project bound from them.

    The record of proof is made anew: it knows every snippet that a page shows, as it is now. Thus
    what a mutation breaks is seen, whatever the committed record has not caught up with.
    """

    def __init__(self, root: Path) -> None:
        self.plan: Plan = load(Snapshot(root), "checklist.yml")
        texts = dict(_texts(root, self.plan))
        if self.plan.checklist.proof:
            bare = Project(self.plan, Snapshot(NOWHERE, texts))
            texts[self.plan.checklist.proof] = _record(bare)
        self.texts: Mapping[str, str] = texts
        self.random = Random()  # noqa: S311 - reproducible choices, no secret

    @cached_property
    def project(self) -> Project:
        """The tree as it is, bound."""
        return Project(self.plan, Snapshot(NOWHERE, self.texts))

    @cached_property
    def pairs(self) -> tuple[tuple[BoundPage, BoundPage], ...]:
        """Every page of the source language with its translation."""
        project, checklist = self.project, self.plan.checklist
        others = [key for key, language in checklist.languages.items() if not language.source]
        return tuple(
            (page, project.by_path[project.path_in(page.key, other)])
            for page in project.pages
            if page.language == checklist.source_language
            for other in others
            if project.path_in(page.key, other) in project.by_path
        )

    def shuffled(self) -> list[BoundPage]:
        """All pages, in an order that the seed decides."""
        pages = list(self.project.pages)
        self.random.shuffle(pages)
        return pages

    def edit(self, path: str, old: str, new: str) -> dict[str, str | None]:
        """The change that replaces the only occurrence of `old`; empty where there is not one."""
        text = self.texts[path]
        return {path: text.replace(old, new)} if text.count(old) == 1 and old != new else {}

    def line(self, path: str, number: int, new: str | None) -> dict[str, str | None]:
        """The change that replaces a line (1-based), or takes it out for `None`."""
        lines = self.texts[path].split("\n")
        lines[number - 1 : number] = [] if new is None else [new]
        return {path: "\n".join(lines)}

    def confirmed(self, changes: Changes) -> Changes:
        """The changes, and the ledger as it is once everybody has looked at their translations.

        Otherwise any change of the source would be found as a translation that is behind it, and a
        defect that both languages share would not be seen for what it is.
        """
        path, checklist = self.plan.checklist.ledger, self.plan.checklist
        source = checklist.languages[checklist.source_language].docs
        if path is None or not any(name.startswith(f"{source}/") for name in changes):
            return changes
        project = Project(self.plan, Snapshot(NOWHERE, self._around(changes)))
        pages = {page.key for page in project.pages}
        entries = dict(self._entries)
        entries |= {key: state(p.source.passage, p.other.passage) for key, p in keyed(project)}
        gone = set(vanished(project, [key for key in entries if key[0] in pages]))
        kept = {key: entry for key, entry in entries.items() if entry.source and key not in gone}
        return {**changes, path: write_ledger(kept)}

    def _around(self, changes: Changes) -> Changes:
        """The changed pages with their other languages: all that a confirmation looks at."""
        folders = [language.docs for language in self.plan.checklist.languages.values()]
        docs = [path for path in changes if path.startswith(tuple(f"{f}/" for f in folders))]
        keys = {path.removeprefix(f"{f}/") for path in docs for f in folders} | {"index.md"}
        paths = [f"{folder}/{key}" for folder in folders for key in keys]
        texts = {path: self.texts[path] for path in paths if path in self.texts}
        return {**texts, **{path: changes[path] for path in docs}}

    @cached_property
    def _entries(self) -> Mapping[Key, Confirmed]:
        """What the ledger of the tree as it is says."""
        path = self.plan.checklist.ledger
        return read_ledger(Snapshot(NOWHERE, self.texts), path).entries if path else {}

    def source_line(self, path: str, number: int) -> str:
        """A line as it stands."""
        return self.texts[path].split("\n")[number - 1]


def _record(project: Project) -> str:
    """A record in which a test has run every snippet that a page shows."""
    shown = {project.snippet(i.file) for page in project.pages for i in page.page.includes}
    entries = {
        path: Entry(
            sha256=digest(project.snapshot.read(path)),
            kind="ran",
            tests=("tests/test_planted.py::test_all",),
            date=project.today,
            version="0.2.0",
        )
        for path in sorted(filter(None, shown))
    }
    return Record(version=1, snippets=entries).model_dump_json(indent=1)


def _texts(root: Path, plan: Plan) -> Iterator[tuple[str, str]]:
    """Everything that a check reads: pages, snippets, configurations, ledger, record."""
    disk, checklist = Snapshot(root), plan.checklist
    folders = [*(language.docs for language in checklist.languages.values()), *checklist.snippets]
    paths = [path for folder in folders for path in disk.files(folder) if "__pycache__" not in path]
    configs = [language.config for language in checklist.languages.values() if language.config]
    named = [path for path in (checklist.ledger, checklist.proof) if path]
    for path in dict.fromkeys(["checklist.yml", "CHANGELOG.md", *configs, *named, *paths]):
        try:
            yield path, disk.read(path)
        except UnreadableError:
            yield path, ""


def fenced(text: str) -> set[int]:
    """The lines (1-based) that lie in code blocks, their fences included."""
    found: set[int] = set()
    marker = ""
    for number, line in enumerate(text.split("\n"), 1):
        fence = re.match(r"\s*(`{3,}|~{3,})", line)
        if fence and not marker:
            marker = fence.group(1)
            found.add(number)
        elif marker:
            found.add(number)
            if fence and fence.group(1) == marker and line.strip() == marker:
                marker = ""
    return found
