"""A report restricted to paths."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from rollcall.checklist import Checklist
from rollcall.model import Outcome, Refusal, Report


def restrict(report: Report, checklist: Checklist, root: Path, paths: tuple[str, ...]) -> Report:
    """Only what concerns these files and folders, missing ones included.

    Raises:
        Refusal: a path outside the root, or one that nothing is said about.
    """
    docs = {key: language.docs for key, language in checklist.languages.items()}
    kept: set[Outcome] = set()
    for written in paths:
        try:
            path = Path(written).resolve().relative_to(root).as_posix()
        except ValueError:
            raise Refusal(f"{written} 不在 {root} 里", f"{written} is not in {root}") from None
        here = {outcome for outcome in report.outcomes if _concerns(outcome, path, docs)}
        if not here:
            raise Refusal(f"{written}：这里没有可检查的内容", f"{written}: nothing is checked here")
        kept |= here
    return replace(report, outcomes=tuple(o for o in report.outcomes if o in kept))


def _concerns(outcome: Outcome, path: str, docs: Mapping[str, str]) -> bool:
    """Whether the place or the subject is below `path`, or the cell a whole language below it."""
    places = [outcome.at.path, outcome.subject.partition("#")[0].partition("→")[0]]
    if outcome.cell is not None:
        places.append(docs[outcome.cell.language])
    return path == "." or any(f"{place}/".startswith(f"{path}/") for place in places)
