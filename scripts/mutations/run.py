"""Plant every mutation, check, and count: caught, at the right place, false alarms."""

import gc
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from multiprocessing import get_context
from pathlib import Path
from typing import Final, TypeAlias

from mutations import harmless, pages, policy, product, proofs, reviewer
from mutations.model import NOWHERE, Mutation, Tree
from rollcall.engine import check
from rollcall.load import load
from rollcall.model import InputError, Level, Outcome, Severity
from rollcall.snapshot import Snapshot

ROOT: Final = Path(__file__).resolve().parents[2]
WORKERS: Final = 2

Generator: TypeAlias = Callable[[Tree], Iterator[Mutation]]

DEFECTS: Final[Mapping[str, Sequence[Generator]]] = {
    "pages": pages.DEFECTS,
    "product": product.DEFECTS,
    "proof": proofs.DEFECTS,
    "policy": policy.DEFECTS,
    "reviewer": reviewer.DEFECTS,
}
HARMLESS: Final[Sequence[Generator]] = (*harmless.HARMLESS, *policy.HARMLESS)
AGED: Final = frozenset({"aged_translation", "unconfirmed"})
CLASSES: Final[Mapping[str, tuple[Generator, bool]]] = {
    **{g.__name__: (g, True) for group in DEFECTS.values() for g in group},
    **{g.__name__: (g, False) for g in HARMLESS},
}


@dataclass(slots=True)
class Tally:
    """What became of the mutations of one class; `wrong` says what went otherwise than it should."""

    name: str
    planted: int = 0
    caught: int = 0
    named: int = 0
    alarms: int = 0
    wrong: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Found:
    """A finding, or a refusal of the checklist or of what it names: then `outcome` is `None`."""

    rule: str
    subject: str
    message: str
    outcome: Outcome | None = None

    @property
    def key(self) -> tuple[str, str, str]:
        """What tells it from another; a line is no part of it, an edit above moves lines."""
        return self.rule, self.subject, self.message

    def names(self, mutation: Mutation) -> bool:
        """Whether it leads to what was planted: the right file, and a word of it."""
        if self.outcome is None:
            return not mutation.places or any(place in self.subject for place in mutation.places)
        at, because, hint = self.outcome.at, self.outcome.because, self.outcome.hint
        there = {at.path, because.path, self.subject} & mutation.places
        said = f"{self.rule} {self.subject} {self.message} {hint.en if hint else ''} {at}"
        return bool(not mutation.places or there) and (
            not mutation.words or any(word in said for word in mutation.words)
        )


def findings(tree: Tree, mutation: Mutation | None = None) -> list[Found]:
    """Every finding that makes a check fail, of the tree or of a mutation of it."""
    overlay = {**tree.texts, **(mutation.changes if mutation else {})}
    snapshot = Snapshot(NOWHERE, overlay)
    other = mutation is not None and "checklist.yml" in mutation.changes
    try:
        plan = load(snapshot, "checklist.yml") if other else tree.plan
        report = check(plan, snapshot, level=Level.PROVEN)
    except InputError as error:
        return [Found("input", f"{place}", text.en) for place, text in error.problems]
    loud = (found for found in report.findings if found.severity is not Severity.INFO)
    return [Found(found.rule, found.subject, found.message.en, found) for found in loud]


def run_class(
    tree: Tree, known: frozenset[tuple[str, str, str]], seed: int, count: int, name: str
) -> Tally:
    """Plant `count` mutations of a class, one after the other.

    Whatever goes wrong in the making of one or in its check is told in the tally: a crash of
    rollcall counts as nothing caught, or as a false alarm.
    """
    generator, bad = CLASSES[name]
    tree.random.seed(f"{seed}:{name}")
    tally = Tally(name)
    try:
        for mutation in islice(generator(tree), count):
            tally.planted += 1
            try:
                whole = _looked_at(tree, name, mutation)
                new = [found for found in findings(tree, whole) if found.key not in known]
            except Exception as error:  # the suite has to go on and to tell
                tally.alarms += 1
                tally.wrong.append(f"{mutation.about}: {type(error).__name__}: {error}")
                continue
            (_judge_defect if bad else _judge_edit)(tally, mutation, new)
    except Exception as error:
        tally.wrong.append(f"cannot be planted: {type(error).__name__}: {error}")
    return tally


def _looked_at(tree: Tree, name: str, mutation: Mutation) -> Mutation:
    """The mutation after its author has confirmed the translations, unless that is the defect."""
    if name in AGED or not any(path.endswith(".md") for path in mutation.changes):
        return mutation
    return replace(mutation, changes=tree.confirmed(mutation.changes))


def _judge_defect(tally: Tally, mutation: Mutation, new: Sequence[Found]) -> None:
    tally.caught += bool(new)
    named = any(found.names(mutation) for found in new)
    tally.named += named
    if not named:
        shown = [f"{found.rule}: {found.message}" for found in new[:2]] or ["nothing"]
        tally.wrong.append(f"{mutation.about}: {'; '.join(shown)}")


def _judge_edit(tally: Tally, mutation: Mutation, new: Sequence[Found]) -> None:
    tally.alarms += bool(new)
    tally.wrong += [f"{mutation.about}: {found.rule}: {found.message}" for found in new[:2]]


_Shared: TypeAlias = tuple[Tree, frozenset[tuple[str, str, str]]]
_shared: list[_Shared] = []  # what forked workers inherit, parsed and with warm caches


def _work(task: tuple[int, int, str]) -> Tally:
    tree, known = _shared[0]
    return run_class(tree, known, *task)


def run(seed: int, count: int, only: Sequence[str] = (), workers: int = WORKERS) -> list[Tally]:
    """The tallies of the classes named, or of all, in the order of `CLASSES`.

    Args:
        seed: Decides what is planted where; another one plants other defects.
        count: Mutations of each class, if there are so many.
        only: Names of classes or of groups of defects; all if empty.
        workers: Processes.
    """
    tree = Tree(ROOT)
    known = frozenset(found.key for found in findings(tree))
    _ = tree.pairs, tree.project.coverage, tree.confirmed({})
    gc.freeze()
    _shared[:] = [(tree, known)]
    tasks = [(seed, count, name) for name in CLASSES if not only or name in only]
    with get_context("fork").Pool(workers) as pool:
        tallies = {}
        for tally in pool.imap_unordered(_work, tasks, chunksize=1):
            tallies[tally.name] = tally
            sys.stderr.write(f"{len(tallies)} of {len(tasks)}: {tally.name}\n")
    return [tallies[name] for name in CLASSES if name in tallies]


def table(tallies: Sequence[Tally]) -> str:
    """Two Markdown tables: defects, then harmless edits."""
    bad = [tally for tally in tallies if CLASSES[tally.name][1]]
    good = [tally for tally in tallies if not CLASSES[tally.name][1]]
    lines = ["| Defect | Planted | Caught | Named |", "|---|---|---|---|"]
    lines += [_row(tally.name, tally.planted, tally.caught, tally.named) for tally in bad]
    sums = (sum(t.planted for t in bad), sum(t.caught for t in bad), sum(t.named for t in bad))
    lines += [
        _row("**all**", *sums),
        "",
        "| Harmless edit | Made | False alarms |",
        "|---|---|---|",
    ]
    lines += [_row(tally.name, tally.planted, tally.alarms) for tally in good]
    lines.append(_row("**all**", sum(t.planted for t in good), sum(t.alarms for t in good)))
    return "\n".join(lines) + "\n"


def _row(title: str, *numbers: int) -> str:
    return f"| {title.replace('_', ' ')} | {' | '.join(map(str, numbers))} |"
