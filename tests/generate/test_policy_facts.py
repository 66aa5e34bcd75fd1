"""What the data of releases and security say about this repository is so."""

import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from kite import __version__
from tests.snippets.session import SESSIONS, Region, parse

ROOT = Path(__file__).parents[2]
POLICY = ROOT / "snippets" / "policy"


def data(name: str) -> Any:
    return yaml.safe_load((POLICY / name).read_text(encoding="utf-8"))


DEFAULTS = data("security.yml")["defaults"]
EVIDENCE = sorted({test for item in data("security.yml")["evidence"] for test in item["tests"]})
RELEASES = data("releases.yml")["releases"]


@pytest.mark.parametrize("test", sorted({item["test"] for item in DEFAULTS}))
def test_every_default_is_shown_by_a_session(test: str) -> None:
    name, _, region = test.partition(":")
    parts = parse((SESSIONS / name).read_text(encoding="utf-8"))
    assert region in [part.name for part in parts if isinstance(part, Region)]


@pytest.mark.parametrize("path", EVIDENCE)
def test_the_tests_named_as_evidence_are_there(path: str) -> None:
    assert re.search(r"^def test_", (ROOT / path).read_text(encoding="utf-8"), re.M)


def test_the_newest_release_is_the_one_in_the_source() -> None:
    assert RELEASES[0]["version"] == __version__


@pytest.mark.parametrize("release", RELEASES, ids=lambda release: release["version"])
def test_checksums_are_trees_of_the_history(release: dict[str, Any]) -> None:
    for checksum in release["checksums"]:
        if checksum["kind"] == "git-tree":
            kind = subprocess.run(
                ["git", "cat-file", "-t", checksum["value"]],
                cwd=ROOT,
                capture_output=True,
                text=True,
                check=False,
            )
            if kind.returncode:
                pytest.skip("the history is not here: a copy without it, or a shallow one")
            assert kind.stdout.strip() == "tree"


@pytest.mark.parametrize("setting", ["worker_connections", "event_days", "recording_days"])
def test_defaults_that_pages_name_are_those_of_kite(setting: str) -> None:
    schema = yaml.safe_load((ROOT / "snippets/kite/settings.schema.json").read_text("utf-8"))
    default = schema["properties"][setting]["default"]
    said = (POLICY / "releases.yml").read_text("utf-8") + (POLICY / "security.yml").read_text(
        "utf-8"
    )
    assert re.search(
        rf"{setting}\D[^\n]*\b{default}\b|{setting}\n[^\n]*\n[^\n]*\b{default}\b", said
    )
