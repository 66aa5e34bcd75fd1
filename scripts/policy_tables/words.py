"""How times, hours and yes or no are said in each language."""

from collections.abc import Iterable
from datetime import datetime

from rollcall.model import Text
from rollcall.policy.clock import Clock
from rollcall.policy.targets import NoPromise, Promise

_UNITS = {
    "min": Text("分钟", "minute"),
    "h": Text("小时", "hour"),
    "d": Text("天", "day"),
}


def said(zh: str, en: str, language: str) -> str:
    """One of two texts."""
    return Text(zh, en).get(language)


def listed(items: Iterable[str]) -> str:
    """A bullet list."""
    return "".join(f"- {item}\n" for item in items)


def numbered(items: Iterable[str]) -> str:
    """A numbered list."""
    return "".join(f"{number}. {item}\n" for number, item in enumerate(items, 1))


def stop(text: str, language: str) -> str:
    """A sentence with its full stop."""
    mark = said("。", ".", language)
    return text if text.endswith((mark, "？", "?")) else text + mark


def duration(text: str, language: str, *, business: bool = False) -> str:
    """`4 h` as words: 4 小时, 4 hours; on business hours 4 个工作小时, 4 business hours."""
    amount, unit = text.split(" ")
    if language == "zh":
        if business:
            return {
                "min": f"工作时间内 {amount} 分钟",
                "h": f"{amount} 个工作小时",
                "d": f"{amount} 个工作日",
            }[unit]
        return f"{amount} {_UNITS[unit].zh}"
    plural = "" if amount == "1" else "s"
    if business and unit == "min":
        return f"{amount} minute{plural} within business hours"
    return f"{amount} {'business ' if business else ''}{_UNITS[unit].en}{plural}"


def promised(promise: Promise | NoPromise, clock: Clock, language: str) -> str:
    """A promise as a cell of a table: its time, or why there is none."""
    if isinstance(promise, NoPromise):
        return promise.none.get(language)
    return duration(promise.within, language, business=not clock.always)


def elapsed(minutes: int, language: str) -> str:
    """Minutes on the wall as days, hours and minutes."""
    days, rest = divmod(minutes, 24 * 60)
    hours, left = divmod(rest, 60)
    parts = [(days, "d"), (hours, "h"), (left, "min")]
    words = [duration(f"{amount} {unit}", language) for amount, unit in parts if amount]
    return " ".join(words)


def moment(when: datetime, language: str) -> str:
    """A day with its weekday, and the time."""
    zh = "一二三四五六日"[when.weekday()]
    day = f"{when:%Y-%m-%d}"
    return said(f"{day}（周{zh}）{when:%H:%M}", f"{when:%a} {day} {when:%H:%M}", language)
