"""Play links: what is signed, who is let in, and what nginx makes of the answer."""

import re
import sqlite3
import threading
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from hashlib import sha256
from hmac import digest

import httpx
import pytest

from kite import play
from kite.context import Kite
from kite.errors import KiteError
from kite.models import Fact, now
from kite.plugin_api import PlayRequest
from kite.plugins import Plugins
from kite.settings import Settings
from tests.kite.conftest import Api
from tests.kite.stack import Stack, probe, wait_for

VIEWER = "192.0.2.50"


def signed(secret: str, room: str, expiry: int) -> str:
    """A ticket, made from the description and not with the code."""
    message = f"{room}\n{expiry}".encode()
    signature = urlsafe_b64encode(digest(secret.encode(), message, sha256)).decode().rstrip("=")
    return f"{expiry}-{signature}"


def secret_of(kite: Kite) -> str:
    with kite.database.reads() as session:
        return session.get_one(Fact, "play_secret").value


def make_private(api: Api, room: str = "demo") -> None:
    api.make_room(room)
    api.client.patch(f"/v1/rooms/{room}", json={"visibility": "private"}).raise_for_status()


def link(api: Api, room: str = "demo", **body: object) -> dict[str, str]:
    answer = api.client.post(f"/v1/rooms/{room}/play-links", json=body)
    assert answer.status_code == 201
    signed_link: dict[str, str] = answer.json()
    return signed_link


def ticket_of(link: dict[str, str]) -> str:
    ticket = link["rtmp"].partition("?ticket=")[2]
    assert link["hls"].split("/")[-2] == ticket
    return ticket


def ask(api: Api, room: str = "demo", ticket: str = "", ip: str = VIEWER) -> str:
    """Ask as nginx does for an HLS player and for an RTMP player; both get the same answer."""
    headers = {"Kite-Room": room, "Kite-Ticket": ticket, "Kite-Address": ip}
    hls = api.anonymous.get("/callbacks/hls", headers=headers)
    form = {"name": room, "addr": ip, "clientid": "1", "ticket": ticket}
    rtmp = api.anonymous.post("/callbacks/play", data=form)
    if hls.status_code == 204:
        assert rtmp.status_code == 204
        return "yes"
    assert hls.status_code == 403
    assert hls.content == b""
    assert rtmp.json()["code"] == hls.headers["X-Kite-Error"]
    return hls.headers["X-Kite-Error"]


def test_link_is_what_the_description_says(api: Api) -> None:
    make_private(api)
    made = link(api, expires_in_seconds=60)
    ticket = ticket_of(made)
    expiry = int(ticket.split("-")[0])
    assert abs(expiry - (now() + timedelta(seconds=60)).timestamp()) <= 2
    assert ticket == signed(secret_of(api.kite), "demo", expiry)
    assert made["hls"] == f"http://127.0.0.1:8088/hls/{ticket}/demo.m3u8"
    assert made["rtmp"] == f"rtmp://127.0.0.1:1935/live/demo?ticket={ticket}"
    assert made["expires_at"].startswith(f"{now():%Y-%m-%dT}")


def test_default_length_and_address_are_settings(api: Api) -> None:
    update = {"play_link_seconds": 90, "play_base_url": "https://live.example.com"}
    kite = Kite(api.kite.settings.model_copy(update=update), api.kite.database, api.kite.media)
    api.make_room()
    made = play.sign(kite, "demo")
    assert timedelta(seconds=88) <= made.expires_at - now() <= timedelta(seconds=90)
    assert made.hls.startswith("https://live.example.com/hls/")


@pytest.mark.parametrize("seconds", [59, 7 * 86400 + 1, "x", None])
def test_length_is_checked(api: Api, seconds: object) -> None:
    api.make_room()
    answer = api.client.post("/v1/rooms/demo/play-links", json={"expires_in_seconds": seconds})
    assert answer.status_code == (201 if seconds is None else 422)


def test_who_may_watch(api: Api) -> None:
    make_private(api)
    api.make_room("open")
    good = ticket_of(link(api))
    assert ask(api, "open") == "yes"
    assert ask(api, "open", "1-x") == "yes"
    assert ask(api) == "PLAY_LINK_MISSING"
    assert ask(api, ticket=good) == "yes"
    assert ask(api, "nowhere", good) == "ROOM_NOT_FOUND"
    for room in ("demo", "open"):
        api.client.post(f"/v1/rooms/{room}/ban", json={"reason": "x"}).raise_for_status()
        assert ask(api, room, good) == "ROOM_BANNED"


def test_forged_tickets_are_refused(api: Api) -> None:
    make_private(api)
    make_private(api, "other")
    assert ask(api, ticket="99999999999-" + "A" * 43) == "PLAY_LINK_INVALID"  # no secret exists yet
    good = ticket_of(link(api))
    expiry, signature = good.split("-", 1)
    for forged in (
        ticket_of(link(api, "other")),
        f"{int(expiry) + 1}-{signature}",
        f"0{good}",
        good[:-1],
        f"{good}=",
        f"{good}x",
        signature,
        f"-{signature}",
        f"-{good}",
        f"{'9' * 5000}-{signature}",
        signed("", "demo", int(expiry)),
        f"²-{signature}",
        f"{expiry}-é",
    ):
        form = {"name": "demo", "addr": VIEWER, "clientid": "1", "ticket": forged}
        answer = api.anonymous.post("/callbacks/play", data=form)
        assert answer.json()["code"] == "PLAY_LINK_INVALID", forged


def test_end_of_a_link(api: Api) -> None:
    make_private(api)
    link(api)
    secret, second = secret_of(api.kite), int(now().timestamp())
    assert ask(api, ticket=signed(secret, "demo", second - 1)) == "PLAY_LINK_EXPIRED"
    assert ask(api, ticket=signed(secret, "demo", second)) == "PLAY_LINK_EXPIRED"
    assert ask(api, ticket=signed(secret, "demo", second + 30)) == "yes"
    assert ask(api, ticket=signed("x" + secret, "demo", second - 1)) == "PLAY_LINK_INVALID"


def test_edges_need_no_link_but_respect_a_ban(api: Api) -> None:
    make_private(api)
    settings = Settings(data_dir=api.kite.settings.data_dir, edge_addresses=("10.1.0.0/16",))
    there = Api(Kite(settings, api.kite.database, api.kite.media), api.nginx, api.token)
    assert ask(there, ip="10.1.2.3") == "yes"
    assert ask(there, ip="10.2.2.3") == "PLAY_LINK_MISSING"
    api.client.post("/v1/rooms/demo/ban", json={"reason": "x"}).raise_for_status()
    assert ask(there, ip="10.1.2.3") == "ROOM_BANNED"


class Doorman(Plugins):
    """Refuses everybody."""

    def authorise_play(self, request: PlayRequest) -> None:
        raise KiteError("PLUGIN_REFUSED", f"doorman refuses {request.ip} in {request.room}.")


def test_plugins_are_asked_about_players_but_not_about_edges(api: Api) -> None:
    api.make_room()
    settings = Settings(data_dir=api.kite.settings.data_dir, edge_addresses=("10.1.0.0/16",))
    kite = Kite(settings, api.kite.database, api.kite.media, Doorman())
    guarded = Api(kite, api.nginx, api.token)
    assert ask(guarded) == "PLUGIN_REFUSED"
    assert ask(guarded, ip="10.1.2.3") == "yes"


def test_only_players_who_are_let_in_are_viewers(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[tuple[object, ...]] = []
    monkeypatch.setattr("kite.viewers.seen", lambda _, *player: seen.append(player))
    make_private(api)
    settings = Settings(data_dir=api.kite.settings.data_dir, edge_addresses=("10.1.0.0/16",))
    there = Api(Kite(settings, api.kite.database, api.kite.media), api.nginx, api.token)
    ticket = ticket_of(link(api))
    for ip, sent in ((VIEWER, ticket), (VIEWER, ""), ("10.1.0.9", "")):
        headers = {"Kite-Room": "demo", "Kite-Ticket": sent, "Kite-Address": ip}
        there.anonymous.get("/callbacks/hls", headers=headers | {"User-Agent": "tv/1"})
    assert seen == [("demo", VIEWER, "tv/1")]


def test_broken_database_is_no_refusal(api: Api) -> None:
    """503, not 403: nginx then lets those stay who are in."""
    api.make_room()
    with api.kite.database.engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE rooms")
    answer = api.anonymous.get("/callbacks/hls", headers={"Kite-Room": "demo"})
    assert (answer.status_code, answer.headers["X-Kite-Error"]) == (503, "DATABASE_UNUSABLE")


def test_processes_agree_on_the_secret(api: Api) -> None:
    api.make_room()
    made: list[str] = []

    def sign() -> None:
        made.append(play.sign(api.kite, "demo", 60).rtmp)

    threads = [threading.Thread(target=sign) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    secret = secret_of(api.kite)
    tickets = {address.partition("?ticket=")[2] for address in made}
    assert len(made) == len(threads)
    assert tickets == {signed(secret, "demo", int(ticket.split("-")[0])) for ticket in tickets}


def test_signing_needs_permission(api: Api) -> None:
    api.make_room()
    body = {"name": "reader", "role": "viewer", "scopes": ["room.read"]}
    token = api.client.post("/v1/tokens", json=body).json()["secret"]
    answer = api.visitor(authorization=f"Bearer {token}").post("/v1/rooms/demo/play-links")
    assert answer.json()["code"] == "FORBIDDEN"


@pytest.fixture(scope="module")
def private(stack: Stack) -> Iterator[dict[str, str]]:
    """A private room that is live, with a link; called demo-1, like a segment of demo."""
    key = stack.make_room("demo-1")
    stack.request("PATCH", "/v1/rooms/demo-1", {"visibility": "private"}).raise_for_status()
    with stack.live(key["stream_key"]):
        yield stack.request("POST", "/v1/rooms/demo-1/play-links").json()


def playlist(url: str) -> str:
    def look() -> str:
        answer = httpx.get(url, trust_env=False)
        return answer.text if answer.status_code == 200 and ".ts" in answer.text else ""

    return wait_for(look, f"playlist at {url}")


def get(url: str) -> tuple[int, str | None]:
    answer = httpx.get(url, trust_env=False)
    assert "127.0.0.1" not in answer.text
    assert answer.headers["access-control-allow-origin"] == "*"
    assert ("no-store" in answer.headers["cache-control"]) == (answer.status_code in {403, 503})
    return answer.status_code, answer.headers.get("x-kite-error")


@pytest.mark.system
def test_nobody_else_names_the_player(stack: Stack, private: dict[str, str]) -> None:
    """Without a proxy in front, these headers come from the player."""
    forged = {"X-Forwarded-For": "192.0.2.66", "Kite-Address": "192.0.2.66", "User-Agent": "forger"}
    forged |= {"Kite-Room": "open", "Kite-Ticket": ticket_of(private), "X-Kite-Error": "x"}
    answer = httpx.get(f"{stack.hls}/demo-1.m3u8", headers=forged, trust_env=False)
    assert answer.headers["x-kite-error"] == "PLAY_LINK_MISSING"
    assert "192.0.2.66" not in stack.logs()


@pytest.mark.system
@pytest.mark.parametrize("path", ["/decision", "/callbacks/hls", "/callbacks/play", "/hls/1-A/"])
def test_players_cannot_ask_themselves(stack: Stack, path: str) -> None:
    base = stack.hls.removesuffix("/hls")
    assert httpx.get(base + path, trust_env=False).status_code == 404


@pytest.mark.system
def test_hls_link(stack: Stack, private: dict[str, str]) -> None:
    text = playlist(private["hls"])
    segment = re.findall(r"^demo-1-\d+\.ts$", text, re.MULTILINE)[-1]
    folder = private["hls"].rpartition("/")[0]
    assert get(f"{folder}/{segment}") == (200, None)
    assert probe(private["hls"]).keys() == {"h264", "aac"}
    for path in ("demo-1.m3u8", segment):
        assert get(f"{stack.hls}/{path}") == (403, "PLAY_LINK_MISSING")
        assert get(f"{stack.hls}/1-A/{path}") == (403, "PLAY_LINK_INVALID")
    ended = signed(stack_secret(stack), "demo-1", 1_700_000_000)
    assert get(f"{stack.hls}/{ended}/demo-1.m3u8") == (403, "PLAY_LINK_EXPIRED")
    assert get(f"{folder}/nowhere.m3u8") == (404, "ROOM_NOT_FOUND")


@pytest.mark.system
def test_rtmp_link(stack: Stack, private: dict[str, str]) -> None:
    assert probe(private["rtmp"]).keys() == {"h264", "aac"}
    with pytest.raises(Exception, match="non-zero"):
        probe(f"{stack.rtmp}/demo-1")
    with pytest.raises(Exception, match="non-zero"):
        probe(f"{stack.rtmp}/demo-1?ticket=1-A")
    log = (stack.data_dir / "logs" / "kite.log").read_text(encoding="utf-8")
    for code in ("PLAY_LINK_MISSING", "PLAY_LINK_INVALID"):
        assert f"event=play.refused code={code} room=demo-1 ip=127.0.0.1" in log


@pytest.mark.system
def test_cli_link(stack: Stack, private: dict[str, str]) -> None:
    shown = stack.cli("room", "play-link", "demo-1", "--seconds", "60").stdout
    url = re.findall(r"^HLS +(\S+)$", shown, re.MULTILINE)[0]
    assert url != private["hls"]
    assert playlist(url)


@pytest.mark.system
def test_segments_are_not_asked_about_one_by_one(stack: Stack, private: dict[str, str]) -> None:
    """Kite is asked once for a player that fetches a hundred times."""
    headers = {"User-Agent": "many/" * 1000}
    log = stack.data_dir / "logs" / "kite.log"
    refused = len(re.findall("play.refused", log.read_text(encoding="utf-8")))
    with httpx.Client(headers=headers, trust_env=False) as client:
        for _ in range(100):
            assert client.get(f"{stack.hls}/demo-1.m3u8").status_code == 403
    again = len(re.findall("play.refused", log.read_text(encoding="utf-8")))
    assert again - refused <= 3


@pytest.mark.system
def test_no_ticket_in_any_log(stack: Stack, private: dict[str, str]) -> None:
    """Last that uses this room: every refusal above is in the logs."""
    ticket = ticket_of(private)
    assert get(f"{stack.hls}/{ticket}/demo-1.m3u8") == (200, None)
    logs = stack.logs()
    assert "GET demo-1.m3u8 200" in logs
    assert ticket not in logs
    assert ticket.split("-", 1)[1] not in logs


def stack_secret(stack: Stack) -> str:
    with closing(sqlite3.connect(stack.data_dir / "kite.db")) as connection:
        (secret,) = connection.execute(
            "SELECT value FROM facts WHERE name = 'play_secret'"
        ).fetchone()
    return str(secret)
