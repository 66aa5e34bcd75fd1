"""Values of the policy data that become wrong, one pattern a class.

A pattern's matches are the places where it can be planted; a match in a comment is none.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from mutations.model import Mutation, Tree

FOLDER: Final = "snippets/policy/"


@dataclass(frozen=True, slots=True)
class Swap:
    """A class of defects: in a file, what matches `old` becomes `new` (as in `re.sub`).

    `words` of which a finding has to hold one; `named_in` are further files that it may name.
    """

    name: str
    file: str
    old: str
    new: str
    words: tuple[str, ...] = ()
    named_in: tuple[str, ...] = ()

    def mutations(self, tree: Tree) -> Iterator[Mutation]:
        """One mutation a match, in an order that the seed decides."""
        path = FOLDER + self.file
        text = tree.texts[path]
        places = frozenset((path, *(FOLDER + name for name in self.named_in)))
        matches = [m for m in re.finditer(self.old, text, re.M) if not _in_comment(text, m.start())]
        tree.random.shuffle(matches)
        for match in matches:
            changed = text[: match.start()] + match.expand(self.new) + text[match.end() :]
            line = text.count("\n", 0, match.start()) + 1
            about = f"{path}:{line}: {match.group().strip()[:60]} → {match.expand(self.new)[:60]}"
            yield Mutation(about, {path: changed}, places, self.words)


SWAPS: Final = (
    Swap("severity_rank", "severities.yml", r"^    rank: \d$", "    rank: 9"),
    Swap(
        "severity_reach",
        "severities.yml",
        r"(rank: [23]\n(?:.*\n)*?    affected: )\d+$",
        r"\g<1>99",
    ),
    Swap("severity_unanswered", "severities.yml", r"^    rank: 4$", "    rank: 1"),
    Swap("target_calendar", "targets.yml", r"calendar: always", "calendar: never"),
    Swap("target_later_fix", "targets.yml", r"fix: \{within: (\d+) d", r"fix: {within: \g<1>0 d"),
    Swap(
        "target_not_binding",
        "targets.yml",
        r"first_response: \{(.*), kind: sla\}",
        r"first_response: {\1, kind: target}",
    ),
    Swap("target_clause", "targets.yml", r"clause: CL-05", "clause: CL-99", ("CL-99",)),
    Swap("target_severity", "targets.yml", r"severity: S2", "severity: S7", ("S7", "S2")),
    Swap("phone_not_synchronous", "channels.yml", r"kind: phone$", "kind: ticket"),
    Swap(
        "phone_business_only",
        "channels.yml",
        r"(kind: phone\n(?:.*\n)*?    plans: \{basic: business, standard: )always",
        r"\1business",
    ),
    Swap(
        "channel_unknown_severity", "channels.yml", r"severities: \[S1", "severities: [S0", ("S0",)
    ),
    Swap("escalation_later", "escalation.yml", r"after: (\d+) h", r"after: 9\1 h"),
    Swap(
        "escalation_role",
        "escalation.yml",
        r"after: (.*), role: [\w-]+,",
        r"after: \1, role: nobody-else,",
        ("nobody-else",),
    ),
    Swap(
        "escalation_no_manager",
        "escalation.yml",
        r"role: (engineering-manager|support-manager|owner)",
        "role: duty-engineer",
    ),
    Swap("plan_price", "plans.yml", r"price: 0, (text: \{zh: (?:缺陷|漏洞))", r"price: 10, \1"),
    Swap("plan_rank", "plans.yml", r"^    rank: 2$", "    rank: 1"),
    Swap("entitlement_less", "plans.yml", r"(enterprise: )(\d)(?=[,}])", r"enterprise: 0"),
    Swap("warranty_shorter", "warranty.yml", r"^months: 12$", "months: 6"),
    Swap("warranty_clause", "warranty.yml", r"clause: CL-0[17]", "clause: CL-77", ("CL-77",)),
    Swap(
        "warranty_page",
        "warranty.yml",
        r"page: extend/modified.md",
        "page: extend/gone.md",
        ("extend/gone.md",),
    ),
    Swap(
        "excluded_and_covered",
        "exclusions.yml",
        r"- id: own-changes",
        "- id: product-defects",
        ("product-defects",),
    ),
    Swap("exclusion_without_instead", "exclusions.yml", r"^    instead: .*\n", "", ("instead",)),
    Swap(
        "contract_duplicate", "contract.yml", r"- id: CL-0[3-6]", "- id: CL-01", ("CL-01", "CL-0")
    ),
    Swap(
        "contract_topic",
        "contract.yml",
        r"topic: (liability|escalation)",
        "topic: content",
        ("liability", "escalation"),
    ),
    Swap("release_eol", "releases.yml", r"^    eol: 2027", "    eol: 2026"),
    Swap(
        "release_maintenance",
        "releases.yml",
        r"maintenance_end: 2028-05",
        "maintenance_end: 2028-01",
    ),
    Swap("release_date", "releases.yml", r"^    date: 2026-11-21", "    date: 2026-11-19"),
    Swap(
        "release_page",
        "releases.yml",
        r"^    page: releases/0-2-0.md",
        "    page: releases/0-9-9.md",
        ("releases/0-9-9.md",),
    ),
    Swap(
        "law_verified_in_future",
        "compliance.yml",
        r"verified_on: 2026-11",
        "verified_on: 2031-11",
        ("2031",),
    ),
    Swap(
        "law_verified_long_ago",
        "compliance.yml",
        r"(status: V2?, verified_on: )2026-11",
        r"\g<1>2016-11",
        ("2016",),
    ),
    Swap(
        "law_article_old",
        "compliance.yml",
        r"was: \[\"(\d+)\"\]",
        r'was: ["59"]',
        (),
        ("retention.yml",),
    ),
    Swap(
        "law_duplicate",
        "compliance.yml",
        r"^  - id: cn-event-report",
        "  - id: cn-product",
        ("cn-product", "cn-event-report"),
        ("incident-clocks.yml",),
    ),
    Swap(
        "law_source_lost",
        "compliance.yml",
        r"(source: \{)title: .*?, status",
        r"\1status",
        ("title",),
    ),
    Swap("retention_short", "retention.yml", r"keep_days: (\d+)", "keep_days: 7"),
    Swap("retention_row", "retention.yml", r"row: cn-logs", "row: cn-nothing", ("cn-nothing",)),
    Swap(
        "incident_row", "incident-clocks.yml", r"row: cn-breach", "row: cn-nothing", ("cn-nothing",)
    ),
    Swap(
        "incident_vendor_slow", "incident-clocks.yml", r"^vendor_minutes: 60", "vendor_minutes: 600"
    ),
    Swap("incident_region", "incident-clocks.yml", r"^regions: \[cn", "regions: [us, cn", ("us",)),
    Swap(
        "scenario_owed",
        "scenarios.yml",
        r"type: slo(?=\n(?:.*\n)?.*in_product: false)|statistic: best((?:.*\n)*?\s+type: )reference",
        r"statistic: best\1slo",
    ),
    Swap(
        "scenario_page",
        "scenarios.yml",
        r"page: scenarios/show.md",
        "page: scenarios/gone.md",
        ("scenarios/gone.md",),
    ),
    Swap(
        "training_unit",
        "training.yml",
        r"units: \[first-stream",
        "units: [second-stream",
        ("second-stream",),
    ),
    Swap(
        "training_material",
        "training.yml",
        r"material: \[[\w/-]+\.md",
        "material: [deploy/gone.md",
        ("deploy/gone.md",),
    ),
    Swap(
        "trial_trivial",
        "trial.yml",
        r"at_least: [1-9]\d*",
        "at_least: 0",
    ),
    Swap(
        "issue_version", "known-issues.yml", r"affects: \[0\.[12]\.0", "affects: [0.7.0", ("0.7.0",)
    ),
    Swap("issue_duplicate", "known-issues.yml", r"id: KI-00[2-4]", "id: KI-001", ("KI-001",)),
    Swap(
        "issue_page",
        "known-issues.yml",
        r"page: [\w/-]+\.md",
        "page: faq/gone.md",
        ("faq/gone.md",),
    ),
    Swap("maintenance_at_peak", "maintenance.yml", r'end: "0[67]:00"', 'end: "21:00"'),
    Swap(
        "maintenance_zone",
        "maintenance.yml",
        r"timezone: \S+",
        "timezone: Asia/Beijing",
        ("Asia/Beijing",),
    ),
    Swap(
        "maintenance_notice",
        "maintenance.yml",
        r"^    notice_hours: 72",
        "    notice_hours: 12",
        ("12", "notice"),
    ),
    Swap(
        "calendar_zone",
        "calendars.yml",
        r"zone: Asia/Shanghai",
        "zone: Asia/Peking",
        ("Asia/Peking",),
    ),
    Swap("calendar_hours", "calendars.yml", r"mon: \[\"10:00-18:00\"\]", 'mon: ["18:00-10:00"]'),
    Swap("contact_expired", "security.yml", r"expires: 2027", "expires: 2026"),
    Swap(
        "contact_scheme", "security.yml", r"contacts: \[\"https:", 'contacts: ["http:', ("http:",)
    ),
    Swap(
        "commitment_loosened",
        "commitments.yml",
        r"within: (\d+) (min|h|d)",
        r"within: 9\1 \2",
        (),
        ("published.yml",),
    ),
    Swap("commitment_clause", "commitments.yml", r"clause: CL-\d+", "clause: CL-88", ("CL-88",)),
    Swap("region_best", "regions.yml", r"statistic: p95", "statistic: best"),
    Swap("region_checked", "regions.yml", r"checked: 2026-11", "checked: 2032-11", ("2032",)),
    Swap("compat_date", "compat.yml", r"tested: 2026-11", "tested: 2024-11", ("2024",)),
    Swap("compat_no_date", "compat.yml", r"^    tested: 2026-11-\d+\n", "", ("day of the test",)),
    Swap(
        "role_unknown_contact",
        "roles.yml",
        r"contact: engineering-contact",
        "contact: nobody",
        ("nobody",),
    ),
)


def _in_comment(text: str, position: int) -> bool:
    start = text.rfind("\n", 0, position) + 1
    return "#" in text[start:position] and text[start:position].lstrip().startswith("#")


def _generator(swap: Swap) -> Callable[[Tree], Iterator[Mutation]]:
    def planted(tree: Tree) -> Iterator[Mutation]:
        return swap.mutations(tree)

    planted.__name__ = swap.name
    return planted


DEFECTS: Final[Sequence[Callable[[Tree], Iterator[Mutation]]]] = tuple(map(_generator, SWAPS))
