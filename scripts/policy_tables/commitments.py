"""The other promises with a number, group by group, as lists."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Final

from policy_tables.policy import Policy
from policy_tables.words import duration, listed, said, stop
from rollcall.policy.commitments import GROUPS, Commitments


def group(name: str, policy: Policy, language: str) -> str:
    """The promises of a group, one a line."""
    mark = said("：", ": ", language)
    return listed(
        stop(
            f"{item.what.get(language)}{mark}"
            f"{duration(item.within, language, business=item.business)}",
            language,
        )
        for item in policy.read("commitments.yml", Commitments).commitments
        if item.group == name
    )


TABLES: Final[Mapping[str, Callable[[Policy, str], str]]] = {
    f"commitments-{name}": partial(group, name) for name in GROUPS
}
