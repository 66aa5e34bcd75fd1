"""Fixed text for what differs from run to run on a screen, so that its picture does not.

What `MASKS` is for outputs, with something to look at: times as of one evening, made-up secrets.
"""

import re
from base64 import urlsafe_b64encode
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Final

from playwright.sync_api import Page

SHOWN: Final = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
"""When every run has begun, as far as pictures show."""

STEP: Final = timedelta(minutes=15)
"""What times are rounded to: sample data keep to it, and a run ends within half of it."""

_TIME: Final = re.compile(r"\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?!\d)")
_LENGTH: Final = re.compile(r"(\d+):(\d\d):(\d\d)")
_SECRET: Final = re.compile(r"\bk[kt]_[A-Za-z0-9_-]{6,32}(?![A-Za-z0-9_-])")
_HINT: Final = len("kk_") + 6

_TEXTS: Final = """() => {
    const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const nodes = [];
    while (walk.nextNode()) nodes.push(walk.currentNode);
    const fields = [...document.querySelectorAll("input:not([type=file]), textarea")];
    window.settling = [...nodes.map((of) => [of, "data"]), ...fields.map((of) => [of, "value"])];
    return window.settling.map(([of, name]) => of[name]);
}"""
_SHOW: Final = """(texts) => window.settling.forEach(([of, name], i) => {
    if (of[name] !== texts[i]) of[name] = texts[i];
})"""


class Settled:
    """Shows a run as if it had begun at `SHOWN`."""

    def __init__(self, began: datetime) -> None:
        self._began = began
        self._secrets: dict[str, str] = {}

    def text(self, text: str) -> str:
        """`text` with its times moved, its secrets replaced, and rounded if it is a length."""
        if length := _LENGTH.fullmatch(text.strip()):
            hours, minutes, seconds = map(int, length.groups())
            passed = timedelta(hours=hours, minutes=minutes, seconds=seconds)
            return text.replace(length[0], str(round(passed / STEP) * STEP))
        return _SECRET.sub(self._secret, _TIME.sub(self._time, text))

    def _time(self, found: re.Match[str]) -> str:
        # A local time is taken for UTC: its offset is a whole number of steps, and stays.
        form = f"%Y-%m-%d{found[0][10]}%H:%M:%S"
        passed = datetime.strptime(found[0], form).replace(tzinfo=UTC) - self._began
        return (SHOWN + round(passed / STEP) * STEP).strftime(form)

    def _secret(self, found: re.Match[str]) -> str:
        secret = found[0]
        made_up = self._secrets.setdefault(secret[:_HINT], _made_up(len(self._secrets)))
        return secret[:3] + made_up[: len(secret) - 3]

    def show(self, page: Page) -> None:
        """Put such texts on the page, into its fields too."""
        page.evaluate(_SHOW, [self.text(text) for text in page.evaluate(_TEXTS)])


def _made_up(number: int) -> str:
    """Always the same letters for a number, as many as a secret has."""
    return urlsafe_b64encode(sha256(str(number).encode()).digest()).decode()[:32]
