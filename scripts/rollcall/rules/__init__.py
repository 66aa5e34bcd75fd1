"""The rules: one module a requirement kind, listed here in the order of their levels.

A rule is a module that satisfies `Rule`. To add one: a file beside this one, a line in `RULES`,
a folder of cases in `tests/rollcall/rules/`.
"""

from collections.abc import Iterator, Sequence
from typing import Any, Final, Protocol

from rollcall.checklist import Checklist, Strict
from rollcall.model import Level, Outcome, Severity, Text
from rollcall.project import Project
from rollcall.rules import (
    anchor_target,
    compatibility_row,
    empty_section,
    front_matter,
    image_target,
    link_target,
    navigation,
    page_type,
    paired_code,
    paired_page,
    paired_section,
    placeholder_text,
    policy_file,
    readable_page,
    required_document,
    required_page,
    required_section,
    scenario_coverage,
    scenario_metric,
    section_id,
    section_needs,
    section_order,
    snippet_include,
    training_plan,
    trial_plan,
)


class Rule(Protocol):
    """What a rule module offers; mypy holds every module in `RULES` to it."""

    @property
    def ID(self) -> str:  # noqa: N802
        """Kebab-case name of the requirement; the module's name with underscores."""

    @property
    def LEVEL(self) -> Level:  # noqa: N802
        """The level that the requirement belongs to."""

    @property
    def SEVERITY(self) -> Severity:  # noqa: N802
        """How loud a finding is unless the checklist says otherwise."""

    @property
    def SUMMARY(self) -> Text:  # noqa: N802
        """What a finding of this rule means, in one line."""

    @property
    def EXPLANATION(self) -> Text:  # noqa: N802
        """What is required and why, for `rollcall explain` and the rule pages."""

    @property
    def Options(self) -> type[Strict]:  # noqa: N802
        """The rule's options, as checklists write them under `rules: {ID: {options: …}}`."""

    def check(self, project: Project, options: Any, /) -> Iterator[Outcome]:
        """Judge the project: an outcome for every requirement, met ones included."""


RULES: Final[Sequence[Rule]] = [
    readable_page,
    required_document,
    required_page,
    page_type,
    required_section,
    empty_section,
    section_order,
    section_needs,
    section_id,
    front_matter,
    placeholder_text,
    policy_file,
    scenario_metric,
    scenario_coverage,
    compatibility_row,
    trial_plan,
    training_plan,
    link_target,
    anchor_target,
    image_target,
    snippet_include,
    navigation,
    paired_page,
    paired_section,
    paired_code,
]


def options_of(checklist: Checklist, rule: Rule) -> Strict:
    """The options of a rule as its own type; `load` has already validated them."""
    setting = checklist.rules.get(rule.ID)
    return rule.Options.model_validate(dict(setting.options) if setting else {})
