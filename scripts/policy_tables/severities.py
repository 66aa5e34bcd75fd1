"""Severities and the rules of their use, as pages show them."""

from collections.abc import Callable, Mapping
from typing import Final

from policy_tables.policy import Policy, table
from policy_tables.words import listed, said, stop
from rollcall.model import Text
from rollcall.policy.severities import Change, Severities

_WORKAROUND: Final = {
    "none": Text("没有", "none"),
    "costly": Text("有，代价大", "yes, at a cost"),
    "available": Text("有，不费事", "yes, easily"),
    "not-needed": Text("不需要", "not needed"),
}


def _read(policy: Policy) -> Severities:
    return policy.read("severities.yml", Severities)


def ladder(policy: Policy, language: str) -> str:
    """Each severity: what it means, its share of rooms or viewers, the way round."""
    header = said(
        "级别|名称|什么情况|影响面|绕过办法", "Severity|Name|When|Reach|Way round", language
    )
    rows = (
        (
            level.id,
            level.name.get(language),
            level.criteria.get(language),
            said(f"≥ {level.affected}%", f"≥ {level.affected}%", language)
            if level.affected
            else "—",
            _WORKAROUND[level.workaround].get(language),
        )
        for level in _read(policy).severities
    )
    return table(header.split("|"), rows)


def examples(policy: Policy, language: str) -> str:
    """What is which severity."""
    header = said("现象|级别", "What happens|Severity", language)
    rows = (
        (example.text.get(language), level.id)
        for level in _read(policy).severities
        for example in level.examples
    )
    return table(header.split("|"), rows)


def counterexamples(policy: Policy, language: str) -> str:
    """What is often filed too high or too low."""
    header = said("现象|常报成|应当是|为什么", "What happens|Often filed as|It is|Why", language)
    rows = (
        (item.text.get(language), level.id, item.instead, item.why.get(language))
        for level in _read(policy).severities
        for item in level.counterexamples
    )
    return table(header.split("|"), rows)


def owners(policy: Policy, language: str) -> str:
    """Who owns a problem of each severity by name."""
    header = said("级别|谁负责", "Severity|Who owns it", language)
    rows = ((level.id, level.owner.get(language)) for level in _read(policy).severities)
    return table(header.split("|"), rows)


def first_response(policy: Policy, language: str) -> str:
    """What counts as the first response, and what does not."""
    definition = _read(policy).first_response
    assert definition is not None  # rule severity-ladder  # noqa: S101
    head = stop(definition.text.get(language), language)
    no = said("这些不算：", "These do not count:", language)
    return f"{head}\n\n{no}\n\n{listed(item.get(language) for item in definition.not_enough)}"


def changes(policy: Policy, language: str) -> str:
    """How the severity is chosen in doubt, and how it changes."""
    data = _read(policy)
    override, higher, lower = data.security_and_data, data.reclassify, data.downgrade
    assert override is not None and higher is not None and lower is not None  # noqa: S101, PT018
    header = said("情形|怎么办", "Case|What happens", language)
    safe = stop(
        f"{override.severity}{said('：', ': ', language)}{override.text.get(language)}", language
    )
    rows = [
        (said("拿不准", "Unsure", language), stop(data.unsure.get(language), language)),
        (said("安全与数据", "Security and data", language), safe),
        (said("改级", "Another severity", language), _change(higher, language)),
        (said("降级", "Downgrade", language), _change(lower, language)),
    ]
    return table(header.split("|"), rows)


def _change(change: Change, language: str) -> str:
    parts = (change.text, change.notice, change.clock)
    gap = "" if language == "zh" else " "
    return gap.join(stop(part.get(language), language) for part in parts if part)


TABLES: Final[Mapping[str, Callable[[Policy, str], str]]] = {
    "severities": ladder,
    "severity-examples": examples,
    "severity-counterexamples": counterexamples,
    "severity-owners": owners,
    "first-response": first_response,
    "severity-changes": changes,
}
