"""The binding: pages ↔ types, sections ↔ slots, languages ↔ pairs. Built once, judged many times."""

import posixpath
import re
from collections.abc import Iterator, Mapping
from datetime import date
from functools import cached_property
from typing import Final, TypeAlias

from rollcall.bound import BoundPage, Slot, Unreadable, WantedPage
from rollcall.checklist import Checklist, DocumentType, PageKind, Plan, Source
from rollcall.evidence import Bound, bind
from rollcall.markdown import read_page
from rollcall.model import Cell, InputError, Place, Scope, Text
from rollcall.names import matches, plain_label
from rollcall.nav import Navigation, read_navigation
from rollcall.page import Page, Section
from rollcall.passages import Passage, passages
from rollcall.product import Product, read_product
from rollcall.proof import Entry, Record, read_record
from rollcall.snapshot import Snapshot, UnreadableError
from rollcall.yaml_tree import Tree, parse

_REGION: Final = re.compile(r"-{1,4}8<-{1,4}[ \t]+\[[ \t]*start[ \t]*:[ \t]*([\w-]+)[ \t]*\]")

_Claim: TypeAlias = tuple[Cell | None, PageKind | None, tuple[str | int, ...]]


class Project:
    """Everything rules ask about, already bound.

    Raises:
        InputError: a language's folder is missing or holds no page.
    """

    def __init__(self, plan: Plan, snapshot: Snapshot, today: date | None = None) -> None:
        self.checklist: Checklist = plan.checklist
        self.source: Source = plan.source
        self.snapshot = snapshot
        self.today = today or date.today()
        self.unreadable: list[Unreadable] = []
        self._regions: dict[str, frozenset[str]] = {}
        self._trees: dict[str, Tree] = {}
        self._snippets: dict[str, str | None] = {}
        self._passages: dict[str, Mapping[str, Passage]] = {}
        self.pages: tuple[BoundPage, ...] = tuple(self._bind_all())
        self.by_path: Mapping[str, BoundPage] = {page.path: page for page in self.pages}

    # -- binding ---------------------------------------------------------------------------

    def _bind_all(self) -> Iterator[BoundPage]:
        problems: list[tuple[Place, Text]] = []
        for language, setting in self.checklist.languages.items():
            place = self.source.place("languages", language, "docs")
            try:
                files = self.snapshot.files(setting.docs)
            except UnreadableError as error:
                raise InputError(((place, error.reason),)) from None
            pages = [path for path in files if path.endswith(".md")]
            if not pages:
                problems.append((place, _no_pages(setting.docs)))
            self._note_folder_links(files, setting.docs, language)
            yield from self._bind_language(language, setting.docs, pages)
        if problems:
            raise InputError(tuple(problems))

    def _note_folder_links(self, files: tuple[str, ...], docs: str, language: str) -> None:
        for path in files:
            if not path.endswith(".md") and self.snapshot.is_dead_link(path):
                reason = Text(
                    "链接指向文件夹、目录树之外，或成环：不跟随",
                    "a link to a folder, out of the tree or into a loop: not followed",
                )
                self._refuse(path, docs, language, None, reason)

    def _refuse(self, path: str, docs: str, language: str, line: int | None, reason: Text) -> None:
        cell, kind, _ = self._claim(path.removeprefix(f"{docs}/"), language)
        self.unreadable.append(Unreadable(path, language, cell, kind, line, reason))

    def _bind_language(self, language: str, docs: str, paths: list[str]) -> Iterator[BoundPage]:
        for path in paths:
            try:
                page = read_page(path, self.snapshot.read(path))
            except UnreadableError as error:
                self._refuse(path, docs, language, None, error.reason)
                continue
            if page.problem:
                self._refuse(path, docs, language, *page.problem)
            else:
                yield self._bind_page(page, path.removeprefix(f"{docs}/"), language)

    def _bind_page(self, page: Page, key: str, language: str) -> BoundPage:
        cell, kind, location = self._claim(key, language)
        slots = tuple(self._bind_slots(page, kind, language, location)) if kind else ()
        return BoundPage(page, key, language, cell, kind, self.source.place(*location), slots)

    def _claim(self, key: str, language: str) -> _Claim:
        """The first page kind that a page matches, and where the checklist says so."""
        for type_id, document in self.checklist.document_types.items():
            for index, kind in enumerate(document.pages):
                if matches(key, kind.path):
                    return (
                        Cell(type_id, language),
                        kind,
                        ("document_types", type_id, "pages", index),
                    )
        return None, None, ("document_types",)

    def _bind_slots(
        self, page: Page, kind: PageKind, language: str, location: tuple[str | int, ...]
    ) -> Iterator[Slot]:
        taken: set[int] = set()
        for index, need in enumerate(kind.sections):
            section = self._find(page, need.id, language, taken)
            if section is not None:
                taken.add(section.line)
            because = self.source.place(*location, "sections", index)
            lookalike = None if section else self._lookalike(page, need.id, language)
            yield Slot(need, section, because, lookalike)

    def _find(self, page: Page, slot: str, language: str, taken: set[int]) -> Section | None:
        for section in page.sections:
            if section.explicit and section.id == slot:
                return section
        wanted = self._wanted_titles(slot, language)
        for section in page.sections:
            free = section.line not in taken and not section.explicit
            if free and section.level > 1 and plain_label(section.title) in wanted:
                return section
        return None

    def _lookalike(self, page: Page, slot: str, language: str) -> Section | None:
        wanted = self._wanted_titles(slot, language)
        return next((s for s in page.sections if plain_label(s.title) in wanted), None)

    def _wanted_titles(self, slot: str, language: str) -> set[str]:
        return {plain_label(label) for label in self.labels(slot, language)}

    # -- what rules ask --------------------------------------------------------------------

    def labels(self, section: str, language: str) -> tuple[str, ...]:
        """The heading texts of a section in a language, the preferred one first."""
        return self.checklist.sections[section][language]

    def columns(self, column: str, language: str) -> tuple[str, ...]:
        """The header texts of a table column in a language, the preferred one first."""
        return self.checklist.columns[column][language]

    @cached_property
    def product(self) -> Product:
        """What the product ships, as the sources of the checklist say."""
        return read_product(self.checklist, self.snapshot)

    @cached_property
    def coverage(self) -> tuple[Bound, ...]:
        """Where each item that a document type covers is documented, language by language."""
        return bind(self.checklist, self.source, self.pages, self.product)

    @cached_property
    def scope(self) -> Scope:
        """What this project spans: the numbers a run prints."""
        return Scope(
            types=len(self.checklist.document_types),
            languages=len(self.checklist.languages),
            pages=len(self.pages),
            sections=sum(len(page.page.sections) for page in self.pages),
            items=self.product.counts(),
        )

    @cached_property
    def wanted(self) -> tuple[WantedPage, ...]:
        """Every page kind in every language."""
        return tuple(self._wanted())

    def _wanted(self) -> Iterator[WantedPage]:
        for type_id, document in self.checklist.document_types.items():
            for language, setting in self.checklist.languages.items():
                cell = Cell(type_id, language)
                for index, kind in enumerate(document.pages):
                    pages = tuple(p for p in self.pages if p.cell == cell and p.kind is kind)
                    unread = tuple(u for u in self.unreadable if u.cell == cell and u.kind is kind)
                    because = self.source.place("document_types", type_id, "pages", index)
                    yield WantedPage(kind, cell, because, setting.docs, pages, unread)

    @cached_property
    def missing_documents(self) -> frozenset[Cell]:
        """Cells that owe at least one page and have none."""
        owed = {want.cell for want in self.wanted if want.kind.min}
        return frozenset(owed - {want.cell for want in self.wanted if want.count})

    @cached_property
    def absent(self) -> frozenset[str]:
        """Paths of pages already reported as missing: what points at them is not a second defect."""
        named = {want.expected_path for want in self.wanted if want.missing}
        counterparts = {
            self.path_in(page.key, language)
            for page in self.pages
            for language in self.checklist.languages
        }
        unread = {item.path for item in self.unreadable}
        return frozenset((named | counterparts | unread) - set(self.by_path))

    def path_in(self, key: str, language: str) -> str:
        """The path of page `key` in a language."""
        return f"{self.checklist.languages[language].docs}/{key}"

    def document(self, cell: Cell) -> DocumentType:
        """The document type of a cell."""
        return self.checklist.document_types[cell.type]

    def resolve(self, page: BoundPage, target: str) -> str:
        """The path from the root that a relative link on `page` means."""
        return posixpath.normpath(posixpath.join(posixpath.dirname(page.path), target))

    def passages(self, page: BoundPage) -> Mapping[str, Passage]:
        """What each section of a page says itself, by the names that languages share."""
        if page.path not in self._passages:
            self._passages[page.path] = passages(page)
        return self._passages[page.path]

    def snippet(self, file: str) -> str | None:
        """The path from the root of an included file; `None` when no snippet folder has it."""
        if file not in self._snippets:
            paths = (posixpath.normpath(f"{base}/{file}") for base in self.checklist.snippets)
            self._snippets[file] = next(filter(self._is_snippet, paths), None)
        return self._snippets[file]

    def _is_snippet(self, path: str) -> bool:
        inside = any(path.startswith(f"{base}/") for base in self.checklist.snippets)
        return inside and self.snapshot.is_file(path)

    def regions(self, path: str) -> frozenset[str]:
        """Names of the regions marked in a snippet file.

        Raises:
            UnreadableError: the file cannot be read.
        """
        if path not in self._regions:
            self._regions[path] = frozenset(_REGION.findall(self.snapshot.read(path)))
        return self._regions[path]

    def yaml(self, path: str) -> Tree:
        """A YAML file of the tree as plain data with lines, read once.

        Raises:
            UnreadableError: the file cannot be read.
            YamlError: it is not acceptable YAML.
        """
        if path not in self._trees:
            self._trees[path] = parse(self.snapshot.read(path))
        return self._trees[path]

    @cached_property
    def proof(self) -> Record:
        """The record of what tests have proven; an empty one if the checklist names none.

        Raises:
            InputError: it is missing or cannot be read.
        """
        path = self.checklist.proof
        if path is None:
            return Record(version=1, snippets={})
        return read_record(self.snapshot, path, self.source.place("proof"))

    def last_proven(self, page: Page) -> Entry | None:
        """The entry that was proven longest ago of all snippets on a page; `None` without any."""
        paths = {self.snippet(include.file) for include in page.includes}
        entries = [entry for path, entry in self.proof.snippets.items() if path in paths]
        return min(entries, key=lambda entry: entry.date, default=None)

    @cached_property
    def navigation(self) -> Mapping[str, Navigation]:
        """Per language with a `config`: the pages its navigation lists.

        Raises:
            InputError: a configuration cannot be read.
        """
        return {
            language: read_navigation(
                self.snapshot, setting.config, self.source.place("languages", language, "config")
            )
            for language, setting in self.checklist.languages.items()
            if setting.config is not None
        }


def _no_pages(folder: str) -> Text:
    return Text(
        f"文件夹 {folder} 不存在或没有任何 .md 页面",
        f"folder {folder} is missing or holds no .md page",
    )
