"""Pictures come from one command, the same from each run, and are rewritten for what can be seen."""

import re
import subprocess
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.kite.settled import SHOWN, Settled
from tests.site.pictures import PICTURES, ROOT, differ

TAKEN = {".avif", ".gif", ".jpeg", ".jpg", ".png", ".webp"}
IMAGE = re.compile(r"!\[[^\]]*\]\(([^)\s]+)\)")
LATER = timedelta(days=9, hours=5, minutes=41, seconds=13)


def test_every_picture_is_one_that_the_command_takes() -> None:
    found = {path for path in (ROOT / "docs").rglob("*") if path.suffix.lower() in TAKEN}
    assert {path.relative_to(ROOT).as_posix() for path in found} == set(PICTURES)


def test_every_picture_is_shown() -> None:
    documents = [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]
    shown = {
        (page.parent / link).resolve().relative_to(ROOT).as_posix()
        for page in documents
        for link in IMAGE.findall(page.read_text(encoding="utf-8"))
    }
    assert set(PICTURES) - shown == set()


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("{began:%Y-%m-%dT%H:%M:%S}Z", "2026-11-21T12:00:00Z"),
        ("expires_at: – → {soon:%Y-%m-%dT%H:%M:%S}Z", "expires_at: – → 2026-11-21T16:00:00Z"),
        ("since {before:%Y-%m-%d %H:%M:%S}", "since 2026-11-21 11:15:00"),
        ("{local:%Y-%m-%d %H:%M:%S}", "2026-11-21 20:00:00"),
        ("1284 viewers of spring-concert, 4200", "1284 viewers of spring-concert, 4200"),
    ],
)
def test_times_are_those_of_one_evening(text: str, shown: str) -> None:
    began = SHOWN + LATER
    times = {
        "began": began + timedelta(seconds=4),
        "soon": began + timedelta(hours=4, minutes=2),
        "before": began - timedelta(minutes=45),
        "local": began + timedelta(hours=8, minutes=3),
    }
    assert Settled(began).text(text.format(**times)) == shown


def test_secrets_are_made_up_and_stay_apart() -> None:
    one, other = "kk_" + "aB3_" * 8, "kt_" + "Zy-9" * 8
    settled = Settled(SHOWN)
    shown = settled.text(f"{one} {other}")
    assert (one in shown, other in shown) == (False, False)
    first, second = shown.split()
    assert (first[:3], second[:3], len(first)) == ("kk_", "kt_", len(one))
    assert first[3:] != second[3:]
    assert settled.text(f"hint: – → {one[:9]};") == f"hint: – → {first[:9]};"
    assert Settled(SHOWN).text(f"{one[:9]} {other}") == f"{first[:9]} {second}"


def test_a_running_length_is_rounded() -> None:
    shown = Settled(SHOWN).text
    assert [shown("1:30:04"), shown(" 0:45:05\n")] == ["1:30:00", " 0:45:00\n"]
    assert shown("port 1:30:04") == "port 1:30:04"


@pytest.mark.system
def test_a_digit_is_seen_and_noise_is_not(browser: Browser, tmp_path: Path) -> None:
    page = browser.new_page(viewport={"width": 1280, "height": 800})
    for digits in ("1284", "1285", "1234"):
        page.set_content(f"<p style='font: 14px sans-serif; color: #555'>{digits} viewers</p>")
        page.screenshot(path=tmp_path / f"{digits}.png")
    page.set_viewport_size({"width": 1280, "height": 799})
    page.screenshot(path=tmp_path / "lower.png")
    one, noisy = tmp_path / "1284.png", tmp_path / "noisy.png"
    noise = ["-vf", "noise=alls=20:allf=u"]
    subprocess.run(["ffmpeg", "-v", "error", "-i", one, *noise, noisy], check=True)
    assert one.read_bytes() != noisy.read_bytes()
    seen = {path.stem for path in tmp_path.glob("*.png") if differ(one, path)}
    assert seen == {"1285", "1234", "lower"}
