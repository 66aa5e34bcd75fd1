"""Every documented session runs, exits as documented and prints what pages show.

`UPDATE_OUTPUTS=1` rewrites an `.out` file whose masked text has changed, and no other.
"""

import os
from pathlib import Path

import pytest

from tests.snippets import outputs, session

SESSIONS = sorted(session.SESSIONS.rglob("*.sh"))
ISOLATED = bool(session.isolated())


@pytest.mark.system
@pytest.mark.skipif(
    not ISOLATED, reason="needs unshare: root, or unprivileged user namespaces; see unshare(1)"
)
@pytest.mark.parametrize(
    "path", SESSIONS, ids=lambda path: path.relative_to(session.SESSIONS).as_posix()
)
def test_session_prints_what_pages_show(path: Path, tmp_path: Path) -> None:
    ran = session.run(path, tmp_path / "home")
    wrong = {
        name: f"exit {status}, expected {region.exit}\n{text}"
        for name, (region, status, text) in ran.items()
        if status != region.exit
    }
    assert not wrong, "\n".join(f"{name}: {text}" for name, text in wrong.items())
    printed = {name: text for name, (region, _, text) in ran.items() if not region.silent}
    stored = path.with_suffix(".out")
    shown = outputs.read(stored.read_text(encoding="utf-8")) if stored.exists() else {}
    masked_now = {name: session.masked(text) for name, text in printed.items()}
    masked_then = {name: session.masked(text) for name, text in shown.items()}
    if os.environ.get("UPDATE_OUTPUTS") and masked_now != masked_then:
        stored.write_text(outputs.write(printed), encoding="utf-8")
        masked_then = masked_now
    assert masked_now == masked_then


def test_every_stored_output_has_its_session() -> None:
    stored = {path.with_suffix(".sh") for path in session.SESSIONS.rglob("*.out")}
    assert stored <= set(SESSIONS)
