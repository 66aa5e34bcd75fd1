"""Every documented session runs, exits as documented and prints what pages show.

`UPDATE_OUTPUTS=1` rewrites an `.out` file whose masked text has changed, and no other.
"""

import os
from pathlib import Path

import pytest

from tests.proof import Proof
from tests.snippets import outputs, session

SESSIONS = sorted(session.SESSIONS.rglob("*.sh"))
AS_ROOT = {"postgresql", "scale-out"}
"""Sessions with a PostgreSQL server of their own, which does not run as root."""

ISOLATED = bool(session.isolated())


@pytest.mark.system
@pytest.mark.skipif(
    not ISOLATED, reason="needs unshare: root, or unprivileged user namespaces; see unshare(1)"
)
@pytest.mark.parametrize(
    "path", SESSIONS, ids=lambda path: path.relative_to(session.SESSIONS).as_posix()
)
def test_session_prints_what_pages_show(path: Path, tmp_path: Path, proof: Proof) -> None:
    if path.stem in AS_ROOT and os.geteuid() != 0:
        pytest.skip("needs root: it works as several users")
    if path.stem in AS_ROOT and not list(Path("/usr/lib/postgresql").glob("*/bin/initdb")):
        pytest.skip("needs PostgreSQL: apt install postgresql")
    outputs.compare(path, session.run(path, tmp_path / "home"))
    proof.session(path, session.used(path))


def test_every_stored_output_has_its_session() -> None:
    stored = {path.with_suffix(".sh") for path in session.SESSIONS.rglob("*.out")}
    assert stored <= set(SESSIONS)
