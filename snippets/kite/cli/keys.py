"""``kite key``: the stream keys of a room."""

from datetime import timedelta
from shlex import quote

import click

from kite import keys, moderation
from kite.models import MAX_ID
from kite.schemas import MAX_GRACE_SECONDS, KeyCreate, KeyRotate, KeySecret, KeyView
from kite.settings import Settings
from kite.terminal import Commands, Terminal, as_json, pass_terminal, show, show_list

TEST_RATE = 30
"""Frames in a second of the test picture; key frames are placed once in each HLS segment."""

key_id = click.argument("key_id", metavar="ID", type=click.IntRange(1, MAX_ID))


@click.group(cls=Commands)
def key() -> None:
    """Manage the stream keys of a room."""


@key.command("create")
@click.argument("room_id", metavar="ROOM")
@click.option("--user", help="Account that holds the key; its ban refuses the key.")
@click.option("--expires-at", metavar="TIME", help="End, as 2026-01-31T20:00:00Z.")
@as_json
@pass_terminal
def create_key(
    terminal: Terminal, room_id: str, user: str | None, expires_at: str | None, as_json: bool
) -> None:
    """Create a stream key.

    The secret is shown only now.
    """
    body = KeyCreate.model_validate({"user": user, "expires_at": expires_at})
    kite = terminal.kite()
    made = keys.create(kite, room_id, body.user, body.expires_at)
    view = KeySecret.new(*made, kite.settings)
    show(view, as_json, _explain(view, kite.settings))


@key.command("list")
@click.argument("room_id", metavar="ROOM")
@as_json
@pass_terminal
def list_keys(terminal: Terminal, room_id: str, as_json: bool) -> None:
    """List the stream keys of a room."""
    found = keys.page(terminal.kite(), room_id, MAX_ID, 0)
    columns = ("id", "hint", "state", "created_at", "last_used_at")
    show_list([KeyView.of(row) for row in found], as_json, columns)


@key.command("rotate")
@click.argument("room_id", metavar="ROOM")
@key_id
@click.option(
    "--grace",
    metavar="SECONDS",
    type=click.IntRange(0, MAX_GRACE_SECONDS),
    default=0,
    help="Accept the old secret this long.",
)
@as_json
@pass_terminal
def rotate_key(terminal: Terminal, room_id: str, key_id: int, grace: int, as_json: bool) -> None:
    """Give a key a new secret.

    The old one is refused from now on, or after the grace; a running broadcast goes on.
    """
    body = KeyRotate(grace_seconds=grace)
    kite = terminal.kite()
    made = keys.rotate(kite, room_id, key_id, timedelta(seconds=body.grace_seconds))
    view = KeySecret.new(*made, kite.settings)
    show(view, as_json, _explain(view, kite.settings))


@key.command("revoke")
@click.argument("room_id", metavar="ROOM")
@key_id
@pass_terminal
def revoke_key(terminal: Terminal, room_id: str, key_id: int) -> None:
    """Refuse a key for good.

    A running broadcast that uses it is cut.
    """
    moderation.revoke_key(terminal.kite(), room_id, key_id)
    click.echo(f"Key {key_id} of {room_id} is revoked.")


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
