"""The pictures on pages and in README.md, taken anew: `python -m tests.site.pictures SITE`.

SITE is the built site. A picture is rewritten if it shows something else, and not otherwise: the
last bits of its pixels depend on fonts, browser and codec. `scripts/regenerate pictures` runs it.
"""

import argparse
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from tests.kite.admin_screens import screenshots
from tests.site.browser import chromium, serving
from tests.site.screenshots import shoot
from tests.snippets import session

ROOT: Final = session.ROOT
LANGUAGES: Final = ("zh", "en")
SCREENS: Final = (
    "sign-in",
    "overview",
    "emergency",
    "rooms-list",
    "rooms-create",
    "rooms-detail",
    "keys-list",
    "key",
    "broadcasts-list",
    "recordings-list",
    "bans-list",
    "ban-phone",
    "users-list",
    "tokens-list",
    "webhooks-list",
    "deliveries-list",
    "audit-list",
)
"""The screens of the admin page that the operator manual shows."""

TOLERANCE: Final = 24
"""Of 255: how far a mean of a square may be off before two pictures show different things."""

PICTURES: Final[Mapping[str, str]] = {
    "docs/readme.png": "home.png",
    **{f"docs/{language}/assets/deploy-first-frame.png": "frame.png" for language in LANGUAGES},
    **{
        f"docs/{language}/assets/admin-{name}.png": f"{language}/{name}.png"
        for language in LANGUAGES
        for name in SCREENS
    },
}
"""Each picture of the tree, and its name in the folder that `take` fills."""


def take(folder: Path, site: Path) -> None:
    """Take all pictures into an empty folder."""
    for language in LANGUAGES:
        (folder / language).mkdir()
        screenshots(folder / language, language)
    take_home(folder / "home.png", site)
    take_first_frame(folder / "frame.png")


def take_home(file: Path, site: Path) -> None:
    """The home page in Chinese, as a visitor first sees it."""
    with serving(site) as root, chromium() as browser:
        shoot(browser, f"{root}zh/", file, width=1280, scheme="light", height=800)


def take_first_frame(file: Path) -> None:
    """What the session of the quick start gets to see."""
    with TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        session.run(session.SESSIONS / "deploy/quickstart.sh", home)
        shutil.copy(home.parent / f"{home.name}-run/first-frame.png", file)


def differ(one: Path, other: Path) -> bool:
    """Whether two pictures in PNG show something different; the noise of drawing is nothing."""
    if size(one) != size(other):
        return True
    squares = "format=gbrp,scale=iw/4:ih/4:flags=area"
    graph = f"[0]{squares}[a];[1]{squares}[b];[a][b]blend=all_mode=difference"
    done = subprocess.run(
        [
            *("ffmpeg", "-nostdin", "-v", "error", "-i", one, "-i", other),
            *("-filter_complex", graph, "-f", "rawvideo", "-pix_fmt", "gbrp", "-"),
        ],
        capture_output=True,
        check=True,
    )
    return max(done.stdout) > TOLERANCE


def size(picture: Path) -> bytes:
    """Width and height, as the head of a PNG has them."""
    return picture.read_bytes()[16:24]


def main() -> None:
    """Take the pictures and keep those that are new or show something else."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("site", type=Path, help="the built site")
    site = parser.parse_args().site
    with TemporaryDirectory() as name:
        folder = Path(name)
        take(folder, site)
        for target, source in PICTURES.items():
            stored = ROOT / target
            if not stored.exists() or differ(stored, folder / source):
                shutil.copy(folder / source, stored)
                sys.stdout.write(f"wrote {target}\n")


if __name__ == "__main__":
    main()
