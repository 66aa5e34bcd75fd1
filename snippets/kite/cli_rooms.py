"""``kite room``, ``kite key`` and ``kite token``: the same functions the API uses, directly."""

import sys
from shlex import quote

import click

from kite import keys, moderation, rooms, tokens
from kite.schemas import (
    Ban,
    KeySecret,
    KeyView,
    RoomCreate,
    RoomView,
    TokenCreate,
    TokenSecret,
    TokenView,
)
from kite.settings import Settings
from kite.terminal import Commands, Terminal, as_json, pass_terminal, show, show_list

EVERYTHING = sys.maxsize
"""Lists on the terminal are not paged."""

TEST_RATE = 30
"""Frames in a second of the test picture; key frames are placed once in each HLS segment."""


@click.group(cls=Commands)
def room() -> None:
    """Manage rooms."""


@room.command("create")
@click.argument("room_id", metavar="ROOM")
@click.option("--title", help="Shown to operators; the id if not given.")
@as_json
@pass_terminal
def create_room(terminal: Terminal, room_id: str, title: str | None, as_json: bool) -> None:
    """Create a room."""
    body = RoomCreate(id=room_id, title=room_id if title is None else title)
    kite = terminal.kite()
    with kite.sessions.begin() as session:
        view = RoomView.of(rooms.create(session, body.id, body.title), kite.settings)
    kite.record("room_created", room=room_id)
    show(view, as_json, f"{_describe(view)}\nNext: kite key create {room_id}")


@room.command("list")
@as_json
@pass_terminal
def list_rooms(terminal: Terminal, as_json: bool) -> None:
    """List the rooms."""
    kite = terminal.kite()
    with kite.sessions() as session:
        views = [RoomView.of(r, kite.settings) for r in rooms.page(session, EVERYTHING, "")]
    show_list(views, as_json, ("id", "state", "created_at", "title"))


@room.command("show")
@click.argument("room_id", metavar="ROOM")
@as_json
@pass_terminal
def show_room(terminal: Terminal, room_id: str, as_json: bool) -> None:
    """Show one room."""
    kite = terminal.kite()
    view = RoomView.of(moderation.current(kite, room_id), kite.settings)
    show(view, as_json, _describe(view))


@room.command("ban")
@click.argument("room_id", metavar="ROOM")
@click.option("--reason", required=True, help="Why; operators see it.")
@pass_terminal
def ban_room(terminal: Terminal, room_id: str, reason: str) -> None:
    """Refuse publishing and playing.

    A running broadcast is cut at once.
    """
    moderation.ban(terminal.kite(), room_id, Ban(reason=reason).reason)
    click.echo(f"Room {room_id} is banned.")


@room.command("unban")
@click.argument("room_id", metavar="ROOM")
@pass_terminal
def unban_room(terminal: Terminal, room_id: str) -> None:
    """Lift a ban."""
    kite = terminal.kite()
    with kite.sessions.begin() as session:
        rooms.unban(session, room_id)
    kite.record("room_unbanned", room=room_id)
    click.echo(f"Room {room_id} is not banned.")


@room.command("stop")
@click.argument("room_id", metavar="ROOM")
@pass_terminal
def stop_room(terminal: Terminal, room_id: str) -> None:
    """Cut the running broadcast.

    The encoder may connect again.
    """
    moderation.stop(terminal.kite(), room_id)
    click.echo(f"The broadcast in {room_id} is cut.")


@room.command("delete")
@click.argument("room_id", metavar="ROOM")
@pass_terminal
def delete_room(terminal: Terminal, room_id: str) -> None:
    """Delete a room and its stream keys for good."""
    kite = terminal.kite()
    with kite.sessions.begin() as session:
        rooms.remove(session, room_id)
    kite.record("room_deleted", room=room_id)
    click.echo(f"Room {room_id} is deleted.")


@click.group(cls=Commands)
def key() -> None:
    """Manage the stream keys of a room."""


@key.command("create")
@click.argument("room_id", metavar="ROOM")
@as_json
@pass_terminal
def create_key(terminal: Terminal, room_id: str, as_json: bool) -> None:
    """Create a stream key.

    The secret is shown only now.
    """
    kite = terminal.kite()
    with kite.sessions.begin() as session:
        view = KeySecret.new(*keys.create(session, room_id), kite.settings)
    kite.record("key_created", room=room_id, key=view.id)
    show(view, as_json, _explain(view, kite.settings))


@key.command("list")
@click.argument("room_id", metavar="ROOM")
@as_json
@pass_terminal
def list_keys(terminal: Terminal, room_id: str, as_json: bool) -> None:
    """List the stream keys of a room."""
    with terminal.kite().sessions() as session:
        views = [KeyView.of(found) for found in keys.page(session, room_id, EVERYTHING, 0)]
    show_list(views, as_json, ("id", "hint", "state", "created_at", "last_used_at"))


@key.command("rotate")
@click.argument("room_id", metavar="ROOM")
@click.argument("key_id", metavar="ID", type=click.IntRange(1, 2**63 - 1))
@as_json
@pass_terminal
def rotate_key(terminal: Terminal, room_id: str, key_id: int, as_json: bool) -> None:
    """Give a key a new secret.

    The old one is refused from now on; a running broadcast goes on.
    """
    kite = terminal.kite()
    with kite.sessions.begin() as session:
        view = KeySecret.new(*keys.rotate(session, room_id, key_id), kite.settings)
    kite.record("key_rotated", room=room_id, key=key_id)
    show(view, as_json, _explain(view, kite.settings))


@key.command("revoke")
@click.argument("room_id", metavar="ROOM")
@click.argument("key_id", metavar="ID", type=click.IntRange(1, 2**63 - 1))
@pass_terminal
def revoke_key(terminal: Terminal, room_id: str, key_id: int) -> None:
    """Refuse a key for good.

    A running broadcast that uses it is cut.
    """
    moderation.revoke_key(terminal.kite(), room_id, key_id)
    click.echo(f"Key {key_id} of {room_id} is revoked.")


@click.group(cls=Commands)
def token() -> None:
    """Manage access tokens of the API."""


@token.command("create")
@click.argument("name")
@as_json
@pass_terminal
def create_token(terminal: Terminal, name: str, as_json: bool) -> None:
    """Create a token with all rights.

    The secret is shown only now.
    """
    body = TokenCreate(name=name)
    kite = terminal.kite()
    with kite.sessions.begin() as session:
        view = TokenSecret.new(*tokens.create(session, body.name))
    kite.record("token_created", token=view.id)
    text = f"Token {view.id} ({view.name}), shown only now: {view.secret}"
    show(view, as_json, text)


@token.command("list")
@as_json
@pass_terminal
def list_tokens(terminal: Terminal, as_json: bool) -> None:
    """List the tokens, revoked ones too."""
    with terminal.kite().sessions() as session:
        views = [TokenView.of(found) for found in tokens.page(session, EVERYTHING, 0)]
    show_list(views, as_json, ("id", "hint", "state", "created_at", "name"))


@token.command("revoke")
@click.argument("token_id", metavar="ID", type=click.IntRange(1, 2**63 - 1))
@pass_terminal
def revoke_token(terminal: Terminal, token_id: int) -> None:
    """Refuse a token from now on.

    Here, unlike in the API, that may be the last one.
    """
    kite = terminal.kite()
    with kite.sessions.begin() as session:
        tokens.revoke(session, token_id, keep_one=False)
    kite.record("token_revoked", token=token_id)
    click.echo(f"Token {token_id} is revoked.")


def _describe(view: RoomView) -> str:
    reason = f" ({view.ban_reason})" if view.ban_reason else ""
    return (
        f"Room {view.id}: {view.title}\n"
        f"  State    {view.state}{reason}\n"
        f"  Publish  {view.publish_url}  (stream key: {view.id}?key=<secret>)\n"
        f"  Play     {view.play_urls.hls}"
    )


def _explain(view: KeySecret, settings: Settings) -> str:
    group = TEST_RATE * settings.hls_fragment_seconds
    target = quote(f"{view.publish_url}/{view.stream_key}")
    return (
        f"Stream key {view.id} of {view.room}, shown only now\n"
        f"  OBS server      {view.publish_url}\n"
        f"  OBS stream key  {view.stream_key}\n"
        f"Test it:\n"
        f"  {settings.ffmpeg_binary} -re -f lavfi -i testsrc2=size=640x360:rate={TEST_RATE}"
        f" -f lavfi -i sine=frequency=440 -c:v libx264 -preset veryfast -pix_fmt yuv420p"
        f" -g {group} -c:a aac -f flv {target}\n"
        f"Watch it: {settings.play_base}/{view.room}.m3u8"
    )
