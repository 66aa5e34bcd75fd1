"""A name in running text that looks like one of the product's is one of the product's."""

import re
from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from typing import Final

from rollcall.bound import BoundPage
from rollcall.checklist import Mention, Strict
from rollcall.model import Level, Outcome, Place, Severity, Text, closest, met, unmet
from rollcall.project import Project

ID: Final = "ghost-mention"
LEVEL: Final = Level.COVERED
SEVERITY: Final = Severity.ERROR
SUMMARY: Final = Text("正文提到产品没有的名字", "running text names something the product lacks")
EXPLANATION: Final = Text(
    "清单的 `mentions` 说哪种写法的行内代码必须是真名：`UPPER_SNAKE`（错误码、环境变量）、`command`（命令和它的选项）、"
    "`method-path`（`POST /v1/rooms`）。别处的名字写进 `exclude`，附理由。",
    "`mentions` says which shapes of inline code must be real names: `UPPER_SNAKE` (error codes, "
    "environment variables), `command` (a command line and its options), `method-path` "
    "(`POST /v1/rooms`). Names that belong to something else go into `exclude`, with a reason.",
)
_UPPER: Final = re.compile(r"[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+")
_METHOD: Final = re.compile(r"(GET|POST|PUT|PATCH|DELETE|HEAD) (/[^\s?#]*)")
_HOLE: Final = re.compile(r"\{[^{}]*\}|<[^<>]*>|[^/\s]*[\u4e00-\u9fff][^/\s]*")
_WORD: Final = re.compile(r"[a-z][a-z0-9-]*")
_OPTION: Final = re.compile(r"--[a-z][a-z0-9-]*")


class Options(Strict):
    """This rule has no options."""


def check(project: Project, _options: Options) -> Iterator[Outcome]:
    """One outcome per inline code of a shape that the checklist names."""
    if any(source.problem for source in project.product.sources):
        return
    for index, mention in enumerate(project.checklist.mentions):
        because = project.source.place("mentions", index)
        known = _known(project, mention)
        for page in project.pages:
            for line, written in page.page.codes:
                for name, real in _judged(mention, written, known):
                    yield _outcome(page, line, name, real, known, because)


def _known(project: Project, mention: Mention) -> Mapping[str, frozenset[str]]:
    """Every real name, and for a command its options."""
    found: dict[str, frozenset[str]] = {}
    for kind in mention.known:
        for item in project.product.items(kind):
            options = project.product.children(item, f"{kind}-option") if kind == "command" else ()
            names = frozenset(name for option in options for name in (option.name, *option.aliases))
            for name in (item.name, *item.aliases):
                found[_HOLE.sub("{}", name)] = names
    return found


def _judged(
    mention: Mention, written: str, known: Mapping[str, frozenset[str]]
) -> Iterator[tuple[str, bool]]:
    """The names in a code span, and whether each is real."""
    if mention.shape == "command":
        found = list(_command(written, known))
    else:
        name = _shaped(mention, written)
        found = [] if name is None else [(name, name in known)]
    others = tuple(exclusion.id for exclusion in mention.exclude)
    for name, real in found:
        yield name, real or any(fnmatchcase(name, other) for other in others)


def _shaped(mention: Mention, written: str) -> str | None:
    """The name in a code span of the shape that a mention is about."""
    if mention.shape == "UPPER_SNAKE":
        return written if _UPPER.fullmatch(written) else None
    call = _METHOD.match(written)
    return f"{call.group(1)} {_HOLE.sub('{}', call.group(2).rstrip('/'))}" if call else None


def _command(written: str, known: Mapping[str, frozenset[str]]) -> Iterator[tuple[str, bool]]:
    """`kite room ban demo --until …` → `kite room ban`, then each option of it."""
    programs = {name.partition(" ")[0] for name in known}
    words = written.split()
    if len(words) < 2 or words[0] not in programs or not _WORD.fullmatch(words[1]):
        return
    name = words[0]
    for word in words[1:]:
        longer = f"{name} {word}"
        if not any(other == longer or other.startswith(f"{longer} ") for other in known):
            break
        name = longer
    rest = words[len(name.split()) :]
    is_group = any(other.startswith(f"{name} ") for other in known)
    if is_group and rest and _WORD.fullmatch(rest[0]):  # the group has no such command
        yield f"{name} {rest[0]}", False
        return
    yield name, True
    for option in _OPTION.findall(written) if name in known else ():
        yield f"{name} {option}", option in known[name] or option == "--help"


def _outcome(
    page: BoundPage,
    line: int,
    name: str,
    real: bool,
    known: Mapping[str, frozenset[str]],
    because: Place,
) -> Outcome:
    subject, at = f"{page.path}:{name}", Place(page.path, line)
    if real:
        return met(subject, at, because, page.cell)
    every = [*known, *(f"{command} {option}" for command in known for option in known[command])]
    guess = closest(name, every)
    message = Text(f"产品里没有 `{name}`{guess.zh}", f"the product has no `{name}`{guess.en}")
    hint = Text(
        "改成真名；它属于别的软件，就写进清单 mentions 的 exclude",
        "give its real name; if it belongs to something else, name it in `exclude` of `mentions`",
    )
    return unmet(subject, at, because, message, hint=hint, cell=page.cell)
