"""The MkDocs front: the same findings as the command, in a build and in a preview."""

import json
import logging
import re
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from mkdocs.commands.build import build
from mkdocs.config import load_config
from mkdocs.exceptions import Abort

from rollcall.engine import check
from rollcall.load import load
from rollcall.proof import digest
from rollcall.reporters.text import headline
from rollcall.snapshot import Snapshot
from tests.rollcall.helpers import CHECKLIST, EN, FILES, write

CONFIG = """\
site_name: test
docs_dir: docs/en
site_dir: site
theme: {name: mkdocs}
plugins: [{rollcall: {language: en}}]
markdown_extensions: [attr_list]
"""
DEFECT = EN.replace("## Rollback {#rollback}\n\nUndo it.\n", "[<b>](<&x.md>)\n\nTODO\n")


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    return write(tmp_path, {**FILES, "mkdocs.yml": CONFIG})


def built(tree: Path, *, serving: bool = False, strict: bool = False) -> None:
    config = load_config(str(tree / "mkdocs.yml"), strict=strict)
    command = "serve" if serving else "build"
    config.plugins.on_startup(command=command, dirty=False)  # type: ignore[arg-type]
    build(config)


def html(tree: Path, page: str = "index.html") -> str:
    return (tree / "site" / page).read_text(encoding="utf-8")


def warnings(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [
        re.sub(r"^\S+: ", "", record.getMessage(), count=1)
        for record in caplog.records
        if record.levelno == logging.WARNING and "rollcall" in record.name
    ]


def test_findings_are_warnings_and_the_same_as_the_commands(
    tree: Path, caplog: pytest.LogCaptureFixture
) -> None:
    write(tree, {"docs/en/index.md": DEFECT})
    snapshot = Snapshot(tree)
    expected = [
        headline(o, "en") for o in check(load(snapshot, "checklist.yml"), snapshot).findings
    ]
    with caplog.at_level(logging.INFO, "mkdocs"):
        built(tree)
    assert warnings(caplog) == expected
    assert len(expected) == 3
    assert "rollcall" not in html(tree)
    with pytest.raises(Abort):
        built(tree, strict=True)


def test_clean_is_quiet(tree: Path, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "mkdocs"):
        built(tree, strict=True)
    assert warnings(caplog) == []
    assert "checked 1 document types" in caplog.text


def test_info_findings_do_not_fail_a_strict_build(tree: Path) -> None:
    quiet = "rules: {required-section: {severity: info}, placeholder-text: {severity: info}}\n"
    defect = EN.replace("## Rollback {#rollback}\n\nUndo it.\n", "TODO\n")
    write(tree, {"docs/en/index.md": defect, "checklist.yml": CHECKLIST + quiet})
    built(tree, strict=True)


def test_the_theme_learns_when_a_page_was_last_proven(tree: Path) -> None:
    show = "{% extends 'base.html' %}{% block content %}{{ page.meta.proven }}{% endblock %}"
    entries = {
        f"snippets/{name}.sh": {
            "sha256": digest(name),
            "kind": "ran",
            "tests": ["t::a"],
            "date": day,
            "version": "Kite 0.2",
        }
        for name, day in (("a", "2026-01-03"), ("b", "2026-01-02"), ("c", "2026-01-01"))
    }
    files = {
        "checklist.yml": CHECKLIST + "proof: proof.json\n",
        "proof.json": json.dumps({"version": 1, "snippets": entries}),
        "docs/en/index.md": EN + '\n```sh\n--8<-- "a.sh"\n--8<-- "b.sh"\n```\n',
        "theme/main.html": show,
        "mkdocs.yml": CONFIG.replace("name: mkdocs", "name: mkdocs, custom_dir: theme"),
        **{f"snippets/{name}.sh": name for name in "abc"},
    }
    write(tree, {"docs/zh/index.md": files["docs/en/index.md"], **files})
    built(tree)
    shown = html(tree)
    assert "2026-01-02" in shown
    assert "Kite 0.2" in shown
    write(tree, {"docs/en/index.md": EN, "docs/zh/index.md": EN})
    built(tree)
    assert "Kite 0.2" not in html(tree)


def test_a_rule_can_be_left_out_and_must_exist(
    tree: Path, caplog: pytest.LogCaptureFixture
) -> None:
    write(tree, {"docs/en/index.md": EN + "\nTODO\n"})
    some = CONFIG.replace("language: en", "language: en, ignore: placeholder-text section-order")
    write(tree, {"mkdocs.yml": some})
    built(tree, strict=True)
    write(tree, {"mkdocs.yml": some.replace("section-order", "section-ordr")})
    with pytest.raises(Abort):
        built(tree)
    assert "rollcall: ignore: `section-ordr`; did you mean `section-order`?" in caplog.text


def test_a_preview_shows_a_pages_findings_on_it_and_all_on_one_page(tree: Path) -> None:
    write(
        tree,
        {"docs/en/index.md": DEFECT, "docs/zh/index.md": FILES["docs/zh/index.md"] + "\nTODO\n"},
    )
    built(tree, serving=True, strict=False)
    page, everything = html(tree), html(tree, "_rollcall/index.html")
    assert "Roll call: missing here (3)" in page
    assert "docs/zh/index.md" not in page
    assert "Roll call: missing here (4)" in everything
    assert "docs/zh/index.md:15: error[placeholder-text]" in everything
    for text in (page, everything):
        assert "required-section" in text
        assert "`&amp;x.md`" in text
        banner = text[text.index('<div class="admonition failure rollcall"') :]
        assert "<b>" not in banner[: banner.index("</div>")]
    write(tree, {"docs/en/index.md": EN})
    built(tree, serving=True)
    assert "Roll call" not in html(tree)


def test_nothing_is_missing_in_a_clean_preview(tree: Path) -> None:
    built(tree, serving=True)
    assert "Nothing." in html(tree, "_rollcall/index.html")


def test_a_broken_checklist_stops_a_build_and_not_a_preview(
    tree: Path, caplog: pytest.LogCaptureFixture
) -> None:
    write(tree, {"checklist.yml": CHECKLIST + "lvl: <b>\n"})
    with pytest.raises(Abort):
        built(tree)
    assert "rollcall: checklist.yml:23: unknown key `lvl`" in caplog.text
    built(tree, serving=True)
    for page in ("index.html", "_rollcall/index.html"):
        assert "checklist.yml:23: unknown key `lvl`" in html(tree, page)


def test_a_docs_folder_elsewhere(
    tree: Path, tmp_path_factory: pytest.TempPathFactory, caplog: pytest.LogCaptureFixture
) -> None:
    other = tmp_path_factory.mktemp("other")
    write(other, {"index.md": "# X\n"})
    write(tree, {"mkdocs.yml": CONFIG.replace("docs/en", str(other))})
    with pytest.raises(Abort):
        built(tree)
    assert "is not below" in caplog.text


def mkdocs(tree: Path, *args: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "mkdocs", *args],
        cwd=tree,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_the_real_command(tree: Path) -> None:
    assert mkdocs(tree, "build", "--strict").returncode == 0
    write(tree, {"docs/en/index.md": DEFECT})
    done = mkdocs(tree, "build", "--strict")
    assert done.returncode == 1
    assert "error[required-section]: section `Rollback` (#rollback) is missing" in done.stderr
    assert "Aborted" in done.stdout + done.stderr
    write(tree, {"checklist.yml": "version: [\n"})
    broken = mkdocs(tree, "build")
    assert broken.returncode == 1
    assert "rollcall: checklist.yml:2: not YAML" in broken.stderr
    assert "Traceback" not in broken.stderr


# -- a real preview -----------------------------------------------------------------------------


@pytest.fixture
def preview(tree: Path) -> Iterator[str]:
    write(tree, {"docs/en/index.md": DEFECT})
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "mkdocs", "serve", "--dev-addr", f"127.0.0.1:{port}"]
    process = subprocess.Popen(
        command, cwd=tree, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(timeout=10)


def wait_for(url: str, text: str, *, there: bool = True) -> str:
    until = time.monotonic() + 20
    page = ""
    while time.monotonic() < until:
        try:
            page = urllib.request.urlopen(url, timeout=5).read().decode()
        except (urllib.error.URLError, OSError):
            page = ""
        if page and (text in page) is there:
            return page
        time.sleep(0.1)
    raise AssertionError(f"{text!r} {'never came' if there else 'stayed'} at {url}")


def test_serve_shows_forgets_and_survives(tree: Path, preview: str) -> None:
    wait_for(f"{preview}/", "required-section")
    wait_for(f"{preview}/_rollcall/", "required-section")
    write(tree, {"docs/en/index.md": EN})
    wait_for(f"{preview}/", "required-section", there=False)
    write(tree, {"checklist.yml": CHECKLIST + "lvl: 1\n"})
    wait_for(f"{preview}/", "unknown key `lvl`")
    write(tree, {"checklist.yml": CHECKLIST})
    wait_for(f"{preview}/", "unknown key", there=False)
