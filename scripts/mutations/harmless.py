"""Edits that take nothing away: none of them may make a finding.

Where an edit ages a translation, whoever makes it confirms it, as `rollcall confirm` would; a false
alarm is what remains after that.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Final

from mutations.model import Changes, Mutation, Tree, fenced
from mutations.proofs import json_text
from rollcall.bound import BoundPage

_OTHER_WORDS = {
    "zh": (("也", "同样"), ("可以", "能"), ("如果", "要是"), ("就", "便")),
    "en": ((" also ", " too, "), (" can ", " may "), (" because ", " since "), (" so ", " thus ")),
}


def reworded(tree: Tree) -> Iterator[Mutation]:
    """A word of the text is replaced by another of the same meaning."""
    for page in tree.shuffled():
        skipped = fenced(tree.texts[page.path])
        for prose in page.page.prose:
            line = tree.source_line(page.path, prose.line)
            for old, new in _OTHER_WORDS[page.language]:
                if prose.line not in skipped and old in line and "`" not in line:
                    text = line.replace(old, new, 1)
                    yield _confirmed(tree, page, tree.line(page.path, prose.line, text))
                    break
            else:
                continue
            break


def wrapped(tree: Tree) -> Iterator[Mutation]:
    """A paragraph of English is wrapped at other words; blanks at line ends."""
    for page in tree.shuffled():
        skipped = fenced(tree.texts[page.path])
        for prose in page.page.prose:
            line = tree.source_line(page.path, prose.line)
            plain = re.fullmatch(r"[A-Z][A-Za-z ,;:'-]{20,} [A-Za-z ,;:.'-]{20,}", line)
            if prose.line not in skipped and plain:
                middle = line.find(" ", len(line) // 2)
                if middle > 0:
                    text = f"{line[:middle]}\n{line[middle + 1 :]} "
                    changes = tree.line(page.path, prose.line, text)
                    yield Mutation(f"{page.path}:{prose.line}: wrapped", changes)
                    break


def another_title(tree: Tree) -> Iterator[Mutation]:
    """A heading reads differently and keeps its id."""
    for page in tree.shuffled():
        headings = [s for s in page.page.sections if s.explicit and s.level == 2 and not s.code]
        if headings:
            section = tree.random.choice(headings)
            line = tree.source_line(page.path, section.line)
            more = {"zh": "（说明）", "en": ", explained"}[page.language]
            text = line.replace(" {#", f"{more} {{#")
            yield _confirmed(tree, page, tree.line(page.path, section.line, text))


def one_more_synonym(tree: Tree) -> Iterator[Mutation]:
    """One more word by which a page is found."""
    for page in tree.shuffled():
        line = page.page.front.lines.get(("aliases",))
        if line is not None:
            old = tree.source_line(page.path, line)
            text = old.replace("]", ", another word]")
            changes = tree.line(page.path, line, text)
            yield Mutation(f"{page.path}: one more alias", changes)


def blank_lines(tree: Tree) -> Iterator[Mutation]:
    """Blank lines and a comment between paragraphs."""
    for page in tree.shuffled():
        text = tree.texts[page.path].rstrip() + "\n\n\n<!-- a note to writers -->\n\n"
        yield Mutation(f"{page.path}: blank lines", {page.path: text})


def one_more_page(tree: Tree) -> Iterator[Mutation]:
    """A question more in both languages, listed in both navigations and confirmed."""
    members = [pair for pair in tree.pairs if pair[0].kind and pair[0].kind.is_glob]
    faq = [pair for pair in members if pair[0].key.startswith("faq/")]
    tree.random.shuffle(faq)
    for zh, en in faq:
        changes: dict[str, str | None] = {}
        for page in (zh, en):
            key = page.key.replace(".md", "-more.md")
            config = tree.plan.checklist.languages[page.language].config or ""
            changes[page.path.replace(page.key, key)] = tree.texts[page.path]
            listed = tree.texts[config]
            end = re.search(rf"( +)- {re.escape(page.key)}\n", listed)
            if end is None:
                break
            changes[config] = listed.replace(end.group(), f"{end.group()}{end.group(1)}- {key}\n")
        else:
            yield _confirmed(tree, zh, changes)


def one_more_paragraph(tree: Tree) -> Iterator[Mutation]:
    """A paragraph more in both languages, confirmed."""
    for zh, en in tree.pairs:
        more = {zh.path: "先问清楚再动手。", en.path: "Ask first, then act."}
        changes: dict[str, str | None] = {}
        for path, text in more.items():
            changes[path] = f"{tree.texts[path].rstrip()}\n\n{text}\n"
        yield _confirmed(tree, zh, changes)


def same_value_otherwise(tree: Tree) -> Iterator[Mutation]:
    """`是` becomes `true`, `yes` becomes `true`: the same fact in another spelling."""
    for page in tree.shuffled():
        for table in page.page.tables:
            for index, row in enumerate(table.rows):
                spots = [cell for cell in row if cell in ("是", "yes")]
                if spots:
                    line = table.row_line(index)
                    old = tree.source_line(page.path, line)
                    changes = tree.line(
                        page.path, line, old.replace(f"| {spots[0]} |", "| true |", 1)
                    )
                    if page.key == "deploy/configuration.md":
                        yield _confirmed(tree, page, changes)
                    break


def reworded_product(tree: Tree) -> Iterator[Mutation]:
    """A description in the product reads differently, its entries stand in another order."""
    for name in ("openapi.json", "cli.json", "settings.schema.json"):
        path = f"snippets/kite/{name}"
        text = tree.texts[path]
        found = re.findall(r'"(?:description|help)": "([A-Z][^"\\]{20,})"', text)
        tree.random.shuffle(found)
        for words in found[:8]:
            yield Mutation(f"{path}: {words[:30]}", {path: text.replace(words, f"Now: {words}")})
    for name in ("errors.json", "metrics.json", "doctor.json"):
        path = f"snippets/kite/{name}"
        yield Mutation(f"{path}: another order", {path: json_text(tree.texts[path], reverse=True)})


def _confirmed(tree: Tree, page: BoundPage, changes: Changes) -> Mutation:
    """The edit, and the ledger as it is once everything was confirmed."""
    return Mutation(f"{page.path}: {', '.join(changes)}", tree.confirmed(changes))


HARMLESS: Final[Sequence[Callable[[Tree], Iterator[Mutation]]]] = (
    reworded,
    wrapped,
    another_title,
    one_more_synonym,
    blank_lines,
    one_more_page,
    one_more_paragraph,
    same_value_otherwise,
    reworded_product,
)
