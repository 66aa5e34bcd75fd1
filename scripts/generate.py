"""Generated files, from their sources.

The rules of rollcall as pages, what Kite is as JSON, and the generated parts of other pages.
"""

import argparse
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from advisory_export import files as exported
from generated_blocks import BlockError, rewrite
from kite import truth
from policy_tables import renderers
from policy_tables.policy import Policy
from rollcall.engine import WAIVER, WAIVER_EXPLANATION, WAIVER_SUMMARY
from rollcall.load import load
from rollcall.model import InputError, Text
from rollcall.policy.advisory import Advisory
from rollcall.policy.organisation import Organisation
from rollcall.policy.releases import Releases
from rollcall.policy.security import Security
from rollcall.project import Project
from rollcall.rules import RULES, Rule
from rollcall.snapshot import Snapshot

ROOT: Final = Path(__file__).resolve().parents[1]
KITE: Final = ROOT / "snippets" / "kite"
RULES_PAGE: Final = Path("contribute", "rules.md")
LANGUAGES: Final = ("zh", "en")
SECURITY_EMAIL: Final = "security-email"
"""The vendor's detail that security.txt takes."""

HEAD: Final = Text(
    """---
title: 规则
description: rollcall 的每条规则：查什么、为什么查、属于哪一级、有哪些选项；由规则代码生成。
audience: [writer, developer]
time: 8
applies_to: rollcall 0.2
aliases: [rollcall 规则, 报错是什么意思, 检查项]
---

# rollcall 的全部规则

报告里方括号中的名字就是规则名。终端里看同样的内容：`rollcall explain 规则名 --lang zh`。
本页由 `scripts/generate` 从规则代码生成，不要手改。
""",
    """---
title: Rules
description: Every rule of rollcall, what it checks, why, its level and options; generated from the rules.
audience: [writer, developer]
time: 8
applies_to: rollcall 0.2
aliases: [rollcall rules, what does this finding mean, checks]
---

# Every rule of rollcall

The name in square brackets in a report is the rule. The same text in a terminal:
`rollcall explain RULE --lang en`. `scripts/generate` makes this page from the rules: do not edit it.
""",
)
LEVELS: Final = {
    "listed": Text("在册", "listed"),
    "complete": Text("完整", "complete"),
    "covered": Text("覆盖", "covered"),
    "paired": Text("成对", "paired"),
    "proven": Text("实证", "proven"),
}


def rules_page(language: str) -> str:
    """The page of all rules in a language."""
    heading = Text("全部规则", "All rules").get(language)
    parts = [HEAD.get(language), f"## {heading} {{#all-rules}}\n"]
    parts += [_section(rule, language) for rule in RULES]
    level = Text("级别：任何一级", "Level: any").get(language)
    parts.append(_block(WAIVER, WAIVER_SUMMARY, level, WAIVER_EXPLANATION, language))
    return "\n".join(parts)


def _section(rule: Rule, language: str) -> str:
    name = rule.LEVEL.name.lower()
    level = Text(f"级别：{LEVELS[name].zh}（`{name}`）", f"Level: `{name}`").get(language)
    text = _block(rule.ID, rule.SUMMARY, level, rule.EXPLANATION, language)
    options = rule.Options.model_json_schema().get("properties", {})
    if options:
        names = Text("| 选项 | 默认值 |", "| Option | Default |").get(language)
        rows = [
            f"| `{key}` | `{json.dumps(option['default'], ensure_ascii=False)}` |"
            for key, option in options.items()
        ]
        text += "\n".join(["", names, "|---|---|", *rows, ""])
    return text


def _block(rule: str, summary: Text, level: str, explanation: Text, language: str) -> str:
    said = summary.get(language)
    said = said[:1].upper() + said[1:]
    line = Text(f"{said}。{level}。", f"{said}. {level}.").get(language)
    return f"### `{rule}` {{#{rule}}}\n\n{line}\n\n{explanation.get(language)}\n"


def blocks() -> Iterator[tuple[Path, str]]:
    """Every page whose generated parts are stale, and the text it should have.

    Raises:
        SystemExit: a mark on a page, or the data behind it, is wrong.
    """
    snapshot = Snapshot(ROOT)
    try:
        project = Project(load(snapshot, "checklist.yml"), snapshot)
        for page in project.pages:
            old = snapshot.read(page.path)
            new = rewrite(old, renderers(Policy(project), page.language))
            if new != old:
                yield ROOT / page.path, new
    except BlockError as error:
        sys.exit(f"{page.path}:{error.line}: {error}")
    except InputError as error:
        sys.exit("\n".join(f"{place}: {text.en}" for place, text in error.problems))


def advisories() -> Iterator[tuple[Path, str]]:
    """security.txt and the advisories as CSAF and OSV, beside the pages of each language."""
    snapshot = Snapshot(ROOT)
    policy = Policy(Project(load(snapshot, "checklist.yml"), snapshot))
    data = policy.read("releases.yml", Releases), policy.read("security.yml", Security)
    email = policy.read("organisation.yml", Organisation).details[SECURITY_EMAIL].value
    address = email.en if email else None
    made = list(exported(policy.read_all("advisories/*.yml", Advisory), *data, address))
    for language in LANGUAGES:
        for name, text in made:
            yield ROOT / "docs" / language / "security" / name, text


def main() -> int:
    """Write the files, or with `--check` say which are stale (exit 1)."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 if stale")
    check = parser.parse_args().check
    stale = False
    for path, text in _wanted():
        if path.exists() and path.read_text(encoding="utf-8") == text:
            continue
        stale, name = True, path.relative_to(ROOT)
        if not check:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        sys.stdout.write(f"{name}: stale; run scripts/generate\n" if check else f"wrote {name}\n")
    return int(check and stale)


def _wanted() -> Iterator[tuple[Path, str]]:
    """Every generated file that may be stale, and the text it should have."""
    for language in LANGUAGES:
        yield ROOT / "docs" / language / RULES_PAGE, rules_page(language)
    for name in truth.stale(KITE):
        yield KITE / name, truth.text(name)
    yield from blocks()
    yield from advisories()


if __name__ == "__main__":
    sys.exit(main())
