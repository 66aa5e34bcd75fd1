"""The calculator of the sizing page: by hand, at its bounds, and against what Kite takes."""

import subprocess
import sys
from pathlib import Path

import pytest

from kite.settings import Settings
from tests.snippets.session import ROOT

PROGRAM = ROOT / "snippets" / "deploy" / "sizing.py"


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(PROGRAM), *arguments], capture_output=True, text=True, check=False
    )


def answers(*arguments: str) -> dict[str, str]:
    """What it prints, by the words before the two spaces."""
    done = run(*arguments)
    assert done.returncode == 0, done.stderr
    pairs = (line.split("  ", 1) for line in done.stdout.splitlines())
    return {name: value.strip() for name, value in pairs}


def test_sums_done_by_hand() -> None:
    found = answers("--broadcasts", "3", "--viewers", "300", "--uplink", "1000")
    assert found == {
        "from encoders": "7.5 Mbit/s",  # 3 × 2.5
        "to viewers": "1071 Mbit/s",  # 300 × 2.5 ÷ 0.7
        "worker_connections": "433",  # 303 ÷ 0.7
        "segments on disk": "34 MB",  # 3 × 2.5 × 12 ÷ 8 × 3
        "recordings": "3.38 GB an hour",  # 3 × 2.5 × 3600 ÷ 8 ÷ 1000
        "length of segments": "2 s",
        "delay of HLS": "6 s and more",
        "viewers it carries": "280",  # 1000 × 0.7 ÷ 2.5
    }


@pytest.mark.parametrize(
    ("keyframe", "fragment", "segment"),
    [("2", "2", "2"), ("1.5", "2", "3"), ("0.1", "2", "2"), ("5", "2", "5"), ("8.33", "2", "8.33")],
)
def test_segments_end_at_key_frames(keyframe: str, fragment: str, segment: str) -> None:
    found = answers("--keyframe", keyframe, "--fragment", fragment)
    assert found["length of segments"] == f"{segment} s"


@pytest.mark.parametrize("arguments", [("--kbps", "0"), ("--uplink", "-1"), ("--keyframe", "0")])
def test_what_cannot_be_is_refused(arguments: tuple[str, ...]) -> None:
    done = run(*arguments)
    assert done.returncode == 2
    assert "above 0" in done.stderr


def test_defaults_are_those_of_kite() -> None:
    text = Path(PROGRAM).read_text(encoding="utf-8")
    for option, setting in (
        ("fragment", "hls_fragment_seconds"),
        ("playlist", "hls_playlist_seconds"),
    ):
        default = Settings.model_fields[setting].default
        assert f'"--{option}", type=int, default={default})' in text
