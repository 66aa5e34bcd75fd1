"""Defects and harmless edits of the policy data (`snippets/policy/`)."""

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Final

from mutations import policy_values
from mutations.model import Mutation, Tree

FOLDER: Final = "snippets/policy/"
_WITHIN: Final = re.compile(r"within: (\d+) (min|h|d)")
_ENTRY: Final = {
    "targets": re.compile(r"  - plan: "),
    "severities": re.compile(r"  - id: S\d"),
    "escalation": re.compile(r"    - \{after: "),
}


def loosened(tree: Tree) -> Iterator[Mutation]:
    """A promise of time is twice as long."""
    path = f"{FOLDER}targets.yml"
    for number, line in _lines(tree, path):
        if found := _WITHIN.search(line):
            longer = f"within: {int(found.group(1)) * 2} {found.group(2)}"
            changes = tree.line(path, number, line.replace(found.group(), longer, 1))
            yield Mutation(f"{path}:{number}: {longer}", changes, frozenset((path,)))


def missing_entry(tree: Tree) -> Iterator[Mutation]:
    """A row of the matrix, a severity, a channel, a step of the escalation is gone."""
    for name in ("targets", "severities", "escalation"):
        path = f"{FOLDER}{name}.yml"
        for start, end in _entries(tree, name):
            lines = tree.texts[path].split("\n")
            del lines[start - 1 : end - 1]
            about = f"{path}:{start}: entry gone"
            changes = {path: "\n".join(lines)}
            yield Mutation(about, changes, frozenset(_policy(tree)))


def one_language(tree: Tree) -> Iterator[Mutation]:
    """A text of the data has lost its English."""
    for path in _policy(tree):
        for number, line in _lines(tree, path):
            if found := re.search(r"\{zh: ([^{}]*), en: [^{}]*\}", line):
                text = line.replace(found.group(), f"{{zh: {found.group(1)}}}", 1)
                changes = tree.line(path, number, text)
                yield Mutation(f"{path}:{number}: no English", changes, frozenset((path,)), ("en",))
                break


def unknown_key(tree: Tree) -> Iterator[Mutation]:
    """A key that the data does not know."""
    for path in _policy(tree):
        text = f"{tree.texts[path].rstrip()}\nplanted: true\n"
        yield Mutation(f"{path}: planted", {path: text}, frozenset((path,)), ("planted",))


def broken_file(tree: Tree) -> Iterator[Mutation]:
    """A file of the data is cut off in the middle of a line."""
    for path in _policy(tree):
        text = f"{tree.texts[path].rstrip()}\n  - {{broken: [\n"
        yield Mutation(f"{path}: broken", {path: text}, frozenset((path,)))


def commented(tree: Tree) -> Iterator[Mutation]:
    """A comment and a blank line."""
    for path in _policy(tree):
        text = f"# A note for whoever edits this.\n\n{tree.texts[path]}"
        yield Mutation(f"{path}: a comment", {path: text})


def another_order(tree: Tree) -> Iterator[Mutation]:
    """The rows of the matrix stand in another order."""
    path = f"{FOLDER}targets.yml"
    entries = _entries(tree, "targets")
    if len(entries) > 1:
        lines = tree.texts[path].split("\n")
        (first, second), (last, end) = sorted(entries)[0], sorted(entries)[-1]
        moved = lines[last - 1 : end - 1]
        rest = [*lines[: last - 1], *lines[end - 1 :]]
        text = "\n".join([*rest[: first - 1], *moved, *rest[first - 1 :]])
        del second
        yield Mutation(f"{path}: last row first", {path: text})


def _policy(tree: Tree) -> list[str]:
    found = [path for path in tree.texts if path.startswith(FOLDER) and path.endswith(".yml")]
    tree.random.shuffle(found)
    return found


def _lines(tree: Tree, path: str) -> list[tuple[int, str]]:
    lines = list(enumerate(tree.texts.get(path, "").split("\n"), 1))
    tree.random.shuffle(lines)
    return lines


def _entries(tree: Tree, name: str) -> list[tuple[int, int]]:
    """First line, and line after the last, of each row, severity or step of a file."""
    lines = tree.texts[f"{FOLDER}{name}.yml"].split("\n")
    top = [n for n, line in enumerate(lines, 1) if line[:1] not in ("", " ", "#")]
    first = next(n for n in top if lines[n - 1] in (f"{name}:", "steps:"))
    last = next((n for n in top if n > first), len(lines))
    starts = [n for n in range(first, last) if _ENTRY[name].match(lines[n - 1])]
    found = []
    for start in starts:
        indent = " " * (len(lines[start - 1]) - len(lines[start - 1].lstrip()) + 1)
        rest = range(start + 1, len(lines) + 1)
        end = next((n for n in rest if not lines[n - 1].startswith(indent)), len(lines))
        found.append((start, end))
    tree.random.shuffle(found)
    return found


DEFECTS: Final[Sequence[Callable[[Tree], Iterator[Mutation]]]] = (
    loosened,
    missing_entry,
    one_language,
    unknown_key,
    broken_file,
    *policy_values.DEFECTS,
)
HARMLESS: Final[Sequence[Callable[[Tree], Iterator[Mutation]]]] = (commented, another_order)
