"""`checklist.yml` → Plan: every error at once, each with its line and the nearest valid name."""

import re
from collections.abc import Iterator, Sequence
from typing import Any, Final

from pydantic import ValidationError

from rollcall.checklist import Checklist, Plan, Source
from rollcall.model import InputError, Place, Text, did_you_mean
from rollcall.names import matches
from rollcall.rules import RULES, Rule
from rollcall.snapshot import Snapshot, UnreadableError
from rollcall.validation import problem_of, problems_of
from rollcall.yaml_tree import Tree, YamlError, parse

_MAX_WILDCARDS: Final = 3  # bounds what matching one path can cost


def load(snapshot: Snapshot, path: str, rules: Sequence[Rule] = RULES) -> Plan:
    """Read a checklist.

    Raises:
        InputError: unreadable, not YAML, or not a valid checklist; holds every problem found.
    """
    try:
        tree = parse(snapshot.read(path))
    except UnreadableError as error:
        raise InputError(((Place(path), error.reason),)) from None
    except YamlError as error:
        raise InputError(((Place(path, error.line), Text(error.zh, error.en)),)) from None
    if not isinstance(tree.data, dict):
        empty = Text("清单是空的，或不是键值对", "the checklist is empty or not a mapping")
        raise InputError(((Place(path, 1), empty),))
    try:
        checklist = Checklist.model_validate(tree.data)
    except ValidationError as error:
        raise InputError(problems_of(error, tree, path, Checklist)) from None
    source = Source(path, tree.lines)
    problems = tuple(sorted(_cross_check(checklist, source, rules), key=_line))
    if problems:
        raise InputError(problems)
    return Plan(checklist, source)


def _line(problem: tuple[Place, Text]) -> int:
    return problem[0].line or 0


def _cross_check(
    checklist: Checklist, source: Source, rules: Sequence[Rule]
) -> Iterator[tuple[Place, Text]]:
    yield from _check_languages(checklist, source)
    yield from _check_texts(checklist, source)
    yield from _check_types(checklist, source)
    yield from _check_paths(checklist, source)
    yield from _check_rules(checklist, source, rules)


def _check_languages(checklist: Checklist, source: Source) -> Iterator[tuple[Place, Text]]:
    sources = [key for key, language in checklist.languages.items() if language.source]
    if len(sources) != 1:
        yield (
            source.place("languages"),
            Text(
                f"要有且只有一种语言标记 `source: true`，现在是 {len(sources)} 种",
                f"exactly one language must have `source: true`, found {len(sources)}",
            ),
        )
    folders = {key: f"{language.docs}/" for key, language in checklist.languages.items()}
    for index, (key, folder) in enumerate(folders.items()):
        for other_index, (other, outer) in enumerate(folders.items()):
            twice = folder == outer and index > other_index
            if twice or (folder != outer and folder.startswith(outer)):
                yield (
                    source.place("languages", key, "docs"),
                    Text(
                        f"`{key}` 的文件夹在 `{other}` 的文件夹里",
                        f"the folder of `{key}` lies in the folder of `{other}`",
                    ),
                )


def _check_texts(checklist: Checklist, source: Source) -> Iterator[tuple[Place, Text]]:
    """Every label table speaks every language and no other."""
    languages = list(checklist.languages)
    tables: list[tuple[tuple[str | int, ...], Any]] = [
        *((("sections", key), value) for key, value in checklist.sections.items()),
        *((("columns", key), value) for key, value in checklist.columns.items()),
    ]
    for type_id, document in checklist.document_types.items():
        tables.append((("document_types", type_id, "title"), document.title))
        for index, kind in enumerate(document.pages):
            tables.append((("document_types", type_id, "pages", index, "title"), kind.title))
    for location, table in tables:
        name = ".".join(str(part) for part in location)
        for language in languages:
            if language not in table:
                yield (
                    source.place(*location),
                    Text(
                        f"`{name}` 没有语言 `{language}` 的文字",
                        f"`{name}` has no text for language `{language}`",
                    ),
                )
        for language in table:
            if language not in languages:
                guess = did_you_mean(language, languages)
                yield (
                    source.place(*location, language),
                    Text(
                        f"`{name}`：没有这种语言 `{language}`{guess.zh}",
                        f"`{name}`: no such language `{language}`{guess.en}",
                    ),
                )


def _check_types(checklist: Checklist, source: Source) -> Iterator[tuple[Place, Text]]:
    """Ids that pages refer to exist, and none is asked for twice on one page."""
    for type_id, document in checklist.document_types.items():
        for page_index, kind in enumerate(document.pages):
            seen: set[str] = set()
            for index, slot in enumerate(kind.sections):
                here = ("document_types", type_id, "pages", page_index, "sections", index)
                if slot.id not in checklist.sections:
                    yield _unknown(source, here, "section", slot.id, list(checklist.sections))
                if slot.id in seen:
                    yield (
                        source.place(*here),
                        Text(f"重复的章节 id `{slot.id}`", f"duplicate section id `{slot.id}`"),
                    )
                seen.add(slot.id)
                for column in slot.needs.table.columns if slot.needs.table else ():
                    if column not in checklist.columns:
                        yield _unknown(source, here, "column", column, list(checklist.columns))


def _check_paths(checklist: Checklist, source: Source) -> Iterator[tuple[Place, Text]]:
    """Every page path can be met: no earlier one takes all its pages, and `min` is possible."""
    earlier: list[str] = []
    for type_id, document in checklist.document_types.items():
        for index, kind in enumerate(document.pages):
            here = source.place("document_types", type_id, "pages", index, "path")
            path = kind.path
            taken = next((p for p in earlier if p == path or matches(path, p)), None)
            earlier.append(path)
            if len(re.findall(r"\*+", path)) > _MAX_WILDCARDS:
                zh, en = f"通配符超过 {_MAX_WILDCARDS} 个", f"more than {_MAX_WILDCARDS} wildcards"
                yield here, Text(f"`{path}`：{zh}", f"`{path}`: {en}")
                earlier.pop()
            elif taken is not None:
                zh = f"`{path}` 的页面已经归前面的 `{taken}`；把它移到前面"
                en = f"the earlier `{taken}` takes the pages of `{path}`: move this one before it"
                yield here, Text(zh, en)
            elif kind.min > 1 and not kind.is_glob:
                zh, en = "只是一页，`min` 不能大于 1", "is one page: `min` cannot exceed 1"
                yield here, Text(f"`{path}` {zh}", f"`{path}` {en}")


def _check_rules(
    checklist: Checklist, source: Source, rules: Sequence[Rule]
) -> Iterator[tuple[Place, Text]]:
    known = {rule.ID: rule for rule in rules}
    for name, setting in checklist.rules.items():
        if name not in known:
            yield _unknown(source, ("rules", name), "rule", name, list(known))
            continue
        options = known[name].Options
        try:
            options.model_validate(dict(setting.options))
        except ValidationError as error:
            tree = Tree(None, dict(source.lines))
            for item in error.errors():
                here = ("rules", name, "options", *item["loc"])
                _, text = problem_of(item, tree, source.path, options)
                yield source.place(*here), text
    waived: set[tuple[str, str]] = set()
    for index, waiver in enumerate(checklist.waivers):
        key = (waiver.rule, waiver.subject)
        if key in waived:
            name = f"{waiver.rule} {waiver.subject}"
            yield (
                source.place("waivers", index),
                Text(f"重复的豁免 `{name}`", f"duplicate waiver `{name}`"),
            )
        waived.add(key)
        if waiver.rule not in known:
            yield _unknown(source, ("waivers", index, "rule"), "rule", waiver.rule, list(known))


def _unknown(
    source: Source, location: tuple[str | int, ...], what: str, name: str, valid: list[str]
) -> tuple[Place, Text]:
    names = {"section": "章节", "column": "列", "rule": "规则"}
    guess = did_you_mean(name, valid)
    return (
        source.place(*location),
        Text(f"未知的{names[what]} `{name}`{guess.zh}", f"unknown {what} `{name}`{guess.en}"),
    )
