"""Plant every mutation, check, and count: caught, at the right place, false alarms."""

import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from multiprocessing import get_context
from pathlib import Path
from typing import Final

from mutations import harmless, pages, policy, product, proofs
from mutations.model import NOWHERE, Mutation, Tree
from rollcall.engine import check
from rollcall.model import InputError, Level, Outcome, Severity
from rollcall.snapshot import Snapshot

ROOT: Final = Path(__file__).resolve().parents[2]
WORKERS: Final = 2

Generator = Callable[[Tree], Iterator[Mutation]]

DEFECTS: Final[dict[str, Sequence[Generator]]] = {
    "pages": (
        pages.missing_page,
        pages.missing_language,
        pages.missing_section,
        pages.empty_section,
        pages.missing_row,
        pages.missing_item_in_both,
        pages.wrong_value_in_both,
        pages.ghost_row,
        pages.ghost_mention,
        pages.another_number,
        pages.another_unit,
        pages.another_code,
        pages.another_include,
        pages.pasted_code,
        pages.broken_link,
        pages.lost_front_matter,
        pages.other_front_matter,
        pages.not_in_navigation,
        pages.unfinished_text,
        pages.aged_translation,
    ),
    "product": (
        product.new_endpoint,
        product.endpoint_gone,
        product.new_required_parameter,
        product.field_gone,
        product.setting_renamed,
        product.new_setting,
        product.another_default,
        product.another_bound,
        product.another_unit,
        product.new_error_code,
        product.error_code_gone,
        product.another_status,
        product.new_event_field,
        product.new_command,
        product.command_renamed,
        product.new_metric,
        product.another_permission,
        product.broken_facts,
    ),
    "proof": (
        proofs.edited_session,
        proofs.edited_output,
        proofs.unproven,
        proofs.unconfirmed,
    ),
    "policy": policy.DEFECTS,
}
HARMLESS: Final[Sequence[Generator]] = (
    harmless.reworded,
    harmless.wrapped,
    harmless.another_title,
    harmless.one_more_synonym,
    harmless.blank_lines,
    harmless.one_more_page,
    harmless.one_more_paragraph,
    harmless.same_value_otherwise,
    harmless.reworded_product,
    *policy.HARMLESS,
)


@dataclass(slots=True)
class Tally:
    """What became of the mutations of one class."""

    name: str
    planted: int = 0
    caught: int = 0
    named: int = 0
    alarms: int = 0
    wrong: list[str] = field(default_factory=list)


def findings(tree: Tree, mutation: Mutation | None) -> list[tuple[str, str, str, Outcome | None]]:
    """Every finding that counts, by what identifies it; a refused checklist is one as well."""
    overlay = {**tree.texts, **(mutation.changes if mutation else {})}
    try:
        report = check(tree.plan, Snapshot(NOWHERE, overlay), level=Level.PROVEN)
    except InputError as error:
        return [("input", f"{place}", text.en, None) for place, text in error.problems]
    loud = (found for found in report.findings if found.severity is not Severity.INFO)
    return [(found.rule, found.subject, found.message.en, found) for found in loud]


def _names(mutation: Mutation, found: tuple[str, str, str, Outcome | None]) -> bool:
    rule, subject, message, outcome = found
    if outcome is None:
        return any(subject.startswith(place) for place in mutation.places) or not mutation.places
    paths = {outcome.at.path, outcome.because.path}
    there = not mutation.places or bool(paths & mutation.places) or subject in mutation.places
    hint = outcome.hint.en if outcome.hint else ""
    said = f"{rule} {subject} {message} {hint} {outcome.at}"
    return there and (not mutation.words or any(word in said for word in mutation.words))


def _run(work: tuple[int, int, str, bool]) -> Tally:
    seed, count, name, bad = work
    tree = Tree(ROOT, seed)
    known = {found[:3] for found in findings(tree, None)}
    generators = {g.__name__: g for group in DEFECTS.values() for g in group}
    generators |= {g.__name__: g for g in HARMLESS}
    tally = Tally(name)
    for mutation in islice(generators[name](tree), count):
        new = [found for found in findings(tree, mutation) if found[:3] not in known]
        tally.planted += 1
        if not bad:
            tally.alarms += bool(new)
            tally.wrong += [f"{mutation.about}: {found[0]}: {found[2]}" for found in new[:2]]
            continue
        tally.caught += bool(new)
        named = any(_names(mutation, found) for found in new)
        tally.named += named
        if not named:
            shown = [f"{found[0]}: {found[2]}" for found in new[:2]] or ["nothing"]
            tally.wrong.append(f"{mutation.about}: {'; '.join(shown)}")
    return tally


def main(seed: int, count: int, only: Sequence[str]) -> int:
    """Print a table per group and what went wrong; 1 if anything did.

    Args:
        seed: Decides what is planted where; another one plants other defects.
        count: Mutations of each class.
        only: Names of classes; all if empty.
    """
    groups = {name: [g.__name__ for g in group] for name, group in DEFECTS.items()}
    harmless_names = [g.__name__ for g in HARMLESS]
    work = [(seed, count, n, True) for names in groups.values() for n in names]
    work += [(seed, count, n, False) for n in harmless_names]
    work = [entry for entry in work if not only or entry[2] in only]
    with get_context("fork").Pool(WORKERS) as pool:
        tallies = {tally.name: tally for tally in pool.imap_unordered(_run, work)}
    write = sys.stdout.write
    total = Tally("all")
    write("| Defect | Planted | Caught | Named |\n|---|---|---|---|\n")
    for names in groups.values():
        for name in (name for name in names if name in tallies):
            tally = tallies[name]
            write(
                f"| {name.replace('_', ' ')} | {tally.planted} | {tally.caught} | {tally.named} |\n"
            )
            total.planted += tally.planted
            total.caught += tally.caught
            total.named += tally.named
    write(f"| **all** | {total.planted} | {total.caught} | {total.named} |\n\n")
    write("| Harmless edit | Made | False alarms |\n|---|---|---|\n")
    for name in (name for name in harmless_names if name in tallies):
        tally = tallies[name]
        write(f"| {name.replace('_', ' ')} | {tally.planted} | {tally.alarms} |\n")
    wrong = [f"{tally.name}: {line}" for tally in tallies.values() for line in tally.wrong]
    write("".join(f"\n{line}" for line in sorted(wrong)) + "\n" * bool(wrong))
    return int(bool(wrong))
