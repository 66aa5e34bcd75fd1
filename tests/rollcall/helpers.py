"""A tiny repository in memory, and what rollcall says of it."""

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from textwrap import dedent

from rollcall.checklist import Plan
from rollcall.engine import check
from rollcall.load import load
from rollcall.model import InputError, Level, Outcome, Report
from rollcall.project import Project
from rollcall.rules import RULES, Rule
from rollcall.snapshot import Snapshot

NOWHERE = Path("/nonexistent/rollcall-tests")
TODAY = date(2026, 1, 1)

CHECKLIST = """\
version: 1
languages:
  zh: {name: 简体中文, docs: docs/zh, source: true}
  en: {name: English, docs: docs/en}
snippets: [snippets]
front_matter:
  title: {required: true}
sections:
  steps: {zh: [步骤], en: [Steps]}
  rollback: {zh: [回滚, 回退], en: [Rollback, Roll back]}
columns:
  port: {zh: [端口], en: [Port]}
  public: {zh: [对外开放], en: [Public]}
document_types:
  deploy:
    title: {zh: 部署指南, en: Deployment guide}
    pages:
      - path: index.md
        title: {zh: 部署, en: Deploy}
        sections:
          - id: steps
          - id: rollback
"""

ZH = """\
---
title: 部署
---

# 部署

## 步骤 {#steps}

先安装。

## 回滚 {#rollback}

再撤销。
"""

EN = """\
---
title: Deploy
---

# Deploy

## Steps {#steps}

Install it.

## Rollback {#rollback}

Undo it.
"""

FILES: Mapping[str, str] = {
    "checklist.yml": CHECKLIST,
    "docs/zh/index.md": ZH,
    "docs/en/index.md": EN,
}

CHANGELOG = """\
# Changelog

## [Unreleased]

## [1.1.0] - 2025-09-01

### Added

- More.

### Removed

- old-call.

## [1.0.1] - 2025-07-01

### Security

- Permissions are checked.

## [1.0.0] - 2025-06-01

### Added

- Everything.
"""

_POLICY = Path(__file__).parent / "policy"
POLICY: Mapping[str, str] = {
    **FILES,
    "checklist.yml": f"{CHECKLIST}policy: snippets/policy\n",
    "CHANGELOG.md": CHANGELOG,
    **{
        f"snippets/policy/{path.relative_to(_POLICY).as_posix()}": path.read_text(encoding="utf-8")
        for path in sorted(_POLICY.rglob("*.yml"))
    },
}


def snapshot(files: Mapping[str, str | None], root: Path = NOWHERE) -> Snapshot:
    return Snapshot(root, {path: dedent(text) if text else text for path, text in files.items()})


def plan(text: str = CHECKLIST) -> Plan:
    return load(snapshot({"checklist.yml": text}), "checklist.yml")


def project(files: Mapping[str, str | None]) -> Project:
    here = snapshot(files)
    return Project(load(here, "checklist.yml"), here)


def run(
    files: Mapping[str, str | None],
    *,
    select: Sequence[str] = (),
    ignore: Sequence[str] = (),
    level: Level | None = None,
    today: date = TODAY,
    rules: Sequence[Rule] = RULES,
    root: Path = NOWHERE,
) -> Report:
    here = snapshot(files, root)
    return check(
        load(here, "checklist.yml", rules),
        here,
        select=select,
        ignore=ignore,
        level=level,
        today=today,
        rules=rules,
    )


def line(outcome: Outcome, language: str = "en") -> str:
    return f"{outcome.at} {outcome.rule} {outcome.subject} | {outcome.message.get(language)}"


def findings(files: Mapping[str, str | None], **options: object) -> list[str]:
    return [line(outcome) for outcome in run(files, **options).findings]  # type: ignore[arg-type]


def problems(text: str, language: str = "en") -> list[str]:
    """What `load` refuses in a checklist, one line each."""
    try:
        plan(text)
    except InputError as error:
        return [f"{place.line}: {message.get(language)}" for place, message in error.problems]
    return []


def write(root: Path, files: Mapping[str, str]) -> Path:
    for path, text in files.items():
        target = root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
    return root
