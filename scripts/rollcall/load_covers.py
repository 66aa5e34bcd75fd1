"""What `product` and `covers` of a checklist must agree on: forms, columns, sections, order."""

from collections.abc import Iterator

from rollcall.checklist import Checklist, Cover, Source
from rollcall.inventories import INVENTORIES
from rollcall.model import Place, Text, did_you_mean


def check_product(checklist: Checklist, source: Source) -> Iterator[tuple[Place, Text]]:
    """Every source names a form that there is, and every entry of `covers` can be followed."""
    for key, wanted in checklist.product.items():
        if wanted.form not in INVENTORIES:
            guess = did_you_mean(wanted.form, list(INVENTORIES))
            zh = f"未知的来源形式 `{wanted.form}`{guess.zh}"
            en = f"unknown form `{wanted.form}`{guess.en}"
            yield source.place("product", key, "from"), Text(zh, en)
    for type_id, document in checklist.document_types.items():
        earlier: set[str] = set()
        for index, cover in enumerate(document.covers):
            here = ("document_types", type_id, "covers", index)
            for message in _problems(checklist, cover, earlier):
                yield source.place(*here), message
            earlier.add(cover.kind)


def _problems(checklist: Checklist, cover: Cover, earlier: set[str]) -> Iterator[Text]:
    if cover.by in ("row", "cell") and cover.column is None:
        zh, en = f"`by: {cover.by}` 要写 `column`", f"`by: {cover.by}` wants a `column`"
        yield Text(zh, en)
    if cover.by == "cell" and cover.within is None:
        yield Text("`by: cell` 要写 `within`", "`by: cell` wants a `within`")
    if cover.within is not None and cover.within not in earlier:
        guess = did_you_mean(cover.within, earlier)
        yield Text(
            f"`within: {cover.within}` 前面没有这一种的 covers{guess.zh}",
            f"`within: {cover.within}`: no entry before it covers that kind{guess.en}",
        )
    named = (*((cover.column,) if cover.column else ()), *cover.fields.values())
    for column in named:
        if column not in checklist.columns:
            guess = did_you_mean(column, list(checklist.columns))
            yield Text(f"未知的列 `{column}`{guess.zh}", f"unknown column `{column}`{guess.en}")
    for section in (*((cover.section,) if cover.section else ()), *cover.sections):
        if section not in checklist.sections:
            guess = did_you_mean(section, list(checklist.sections))
            yield Text(
                f"未知的章节 `{section}`{guess.zh}", f"unknown section `{section}`{guess.en}"
            )
    for fact in cover.agree:
        if fact not in cover.fields:
            guess = did_you_mean(fact, list(cover.fields))
            yield Text(
                f"`agree` 里的 `{fact}` 没有在 `fields` 里给出列{guess.zh}",
                f"`{fact}` in `agree` has no column in `fields`{guess.en}",
            )
