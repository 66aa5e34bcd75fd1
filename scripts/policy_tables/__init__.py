"""Tables that pages show of policy data: one small function a table, (policy, language) → Markdown.

To add one: a function in a module here, and its name in that module's `TABLES`.
"""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Final

from policy_tables import (
    commitments,
    compatibility,
    compliance,
    evaluation,
    needs,
    organisation,
    reach,
    releases,
    scenarios,
    security,
    severities,
    targets,
    terms,
    trial,
)
from policy_tables.policy import Policy

TABLES: Final[Mapping[str, Callable[[Policy, str], str]]] = {
    **organisation.TABLES,
    **needs.TABLES,
    # support
    **severities.TABLES,
    **targets.TABLES,
    **reach.TABLES,
    **terms.TABLES,
    **commitments.TABLES,
    **trial.TABLES,
    # (end of support)
    # releases and security
    **releases.TABLES,
    **security.TABLES,
    **compliance.TABLES,
    # (end of releases and security)
    # evaluation
    **scenarios.TABLES,
    **compatibility.TABLES,
    **evaluation.TABLES,
    # (end of evaluation)
}


def renderers(policy: Policy, language: str) -> Mapping[str, Callable[[], str]]:
    """Every table by the name that pages use, in a language."""
    tables = {name: partial(table, policy, language) for name, table in TABLES.items()}
    return {**tables, **releases.of_versions(policy, language)}
