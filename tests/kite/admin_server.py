"""The real service over HTTP in a thread, and a visitor of its admin page."""

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from html import unescape

import httpx
import uvicorn

from kite.app import create_app
from kite.context import Kite
from tests.kite.stack import free_ports, wait_for

PASSWORD = "correct horse battery"


@contextmanager
def serving(kite: Kite) -> Iterator[str]:
    """Serve the installation on a free port, without its background work."""
    port = free_ports(1)[0]
    config = uvicorn.Config(create_app(kite), port=port, lifespan="off", log_config=None)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        wait_for(lambda: server.started, "the service answers")
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join(10)


class Reader(httpx.Client):
    """A browser without scripts: keeps cookies and says which page its requests come from."""

    def __init__(self, base: str, language: str = "en") -> None:
        headers = {"Origin": base, "Accept-Language": language}
        super().__init__(base_url=base, headers=headers, trust_env=False, follow_redirects=True)

    def sign_in(self, name: str, password: str = PASSWORD) -> httpx.Response:
        return self.post("/admin/login", data={"username": name, "password": password})

    def press(self, screen: str, pk: object, name: str, **form: str) -> httpx.Response:
        """Press a button of a row, as the page's script does."""
        query = {"pk": str(pk), "name": name}
        return self.post(f"/admin/_api/{screen}/row-action", params=query, data=form)


def words(answer: httpx.Response) -> str:
    """The text of a page, or the message of a refused button."""
    if "json" in answer.headers["content-type"]:
        return str(answer.json().get("msg", ""))
    body = re.sub(r"(?s)<(script|style)\b.*?</\1>", "", answer.text)
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", body)))
