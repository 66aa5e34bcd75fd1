"""The types of `checklist.yml`. Nothing is read here: `load` does that."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, Final, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Field

from rollcall.model import Level, Place

ID_PATTERN: Final = r"^[a-z0-9][a-z0-9-]*$"
FOLDER_PATTERN: Final = r"^[^/\\.*?][^/\\*?]*(/[^/\\.*?][^/\\*?]*)*$"
PATH_PATTERN: Final = r"^[^/\\.][^/\\]*(/[^/\\.][^/\\]*)*$"

Id: TypeAlias = Annotated[str, Field(pattern=ID_PATTERN, description="ASCII kebab-case id")]
Folder: TypeAlias = Annotated[str, Field(pattern=FOLDER_PATTERN)]
PagePath: TypeAlias = Annotated[str, Field(pattern=PATH_PATTERN)]
Names: TypeAlias = Annotated[
    Mapping[str, Annotated[tuple[str, ...], Field(min_length=1)]],
    Field(description="language → accepted heading texts, the first is used in skeletons"),
]
Facts: TypeAlias = Mapping[str, tuple[str | int | bool | None, ...]]
Title: TypeAlias = Annotated[Mapping[str, str], Field(description="language → title")]


class Strict(BaseModel):
    """Base of every configuration type: frozen, unknown keys are errors."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Language(Strict):
    """One language of the documentation."""

    name: str = Field(description="its name in itself")
    docs: Folder = Field(description="folder of its pages, from the root")
    config: str | None = Field(None, description="MkDocs configuration that holds its navigation")
    source: bool = Field(False, description="the language that others translate")


class TableNeed(Strict):
    """A table that a section owes."""

    columns: tuple[Id, ...] = Field(min_length=1, description="ids from `columns`")
    min_rows: int = Field(1, ge=1, description="rows with every named cell filled")


class Needs(Strict):
    """What a section must hold besides not being empty."""

    words: int = Field(0, ge=0, description="least prose: Han characters + other words")
    code: int = Field(0, ge=0, description="least number of code blocks")
    code_in: tuple[str, ...] = Field((), description="languages that each have a code block")
    steps: int = Field(0, ge=0, description="least number of items in ordered lists")
    table: TableNeed | None = None


class SectionSlot(Strict):
    """A required section of a page."""

    id: Id
    needs: Needs = Needs()
    optional: bool = Field(False, description="if present it is held to its needs and its order")
    only_with: Id | None = Field(
        None, description="kind of item: required if there are such items, wrong if there are none"
    )

    @property
    def demanded(self) -> bool:
        """Whether a page owes the section whatever the product has."""
        return not self.optional and self.only_with is None


class FrontMatterField(Strict):
    """One typed key of a page's front matter."""

    type: Literal["text", "integer", "boolean", "date", "list", "mapping"] = "text"
    required: bool = False
    values: tuple[str, ...] = Field((), description="the only values (or items) allowed")
    min: int | None = Field(None, description="least value, length or number of items")
    max: int | None = Field(None, description="greatest value, length or number of items")


class PageKind(Strict):
    """One page, or a family of pages, that a document type owes."""

    path: PagePath = Field(
        description="path or glob below each language's folder; first match wins"
    )
    title: Title
    min: int = Field(1, ge=0, description="least number of pages that match")
    generated: bool = Field(False, description="a program writes it in every language")
    sections: tuple[SectionSlot, ...] = ()

    @property
    def is_glob(self) -> bool:
        """Whether `path` can match more than one page."""
        return any(mark in self.path for mark in "*?")


class Exclusion(Strict):
    """Items of the product that owe no word, and why."""

    id: str = Field(min_length=1, description="id of an item; `*` stands for anything")
    reason: str = Field(min_length=10)


class ProductSource(Strict):
    """A file of product facts and what is taken from it."""

    form: str = Field(alias="from", description="the inventory that reads it")
    file: PagePath = Field(description="path from the root")
    kind: Id | None = Field(None, description="kind of its items, where the file does not say")
    at: tuple[str, ...] = Field((), description="keys that lead to the part that lists the items")
    include: tuple[str, ...] = Field((), description="only these ids; `*` stands for anything")
    exclude: tuple[Exclusion, ...] = ()
    min_items: int = Field(1, ge=1, description="fewer items mean that something broke")
    allow_empty: bool = Field(False, description="no items at all is no defect")


class Cover(Strict):
    """Where and how a document type documents the items of a kind."""

    kind: Id
    by: Literal["row", "heading", "definition", "directive", "cell"] = Field(
        description="what counts as evidence; a mention never does"
    )
    pages: PagePath | None = Field(None, description="only these pages of the type")
    section: Id | None = Field(None, description="only this section of a page")
    column: Id | None = Field(None, description="for `row` and `cell`: the column with the name")
    within: Id | None = Field(None, description="kind of the parent: look where it is documented")
    where: Facts = Field({}, description="only items with one of these values of a fact")
    unless: Facts = Field({}, description="no items with one of these values of a fact")
    fields: Mapping[str, Id] = Field({}, description="fact or obligation → column that holds it")
    agree: tuple[str, ...] = Field((), description="facts that must equal the product's")
    sections: tuple[Id, ...] = Field((), description="sections that the page owes for this kind")

    def takes(self, facts: Mapping[str, Any]) -> bool:
        """Whether an item with these facts is one that this entry is about."""
        wanted = all(facts.get(fact) in values for fact, values in self.where.items())
        return wanted and not any(facts.get(fact) in values for fact, values in self.unless.items())


class Mention(Strict):
    """Names in running text that promise something: they must be real."""

    shape: Literal["UPPER_SNAKE", "command", "method-path"]
    known: tuple[Id, ...] = Field(min_length=1, description="kinds whose names are real")
    exclude: tuple[Exclusion, ...] = Field((), description="names that belong to something else")


class DocumentType(Strict):
    """A document the customer is owed, as one page or a folder."""

    title: Title
    pages: tuple[PageKind, ...] = Field(min_length=1)
    front_matter: Mapping[str, FrontMatterField] = Field({}, description="added to the common keys")
    covers: tuple[Cover, ...] = Field((), description="product items that it documents")


class Waiver(Strict):
    """A requirement set aside, by whom, why and until when."""

    rule: str
    subject: str
    reason: str = Field(min_length=10)
    owner: str = Field(min_length=1)
    expires: date


class RuleSetting(Strict):
    """What a checklist changes about a rule."""

    severity: Literal["error", "warning", "info", "off"] | None = None
    options: Mapping[str, Any] = {}


class Checklist(Strict):
    """What must be documented: the whole of `checklist.yml`."""

    version: Literal[1] = Field(description="version of this format")
    level: Literal["listed", "complete", "covered", "paired", "proven"] = "proven"
    languages: Mapping[str, Language] = Field(min_length=1)
    snippets: tuple[Folder, ...] = Field((), description="folders that snippet includes start from")
    product: Mapping[Id, ProductSource] = Field({}, description="what the product ships")
    mentions: tuple[Mention, ...] = ()
    policy: Folder | None = Field(None, description="folder of the data on support and security")
    proof: Annotated[str, Field(pattern=FOLDER_PATTERN)] | None = Field(
        None, description="record of what tests have run, written by them; held to if named"
    )
    ledger: PagePath | None = Field(
        None, description="file that says what each translation was confirmed against"
    )
    glossary: PagePath | None = Field(None, description="file of preferred terms per language")
    front_matter: Mapping[str, FrontMatterField] = {}
    sections: Mapping[Id, Names] = Field({}, description="section id → heading texts per language")
    columns: Mapping[Id, Names] = Field({}, description="column id → header texts per language")
    document_types: Mapping[Id, DocumentType] = Field(min_length=1)
    rules: Mapping[str, RuleSetting] = {}
    waivers: tuple[Waiver, ...] = ()

    @property
    def source_language(self) -> str:
        """The language the others translate (the one marked `source`)."""
        return next(key for key, language in self.languages.items() if language.source)

    @property
    def demanded(self) -> Level:
        """The level CI asks for."""
        return Level[self.level.upper()]


@dataclass(frozen=True, slots=True)
class Source:
    """Where each entry of a checklist stands in its file."""

    path: str
    lines: Mapping[tuple[str | int, ...], int]

    def place(self, *location: str | int) -> Place:
        """The place of an entry, or of the nearest one above it that has a line."""
        while location and location not in self.lines:
            location = location[:-1]
        return Place(self.path, self.lines.get(location, 1))


@dataclass(frozen=True, slots=True)
class Plan:
    """A checklist that was read without an error, and its source."""

    checklist: Checklist
    source: Source
