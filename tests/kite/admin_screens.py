"""Pictures of the admin page for the operator manual, from the running product with sample data."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Browser, Page
from sqlalchemy import select

from kite import database, keys, models, moderation, rooms, tokens, users
from kite.context import Kite, open_kite
from kite.settings import Settings
from tests.kite.admin_server import PASSWORD, serving
from tests.kite.settled import Settled
from tests.site.browser import chromium

SIZES = {"": (1280, 800), "-phone": (360, 740)}
LOCALES = {"zh": "zh-CN", "en": "en-GB"}
PLACES = (
    "rooms/list",
    "rooms/create",
    "rooms/detail?pk=spring-concert",
    "keys/list",
    "keys/create?room=spring-concert",
    "broadcasts/list",
    "recordings/list",
    "bans/list",
    "users/list",
    "tokens/list",
    "tokens/create",
    "webhooks/list",
    "deliveries/list",
    "audit/list",
)
TITLES = {
    "zh": ("春季音乐会", "产品发布会", "英语角", "深夜电台"),
    "en": ("Spring concert", "Product launch", "English corner", "Late-night radio"),
}
REASONS = {"zh": "版权投诉 17 号", "en": "Copyright complaint 17"}


def screenshots(folder: Path, language: str) -> list[Path]:
    """Photograph every screen of a new installation with sample data, wide and on a phone."""
    with TemporaryDirectory() as data_dir, chromium() as browser:
        settings = Settings(data_dir=Path(data_dir))
        database.create(settings)
        return photograph(open_kite(settings), browser, folder, language)


def photograph(kite: Kite, browser: Browser, folder: Path, language: str) -> list[Path]:
    """Fill ``kite`` with sample data and photograph every screen; ``folder`` must exist."""
    settled = Settled(models.now())
    populate(kite, language)
    made = []
    with serving(kite) as base:
        for suffix, (width, height) in SIZES.items():
            with visit(browser, base, language, width, height) as page:
                made.append(shot(page, folder / f"sign-in{suffix}.png", settled))
                sign_in(page, "mei")
                made.append(shot(page, folder / f"overview{suffix}.png", settled))
                for place in PLACES:
                    page.goto(f"{base}/admin/{place}")
                    name = place.partition("?")[0].replace("/", "-")
                    made.append(shot(page, folder / f"{name}{suffix}.png", settled))
                page.goto(f"{base}/admin/rooms/detail?pk=product-launch")
                page.click('[data-sa-name="ban"]')
                # Once it is open it takes the focus, from a field that was quicker too.
                page.wait_for_selector(".modal.show:focus")
                page.fill("#modal-action.show #reason", REASONS[language])
                made.append(shot(page, folder / f"ban{suffix}.png", settled))
                page.goto(f"{base}/admin/keys/create?room=english-corner")
                page.click('.card-footer button[type="submit"]')
                page.wait_for_selector("[data-copy]")
                made.append(shot(page, folder / f"key{suffix}.png", settled))
                page.goto(f"{base}/admin/")
                page.click("details summary")
                made.append(shot(page, folder / f"emergency{suffix}.png", settled))
    return made


def shot(page: Page, path: Path, settled: Settled) -> Path:
    """Photograph what is on the screen, but for what differs from run to run."""
    page.wait_for_load_state("load")
    page.evaluate("document.fonts.ready.then(() => null)")  # the icons too
    settled.show(page)
    page.screenshot(path=path, animations="disabled")
    return path


@contextmanager
def visit(browser: Browser, base: str, language: str, width: int, height: int) -> Iterator[Page]:
    """A page of a browser that prefers this language, on the page for signing in."""
    context = browser.new_context(
        viewport={"width": width, "height": height},
        locale=LOCALES[language],
        timezone_id="Asia/Shanghai",
    )
    context.set_default_timeout(120_000)  # milliseconds: a busy machine is slow, not wrong
    page = context.new_page()
    page.goto(f"{base}/admin/")
    try:
        yield page
    finally:
        context.close()


def sign_in(page: Page, name: str) -> None:
    """Fill in name and password and wait for the overview."""
    page.fill("#username", name)
    page.fill("#password", PASSWORD)
    page.click("form .btn-primary")
    page.wait_for_selector("h1 >> nth=0")
    page.wait_for_url("**/admin/")


def populate(kite: Kite, language: str) -> None:
    """Rooms, keys, accounts, two running broadcasts, one that ended, a recording and two bans."""
    ids = ("spring-concert", "product-launch", "english-corner", "late-night-radio")
    for name, role in (("mei", "owner"), ("wei", "operator"), ("lin", "moderator")):
        users.create(kite, name, role, PASSWORD)  # type: ignore[arg-type] # roles
    users.create(kite, "studio-3", "viewer", None)
    for room, title in zip(ids, TITLES[language], strict=True):
        rooms.create(kite, room, {"title": title, "record": room == ids[0]})
        keys.create(kite, room, "studio-3" if room == ids[0] else None)
    now = models.now()
    with kite.database.writes.begin() as session:
        for number, (room, viewers) in enumerate([(ids[0], 1284), (ids[1], 96), (ids[2], 0)], 1):
            broadcast = models.Broadcast(room_id=room, key_id=number, client=str(number))
            broadcast.started_at = now - timedelta(minutes=45 * number)
            broadcast.viewers, broadcast.peak_viewers = viewers, viewers + 210
            broadcast.bitrate_kbps, broadcast.bytes_in = 4200, 1_480_000_000
            broadcast.video, broadcast.audio = "H264 1920x1080 30 fps", "AAC 48 kHz"
            if not viewers:
                broadcast.ended_at, broadcast.reason = now, "finished"
            session.add(broadcast)
        recording = models.Recording(room_id=ids[0], broadcast_id=1, file="spring-concert-1.mp4")
        recording.state, recording.bytes, recording.ended_at = "ready", 734_003_200, now
        session.add(recording)
    subscribe(kite)
    users.create(kite, "spammer", "viewer", None)
    moderation.ban_user(kite, "spammer", REASONS[language])
    moderation.ban_room(kite, ids[3], REASONS[language], now + timedelta(days=7))
    settle(kite)


def subscribe(kite: Kite) -> None:
    """Two tokens, and a webhook for bans and broadcasts."""
    tokens.create(kite, "shop", "viewer", ["room.read", "play.sign"])
    tokens.create(kite, "prometheus", "operator", ["metrics.read"])
    with kite.database.writes.begin() as session:
        wanted = ["broadcast.started", "broadcast.ended", "room.banned", "user.banned"]
        url = "https://shop.example.com/kite"
        session.add(models.Webhook(url=url, secret="whsec_example", events=wanted))


def settle(kite: Kite) -> None:
    """The first delivery arrived, the last one was given up."""
    with kite.database.writes.begin() as session:
        made = list(session.scalars(select(models.Delivery).order_by(models.Delivery.id)))
        for delivery, (state, attempts, status) in zip(
            (made[0], made[-1]), [("delivered", 1, 200), ("dead", 9, 503)], strict=True
        ):
            delivery.state, delivery.attempts, delivery.status = state, attempts, status
            delivery.ended_at = models.now()
