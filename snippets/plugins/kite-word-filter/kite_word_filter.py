"""A plugin for Kite: no rude titles, no publishing at night, a log of events.

It reads ``word-filter.toml`` in Kite's data directory:

    refuse = ["spam"]       # a title with one of these is refused
    mask = ["damn"]         # these become ****
    open_from = 8           # hours (UTC) in which publishing is allowed
    open_until = 22
"""

import json
import re
import tomllib
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from kite.checks import Check, Finding
from kite.plugin_api import Plugin, PluginEvent, PublishRequest, Refused
from kite.settings import Settings


# --8<-- [start:class]
class WordFilter(Plugin):
    """Kite makes one at its start; an exception here keeps Kite from starting."""

    api = 1

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        rules = tomllib.loads(rules_file(settings).read_text(encoding="utf-8"))
        self.refused = _any_of(rules.get("refuse", []))
        self.masked = _any_of(rules.get("mask", []))
        self.hours = range(rules.get("open_from", 0), rules.get("open_until", 24))
        self.log = settings.data_dir / "logs" / "word-filter.jsonl"
        # --8<-- [end:class]

    # --8<-- [start:filter]
    def filter_text(self, text: str) -> str:
        """Refuse or mask a title."""
        if self.refused.search(text):
            raise Refused("the title holds a word that is not allowed")
        return self.masked.sub(lambda found: "*" * len(found[0]), text)

    # --8<-- [end:filter]

    # --8<-- [start:authorise]
    def authorise_publish(self, request: PublishRequest) -> str | None:
        """Refuse publishers outside the opening hours."""
        if datetime.now(UTC).hour in self.hours:
            return None
        return f"{request.room} can be published to from {self.hours.start}:00 UTC"

    # --8<-- [end:authorise]

    # --8<-- [start:event]
    def on_event(self, event: PluginEvent) -> None:
        """Write one line for each event. It may come twice: then there are two, with the same id."""
        line = json.dumps({"id": event.id, "type": event.type, **event.data})
        with self.log.open("a", encoding="utf-8") as log:
            log.write(line + "\n")

    # --8<-- [end:event]

    # --8<-- [start:check]
    def checks(self) -> Sequence[Check]:
        """Let “kite doctor” show whether anything is filtered."""
        return [Check("rules", _look)]


def _look(settings: Settings) -> Finding:
    file = rules_file(settings)
    rules = tomllib.loads(file.read_text(encoding="utf-8"))
    count = sum(len(rules.get(kind, [])) for kind in ("refuse", "mask"))
    if count:
        return Finding("ok", f"{count} words in {file}")
    return Finding("warn", f"no words in {file}", "Add some to “refuse” or “mask”.")


# --8<-- [end:check]


def rules_file(settings: Settings) -> Path:
    """Where the rules are."""
    return settings.data_dir / "word-filter.toml"


def _any_of(words: list[str]) -> re.Pattern[str]:
    """A pattern for any of ``words`` in any case; without words, one that matches nothing."""
    return re.compile("|".join(map(re.escape, words)) or r"(?!)", re.IGNORECASE)
