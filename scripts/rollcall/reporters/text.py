"""For people: each finding with what demands it and what to do, then what was counted."""

from typing import Final

from rollcall.model import Outcome, Report, Status, Text

ID: Final = "text"


def render(report: Report, language: str) -> str:
    """Findings in the order of their files, a blank line between them, then the count."""
    blocks = [_block(outcome, language) for outcome in report.findings]
    return "\n".join([*blocks, summary(report).get(language)]) + "\n"


def _block(outcome: Outcome, language: str) -> str:
    lines = [headline(outcome, language)]
    if outcome.because != outcome.at:
        label = Text("要求来自：", "required by: ").get(language)
        lines.append(f"    {label}{outcome.because}")
    if outcome.hint is not None:
        label = Text("怎么办：", "hint: ").get(language)
        lines.append(f"    {label}{outcome.hint.get(language)}")
    return "\n".join(lines) + "\n"


def headline(outcome: Outcome, language: str) -> str:
    """`path:line: severity[rule-id]: message`, the line every format for eyes shares."""
    level = "broken" if outcome.status is Status.BROKEN else outcome.severity.value
    return f"{outcome.at}: {level}[{outcome.rule}]: {outcome.message.get(language)}"


def summary(report: Report) -> Text:
    """What was counted and what came of it, in one line."""
    scope, findings = report.scope, len(report.findings)
    met = sum(outcome.status is Status.MET for outcome in report.outcomes)
    waived = sum(outcome.status is Status.WAIVED for outcome in report.outcomes)
    items = ", ".join(f"{kind} {count}" for kind, count in scope.items)
    product = (
        Text(f"产品清单（{items}），", f"product items ({items}), ") if items else Text("", "")
    )
    return Text(
        f"点名完毕：{scope.types} 类文档 × {scope.languages} 种语言，{scope.pages} 页，"
        f"{scope.sections} 节，{product.zh}{len(report.rules)} 条规则；"
        f"符合 {met} 项，豁免 {waived} 项，问题 {findings} 个",
        f"checked {scope.types} document types × {scope.languages} languages, {scope.pages} pages, "
        f"{scope.sections} sections, {product.en}{len(report.rules)} rules: "
        f"{met} met, {waived} waived, {findings} findings",
    )
