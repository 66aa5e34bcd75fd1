"""The `.out` file beside a session: what each region printed, as pages include it."""

import os
import re
from collections.abc import Mapping
from difflib import unified_diff
from pathlib import Path
from typing import Final

from tests.snippets.session import Found, masked

_REGION: Final = re.compile(
    r"^# --8<-- \[start:([\w-]+)\]\n(.*?)^# --8<-- \[end:\1\]\n", re.M | re.S
)


def read(text: str) -> dict[str, str]:
    """Region name → output."""
    return {name: body.rstrip("\n") for name, body in _REGION.findall(text)}


def write(outputs: Mapping[str, str]) -> str:
    """The text of an `.out` file."""
    blocks = [
        f"# --8<-- [start:{name}]\n{body}\n# --8<-- [end:{name}]\n"
        for name, body in outputs.items()
    ]
    return "\n".join(blocks)


def compare(path: Path, ran: Found) -> None:
    """Hold what a session did to its exit statuses and to its `.out` file.

    `UPDATE_OUTPUTS=1` rewrites the file if its masked text has changed, and not otherwise.
    """
    wrong = [
        f"{name}: exit {status}, expected {region.exit}\n{text}"
        for name, (region, status, text) in ran.items()
        if status != region.exit
    ]
    assert not wrong, "\n".join(wrong)
    printed = {name: text for name, (region, _, text) in ran.items() if not region.silent}
    stored = path.with_suffix(".out")
    shown = read(stored.read_text(encoding="utf-8")) if stored.exists() else {}
    now = {name: masked(text) for name, text in printed.items()}
    then = {name: masked(text) for name, text in shown.items()}
    if os.environ.get("UPDATE_OUTPUTS") and now != then:
        stored.write_text(write(printed), encoding="utf-8")
        then = now
    assert now == then, _difference(stored.name, then, now)


def _difference(name: str, then: Mapping[str, str], now: Mapping[str, str]) -> str:
    """What pages show against what was printed, masked, as a unified diff."""
    old, new = (write(side).splitlines() for side in (then, now))
    return "\n".join(unified_diff(old, new, f"{name} as stored", "as printed now", lineterm=""))
