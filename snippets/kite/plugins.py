"""Extend Kite: what a plugin may do, how plugins are found, and what happens when one fails."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Self

from kite.settings import Settings


@dataclass(frozen=True)
class Plugins:
    """The plugins of an installation.

    Attributes:
        loaded: Entry-point name to plugin.
    """

    loaded: Mapping[str, object] = field(default_factory=dict)

    @classmethod
    def load(cls, settings: Settings) -> Self:
        """Find the installed plugins."""
        del settings
        return cls()

    @property
    def listeners(self) -> tuple[str, ...]:
        """Names of the plugins that receive events."""
        return ()

    def authorise_publish(self, room: str, key_id: int, ip: str) -> None:
        """Ask every plugin whether this publisher may publish.

        Raises:
            KiteError: PLUGIN_REFUSED or PLUGIN_FAILED.
        """

    def authorise_play(self, room: str, ip: str) -> None:
        """Ask every plugin whether this player may play.

        Raises:
            KiteError: PLUGIN_REFUSED or PLUGIN_FAILED.
        """

    def filter_text(self, text: str) -> str:
        """The text as the plugins change it.

        Raises:
            KiteError: PLUGIN_REFUSED or PLUGIN_FAILED.
        """
        return text
