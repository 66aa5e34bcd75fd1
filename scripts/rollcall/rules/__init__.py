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
    contract_clause,
    empty_section,
    escalation_path,
    free_fixes,
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
    published_promise,
    published_terms,
    readable_page,
    required_document,
    required_page,
    required_section,
    requirement_answered,
    round_the_clock,
    scenario_coverage,
    scenario_metric,
    section_id,
    section_needs,
    section_order,
    service_calendar,
    severity_ladder,
    snippet_include,
    support_channels,
    support_hours,
    support_matrix,
    support_order,
    training_plan,
    trial_thresholds,
    vague_words,
    vendor_placeholder,
    warranty_scope,
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
    vague_words,
    policy_file,
    scenario_metric,
    scenario_coverage,
    compatibility_row,
    training_plan,
    vendor_placeholder,
    severity_ladder,
    service_calendar,
    support_matrix,
    link_target,
    anchor_target,
    image_target,
    snippet_include,
    navigation,
    support_order,
    support_hours,
    support_channels,
    escalation_path,
    warranty_scope,
    free_fixes,
    contract_clause,
    trial_thresholds,
    paired_page,
    paired_section,
    paired_code,
    requirement_answered,
    published_promise,
    published_terms,
    round_the_clock,
]


def options_of(checklist: Checklist, rule: Rule) -> Strict:
    """The options of a rule as its own type; `load` has already validated them."""
    setting = checklist.rules.get(rule.ID)
    return rule.Options.model_validate(dict(setting.options) if setting else {})
