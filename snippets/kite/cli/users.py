"""``kite user``: accounts."""

import sys

import click

from kite import moderation, users
from kite.models import MAX_ID
from kite.permissions import ROLES
from kite.schemas import Ban, UserCreate, UserPatch, UserView
from kite.terminal import Commands, Terminal, as_json, pass_terminal, show, show_list

COLUMNS = ("id", "name", "role", "banned", "ban_reason", "created_at")


@click.group(cls=Commands)
def user() -> None:
    """Manage accounts."""


@user.command("create")
@click.argument("name")
@click.option("--role", type=click.Choice(ROLES), required=True)
@click.option("--no-password", is_flag=True, help="Cannot sign in; holds keys and tokens only.")
@as_json
@pass_terminal
def create_user(terminal: Terminal, name: str, role: str, no_password: bool, as_json: bool) -> None:
    """Create an account.

    The password is asked for, or read from standard input.
    """
    password = None if no_password else _read_password()
    body = UserCreate.model_validate({"name": name, "role": role, "password": password})
    made = users.create(terminal.kite(), body.name, body.role, body.password)
    show(UserView.model_validate(made), as_json, f"User {name} ({role}) is created.")


@user.command("list")
@as_json
@pass_terminal
def list_users(terminal: Terminal, as_json: bool) -> None:
    """List the accounts."""
    found = users.page(terminal.kite(), MAX_ID, 0)
    show_list([UserView.model_validate(row) for row in found], as_json, COLUMNS)


@user.command("role")
@click.argument("name")
@click.argument("role", type=click.Choice(ROLES))
@pass_terminal
def set_role(terminal: Terminal, name: str, role: str) -> None:
    """Give an account another role."""
    body = UserPatch.model_validate({"role": role})
    users.update(terminal.kite(), name, role=body.role)
    click.echo(f"User {name} is {role}.")


@user.command("password")
@click.argument("name")
@pass_terminal
def set_password(terminal: Terminal, name: str) -> None:
    """Set a new password.

    It is asked for, or read from standard input. A sign-in lock is lifted.
    """
    body = UserPatch(password=_read_password())
    users.update(terminal.kite(), name, password=body.password)
    click.echo(f"User {name} has a new password.")


@user.command("ban")
@click.argument("name")
@click.option("--reason", required=True, help="Why; operators see it.")
@click.option("--until", metavar="TIME", help="End of the ban, as 2026-01-31T20:00:00Z.")
@pass_terminal
def ban_user(terminal: Terminal, name: str, reason: str, until: str | None) -> None:
    """Refuse sign-in, tokens and stream keys.

    Running broadcasts with its keys are cut.
    """
    body = Ban.model_validate({"reason": reason, "until": until})
    moderation.ban_user(terminal.kite(), name, body.reason, body.until)
    click.echo(f"User {name} is banned.")


@user.command("unban")
@click.argument("name")
@pass_terminal
def unban_user(terminal: Terminal, name: str) -> None:
    """Lift a ban."""
    moderation.unban_user(terminal.kite(), name)
    click.echo(f"User {name} is not banned.")


@user.command("delete")
@click.argument("name")
@pass_terminal
def delete_user(terminal: Terminal, name: str) -> None:
    """Delete an account for good.

    Its tokens and stream keys go too; its broadcasts are cut.
    """
    moderation.delete_user(terminal.kite(), name)
    click.echo(f"User {name} is deleted.")


def _read_password() -> str:
    """Never an argument: the process list and the shell history would show it."""
    if sys.stdin.isatty():
        entered: str = click.prompt("Password", hide_input=True, confirmation_prompt=True)
        return entered
    return sys.stdin.readline().rstrip("\n")
