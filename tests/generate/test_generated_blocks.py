"""Generated parts of pages: made anew between their marks, everything else untouched."""

import pytest

from generated_blocks import BlockError, rewrite

RENDER = {"plans": lambda: "| new |\n|---|\n", "hours": lambda: "9-18\n"}


def test_a_block_is_made_anew_and_the_rest_stays() -> None:
    page = "# A\n\n<!-- generated: plans -->\nold\n<!-- /generated -->\n\nEnd  \n"
    made = rewrite(page, RENDER)
    assert made == (
        "# A\n\n<!-- generated: plans -->\n\n| new |\n|---|\n\n<!-- /generated: abb8845fa8e3 -->\n\nEnd  \n"
    )
    assert rewrite(made, RENDER) == made


def test_a_page_without_marks_is_the_same_page() -> None:
    assert rewrite("a\n\n\nb", RENDER) == "a\n\n\nb"


def test_marks_in_a_code_block_are_text() -> None:
    page = "````markdown\n```\n<!-- generated: nope -->\n```\n````\n~~~\n<!-- /generated -->\n~~~\n"
    assert rewrite(page, RENDER) == page


@pytest.mark.parametrize(
    ("page", "line", "what"),
    [
        ("a\n<!-- generated: plans -->\n", 2, "never closed"),
        ("<!-- generated: plans -->\n<!-- generated: hours -->\n", 1, "before the next one"),
        ("a\nb\n<!-- /generated -->\n", 3, "closes no block"),
        ("<!-- generated: plan -->\n<!-- /generated -->\n", 1, "did you mean `plans`?"),
    ],
)
def test_a_wrong_mark_is_an_error_with_its_line(page: str, line: int, what: str) -> None:
    with pytest.raises(BlockError, match=what.replace("?", r"\?")) as caught:
        rewrite(page, RENDER)
    assert caught.value.line == line
