"""What the peers are told: the same requirements as in checklist.yml, as far as each can take them.

Fixed parts are files in `scripts/peers/`; lists of pages, sections, columns and front matter are
written from the checklist, so that no peer is told less than it can hold pages to.
"""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from rollcall.checklist import Checklist, PageKind
from rollcall.project import Project

MARKDOWNLINT: Final[Mapping[str, Any]] = {
    "default": True,
    "MD013": False,  # length of lines: a Chinese paragraph is one line
    "MD024": {"siblings_only": True},
    "MD025": {"front_matter_title": ""},
    "MD031": False,  # blocks in content tabs and admonitions are indented
    "MD033": False,
    "MD046": False,
    "MD060": False,  # how tables are padded
}
FIXED: Final = Path(__file__).resolve().parent / "peers"


def write_configs(project: Project, to: Path) -> None:
    """Write the configuration of every peer into the folder that holds a copy of `docs/`."""
    checklist = project.checklist
    copies = {"rumdl.toml": ".rumdl.toml", "remarkrc.json": ".remarkrc.json"}
    _json(to / ".markdownlint-cli2.jsonc", {"noBanner": True, "config": MARKDOWNLINT})
    for source, name in copies.items():
        (to / name).write_text((FIXED / source).read_text("utf-8"), "utf-8")
    _json(to / "front-matter.schema.yaml", front_matter(checklist))
    _json(to / "contextlint.config.json", contextlint(project))
    _json(to / ".mdsmith.yml", mdsmith(project))  # JSON is YAML
    for language in checklist.languages:  # one list of headings a configuration, so one a folder
        folder = to / checklist.languages[language].docs / "api/endpoints"
        headings = endpoint_headings(project, language)
        _json(folder / ".markdownlint.json", {**MARKDOWNLINT, "MD043": {"headings": headings}})


def _json(path: Path, data: object) -> None:
    path.write_text(json.dumps(data, ensure_ascii=False, indent=1), "utf-8")


def _kinds(checklist: Checklist) -> Iterator[tuple[PageKind, str, str]]:
    """Every page kind that owes sections, in every language, with the pattern of its pages."""
    for document in checklist.document_types.values():
        for kind in document.pages:
            for language, setting in checklist.languages.items():
                yield kind, language, f"{setting.docs}/{kind.path}"


def _titles(project: Project, kind: PageKind, language: str) -> list[str]:
    """Titles of sections that all pages of a kind have, word for word, as these peers match."""
    pages = [p for p in project.pages if p.kind is kind and p.language == language]
    owed = [need.id for need in kind.sections if need.demanded]
    found = []
    for section in owed:
        titles = {page.named[section].title for page in pages if section in page.named}
        if len(titles) == 1 and all(section in page.named for page in pages):
            found.append(f"{titles.pop()} {{#{section}}}")
    return found


def endpoint_headings(project: Project, language: str) -> list[str]:
    """MD043's list for the pages of endpoints: their sections in order, anything between."""
    kind = next(k for k, _, path in _kinds(project.checklist) if "api/endpoints/" in path)
    titles = _titles(project, kind, language)
    return ["?", *(part for title in titles for part in (f"## {title}", "*"))]


def contextlint(project: Project) -> Mapping[str, Any]:
    """Required files, required sections and their order, required columns, cells, links."""
    checklist = project.checklist
    rules: list[dict[str, Any]] = [{"rule": "ref001"}, {"rule": "tbl002"}]
    for kind, language, path in _kinds(checklist):
        titles = _titles(project, kind, language)
        if not kind.is_glob:
            rules.append({"rule": "str001", "options": {"files": [path]}})
        if titles:
            rules.append({"rule": "sec001", "options": {"sections": titles, "files": path}})
            rules.append({"rule": "sec002", "options": {"order": titles, "files": path}})
        for section, columns in _columns(project, kind, language):
            options = {"requiredColumns": columns, "section": section, "files": path}
            rules.append({"rule": "tbl001", "options": options})
    return {"include": ["docs/zh/**/*.md", "docs/en/**/*.md"], "rules": rules}


def _columns(project: Project, kind: PageKind, language: str) -> Iterator[tuple[str, list[str]]]:
    """Per section with a table: its title, and the columns that every table in it has."""
    pages = [p for p in project.pages if p.kind is kind and p.language == language]
    for need in kind.sections:
        sections = [(page, page.named[need.id]) for page in pages if need.id in page.named]
        tables = [t for page, section in sections for t in page.page.tables_in(section)]
        titles = {section.title for _, section in sections}
        shared = [
            c for c in (tables[0].header if tables else ()) if all(c in t.header for t in tables)
        ]
        if need.needs.table and shared and len(titles) == 1:
            yield titles.pop(), list(shared)


def mdsmith(project: Project) -> Mapping[str, Any]:
    """A kind for every page kind: its sections in order, others allowed; front matter by type."""
    kinds: dict[str, Any] = {}
    assigned: list[dict[str, Any]] = []
    matter = {
        "title": 'string & != ""',
        "description": 'string & != ""',
        "audience": "[...string]",
        "time": "int & >=1 & <=240",
        "applies_to": 'string & != ""',
        "aliases": "[...string] & [_, _, ...string]",
        "answers?": "[...string]",
        "hide?": "[...string]",
    }
    for kind, language, path in _kinds(project.checklist):
        titles = _titles(project, kind, language)
        anything = {"heading": {"regex": ".+", "repeat": {"min": 0}}}
        sections = [{"heading": None}, anything]
        for title in titles:
            sections += [{"heading": title}, anything]
        name = f"k{len(kinds)}"
        schema = {
            "frontmatter": matter,
            "sections": sections if titles else [{"heading": None}, anything],
        }
        kinds[name] = {"schema": schema}
        assigned.append({"glob": [path], "kinds": [name]})
    quiet = (
        "line-length",
        "paragraph-readability",
        "paragraph-structure",
        "no-inline-html",
        "token-budget",
    )
    rules = dict.fromkeys(quiet, False)
    return {"rules": rules, "kinds": kinds, "kind-assignment": assigned}


def front_matter(checklist: Checklist) -> Mapping[str, Any]:
    """A JSON Schema of the front matter, for remark-lint-frontmatter-schema."""
    properties: dict[str, Any] = {}
    for name, wanted in checklist.front_matter.items():
        if wanted.type == "list":
            items = {"enum": list(wanted.values)} if wanted.values else {"type": "string"}
            properties[name] = {"type": "array", "items": items, "minItems": wanted.min or 0}
        elif wanted.type == "integer":
            properties[name] = {"type": "integer", "minimum": wanted.min, "maximum": wanted.max}
        else:
            properties[name] = {"type": "string", "minLength": wanted.min or 1}
    required = [name for name, wanted in checklist.front_matter.items() if wanted.required]
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "type": "object",
        "required": required,
        "additionalProperties": False,
        "properties": properties,
    }
