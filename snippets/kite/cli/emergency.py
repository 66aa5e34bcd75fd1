"""``kite emergency``: stop everything."""

import click

from kite import moderation
from kite.schemas import EmergencyStop
from kite.terminal import Commands, Terminal, as_json, pass_terminal, show


@click.group(cls=Commands)
def emergency() -> None:
    """Stop all broadcasts, and allow them again."""


@emergency.command("stop")
@click.option("--reason", required=True, help="Why; operators see it.")
@pass_terminal
def stop(terminal: Terminal, reason: str) -> None:
    """Cut every broadcast, refuse every publisher."""
    stopped = moderation.emergency_stop(terminal.kite(), EmergencyStop(reason=reason).reason)
    cut = "1 broadcast" if stopped == 1 else f"{stopped} broadcasts"
    click.echo(f"Everything is stopped: {cut} cut, publishing refused.")


@emergency.command("lift")
@pass_terminal
def lift(terminal: Terminal) -> None:
    """Allow publishing again; bans stay."""
    moderation.lift_emergency(terminal.kite())
    click.echo("Publishing is allowed again.")


@emergency.command("show")
@as_json
@pass_terminal
def show_emergency(terminal: Terminal, as_json: bool) -> None:
    """Show whether everything is stopped."""
    view = moderation.emergency(terminal.kite())
    text = f"Stopped since {view.since:%Y-%m-%dT%H:%M:%SZ}: {view.reason}" if view.stopped else ""
    show(view, as_json, text or "Nothing is stopped.")
