"""The mutation suite plants what it says: one of each group, through the suite's own functions."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TypeAlias

import pytest

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "scripts"))

from mutations import harmless, pages, policy, product, proofs, reviewer, run  # noqa: E402
from mutations.model import Mutation, Tree  # noqa: E402
from mutations.run import CLASSES, DEFECTS, Generator, Tally, findings, run_class, table  # noqa: E402

SEED = 3
Known: TypeAlias = frozenset[tuple[str, str, str]]
ONE_OF_EACH = (
    pages.missing_row,
    product.new_setting,
    proofs.edited_session,
    policy.loosened,
    reviewer.swapped_includes,
)


@pytest.fixture(scope="module")
def tree() -> Tree:
    return Tree(ROOT)


@pytest.fixture(scope="module")
def known(tree: Tree) -> Known:
    return frozenset(found.key for found in findings(tree))


@pytest.mark.parametrize("generator", ONE_OF_EACH, ids=lambda generator: generator.__name__)
def test_a_defect_is_caught_and_named(tree: Tree, known: Known, generator: Generator) -> None:
    tally = run_class(tree, known, SEED, 1, generator.__name__)
    assert (tally.planted, tally.caught, tally.named, tally.wrong) == (1, 1, 1, [])


def test_a_harmless_edit_is_not(tree: Tree, known: Known) -> None:
    tally = run_class(tree, known, SEED, 1, harmless.reworded.__name__)
    assert (tally.planted, tally.alarms, tally.wrong) == (1, 0, [])


def test_every_class_can_be_planted(tree: Tree) -> None:
    for name, (generator, _) in CLASSES.items():
        tree.random.seed(SEED)
        mutation = next(iter(generator(tree)), None)
        assert mutation is not None, name
        assert mutation.changes, name
        assert any(tree.texts.get(path) != text for path, text in mutation.changes.items()), name


def test_classes_have_names_of_their_own() -> None:
    groups = [g.__name__ for group in DEFECTS.values() for g in group]
    assert len(groups) == len(set(groups))


def test_what_goes_wrong_is_told(tree: Tree, known: Known, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_: Tree) -> Iterator[Mutation]:
        yield from ()
        raise KeyError("no such page")

    monkeypatch.setattr(run, "CLASSES", {"broken": (broken, True)})
    assert "KeyError" in run_class(tree, known, SEED, 1, "broken").wrong[0]


def test_the_table_counts() -> None:
    text = table([Tally("missing_row", planted=3, caught=3, named=2), Tally("reworded", planted=3)])
    assert "| missing row | 3 | 3 | 2 |" in text
    assert "| reworded | 3 | 0 |" in text
