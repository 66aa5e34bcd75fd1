"""What was shown to run has changed since, or the record says more than a test did."""

import json
import re
from collections.abc import Callable, Iterator, Sequence
from typing import Final

from mutations.model import Mutation, Tree
from rollcall.bound import BoundPage
from rollcall.generated import parts

_LAST_NUMBER: Final = re.compile(r"(.*?)(\d+)(\D*)$")


def edited_session(tree: Tree) -> Iterator[Mutation]:
    """A command that a page shows was edited, and not run again."""
    for path in _shown(tree, ".sh", ".py", ".mjs", ".conf", ".service"):
        yield _edited(tree, path, "echo planted")


def edited_output(tree: Tree) -> Iterator[Mutation]:
    """An output that a page shows was edited by hand."""
    for path in _shown(tree, ".out"):
        yield _edited(tree, path, "planted")


def unproven(tree: Tree) -> Iterator[Mutation]:
    """The record has lost a snippet that pages show: no test runs it any more."""
    proof = tree.plan.checklist.proof
    if proof is None:
        return
    for path in _shown(tree, ".sh", ".py"):
        record = json.loads(tree.texts[proof])
        if record["snippets"].pop(path, None):
            text = json.dumps(record, ensure_ascii=False, indent=1)
            yield Mutation(f"{proof}: no {path}", {proof: text}, frozenset(_pages(tree, path)))


def unconfirmed(tree: Tree) -> Iterator[Mutation]:
    """The ledger has lost a section, or knows one that is not there."""
    ledger = tree.plan.checklist.ledger
    if ledger is None:
        return
    for _, en in tree.pairs:
        data = json.loads(tree.texts[ledger])
        sections = data["pages"].get(en.key, {})
        if len(sections) > 1:
            name = tree.random.choice(list(sections))
            del sections[name]
            text = json.dumps(data, ensure_ascii=False)
            yield Mutation(f"{ledger}: no {en.key}#{name}", {ledger: text}, frozenset((en.path,)))


def edited_by_hand(tree: Tree) -> Iterator[Mutation]:
    """A number in a generated part is another one in both languages; its source is not."""
    for pair in tree.pairs:
        names = [part.name for part in parts(pair[0].page)]
        for name in names[:1]:
            changes = {page.path: _other_number(tree, page, name) for page in pair}
            if all(text != tree.texts[path] for path, text in changes.items()):
                yield Mutation(f"{name}: a number edited by hand", changes, frozenset(changes))


def _other_number(tree: Tree, page: BoundPage, name: str) -> str:
    """The page with the last number of a generated part one higher."""
    lines = tree.texts[page.path].split("\n")
    for part in parts(page.page):
        for index in range(part.end - 1, part.start, -1):
            if part.name == name and (found := _LAST_NUMBER.search(lines[index - 1])):
                lines[index - 1] = found[1] + str(int(found[2]) + 1) + found[3]
                return "\n".join(lines)
    return tree.texts[page.path]


def _edited(tree: Tree, path: str, line: str) -> Mutation:
    text = tree.texts[path].replace("[end:", f"[x]\n{line}\n# --8<-- [end:", 1)
    places = frozenset((path, *_pages(tree, path)))
    return Mutation(f"{path}: edited", {path: text}, places)


def _shown(tree: Tree, *suffixes: str) -> list[str]:
    """Snippets that pages show by region, in an order that the seed decides."""
    project = tree.project
    paths = {
        project.snippet(include.file)
        for page in project.pages
        for include in page.page.includes
        if include.region
    }
    found = sorted(path for path in paths if path and path.endswith(suffixes))
    tree.random.shuffle(found)
    return found


def _pages(tree: Tree, path: str) -> list[str]:
    project = tree.project
    return [
        page.path
        for page in project.pages
        if any(project.snippet(include.file) == path for include in page.page.includes)
    ]


def json_text(text: str, *, reverse: bool = False) -> str:
    """A JSON object written anew, its entries in another order if asked."""
    data = json.loads(text)
    keys = list(reversed(data)) if reverse else list(data)
    return json.dumps({key: data[key] for key in keys}, ensure_ascii=False, indent=2) + "\n"


DEFECTS: Final[Sequence[Callable[[Tree], Iterator[Mutation]]]] = (
    edited_session,
    edited_output,
    unproven,
    unconfirmed,
    edited_by_hand,
)
