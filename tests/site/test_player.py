"""The page with a player that the questions about web pages show, in a real browser."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Route

from tests.proof import Proof

PAGE = Path(__file__).parents[2] / "snippets/sessions/faq/player.html"
LIBRARY = """window.Hls = class {
  static isSupported() { return MODE === "library" }
  loadSource(address) { window.loaded = address }
  attachMedia(video) { window.attached = video.id }
}"""


@pytest.mark.system
@pytest.mark.parametrize("mode", ["library", "native"])
def test_player_takes_the_library_or_the_browser_itself(
    browser: Browser, mode: str, proof: Proof
) -> None:
    page = browser.new_page()
    served: list[str] = []

    def answer(route: Route) -> None:
        served.append(route.request.url)
        if route.request.url.endswith("/"):
            route.fulfill(body=PAGE.read_text(encoding="utf-8"), content_type="text/html")
        elif route.request.url.endswith("hls.min.js"):
            route.fulfill(body=LIBRARY.replace("MODE", f'"{mode}"'), content_type="text/javascript")
        else:
            route.fulfill(status=404)

    page.route("**/*", answer)
    page.goto("https://www.example.com/")
    address = "https://live.example.com/hls/demo.m3u8"
    if mode == "library":
        assert page.evaluate("[loaded, attached]") == [address, "player"]
    else:
        assert page.evaluate("video.src") == address
    assert page.evaluate("[video.muted, video.autoplay, video.playsInline]") == [True, True, True]
    page.click("#sound")
    assert page.evaluate("video.muted") is False
    assert any(url.endswith("hls.min.js") for url in served)
    proof.ran(PAGE)
    page.close()
