"""The admin page in Chromium: an operator's round in both languages, on a wide screen and a phone."""

import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from kite import rooms, users
from kite.admin.words import ZH
from kite.context import Kite
from tests.kite.admin_screens import PLACES, photograph, populate, sign_in, visit
from tests.kite.admin_server import PASSWORD, serving
from tests.kite.conftest import Api
from tests.site.browser import chromium

pytestmark = pytest.mark.system
PHONE = (360, 740)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


class Watch:
    """Notes what a page should not do: errors on the console and requests to other hosts."""

    def __init__(self, page: Page, base: str) -> None:
        self.found: list[str] = []
        page.on("console", lambda m: self.found.append(m.text) if m.type == "error" else None)
        page.on("pageerror", lambda error: self.found.append(str(error)))
        page.on(
            "request",
            lambda r: None if r.url.startswith((base, "data:")) else self.found.append(r.url),
        )


def press(page: Page, name: str) -> None:
    """Press a button of the row that is shown, fill in what is asked, and confirm."""
    page.click(f'.btn-list [data-sa-name="{name}"]')


@pytest.mark.parametrize(("language", "size"), [("en", (1280, 800)), ("zh", PHONE)])
def test_round(api: Api, browser: Browser, language: str, size: tuple[int, int]) -> None:
    users.create(api.kite, "wei", "operator", PASSWORD)

    def say(english: str) -> str:
        return ZH[english] if language == "zh" else english

    with serving(api.kite) as base, visit(browser, base, language, *size) as page:
        watch = Watch(page, base)
        page.reload()
        sign_in(page, "wei")
        expect(page.locator("h1").last).to_have_text(say("Overview"))
        page.goto(f"{base}/admin/rooms/list")
        page.click(".list-new")
        page.fill("#id", "demo")
        page.fill("#title", "第一道光")
        page.click('.card-footer button[type="submit"]')
        page.click('tr[data-sa-pk="demo"] td[data-column="title"]')

        press(page, "new_key")
        expect(page.locator("#room_id")).to_have_value("demo")
        page.click('.card-footer button[type="submit"]')
        shown = page.locator("textarea").last.input_value()
        assert re.fullmatch(r"demo\?key=kk_[\w-]{32}", shown)
        page.click("[data-copy] >> nth=-1")
        expect(page.locator("[data-copy]").last).to_have_class(re.compile("btn-success"))
        page.click("a.btn-primary")
        assert shown.partition("=")[2] not in page.content()
        key = shown.partition("=")[2]
        form = {"app": "live", "addr": "192.0.2.7", "clientid": "1", "name": "demo", "key": key}
        assert httpx.post(f"{base}/callbacks/publish", data=form, trust_env=False).is_success
        api.nginx.publishing.add(("demo", "1"))

        page.goto(f"{base}/admin/rooms/detail?pk=demo")
        press(page, "ban")
        page.fill("#modal-action #reason", "Copyright 17 <b>")
        page.click('#modal-action [data-sa-action="action-submit"]')
        expect(page.locator(".alert-success")).to_contain_text(say("Ban"))
        assert rooms.show(api.kite, "demo").ban_reason == "Copyright 17 <b>"
        press(page, "unban")
        expect(page.locator(".alert-success")).to_contain_text(say("Unban"))
        assert rooms.show(api.kite, "demo").state == "idle"

        press(page, "ban")
        page.click('#modal-action [data-sa-action="action-submit"]')
        expect(page.locator(".alert-danger")).to_contain_text(
            say("Not accepted: a reason has 1 to 200 characters.")
        )
        refused = [text for text in watch.found if "400 (Bad Request)" in text]
        assert watch.found == refused, "nothing but the refused ban"


def test_language_can_be_switched(api: Api, browser: Browser) -> None:
    users.create(api.kite, "wei", "operator", PASSWORD)
    with serving(api.kite) as base, visit(browser, base, "en", *PHONE) as page:
        page.click('footer [data-sa-lang="zh"]')
        expect(page.locator("form button")).to_have_text("登录")
        sign_in(page, "wei")
        expect(page.locator("h1").last).to_have_text(ZH["Overview"])
        page.click('footer [data-sa-lang="en"]')
        expect(page.locator("h1").last).to_have_text("Overview")
        page.click("details summary")
        page.fill("#reason", "Power cut")
        page.click("details button")
        expect(page.locator(".alert-danger")).to_contain_text("Power cut")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_screen_fits_a_phone(kite: Kite, browser: Browser, language: str) -> None:
    populate(kite, language)
    with serving(kite) as base, visit(browser, base, language, *PHONE) as page:
        watch = Watch(page, base)
        page.reload()
        sign_in(page, "mei")
        for place in ("", *PLACES, "webhooks/create"):
            page.goto(f"{base}/admin/{place}")
            page.wait_for_load_state("networkidle")
            width = page.evaluate("document.documentElement.scrollWidth")
            assert width <= PHONE[0], place
            assert watch.found == [], place


def test_pictures_are_made(kite: Kite, browser: Browser, tmp_path: Path) -> None:
    made = photograph(kite, browser, tmp_path, "zh")
    assert all(path.stat().st_size > 5000 for path in made)
