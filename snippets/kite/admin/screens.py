"""The screens, each with its fields, buttons and the functions of Kite behind them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, ClassVar
from urllib.parse import urlencode

from sqlalchemy import select
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette_admin import BooleanField, EnumField, link_row_action
from starlette_admin.i18n import get_locale

from kite import keys, models, moderation, recordings, rooms, tokens, users, webhooks
from kite.admin.screen import (
    Act,
    Choice,
    Screen,
    Secrets,
    checked,
    duration,
    end_of,
    length_of,
    password,
    state,
    text,
    when,
)
from kite.admin.words import t
from kite.api.webhooks import SUBSCRIBABLE, WebhookCreate
from kite.context import Kite
from kite.credentials import Secret
from kite.permissions import ACTIONS, ROLES
from kite.schemas import (
    Ban,
    KeyCreate,
    KeySecret,
    KeyView,
    RoomCreate,
    RoomPatch,
    RoomView,
    TokenCreate,
    TokenView,
    UserCreate,
    UserPatch,
)

DAY = 86400


def _ban(change: Callable[..., object], name: str) -> Callable[[Kite, Any, FormData], object]:
    """A ban with the reason and the end that were filled in."""

    def run(kite: Kite, row: Any, form: FormData) -> object:
        until = end_of(form.get("seconds"))
        ban = Ban.model_validate({"reason": form.get("reason"), "until": until})
        return change(kite, getattr(row, name), ban.reason, ban.until)

    return run


def _new_key(kite: Kite, key: models.StreamKey, secret: Secret) -> Secrets:
    shown = KeySecret.new(key, secret, kite.settings)
    addresses = {
        "Publish address": shown.publish_url,
        "Stream key of the encoder": shown.stream_key,
    }
    return Secrets("Stream key", addresses)


def _rotate(kite: Kite, key: models.StreamKey, form: FormData) -> None:
    grace = timedelta(seconds=length_of(form.get("seconds")))
    raise _new_key(kite, *keys.rotate(kite, key.room_id, key.id, grace))


class Rooms(Screen):
    """Rooms and what can be done to them."""

    key = "rooms"
    menu_label, display_name, icon = t("Rooms"), t("Room"), "fa-solid fa-tv"
    model = models.Room
    order = (models.Room.id,)
    permissions: ClassVar = {
        "read": "room.read",
        "create": "room.create",
        "edit": "room.update",
        "delete": "room.delete",
        "keys": "key.read",
        "new_key": "key.create",
    }
    links = ("keys", "new_key")
    fields = (
        text("id", "Id", required=True, help_text=t("2–63 of a–z, 0–9 and “-”; never changes.")),
        text("title", "Title", required=True, help_text=t("Up to 100 characters.")),
        state(),
        text("category", "Category", help_text=t("Up to 40 characters; may stay empty.")),
        Choice(
            "visibility",
            ("public", "private"),
            label=t("Visibility"),
            default="public",
            required=True,
        ),
        when("scheduled_at", "Scheduled start"),
        BooleanField("record", label=t("Record"), help_text=t("From the start of every broadcast")),
        when("live_since", "Live since"),
        text("ban_reason", "Reason"),
        when("banned_at", "Banned since"),
        when("banned_until", "Banned until"),
        text(
            "publish_url",
            "Publish address",
            getter=lambda request, room: _view(request, room).publish_url,
        ),
        text(
            "hls",
            "Play address (HLS)",
            getter=lambda request, room: _view(request, room).play_urls.hls,
        ),
        when("created_at", "Created"),
    )
    searchable_fields = ("id", "title", "category")
    columns = ("id", "title", "state", "category", "visibility")
    creates = ("id", "title", "category", "visibility", "scheduled_at", "record")
    edits = creates[1:]
    acts = (
        Act(
            "stop",
            "Stop",
            "broadcast.stop",
            lambda kite, room, _: moderation.stop(kite, room.id),
            "Stop the broadcast? The encoder may connect again at once.",
            when=lambda room: room.broadcast is not None,
            icon="fa-solid fa-stop",
        ),
        Act(
            "ban",
            "Ban",
            "room.ban",
            _ban(moderation.ban_room, "id"),
            "Ban this room? Its broadcast is cut; publishing and playing are refused.",
            "ask_ban.html",
            icon="fa-solid fa-ban",
        ),
        Act(
            "unban",
            "Unban",
            "room.ban",
            lambda kite, room, _: moderation.unban_room(kite, room.id),
            when=lambda room: room.banned,
        ),
    )

    @link_row_action(name="keys", text=t("Stream keys"), icon_class="fa-solid fa-key")
    def keys_of(self, request: Request, pk: str) -> str:
        """Address of the keys of a room."""
        return f"{request.url_for('admin:list', key='keys')}?{urlencode({'q': pk})}"

    @link_row_action(name="new_key", text=t("New stream key"), icon_class="fa-solid fa-plus")
    def new_key(self, request: Request, pk: str) -> str:
        """Address of the form for a new key of a room."""
        return f"{request.url_for('admin:create', key='keys')}?{urlencode({'room': pk})}"

    def insert(self, kite: Kite, data: dict[str, Any]) -> models.Room:
        """Create a room."""
        values = checked(RoomCreate, data)
        return rooms.create(kite, values.pop("id"), values)

    def change(self, kite: Kite, row: models.Room, data: dict[str, Any]) -> models.Room:
        """Change a room."""
        return rooms.update(kite, row.id, checked(RoomPatch, data))

    def drop(self, kite: Kite, row: models.Room) -> None:
        """Delete a room."""
        rooms.remove(kite, row.id)


def _view(request: Request, room: models.Room) -> RoomView:
    return RoomView.of(room, request.state.kite.settings)


class Keys(Screen):
    """Stream keys of all rooms."""

    key = "keys"
    menu_label, display_name, icon = t("Stream keys"), t("Stream key"), "fa-solid fa-key"
    model = models.StreamKey
    order = (models.StreamKey.room_id, models.StreamKey.id.desc())
    permissions: ClassVar = {"read": "key.read", "create": "key.create"}
    fields = (
        text("id", "Id"),
        text(
            "room_id",
            "Room",
            required=True,
            help_text=t("Id of the room."),
            default=lambda request: request.query_params.get("room"),
        ),
        state(getter=lambda _, key: KeyView.of(key).state),
        text("hint", "First characters"),
        text(
            "user",
            "User",
            help_text=t("Empty: nobody’s. A ban of the account refuses the key."),
            getter=lambda _, key: key.user and key.user.name,
        ),
        duration("seconds", "Valid for", 0, DAY, 7 * DAY, 30 * DAY, 365 * DAY),
        when("expires_at", "Expires"),
        when("previous_until", "Old key valid until"),
        when("last_used_at", "Last used"),
        when("created_at", "Created"),
    )
    searchable_fields = ("room_id",)
    columns = ("id", "room_id", "state", "hint", "user", "expires_at")
    creates = ("room_id", "user", "seconds")
    acts = (
        Act(
            "rotate",
            "Rotate",
            "key.rotate",
            _rotate,
            "Rotate this key? A running broadcast goes on.",
            "ask_grace.html",
            when=lambda key: key.revoked_at is None,
            icon="fa-solid fa-rotate",
            secret=True,
        ),
        Act(
            "revoke",
            "Revoke",
            "key.revoke",
            lambda kite, key, _: moderation.revoke_key(kite, key.room_id, key.id),
            "Revoke this key for good? A broadcast that uses it is cut.",
            when=lambda key: key.revoked_at is None,
            icon="fa-solid fa-ban",
        ),
    )

    def insert(self, kite: Kite, data: dict[str, Any]) -> None:
        """Create a key and show it."""
        data["expires_at"] = end_of(data.pop("seconds"))
        room = data.pop("room_id")
        values = checked(KeyCreate, _without_empty(data))
        raise _new_key(kite, *keys.create(kite, room, **values))


class Broadcasts(Screen):
    """Broadcasts, the running ones first."""

    key = "broadcasts"
    menu_label, display_name, icon = t("Broadcasts"), t("Broadcast"), "fa-solid fa-tower-broadcast"
    model = models.Broadcast
    order = (models.Broadcast.ended_at.is_(None).desc(), models.Broadcast.id.desc())
    permissions: ClassVar = {"read": "broadcast.read"}
    fields = (
        text("id", "Id"),
        text("room_id", "Room"),
        state(getter=lambda _, b: "live" if b.ended_at is None else b.reason),
        when("started_at", "Started"),
        when("ended_at", "Ended"),
        text("seconds", "Length", getter=lambda _, b: str(timedelta(seconds=b.seconds))),
        text("viewers", "Viewers"),
        text("peak_viewers", "Peak viewers"),
        text("bitrate_kbps", "Bitrate, kbit/s"),
        text("video", "Video"),
        text("audio", "Audio"),
        text("bytes_in", "Received"),
    )
    searchable_fields = ("room_id",)
    columns = ("room_id", "state", "started_at", "seconds", "viewers", "peak_viewers")
    acts = (
        Act(
            "stop",
            "Stop",
            "broadcast.stop",
            lambda kite, broadcast, _: moderation.stop(kite, broadcast.room_id),
            "Stop the broadcast? The encoder may connect again at once.",
            when=lambda broadcast: broadcast.ended_at is None,
            icon="fa-solid fa-stop",
        ),
    )


class Recordings(Screen):
    """Recordings, the newest first."""

    key = "recordings"
    menu_label, display_name, icon = t("Recordings"), t("Recording"), "fa-solid fa-film"
    model = models.Recording
    order = (models.Recording.id.desc(),)
    permissions: ClassVar = {
        "read": "recording.read",
        "delete": "recording.delete",
        "download": "recording.read",
    }
    fields = (
        text("id", "Id"),
        text("room_id", "Room"),
        state(),
        when("started_at", "Started"),
        when("ended_at", "Ended"),
        text("megabytes", "Size", getter=lambda _, row: f"{row.bytes / 1e6:.1f} MB"),
        text("broadcast_id", "Broadcast"),
        text("file", "File"),
    )
    searchable_fields = ("room_id",)
    columns = ("room_id", "state", "started_at", "ended_at", "megabytes")
    links = ("download",)

    @link_row_action(name="download", text=t("Download"), icon_class="fa-solid fa-download")
    def download(self, request: Request, pk: str) -> str:
        """Address of the file."""
        return f"{request.url_for('admin:recording')}?{urlencode({'pk': pk})}"

    def drop(self, kite: Kite, row: models.Recording) -> None:
        """Delete a recording."""
        recordings.delete(kite, row.id)


class Webhooks(Screen):
    """Webhooks."""

    key = "webhooks"
    menu_label, display_name, icon = t("Webhooks"), t("Webhook"), "fa-solid fa-bell"
    model = models.Webhook
    order = (models.Webhook.id,)
    permissions: ClassVar = {
        "read": "webhook.read",
        "create": "webhook.write",
        "delete": "webhook.write",
    }
    fields = (
        text("id", "Id"),
        text("url", "Address", required=True, help_text=t("http or https, up to 500 characters.")),
        EnumField(
            "events",
            label=t("Events"),
            multiple=True,
            choices=SUBSCRIBABLE,
            help_text=t("Empty: all of them."),
            list_template="listed.html",
            detail_template="listed.html",
        ),
        when("created_at", "Created"),
    )
    searchable_fields = ("url",)
    columns = ("id", "url", "events")
    creates = ("url", "events")
    acts = (
        Act(
            "test",
            "Send a test",
            "webhook.write",
            lambda kite, webhook, _: webhooks.test(kite, webhook.id),
            icon="fa-solid fa-paper-plane",
        ),
    )

    def insert(self, kite: Kite, data: dict[str, Any]) -> None:
        """Create a webhook and show its secret."""
        body = WebhookCreate.model_validate(data)
        raise Secrets("Webhook", {"Secret": webhooks.create(kite, body.url, body.events).secret})

    def drop(self, kite: Kite, row: models.Webhook) -> None:
        """Delete a webhook."""
        webhooks.remove(kite, row.id)


class Deliveries(Screen):
    """What was or is to be delivered to webhooks and plugins, the newest first."""

    key = "deliveries"
    menu_label, display_name, icon = t("Deliveries"), t("Delivery"), "fa-solid fa-truck"
    model = models.Delivery
    order = (models.Delivery.id.desc(),)
    permissions: ClassVar = {"read": "webhook.read"}
    fields = (
        text("id", "Id"),
        text("type", "Event", getter=lambda _, row: f"{row.event.type} ({row.event.id})"),
        text("to", "Receiver", getter=lambda _, row: row.plugin or f"webhook {row.webhook_id}"),
        state(),
        text("attempts", "Attempts"),
        when("due_at", "Next attempt"),
        when("ended_at", "Ended"),
        text("status", "HTTP status"),
        text("error", "Error"),
    )
    searchable_fields = ("plugin", "state")
    columns = ("id", "type", "to", "state", "attempts", "status")
    acts = (
        Act(
            "replay",
            "Deliver again",
            "webhook.replay",
            lambda kite, delivery, _: webhooks.replay(kite, delivery.id),
            icon="fa-solid fa-rotate-right",
        ),
    )


class Users(Screen):
    """Accounts."""

    key = "users"
    menu_label, display_name, icon = t("Users"), t("Account"), "fa-solid fa-users"
    model = models.User
    order = (models.User.id,)
    pk_attr = "name"
    permissions: ClassVar = {
        "read": "user.read",
        "create": "user.write",
        "edit": "user.write",
        "delete": "user.write",
    }
    fields = (
        text("name", "Name", required=True, help_text=t("2–32 of a–z, 0–9, “.”, “_” and “-”.")),
        Choice("role", ROLES, label=t("Role"), default="viewer", required=True),
        state(getter=lambda _, user: "banned" if user.banned else "active"),
        password("Empty: no new password, or none at all. Otherwise 12 characters or more."),
        text("ban_reason", "Reason"),
        when("banned_at", "Banned since"),
        when("banned_until", "Banned until"),
        when("locked_until", "Locked until"),
        when("created_at", "Created"),
    )
    searchable_fields = ("name",)
    columns = ("name", "role", "state", "created_at")
    creates = ("name", "role", "password")
    edits = creates[1:]
    acts = (
        Act(
            "ban",
            "Ban",
            "user.ban",
            _ban(moderation.ban_user, "name"),
            "Ban this account? Its sign-in, tokens and stream keys are refused.",
            "ask_ban.html",
            icon="fa-solid fa-ban",
        ),
        Act(
            "unban",
            "Unban",
            "user.ban",
            lambda kite, user, _: moderation.unban_user(kite, user.name),
            when=lambda user: user.banned,
        ),
    )

    def insert(self, kite: Kite, data: dict[str, Any]) -> models.User:
        """Create an account."""
        values = checked(UserCreate, _without_empty(data))
        return users.create(kite, values["name"], values["role"], values.get("password"))

    def change(self, kite: Kite, row: models.User, data: dict[str, Any]) -> models.User:
        """Change role or password."""
        return users.update(kite, row.name, **checked(UserPatch, _without_empty(data)))

    def drop(self, kite: Kite, row: models.User) -> None:
        """Delete an account."""
        moderation.delete_user(kite, row.name)


def _without_empty(data: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in data.items() if value not in (None, "", [])}


class Tokens(Screen):
    """Access tokens, also those of sign-ins."""

    key = "tokens"
    menu_label, display_name, icon = t("Tokens"), t("Token"), "fa-solid fa-ticket"
    model = models.Token
    order = (models.Token.id.desc(),)
    permissions: ClassVar = {"read": "token.read", "create": "token.write"}
    fields = (
        text("id", "Id"),
        text("name", "Name", required=True, help_text=t("What it is for; up to 100 characters.")),
        Choice("role", ROLES, label=t("Role"), default="viewer", required=True),
        EnumField(
            "scopes",
            label=t("Scopes"),
            multiple=True,
            choices_loader=lambda _: [
                (name, getattr(a, get_locale())) for name, a in ACTIONS.items()
            ],
            help_text=t("Empty: all that the role may do."),
            list_template="listed.html",
            detail_template="listed.html",
        ),
        duration("seconds", "Valid for", 0, DAY, 7 * DAY, 30 * DAY, 365 * DAY),
        state(getter=lambda _, token: TokenView.of(token).state),
        text("hint", "First characters"),
        text("user", "User", getter=lambda _, token: token.user and token.user.name),
        when("expires_at", "Expires"),
        when("created_at", "Created"),
    )
    searchable_fields = ("name",)
    columns = ("id", "name", "role", "state", "user", "expires_at")
    creates = ("name", "role", "scopes", "seconds")
    acts = (
        Act(
            "revoke",
            "Revoke",
            "token.write",
            lambda kite, token, _: tokens.revoke(kite, token.id, keep_one=True),
            "Revoke this token for good?",
            when=lambda token: token.revoked_at is None,
            icon="fa-solid fa-ban",
        ),
    )

    def insert(self, kite: Kite, data: dict[str, Any]) -> None:
        """Create a token and show it."""
        data["expires_at"] = end_of(data.pop("seconds"))
        values = checked(TokenCreate, _without_empty(data))
        _, secret = tokens.create(kite, **values)
        raise Secrets("Token", {"Secret": secret.plain})


@dataclass(frozen=True)
class Banned:
    """A room or an account that is banned: ``room:demo``, ``user:mei``."""

    pk: str
    ban_reason: str | None
    banned_at: datetime | None
    banned_until: datetime | None


class Bans(Screen):
    """Everything that is banned now: rooms, and for those who may see them, accounts."""

    key = "bans"
    menu_label, display_name, icon = t("Bans"), t("Ban"), "fa-solid fa-ban"
    pk_attr = "pk"
    permissions: ClassVar = {"read": "room.ban"}
    fields = (
        text("pk", "Target"),
        text("ban_reason", "Reason"),
        when("banned_at", "Banned since"),
        when("banned_until", "Banned until"),
    )
    searchable_fields = ("pk",)
    columns = ("pk", "ban_reason", "banned_at", "banned_until")
    acts = (Act("unban", "Unban", "room.ban", lambda kite, ban, _: _unban(kite, ban)),)

    async def find_all(
        self,
        request: Request,
        skip: int = 0,
        limit: int = 100,
        q: str | None = None,
        sorts: Sequence[tuple[str, str]] | None = None,
        filters: Any = None,
    ) -> Sequence[Banned]:
        """The bans of one page of the list, newest first."""
        del sorts, filters
        found = await run_in_threadpool(_banned, request.state.kite, q or "")
        return found[skip : skip + limit]

    async def count(self, request: Request, q: str | None = None, filters: Any = None) -> int:
        """How many bans there are."""
        del filters
        return len(await run_in_threadpool(_banned, request.state.kite, q or ""))

    async def find_by_pk(self, request: Request, pk: Any) -> Banned | None:
        """One ban."""
        found = await run_in_threadpool(_banned, request.state.kite, str(pk))
        return next((ban for ban in found if ban.pk == pk), None)


def _banned(kite: Kite, part: str) -> list[Banned]:
    rooms_banned = select(models.Room).where(models.Room.banned_at.is_not(None))
    users_banned = select(models.User).where(models.User.banned_at.is_not(None))
    named: dict[str, models.Bannable] = {}
    with kite.read("room.ban") as session:
        named |= {f"room:{room.id}": room for room in session.scalars(rooms_banned).unique()}
    with kite.read("user.ban") as session:
        named |= {f"user:{user.name}": user for user in session.scalars(users_banned)}
    found = [
        Banned(name, row.ban_reason, row.banned_at, row.banned_until)
        for name, row in named.items()
        if row.banned and part in name
    ]
    return sorted(found, key=lambda ban: str(ban.banned_at), reverse=True)


def _unban(kite: Kite, ban: Banned) -> object:
    kind, _, name = ban.pk.partition(":")
    lift = {"room": moderation.unban_room, "user": moderation.unban_user}[kind]
    return lift(kite, name)


class Audit(Screen):
    """The audit log; nobody can change or delete an entry."""

    key = "audit"
    menu_label, display_name, icon = t("Audit log"), t("Audit log"), "fa-solid fa-clipboard-list"
    model = models.AuditEntry
    order = (models.AuditEntry.id.desc(),)
    permissions: ClassVar = {"read": "audit.read"}
    fields = (
        text("id", "Id"),
        when("at", "Time"),
        text("actor", "Actor"),
        text("action", "Action"),
        text("target", "Target"),
        text("changes", "Change", getter=lambda _, entry: _changes(entry)),
        text("request_id", "Request"),
    )
    searchable_fields = ("target", "actor", "action")
    columns = ("at", "actor", "action", "target", "changes")


def _changes(entry: models.AuditEntry) -> str:
    """What changed in one line: ``title: a → b``."""
    names = sorted({*entry.before, *entry.after})
    shown = (
        f"{name}: {entry.before.get(name, '–')} → {entry.after.get(name, '–')}" for name in names
    )
    return "; ".join(shown)


SCREENS = (
    Broadcasts,
    Rooms,
    Keys,
    Recordings,
    Bans,
    Users,
    Tokens,
    Webhooks,
    Deliveries,
    Audit,
)
"""Every screen, in the order of the menu."""
