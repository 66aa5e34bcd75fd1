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
    advisory_identity,
    advisory_score,
    advisory_versions,
    anchor_target,
    changelog,
    compatibility_row,
    conditional_section,
    contract_clause,
    empty_section,
    escalation_path,
    free_fixes,
    front_matter,
    generated_part,
    ghost_item,
    ghost_mention,
    glossary_term,
    image_target,
    incident_clock,
    item_documented,
    item_fields,
    item_values,
    known_issue,
    law_citation,
    law_source,
    link_target,
    maintenance_window,
    navigation,
    page_type,
    paired_code,
    paired_front_matter,
    paired_inline_code,
    paired_links,
    paired_list,
    paired_numbers,
    paired_page,
    paired_section,
    paired_table,
    placeholder_text,
    policy_file,
    policy_page,
    product_source,
    proven_code,
    published_promise,
    published_terms,
    readable_page,
    release_breaking,
    release_cadence,
    release_line,
    required_document,
    required_page,
    required_section,
    requirement_answered,
    retention,
    round_the_clock,
    scenario_coverage,
    scenario_metric,
    section_id,
    section_needs,
    section_order,
    security_contact,
    service_calendar,
    severity_ladder,
    snippet_include,
    step_order,
    support_channels,
    support_hours,
    support_matrix,
    support_order,
    training_plan,
    translation_current,
    trial_thresholds,
    untranslated_text,
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
    policy_page,
    release_line,
    changelog,
    release_cadence,
    release_breaking,
    known_issue,
    advisory_identity,
    advisory_score,
    advisory_versions,
    security_contact,
    maintenance_window,
    law_source,
    law_citation,
    retention,
    incident_clock,
    trial_thresholds,
    product_source,
    item_documented,
    item_fields,
    item_values,
    ghost_item,
    ghost_mention,
    conditional_section,
    support_order,
    support_hours,
    support_channels,
    escalation_path,
    warranty_scope,
    free_fixes,
    contract_clause,
    paired_page,
    paired_section,
    paired_code,
    paired_front_matter,
    requirement_answered,
    paired_table,
    paired_numbers,
    paired_inline_code,
    paired_links,
    paired_list,
    untranslated_text,
    translation_current,
    glossary_term,
    published_promise,
    published_terms,
    round_the_clock,
    proven_code,
    generated_part,
    step_order,
]


def options_of(checklist: Checklist, rule: Rule) -> Strict:
    """The options of a rule as its own type; `load` has already validated them."""
    setting = checklist.rules.get(rule.ID)
    return rule.Options.model_validate(dict(setting.options) if setting else {})
