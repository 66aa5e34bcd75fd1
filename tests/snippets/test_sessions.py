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

EVERY_TIME = {
    "admin/systemd",
    "api/endpoints",
    "api/payload",
    "api/playing",
    "api/tokens",
    "api/webhooks",
    "deploy/configuration",
    "deploy/quickstart",
    "deploy/verify",
    "releases/identify",
    "troubleshoot/callback",
}
"""Sessions that every run repeats, besides those of `contribute/`, which use the pages and rollcall: what every
customer needs, and what depends on the history. The others, a quarter of an hour on two cores, are long (`tests/long.py`)."""


def name_of(path: Path) -> str:
    """`faq/tour` for `snippets/sessions/faq/tour.sh`."""
    return path.relative_to(session.SESSIONS).with_suffix("").as_posix()


def session_of(path: Path) -> object:
    """The parameter of one session."""
    name = name_of(path)
    repeated = name in EVERY_TIME or name.startswith("contribute/")
    return pytest.param(path, id=f"{name}.sh", marks=[] if repeated else [pytest.mark.long])


ISOLATED = bool(session.isolated())


@pytest.mark.system
@pytest.mark.skipif(
    not ISOLATED, reason="needs unshare: root, or unprivileged user namespaces; see unshare(1)"
)
@pytest.mark.parametrize("path", [session_of(path) for path in SESSIONS])
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


def test_what_runs_every_time_is_there() -> None:
    assert set(map(name_of, SESSIONS)) >= EVERY_TIME
