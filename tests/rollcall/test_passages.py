"""Blocks of a section: how it is wrapped makes no difference, whose text it is does."""

from hypothesis import given
from hypothesis import strategies as st

from rollcall.bound import BoundPage
from rollcall.markdown import read_page
from rollcall.model import Place
from rollcall.passages import TOP, Kind, passages


def read(text: str) -> BoundPage:
    page = read_page("docs/en/a.md", text)
    return BoundPage(page, "a.md", "en", None, None, Place("checklist.yml"))


def plains(text: str, name: str = TOP) -> list[str]:
    return [block.plain for block in passages(read(text))[name].blocks]


def test_a_section_is_its_own_text_only() -> None:
    text = "Top.\n\n## A {#a}\n\nOne.\n\n### B {#b}\n\nTwo.\n\n#### c\n\nThree.\n\n## D {#d}\n"
    found = passages(read(text))
    assert {name: [b.plain for b in p.blocks] for name, p in found.items()} == {
        TOP: ["Top."],
        "a": ["One."],
        "b": ["Two.", "c", "Three."],
        "d": [],
    }
    assert [passage.line for passage in found.values()] == [1, 3, 7, 15]


def test_every_kind_of_block() -> None:
    text = (
        "A\nb.\n- one\n  more\n- two\n\n    ```sh\n    x  \n      y\n    ```\n\n"
        '> quoted\n> text\n\n!!! note "Title"\n\n    Inside.\n\n'
        '| a | b |\n|---|---|\n| `c|d` | e |\n\n--8<-- "x"\nnot the include\n\n::: a.b\n    option: 1\n'
    )
    blocks = passages(read(text))[TOP].blocks
    assert [(block.kind, block.plain) for block in blocks] == [
        (Kind.PARAGRAPH, "A b."),
        (Kind.ITEM, "one more"),
        (Kind.ITEM, "two"),
        (Kind.CODE, "sh\n    x\n      y"),
        (Kind.PARAGRAPH, "quoted text"),
        (Kind.PARAGRAPH, '!!! note "Title"'),
        (Kind.PARAGRAPH, "Inside."),
        (Kind.ROW, "a|b"),
        (Kind.ROW, "`c|d`|e"),
        (Kind.CODE, '--8<-- "x"'),
        (Kind.PARAGRAPH, "not the include"),
        (Kind.CODE, "::: a.b\noption: 1"),
    ]


def test_generated_parts_are_marked_and_an_open_mark_hides_nothing() -> None:
    text = "One.\n\n<!-- generated: x -->\n\nTwo.\n\n<!-- /generated -->\n\nThree.\n"
    blocks = passages(read(text))[TOP].blocks
    assert [(block.text, block.generated) for block in blocks] == [
        ("One.", False),
        ("Two.", True),
        ("Three.", False),
    ]
    unclosed = passages(read(text.replace("/generated", "generated")))[TOP].blocks
    assert not [block for block in unclosed if block.generated]


def test_wrapped_chinese_is_the_same_with_and_without_blanks() -> None:
    assert plains("先装\n再跑。") == plains("先装再跑。")
    assert plains("用 Kite 推流") == plains("用\nKite\n推流") == plains("用Kite推流")
    assert plains("one\ntwo") == ["one two"] != plains("onetwo")


@given(
    st.lists(st.sampled_from(["推流", "Kite", "码，", "`a b`", "a stop.", "（甲）"]), min_size=2)
)
def test_any_wrapping_leaves_blocks_as_they_are(words: list[str]) -> None:
    assert plains(" ".join(words)) == plains("\n".join(words)) == plains("  \n".join(words))
