"""Page skeletons from the checklist, for `rollcall new`: headings, empty tables, comments.

Nothing here counts as content: comments are not prose, a table without rows is empty and a front
matter value left empty is a finding.
"""

from collections.abc import Iterator, Mapping
from typing import Final

from rollcall.checklist import Checklist, DocumentType, FrontMatterField, Needs, PageKind

_EMPTY: Final = {"text": '""', "list": "[]", "mapping": "{}", "integer": "0"}


def skeleton(checklist: Checklist, document: DocumentType, kind: PageKind, language: str) -> str:
    """The Markdown of a new page of `kind` in a language."""
    title = kind.title[language]
    fields: Mapping[str, FrontMatterField] = {**checklist.front_matter, **document.front_matter}
    lines = ["---", *_front_matter(fields, title, kind.is_glob), "---", "", f"# {title}"]
    for slot in kind.sections:
        lines += ["", f"## {checklist.sections[slot.id][language][0]} {{#{slot.id}}}", ""]
        lines += _body(checklist, slot.needs, language)
    return "\n".join(lines) + "\n"


def _front_matter(
    fields: Mapping[str, FrontMatterField], title: str, is_glob: bool
) -> Iterator[str]:
    for key, field in fields.items():
        if field.required:
            known = key == "title" and not is_glob
            yield f"{key}: {title if known else _EMPTY.get(field.type, '')}".rstrip()


def _body(checklist: Checklist, needs: Needs, language: str) -> Iterator[str]:
    wants = [
        f"{count} × {name}"
        for name, count in (("words", needs.words), ("steps", needs.steps), ("code", needs.code))
        if count
    ]
    if needs.table:
        wants.append(f"{needs.table.min_rows} × table row")
    yield f"<!-- rollcall: {', '.join(wants) or 'not empty'} -->"
    if needs.table:
        names = [checklist.columns[column][language][0] for column in needs.table.columns]
        yield ""
        yield f"| {' | '.join(names)} |"
        yield f"|{'---|' * len(names)}"
