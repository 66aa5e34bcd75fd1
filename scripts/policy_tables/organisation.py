"""What the vendor fills in, as pages show it."""

from collections.abc import Callable, Mapping
from typing import Final

from policy_tables.policy import Policy, table
from rollcall.model import Text
from rollcall.policy.organisation import Organisation


def details(policy: Policy, language: str) -> str:
    """Every detail of the vendor: its name, and its value or the placeholder."""
    organisation = policy.read("organisation.yml", Organisation)
    header = Text("项目 | 内容", "Detail | Value").get(language).split(" | ")
    rows = ((d.name.get(language), d.shown(language)) for d in organisation.details.values())
    return table(header, rows)


TABLES: Final[Mapping[str, Callable[[Policy, str], str]]] = {"organisation": details}
