"""The binding: pages ↔ types, sections ↔ slots, languages ↔ pairs. Built once, judged many times."""

import posixpath
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import PurePosixPath
from unicodedata import category, normalize

from rollcall.checklist import Checklist, DocumentType, PageKind, Plan, SectionSlot, Source
from rollcall.markdown import Page, Section, read_page
from rollcall.model import Cell, InputError, Place, Scope, Text
from rollcall.snapshot import Snapshot, UnreadableError
from rollcall.yaml_tree import YamlError, parse


@dataclass(frozen=True, slots=True)
class Slot:
    """A section that a page owes, and the section found for it."""

    need: SectionSlot
    section: Section | None
    because: Place


@dataclass(frozen=True, slots=True)
class BoundPage:
    """A page with what the checklist wants of it; `key` is its path below its language's folder."""

    page: Page
    key: str
    language: str
    cell: Cell | None
    kind: PageKind | None
    because: Place
    slots: tuple[Slot, ...] = ()

    @property
    def path(self) -> str:
        """The page's path from the root."""
        return self.page.path

    @property
    def anonymous(self) -> tuple[Section, ...]:
        """Headings of level 2 and 3 that neither carry an id nor answer a slot."""
        bound = {slot.section.line for slot in self.slots if slot.section is not None}
        return tuple(
            section
            for section in self.page.sections
            if not section.explicit and section.level in (2, 3) and section.line not in bound
        )


@dataclass(frozen=True, slots=True)
class WantedPage:
    """A page kind in one language: what it demands and the pages that answer."""

    kind: PageKind
    cell: Cell
    because: Place
    folder: str
    pages: tuple[BoundPage, ...]

    @property
    def missing(self) -> bool:
        """Fewer pages than the checklist demands."""
        return len(self.pages) < self.kind.min

    @property
    def expected_path(self) -> str:
        """Where the page (or the family) is expected, from the root."""
        return f"{self.folder}/{self.kind.path}"


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A file among the pages that cannot be read, and why."""

    path: str
    language: str
    line: int | None
    reason: Text


@dataclass(frozen=True, slots=True)
class Navigation:
    """The pages that one language's MkDocs configuration lists; `None` when it lists none."""

    config: Place
    entries: tuple[tuple[str, int], ...] | None


class Project:
    """Everything rules ask about, already bound.

    Raises:
        InputError: a language's folder is missing or holds no page.
    """

    def __init__(self, plan: Plan, snapshot: Snapshot) -> None:
        self.checklist: Checklist = plan.checklist
        self.source: Source = plan.source
        self.snapshot = snapshot
        self.unreadable: list[Unreadable] = []
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
            self._note_folder_links(files, language)
            yield from self._bind_language(language, setting.docs, pages)
        if problems:
            raise InputError(tuple(problems))

    def _note_folder_links(self, files: tuple[str, ...], language: str) -> None:
        for path in files:
            linked = not path.endswith(".md") and (self.snapshot.root / path).is_symlink()
            if linked and not self.snapshot.is_file(path):
                reason = Text(
                    "链接指向文件夹或成环，不跟随", "a link to a folder or a loop: not followed"
                )
                self.unreadable.append(Unreadable(path, language, None, reason))

    def _bind_language(self, language: str, docs: str, paths: list[str]) -> Iterator[BoundPage]:
        for path in paths:
            try:
                page = read_page(path, self.snapshot.read(path))
            except UnreadableError as error:
                self.unreadable.append(Unreadable(path, language, None, error.reason))
                continue
            if page.problem:
                line, reason = page.problem
                self.unreadable.append(Unreadable(path, language, line, reason))
            yield self._bind_page(page, path.removeprefix(f"{docs}/"), language)

    def _bind_page(self, page: Page, key: str, language: str) -> BoundPage:
        for type_id, document in self.checklist.document_types.items():
            for index, kind in enumerate(document.pages):
                if matches(key, kind.path):
                    location = ("document_types", type_id, "pages", index)
                    slots = tuple(self._bind_slots(page, kind, language, location))
                    cell = Cell(type_id, language)
                    because = self.source.place(*location)
                    return BoundPage(page, key, language, cell, kind, because, slots)
        because = self.source.place("document_types")
        return BoundPage(page, key, language, None, None, because)

    def _bind_slots(
        self, page: Page, kind: PageKind, language: str, location: tuple[str | int, ...]
    ) -> Iterator[Slot]:
        taken: set[int] = set()
        for index, need in enumerate(kind.sections):
            section = self._find(page, need.id, language, taken)
            if section is not None:
                taken.add(section.line)
            yield Slot(need, section, self.source.place(*location, "sections", index))

    def _find(self, page: Page, slot: str, language: str, taken: set[int]) -> Section | None:
        for section in page.sections:
            if section.explicit and section.id == slot:
                return section
        wanted = {plain_label(label) for label in self.labels(slot, language)}
        for section in page.sections:
            free = section.line not in taken and not section.explicit
            if free and section.level > 1 and plain_label(section.title) in wanted:
                return section
        return None

    # -- what rules ask --------------------------------------------------------------------

    def labels(self, section: str, language: str) -> tuple[str, ...]:
        """The heading texts of a section in a language, the preferred one first."""
        return self.checklist.sections[section][language]

    def columns(self, column: str, language: str) -> tuple[str, ...]:
        """The header texts of a table column in a language, the preferred one first."""
        return self.checklist.columns[column][language]

    @cached_property
    def scope(self) -> Scope:
        """What this project spans: the numbers a run prints."""
        return Scope(
            types=len(self.checklist.document_types),
            languages=len(self.checklist.languages),
            pages=len(self.pages),
            sections=sum(len(page.page.sections) for page in self.pages),
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
                    because = self.source.place("document_types", type_id, "pages", index)
                    yield WantedPage(kind, cell, because, setting.docs, pages)

    @cached_property
    def missing_documents(self) -> frozenset[Cell]:
        """Cells that owe at least one page and have none."""
        owed = {want.cell for want in self.wanted if want.kind.min}
        return frozenset(owed - {page.cell for page in self.pages if page.cell})

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

    def snippet(self, file: str) -> str | None:
        """The path from the root of an included file; `None` when no snippet folder has it."""
        for base in self.checklist.snippets:
            path = posixpath.normpath(posixpath.join(base, file))
            if path.startswith(f"{base}/") and self.snapshot.is_file(path):
                return path
        return None

    def regions(self, path: str) -> frozenset[str]:
        """Names of the regions marked in a snippet file.

        Raises:
            UnreadableError: the file cannot be read.
        """
        return frozenset(_REGION.findall(self.snapshot.read(path)))

    @cached_property
    def navigation(self) -> Mapping[str, Navigation]:
        """Per language with a `config`: the pages its navigation lists."""
        found: dict[str, Navigation] = {}
        for language, setting in self.checklist.languages.items():
            if setting.config is not None:
                found[language] = self._read_navigation(setting.config, language)
        return found

    def _read_navigation(self, path: str, language: str) -> Navigation:
        because = self.source.place("languages", language, "config")
        try:
            tree = parse(self.snapshot.read(path), foreign_tags=True)
        except UnreadableError as error:
            reason = Text(f"{path}：{error.reason.zh}", f"{path}: {error.reason.en}")
            raise InputError(((because, reason),)) from None
        except YamlError as error:
            raise InputError(((Place(path, error.line), Text(error.zh, error.en)),)) from None
        data = tree.data if isinstance(tree.data, dict) else {}
        place = Place(path, tree.lines.get(("nav",)))
        if data.get("nav") is None:
            return Navigation(place, None)
        leaves = tuple(_leaves(data["nav"], ("nav",)))
        entries = tuple((leaf, tree.line(location)) for leaf, location in leaves)
        return Navigation(place, entries)


_REGION = re.compile(r"-{1,4}8<-{1,4}[ \t]+\[[ \t]*start[ \t]*:[ \t]*([\w-]+)[ \t]*\]")


def _no_pages(folder: str) -> Text:
    return Text(
        f"文件夹 {folder} 不存在或没有任何 .md 页面",
        f"folder {folder} is missing or holds no .md page",
    )


def _leaves(
    node: object, location: tuple[str | int, ...]
) -> Iterator[tuple[str, tuple[str | int, ...]]]:
    if isinstance(node, str):
        yield node, location
    elif isinstance(node, list):
        for index, item in enumerate(node):
            yield from _leaves(item, (*location, index))
    elif isinstance(node, dict):
        for key, item in node.items():
            yield from _leaves(item, (*location, key))


def matches(key: str, pattern: str) -> bool:
    """Whether a page path matches a checklist path: `*` within a folder, `**` across folders."""
    return _pattern(pattern).fullmatch(key) is not None


def _pattern(pattern: str) -> re.Pattern[str]:
    parts = re.split(r"(\*\*/|\*\*|\*|\?)", pattern)
    marks = {"**/": "(?:[^/]+/)*", "**": ".*", "*": "[^/]*", "?": "[^/]"}
    return re.compile("".join(marks.get(part, re.escape(part)) for part in parts))


def plain_label(text: str) -> str:
    """A heading or header cell reduced for comparison.

    NFKC (full-width to half-width), lower case, spaces folded, punctuation at both ends dropped.
    """
    folded = " ".join(normalize("NFKC", text).casefold().split())
    start, end = 0, len(folded)
    while start < end and category(folded[start])[0] in "PZS":
        start += 1
    while end > start and category(folded[end - 1])[0] in "PZS":
        end -= 1
    return folded[start:end]


def stem(path: str) -> str:
    """The name by which `rollcall new --page` knows a page: its path without folder and suffix."""
    return PurePosixPath(path).stem
