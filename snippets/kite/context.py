"""What the parts of Kite work with, handed to them explicitly."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, Self

from sqlalchemy import event
from sqlalchemy.orm import Session

from kite import audit, events, log
from kite.database import Database, open_database
from kite.media import Media
from kite.models import AuditEntry
from kite.permissions import SYSTEM, Actor
from kite.plugins import Plugins
from kite.settings import Settings


@dataclass
class Change:
    """One transaction that changes something in somebody's name.

    Attributes:
        kite: The installation and the actor.
        name: What happens, as logs, audit entries and events call it: ``room.created``.
        session: The database session; committed when the change ends without an error.
        notes: What is logged after the commit.
        quiet: Whether nothing happened after all, and nothing is logged.
    """

    kite: "Kite"
    name: str
    session: Session
    notes: dict[str, object] = field(default_factory=dict)
    quiet: bool = False

    def note(self, **what: object) -> None:
        """Add fields to the log line of this change."""
        self.notes.update(what)

    def emit(self, payload: events.Payload, kind: str = "") -> None:
        """Tell webhooks and plugins, with the commit; ``kind`` is this change's name if empty."""
        events.emit(self.session, kind or self.name, payload, self.kite.plugins.listeners)

    def audit(self, target: str, before: dict[str, Any], after: dict[str, Any]) -> None:
        """Record what changed outside of the audited tables."""
        kite = self.kite
        entry = AuditEntry(action=self.name, actor=kite.actor.name, request_id=kite.request_id)
        entry.target, entry.before, entry.after = target, before, after
        self.session.add(entry)


@dataclass(frozen=True)
class Kite:
    """One installation, and who works with it.

    Attributes:
        settings: What is set.
        database: Where everything is kept.
        media: The media server.
        plugins: What extends this installation.
        actor: In whose name things are done.
        request_id: Id of the API request.
        seen: HLS players since ``viewers`` last wrote them down: room, address, user agent.
    """

    settings: Settings
    database: Database
    media: Media
    plugins: Plugins = field(default_factory=Plugins)
    actor: Actor = SYSTEM
    request_id: str = "-"
    seen: set[tuple[str, str, str]] = field(default_factory=set, compare=False, repr=False)

    def acting_as(self, actor: Actor, request_id: str = "-") -> Self:
        """The same installation in the hands of ``actor``."""
        return replace(self, actor=actor, request_id=request_id)

    def privileged(self) -> Self:
        """The same in the same name, with full rights: for what follows from a permitted action."""
        return replace(self, actor=replace(self.actor, role="owner", scopes=None))

    @contextmanager
    def read(self, action: str) -> Iterator[Session]:
        """Read in the name of the actor.

        Raises:
            KiteError: FORBIDDEN.
        """
        self.actor.require(action)
        with self.database.reads() as session:
            yield session

    # --8<-- [start:change]
    @contextmanager
    def change(self, action: str, name: str) -> Iterator[Change]:
        """Change something: check permission, commit with its audit entries, then log one line.

        Args:
            action: What the actor must be allowed to do, a key of ``ACTIONS``.
            name: What happens: ``room.created``.

        Raises:
            KiteError: FORBIDDEN.
        """
        self.actor.require(action)
        with self.database.writes.begin() as session:
            change = Change(self, name, session)
            event.listen(session, "after_flush", partial(self._audit, name))
            yield change
        if not change.quiet:
            log.info(name, **change.notes, actor=self.actor.name, request_id=self.request_id)

    # --8<-- [end:change]

    def _audit(self, name: str, session: Session, context: object) -> None:
        del context
        session.add_all(audit.entries(session, name, self.actor.name, self.request_id))


def open_kite(settings: Settings, actor: Actor = SYSTEM) -> Kite:
    """Open the installation the settings describe; nginx need not run.

    Raises:
        KiteError: DATABASE_MISSING, DATABASE_UNUSABLE or DATABASE_VERSION.
    """
    database = open_database(settings)
    return Kite(settings, database, Media(settings.control_base), Plugins.load(settings), actor)
