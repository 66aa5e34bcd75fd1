"""Pictures of the built site for the eye: `python -m tests.site.screenshots OUT [PAGE ...] [--site DIR]`.

Each page (a path below the language, "" for home) is taken in both languages, three widths, light and dark.
"""

import argparse
from itertools import product
from pathlib import Path

from playwright.sync_api import Browser

from tests.site.browser import chromium, serving

WIDTHS = (360, 768, 1440)
SCHEMES = ("light", "dark")


def shoot(
    browser: Browser, url: str, file: Path, *, width: int, scheme: str, height: int = 900
) -> None:
    """Save one picture of the top of a page."""
    page = browser.new_page(
        viewport={"width": width, "height": height},
        color_scheme="dark" if scheme == "dark" else "light",
        device_scale_factor=1,
    )
    page.set_default_timeout(120_000)  # milliseconds: a busy machine is slow, not wrong
    page.goto(url, wait_until="networkidle")
    page.evaluate("document.fonts.ready.then(() => null)")
    page.screenshot(path=file, animations="disabled")
    page.close()


def main() -> None:
    """Take the pictures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path, nargs="?", default=Path("build/pictures"))
    parser.add_argument("pages", nargs="*", default=[""])
    parser.add_argument("--site", type=Path, default=Path("site"))
    parser.add_argument("--height", type=int, default=900)
    args = parser.parse_args()
    with serving(args.site) as root, chromium() as browser:
        args.out.mkdir(parents=True, exist_ok=True)
        for width, scheme in product(WIDTHS, SCHEMES):
            shape = {"width": width, "scheme": scheme, "height": args.height}
            shoot(browser, root, args.out / f"chooser-{width}-{scheme}.png", **shape)
            for language, path in product(("zh", "en"), args.pages):
                name = path.strip("/").replace("/", "-") or "home"
                file = args.out / f"{name}-{language}-{width}-{scheme}.png"
                shoot(browser, f"{root}{language}/{path}", file, **shape)


if __name__ == "__main__":
    main()
