"""Every source of product facts can be read and yields what it should."""

from collections.abc import Iterator
from typing import Final

from rollcall.checklist import Strict
from rollcall.model import Level, Outcome, Place, Severity, Text, did_you_mean, met, unmet
from rollcall.product import Inventoried
from rollcall.project import Project

ID: Final = "product-source"
LEVEL: Final = Level.COVERED
SEVERITY: Final = Severity.ERROR
SUMMARY: Final = Text(
    "产品清单读不出来或不完整", "a source of product facts is unreadable or short"
)
EXPLANATION: Final = Text(
    "清单的 `product` 列出产品事实的来源。读不出来、条数少于 `min_items`、`include`/`exclude` 一条也没"
    "碰到、`covers` 要的种类哪个来源都没有，都是问题：否则检查会悄悄落空。",
    "`product` lists the sources of product facts. One that cannot be read, that yields fewer than "
    "`min_items`, an `include` or `exclude` that meets nothing and a `covers` whose kind no source "
    "yields are findings: without them a check would silently check nothing.",
)


class Options(Strict):
    """This rule has no options."""


def check(project: Project, _options: Options) -> Iterator[Outcome]:
    """One outcome per source, and one per kind that is asked for."""
    for inventoried in project.product.sources:
        because = project.source.place("product", inventoried.key)
        problems = list(_problems(project, inventoried))
        for subject, at, message in problems:
            yield unmet(subject, at, because, message)
        if not problems:
            yield met(inventoried.key, because, because)
    broken = any(source.problem for source in project.product.sources)
    for bound in () if broken else project.coverage:
        yield _kind(project, bound.cover.kind, bound.because(project.source))


def _problems(project: Project, source: Inventoried) -> Iterator[tuple[str, Place, Text]]:
    if source.problem is not None:
        place, text = source.problem
        yield source.key, place, text
        return
    setting = project.checklist.product[source.key]
    least, found = setting.min_items, len(source.items)
    empty_is_fine = setting.allow_empty and not found
    if found < least and not empty_is_fine:
        zh = f"{source.file} 只给出 {found} 项，至少应有 {least} 项（min_items）"
        en = f"{source.file} yields {found} items, at least {least} are wanted (min_items)"
        yield source.key, project.source.place("product", source.key, "min_items"), Text(zh, en)
    for pattern in source.idle:
        guess = did_you_mean(pattern, [item.id for item in source.items])
        zh, en = f"`{pattern}` 没有碰到任何一项{guess.zh}", f"`{pattern}` meets no item{guess.en}"
        place = project.source.place("product", source.key)
        yield f"{source.key}:{pattern}", place, Text(zh, en)


def _kind(project: Project, kind: str, because: Place) -> Outcome:
    kinds = list(project.product.by_kind)
    if kind in kinds or any(
        setting.allow_empty and (setting.kind or key) == kind
        for key, setting in project.checklist.product.items()
    ):
        return met(f"kind:{kind}", because, because)
    guess = did_you_mean(kind, kinds)
    message = Text(
        f"没有来源给出 `{kind}` 这一种{guess.zh}", f"no source yields the kind `{kind}`{guess.en}"
    )
    return unmet(f"kind:{kind}", because, because, message)
