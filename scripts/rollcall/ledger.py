"""The ledger of translations: what each section was confirmed against, as hashes and no text.

Of the source section the ledger keeps a short hash a block, so that a stale translation can be told
which paragraphs are new; of the translation one hash, so that confirming without a change shows.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Annotated, Any, Final, Literal, TypeAlias

from pydantic import Field, ValidationError

from rollcall.checklist import Strict
from rollcall.model import InputError, Place, Text
from rollcall.passages import Block, Passage
from rollcall.snapshot import Snapshot, UnreadableError
from rollcall.validation import problems_of
from rollcall.yaml_tree import YamlError, parse

VERSION: Final = 1
LEAST_REASON: Final = 10
_LENGTH: Final = 8  # hex digits: two blocks of one section share a hash once in four billion
_CONFLICT: Final = ("<<<<<<<", "=======", ">>>>>>>", "|||||||")


class Entry(Strict):
    """One section of one translation, as it was when somebody confirmed it."""

    source: Annotated[str, Field(pattern=r"^([0-9a-f]{8}( [0-9a-f]{8})*)?$")]
    translation: Annotated[str, Field(pattern=r"^[0-9a-f]{8}$")]
    reason: Annotated[str, Field(min_length=LEAST_REASON)] | None = None

    @property
    def blocks(self) -> list[str]:
        """The hashes of the source section's blocks, in order."""
        return self.source.split()


Key: TypeAlias = tuple[str, str, str]  # page key, section name, language


class LedgerFile(Strict):
    """The file: page → section → language → entry."""

    version: Literal[1]
    pages: Mapping[str, Mapping[str, Mapping[str, Entry]]]


@dataclass(frozen=True, slots=True)
class Ledger:
    """All entries, and the line of each."""

    path: str
    entries: Mapping[Key, Entry]
    lines: Mapping[Key, int]

    def place(self, key: Key) -> Place:
        """Where an entry stands."""
        return Place(self.path, self.lines.get(key))


def read_ledger(snapshot: Snapshot, path: str) -> Ledger:
    """The ledger at `path`; an empty one where there is no such file.

    Raises:
        InputError: it cannot be read, or is not a ledger; holds every problem found.
    """
    if not snapshot.is_file(path) and path not in snapshot.overlay:
        return Ledger(path, {}, {})
    try:
        text = snapshot.read(path)
        tree = parse(text)  # JSON is YAML, and this parser knows lines and refuses a key twice
    except UnreadableError as error:
        raise InputError(((Place(path), error.reason),)) from None
    except YamlError as error:
        raise InputError((_broken(path, text, error),)) from None
    try:
        file = LedgerFile.model_validate(tree.data)
    except ValidationError as error:
        raise InputError(problems_of(error, tree, path, LedgerFile)) from None
    entries = {
        (page, section, language): entry
        for page, sections in file.pages.items()
        for section, languages in sections.items()
        for language, entry in languages.items()
    }
    return Ledger(path, entries, {key: tree.line(("pages", *key)) for key in entries})


def _broken(path: str, text: str, error: YamlError) -> tuple[Place, Text]:
    for number, line in enumerate(text.split("\n"), 1):
        if line.startswith(_CONFLICT):
            return Place(path, number), Text(
                "合并冲突没有解决；两边的行都留下，再用 `rollcall confirm` 重写有冲突的几节",
                "an unresolved merge conflict; keep the lines of either side, then confirm these "
                "sections again with `rollcall confirm`",
            )
    return Place(path, error.line), Text(error.zh, error.en)


def write_ledger(entries: Mapping[Key, Entry]) -> str:
    """The text of a ledger: sorted, one section a line, so that two branches seldom collide."""
    tree: dict[str, dict[str, dict[str, Any]]] = {}
    for page, section, language in sorted(entries):
        entry = entries[page, section, language].model_dump(exclude_none=True)
        tree.setdefault(page, {}).setdefault(section, {})[language] = entry
    pages = ",\n".join(f" {_json(page)}: {_sections(sections)}" for page, sections in tree.items())
    body = f"\n{pages}\n" if pages else ""
    return f'{{\n"version": {VERSION},\n"pages": {{{body}}}\n}}\n'


def _sections(sections: Mapping[str, Any]) -> str:
    lines = ",\n".join(f"  {_json(name)}: {_json(entry)}" for name, entry in sections.items())
    return f"{{\n{lines}\n }}"


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def state(source: Passage, translation: Passage, reason: str | None = None) -> Entry:
    """The entry that says how things stand now."""
    own, there = (
        [mark_of(block) for block in passage.blocks if not block.generated]
        for passage in (source, translation)
    )
    return Entry(source=" ".join(own), translation=_hash(" ".join(there)), reason=reason)


def mark_of(block: Block) -> str:
    """The short hash of a block: the same however its lines are wrapped."""
    return _hash(block.plain)


def _hash(text: str) -> str:
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:_LENGTH]
