"""Which page answers which need: the traceability of the requirements."""

from collections.abc import Callable, Mapping
from typing import Final

from policy_tables.policy import Policy, table
from policy_tables.words import said
from rollcall.policy.requirements import Requirements


def needs(policy: Policy, language: str) -> str:
    """Every need with links to the pages that answer it."""
    header = said("编号 需求 页面", "Id Need Pages", language).split()
    separator = said("、", ", ", language)
    rows = (
        (
            f"`{need.id}`",
            need.need.get(language),
            separator.join(
                f"[{policy.title(key, language)}](../{key})"
                for key in policy.answering(need.id, language)
            ),
        )
        for need in policy.read("requirements.yml", Requirements).requirements
    )
    return table(header, rows)


TABLES: Final[Mapping[str, Callable[[Policy, str], str]]] = {"needs": needs}
