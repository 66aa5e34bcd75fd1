"""Generated files, from their sources: what Kite is as JSON, parts of pages, advisories, downloads."""

import argparse
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Final

from advisory_export import files as exported
from generated_blocks import BlockError, rewrite
from kite import truth
from policy_tables import renderers
from policy_tables.policy import Policy
from rollcall.load import load
from rollcall.model import InputError
from rollcall.policy.advisory import Advisory
from rollcall.policy.organisation import Organisation
from rollcall.policy.releases import Releases
from rollcall.policy.security import Security
from rollcall.project import Project
from rollcall.snapshot import Snapshot
from rule_sections import early_rules, late_rules

ROOT: Final = Path(__file__).resolve().parents[1]
KITE: Final = ROOT / "snippets" / "kite"
LANGUAGES: Final = ("zh", "en")
SECURITY_EMAIL: Final = "security-email"
"""The vendor's detail that security.txt takes."""


def facts() -> Iterator[tuple[Path, str]]:
    """What Kite is as JSON: every file that is stale, and the text it should have.

    The OpenAPI file is also beside the pages of each language, for readers to download.
    """
    for name in truth.stale(KITE):
        yield KITE / name, truth.text(name)
    openapi = truth.text("openapi.json")
    for language in LANGUAGES:
        yield ROOT / "docs" / language / "api" / "openapi.json", openapi


def blocks() -> Iterator[tuple[Path, str]]:
    """What is generated of data and rules: parts of pages, and advisories."""
    yield from pages()
    yield from advisories()


def pages() -> Iterator[tuple[Path, str]]:
    """Every page whose generated parts are stale, and the text it should have.

    Raises:
        SystemExit: a mark on a page, or the data behind it, is wrong.
    """
    snapshot = Snapshot(ROOT)
    try:
        project = Project(load(snapshot, "checklist.yml"), snapshot)
        for page in project.pages:
            old = snapshot.read(page.path)
            tables = renderers(Policy(project), page.language)
            early, late = (partial(rules, page.language) for rules in (early_rules, late_rules))
            new = rewrite(old, {**tables, "rules": early, "rules-late": late})
            if new != old:
                yield ROOT / page.path, new
    except BlockError as error:
        sys.exit(f"{page.path}:{error.line}: {error}")
    except InputError as error:
        sys.exit("\n".join(f"{place}: {text.en}" for place, text in error.problems))


def advisories() -> Iterator[tuple[Path, str]]:
    """security.txt and the advisories as CSAF and OSV, beside the pages of each language."""
    snapshot = Snapshot(ROOT)
    policy = Policy(Project(load(snapshot, "checklist.yml"), snapshot))
    data = policy.read("releases.yml", Releases), policy.read("security.yml", Security)
    email = policy.read("organisation.yml", Organisation).details[SECURITY_EMAIL].value
    address = email.en if email else None
    made = list(exported(policy.read_all("advisories/*.yml", Advisory), *data, address))
    for language in LANGUAGES:
        for name, text in made:
            yield ROOT / "docs" / language / "security" / name, text


PARTS: Final = {"facts": facts, "blocks": blocks}


def main() -> int:
    """Write the files, or with `--check` say which are stale (exit 1)."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 if stale")
    parser.add_argument("--only", choices=tuple(PARTS), help="this part; both if not said")
    options = parser.parse_args()
    check, stale = options.check, False
    for path, text in _wanted(options.only):
        if path.exists() and path.read_text(encoding="utf-8") == text:
            continue
        stale, name = True, path.relative_to(ROOT)
        if not check:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        sys.stdout.write(f"{name}: stale; run scripts/generate\n" if check else f"wrote {name}\n")
    return int(check and stale)


def _wanted(only: str | None) -> Iterator[tuple[Path, str]]:
    """Every generated file that may be stale, of one part or of all, and the text it should have."""
    for name, part in PARTS.items():
        if only in {None, name}:
            yield from part()


if __name__ == "__main__":
    sys.exit(main())
