"""What the parts of Kite work with, handed to them explicitly."""

from dataclasses import dataclass

from kite.database import Sessions, open_database
from kite.media import Media
from kite.settings import Settings


@dataclass(frozen=True)
class Kite:
    """The settings, the database and the media server of one installation."""

    settings: Settings
    sessions: Sessions
    media: Media


def open_kite(settings: Settings) -> Kite:
    """Open the installation the settings describe; nginx need not run.

    Raises:
        KiteError: DATABASE_MISSING, DATABASE_UNUSABLE or DATABASE_VERSION.
    """
    return Kite(settings, open_database(settings), Media(settings.control_base))
