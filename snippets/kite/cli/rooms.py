"""``kite room``: the same functions the API uses, in the name of ``cli``."""

from collections.abc import Callable

import click

from kite import moderation, play, rooms
from kite.models import MAX_ID
from kite.schemas import Ban, PlayLinkView, RoomCreate, RoomPatch, RoomView
from kite.terminal import Commands, Terminal, as_json, pass_terminal, show, show_list


@click.group(cls=Commands)
def room() -> None:
    """Manage rooms."""


room_fields = (
    click.option("--title", help="Shown to operators; the id if not given."),
    click.option("--category", help="To group rooms."),
    click.option("--visibility", type=click.Choice(["public", "private"])),
    click.option("--scheduled-at", metavar="TIME", help="Start, as 2026-01-31T20:00:00Z."),
    click.option("--record/--no-record", default=None, help="Record every broadcast."),
)


def with_room_fields(command: Callable[..., None]) -> Callable[..., None]:
    """Add the options that describe a room."""
    for option in reversed(room_fields):
        command = option(command)
    return command


@room.command("create")
@click.argument("room_id", metavar="ROOM")
@with_room_fields
@as_json
@pass_terminal
def create_room(terminal: Terminal, room_id: str, as_json: bool, **fields: object) -> None:
    """Create a room."""
    given = _given(fields)
    body = RoomCreate.model_validate({"id": room_id, "title": room_id, **given})
    kite = terminal.kite()
    view = RoomView.of(rooms.create(kite, body.id, body.model_dump(exclude={"id"})), kite.settings)
    show(view, as_json, f"{_describe(view)}\nNext: kite key create {room_id}")


@room.command("update")
@click.argument("room_id", metavar="ROOM")
@with_room_fields
@as_json
@pass_terminal
def update_room(terminal: Terminal, room_id: str, as_json: bool, **fields: object) -> None:
    """Change what is given; the rest stays."""
    body = RoomPatch.model_validate(_given(fields))
    kite = terminal.kite()
    changed = rooms.update(kite, room_id, body.model_dump(exclude_unset=True))
    view = RoomView.of(changed, kite.settings)
    show(view, as_json, _describe(view))


@room.command("list")
@as_json
@pass_terminal
def list_rooms(terminal: Terminal, as_json: bool) -> None:
    """List the rooms."""
    kite = terminal.kite()
    views = [RoomView.of(found, kite.settings) for found in rooms.page(kite, MAX_ID, "")]
    show_list(views, as_json, ("id", "state", "created_at", "title"))


@room.command("show")
@click.argument("room_id", metavar="ROOM")
@as_json
@pass_terminal
def show_room(terminal: Terminal, room_id: str, as_json: bool) -> None:
    """Show one room."""
    kite = terminal.kite()
    view = RoomView.of(rooms.show(kite, room_id), kite.settings)
    show(view, as_json, _describe(view))


@room.command("ban")
@click.argument("room_id", metavar="ROOM")
@click.option("--reason", required=True, help="Why; operators see it.")
@click.option("--until", metavar="TIME", help="End of the ban, as 2026-01-31T20:00:00Z.")
@pass_terminal
def ban_room(terminal: Terminal, room_id: str, reason: str, until: str | None) -> None:
    """Refuse publishing and playing.

    A running broadcast is cut at once.
    """
    body = Ban.model_validate({"reason": reason, "until": until})
    moderation.ban_room(terminal.kite(), room_id, body.reason, body.until)
    click.echo(f"Room {room_id} is banned.")


@room.command("unban")
@click.argument("room_id", metavar="ROOM")
@pass_terminal
def unban_room(terminal: Terminal, room_id: str) -> None:
    """Lift a ban."""
    moderation.unban_room(terminal.kite(), room_id)
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


@room.command("play-link")
@click.argument("room_id", metavar="ROOM")
@click.option("--seconds", type=click.IntRange(60, 7 * 86400), help="How long it works.")
@as_json
@pass_terminal
def play_link(terminal: Terminal, room_id: str, seconds: int | None, as_json: bool) -> None:
    """Sign addresses that play a private room for a while."""
    view = PlayLinkView.model_validate(play.sign(terminal.kite(), room_id, seconds))
    text = f"HLS   {view.hls}\nRTMP  {view.rtmp}\nUntil {view.expires_at:%Y-%m-%dT%H:%M:%SZ}"
    show(view, as_json, text)


@room.command("delete")
@click.argument("room_id", metavar="ROOM")
@pass_terminal
def delete_room(terminal: Terminal, room_id: str) -> None:
    """Delete a room and its stream keys for good."""
    rooms.remove(terminal.kite(), room_id)
    click.echo(f"Room {room_id} is deleted.")


def _given(fields: dict[str, object]) -> dict[str, object]:
    return {name: value for name, value in fields.items() if value is not None}


def _describe(view: RoomView) -> str:
    reason = f" ({view.ban_reason})" if view.ban_reason else ""
    return (
        f"Room {view.id}: {view.title}\n"
        f"  State    {view.state}{reason}\n"
        f"  Publish  {view.publish_url}  (stream key: {view.id}?key=<secret>)\n"
        f"  Play     {view.play_urls.hls}"
    )
