"""Every translated section was confirmed against the source text as it stands."""

from collections import Counter
from collections.abc import Iterator
from typing import Final

from rollcall.checklist import Strict
from rollcall.ledger import Entry, Key, Ledger, mark_of, read_ledger, state
from rollcall.model import InputError, Level, Outcome, Place, Severity, Text, met, unmet
from rollcall.pairs import Pair
from rollcall.passages import Block
from rollcall.project import Project
from rollcall.translations import keyed, vanished

ID: Final = "translation-current"
LEVEL: Final = Level.PAIRED
SEVERITY: Final = Severity.ERROR
SUMMARY: Final = Text("译文没有跟上源文", "a translation is behind its source")
EXPLANATION: Final = Text(
    "清单的 `ledger` 记着每一节译文是对着哪一版源文确认的。源文改了，对应的译文就报在这里，"
    "直到看过、改好、用 `rollcall confirm` 确认。换行、空格、标题文字和 front matter 不算；"
    "`<!-- generated: … -->` 之间的不算。没有 `ledger` 就不查。",
    "`ledger` in the checklist notes the source text that each translated section was confirmed "
    "against. When the source changes its translations are reported, until somebody has looked and "
    "run `rollcall confirm`. Line breaks, blanks, the text of the heading and front matter do not "
    "count, nor does what stands between `<!-- generated: ... -->` marks. Without `ledger` nothing "
    "is checked.",
)

_SHOWN: Final = 4
_WIDTH: Final = 60


class Options(Strict):
    """This rule has no options."""


def check(project: Project, _options: Options) -> Iterator[Outcome]:
    """One outcome per section and translation, and one per entry of what is no more."""
    path, because = project.checklist.ledger, project.source.place("ledger")
    if path is None:
        return
    if not project.snapshot.is_file(path):
        missing = Text(f"没有台账 `{path}`", f"there is no ledger `{path}`")
        docs = [language.docs for language in project.checklist.languages.values()]
        yield unmet(path, because, because, missing, hint=_command(docs[0]))
        return
    try:
        ledger = read_ledger(project.snapshot, path)
    except InputError as error:
        for place, text in error.problems:
            yield unmet(f"{path}:{text.en}", place, because, text)
        return
    yield from _sections(project, ledger)
    for key in vanished(project, ledger.entries):
        yield _vanished(ledger.place(key), because, key)


def _sections(project: Project, ledger: Ledger) -> Iterator[Outcome]:
    known = {(page, language) for page, _, language in ledger.entries}
    unknown: set[str] = set()
    for key, pair in keyed(project):
        entry, now = ledger.entries.get(key), state(pair.source.passage, pair.other.passage)
        path = pair.other.page.path
        if entry is None and now.source and (key[0], key[2]) not in known:
            if path not in unknown:
                unknown.add(path)
                yield _never(pair, path, path, Place(path), Place(pair.source.page.path))
        elif entry is None and now.source:
            subject = f"{pair.subject}:current"
            yield _never(pair, subject, pair.subject, pair.other.place, pair.source.place)
        elif entry is not None and entry.source != now.source:
            yield _stale(pair, entry, same=entry.translation == now.translation)
        elif entry is not None:
            place, because = pair.other.place, pair.source.place
            yield met(f"{pair.subject}:current", place, because, pair.cell)


def _never(pair: Pair, subject: str, target: str, at: Place, because: Place) -> Outcome:
    message = Text(
        f"译文从没确认过：对照 {because} 看一遍",
        f"this translation was never confirmed: read it against {because}",
    )
    return unmet(subject, at, because, message, hint=_command(target), cell=pair.cell)


def _stale(pair: Pair, entry: Entry, *, same: bool) -> Outcome:
    before = Counter(entry.blocks)
    fresh = []
    for block in pair.source.passage.blocks:
        if not block.generated:
            mark = mark_of(block)
            if before[mark]:
                before[mark] -= 1
            else:
                fresh.append(block)
    message = _changes(pair.source.page.path, fresh, before.total())
    place, because = pair.other.place, pair.source.place
    hint = _command(pair.subject, unchanged=same)
    return unmet(f"{pair.subject}:current", place, because, message, hint=hint, cell=pair.cell)


def _changes(path: str, fresh: list[Block], removed: int) -> Text:
    """What the source has that was not confirmed, by line, and how much of it is gone."""
    if not fresh and not removed:
        return Text(f"{path} 的这一节换了段落次序", f"this section of {path} has another order")
    shown = [(block.line, " ".join(block.text.split())[:_WIDTH]) for block in fresh[:_SHOWN]]
    zh = "；".join(f"第 {line} 行“{text}”" for line, text in shown)
    en = "; ".join(f"line {line} `{text}`" for line, text in shown)
    if (more := len(fresh) - _SHOWN) > 0:
        zh, en = f"{zh}；另有 {more} 段", f"{en}; {more} more"
    gone = Text(f"删去 {removed} 段", f"{removed} removed")
    parts = [Text(f"新写或改过：{zh}", f"new or changed: {en}")] if fresh else []
    parts += [gone] if removed else []
    return Text(
        f"{path} 的这一节改过，译文没有确认。" + "，".join(part.zh for part in parts),
        f"this section of {path} has changed since: " + ", ".join(part.en for part in parts),
    )


def _vanished(at: Place, because: Place, key: Key) -> Outcome:
    page, section, language = key
    name = f"{page}#{section}" if section else page
    message = Text(
        f"台账里有 `{name}`（{language}），页面上没有了",
        f"the ledger knows `{name}` ({language}), the pages do not",
    )
    hint = Text("清掉：rollcall confirm --prune", "take it out: rollcall confirm --prune")
    return unmet(f"{language}:{name}", at, because, message, hint=hint)


def _command(target: str, *, unchanged: bool = False) -> Text:
    """The command that confirms; of an `unchanged` translation, also how to say why it stays so."""
    command = f"rollcall confirm {target}"
    zh = f"看过、改好后：{command}"
    en = f"when it is right: {command}"
    if not unchanged:
        return Text(zh, en)
    return Text(
        f'{zh}；译文不用改就写明理由：{command} --no-change "理由"',
        f'{en}; if it needs no change, say why: {command} --no-change "reason"',
    )
