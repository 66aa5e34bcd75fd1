"""Page skeletons from the checklist, for `rollcall new`: headings, empty tables, comments.

Nothing here counts as content: comments are not prose, a table without rows is empty and a front
matter value left empty is a finding.
"""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from rollcall.checklist import Checklist, DocumentType, FrontMatterField, Needs, PageKind
from rollcall.model import Refusal, did_you_mean
from rollcall.names import matches, stem

_EMPTY: Final = {"text": '""', "list": "[]", "mapping": "{}"}


def write_skeletons(checklist: Checklist, root: Path, type_id: str, name: str | None) -> list[str]:
    """Write the missing pages of a type, or the one called `name`, in every language.

    Raises:
        Refusal: no such type or page, nothing to write, or a file cannot be written.
    """
    if type_id not in checklist.document_types:
        guess = did_you_mean(type_id, list(checklist.document_types))
        raise Refusal(f"没有类型 `{type_id}`{guess.zh}", f"no type `{type_id}`{guess.en}")
    document = checklist.document_types[type_id]
    written = []
    for kind, key in _targets(document, name):
        for language, setting in checklist.languages.items():
            text = skeleton(checklist, document, kind, language)
            if _write(root, f"{setting.docs}/{key}", text):
                written.append(f"{setting.docs}/{key}")
    if not written:
        raise Refusal("没有要写的：文件都在了", "nothing to write: every file exists")
    return written


def _targets(document: DocumentType, name: str | None) -> list[tuple[PageKind, str]]:
    """The pages meant by `name`: a named one, or a new member of a family; all named ones for None."""
    named = [(kind, kind.path) for kind in document.pages if not kind.is_glob]
    families = [kind for kind in document.pages if kind.is_glob]
    if name is None and named:
        return named
    if name is None:
        paths = ", ".join(kind.path for kind in families)
        raise Refusal(f"用 --page 给出页面的名字：{paths}", f"name the page with --page: {paths}")
    found = [(kind, key) for kind, key in named if name in (stem(key), key)]
    if not found and ".." not in name:
        file = name.removesuffix(".md") + ".md"
        members = [(kind, _folder(kind.path) + file) for kind in families]
        found = [(kind, key) for kind, key in members if matches(key, kind.path)]
    if not found:
        guess = did_you_mean(name, [stem(key) for _, key in named])
        raise Refusal(f"没有页面 `{name}`{guess.zh}", f"no page `{name}`{guess.en}")
    return found[:1]


def _folder(pattern: str) -> str:
    """The part of a glob before its first wildcard, up to the last slash."""
    fixed = pattern.partition("*")[0].partition("?")[0]
    return fixed[: fixed.rfind("/") + 1]


def _write(root: Path, path: str, text: str) -> bool:
    """Create a file; False when there is one."""
    target = root / path
    try:
        if target.is_symlink() or not target.resolve().is_relative_to(root):
            raise Refusal(f"{path} 是链接，或在目录树之外", f"{path} is a link or out of the tree")
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        return False
    except (OSError, RuntimeError, ValueError) as error:
        what = getattr(error, "strerror", None) or error
        raise Refusal(f"{path} 写不了：{what}", f"{path}: {what}") from None
    return True


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
            value = json.dumps(title, ensure_ascii=False) if known else _EMPTY.get(field.type, "")
            yield f"{key}: {value}".rstrip()


def _body(checklist: Checklist, needs: Needs, language: str) -> Iterator[str]:
    wants = [
        f"{name} ≥ {count}"
        for name, count in (("words", needs.words), ("steps", needs.steps), ("code", needs.code))
        if count
    ]
    if needs.code_in:
        wants.append(f"code in {' + '.join(needs.code_in)}")
    if needs.table:
        wants.append(f"table rows ≥ {needs.table.min_rows}")
    yield f"<!-- rollcall: {', '.join(wants) or 'not empty'} -->"
    if needs.table:
        names = [checklist.columns[column][language][0] for column in needs.table.columns]
        yield ""
        yield f"| {' | '.join(names)} |"
        yield f"|{'---|' * len(names)}"
