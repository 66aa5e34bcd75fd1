"""Defects of pages: something is gone, wrong, or there in one language only."""

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Final

from mutations.model import Mutation, Tree, fenced
from rollcall.bound import BoundPage
from rollcall.inline import mask_code
from rollcall.page import Section

_NUMBER = re.compile(r"(?<![\w./:#`-])\d{1,5}(?![\w./:`-])")
_UNIT = re.compile(r"(?<=\d )(秒|分钟|小时|seconds|minutes|hours)(?![A-Za-z])")
_OTHER_UNIT = {
    "秒": "分钟",
    "分钟": "秒",
    "小时": "天",
    "seconds": "minutes",
    "minutes": "seconds",
    "hours": "days",
}
_NO_TEXT = re.compile(r"\[[^\[\]]*\]\([^()]*\)|\{[^{}]*\}|<[^<>]*>")
_CODE = re.compile(r"`([A-Za-z][\w./-]{2,30})`")


def missing_page(tree: Tree) -> Iterator[Mutation]:
    """A page is gone in one language."""
    for page in tree.shuffled():
        key, folder = page.key, page.path.removesuffix(page.key)
        yield Mutation(f"no {page.path}", {page.path: None}, frozenset((page.path, folder)), (key,))


def missing_language(tree: Tree) -> Iterator[Mutation]:
    """A whole document type is gone in one language."""
    cells = dict.fromkeys(page.cell for page in tree.shuffled() if page.cell)
    for cell in cells:
        gone = {page.path: None for page in tree.project.pages if page.cell == cell}
        yield Mutation(
            f"no {cell}", gone, frozenset(("checklist.yml", *gone)), (str(cell), cell.type)
        )


def missing_section(tree: Tree) -> Iterator[Mutation]:
    """A section that both languages have is gone in one of them."""
    for page in tree.shuffled():
        named = [(name, section) for name, section in page.named.items() if section.level == 2]
        if named:
            name, section = tree.random.choice(named)
            yield Mutation(
                f"{page.path}: no section {name}",
                {page.path: without(tree, page, section)},
                frozenset((page.path,)),
                (name,),
            )


def empty_section(tree: Tree) -> Iterator[Mutation]:
    """A required section keeps its heading and loses all below it."""
    for page in tree.shuffled():
        owed = [slot.section for slot in page.slots if slot.section and slot.need.demanded]
        if owed:
            section = tree.random.choice(owed)
            lines = tree.texts[page.path].split("\n")
            lines[section.line : section.end - 1] = [""]
            changes = {page.path: "\n".join(lines)}
            yield Mutation(f"{page.path}: {section.id} is empty", changes, frozenset((page.path,)))


def missing_row(tree: Tree) -> Iterator[Mutation]:
    """A row of a table is gone in one language."""
    for page in tree.shuffled():
        tables = [table for table in page.page.tables if len(table.rows) > 1]
        if tables:
            table = tree.random.choice(tables)
            index = tree.random.randrange(len(table.rows))
            changes = tree.line(page.path, table.row_line(index), None)
            about = f"{page.path}:{table.row_line(index)}: no row"
            yield Mutation(about, changes, frozenset((page.path,)))


def missing_item_in_both(tree: Tree) -> Iterator[Mutation]:
    """The row of a setting, a parameter, an error, … is gone in both languages."""
    for item, lines in rows(tree):
        changes: dict[str, str | None] = {}
        for path, line in lines.items():
            changes |= tree.line(path, line, None)
        yield Mutation(f"no row of {item}", changes, frozenset(lines), (item,))


def wrong_value_in_both(tree: Tree) -> Iterator[Mutation]:
    """A number of an item's row is another one in both languages."""
    for item, lines in rows(tree):
        changes: dict[str, str | None] = {}
        for path, line in lines.items():
            old = tree.source_line(path, line)
            cells = [cell for cell in old.split("|")[2:6] if re.fullmatch(r" `?\d+`? ", cell)]
            if cells:
                number = re.sub(r"\D", "", cells[0])
                new = old.replace(cells[0], cells[0].replace(number, str(int(number) + 7)), 1)
                changes |= tree.line(path, line, new)
        if len(changes) == len(lines) > 1:
            yield Mutation(f"another value of {item}", changes, frozenset(lines), (item,))


def ghost_row(tree: Tree) -> Iterator[Mutation]:
    """A row for something that the product does not have, in both languages."""
    for item, lines in rows(tree):
        changes: dict[str, str | None] = {}
        ghost = f"{item}_x"
        for path, line in lines.items():
            old = tree.source_line(path, line)
            new = old.replace(item, ghost, 1)
            changes |= tree.line(path, line, f"{old}\n{new}")
        yield Mutation(f"a ghost {ghost}", changes, frozenset(lines), (ghost,))


def ghost_mention(tree: Tree) -> Iterator[Mutation]:
    """A command, an endpoint or an error code in running text that never was, in both languages."""
    ghosts = ("`kite room close`", "`POST /v1/rooms/{room}/close`", "`ROOM_CLOSED`", "`KITE_SPEED`")
    for zh, en in tree.pairs:
        ghost = tree.random.choice(ghosts)
        changes = {page.path: f"{tree.texts[page.path].rstrip()}\n\n{ghost}\n" for page in (zh, en)}
        yield Mutation(f"{zh.key}: {ghost}", changes, frozenset(changes), (ghost.strip("`")[:12],))


def another_number(tree: Tree) -> Iterator[Mutation]:
    """A number of the text is another one in one language."""
    for page in tree.shuffled():
        for number, line in _prose(tree, page):
            if found := _NUMBER.search(_bare(line)):
                other = str(int(found.group()) + 13)
                new = line[: found.start()] + other + line[found.end() :]
                yield _one_line(tree, page, number, new, f"{found.group()} → {other}")
                break


def other_unit(tree: Tree) -> Iterator[Mutation]:
    """A quantity has another unit in one language."""
    for page in tree.shuffled():
        for number, line in _prose(tree, page):
            if found := _UNIT.search(line):
                other = _OTHER_UNIT[found.group()]
                new = line[: found.start()] + other + line[found.end() :]
                yield _one_line(tree, page, number, new, f"{found.group()} → {other}")
                break


def another_code(tree: Tree) -> Iterator[Mutation]:
    """A name in code font is another one in one language."""
    for page in tree.shuffled():
        for number, line in _prose(tree, page):
            if found := _CODE.search(line):
                new = line.replace(found.group(), f"`{found.group(1)}x`", 1)
                yield _one_line(tree, page, number, new, f"{found.group()} → …x")
                break


def another_include(tree: Tree) -> Iterator[Mutation]:
    """An include names a region, or a file, that is not there."""
    for page in tree.shuffled():
        regions = [include for include in page.page.includes if include.region]
        if regions:
            include = tree.random.choice(regions)
            line = tree.source_line(page.path, include.line)
            new = line.replace(f":{include.region}", f":{include.region}-gone")
            yield _one_line(tree, page, include.line, new, f"no region {include.region}")


def pasted_code(tree: Tree) -> Iterator[Mutation]:
    """Both languages paste a command instead of including one that a test runs."""
    for zh, en in tree.pairs:
        block = "```bash\nkite doctor --json | head -n 3\n```"
        changes = {page.path: f"{tree.texts[page.path].rstrip()}\n\n{block}\n" for page in (zh, en)}
        yield Mutation(f"{zh.key}: pasted", changes, frozenset(changes))


def broken_link(tree: Tree) -> Iterator[Mutation]:
    """A link leads to a page or a section that is not there."""
    for page in tree.shuffled():
        links = [link for link in page.page.links if link.target.endswith(".md")]
        if links:
            link = tree.random.choice(links)
            line = tree.source_line(page.path, link.line)
            new = line.replace(f"({link.target})", f"({link.target[:-3]}-gone.md)", 1)
            yield _one_line(tree, page, link.line, new, f"{link.target} is gone")


def lost_front_matter(tree: Tree) -> Iterator[Mutation]:
    """A required key of the front matter is gone, or misspelt."""
    for page in tree.shuffled():
        key = tree.random.choice(("description", "audience", "time", "aliases", "applies_to"))
        line = page.page.front.lines.get((key,))
        if line is not None:
            old = tree.source_line(page.path, line)
            new = tree.random.choice((None, old.replace(key, f"{key}s", 1)))
            changes = tree.line(page.path, line, new)
            yield Mutation(f"{page.path}: {key}", changes, frozenset((page.path,)), (key,))


def other_front_matter(tree: Tree) -> Iterator[Mutation]:
    """Minutes or readers of a page differ between the languages."""
    for page in tree.shuffled():
        line = page.page.front.lines.get(("time",))
        if line is not None:
            minutes = int(page.page.front.data["time"]) + 4
            new = f"time: {minutes}"
            yield _one_line(tree, page, line, new, new, ("time",))


def not_in_navigation(tree: Tree) -> Iterator[Mutation]:
    """A page is taken out of one navigation."""
    languages = tree.plan.checklist.languages
    for page in tree.shuffled():
        config = languages[page.language].config
        if config:
            changes = tree.edit(config, f"- {page.key}\n", "- deploy/index.md\n")
            if changes:
                places = frozenset((config, page.path))
                yield Mutation(f"{config}: no {page.key}", changes, places, (page.key,))


def unfinished_text(tree: Tree) -> Iterator[Mutation]:
    """A promise to write something later."""
    for page in tree.shuffled():
        mark = {"zh": "待补充。", "en": "TODO: explain."}[page.language]
        text = f"{tree.texts[page.path].rstrip()}\n\n{mark}\n"
        yield Mutation(f"{page.path}: {mark}", {page.path: text}, frozenset((page.path,)))


def aged_translation(tree: Tree) -> Iterator[Mutation]:
    """The source says one thing more; nobody has looked at the translation."""
    for zh, en in tree.pairs:
        lines = [(n, line) for n, line in _prose(tree, zh) if line.endswith("。")]
        if lines:
            number, line = tree.random.choice(lines)
            changes = tree.line(zh.path, number, f"{line}主播先下播再改。")
            places = frozenset((en.path, zh.path))
            yield Mutation(f"{zh.path}:{number}: one sentence more", changes, places)


def _bare(line: str) -> str:
    """The line, of the same length, without code, targets of links and attributes."""
    return _NO_TEXT.sub(lambda found: "x" * len(found.group()), mask_code(line))


def without(tree: Tree, page: BoundPage, section: Section) -> str:
    """The page without a section."""
    lines = tree.texts[page.path].split("\n")
    return "\n".join(lines[: section.line - 1] + lines[section.end - 1 :])


def _one_line(
    tree: Tree, page: BoundPage, number: int, new: str, what: str, words: tuple[str, ...] = ()
) -> Mutation:
    about = f"{page.path}:{number}: {what}"
    return Mutation(about, tree.line(page.path, number, new), frozenset((page.path,)), words)


def _prose(tree: Tree, page: BoundPage) -> list[tuple[int, str]]:
    """Lines of text in an order that the seed decides: no code, headings, front matter, tables."""
    skipped = fenced(tree.texts[page.path])
    lines = [
        (prose.line, tree.source_line(page.path, prose.line))
        for prose in page.page.prose
        if prose.line not in skipped and prose.words > 3
    ]
    tree.random.shuffle(lines)
    return lines


def rows(tree: Tree) -> Iterator[tuple[str, dict[str, int]]]:
    """Items that a row documents in each language: name, and the line per path."""
    found: dict[tuple[str, str, int, str], dict[str, int]] = {}
    names: dict[tuple[str, str, int, str], str] = {}
    for bound in tree.project.coverage:
        for item, sighting in bound.found if bound.cover.by == "row" else ():
            key = (bound.cell.type, item.kind, bound.index, item.id)
            if len(sighting.names) == 1:
                found.setdefault(key, {})[sighting.page.path] = sighting.line
                names[key] = item.name
    keys = [key for key in found if len(found[key]) == len(tree.plan.checklist.languages)]
    tree.random.shuffle(keys)
    for key in keys:
        yield names[key], found[key]


DEFECTS: Final[Sequence[Callable[[Tree], Iterator[Mutation]]]] = (
    missing_page,
    missing_language,
    missing_section,
    empty_section,
    missing_row,
    missing_item_in_both,
    wrong_value_in_both,
    ghost_row,
    ghost_mention,
    another_number,
    other_unit,
    another_code,
    another_include,
    pasted_code,
    broken_link,
    lost_front_matter,
    other_front_matter,
    not_in_navigation,
    unfinished_text,
    aged_translation,
)
