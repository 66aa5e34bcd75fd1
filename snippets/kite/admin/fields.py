"""Columns and fields of forms: of which kind one is follows from its name."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette_admin import (
    BaseField,
    BooleanField,
    DateTimeField,
    EnumField,
    PasswordField,
    StringField,
)
from starlette_admin.i18n import get_locale

from kite.admin.words import column, hint, lengths, value
from kite.api.webhooks import SUBSCRIBABLE
from kite.permissions import ACTIONS, ROLES

TIME_FORMAT = "yyyy-MM-dd HH:mm:ss"
CHOICES: Mapping[str, Sequence[str]] = {"visibility": ("public", "private"), "role": ROLES}
REQUIRED = ("id", "title", "name", "room_id", "url")
DAY = 86400
Show = Callable[[Request, Any], Any]


class When(DateTimeField):
    """A time: stored in UTC, shown and entered in the time zone of the browser."""

    async def parse_form_data(self, request: Request, form_data: FormData) -> datetime | None:
        """What was entered, in UTC."""
        entered = await super().parse_form_data(request, form_data)
        return entered.replace(tzinfo=UTC) if entered else None


class Choice(EnumField):
    """One of a few values, each in words of the reader's language."""

    async def serialize_value(self, request: Request, value: Any) -> Any:
        """Keep the value; the template says it in words."""
        del request
        return value


def fields(screen: str, names: str, shown: Mapping[str, Show]) -> list[BaseField]:
    """The fields with these names, divided by blanks, in their order.

    Args:
        screen: Key of the screen; ``words.HINTS`` has what its forms say about a field.
        names: Keys of ``words.COLUMNS``; attributes of the row unless they are in ``shown``.
        shown: What is shown of a row, for what is no attribute of it.
    """
    return [_field(name, hint(f"{screen}.{name}"), shown.get(name)) for name in names.split()]


def _field(name: str, help_text: str | None, getter: Show | None) -> BaseField:
    more: dict[str, Any] = {"label": column(name), "getter": getter, "help_text": help_text}
    badge: dict[str, Any] = {"list_template": "state.html", "detail_template": "state.html"}
    listed: dict[str, Any] = {"list_template": "listed.html", "detail_template": "listed.html"}
    if name in CHOICES:
        values = CHOICES[name]
        return Choice(
            name,
            choices_loader=lambda _: [(key, value(key)) for key in values],
            default=values[0],
            required=True,
            **badge,
            **more,
        )
    match name:
        case "state":
            return StringField(name, **badge, **more)
        case "record":
            return BooleanField(name, **more)
        case "password":  # nobody is shown one
            return PasswordField(name, exclude_from_detail=True, **more)
        case "events":
            return EnumField(name, multiple=True, choices=SUBSCRIBABLE, **listed, **more)
        case "scopes":
            return EnumField(
                name,
                multiple=True,
                choices_loader=lambda _: [
                    (k, getattr(a, get_locale())) for k, a in ACTIONS.items()
                ],
                **listed,
                **more,
            )
        case "seconds":
            return EnumField(
                name,
                choices_loader=lambda _: lengths(0, DAY, 7 * DAY, 30 * DAY, 365 * DAY),
                default="0",
                required=True,
                exclude_from_detail=True,
                **more,
            )
    if name.endswith(("_at", "_until", "_since")) or name == "at":
        return When(name, output_format=TIME_FORMAT, form_alt_format="Y-m-d H:i", **more)
    if name == "room_id":  # the page of a room leads to the form for a key
        more["default"] = lambda request: request.query_params.get("room")
    return StringField(name, required=name in REQUIRED, **more)
