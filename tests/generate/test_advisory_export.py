"""Advisories as others read them: CSAF 2.0 and OSV documents, and security.txt."""

import csv
import json
import re
from pathlib import Path
from typing import Any

import pytest
from csaf_lib.verification import Verifier

from advisory_export import csaf, files, osv, security_txt
from rollcall.policy.advisory import Advisory
from rollcall.policy.releases import Releases
from rollcall.policy.security import Security
from rollcall.yaml_tree import parse

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "tests" / "rollcall" / "policy"


def read(path: Path) -> Any:
    return parse(path.read_text(encoding="utf-8")).data


@pytest.fixture
def releases() -> Releases:
    return Releases.model_validate(read(EXAMPLE / "releases.yml"))


@pytest.fixture
def security() -> Security:
    return Security.model_validate(read(EXAMPLE / "security.yml"))


def advisory(**changes: Any) -> Advisory:
    data = read(EXAMPLE / "advisories" / "thing-2025-0001.yml")
    return Advisory.model_validate({**data, **changes})


CASES: dict[str, dict[str, Any]] = {
    "plain": {},
    "with a CVE": {"cve": "CVE-2025-12345", "no_cve": None},
    "not fixed": {"fixed": [], "no_fix": {"zh": "不修", "en": "The line has ended."}},
    "without credits": {"credits": []},
    "two versions": {"affected": ["1.0.0", "1.0.1"], "fixed": ["1.1.0"]},
}


VEX_PROFILE = "1.1"
"""The one check that is not for us: ours are advisories (CSAF 2.0, 4.4), not VEX (4.5)."""


def failures(document: dict[str, Any]) -> list[str]:
    """What the checks of CSAF 2.0 (schema, section 6) say against a document."""
    results = Verifier(document).run_all().results
    return [f"{r.test_id}: {r.message}" for r in results if r.failed and r.test_id != VEX_PROFILE]


@pytest.mark.parametrize("name", CASES)
def test_csaf_is_valid(name: str, releases: Releases, security: Security) -> None:
    document = csaf(advisory(**CASES[name]), releases, security)
    assert failures(document) == []
    assert document["document"]["tracking"]["id"] == "THING-2025-0001"


def test_the_verifier_would_see_a_mistake(releases: Releases, security: Security) -> None:
    document = csaf(advisory(), releases, security)
    document["vulnerabilities"][0]["scores"][0]["cvss_v3"]["baseScore"] = 5.4
    assert failures(document)


@pytest.mark.parametrize("name", CASES)
def test_osv_has_what_the_format_wants(name: str, releases: Releases) -> None:
    document = osv(advisory(**CASES[name]), releases)
    assert re.fullmatch(r"x_[A-Z0-9-]+", document["id"])  # a prefix that nobody registers
    for key in ("published", "modified"):
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", document[key])
    (affected,) = document["affected"]
    (span,) = affected["ranges"]
    keys = [next(iter(event)) for event in span["events"]]
    assert keys[0] == "introduced"
    assert len(keys) == 2
    assert keys[1] in ("fixed", "last_affected")
    assert affected["versions"]
    assert document["severity"][0]["score"].startswith("CVSS:3.1/")


def test_the_folder_is_what_csaf_asks_for(releases: Releases, security: Security) -> None:
    older = advisory()
    newer = advisory(id="THING-2025-0002", modified="2025-08-01")
    made = dict(files([older, newer], releases, security))
    assert made["csaf/index.txt"].splitlines() == [
        "2025/thing-2025-0002.json",
        "2025/thing-2025-0001.json",
    ]
    rows = list(csv.reader(made["csaf/changes.csv"].splitlines()))
    assert rows[0] == ["2025/thing-2025-0002.json", "2025-08-01T00:00:00Z"]
    for name in made["csaf/index.txt"].splitlines():
        assert json.loads(made[f"csaf/{name}"])["document"]["tracking"]["id"].lower() in name


def test_without_an_advisory_there_is_only_security_txt(
    releases: Releases, security: Security
) -> None:
    assert [name for name, _ in files([], releases, security)] == ["security.txt"]


def test_security_txt(security: Security) -> None:
    lines = security_txt(security).splitlines()
    fields = [line.split(": ", 1)[0] for line in lines]
    assert fields.count("Expires") == 1
    assert fields.count("Preferred-Languages") == 1
    assert fields.count("Contact") == 2
    assert "Expires: 2026-06-01T00:00:00Z" in lines
    assert security_txt(security, "a@b.example").startswith("Contact: mailto:a@b.example\n")


def test_the_published_files_are_fresh() -> None:
    policy = ROOT / "snippets" / "policy"
    data = Security.model_validate(read(policy / "security.yml"))
    for language in ("zh", "en"):
        folder = ROOT / "docs" / language / "security"
        assert (folder / "security.txt").read_text("utf-8") == security_txt(data)
        advisories = list((policy / "advisories").glob("*.yml"))
        assert len(list(folder.glob("csaf/*/*.json"))) == len(advisories)
