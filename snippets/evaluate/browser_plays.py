"""Whether the Chromium of this machine plays addresses, by looking at the clock of its player.

    python browser_plays.py http://127.0.0.1:8088/hls/demo.m3u8

Needs Playwright for Python (https://playwright.dev/python/) and the distribution's Chromium.
"""

import shutil
import sys

from playwright.sync_api import TimeoutError as NotInTime
from playwright.sync_api import sync_playwright

PLAYER = '<video muted autoplay src="{}"></video>'
MOVED = "() => document.querySelector('video').currentTime > 1"
SEEN = "() => { const v = document.querySelector('video'); return [v.videoWidth, v.videoHeight] }"


def main() -> int:
    """A line per address; exit status 1 if one does not play."""
    failed = 0
    with sync_playwright() as playwright:
        flags = ["--no-sandbox", "--autoplay-policy=no-user-gesture-required"]
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=flags)
        sys.stdout.write(f"Chromium {browser.version}\n")
        for address in sys.argv[1:]:
            page = browser.new_page()
            page.set_content(PLAYER.format(address), wait_until="commit")
            try:
                page.wait_for_function(MOVED, timeout=8000)
            except NotInTime:
                failed += 1
                sys.stdout.write(f"does not play: {address}\n")
                continue
            width, height = page.evaluate(SEEN)
            sys.stdout.write(f"plays, picture {width}x{height}: {address}\n")
        browser.close()
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(main())
