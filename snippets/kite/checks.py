"""What ``kite doctor`` is made of, for Kite's own checks and those of plugins."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from kite.settings import Settings


@dataclass(frozen=True)
class Finding:
    """What a check found. ``fix`` is empty when there is nothing to do."""

    status: Literal["ok", "warn", "fail"]
    message: str
    fix: str = ""


@dataclass(frozen=True)
class Check:
    """A check: its stable code, the function that looks, and what it is about for the manual."""

    code: str
    look: Callable[[Settings], Finding]
    en: str = ""
    zh: str = ""
