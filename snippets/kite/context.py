"""What the parts of Kite work with, handed to them explicitly."""

from dataclasses import dataclass

from kite import log
from kite.database import Sessions, open_database
from kite.media import Media
from kite.settings import Settings


@dataclass(frozen=True)
class Kite:
    """The settings, the database and the media server of one installation, and who works with it.

    Attributes:
        actor: ``token:ID`` for a caller of the API, ``cli`` for the command line.
        request_id: Id of the API request.
    """

    settings: Settings
    sessions: Sessions
    media: Media
    actor: str = "-"
    request_id: str = "-"

    def record(self, change: str, **what: object) -> None:
        """Log a change, once it is committed, and who made it."""
        log.info(change, **what, actor=self.actor, request_id=self.request_id)


def open_kite(settings: Settings, actor: str = "-") -> Kite:
    """Open the installation the settings describe; nginx need not run.

    Raises:
        KiteError: DATABASE_MISSING, DATABASE_UNUSABLE or DATABASE_VERSION.
    """
    return Kite(settings, open_database(settings), Media(settings.control_base), actor)
