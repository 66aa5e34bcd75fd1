"""The real tree: clean, and not a section or page can go without being missed.

Everything happens in memory: an overlay stands in for the changed files. Deletions that cannot
affect each other are judged together, because binding the whole tree costs more than judging it.
"""

import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path

import pytest

from rollcall.bound import BoundPage, Slot
from rollcall.engine import check
from rollcall.load import load
from rollcall.model import Outcome, Report, Status
from rollcall.project import Project
from rollcall.rules import RULES
from rollcall.snapshot import Snapshot, UnreadableError
from tests.rollcall.helpers import NOWHERE, write

ROOT = Path(__file__).parents[2]
PLAN = load(Snapshot(ROOT), "checklist.yml")
RECORDS = [
    path
    for path in (
        *(PLAN.checklist.proof, PLAN.checklist.ledger, PLAN.checklist.glossary),
        "CHANGELOG.md",
    )
    if path
]
CONFIGS = [language.config for language in PLAN.checklist.languages.values() if language.config]


def frozen() -> dict[str, str]:
    """The tree as it is now: it stays the same for all tests, whoever edits files meanwhile."""
    disk = Snapshot(ROOT)
    folders = [language.docs for language in PLAN.checklist.languages.values()]
    paths = [path for folder in (*folders, *PLAN.checklist.snippets) for path in disk.files(folder)]
    texts: dict[str, str] = {}
    for path in ("checklist.yml", *CONFIGS, *RECORDS, *paths):
        if "__pycache__" in path:
            continue
        try:
            texts[path] = disk.read(path)
        except UnreadableError:
            texts[path] = ""
    return texts


TREE = frozen()
IGNORED = os.environ.get("ROLLCALL_IGNORE", "").split()  # `scripts/test --write-proof` sets it


@pytest.fixture(scope="module")
def project() -> Project:
    return Project(PLAN, Snapshot(NOWHERE, TREE))


@pytest.fixture(scope="module")
def before() -> Report:
    return judge({})


def judge(overlay: Mapping[str, str | None], select: tuple[str, ...] = ()) -> Report:
    return check(PLAN, Snapshot(NOWHERE, {**TREE, **overlay}), select=select, ignore=IGNORED)


def text(path: str) -> str:
    return TREE[path]


def key(outcome: Outcome) -> tuple[str, str]:
    return outcome.rule, outcome.subject


def new(before: Report, after: Report) -> list[Outcome]:
    known = {key(outcome) for outcome in before.findings}
    return [outcome for outcome in after.findings if key(outcome) not in known]


def without(page: BoundPage, slots: list[Slot]) -> str:
    """The text of a page without the lines of these sections."""
    lines = text(page.path).split("\n")
    gone = {
        number
        for slot in slots
        if slot.section is not None
        for number in range(slot.section.line, slot.section.end)
    }
    return "\n".join(line for number, line in enumerate(lines, 1) if number not in gone)


def test_the_tree_is_clean(before: Report) -> None:
    findings = [f"{o.at}: {o.rule}: {o.message.en}" for o in before.findings]
    assert findings == []


def test_the_counts_are_not_of_an_empty_tree(before: Report, project: Project) -> None:
    scope = before.scope
    assert scope.types == len(PLAN.checklist.document_types)
    assert scope.languages == len(PLAN.checklist.languages)
    assert scope.pages == len(project.pages) > 0
    assert scope.sections > scope.pages
    nothing_yet = {"image-target", *ADVISORY}
    for rule in (rule for rule in RULES if rule.ID not in IGNORED):
        counts = before.by_rule()[rule.ID]
        assert counts[Status.MET] or rule.ID in nothing_yet, rule.ID


def test_every_required_section_is_missed_when_it_goes(project: Project) -> None:
    """Proof 4. The n-th section of every page at once: pages do not vouch for each other."""
    present = {
        page.path: [slot for slot in page.slots if slot.section and slot.need.demanded]
        for page in project.pages
    }
    pages = {page.path: page for page in project.pages}
    assert sum(map(len, present.values())) > 0
    for row in zip_longest(*([(p, s) for s in slots] for p, slots in present.items())):
        gone = dict(pair for pair in row if pair is not None)
        report = judge(
            {path: without(pages[path], [slot]) for path, slot in gone.items()},
            select=("required-section",),
        )
        found = {outcome.subject: outcome for outcome in report.findings}
        for path, slot in gone.items():
            outcome = found[f"{path}#{slot.need.id}"]
            assert slot.need.id in outcome.message.en
            assert outcome.because == slot.because
            assert outcome.at.path == path


def test_every_page_is_missed_when_it_goes(project: Project, before: Report) -> None:
    """Proof 4. One page of each kind and language at once."""
    waiting: dict[tuple[object, ...], list[BoundPage]] = {}
    for page in project.pages:
        waiting.setdefault((page.cell, page.kind and page.kind.path), []).append(page)
    rules = ("required-document", "required-page", "paired-page")
    known = {(*key(outcome), outcome.message) for outcome in before.findings}
    for row in zip_longest(*waiting.values()):
        for language in PLAN.checklist.languages:
            gone = [page for page in row if page is not None and page.language == language]
            if not gone:
                continue
            report = judge({page.path: None for page in gone}, select=rules)
            added = [o for o in report.findings if (*key(o), o.message) not in known]
            for page in gone:
                assert [o for o in added if names(o, page)], page.path


def names(outcome: Outcome, page: BoundPage) -> bool:
    """Whether a finding is about this page: by its path, its family or its whole document."""
    family = f"{PLAN.checklist.languages[page.language].docs}/{page.kind.path if page.kind else ''}"
    document = outcome.rule == "required-document" and outcome.subject == str(page.cell)
    named = page.path in outcome.message.en or page.key in outcome.message.en
    return (outcome.subject in (page.path, family) and named) or document


# -- Proof 3: one planted defect, one new finding -----------------------------------------------


Change = dict[str, str | None]


def plant(rule: str, project: Project) -> Change:  # noqa: C901
    """A change to the real tree that `rule`, and no other, must report once; empty if it has no place."""
    page = own_page(rule, project)
    slots = [slot for slot in page.slots if slot.section is not None]
    body = text(page.path)
    end = f"{body.rstrip()}\n\n"
    if rule in FACTS:
        return facts_changed(rule)
    if rule == "item-fields":
        return emptied(project)
    if rule == "conditional-section":
        page = next(p for p in project.pages if p.path == "docs/en/api/endpoints/create-room.md")
        return {
            page.path: without(page, [s for s in page.slots if s.need.only_with == "parameter"])
        }
    if rule == "paired-front-matter":
        return {page.path: re.sub(r"(?m)^time: .*$", "time: 77", body, count=1)}
    if rule == "readable-page":
        return {page.path: end + "```text\nnever closed\n"}
    if rule == "product-source":
        return {"snippets/kite/metrics.json": None}
    if rule == "required-document":
        cell = next(p.cell for p in project.pages if p.cell and p.cell.type != "home")
        return {p.path: None for p in project.pages if p.cell == cell}
    if rule == "required-page":
        named = [p for p in project.pages if p.kind and not p.kind.is_glob and p.language == "en"]
        return {
            next(p.path for p in named if p.key not in ("index.md",) and many(project, p)): None
        }
    if rule == "page-type":
        return {"docs/en/unclaimed.md": body[: body.index("\n---\n") + 5] + "# Unclaimed\n"}
    if rule == "required-section":
        return {page.path: without(page, [slots[-1]])}
    if rule == "empty-section":
        section = slots[0].section
        assert section is not None
        lines = body.split("\n")
        return {page.path: "\n".join([*lines[: section.line], "", *lines[section.end - 1 :]])}
    if rule == "section-order":
        return {page.path: moved(page, slots)}
    if rule == "section-needs":
        return needs(project)
    if rule == "front-matter":
        return {page.path: re.sub(r"^time: .*$", "time: soon", body, count=1, flags=re.M)}
    if rule == "navigation":
        return unlisted(project)
    if rule == "paired-page":
        return extra_page(project)
    if rule == "step-order":
        guide, early = "docs/en/deploy/postgresql.md", "sessions/deploy/postgresql.sh:running"
        return {guide: f'{text(guide)}\n--8<-- "{early}"\n'}
    if rule in ADVISORY:
        return {"snippets/policy/advisories/kite-2026-0001.yml": wrong_advisory(rule)}
    if rule in POLICY:
        return {path: edited(path, *change) for path, change in POLICY[rule].items()}
    if rule == "requirement-answered":
        return one_answer_less(project)
    if rule == "translation-current":
        return unconfirmed()
    if rule in ("paired-numbers", "paired-inline-code", "paired-links", "paired-table"):
        return {page.path: translated(rule, page)}
    if rule == "section-id":
        duplicate = slots[0].need.id
        return {page.path: end + f"#### Again {{#{duplicate}}}\n\nText.\n"}
    tail = {
        "placeholder-text": "TODO\n",
        "vague-words": "We answer promptly.\n",
        "vendor-placeholder": "Call [vendor: no such thing].\n",
        "round-the-clock": "Basic is served round the clock.\n",
        "link-target": "[a](no-such-page.md)\n",
        "anchor-target": "[a](#no-such-anchor)\n",
        "image-target": "![a](no-such-image.png)\n",
        "snippet-include": '--8<-- "no-such-file.sh"\n',
        "paired-section": "## Planted {#planted}\n\nText.\n",
        "paired-code": '```toml\n--8<-- "deploy/kite.toml"\n```\n',
        "proven-code": '<!-- no-run="nothing follows" -->\n',
        "generated-part": "<!-- generated: x -->\n\nText.\n\n<!-- /generated: 000000000000 -->\n",
        "glossary-term": "A streaming key.\n",
        "ghost-mention": "Use `kite room close`.\n",
        "paired-list": "- One more point.\n",
        "untranslated-text": "这一段没有翻译，先放在这里。\n",
    }
    return {page.path: end + tail[rule]}


def own_page(rule: str, project: Project) -> BoundPage:
    """An English page with sections and a table that describes no product item, another for each rule."""
    covering = {bound.cell for bound in project.coverage}
    pages = [
        page
        for page in project.pages
        if page.language == "en" and page.cell not in covering
        if len(page.slots) > 2 and page.page.tables
    ]
    return pages[[rule.ID for rule in RULES].index(rule) % len(pages)]


# Text of a file of policy data, and what is planted in its place (its first occurrence).
POLICY: dict[str, dict[str, tuple[str, str]]] = {
    "policy-file": {"snippets/policy/organisation.yml": ("details:\n", "planted: 1\ndetails:\n")},
    "severity-ladder": {"snippets/policy/severities.yml": ("human: true", "human: false")},
    "service-calendar": {"snippets/policy/calendars.yml": ("Asia/Shanghai", "Asia/Shangai")},
    "support-matrix": {"snippets/policy/targets.yml": ("promise: first_response", "promise: fix")},
    "support-order": {
        "snippets/policy/plans.yml": (
            "entitlements:\n",
            "entitlements:\n  - {id: less, name: {zh: 少, en: A}, unit: {zh: 次, en: B}, plans: "
            "{basic: 2, standard: 1, enterprise: 1, custom: 1}, clause: CL-01}\n",
        )
    },
    "support-hours": {
        "snippets/policy/calendars.yml": ("calendars:\n", "calendars:\n  early:\n"),
        "snippets/policy/targets.yml": (
            "plan: custom\n    severity: S4\n    calendar: always",
            "plan: custom\n    severity: S4\n    calendar: early",
        ),
    },
    "support-channels": {"snippets/policy/channels.yml": ("record: true", "record: false")},
    "escalation-path": {
        "snippets/policy/roles.yml": (
            "roles:\n",
            "roles:\n  - {id: idle, name: {zh: 闲, en: A}, duty: {zh: 无, en: B}, contact: phone}\n",
        )
    },
    "warranty-scope": {"snippets/policy/warranty.yml": ("default: basic", "default: basik")},
    "free-fixes": {"snippets/policy/plans.yml": ("price: 0", "price: 9")},
    "contract-clause": {"snippets/policy/escalation.yml": ("clause: CL-06", "clause: CL-66")},
    "scenario-metric": {"snippets/policy/scenarios.yml": ("type: slo", "type: sla")},
    "scenario-coverage": {"snippets/policy/scenarios.yml": ("  voice-room:\n", "  voice-rooms:\n")},
    "compatibility-row": {"snippets/policy/compat.yml": ("tested: 2026", "tested: 2025")},
    "training-plan": {
        "snippets/policy/training.yml": ("[first-stream, inst", "[first-steam, inst")
    },
    "trial-thresholds": {"snippets/policy/trial.yml": ("plan: enterprise", "plan: enterprize")},
    "published-promise": {"snippets/policy/targets.yml": ("within: 60 d", "within: 61 d")},
    "published-terms": {"snippets/policy/warranty.yml": ("months: 12", "months: 6")},
    "policy-page": {"snippets/policy/maintenance.yml": ("md#rollback", "md#rolback")},
    "release-line": {"snippets/policy/releases.yml": ("active_end: 2027", "active_end: 2026")},
    "changelog": {"CHANGELOG.md": ("[0.2.0] - 2026-11-21", "[0.2.0] - 2026-11-22")},
    "release-cadence": {"snippets/policy/release-policy.yml": ("kind: target", "kind: measured")},
    "release-breaking": {
        "snippets/policy/releases.yml": ("    migration: deploy/upgrade.md\n", "")
    },
    "known-issue": {"snippets/policy/known-issues.yml": ("affects: [0.2.0]", "affects: [0.2.1]")},
    "security-contact": {"snippets/policy/security.yml": ("expires: 2027", "expires: 2029")},
    "maintenance-window": {"snippets/policy/maintenance.yml": ("Asia/Shanghai", "Asia/Beijing")},
    "law-source": {
        "snippets/policy/compliance.yml": ("verified_on: 2026-11-28", "verified_on: 2025-11-28")
    },
    "law-citation": {"snippets/policy/compliance.yml": ('was: ["22"]', 'was: ["21"]')},
    "retention": {"snippets/policy/retention.yml": ("keep_days: 365", "keep_days: 60")},
    "incident-clock": {"snippets/policy/incident-clocks.yml": ("minutes: 240", "minutes: 24")},
}

# What the product says otherwise; each language has its finding.
FACTS: dict[str, tuple[str, str, str]] = {
    "item-documented": ("doctor.json", '{\n  "', '{\n  "planted": {"en": "a", "zh": "b"},\n  "'),
    "item-values": ("settings.schema.json", '"default": 1935', '"default": 1936'),
    "ghost-item": ("events.json", '"peak_viewers": {', '"planted": {'),
}
# Rules that rightly see the same defect a second time.
SECOND: dict[str, set[str]] = {
    "required-document": {"requirement-answered"},
    "ghost-item": {"item-documented"},
    "ghost-mention": {"paired-inline-code"},
    "item-fields": {"paired-table"},
}


def facts_changed(rule: str) -> Change:
    name, old, new = FACTS[rule]
    path = f"snippets/kite/{name}"
    assert old in text(path), old
    return {path: text(path).replace(old, new, 1)}


def emptied(project: Project) -> Change:
    """A documented item whose cell of plain words is empty, in English."""
    for bound in project.coverage:
        for _, sighting in bound.found if bound.cell.language == "en" else ():
            for column in bound.cover.fields.values():
                cell = sighting.cell(project.columns(column, "en"))
                if cell and re.fullmatch(r"[A-Za-z ,;]{12,}", cell.source.strip()):
                    lines = text(sighting.page.path).split("\n")
                    line = lines[sighting.line - 1]
                    lines[sighting.line - 1] = line.replace(cell.source, " ", 1)
                    return {sighting.page.path: "\n".join(lines)}
    return {}


ADVISORY: dict[str, tuple[str, str]] = {
    "advisory-identity": ("id: KITE-2026-0001", "id: KITE-2026-0002"),
    "advisory-score": ("score: 5.3", "score: 9.3"),
    "advisory-versions": ("affected: [0.1.0]", "affected: [0.1.1]"),
}
"""There is no advisory yet: what is planted is the example of the cases, for Kite, with a mistake."""


def wrong_advisory(rule: str) -> str:
    example = Path(__file__).parent / "policy" / "advisories" / "thing-2025-0001.yml"
    body = example.read_text(encoding="utf-8")
    kite = {"THING-2025": "KITE-2026", "2025-07": "2026-11", "[1.0.0]": "[0.1.0]"}
    kite |= {"[1.0.1]": "[0.2.0]", "2026-11-01": "2026-11-21", "2026-11-02": "2026-11-22"}
    for old, new in (*kite.items(), ADVISORY[rule]):
        assert old in body, old
        body = body.replace(old, new)
    return body


def edited(path: str, old: str, new: str) -> str:
    body = text(path)
    assert old in body, f"{path}: {old!r}"
    if "early:" in new and path.endswith(
        "calendars.yml"
    ):  # business hours, closed early on Fridays
        own = body[body.index("    name:") : body.index("  always:")]
        new += own.replace('fri: ["10:00-18:00"]', 'fri: ["10:00-17:00"]')
    return body.replace(old, new, 1)


def one_answer_less(project: Project) -> Change:
    """A page that answers less in English than in Chinese."""
    answered = Counter(
        name
        for page in project.pages
        if page.language == "en"
        for name in page.page.front.data.get("answers", ())
    )
    page = next(
        page
        for page in project.pages
        if page.language == "en"
        and (names := page.page.front.data.get("answers"))
        and all(answered[name] > 1 for name in names)
    )
    return {page.path: re.sub(r"(?m)^answers: .*\n", "", text(page.path), count=1)}


def unconfirmed() -> Change:
    """The ledger with another hash for one block of one section."""
    (ledger,) = (path for path in RECORDS if path == PLAN.checklist.ledger)
    return {ledger: re.sub(r'"source": "[0-9a-f]{8}', '"source": "00000000', text(ledger), count=1)}


def translated(rule: str, page: BoundPage) -> str:
    """An English page with one number, span, link or row that the Chinese one lacks."""
    body = text(page.path)
    first = page.page.tables[0]
    lines = body.split("\n")
    if rule == "paired-table":
        return "\n".join(
            [*lines[: first.line + 1], lines[first.line + 1], *lines[first.line + 1 :]]
        )
    planted = {
        "paired-numbers": "See 7654321 of them.",
        "paired-inline-code": "See `planted`.",
        "paired-links": f"See [this](#{page.slots[-1].need.id}).",
    }
    return f"{body.rstrip()}\n\n{planted[rule]}\n"


def many(project: Project, page: BoundPage) -> bool:
    return sum(other.cell == page.cell for other in project.pages) > 1


def moved(page: BoundPage, slots: list[Slot]) -> str:
    """The page with its first required section moved to the end."""
    section = slots[0].section
    assert section is not None
    lines = text(page.path).split("\n")
    own = lines[section.line - 1 : section.end - 1]
    rest = lines[: section.line - 1] + lines[section.end - 1 :]
    return "\n".join([*rest, "", *own, ""])


def needs(project: Project) -> Change:
    """A table that loses its required columns in one language."""
    for page in project.pages:
        for slot in page.slots:
            wanted = page.language == "en" and slot.need.needs.table is not None
            if slot.section is None or not wanted:
                continue
            tables = page.page.tables_in(slot.section)
            if len(tables) == 1:
                lines = text(page.path).split("\n")
                lines[tables[0].line - 1] = "|" + " x |" * len(tables[0].header)
                return {page.path: "\n".join(lines)}
    return {}


def unlisted(project: Project) -> Change:
    """The navigation without one page."""
    config = PLAN.checklist.languages["en"].config or ""
    lines = text(config).split("\n")
    keys = sorted((p.key for p in project.pages if p.language == "en"), key=len, reverse=True)
    for page_key in keys:
        hit = [
            n for n, line in enumerate(lines) if re.search(rf"[ :\[]{re.escape(page_key)}$", line)
        ]
        if len(hit) == 1 and lines[hit[0]].lstrip().startswith("- "):
            del lines[hit[0]]
            return {config: "\n".join(lines)}
    return {}


def extra_page(project: Project) -> Change:
    """One more member of a family, in one language, listed in its navigation."""
    member = next(
        (p for p in project.pages if p.kind and p.kind.is_glob and p.language == "en"), None
    )
    if member is None:
        return {}
    path = member.path.removesuffix(".md") + "-planted.md"
    page_key = member.key.removesuffix(".md") + "-planted.md"
    config = PLAN.checklist.languages["en"].config or ""
    listed = re.sub(r"^nav:\n", f"nav:\n  - Planted: {page_key}\n", text(config), flags=re.M)
    return {path: text(member.path), config: listed}


ALONE = {*FACTS, "policy-file", "translation-current"}
"""Rules whose defect changes what is known of pages in other files."""


@dataclass
class Batch:
    """Defects in different files, judged together: binding the tree costs more than judging it."""

    changes: dict[str, Change]

    def takes(self, rule: str, change: Change) -> bool:
        """Whether the defects cannot affect each other; a file that goes takes others along."""
        every = (*self.changes.values(), change)
        alone = ALONE & {rule, *self.changes}
        gone = any(text is None for other in every for text in other.values())
        taken = {path for other in self.changes.values() for path in other}
        return not self.changes or not (alone or gone or taken & set(change))

    def added(self, before: Report) -> dict[str, list[Outcome]]:
        """Rule → the new findings in the files of its defect, or because of them.

        One that is neither is everybody's.
        """
        overlay = {path: text for change in self.changes.values() for path, text in change.items()}
        found: dict[str, list[Outcome]] = {rule: [] for rule in self.changes}
        for outcome in new(before, judge(overlay)):
            at = [rule for rule, files in self.changes.items() if outcome.at.path in files]
            because = [r for r, files in self.changes.items() if outcome.because.path in files]
            own = [outcome.rule] if outcome.rule in (*at, *because) else []
            for rule in own or at or because or self.changes:
                found[rule].append(outcome)
        return found


@pytest.fixture(scope="module")
def planted(project: Project, before: Report) -> dict[str, tuple[Change, list[Outcome]]]:
    """Rule → what is planted for it, and the findings that this adds."""
    batches: list[Batch] = []
    for rule in (rule.ID for rule in RULES if rule.ID not in IGNORED):
        change = plant(rule, project)
        batch = next((batch for batch in batches if batch.takes(rule, change)), None)
        if batch is None:
            batch = Batch({})
            batches.append(batch)
        batch.changes[rule] = change
    return {
        rule: (batch.changes[rule], outcomes)
        for batch in batches
        for rule, outcomes in batch.added(before).items()
    }


@pytest.mark.parametrize("rule", [rule.ID for rule in RULES if rule.ID not in IGNORED])
def test_a_planted_defect_makes_one_finding(
    rule: str, planted: dict[str, tuple[Change, list[Outcome]]]
) -> None:
    change, added = planted[rule]
    if not change:
        pytest.skip("the tree has no place for it")
    own = [outcome for outcome in added if outcome.rule == rule]
    others = {outcome.rule for outcome in added} - {rule} - SECOND.get(rule, set())
    said = [f"{o.at}: {o.rule}: {o.message.en}" for o in added]
    assert not others, said
    assert len(own) == (len(PLAN.checklist.languages) if rule in FACTS else 1), said
    outcome = own[0]
    assert outcome.message.en
    if rule != "paired-page":  # the page in the other language demands it
        known = {"checklist.yml", *CONFIGS, *TREE, *change}
        assert outcome.because.path in known
        assert outcome.because.line is not None


def together(project: Project, *rules: str) -> Change:
    """Several defects as one change."""
    return {path: text for rule in rules for path, text in plant(rule, project).items()}


def test_the_command_exits_with_1(project: Project, tmp_path: Path) -> None:
    rules = ("required-section", "item-values", "support-order")
    change = together(project, *rules)
    write(tmp_path, {path: text for path, text in {**TREE, **change}.items() if text is not None})
    done = subprocess.run(
        [sys.executable, "-m", "rollcall", "check", "--lang", "en", "--output-format=concise"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 1, done.stderr
    for rule in rules:
        assert f"error[{rule}]" in done.stdout
    assert f"{len(judge(change).findings)} findings" in done.stdout


def test_the_strict_build_fails_too(project: Project, tmp_path: Path) -> None:
    """That it passes without the defects is seen before: `scripts/test` builds the site strictly."""
    rules = ("required-section", "paired-code", "required-page")
    for name in ("docs", "snippets"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("checklist.yml", *CONFIGS, *RECORDS):
        shutil.copy(ROOT / name, tmp_path)
    for path, changed in together(project, *rules).items():
        if changed is None:
            (tmp_path / path).unlink()
        else:
            (tmp_path / path).write_text(changed, encoding="utf-8")
    done = build(tmp_path)
    assert done.returncode == 1
    for rule in rules:
        assert f"error[{rule}]" in done.stderr


def build(folder: Path) -> subprocess.CompletedProcess[str]:
    """The Chinese edition, built strictly; the plugin reports defects of either language."""
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--config-file", "mkdocs.yml"]
    return subprocess.run(
        command, cwd=folder, capture_output=True, text=True, timeout=120, check=False
    )
