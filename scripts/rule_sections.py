"""The rules of rollcall as the generated part of their page."""

import json

from rollcall.engine import WAIVER, WAIVER_EXPLANATION, WAIVER_SUMMARY
from rollcall.levels import NAMES
from rollcall.model import Level, Text
from rollcall.rules import RULES, Rule


def early_rules(language: str) -> str:
    """The rules of the levels listed and complete: what each asks and why, its level, its options."""
    return "\n".join(_section(rule, language) for rule in RULES if rule.LEVEL <= Level.COMPLETE)


def late_rules(language: str) -> str:
    """The rules of the levels above, and what is said about waivers."""
    parts = [_section(rule, language) for rule in RULES if rule.LEVEL > Level.COMPLETE]
    level = Text("级别：任何一级", "Level: any").get(language)
    parts.append(_block(WAIVER, WAIVER_SUMMARY, level, WAIVER_EXPLANATION, language))
    return "\n".join(parts)


def _section(rule: Rule, language: str) -> str:
    name = rule.LEVEL.name.lower()
    level = Text(f"级别：{NAMES[rule.LEVEL].zh}（`{name}`）", f"Level: `{name}`").get(language)
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
