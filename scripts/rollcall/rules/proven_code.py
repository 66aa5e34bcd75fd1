"""Every block of code on a page is included from a snippet that a test has run as it is now."""

from collections.abc import Iterable, Iterator
from typing import Final

from rollcall.bound import BoundPage
from rollcall.checklist import Strict
from rollcall.model import Cell, Level, Outcome, Place, Severity, Text, met, unmet
from rollcall.page import Include
from rollcall.project import Project
from rollcall.shown import Reason, Shown, shown_on
from rollcall.snapshot import UnreadableError

ID: Final = "proven-code"
LEVEL: Final = Level.PROVEN
SEVERITY: Final = Severity.ERROR
SUMMARY: Final = Text("页面上的代码没有测试跑过", "code on a page that no test has run")
EXPLANATION: Final = Text(
    "清单写了 `proof`（由测试写的记录）才检查。页面上的每个代码块、每处引用，要么全部引自代码片段，"
    "片段现在的内容又在记录里，由测试跑过、比过或用过；要么写明为什么跑不了，至少 10 个字符："
    '代码块写成 `{.text no-run="理由"}`，或者在上一行写 `<!-- no-run="理由" -->`。'
    "Mermaid 图和 `generated-part` 管的生成的部分不查。",
    "Only where the checklist names `proof`, the record that the tests write. Every fenced block "
    "and every include on a page is made of snippets whose present content is in that record: a "
    "test has run, compared or used it. Or it says in at least 10 characters why it cannot run: "
    '`{.text no-run="reason"}` on the fence, or `<!-- no-run="reason" -->` on the line before. '
    "Mermaid diagrams are exempt, and so are generated parts: `generated-part` is about those.",
)

LEAST_REASON: Final = 10


class Options(Strict):
    """This rule has no options."""


def check(project: Project, _options: Options) -> Iterator[Outcome]:
    """One outcome per block that is pasted or says `no-run`, one per snippet and page.

    A snippet that is not proven is one finding per cell, at the first place that shows it.
    """
    if project.checklist.proof is None:
        return
    because = project.source.place("proof")
    ghosts = [path for path in project.proof.snippets if not project.snapshot.is_file(path)]
    yield from (_ghost(project, path) for path in ghosts)
    if not ghosts:
        yield met(project.checklist.proof, Place(project.checklist.proof), because)
    includes: list[tuple[BoundPage, Include]] = []
    for page in project.pages:
        blocks, stray = shown_on(page.page, project.snapshot.read(page.path).split("\n"))
        for block in blocks:
            if block.reason is not None:
                yield _excused(project, page, block, block.reason)
            elif not block.exempt:
                if block.pasted is not None:
                    yield _pasted(project, page, block, block.pasted)
                includes += [(page, include) for include in block.includes]
        for reason in stray:
            nothing = Text("这个 no-run 后面没有代码", "this no-run is followed by no code")
            yield _no_run(project, page, reason, nothing)
    yield from _included(project, includes)


def _ghost(project: Project, path: str) -> Outcome:
    """The record speaks of a file that is gone: renamed, or written by hand."""
    record = project.checklist.proof or ""
    message = Text(
        f"{record} 里有不存在的文件：{path}", f"{record} names a file that does not exist: {path}"
    )
    hint = Text(f"由一次完整的测试重写 {record}", f"let a complete test run rewrite {record}")
    because = project.source.place("proof")
    return unmet(f"{record}→{path}", Place(record), because, message, hint=hint)


def _excused(project: Project, page: BoundPage, block: Shown, reason: Reason) -> Outcome:
    paths = [project.snippet(include.file) for include in block.includes]
    proven = block.pasted is None and all(path and not _fault(project, path) for path in paths)
    if block.exempt or proven:
        zh, en = (
            "这段代码用不着 no-run：不用跑，或已跑过",
            "this code needs no no-run: it is proven",
        )
        return _no_run(project, page, reason, Text(zh, en))
    if not reason.readable:
        zh, en = "no-run 要写在花括号里", "no-run belongs in braces"
        return _no_run(project, page, reason, Text(zh, en))
    if len(reason.text) < LEAST_REASON:
        zh = f"no-run 没说理由，至少 {LEAST_REASON} 个字符：`{reason.text}`"
        en = f"no-run without a reason of {LEAST_REASON} characters or more: `{reason.text}`"
        return _no_run(project, page, reason, Text(zh, en))
    at = Place(page.path, reason.line)
    return met(f"{page.path}:no-run", at, project.source.place("proof"), page.cell)


def _no_run(project: Project, page: BoundPage, reason: Reason, message: Text) -> Outcome:
    hint = Text(
        '删掉它；或写成 ``` {.text no-run="理由"}、<!-- no-run="理由" -->',
        'take it out, or write ``` {.text no-run="reason"} or <!-- no-run="reason" -->',
    )
    at, because = Place(page.path, reason.line), project.source.place("proof")
    return unmet(f"{page.path}:no-run", at, because, message, hint=hint, cell=page.cell)


def _pasted(project: Project, page: BoundPage, block: Shown, first: str) -> Outcome:
    shown = first[:60]
    message = Text(f"代码是贴上去的，没有测试跑过：`{shown}`", f"pasted, not included: `{shown}`")
    hint = Text(
        "放进测试会跑的片段文件再引用；跑不了的写 no-run",
        "move it to a snippet that a test runs and include that, or say no-run",
    )
    at, because = Place(page.path, block.line), project.source.place("proof")
    return unmet(f"{page.path}→{shown}", at, because, message, hint=hint, cell=page.cell)


def _included(project: Project, includes: Iterable[tuple[BoundPage, Include]]) -> Iterator[Outcome]:
    seen: set[tuple[str, Cell | str | None]] = set()
    because = project.source.place("proof")
    for page, include in includes:
        path = project.snippet(include.file)
        if path is None:
            continue  # `snippet-include` reports it
        fault = _fault(project, path)
        key = (path, page.path if fault is None else page.cell)
        if key in seen:
            continue
        seen.add(key)
        subject, at = f"{page.path}→{path}", Place(page.path, include.line)
        if fault is None:
            yield met(subject, at, because, page.cell)
        else:
            hint = Text(
                f"让测试跑它，再由一次完整的测试重写 {project.checklist.proof}；跑不了的写 no-run",
                f"let a test run it and a complete run rewrite {project.checklist.proof}, "
                "or say no-run",
            )
            yield unmet(subject, at, because, fault, hint=hint, cell=page.cell)


def _fault(project: Project, path: str) -> Text | None:
    """Why a snippet is not proven, if it is not."""
    entry = project.proof.snippets.get(path)
    if entry is None:
        return Text(f"没有测试跑过 {path}", f"no test has run {path}")
    try:
        if entry.proves(project.snapshot.read(path)):
            return None
    except UnreadableError as error:
        return Text(f"{path}：{error.reason.zh}", f"{path}: {error.reason.en}")
    more = len(entry.tests) - 1
    others = Text(f" 等 {more + 1} 个测试", f" and {more} more") if more else Text("", "")
    zh = f"{path} 在实证之后改过：{entry.date}，{entry.tests[0]}{others.zh}"
    en = f"{path} changed since it was proven on {entry.date} by {entry.tests[0]}{others.en}"
    return Text(zh, en)
