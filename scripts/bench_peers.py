"""The defects of `scripts/bench mutations` through peers: what else finds them (`peers`).

Each peer is configured from the same checklist as far as its documentation allows
(`peer_configs.py`, `scripts/peers/`) and runs on a copy of the tree. It has caught a defect if it
says anything that it does not say of the copy without the defect; where, does not matter.
"""

import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Final, TypeAlias

from mutations.model import Mutation, Tree
from mutations.run import CLASSES, DEFECTS, ROOT
from peer_configs import write_configs

COPY: Final = ROOT / "build" / "peers" / "tree"
NODE: Final = ROOT / "build" / "peers" / "node_modules" / ".bin"
BIN: Final = ROOT / "build" / "bench" / "bin"
SHOWN: Final = ("pages", "reviewer")
FIGURES: Final = ROOT / "snippets" / "figures" / "peers.md"
_ANSI: Final = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
_NUMBERS: Final = re.compile(r"\b\d+(?:[:.-]\d+)*(?:m?s\b)?")
_FILE: Final = re.compile(r"docs/(?:zh|en)/[\w./-]+\.(?:md|yml)|peers(?:\.en)?\.yml")
_KEY: Final = re.compile(r"'([\w./-]+\.md)'")

Said: TypeAlias = Counter[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Peer:
    """A tool: its command in the copy; `docs` is the folder that its paths are relative to."""

    name: str
    command: tuple[str, ...]
    docs: str = ""


_MKDOCS: Final = (str(ROOT / ".venv/bin/mkdocs"), "build", "--strict")
PEERS: Final = (
    Peer("mdsmith", (str(BIN / "mdsmith"), "check", "docs/zh", "docs/en")),
    Peer("rumdl", (str(BIN / "rumdl"), "check", "--no-cache", "--config", ".rumdl.toml", "docs")),
    Peer("markdownlint-cli2", (str(NODE / "markdownlint-cli2"), "docs/*/**/*.md")),
    Peer("zenzic", (str(BIN / "zenzic"), "check", "all", "--no-external", "--strict")),
    Peer("contextlint", (str(NODE / "contextlint"),)),
    Peer("remark-lint", (str(NODE / "remark"), "--frail", "--no-stdout", "docs/zh", "docs/en")),
    Peer("mkdocs --strict", (*_MKDOCS, "-d", "../zh", "-f", "peers.yml"), "docs/zh"),
    Peer("mkdocs --strict", (*_MKDOCS, "-d", "../en", "-f", "peers.en.yml"), "docs/en"),
)


def said(peer: Peer) -> Said:
    """What a peer says of the copy: file and text, without numbers, which move with any edit."""
    run = subprocess.run(  # noqa: S603 - constants above
        peer.command,
        cwd=COPY,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "NO_COLOR": "1", "COLUMNS": "400", "NO_MKDOCS_2_WARNING": "1"},
    )
    found: Said = Counter()
    file = ""
    for line in _ANSI.sub("", run.stdout + run.stderr).splitlines():
        named = _FILE.search(line)
        key = _KEY.search(line) if peer.docs else None
        file = named[0] if named else f"{peer.docs}/{key[1]}" if key else file
        text = " ".join(_NUMBERS.sub("0", line).split())
        if text and file:
            found[file, text] += 1
    return found


def all_say() -> list[Said]:
    """What every peer says, in the order of `PEERS`."""
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return list(pool.map(said, PEERS))


def copy_tree(tree: Tree) -> None:
    """Lay the copy anew: pages, snippets, configurations; rollcall's own plugin left out."""
    shutil.rmtree(COPY, ignore_errors=True)
    COPY.mkdir(parents=True)
    for name in ("docs", "snippets"):
        shutil.copytree(ROOT / name, COPY / name)
    write_configs(tree.project, COPY)
    _write({"mkdocs.yml": tree.texts["mkdocs.yml"]})
    _write({"mkdocs.en.yml": tree.texts["mkdocs.en.yml"]})


def _write(changes: Mapping[str, str | None]) -> None:
    for path, text in changes.items():
        name = {"mkdocs.yml": "peers.yml", "mkdocs.en.yml": "peers.en.yml"}.get(path, path)
        if text is None:
            (COPY / name).unlink(missing_ok=True)
            continue
        if name != path:
            text = re.sub(r"^  rollcall: .*\n", "", text, flags=re.M)
            text = text.replace("INHERIT: mkdocs.yml", "INHERIT: peers.yml")
            (COPY / path).write_text(text, "utf-8")  # zenzic reads the nav from it
        (COPY / name).write_text(text, "utf-8")


def planted(tree: Tree, count: int, names: Sequence[str]) -> Iterator[tuple[str, Mutation]]:
    """`count` mutations of each class."""
    for name in names:
        tree.random.seed(f"peers:{name}")
        yield from ((name, mutation) for mutation in islice(CLASSES[name][0](tree), count))


def batches(
    tree: Tree, mutations: Iterable[tuple[str, Mutation]]
) -> Iterator[list[tuple[str, Mutation]]]:
    """Groups of mutations that touch different files, so that a peer runs once for many.

    A finding belongs to the mutation whose file it is about, or whose file it names.
    """
    unread = {"checklist.yml", tree.plan.checklist.ledger, tree.plan.checklist.proof}
    found: list[tuple[set[str], list[tuple[str, Mutation]]]] = []
    for name, mutation in mutations:
        paths = set(mutation.changes) - unread
        free = next((entry for entry in found if not entry[0] & paths), None)
        if free is None:
            found.append(free := (set(), []))
        free[0].update(paths)
        free[1].append((name, mutation))
    yield from (batch for _, batch in found)


def is_read(tree: Tree, mutation: Mutation) -> bool:
    """Whether a peer reads any file of the mutation: a page, a configuration, a shown snippet."""
    shown = {
        tree.project.snippet(i.file) for page in tree.project.pages for i in page.page.includes
    }
    return any(path.startswith(("docs/", "mkdocs")) or path in shown for path in mutation.changes)


def catches(mutation: Mutation, new: Said) -> bool:
    """Whether something new is about a file of the mutation, or names it."""
    paths = {"mkdocs.yml": "peers.yml", "mkdocs.en.yml": "peers.en.yml"}
    files = {paths.get(path, path) for path in mutation.changes} | set(mutation.places)
    gone = {Path(path).name for path, text in mutation.changes.items() if text is None}
    return any(
        file in files or any(name in text for name in gone - {"index.md"}) for file, text in new
    )


def main(count: int, only: Sequence[str]) -> int:
    """Print a table, and write it to `snippets/figures/peers.md` after a run of all classes."""
    tree = Tree(ROOT)
    names = [name for name, (_, bad) in CLASSES.items() if bad and (not only or name in only)]
    mutations = list(planted(tree, count, names))
    copy_tree(tree)
    clean = all_say()
    caught: Counter[tuple[str, str]] = Counter()
    for batch in batches(tree, [pair for pair in mutations if is_read(tree, pair[1])]):
        for _, mutation in batch:
            _write(mutation.changes)
        says = zip(PEERS, all_say(), clean, strict=True)
        news = [(peer.name, now - before) for peer, now, before in says]
        for name, mutation in batch:
            tools = {peer for peer, new in news if catches(mutation, new)}
            caught.update((name, tool) for tool in tools)
            _write({path: tree.texts.get(path) for path in mutation.changes})
        sys.stderr.write(f"{len(batch)} defects\n")
    text = table(Counter(name for name, _ in mutations), caught)
    sys.stdout.write(text)
    if not only:
        FIGURES.write_text(text, encoding="utf-8")
    return 0


def table(made: Counter[str], caught: Counter[tuple[str, str]]) -> str:
    """Classes of pages one by one, the others as groups: no peer reads what they change."""
    tools = list(dict.fromkeys(peer.name for peer in PEERS))
    head = f"{datetime.now(UTC):%Y-%m-%d}, {os.cpu_count()} cores, {sum(made.values())} defects"
    lines = [
        head,
        "",
        f"| Defect | Planted | {' | '.join(tools)} |",
        f"|---|---|{'---|' * len(tools)}",
    ]
    rows = [(n.replace("_", " "), [n]) for group in SHOWN for n in map(_name, DEFECTS[group])]
    rows += [
        (f"all of {group}", list(map(_name, DEFECTS[group])))
        for group in DEFECTS
        if group not in SHOWN
    ]
    rows.append(("**all**", list(made)))
    for title, names in rows:
        if total := sum(made[name] for name in names):
            cells = (sum(caught[name, tool] for name in names) for tool in tools)
            lines.append(f"| {title} | {total} | {' | '.join(map(str, cells))} |")
    return "\n".join(lines) + "\n"


def _name(generator: Callable[[Tree], Iterator[Mutation]]) -> str:
    return generator.__name__
