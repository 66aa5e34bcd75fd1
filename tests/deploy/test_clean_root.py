"""What `scripts/bench install` replays is what the pages tell the reader to do, block by block."""

from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from rollcall.markdown import read_page
from tests.deploy import clean_root
from tests.snippets.session import ROOT


@pytest.fixture
def bench(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.syspath_prepend(str(ROOT / "scripts"))
    return import_module("bench_install")


def told(page: str) -> list[str]:
    """The regions that a page shows of the session about a server, in its order."""
    text = (ROOT / "docs" / "zh" / page).read_text(encoding="utf-8")
    includes = read_page(page, text).includes
    return [item.region or "" for item in includes if item.file == "deploy/production.sh"]


@pytest.mark.parametrize("page", ["deploy/install-debian.md", "deploy/upgrade.md"])
def test_every_block_of_the_page_is_replayed_in_order(bench: Any, page: str) -> None:
    blocks = [part for part in bench.story() if isinstance(part, bench.Block)]
    replayed = [block.region.name for block in blocks if block.page == page]
    assert [name for name in replayed if name != "owner"] == told(page)
    assert len(replayed) >= 8
    assert sum(block.shown is not None for block in blocks) >= 12


def test_what_went_otherwise_is_said(bench: Any) -> None:
    region = bench.session.Region("a", "true")
    parts = [bench.Block("p.md", region, "as shown"), "hidden", region]
    good = {"00": (region, 0, "as shown"), "02": (region, 0, "")}
    assert bench.check(parts, good) == []
    assert "and it printed\nother" in bench.check(parts, good | {"00": (region, 0, "other")})[0]
    assert "exit 1, expected 0" in bench.check(parts, good | {"02": (region, 1, "")})[0]


@pytest.mark.skipif(not Path("/etc/debian_version").exists(), reason="needs apt")
def test_the_package_source_is_that_of_this_machine() -> None:
    try:
        address, codename = clean_root.package_source()
    except LookupError as error:
        pytest.skip(str(error))
    assert "://" in address or address.startswith("file:")
    assert codename.isalpha()
