"""`rollcall confirm`: note that translated sections say what their sources say now."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

from rollcall.bound import BoundPage
from rollcall.checklist import Plan
from rollcall.ledger import LEAST_REASON, Entry, Key, state
from rollcall.model import InputError, Place, Refusal, Text, did_you_mean
from rollcall.project import Project
from rollcall.translations import keyed, vanished

_Problem: TypeAlias = tuple[Place, Text]


@dataclass(slots=True)
class Confirmation:
    """The ledger's entries as they shall be, what was noted anew, and what was taken out."""

    entries: dict[Key, Entry]
    noted: list[str] = field(default_factory=list)
    pruned: list[str] = field(default_factory=list)
    current: int = 0
    excused: int = 0

    @property
    def lines(self) -> Iterator[Text]:
        """What was done, and how much of it."""
        yield from (Text(f"确认：{name}", f"confirmed: {name}") for name in self.noted)
        yield from (Text(f"删去：{name}", f"removed: {name}") for name in self.pruned)
        noted, current, pruned = len(self.noted), self.current, len(self.pruned)
        yield Text(
            f"确认 {noted} 节，本来就一致 {current} 节，删去 {pruned} 条",
            f"{noted} sections confirmed, {current} were current, {pruned} entries removed",
        )


@dataclass(frozen=True, slots=True)
class _Target:
    """A page in one language; `section` is `None` for all of it."""

    key: str
    language: str
    section: str | None


def ledger_path(plan: Plan) -> str:
    """Where the checklist keeps the ledger.

    Raises:
        Refusal: it names none.
    """
    path = plan.checklist.ledger
    if path is None:
        zh, en = f"{plan.source.path} 里没有 `ledger`", f"{plan.source.path} has no `ledger`"
        line = "ledger: translations.json"
        raise Refusal(f"{zh}；加一行 `{line}`", f"{en}; add the line `{line}`")
    return path


def confirm(
    project: Project,
    entries: Mapping[Key, Entry],
    written: Sequence[str],
    *,
    reason: str | None = None,
    prune: bool = False,
) -> Confirmation:
    """Confirm pages, folders and sections (`page#section`), named in either language.

    Args:
        project: the tree.
        entries: what the ledger holds.
        written: paths as typed, from the current folder.
        reason: why a translation stays as it is although its source has changed.
        prune: also take out the entries of what is on no page any more.

    Raises:
        Refusal: nothing to do, a path that is no page, a reason too short or not needed.
        InputError: sections that do not match, translations that did not change; every one.
    """
    if not written and not prune:
        raise Refusal("写上要确认的页面或文件夹", "name the pages or folders to confirm")
    if reason is not None and len(reason.strip()) < LEAST_REASON:
        raise Refusal(
            f"--no-change 的理由至少 {LEAST_REASON} 个字",
            f"--no-change: a reason has at least {LEAST_REASON} characters",
        )
    result = Confirmation(dict(entries))
    for key in vanished(project, entries) if prune else ():
        del result.entries[key]
        result.pruned.append(f"{key[0]}#{key[1]} ({key[2]})")
    targets = [target for one in written for target in _targets(project, one)]
    problems = [problem for target in targets for problem in _unresolved(project, target)]
    problems += _note(project, result, targets, reason)
    if problems:
        raise InputError(tuple(dict.fromkeys(problems)))
    if reason is not None and not result.excused:
        raise Refusal(
            "--no-change 用不上：没有源文改过而译文没改的章节",
            "--no-change excuses nothing: no source changed without its translation",
        )
    return result


def _note(
    project: Project, result: Confirmation, targets: list[_Target], reason: str | None
) -> Iterator[_Problem]:
    """Put the present state of each section among the entries."""
    wanted = {(target.key, target.language, target.section) for target in targets}
    for key, pair in keyed(project):
        page, section, language = key
        if not {(page, language, None), (page, language, section)} & wanted:
            continue
        before, now = result.entries.get(key), state(pair.source.passage, pair.other.passage)
        same_source = before is not None and before.source == now.source
        same = before is not None and before.translation == now.translation
        if (same_source and same) or (before is None and not now.source):
            result.current += 1
            continue
        if not now.source:
            del result.entries[key]  # nothing is left to translate
        elif same and reason is None:
            yield pair.other.place, _not_changed(pair.subject)
            continue
        else:
            result.excused += same
            excuse = reason.strip() if same and reason else None
            result.entries[key] = now.model_copy(update={"reason": excuse})
        result.noted.append(pair.subject)


def _not_changed(subject: str) -> Text:
    return Text(
        f'`{subject}`：源文改过，译文和上次确认时一样；先改译文，或写明理由：--no-change "理由"',
        f"`{subject}`: the source has changed, the translation has not; mend it, or say why it "
        f'stays: --no-change "reason"',
    )


def _targets(project: Project, written: str) -> Iterator[_Target]:
    """The pages that an argument means; of a source page, all its translations."""
    file, mark, section = written.partition("#")
    root, source = project.snapshot.root, project.checklist.source_language
    try:
        path = Path(file).resolve().relative_to(root).as_posix()
    except ValueError:
        raise Refusal(f"{file} 不在 {root} 里", f"{file} is not in {root}") from None
    keys = {page.key for page in project.pages}
    found = [
        _Target(key, language, section if mark else None)
        for named, setting in project.checklist.languages.items()
        for key in sorted(keys)
        if path == "." or f"{setting.docs}/{key}/".startswith(f"{path}/")
        for language in (project.checklist.languages if named == source else (named,))
        if language != source
    ]
    if not found:
        guess = did_you_mean(path, [page.path for page in project.pages])
        raise Refusal(f"没有页面 {file}{guess.zh}", f"no page {file}{guess.en}")
    kinds = {page.key: page.kind for page in project.pages}
    if all((kind := kinds[target.key]) is not None and kind.generated for target in found):
        raise Refusal(
            f"{file} 由程序生成，没有要确认的", f"{file} is generated: there is nothing to confirm"
        )
    if mark and not path.endswith(".md"):
        raise Refusal(f"{written}：章节要写在一页后面", f"{written}: a section belongs to a page")
    yield from dict.fromkeys(found)


def _unresolved(project: Project, target: _Target) -> Iterator[_Problem]:
    """Why the page cannot be compared with its source, section by section."""
    languages = (project.checklist.source_language, target.language)
    paths = [project.path_in(target.key, language) for language in languages]
    pages = [project.by_path[path] for path in paths if path in project.by_path]
    if len(pages) < len(paths):
        for path in paths:
            if path not in project.by_path:
                yield (
                    Place(path),
                    Text("没有这一页，或者读不了", "no such page, or it cannot be read"),
                )
        return
    for page in pages:
        for section in page.anonymous:
            yield (
                Place(page.path, section.line),
                Text("标题没有 `{#id}`", "a heading without `{#id}`"),
            )
    page, other = pages
    yield from _missing(project, page, other)
    yield from _missing(project, other, page)
    if target.section is not None and target.section not in project.passages(page):
        guess = did_you_mean(target.section, list(project.passages(page)))
        yield (
            Place(page.path),
            Text(
                f"没有章节 `#{target.section}`{guess.zh}",
                f"no section `#{target.section}`{guess.en}",
            ),
        )


def _missing(project: Project, page: BoundPage, other: BoundPage) -> Iterator[_Problem]:
    there = project.passages(other)
    for name, passage in project.passages(page).items():
        if name not in there:
            yield (
                Place(other.path),
                Text(
                    f"缺少章节 #{name}，{page.path}:{passage.line} 有",
                    f"section #{name} is missing, as in {page.path}:{passage.line}",
                ),
            )
        elif passage.blocks and not there[name].blocks:
            yield (
                Place(other.path, there[name].line),
                Text(f"章节 #{name} 是空的", f"section #{name} is empty"),
            )
