"""What `read_page` sees, and that its anchors are those that Python-Markdown makes."""

import re
from textwrap import dedent
from typing import Any

import markdown
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from pymdownx.slugs import slugify

from rollcall.inline import count_words, heading_text, plain, split_row
from rollcall.markdown import MAX_NESTING, MAX_PARTS, read_page
from rollcall.page import Directive, Page


def page(text: str) -> Page:
    return read_page("p.md", dedent(text).lstrip("\n"))


def rendered(text: str, *extensions: Any, **settings_of: Any) -> str:
    slug = {"slugify": slugify(case="lower")}
    return markdown.markdown(
        text,
        extensions=[
            "toc",
            "attr_list",
            "tables",
            "admonition",
            "pymdownx.superfences",
            *extensions,
        ],
        extension_configs={"toc": slug, **settings_of},
    )


def rendered_ids(text: str) -> list[str]:
    return re.findall(r'<h[1-6][^>]*\bid="([^"]*)"', rendered(text))


# -- front matter -------------------------------------------------------------------------------


def test_front_matter_and_its_lines() -> None:
    front = page("---\ntitle: 你好\nlist:\n  - a\n...\n# T\n").front
    assert front.data == {"title": "你好", "list": ["a"]}
    assert front.lines[("title",)] == 2
    assert front.lines[("list",)] == 3
    assert front.error is None


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("---\ntitle: x\n# T\n", 1, "no closing"),
        ("---\na: 1\na: 2\n---\n", 3, "duplicate key `a` (see line 2)"),
        ("---\n- a\n---\n", 2, "must be a mapping"),
        ("---\na: [1\n---\n", 3, "not YAML"),
        ("---\na: &x 1\nb: *x\n---\n", 3, "aliases"),
        ("---\na: !!python/name:os.system x\n---\n", 2, "tags"),
        ("---\na: " + "[" * 100 + "\n---\n", 2, "nested deeper"),
        ("---\ndate: 2026-13-45\n---\n", 2, "unreadable value"),
    ],
)
def test_front_matter_errors_have_a_line(text: str, line: int, message: str) -> None:
    error = page(text).front.error
    assert error is not None
    assert error[0] == line
    assert message in error[1].en


def test_empty_front_matter_and_a_rule_that_is_none() -> None:
    assert page("---\n---\n# T\n").sections[0].line == 3
    assert page("# T\n\n---\n\ntext\n").front.data == {}


# -- headings and sections ----------------------------------------------------------------------


def test_sections_nest_and_end() -> None:
    found = page("# A\n\n## B {#b}\n\nx\n\n### C {#c}\n\ny\n\n## D\n").sections
    assert [(s.id, s.explicit, s.level, s.line, s.end) for s in found] == [
        ("a", False, 1, 1, 13),
        ("b", True, 2, 3, 11),
        ("c", True, 3, 7, 11),
        ("d", False, 2, 11, 13),
    ]


@pytest.mark.parametrize(
    ("line", "title", "identifier"),
    [
        ("## 回滚 {#rollback}", "回滚", "rollback"),
        ("## Roll back { .x #rollback data-y=1 }", "Roll back", "rollback"),
        ("## Roll back {: #rollback }", "Roll back", "rollback"),
        ("## Two ids {#a #b}", "Two ids", "b"),
        ("## Closed ##", "Closed", "closed"),
        ("## “开始”之前：检查！", "“开始”之前：检查！", "开始之前检查"),
        ("## Use `kite up`", "Use kite up", "use-kite-up"),
        (
            "## A [link](x.md) and **bold** _word_ snake_case",
            None,
            "a-link-and-bold-word-snake_case",
        ),
        ("## A &amp; B", "A & B", "a--b"),
        ("## 回滚{#rollback}", "回滚{#rollback}", "回滚rollback"),
        ("####### Seven", None, None),
    ],
)
def test_titles_and_ids(line: str, title: str | None, identifier: str | None) -> None:
    sections = page(f"{line}\n").sections
    assert [s.id for s in sections] == ([identifier] if identifier else [])
    if title:
        assert sections[0].title == title
    if identifier:
        assert rendered_ids(line) == [identifier]


def test_ids_are_made_different_after_written_ones() -> None:
    text = "## Steps\n\n## Other {#steps}\n\n## Steps\n"
    assert (
        [s.id for s in page(text).sections] == rendered_ids(text) == ["steps_1", "steps", "steps_2"]
    )


@pytest.mark.parametrize(
    "text",
    [
        "Title\n=====\n\nPart\n----\n\ntext\n",
        "A paragraph\nof two lines\n---\n\ntext\n",
        "text\n\n---\n\ntext\n",
        "# A\nB\n---\n",
        "| a | b |\n|---|---|\n| c | d |\n",
    ],
)
def test_underlined_headings_as_on_the_site(text: str) -> None:
    assert [section.id for section in page(text).sections] == rendered_ids(text)


WORDS = st.lists(
    st.sampled_from(
        [
            *(
                "回滚",
                "Kite",
                "RTMP 1935",
                "（可选）",
                "：",
                "“引号”",
                "step-by-step",
                "a_b",
                "C++",
            ),
            *(
                "`code`",
                "`a b`",
                "**bold**",
                "[link](x.md)",
                "1.2.3",
                "v2",
                "é",
                "ß",
                "한국",
                "かな",
            ),
            *("!", "？", "/", "&", "#3", "100%", "—", "…", "x", "X", "<kbd>K</kbd>"),
        ]
    ),
    min_size=1,
    max_size=5,
)
HEADINGS = st.lists(
    st.tuples(
        st.integers(1, 4), WORDS, st.sampled_from(["", " {#a}", " {#steps}", " {#a-b .x}", " #"])
    ),
    min_size=1,
    max_size=6,
)


@settings(max_examples=300, deadline=None)
@given(HEADINGS)
def test_anchors_are_those_of_the_site(headings: list[tuple[int, list[str], str]]) -> None:
    lines = [f"{'#' * level} {' '.join(words)}{tail}" for level, words, tail in headings]
    text = "\n\ntext\n\n".join(lines) + "\n"
    assert [section.id for section in read_page("p.md", text).sections] == rendered_ids(text)


BLOCKS = st.lists(
    st.sampled_from(
        [
            "## One\n",
            "## Two {#two}\n",
            "text\n",
            "```bash\n## not a heading\n```\n",
            "~~~\n``` \n# no\n~~~\n",
            "<!-- ## hidden -->\n",
            "<!--\n## hidden\n-->\n",
            "`<!--` is how a comment starts\n",
            "```html\n<!-- open\n```\n",
            "and `-->` ends it\n",
            "- item\n\n    ```text\n    ## no\n    ```\n",
            '!!! note "Title"\n    text\n\n    ```\n    # no\n    ```\n',
            "| a | b |\n|---|---|\n| `x|y` | z |\n",
            "> quote\n",
            "1. step\n2. step\n",
        ]
    ),
    max_size=10,
)


@settings(max_examples=200, deadline=None)
@given(BLOCKS)
def test_only_what_the_site_shows_as_a_heading_is_one(blocks: list[str]) -> None:
    text = "\n".join(blocks)
    # Python-Markdown shows what is in a comment when `<!--` in code came before it: its defect.
    assume("`<!--`" not in text or "\n<!--" not in text)
    found = read_page("p.md", text)
    assert [section.id for section in found.sections] == rendered_ids(text)
    assert len(found.tables) == rendered(text).count("<table>")
    assert found.problem is None


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="# \t\n-=`~|<>!()[]{}:\"'\\_*a回1.。\r\u3000", max_size=300))
def test_any_text_gives_a_page(text: str) -> None:
    found = read_page("p.md", text)
    lines = text.count("\n") + 1
    for section in found.sections:
        assert 1 <= section.line < section.end <= lines + 1
        found.holds_anything(section)
    assert all(1 <= prose.line <= lines for prose in found.prose)
    assert list(found.prose) == sorted(found.prose, key=lambda prose: prose.line)


# -- blocks -------------------------------------------------------------------------------------


def test_fences_wherever_they_stand() -> None:
    found = page(
        """
        ```{.python title="a.py"}
        x = 1
        ```

        - item

            ```bash hl_lines="1"
            <!-- not a comment -->
            ```

        !!! note

            ~~~~yaml
            ```
            ~~~~

        === "Tab"

            ```
            plain
            ```

        > ```sh
        > quoted
        > ```

        1. ``` js
           step
           ```
        """
    )
    assert [(f.line, f.language) for f in found.fences] == [
        (1, "python"),
        (7, "bash"),
        (13, "yaml"),
        (19, ""),
        (23, "sh"),
        (27, "js"),
    ]
    assert "<!-- not a comment -->" in found.fences[1].code
    assert found.fences[2].code.strip() == "```"
    assert found.problem is None


def test_a_fence_keeps_its_info_its_end_and_its_includes() -> None:
    found = page(
        """
        # T

        ``` {.text title="Out" no-run="needs a browser"}
        --8<-- "a.sh:one"

        --8<--
        b.sh
        c.sh
        --8<--
        ```
        ```sh
        ```
        """
    )
    assert [(f.line, f.end, f.language) for f in found.fences] == [(3, 10, "text"), (11, 13, "sh")]
    assert found.fences[0].info == '{.text title="Out" no-run="needs a browser"}'
    assert [(i.line, i.file) for i in found.includes] == [(4, "a.sh"), (7, "b.sh"), (8, "c.sh")]


def test_comments_of_one_line_are_kept_others_are_not() -> None:
    found = page('# T\n\n<!-- no-run="x" -->\n\n<!--\nlong\n-->\n\na <!--b--> `<!-- c -->`\n')
    assert [(c.line, c.text) for c in found.comments] == [(3, 'no-run="x"'), (9, "b")]


def test_what_says_no_run_is_rendered_without_it() -> None:
    for text in (
        '``` {.text no-run="needs a browser"}\nhello\n```\n',
        'Text.\n\n- item\n\n    ``` {.text no-run="needs a browser"}\n    hello\n    ```\n',
    ):
        shown = rendered(text)
        assert "<code>hello" in shown
        assert "no-run" not in shown
    shown = rendered('<!-- no-run="needs a browser" -->\n```text\nhello\n```\n')
    assert shown.startswith('<!-- no-run="needs a browser" -->\n<div class="')


def test_inline_code_of_three_backticks_is_no_fence() -> None:
    found = page("``` a `` b ```\n\ntext\n")
    assert found.fences == ()
    assert found.problem is None


def test_comments_hide_prose_links_and_headings_but_not_code() -> None:
    found = page(
        """
        # T

        a <!-- [x](x.md) --> b <!-- more --> c
        <!--
        ## Hidden {#hidden}
        [y](y.md)
        --> after <!-- again

        --> end

        ```
        <!-- in a fence
        ```

        ## Seen {#seen}

        `<!--` starts a comment.
        """
    )
    assert [s.id for s in found.sections] == ["t", "seen"]
    assert found.links == ()
    text = " ".join(prose.text for prose in found.prose)
    assert "Hidden" not in text
    assert "again" not in text
    assert "after" in text
    assert "end" in text
    assert "starts a comment" in text


def test_tables_with_escaped_pipes_and_code() -> None:
    (table,) = page(
        r"""
        | 端口 | Use \| note | `a|b` |
        |:-----|:----:|---|
        | 1935 | x \| y | `c||d` |
        |      |        | z |
        no pipe ends it
        """
    ).tables
    assert table.line == 1
    assert table.header == ("端口", r"Use \| note", "a|b")
    assert table.rows == (("1935", r"x \| y", "c||d"), ("", "", "z"))


@pytest.mark.parametrize(
    ("line", "cells"),
    [
        ("| a | b |", ("a", "b")),
        ("a | b", ("a", "b")),
        ("|a||b|", ("a", "", "b")),
        ("| `` ` | `` | b |", ("`` ` | ``", "b")),
        ("| ` | b |", ("`", "b")),
        ("|", ()),
    ],
)
def test_rows_split_at_real_pipes_only(line: str, cells: tuple[str, ...]) -> None:
    assert split_row(line) == cells


def test_a_line_with_pipes_but_no_delimiter_below_is_prose() -> None:
    found = page("# T\n\na | b | c\n\ntext\n")
    assert found.tables == ()
    assert found.words(found.sections[0]) == 4


def test_steps_are_items_of_ordered_lists() -> None:
    found = page("# T\n\n1. a\n    1. b\n2) c\n- d\n\n```\n1. no\n```\n\n2026.5 no\n")
    assert found.steps_in(found.sections[0]) == 3


def test_links_images_references_and_html() -> None:
    found = page(
        """
        [a](a.md "title") ![b](b.png) [![c](c.png)](c.md) `[no](no.md)`
        [d](<d e.md>) [f](f_(g).md) <a class="x" href="h.md">h</a> <img alt="" src='i.png'>
        [j]: j.md "title"
        [^1]: not a reference [k](k.md)
        <https://example.org> [l](https://example.org/l)
        [m](m.md){ .button } [n](n.md#o)
        """
    )
    links = sorted(link.target for link in found.links if not link.is_image)
    images = sorted(link.target for link in found.links if link.is_image)
    assert links == [
        *("a.md", "c.md", "d e.md", "f_(g).md", "h.md", "https://example.org/l"),
        *("j.md", "k.md", "m.md", "n.md#o"),
    ]
    assert images == ["b.png", "c.png", "i.png"]


def test_includes_in_every_form() -> None:
    found = page(
        """
        --8<-- "a.sh"
        ```bash
        --8<-- "b.sh:part"
            --8<-- 'c.sh:1:3'
        ;--8<-- "escaped.sh"
        ```
        --8<--
        d.md

        e.md:part
        --8<--
        text --8<-- "f.md"
        """
    )
    assert [(i.file, i.region) for i in found.includes] == [
        ("a.sh", None),
        ("b.sh", "part"),
        ("c.sh", None),
        ("d.md", None),
        ("e.md", "part"),
    ]


def test_anchors_of_other_elements() -> None:
    found = page('<a id="one"></a> text {#two}\n\n`<a id="no">` `{#no}`\n\n::: kite.api\n')
    assert found.anchors == {"one", "two"}
    assert found.directives == (Directive(5, "kite.api"),)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("```\nnever closed\n", "never closed"),
        ("a\n<!-- never closed\n", "never closed"),
        (">" * (MAX_NESTING + 1) + " deep\n", "quotes nested"),
        ("# a\n" * (MAX_PARTS + 1), f"over {MAX_PARTS} headings"),
        ("[a](b)\n" * (MAX_PARTS + 1), f"over {MAX_PARTS} links"),
        ("```\n```\n" * (MAX_PARTS + 1), f"over {MAX_PARTS} code blocks"),
    ],
)
def test_a_page_that_cannot_be_judged_says_where(text: str, problem: str) -> None:
    found = read_page("p.md", text).problem
    assert found is not None
    assert problem in found[1].en
    assert 1 <= found[0] <= text.count("\n") + 1


# -- words --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("", 0),
        ("，。！？——…（）“”", 0),
        ("先安装，再启动。", 6),
        ("用 Kite 推流", 4),
        ("kite up --now", 3),
        ("かなカナ", 4),
        ("한국어 문서", 5),
        ("𠀀𪚥", 2),
        ("don't", 2),
        ("1935 端口", 3),
        ("全角ＡＢＣ", 3),
        ("snake_case", 2),
    ],
)
def test_words(text: str, count: int) -> None:
    assert count_words(text) == count


def test_words_of_a_section_leave_out_marks_targets_and_headings() -> None:
    found = page(
        """
        # 标题不算

        1. 一步 [链接](a/very/long/path.md)
        - **粗体** <b>标签</b> {#id}

        | 表格 | 不算 |
        |---|---|
        | 一 | 二 |

        !!! note "不算"
            算
        """
    )
    assert found.words(found.sections[0]) == 2 + 2 + 2 + 2 + 1


def test_text_as_read() -> None:
    assert plain("**a** [b](c.md) ![d](e.png) `f` <b>g</b>") == "a b d   g"
    assert heading_text(r"a \_b\_ _c_ d_e `f g`") == "a _b_ c d_e f g"
