"""The site in a real browser."""

import re
from collections.abc import Callable, Iterator
from itertools import product
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, expect

from tests.site.browser import serving
from tests.site.html import pages

pytestmark = pytest.mark.system

WIDTHS = (360, 768, 1440)
SCHEMES = ("light", "dark")
CONTRAST = (Path(__file__).parent / "contrast.js").read_text(encoding="utf-8")
Open = Callable[..., Page]


@pytest.fixture
def open_page(browser: Browser) -> Iterator[Open]:
    """Open an address in a fresh profile; the test fails for whatever the page complains of or fetches elsewhere."""
    complaints: list[str] = []

    def open_page(url: str, *, width: int = 1440, scheme: str = "light", **options: str) -> Page:
        origin = re.match(r"\w+://[^/]*/", url)
        assert origin

        def console(message: ConsoleMessage) -> None:
            if message.type in {"error", "warning"}:
                complaints.append(f"{url}: {message.text}")

        def request(request: Request) -> None:
            if not request.url.startswith((origin[0], "data:", "blob:")):
                complaints.append(f"{url} asks for {request.url}")

        context = browser.new_context(
            viewport={"width": width, "height": 900},
            color_scheme="dark" if scheme == "dark" else "light",
            locale=options.get("locale", "zh-CN"),
        )
        page = context.new_page()
        page.on("console", console)
        page.on("pageerror", lambda error: complaints.append(f"{url}: {error}"))
        page.on("request", request)
        page.goto(url, wait_until="load")
        return page

    yield open_page
    for context in browser.contexts:
        context.close()
    assert complaints == []


def overflow(page: Page) -> int:
    """By how many pixels the page is wider than the window."""
    width = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    assert isinstance(width, int)
    return width


def representatives(site: Path, language: str) -> list[str]:
    """Home, the page with the most table cells and the one with the most code."""
    found = {path: page for path, page in pages(site).items() if path.startswith(f"{language}/")}
    table = max(found, key=lambda path: found[path].cells)
    code = max(found, key=lambda path: found[path].blocks)
    return sorted({f"{language}/", table, code})


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_page_opens_on_a_phone(
    site: Path, root: str, language: str, browser: Browser, open_page: Open
) -> None:
    """No complaint, no foreign request, nothing wider than the screen."""
    paths = [path for path in pages(site) if path.startswith(f"{language}/")]
    page, wide = open_page(f"{root}{language}/", width=360), {}
    for path in paths:
        response = page.goto(root + path, wait_until="load")
        assert response is not None
        assert response.status == 200, path
        if over := overflow(page):
            wide[path] = over
    assert wide == {}


@pytest.mark.parametrize(
    ("width", "scheme", "language"), list(product(WIDTHS, SCHEMES, ("zh", "en")))
)
def test_pages_fit_and_are_readable(
    site: Path, root: str, sample_root: str, width: int, scheme: str, language: str, open_page: Open
) -> None:
    """At every width, light and dark: no sideways scrolling and WCAG AA contrast of all text."""
    urls = [root + path for path in representatives(site, language)]
    for url in [root, *urls, f"{sample_root}{language}/deploy/publish/"]:
        page = open_page(url, width=width, scheme=scheme)
        assert overflow(page) <= 0, url
        dark = page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches")
        assert dark == (scheme == "dark")
        assert page.evaluate(CONTRAST) == [], url


@pytest.mark.parametrize(("here", "there"), [("zh", "en"), ("en", "zh")])
def test_the_language_switch_stays_on_the_page_and_section(
    site: Path, root: str, here: str, there: str, open_page: Open
) -> None:
    path = max((p for p in pages(site) if p.startswith(f"{here}/")), key=lambda p: p.count("/"))
    page = open_page(root + path)
    target = page.evaluate("document.querySelector('.md-content h2[id]').id")
    page.goto(f"{root}{path}#{target}")
    page.locator(".md-header .md-select").hover()
    page.locator(f"a.md-select__link[hreflang={there}]").click()
    page.wait_for_load_state("load")
    assert page.url == f"{root}{there}/{path[3:]}#{target}"
    assert page.evaluate("document.documentElement.lang") == there


@pytest.mark.parametrize(
    ("locale", "expected"), [("zh-CN", "zh"), ("en-GB", "en"), ("fr-FR", "zh")]
)
def test_the_chooser_marks_the_language_of_the_reader(
    root: str, locale: str, expected: str, open_page: Open
) -> None:
    page = open_page(root, locale=locale)
    marked = page.locator("a.preferred")
    expect(marked).to_have_count(1)
    expect(marked).to_have_attribute("hreflang", expected)
    expect(page.locator("nav a")).to_have_count(2)
    marked.click()
    page.wait_for_load_state("load")
    assert page.url == f"{root}{expected}/"


def test_the_chooser_remembers_the_language_read_last(root: str, open_page: Open) -> None:
    page = open_page(f"{root}en/", locale="zh-CN")
    page.goto(root)
    expect(page.locator("a.preferred")).to_have_attribute("hreflang", "en")


def search(page: Page, query: str) -> list[str]:
    """Type a query into the search box; the addresses of what it finds."""
    page.locator(".md-search__input").click()
    page.locator(".md-search__input").fill(query)  # at once: no results of half a query to read
    page.keyboard.press("End")  # the theme waits for a key
    meta = page.locator(".md-search-result__meta")
    expect(meta).to_contain_text(re.compile(r"\d|没有|No matching"))
    links = page.locator(".md-search-result__link")
    hrefs = links.evaluate_all("links => links.map(link => link.getAttribute('href') || '')")
    return [re.sub(r"[?#].*", "", href) for href in hrefs]


@pytest.mark.parametrize(
    ("language", "query"),
    [
        ("zh", "推流失败"),
        ("zh", "推流"),
        ("zh", "防火墙"),
        ("zh", "推不上去"),  # in `aliases` only
        ("zh", "invoice"),
        ("zh", "systemd"),
        ("zh", "KITE_PUBLISH_403"),
        ("zh", "403"),
        ("en", "publishing"),
        ("en", "deployments"),
        ("en", "rejected"),  # in `aliases` only
        ("en", "KITE_PUBLISH_403"),
    ],
)
def test_search_finds_words(sample_root: str, language: str, query: str, open_page: Open) -> None:
    found = search(open_page(f"{sample_root}{language}/"), query)
    assert f"{sample_root}{language}/deploy/publish/" in found


@pytest.mark.parametrize("language", ["zh", "en"])
def test_search_finds_nothing_for_what_is_not_there(
    sample_root: str, language: str, open_page: Open
) -> None:
    assert search(open_page(f"{sample_root}{language}/"), "zzqxj") == []


def test_the_whole_site_works_below_a_path(site: Path, open_page: Open) -> None:
    with serving(site, "/help/kite/") as url:
        page = open_page(url)
        page.locator("a[hreflang=en]").click()
        page.wait_for_load_state("load")
        assert page.url == f"{url}en/"
        page.locator(".md-header .md-select").hover()
        page.locator("a.md-select__link[hreflang=zh]").click()
        page.wait_for_load_state("load")
        assert page.url == f"{url}zh/"
        styled = "getComputedStyle(document.querySelector('.md-header')).position"
        assert page.evaluate(styled) == "sticky"


def test_colours_follow_the_system_until_the_reader_chooses(root: str, open_page: Open) -> None:
    page = open_page(f"{root}zh/", scheme="dark")
    scheme = "document.body.dataset.mdColorScheme"
    assert page.evaluate(scheme) == "slate"
    page.locator("label.md-header__button[for=__palette_1]").click()
    assert page.evaluate(scheme) == "default"
    page.reload(wait_until="load")
    assert page.evaluate(scheme) == "default"
