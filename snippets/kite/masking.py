"""Mask secrets, and what points to people, in text that others will read.

Kite passes no secret to a log or an answer; this is the last defence, and the only one for text that
other programs wrote.
"""

import re
from ipaddress import ip_address

MASK = "***"
"""Stands for a secret."""

_SECRETS = (
    # Of stream keys and access tokens the hint stays: lists show it too, and it tells which one.
    (re.compile(r"(k[kt]_[A-Za-z0-9_-]{6})[A-Za-z0-9_-]+"), rf"\1{MASK}"),
    (re.compile(r"(whsec_)[A-Za-z0-9_+/=-]+"), rf"\1{MASK}"),
    (re.compile(r"(\d{9,12}-)[A-Za-z0-9_-]{43}"), rf"\1{MASK}"),  # play tickets
    (re.compile(r"(://[^:/@\s\"'<>]*:)[^\s\"'<>]+(?=@)"), rf"\1{MASK}"),  # passwords in URLs
    (
        re.compile(r"([?&;](?:key|ticket|token|secret|sig|signature)=)[^&\s\"'<>]+", re.I),
        rf"\1{MASK}",
    ),
    (re.compile(r"(password\"?\s*[=:]\s*\"?)[^&\s\"'<>,;]+", re.I), rf"\1{MASK}"),
    (re.compile(r"(\bBearer\s+)[^\s\"'<>]+", re.I), rf"\1{MASK}"),
)
_EMAIL = re.compile(r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")
_ADDRESS = re.compile(
    r"(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?![\w.]*\w)"
    r"|(?<![\w:.])[0-9A-Fa-f]{0,4}:[0-9A-Fa-f:]*:[0-9A-Fa-f:.]*[0-9A-Fa-f:](?![\w:])"
)


def secrets(text: str) -> str:
    """The text without stream keys, tokens, webhook secrets, play tickets and passwords."""
    for pattern, shown in _SECRETS:
        text = pattern.sub(shown, text)
    return text


class People:
    """Replaces e-mail addresses, and each IP address by a number: the same one by the same number.

    Addresses of this machine itself stay, because they tell nothing about anybody.
    """

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}

    def mask(self, text: str) -> str:
        """The text without addresses of people."""
        return _ADDRESS.sub(lambda found: self._number(found[0]), _EMAIL.sub(MASK, text))

    def _number(self, found: str) -> str:
        try:
            address = ip_address(found)
        except ValueError:  # a time of day, a version
            return found
        if address.is_loopback or address.is_unspecified:
            return found
        return f"ip-{self._numbers.setdefault(str(address), len(self._numbers) + 1)}"
