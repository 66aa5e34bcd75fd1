"""What a plugin is made of: the hooks it may have and what they are given."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from kite.checks import Check
from kite.settings import Settings

PLUGIN_API = 1
"""Version of what this module promises to plugins; raised when that changes incompatibly."""


class Refused(Exception):  # noqa: N818 - a verdict, not an error
    """Raised by ``filter_text`` to refuse a text; the argument is the reason."""


# --8<-- [start:api]
@dataclass(frozen=True)
class PublishRequest:
    """Somebody wants to publish, and Kite itself has nothing against it.

    Attributes:
        room: Id of the room.
        key_id: Number of the stream key; never the key itself.
        holder: Account that holds the key.
        ip: Address of the encoder.
    """

    room: str
    key_id: int
    holder: str | None
    ip: str


@dataclass(frozen=True)
class PlayRequest:
    """Somebody wants to play. Of an HLS player, nginx remembers the answer for 10 seconds.

    Attributes:
        room: Id of the room.
        ip: Address of the player.
    """

    room: str
    ip: str


@dataclass(frozen=True)
class PluginEvent:
    """Something that happened; the same a webhook gets.

    Attributes:
        id: Increasing number; a plugin that gets one a second time has had it already.
        type: A key of ``events.TYPES``: ``room.created``.
        occurred_at: When (UTC).
        data: The fields of the payload, as JSON has them.
    """

    id: int
    type: str
    occurred_at: datetime
    data: Mapping[str, Any]


class Plugin:
    """Base of a plugin. Overrides the hooks it wants; Kite calls no others.

    Kite calls it with the settings once at the start. Hooks run in threads, several at a time.

    Attributes:
        api: The ``PLUGIN_API`` the plugin was written for; it has to say so itself.
        settings: The settings of this installation.
    """

    api: int

    def __init__(self, settings: Settings) -> None:
        self.settings = settings

    def authorise_publish(self, request: PublishRequest) -> str | None:
        """Why this publisher may not publish; None if it may."""
        del request
        return None

    def authorise_play(self, request: PlayRequest) -> str | None:
        """Why this player may not play; None if it may."""
        del request
        return None

    def filter_text(self, text: str) -> str:
        """The title of a room as it may be shown.

        Raises:
            Refused: It may not be shown at all.
        """
        return text

    def on_event(self, event: PluginEvent) -> None:
        """Take notice of an event; after an exception it is called again later."""

    def checks(self) -> Sequence[Check]:
        """Checks for ``kite doctor``."""
        return ()


# --8<-- [end:api]
