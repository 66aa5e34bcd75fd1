"""``kite token``: access tokens of the API."""

import click

from kite import tokens
from kite.models import MAX_ID
from kite.permissions import ROLES
from kite.schemas import TokenCreate, TokenSecret, TokenView
from kite.terminal import Commands, Terminal, as_json, pass_terminal, show, show_list


@click.group(cls=Commands)
def token() -> None:
    """Manage access tokens of the API."""


@token.command("create")
@click.argument("name")
@click.option("--role", type=click.Choice(ROLES), default="owner", show_default=True)
@click.option("--scope", "scopes", multiple=True, help="Limit it to this action; repeatable.")
@click.option("--expires-at", metavar="TIME", help="End, as 2026-01-31T20:00:00Z.")
@as_json
@pass_terminal
def create_token(
    terminal: Terminal,
    name: str,
    role: str,
    scopes: tuple[str, ...],
    expires_at: str | None,
    as_json: bool,
) -> None:
    """Create a token.

    The secret is shown only now.
    """
    given = {"name": name, "role": role, "scopes": list(scopes) or None, "expires_at": expires_at}
    body = TokenCreate.model_validate(given)
    made = tokens.create(terminal.kite(), body.name, body.role, body.scopes, body.expires_at)
    view = TokenSecret.new(*made)
    text = f"Token {view.id} ({view.name}), shown only now: {view.secret}"
    show(view, as_json, text)


@token.command("list")
@as_json
@pass_terminal
def list_tokens(terminal: Terminal, as_json: bool) -> None:
    """List the tokens, revoked ones too."""
    found = tokens.page(terminal.kite(), MAX_ID, 0)
    columns = ("id", "hint", "state", "role", "scopes", "created_at", "expires_at", "name")
    show_list([TokenView.of(row) for row in found], as_json, columns)


@token.command("revoke")
@click.argument("token_id", metavar="ID", type=click.IntRange(1, MAX_ID))
@pass_terminal
def revoke_token(terminal: Terminal, token_id: int) -> None:
    """Refuse a token from now on.

    Here, unlike in the API, that may be the last one.
    """
    tokens.revoke(terminal.kite(), token_id, keep_one=False)
    click.echo(f"Token {token_id} is revoked.")
