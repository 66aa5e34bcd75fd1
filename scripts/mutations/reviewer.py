"""What a hostile reviewer would try: written by hand, after the rules, against their gaps."""

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from typing import Final

from mutations.model import Mutation, Tree, fenced
from mutations.pages import rows
from rollcall.bound import BoundPage
from rollcall.inline import split_row

_STATUS: Final = re.compile(r"\| (4\d\d) \|")
_OWN_ID: Final = re.compile(r"\{#([\w-]+)\}")
_METHOD: Final = re.compile(r"^`(GET|POST|PATCH|PUT|DELETE) (/v1/[^`]*)`$", re.M)
_ROWS_OF_CODE: Final = re.compile(r"\|\s*`")


def swapped_rows(tree: Tree) -> Iterator[Mutation]:
    """Two rows that begin with code change places in one language."""
    for page in tree.shuffled():
        for table in page.page.tables:
            line = table.row_line(0)
            pair = [tree.source_line(page.path, n) for n in (line, line + 1)][: len(table.rows)]
            if len(pair) == 2 and all(map(_ROWS_OF_CODE.match, pair)):
                first, second = (split_row(row)[0] for row in pair)
                if first != second:
                    changes = _lines(tree, page, {line: f"{pair[1]}\n{pair[0]}", line + 1: None})
                    yield _on(page, f"{line}: rows change places", changes)
                    break


def swapped_headers(tree: Tree) -> Iterator[Mutation]:
    """Two titles of columns that hold facts change places, in both languages."""
    for zh, en in tree.pairs:
        if not zh.key.startswith("api/endpoints/"):
            continue
        changes: dict[str, str | None] = {}
        for page, (one, two) in ((zh, ("必填", "默认值")), (en, ("Required", "Default"))):
            text = tree.texts[page.path]
            old, new = f"| {one} | {two} |", f"| {two} | {one} |"
            changes |= {page.path: text.replace(old, new, 1)} if old in text else {}
        if len(changes) == 2 and _has_parameters(en):
            yield Mutation(f"{zh.key}: headers change places", changes, frozenset(changes))


def repeated_row(tree: Tree) -> Iterator[Mutation]:
    """An item is documented a second time in the same table, with another number, in both."""
    for item, places in rows(tree):
        changes: dict[str, str | None] = {}
        for path, line in places.items():
            old = tree.source_line(path, line)
            new = re.sub(r"\| (`?)(\d+)(`?) \|", r"| \g<1>9\g<2>\g<3> |", old, count=1)
            changes |= tree.line(path, line, f"{old}\n{new}") if new != old else {}
        if len(changes) == 2:
            yield Mutation(f"{item} twice", changes, frozenset(changes), (item,))


def renamed_id(tree: Tree) -> Iterator[Mutation]:
    """The id of a heading is another one in one language."""
    for page in tree.shuffled():
        sections = [s for s in page.page.sections if s.explicit and s.level in (2, 3)]
        if sections:
            section = tree.random.choice(sections)
            old = tree.source_line(page.path, section.line)
            new = old.replace("{#", "{#x-")
            changes = tree.line(page.path, section.line, new)
            yield _on(page, f"{section.line}: id {section.id}", changes, section.id)


def other_status(tree: Tree) -> Iterator[Mutation]:
    """An error of an endpoint has another HTTP status, in both languages."""
    for zh, en in tree.pairs:
        if zh.key.startswith("api/endpoints/"):
            changes: dict[str, str | None] = {
                page.path: _STATUS.sub("| 418 |", tree.texts[page.path], count=1)
                for page in (zh, en)
            }
            yield Mutation(f"{zh.key}: 418", changes, frozenset(changes), ("418",))


def section_in_a_box(tree: Tree) -> Iterator[Mutation]:
    """A required section is put into an admonition: no heading of the page any more."""
    for page in tree.shuffled():
        owed = [slot.section for slot in page.slots if slot.section and slot.need.demanded]
        if owed:
            section = tree.random.choice(owed)
            lines = tree.texts[page.path].split("\n")
            start, end = section.line - 1, section.end - 1
            boxed = ["!!! note", "", *(f"    {line}".rstrip() for line in lines[start:end]), ""]
            text = "\n".join([*lines[:start], *boxed, *lines[end:]])
            yield _on(page, f"{section.id} in a box", {page.path: text})


def other_method(tree: Tree) -> Iterator[Mutation]:
    """An endpoint page names another method, in both languages."""
    for zh, en in tree.pairs:
        found = _METHOD.search(tree.texts[zh.path])
        if found and zh.key.startswith("api/endpoints/"):
            old, method = found.group(), "PUT" if found[1] != "PUT" else "POST"
            new = f"`{method} {found[2]}`"
            changes: dict[str, str | None] = {
                page.path: tree.texts[page.path].replace(old, new) for page in (zh, en)
            }
            yield Mutation(f"{zh.key}: {new}", changes, frozenset(changes), (method, found[2]))


def moved_item(tree: Tree) -> Iterator[Mutation]:
    """The row of an item (an option, a field of an event, …) stands in the next table of the page."""
    for item, places in rows(tree):
        changes: dict[str, str | None] = {}
        for path, line in places.items():
            tables = [t for t in tree.project.by_path[path].page.tables if t.line > line]
            if tables and tables[0].rows:
                to = tables[0].row_line(0)
                here = tree.source_line(path, line)
                if here.count("|") == tree.source_line(path, to).count("|"):
                    page = tree.project.by_path[path]
                    moved = f"{here}\n{tree.source_line(path, to)}"
                    changes |= _lines(tree, page, {line: None, to: moved})
        if len(changes) == 2:
            yield Mutation(f"{item} moved", changes, frozenset(changes), (item,))


def emptied_cell(tree: Tree) -> Iterator[Mutation]:
    """A cell is empty in one language."""
    for page in tree.shuffled():
        tables = [table for table in page.page.tables if table.rows]
        if tables:
            table = tree.random.choice(tables)
            index = tree.random.randrange(len(table.rows))
            line = table.row_line(index)
            cells = split_row(tree.source_line(page.path, line))
            full = [n for n, cell in enumerate(cells) if len(cell) > 3]
            if full:
                empty = tree.random.choice(full)
                row = [" " if n == empty else cell for n, cell in enumerate(cells)]
                new = f"| {' | '.join(row)} |"
                yield _on(page, f"{line}: cell {empty} is empty", tree.line(page.path, line, new))


def number_in_heading(tree: Tree) -> Iterator[Mutation]:
    """The number in the text of a heading is another one in one language."""
    for page in tree.shuffled():
        for section in page.page.sections:
            old = tree.source_line(page.path, section.line)
            text, mark, rest = old.partition(" {#")
            new = re.sub(r"\d+", lambda found: f"{found[0]}9", text, count=1)
            if new != text and section.level > 1:
                changes = tree.line(page.path, section.line, f"{new}{mark}{rest}")
                yield _on(page, f"{section.line}: {new}", changes)
                break


def unknown_need(tree: Tree) -> Iterator[Mutation]:
    """A page says that it answers a need that is none."""
    for page in tree.shuffled():
        line = page.page.front.lines.get(("answers",))
        if line is not None:
            new = tree.source_line(page.path, line).replace("[", "[ZZZ-99, ", 1)
            yield _on(page, "answers ZZZ-99", tree.line(page.path, line, new), "ZZZ-99")


def waiver_without_end(tree: Tree) -> Iterator[Mutation]:
    """A waiver that never ends, one that has ended, one that waives nothing."""
    text = tree.texts["checklist.yml"]
    for rule in ("link-target", "vague-words"):
        waiver = f"{{rule: {rule}, subject: docs/en/index.md, reason: because it is so, owner: we"
        for end in ("}", ", expires: 2020-01-01}", ", expires: 2099-01-01}"):
            new = f"{text}\nwaivers:\n  - {waiver}{end}\n"
            yield Mutation(f"{waiver}{end}", {"checklist.yml": new}, frozenset(("checklist.yml",)))


def swapped_includes(tree: Tree) -> Iterator[Mutation]:
    """Two blocks of code change places in one language."""
    for page in tree.shuffled():
        includes = [include for include in page.page.includes if include.region]
        if len(includes) > 1:
            first, second = (include.line for include in includes[:2])
            a, b = (tree.source_line(page.path, n) for n in (first, second))
            section = [s for s in page.page.sections if s.level == 2 and first < s.line < second]
            if a.strip() != b.strip() and section:
                changes = _lines(tree, page, {first: b, second: a})
                yield _on(page, f"{first}, {second}: change places", changes)


def other_target(tree: Tree) -> Iterator[Mutation]:
    """A link leads to another page of the site in one language."""
    for page in tree.shuffled():
        skipped = fenced(tree.texts[page.path])
        links = [k for k in page.page.links if k.target.endswith(".md") and k.line not in skipped]
        names = sorted({link.target for link in links})
        if len(names) > 1:
            old, new = names[0], names[1]
            link = next(link for link in links if link.target == old)
            line = tree.source_line(page.path, link.line)
            changed = line.replace(f"({old})", f"({new})")
            if line.count(f"({new})") == 0 and changed != line:
                changes = tree.line(page.path, link.line, changed)
                yield _on(page, f"{link.line}: {old} → {new}", changes)


def sections_out_of_order(tree: Tree) -> Iterator[Mutation]:
    """Two required sections change places in both languages."""
    for zh, en in tree.pairs:
        changes: dict[str, str | None] = {}
        for page in (zh, en):
            owed = [slot.section for slot in page.slots if slot.section and slot.section.level == 2]
            after = [(a, b) for a, b in pairwise(owed) if a.end == b.line]
            if after:
                first, second = after[0]
                lines = tree.texts[page.path].split("\n")
                one, two = (
                    lines[first.line - 1 : first.end - 1],
                    lines[second.line - 1 : second.end - 1],
                )
                lines[first.line - 1 : second.end - 1] = [
                    *two,
                    *([] if two[-1:] == [""] else [""]),
                    *one,
                ]
                changes[page.path] = "\n".join(lines)
        if len(changes) == 2:
            yield Mutation(f"{zh.key}: order", changes, frozenset(changes))


def missing_step(tree: Tree) -> Iterator[Mutation]:
    """A numbered step is gone from the translation."""
    for _, en in tree.pairs:
        skipped = fenced(tree.texts[en.path])
        lines = tree.texts[en.path].split("\n")
        steps = [n for n, x in enumerate(lines, 1) if re.match(r"\d+\. ", x) and n not in skipped]
        if len(steps) > 2:
            line = tree.random.choice(steps)
            yield _on(en, f"{line}: no step", tree.line(en.path, line, None))


def untranslated(tree: Tree) -> Iterator[Mutation]:
    """A sentence of the translation is still that of the source."""
    for zh, en in tree.pairs:
        said = [p for p in zh.page.prose if p.words > 15]
        there = [p for p in en.page.prose if p.words > 8]
        skipped = fenced(tree.texts[en.path])
        plain = [p.line for p in there if p.line not in skipped]
        plain = [n for n in plain if not re.search(r"[`\d\[|]", tree.source_line(en.path, n))]
        if said and plain:
            text = "这一步是为了让观众看到的画面和主播推上来的一样，不要跳过。"
            yield _on(en, f"{plain[0]}: in Chinese", tree.line(en.path, plain[0], text))


def other_version(tree: Tree) -> Iterator[Mutation]:
    """A page says in one language that it is about another version."""
    for page in tree.shuffled():
        line = page.page.front.lines.get(("applies_to",))
        old = tree.source_line(page.path, line) if line else ""
        if line and "0.2" in old:
            yield _on(page, "applies to 0.1", tree.line(page.path, line, old.replace("0.2", "0.1")))


def misspelt_option(tree: Tree) -> Iterator[Mutation]:
    """A command in running text has an option that it does not have, in both languages."""
    for zh, en in tree.pairs:
        changes: dict[str, str | None] = {}
        for page in (zh, en):
            changes[page.path] = f"{tree.texts[page.path].rstrip()}\n\n`kite doctor --jsn`\n"
        yield Mutation(f"{zh.key}: --jsn", changes, frozenset(changes), ("--jsn",))


def other_retry(tree: Tree) -> Iterator[Mutation]:
    """Whether an error may be retried is the other way in both languages."""
    opposite = {"yes": "no", "no": "yes", "是": "否", "否": "是", "能": "不能", "不能": "能"}
    for item, places in rows(tree):
        changes: dict[str, str | None] = {}
        for path, line in places.items():
            cells = split_row(tree.source_line(path, line))
            spot = next((n for n, cell in enumerate(cells) if cell in opposite), None)
            if spot is not None:
                row = [opposite[c] if n == spot else c for n, c in enumerate(cells)]
                changes |= tree.line(path, line, f"| {' | '.join(row)} |")
        if len(changes) == 2:
            yield Mutation(f"{item}: yes is no", changes, frozenset(changes), (item,))


def repeated_id(tree: Tree) -> Iterator[Mutation]:
    """Two headings of a page have one id, in both languages."""
    for zh, en in tree.pairs:
        ids = [s.id for s in zh.page.sections if s.explicit and s.level == 2]
        if len(ids) > 1:
            changes: dict[str, str | None] = {
                p.path: tree.texts[p.path].replace(f"{{#{ids[-1]}}}", f"{{#{ids[0]}}}")
                for p in (zh, en)
            }
            yield Mutation(f"{zh.key}: #{ids[0]} twice", changes, frozenset(changes))


def missing_picture(tree: Tree) -> Iterator[Mutation]:
    """A picture that is not there, and one of another host."""
    for zh, en in tree.pairs:
        source = tree.random.choice(("gone.png", "https://example.com/a.png"))
        changes: dict[str, str | None] = {
            p.path: f"{tree.texts[p.path].rstrip()}\n\n![{p.key}]({source})\n" for p in (zh, en)
        }
        yield Mutation(f"{zh.key}: {source}", changes, frozenset(changes))


def vague_promise(tree: Tree) -> Iterator[Mutation]:
    """A promise without a number."""
    for page in tree.shuffled():
        if page.key.startswith("support/"):
            said = {"zh": "我们会尽快处理。", "en": "We answer as soon as possible."}[page.language]
            text = f"{tree.texts[page.path].rstrip()}\n\n{said}\n"
            yield _on(page, said, {page.path: text})


def _on(page: BoundPage, what: str, changes: dict[str, str | None], *words: str) -> Mutation:
    return Mutation(f"{page.path}: {what}", changes, frozenset((page.path,)), words)


def _lines(tree: Tree, page: BoundPage, new: dict[int, str | None]) -> dict[str, str | None]:
    """The change that replaces lines, or takes them out for `None`."""
    lines = enumerate(tree.texts[page.path].split("\n"), 1)
    kept = (new.get(n, line) if n in new else line for n, line in lines)
    return {page.path: "\n".join(line for line in kept if line is not None)}


def _has_parameters(page: BoundPage) -> bool:
    section = page.named.get("parameters")
    return section is not None and any(t.rows for t in page.page.tables_in(section))


DEFECTS: Final[Sequence[Callable[[Tree], Iterator[Mutation]]]] = (
    swapped_rows,
    swapped_headers,
    repeated_row,
    renamed_id,
    other_status,
    section_in_a_box,
    other_method,
    moved_item,
    emptied_cell,
    number_in_heading,
    unknown_need,
    waiver_without_end,
    swapped_includes,
    other_target,
    sections_out_of_order,
    missing_step,
    untranslated,
    other_version,
    misspelt_option,
    other_retry,
    repeated_id,
    missing_picture,
    vague_promise,
)
