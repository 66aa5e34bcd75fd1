"""`contract.yml`: the clauses that make promises binding."""

from typing import Final, Literal, TypeAlias, get_args

from pydantic import Field

from rollcall.checklist import Strict
from rollcall.policy.texts import CLAUSE_PATTERN, Both

Topic: TypeAlias = Literal[
    "content",
    "response",
    "term",
    "liability",
    "response-times",
    "escalation",
    "scope",
    "optimisation",
    "sla",
]
TOPICS: Final[tuple[str, ...]] = get_args(Topic)


class Clause(Strict):
    """One clause: what it settles, and the words a contract can use."""

    id: str = Field(pattern=CLAUSE_PATTERN)
    topic: Topic
    title: Both
    text: Both


class Contract(Strict):
    """Every clause that a promise refers to."""

    clauses: tuple[Clause, ...] = Field(min_length=1)
