"""Input that is broken or hostile: a clear message with its place, bounded work, never a traceback."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from time import process_time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rollcall.markdown import read_page
from rollcall.model import InputError, Status
from tests.rollcall.helpers import CHECKLIST, FILES, findings, run, write

SIZE = 200_000  # a tenth of the largest page: work that grows with its square still shows
GUARD = 20


def check(root: Path, *args: str) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        [sys.executable, "-m", "rollcall", "check", "--lang=en", "--output-format=concise", *args],
        cwd=root,
        capture_output=True,
        text=True,
        timeout=GUARD,
        check=False,
    )
    assert "Traceback" not in done.stderr + done.stdout
    return done


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return write(tmp_path, FILES)


def binary(root: Path) -> None:
    (root / "docs/en/index.md").write_bytes(b"# A\n\0\1\2")


def latin(root: Path) -> None:
    (root / "docs/en/index.md").write_bytes("# A\n\ncaf\xe9\n".encode("latin-1"))


def huge(root: Path) -> None:
    with (root / "docs/en/index.md").open("wb") as file:
        file.truncate(50_000_000)


def loop(root: Path) -> None:
    (root / "docs/en/index.md").unlink()
    (root / "docs/en/index.md").symlink_to("other.md")
    (root / "docs/en/other.md").symlink_to("index.md")


def outside(root: Path) -> None:
    (root / "docs/en/index.md").unlink()
    (root / "docs/en/index.md").symlink_to("/etc/hostname")


def folder_loop(root: Path) -> None:
    (root / "docs/en/again").symlink_to(".")


def pipe(root: Path) -> None:
    import os

    (root / "docs/en/index.md").unlink()
    os.mkfifo(root / "docs/en/index.md")


@pytest.mark.parametrize(
    ("break_it", "start", "count"),
    [
        (binary, "docs/en/index.md: error[readable-page]: unreadable page: a binary file", 1),
        (latin, "docs/en/index.md: error[readable-page]: unreadable page: not UTF-8 on line 3", 1),
        (
            huge,
            "docs/en/index.md: error[readable-page]: unreadable page: 50.0 MB, the limit is 2 MB",
            1,
        ),
        (loop, "docs/en/index.md: error[readable-page]: unreadable page: cannot be opened", 2),
        (
            outside,
            "docs/en/index.md: error[readable-page]: unreadable page: a link that leads out",
            1,
        ),
        (
            folder_loop,
            "docs/en/again: error[readable-page]: unreadable page: a link to a folder",
            1,
        ),
        (pipe, "docs/en/index.md: error[readable-page]: unreadable page: not a regular file", 1),
    ],
)
def test_a_page_that_cannot_be_read_is_one_finding(
    root: Path, break_it: object, start: str, count: int
) -> None:
    assert callable(break_it)
    break_it(root)
    done = check(root)
    assert done.returncode == 1, done.stderr
    assert done.stdout.startswith(start)
    assert f" {count} findings" in done.stdout


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: [\n", "checklist.yml:2: error: not YAML"),
        ("\0", "checklist.yml: error: a binary file"),
        ("", "checklist.yml:1: error: the checklist is empty"),
        ("x: " + "[" * 100_000, "checklist.yml:1: error: "),
        ("x: " + "[" * 100 + "]" * 100, "checklist.yml:1: error: nested deeper than 40 levels"),
        ("x:\n" + "".join(f"{'  ' * n}- a:\n" for n in range(100)), "error: nested deeper"),
        ("a: &a [x]\nb: [" + "*a, " * 1000 + "]\n", "checklist.yml:2: error: aliases"),
        (CHECKLIST.replace("path: index.md", "path: no/*.md"), None),
    ],
)
def test_a_checklist_that_cannot_be_used(root: Path, text: str, message: str | None) -> None:
    (root / "checklist.yml").write_text(text, encoding="utf-8")
    done = check(root)
    if message is None:  # a glob that matches nothing: the document is missing, in both languages
        assert done.returncode == 1
        assert done.stdout.count("error[required-document]") == 2
    else:
        assert done.returncode == 2
        assert message in done.stderr
        assert done.stdout == ""


def test_an_empty_tree(tmp_path: Path) -> None:
    assert check(tmp_path).returncode == 2
    write(tmp_path, {"checklist.yml": CHECKLIST})
    done = check(tmp_path)
    assert done.returncode == 2
    assert "checklist.yml:3: error: folder docs/zh is missing or holds no .md page" in done.stderr
    assert "checklist.yml:4: error: folder docs/en" in done.stderr


def test_a_checklist_that_is_a_folder_or_a_link_out(tmp_path: Path) -> None:
    root = write(tmp_path / "root", FILES)
    (root / "checklist.yml").rename(tmp_path / "other.yml")
    (root / "checklist.yml").symlink_to(tmp_path / "other.yml")
    done = check(root)
    assert done.returncode == 2
    assert "leads out of the tree" in done.stderr


def hostile() -> Iterator[tuple[str, str]]:
    size = SIZE
    yield "quotes", ">" * 100_000 + " x\n"
    yield "comments", "<!--" * 200_000
    yield "comment lines", "<!--\n" * (size // 5)
    yield "closed comments", "<!-- -->" * (size // 8)
    for part in (
        "[",
        "](",
        "![",
        "![a](",
        "](((",
        "|",
        "`",
        "`a``b",
        " ",
        "*",
        "_",
        "#",
        "<a ",
        "\\",
    ):
        yield f"line of {part!r}", part * (size // len(part)) + "\n"
        yield f"heading of {part!r}", "# " + part * (size // len(part)) + "\n"
        yield f"row of {part!r}", "|" + part * (size // len(part)) + "|\n|-|\n"
    yield "attributes", "# a" + " {" * (size // 2) + "\n"
    yield "spaces in a heading", "# a" + " " * size + "{\n"
    yield "rows", "|a|\n|-|\n" + "|a|\n" * (size // 4)
    yield "equal headings", "## a\n" * (size // 5)
    yield "many equal headings", "## a\n" * 5000
    yield "headings", "".join(f"{'#' * (n % 6 + 1)} h{n}\n" for n in range(size // 8))
    yield "fences", "```\n```\n" * (size // 8)
    yield "fences that never close", "```a\n" * (size // 5)
    yield "growing backticks", " ".join("`" * n for n in range(1, 800))
    yield "links", "".join(f"[a](#x{n})\n" for n in range(size // 11))
    yield "steps", "1. a\n" * (size // 5)
    yield "includes", '--8<-- "a"\n' * (size // 11)
    yield "front matter keys", "---\n" + "".join(f"k{n}: 1\n" for n in range(size // 10)) + "---\n"
    yield "front matter brackets", "---\na: " + "[" * size + "\n---\n"
    yield "front matter braces", "---\na: " + "{a: " * (size // 4) + "\n---\n"
    yield "front matter dashes", "---\n" + "- " * (size // 2) + "\n---\n"
    yield "front matter that never ends", "---\n" + ("---" + " " * 1000 + "x\n") * (size // 1000)


HOSTILE = dict(hostile())


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_pages_cost_no_more_than_their_length(name: str, instructions: "Counter") -> None:
    text = HOSTILE[name]
    start = process_time()
    with instructions:
        page = read_page("docs/en/index.md", text)
    assert process_time() - start < GUARD
    assert len(page.links) + len(page.sections) + len(page.prose) <= text.count("\n") + SIZE / 4
    # Calls of functions, so that the speed of the machine does not matter.
    assert instructions.calls < 100 * (text.count("\n") + 200) + 20 * len(text)


class Counter:
    """Counts calls of Python and C functions while it is on."""

    def __init__(self) -> None:
        self.calls = 0

    def __enter__(self) -> None:
        sys.setprofile(self.note)

    def __exit__(self, *_: object) -> None:
        sys.setprofile(None)

    def note(self, frame: object, event: str, argument: object) -> None:
        self.calls += event in ("call", "c_call")


@pytest.fixture
def instructions() -> Counter:
    return Counter()


def test_hostile_pages_together_through_the_command(root: Path) -> None:
    skipped = {"links"}
    more = "      - {path: 'more/*.md', title: {zh: 更多, en: More}, min: 0}\n"
    files = {
        f"docs/zh/more/{n}.md": text
        for n, (name, text) in enumerate(HOSTILE.items())
        if n % 4 == 0 and name not in skipped
    }
    write(root, {**files, "checklist.yml": CHECKLIST + more})
    done = check(root)
    assert done.returncode == 1
    assert done.stderr == ""


def test_many_broken_links_and_headings_on_one_page() -> None:
    body = "".join(f"## H{n} {{#h{n}}}\n\n[a](#x{n})\n\n```\nc{n}\n```\n\n" for n in range(1500))
    page = FILES["docs/en/index.md"] + body
    report = run({**FILES, "docs/en/index.md": page}, ignore=["paired-section"])
    assert report.by_rule()["anchor-target"][Status.UNMET] == 1500


def test_duplicate_id_in_a_page_and_in_the_checklist() -> None:
    page = FILES["docs/en/index.md"] + "\n## Again {#steps}\n\nText.\n"
    (found,) = findings({**FILES, "docs/en/index.md": page})
    assert found.startswith("docs/en/index.md:15 section-id")
    with pytest.raises(InputError, match="duplicate section id"):
        run({**FILES, "checklist.yml": CHECKLIST + "          - id: steps\n"})


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.text(max_size=200), st.text(alphabet="#{}[]()|`~-<>! \nab:1.\"'", max_size=200))
def test_any_page_gives_a_report(front: str, body: str) -> None:
    page = f"---\n{front}\n---\n{body}"
    report = run({**FILES, "docs/en/index.md": page.replace("\r", "")})
    assert not [o for o in report.outcomes if o.status is Status.BROKEN]
    assert report.findings


def test_two_languages_that_differ_in_everything_cost_no_more_than_their_length() -> None:
    def body(start: int, word: str) -> str:
        numbers = "".join(
            f"`{word}{n}` takes {n} s, `<{word}>{n}`; " for n in range(start, start + 1500)
        )
        rows = "".join(f"| `{word}{n}` | {n} |\n" for n in range(start, start + start // 10 + 2000))
        return f"\n{numbers}\n\n| a | b |\n|---|---|\n{rows}"

    pages = {
        "docs/zh/index.md": FILES["docs/zh/index.md"] + body(0, "z"),
        "docs/en/index.md": FILES["docs/en/index.md"] + body(50_000, "e"),
    }
    start = process_time()
    report = run(
        {**FILES, **pages}, select=["paired-numbers", "paired-inline-code", "paired-table"]
    )
    assert process_time() - start < GUARD
    assert report.findings
