"""Every screen: its fields, its buttons and the functions of Kite behind them."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from sqlalchemy import bindparam, literal, or_, select, union_all
from starlette.datastructures import FormData
from starlette.requests import Request

from kite import keys, models, moderation, recordings, rooms, tokens, users, webhooks
from kite.admin.screen import Act, Link, Run, Secrets, Table, checked, end_of, length_of
from kite.api.webhooks import WebhookCreate
from kite.context import Kite
from kite.credentials import Secret
from kite.models import AuditEntry, Broadcast, Delivery, Recording, Room, StreamKey, Token, User
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
    UserView,
)


def _to(route: str, argument: str, **where: str) -> Callable[[Request, str], str]:
    """Leads to another page, with the key of the row as ``argument`` of the address."""
    return lambda request, pk: f"{request.url_for(route, **where)}?{urlencode({argument: pk})}"


def _filled(data: Mapping[str, Any]) -> dict[str, Any]:
    """What was filled in, with the end that follows from a length of time."""
    sent = {name: value for name, value in data.items() if value not in (None, "", [])}
    return sent | {"expires_at": end_of(sent.pop("seconds"))} if "seconds" in sent else sent


def _stop(room: str, live: Callable[[Any], bool]) -> Act:
    return Act(
        "stop",
        "Stop",
        "stop",
        "broadcast.stop",
        lambda kite, row, _: moderation.stop(kite, getattr(row, room)),
        "Stop the broadcast? The encoder may connect again at once.",
        when=live,
    )


def _ban(needs: str, change: Callable[..., object], pk: str, question: str) -> Act:
    """A ban with the reason and the end that are filled in."""

    def run(kite: Kite, row: Any, form: FormData) -> object:
        until = end_of(form.get("seconds"))
        ban = Ban.model_validate({"reason": form.get("reason"), "until": until})
        return change(kite, getattr(row, pk), ban.reason, ban.until)

    return Act("ban", "Ban", "ban", needs, run, question, "ask_ban.html")


def _unban(needs: str, change: Run, banned: Callable[[Any], bool] = lambda _: True) -> Act:
    return Act("unban", "Unban", "check", needs, change, when=banned)


def _revoke(needs: str, change: Run, question: str) -> Act:
    valid = lambda row: row.revoked_at is None  # noqa: E731
    return Act("revoke", "Revoke", "ban", needs, change, question, when=valid)


def _lift(kite: Kite, row: Any, _: FormData) -> object:
    kind, _, name = row.pk.partition(":")
    return {"room": moderation.unban_room, "user": moderation.unban_user}[kind](kite, name)


def _create_room(kite: Kite, data: dict[str, Any]) -> Room:
    values = checked(RoomCreate, data)
    return rooms.create(kite, values.pop("id"), values)


def _create_key(kite: Kite, data: dict[str, Any]) -> None:
    sent = _filled(data)
    room = sent.pop("room_id", "")
    _show_key(kite, keys.create(kite, room, **checked(KeyCreate, sent)))


def _rotate_key(kite: Kite, key: KeyView, form: FormData) -> None:
    _show_key(kite, keys.rotate(kite, key.room, key.id, length_of(form.get("seconds"))))


def _show_key(kite: Kite, made: tuple[StreamKey, Secret]) -> None:
    key = KeySecret.new(*made, kite.settings)
    shown = {"Publish address": key.publish_url, "Stream key of the encoder": key.stream_key}
    raise Secrets("Stream key", shown)


def _create_token(kite: Kite, data: dict[str, Any]) -> None:
    _, secret = tokens.create(kite, **checked(TokenCreate, _filled(data)))
    raise Secrets("Token", {"Secret": secret.plain})


def _create_user(kite: Kite, data: dict[str, Any]) -> User:
    body = UserCreate.model_validate(_filled(data))
    return users.create(kite, body.name, body.role, body.password)


def _create_webhook(kite: Kite, data: dict[str, Any]) -> None:
    body = WebhookCreate.model_validate(data)
    raise Secrets("Webhook", {"Secret": webhooks.create(kite, body.url, body.events).secret})


def _changes(entry: AuditEntry) -> str:
    """What changed in one line: ``title: a → b``."""
    before, after = entry.before, entry.after
    names = sorted({*before, *after})
    return "; ".join(f"{name}: {before.get(name, '–')} → {after.get(name, '–')}" for name in names)


def _banned(kind: str, table: type[Room | User], name: Any) -> Any:
    """Selects what is banned now as ``room:demo``, ``user:mei``."""
    now = bindparam("now", callable_=models.now, type_=models.UtcDateTime)
    columns = table.ban_reason, table.banned_at, table.banned_until
    found = select((literal(f"{kind}:") + name).label("pk"), *columns)
    holds = or_(table.banned_until.is_(None), table.banned_until > now)
    return found.where(table.banned_at.is_not(None), holds)


BANS = union_all(_banned("room", Room, Room.id), _banned("user", User, User.name)).subquery()
BAN_FIELDS = "ban_reason banned_at banned_until"

SCREENS = (
    Table(
        "broadcasts",
        icon="tower-broadcast",
        rows=Broadcast,
        order=(Broadcast.ended_at.is_(None).desc(), Broadcast.id.desc()),
        read="broadcast.read",
        fields="id room_id state started_at ended_at length viewers peak_viewers bitrate_kbps video "
        "audio bytes_in",
        shown={
            "state": lambda _, row: "live" if row.ended_at is None else row.reason,
            "length": lambda _, row: str(timedelta(seconds=row.seconds)),
        },
        columns="room_id state started_at length viewers peak_viewers",
        search="room_id",
        buttons=[_stop("room_id", lambda row: row.ended_at is None)],
    ),
    Table(
        "rooms",
        icon="tv",
        rows=Room,
        order=(Room.id,),
        read="room.read",
        fields="id title state category visibility scheduled_at record live_since "
        f"{BAN_FIELDS} publish_url hls created_at",
        shown={"hls": lambda _, room: room.play_urls.hls},
        columns="id title state category visibility",
        search="id title category",
        show=lambda kite, room: RoomView.of(room, kite.settings),
        buttons=[
            Link("keys", "Stream keys", "key", "key.read", _to("admin:list", "q", key="keys")),
            Link(
                "new_key",
                "New stream key",
                "plus",
                "key.create",
                _to("admin:create", "room", key="keys"),
            ),
            _stop("id", lambda room: room.live_since is not None),
            _ban(
                "room.ban",
                moderation.ban_room,
                "id",
                "Ban this room? Its broadcast is cut; publishing and playing are refused.",
            ),
            _unban(
                "room.ban",
                lambda kite, room, _: moderation.unban_room(kite, room.id),
                lambda room: room.state == "banned",
            ),
        ],
        creates="id title category visibility scheduled_at record",
        edits="title category visibility scheduled_at record",
        insert=("room.create", _create_room),
        change=(
            "room.update",
            lambda kite, room, data: rooms.update(kite, room.id, checked(RoomPatch, data)),
        ),
        drop=("room.delete", lambda kite, room: rooms.remove(kite, room.id)),
    ),
    Table(
        "keys",
        icon="key",
        rows=StreamKey,
        order=(StreamKey.room_id, StreamKey.id.desc()),
        read="key.read",
        fields="id room_id state hint user seconds expires_at previous_until last_used_at created_at",
        shown={"room_id": lambda _, key: key.room},
        columns="id room_id state hint user expires_at",
        search="room_id",
        show=lambda _, key: KeyView.of(key),
        buttons=[
            Act(
                "rotate",
                "Rotate",
                "rotate",
                "key.rotate",
                _rotate_key,
                "Rotate this key? A running broadcast goes on.",
                "ask_grace.html",
                when=lambda key: key.revoked_at is None,
                secret=True,
            ),
            _revoke(
                "key.revoke",
                lambda kite, key, _: moderation.revoke_key(kite, key.room, key.id),
                "Revoke this key for good? A broadcast that uses it is cut.",
            ),
        ],
        creates="room_id user seconds",
        insert=("key.create", _create_key),
    ),
    Table(
        "recordings",
        icon="film",
        rows=Recording,
        order=(Recording.id.desc(),),
        read="recording.read",
        fields="id room_id state started_at ended_at size broadcast_id file",
        shown={"size": lambda _, row: f"{row.bytes / 1e6:.1f} MB"},
        columns="room_id state started_at ended_at size",
        search="room_id",
        buttons=[
            Link("download", "Download", "download", "recording.read", _to("admin:recording", "pk"))
        ],
        drop=("recording.delete", lambda kite, row: recordings.delete(kite, row.id)),
    ),
    Table(
        "bans",
        icon="ban",
        rows=BANS,
        order=(BANS.c.banned_at.desc(), BANS.c.pk),
        read="room.ban",
        fields=f"pk {BAN_FIELDS}",
        columns=f"pk {BAN_FIELDS}",
        search="pk",
        pk="pk",
        buttons=[_unban("room.ban", _lift)],
    ),
    Table(
        "users",
        icon="users",
        rows=User,
        order=(User.id,),
        read="user.read",
        fields=f"name role state password {BAN_FIELDS} locked_until created_at",
        shown={"state": lambda _, user: "banned" if user.banned else "active"},
        columns="name role state created_at",
        search="name",
        pk="name",
        show=lambda _, user: UserView.model_validate(user),
        buttons=[
            _ban(
                "user.ban",
                moderation.ban_user,
                "name",
                "Ban this account? Its sign-in, tokens and stream keys are refused.",
            ),
            _unban(
                "user.ban",
                lambda kite, user, _: moderation.unban_user(kite, user.name),
                lambda user: user.banned,
            ),
        ],
        creates="name role password",
        edits="role password",
        insert=("user.write", _create_user),
        change=(
            "user.write",
            lambda kite, user, data: users.update(
                kite, user.name, **checked(UserPatch, _filled(data))
            ),
        ),
        drop=("user.write", lambda kite, user: moderation.delete_user(kite, user.name)),
    ),
    Table(
        "tokens",
        icon="ticket",
        rows=Token,
        order=(Token.id.desc(),),
        read="token.read",
        fields="id name role scopes seconds state hint user expires_at created_at",
        columns="id name role state user expires_at",
        search="name",
        show=lambda _, token: TokenView.of(token),
        buttons=[
            _revoke(
                "token.write",
                lambda kite, token, _: tokens.revoke(kite, token.id, keep_one=True),
                "Revoke this token for good?",
            )
        ],
        creates="name role scopes seconds",
        insert=("token.write", _create_token),
    ),
    Table(
        "webhooks",
        icon="bell",
        rows=models.Webhook,
        order=(models.Webhook.id,),
        read="webhook.read",
        fields="id url events created_at",
        columns="id url events",
        search="url",
        buttons=[
            Act(
                "test",
                "Send a test",
                "paper-plane",
                "webhook.write",
                lambda kite, webhook, _: webhooks.test(kite, webhook.id),
            )
        ],
        creates="url events",
        insert=("webhook.write", _create_webhook),
        drop=("webhook.write", lambda kite, webhook: webhooks.remove(kite, webhook.id)),
    ),
    Table(
        "deliveries",
        icon="truck",
        rows=Delivery,
        order=(Delivery.id.desc(),),
        read="webhook.read",
        fields="id event_type receiver state attempts due_at ended_at status error",
        shown={
            "event_type": lambda _, row: f"{row.event.type} ({row.event.id})",
            "receiver": lambda _, row: row.plugin or f"webhook {row.webhook_id}",
        },
        columns="id event_type receiver state attempts status",
        search="plugin state",
        buttons=[
            Act(
                "replay",
                "Deliver again",
                "rotate-right",
                "webhook.replay",
                lambda kite, delivery, _: webhooks.replay(kite, delivery.id),
            )
        ],
    ),
    Table(
        "audit",
        icon="clipboard-list",
        rows=AuditEntry,
        order=(AuditEntry.id.desc(),),
        read="audit.read",
        fields="id at actor action target changes request_id",
        shown={"changes": lambda _, entry: _changes(entry)},
        columns="at actor action target changes",
        search="target actor action",
    ),
)
"""Every screen, in the order of the menu."""
