"""Masks hide what differs from run to run, and nothing that a page promises."""

from pathlib import Path

import pytest

from tests.snippets.session import masked, used


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("12 MB free at /x, 1024 MB wanted", "99 MB free at /x, 1024 MB wanted"),
        ("4.0K\t/x", "156K\t/x"),
        ("2026-11-21T10:00:00Z", "2027-01-02T03:04:05Z"),
        ("849 kbits/s  RTMP players: 1", "12 kbits/s  RTMP players: 1"),
    ],
)
def test_what_differs_from_run_to_run(one: str, other: str) -> None:
    assert masked(one) == masked(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("12 MB free at /x, 1024 MB wanted", "12 MB free at /x, 512 MB wanted"),
        ('"expires_at": "2036-01-31T20:00:00Z"', '"expires_at": "2036-01-31T12:00:00Z"'),
        ("at most 16 MB", "at most 1 MB"),
        ("RTMP players: 1", "RTMP players: 0"),
        ("12 findings", "13 findings"),
    ],
)
def test_what_a_page_promises(one: str, other: str) -> None:
    assert masked(one) != masked(other)


def test_a_session_uses_what_it_names(tmp_path: Path) -> None:
    script = tmp_path / "a.sh"
    script.write_text('# cp "$SNIPPETS/deploy/kite.lock" .\n. "$SNIPPETS/sessions/faq/lib.bash"\n')
    assert [path.name for path in used(script)] == ["lib.bash"]
    script.write_text("# uses: deploy/kite.toml deploy/none.toml\n")
    with pytest.raises(FileNotFoundError, match=r"a\.sh: uses: "):
        used(script)
