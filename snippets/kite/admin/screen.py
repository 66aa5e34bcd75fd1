"""One kind of screen for all tables: it lists by query, and changes through Kite's functions only."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from types import MethodType
from typing import Any, ClassVar

from pydantic import BaseModel, ValidationError
from sqlalchemy import ColumnElement, String, cast, func, inspect, or_, select
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette_admin import (
    BaseField,
    BaseModelView,
    DateTimeField,
    EnumField,
    PasswordField,
    RowActionsDisplayType,
    StringField,
    row_action,
)
from starlette_admin.exceptions import ActionFailed, FormValidationError
from starlette_admin.flash import flash

from kite import models
from kite.admin.words import LENGTHS, explain, lengths, look_up, t, value
from kite.context import Kite
from kite.errors import KiteError

TIME_FORMAT = "yyyy-MM-dd HH:mm:ss"
Run = Callable[[Kite, Any, FormData], object]


@dataclass(frozen=True)
class Act:
    """A button of a row.

    Attributes:
        name: Its name in requests.
        label: What it says, a key of ``words.ZH``.
        needs: The permission without which it is not shown.
        run: What it does to the row, with what was filled in; raises KiteError.
        confirm: What is asked before; None to do it at once.
        ask: Template of what has to be filled in.
        when: Whether the row can take it now.
        icon: Name of the icon.
        secret: Whether ``run`` returns a ``Secrets`` to be shown instead of the list.
    """

    name: str
    label: str
    needs: str
    run: Run
    confirm: str | None = None
    ask: str = ""
    when: Callable[[Any], bool] = lambda _: True
    icon: str = "fa-solid fa-check"
    secret: bool = False


class Secrets(Exception):  # noqa: N818 - not an error: the answer is another page
    """Show new secrets, once.

    Args:
        title: What they belong to.
        shown: Label to text.
    """

    def __init__(self, title: str, shown: Mapping[str, str]) -> None:
        super().__init__(title)
        self.title = title
        self.shown = shown


class When(DateTimeField):
    """A time: stored in UTC, shown and entered in the time zone of the browser."""

    async def parse_form_data(self, request: Request, form_data: FormData) -> datetime | None:
        """What was entered, in UTC."""
        entered = await super().parse_form_data(request, form_data)
        return entered.replace(tzinfo=UTC) if entered else None


class Choice(EnumField):
    """One of a few values, each in words of the reader's language."""

    def __init__(self, name: str, values: Sequence[str], **more: Any) -> None:
        """Offer ``values``, keys of ``words.VALUES``."""
        super().__init__(
            name,
            choices_loader=lambda _: [(name, value(name)) for name in values],
            list_template="state.html",
            detail_template="state.html",
            **more,
        )

    async def serialize_value(self, request: Request, value: Any) -> Any:
        """Keep the value; the template says it in words."""
        del request
        return value


def text(name: str, label: str, **more: Any) -> BaseField:
    """A column of text or numbers."""
    return StringField(name, label=t(label), **more)


def state(name: str = "state", label: str = "State", **more: Any) -> BaseField:
    """A column with a coloured value."""
    return StringField(
        name, label=t(label), list_template="state.html", detail_template="state.html", **more
    )


def when(name: str, label: str, **more: Any) -> BaseField:
    """A column with a time."""
    return When(
        name, label=t(label), output_format=TIME_FORMAT, form_alt_format="Y-m-d H:i", **more
    )


def password(hint: str) -> BaseField:
    """A field for a new password; nobody is shown one."""
    return PasswordField(
        "password",
        label=t("Password"),
        help_text=t(hint),
        exclude_from_detail=True,
    )


def duration(name: str, label: str, *seconds: int) -> BaseField:
    """A field for a length of time."""
    return EnumField(
        name,
        label=t(label),
        choices_loader=lambda _: lengths(*seconds),
        default=str(seconds[0]),
        required=True,
        exclude_from_detail=True,
    )


def length_of(chosen: object) -> int:
    """A chosen length of time in seconds.

    Raises:
        KiteError: REQUEST_INVALID.
    """
    if chosen not in LENGTHS:
        raise KiteError("REQUEST_INVALID", "There is no such length of time.")
    return int(str(chosen))


def end_of(chosen: object) -> str | None:
    """When a chosen length of time will be over; None for 0.

    Raises:
        KiteError: REQUEST_INVALID.
    """
    seconds = length_of(chosen)
    return (models.now() + timedelta(seconds=seconds)).isoformat() if seconds else None


class Screen(BaseModelView):
    """A list of rows with what can be done to them.

    Attributes:
        model: The table.
        permissions: ``read``, and ``create``, ``edit``, ``delete`` if there are such buttons.
        links: Names of buttons of a row that lead to another screen.
        acts: Further buttons of a row.
        order: Order of the list.
        columns: Names of the fields in the list; a row's own page shows all.
        creates: Names of the fields in the form for a new row.
        edits: Names of the fields that can be changed.
    """

    model: ClassVar[type[models.Base]]
    permissions: ClassVar[Mapping[str, str]]
    links: ClassVar[Sequence[str]] = ()
    acts: ClassVar[Sequence[Act]] = ()
    order: ClassVar[Sequence[Any]]
    columns: ClassVar[Sequence[str]]
    creates: ClassVar[Sequence[str]] = ()
    edits: ClassVar[Sequence[str]] = ()
    show_pk_in_forms = True
    pk_attr = "id"
    page_size = 25
    page_size_options = (25,)
    column_visibility = False
    exporters = ()
    importers = ()
    actions = ()
    sortable_fields: Sequence[str] | None = ()
    searchable_fields: Sequence[str] | None = ()
    row_actions_display_type = RowActionsDisplayType.KEBAB

    def __init__(self) -> None:
        """Make buttons of the acts, in the way the library finds them."""
        for act in self.acts:
            setattr(self, f"_act_{act.name}", MethodType(_button(act), self))
        self.row_actions = ["view", *self.links, *(act.name for act in self.acts), "edit", "delete"]
        for field in self.fields:
            field.filters = []
            field.exclude_from_list = field.name not in self.columns
            field.exclude_from_create = field.name not in self.creates
            field.exclude_from_edit = field.name not in self.edits
        super().__init__()

    # --- who may

    def may(self, request: Request, what: str) -> bool:
        """Whether the reader has the permission for a button; the core checks it again."""
        needed = self.permissions.get(what)
        return needed is not None and request.state.kite.actor.may(needed)

    def is_accessible(self, request: Request) -> bool:
        """Whether the screen is in the menu."""
        return self.may(request, "read")

    def can_create(self, request: Request) -> bool:
        """Whether there is a button for a new row."""
        return self.may(request, "create")

    def can_edit(self, request: Request) -> bool:
        """Whether rows can be changed."""
        return self.may(request, "edit")

    def can_delete(self, request: Request) -> bool:
        """Whether rows can be deleted."""
        return self.may(request, "delete")

    async def is_row_action_allowed_for_obj(self, request: Request, name: str, obj: Any) -> bool:
        """Whether the row can take the act now, and the reader may do it."""
        for act in self.acts:
            if act.name == name:
                return bool(request.state.kite.actor.may(act.needs) and act.when(obj))
        if name in self.links:
            return self.may(request, name)
        return await self.is_row_action_allowed(request, name)

    # --- reading

    async def find_all(
        self,
        request: Request,
        skip: int = 0,
        limit: int = 100,
        q: str | None = None,
        sorts: Sequence[tuple[str, str]] | None = None,
        filters: Any = None,
    ) -> Sequence[Any]:
        """The rows of one page of the list."""
        del sorts, filters
        query = select(self.model).where(*self._matching(q)).order_by(*self.order)
        query = query.offset(skip).limit(limit)
        found: Sequence[Any] = await self._read(request, lambda s: s.scalars(query).unique().all())
        return found

    async def count(self, request: Request, q: str | None = None, filters: Any = None) -> int:
        """How many rows match."""
        del filters
        query = select(func.count()).select_from(self.model).where(*self._matching(q))
        return int(await self._read(request, lambda session: session.scalar(query)))

    async def find_by_pk(self, request: Request, pk: Any) -> Any:
        """One row, or None."""
        column = inspect(self.model).columns[self.pk_attr]
        query = select(self.model).where(cast(column, String) == _plain(pk))
        return await self._read(request, lambda session: session.scalars(query).unique().first())

    async def find_by_pks(self, request: Request, pks: list[Any]) -> Sequence[Any]:
        """Several rows; those that are gone are left out."""
        found = [await self.find_by_pk(request, pk) for pk in pks]
        return [row for row in found if row is not None]

    def _matching(self, q: str | None) -> Sequence[ColumnElement[bool]]:
        columns = inspect(self.model).columns
        searched = [columns[name] for name in self.searchable_fields or ()]
        wanted = [column.icontains(_plain(q), autoescape=True) for column in searched]
        return [or_(*wanted)] if q and wanted else []

    async def _read(self, request: Request, ask: Callable[[Any], Any]) -> Any:
        kite: Kite = request.state.kite

        def read() -> Any:
            with kite.read(self.permissions["read"]) as session:
                return ask(session)

        return await run_in_threadpool(read)

    # --- changing

    def insert(self, kite: Kite, data: dict[str, Any]) -> object:
        """Create a row; raises KiteError, ValidationError or Secrets."""
        raise NotImplementedError

    def change(self, kite: Kite, row: Any, data: dict[str, Any]) -> object:
        """Change a row; raises KiteError or ValidationError."""
        raise NotImplementedError

    def drop(self, kite: Kite, row: Any) -> object:
        """Delete a row; raises KiteError."""
        raise NotImplementedError

    async def create(self, request: Request, data: dict[str, Any]) -> Any:
        """Create a row with what was filled in."""
        return await _submit(request, self.insert, request.state.kite, data)

    async def edit(self, request: Request, pk: Any, data: dict[str, Any]) -> Any:
        """Change a row to what was filled in."""
        row = await self.find_by_pk(request, pk)
        return await _submit(request, self.change, request.state.kite, row, data)

    async def delete(self, request: Request, pks: list[Any]) -> int:
        """Delete rows."""
        rows = await self.find_by_pks(request, pks)
        for row in rows:
            try:
                await run_in_threadpool(self.drop, request.state.kite, row)
            except KiteError as error:
                raise _refused(request, error) from error
        return len(rows)

    async def repr(self, obj: Any, request: Request) -> str:
        """How messages call a row."""
        del request
        return str(getattr(obj, self.pk_attr))


def _plain(text: object) -> str:
    """Without the one character that PostgreSQL does not take."""
    return str(text).replace("\0", "")


def checked(body: type[BaseModel], data: Mapping[str, object]) -> dict[str, Any]:
    """The values of a form, checked as the body of the API request would be."""
    sent = {k: v.isoformat() if isinstance(v, datetime) else v for k, v in data.items()}
    return body.model_validate(sent).model_dump(exclude_unset=True)


def _button(act: Act) -> Callable[..., Any]:
    """The method that the library calls when the button of an act is pressed."""

    async def press(self: Screen, request: Request, pk: Any) -> None:
        form = await request.form()
        row = await self.find_by_pk(request, pk)
        if row is None:
            raise ActionFailed(look_up("The entry is gone."))
        try:
            await run_in_threadpool(act.run, request.state.kite, row, form)
        except KiteError as error:
            if act.secret:  # the browser waits for a page
                raise
            raise _refused(request, error) from error
        except ValidationError as error:
            hint = "Not accepted: a reason has 1 to 200 characters."
            raise ActionFailed(look_up(hint)) from error
        flash(request, look_up("Done: %s") % f"{look_up(act.label)} ({pk})", "success")

    def form(request: Request, row: Any) -> str:
        del row
        return str(request.app.state.render(act.ask, act=act)) if act.ask else ""

    made: Callable[..., Any] = row_action(
        name=act.name,
        text=t(act.label),
        confirmation=t(act.confirm) if act.confirm else None,
        header=t(act.label),
        submit_btn_text=t(act.label),
        submit_btn_class="btn btn-danger",
        icon_class=act.icon,
        form=form,
        custom_response=act.secret,
        modal_size="md",
    )(press)
    return made


def _refused(request: Request, error: KiteError) -> ActionFailed:
    request.state.code = error.code
    return ActionFailed(explain(error))


async def _submit(request: Request, run: Callable[..., object], *arguments: object) -> Any:
    """Send a form to the core; what it refuses is shown above the form or below a field."""
    try:
        return await run_in_threadpool(run, *arguments)
    except KiteError as error:
        request.state.code = error.code
        flash(request, explain(error), "error")
        raise FormValidationError({}) from error
    except ValidationError as error:
        request.state.code = "REQUEST_INVALID"
        hint = look_up("Not valid; see the hint.")
        fields: dict[str | int, Any] = {str(problem["loc"][0]): hint for problem in error.errors()}
        raise FormValidationError(fields) from error
