"""One kind of screen for all tables: it lists by query, and changes through Kite's functions only."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from types import MethodType
from typing import Any

from pydantic import BaseModel, ValidationError
from sqlalchemy import ColumnElement, String, cast, func, or_, select
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette_admin import BaseModelView, RowActionsDisplayType
from starlette_admin.actions import link_row_action, row_action
from starlette_admin.exceptions import ActionFailed, FormValidationError
from starlette_admin.flash import flash

from kite.admin.fields import Show, fields
from kite.admin.words import LENGTHS, explain, look_up, screen, t
from kite.context import Kite
from kite.errors import KiteError
from kite.models import MAX_ID

PAGE_SIZE = 25
Run = Callable[[Kite, Any, FormData], object]
"""What a button does to a row, with what was filled in."""


@dataclass(frozen=True)
class Act:
    """A button of a row.

    Attributes:
        name: Its name in requests.
        label: What it says, a key of ``words.ZH``.
        icon: Name of the icon.
        needs: The permission without which it is not shown.
        run: What it does to the row, with what was filled in; raises KiteError.
        confirm: What is asked before; None to do it at once.
        ask: Template of what has to be filled in.
        when: Whether the row can take it now.
        secret: Whether ``run`` raises ``Secrets`` to be shown instead of the list.
    """

    name: str
    label: str
    icon: str
    needs: str
    run: Run
    confirm: str | None = None
    ask: str = ""
    when: Callable[[Any], bool] = lambda _: True
    secret: bool = False


@dataclass(frozen=True)
class Link:
    """A button of a row that leads to another page.

    Attributes:
        name: Its name.
        label: What it says, a key of ``words.ZH``.
        icon: Name of the icon.
        needs: The permission without which it is not shown.
        address: Where it leads, for the key of the row.
    """

    name: str
    label: str
    icon: str
    needs: str
    address: Callable[[Request, str], str]


@dataclass(frozen=True)
class Table:
    """What a screen shows and what can be done there. Lists of names are divided by blanks.

    Attributes:
        key: Its name in addresses; ``words.SCREENS`` has its names in the menu.
        icon: Name of the icon in the menu.
        rows: What is selected: a table or a subquery.
        order: Order of the list.
        read: The permission to see it.
        fields: The fields of a row's own page and of the forms, in their order.
        shown: What is shown in fields that are no attributes of the row.
        columns: Names of the fields in the list.
        search: Columns of ``rows`` that are searched.
        pk: Column of ``rows`` that names a row.
        show: The row as the API shows it, made from the one that was read.
        buttons: Buttons of a row.
        creates: Names of the fields in the form for a new row.
        edits: Names of the fields that can be changed.
        insert: Permission to create a row, and how: raises KiteError, ValidationError or Secrets.
        change: Permission to change a row, and how.
        drop: Permission to delete a row, and how.
    """

    key: str
    icon: str
    rows: Any
    order: Sequence[Any]
    read: str
    fields: str
    columns: str
    search: str
    shown: Mapping[str, Show] = field(default_factory=dict)
    pk: str = "id"
    show: Callable[[Kite, Any], Any] = lambda _, row: row
    buttons: Sequence[Act | Link] = ()
    creates: str = ""
    edits: str = ""
    insert: tuple[str, Callable[[Kite, dict[str, Any]], object]] | None = None
    change: tuple[str, Callable[[Kite, Any, dict[str, Any]], object]] | None = None
    drop: tuple[str, Callable[[Kite, Any], object]] | None = None
    needs: Mapping[str, str] = field(init=False)

    def __post_init__(self) -> None:
        """Gather the permission that each button needs."""
        forms = {"create": self.insert, "edit": self.change, "delete": self.drop}
        needs = {name: form[0] for name, form in forms.items() if form}
        needs |= {"read": self.read, **{button.name: button.needs for button in self.buttons}}
        object.__setattr__(self, "needs", needs)


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


class Screen(BaseModelView):
    """The library's view of a ``Table``."""

    show_pk_in_forms = True
    page_size = PAGE_SIZE
    page_size_options = (PAGE_SIZE,)
    column_visibility = False
    exporters = ()
    importers = ()
    actions = ()
    sortable_fields = ()
    row_actions_display_type = RowActionsDisplayType.KEBAB

    def __init__(self, table: Table) -> None:
        self.table = table
        self.key, self.icon, self.pk_attr = table.key, f"fa-solid fa-{table.icon}", table.pk
        self.menu_label, self.display_name = screen(table.key)
        self.searchable_fields = table.search.split()
        for button in table.buttons:  # as methods, in which the library finds them
            made = _button(button) if isinstance(button, Act) else _link(button)
            setattr(self, f"_button_{button.name}", MethodType(made, self))
        self.row_actions = ["view", *(button.name for button in table.buttons), "edit", "delete"]
        self.fields = fields(table.key, table.fields, table.shown)
        for shown in self.fields:
            shown.filters = []
            shown.exclude_from_list = shown.name not in table.columns.split()
            shown.exclude_from_create = shown.name not in table.creates.split()
            shown.exclude_from_edit = shown.name not in table.edits.split()
        super().__init__()

    # --- who may; the core checks it again

    def may(self, request: Request, what: str) -> bool:
        """Whether the reader has the permission for a button."""
        needed = self.table.needs.get(what)
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
        for button in self.table.buttons:
            if button.name == name:
                now = not isinstance(button, Act) or button.when(obj)
                return now and self.may(request, name)
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
        if skip > MAX_ID:  # no database counts that far
            return []
        query = select(self.table.rows).where(*self._matching(q)).order_by(*self.table.order)
        return await self._read(request, query.offset(skip).limit(limit))

    async def count(self, request: Request, q: str | None = None, filters: Any = None) -> int:
        """How many rows match."""
        del filters
        query = select(func.count()).select_from(self.table.rows).where(*self._matching(q))
        return int((await self._read(request, query, lambda _, number: number))[0])

    async def find_by_pk(self, request: Request, pk: Any) -> Any:
        """One row, or None."""
        query = select(self.table.rows).where(self._column(self.table.pk) == _plain(pk))
        return next(iter(await self._read(request, query)), None)

    async def find_by_pks(self, request: Request, pks: list[Any]) -> Sequence[Any]:
        """Several rows; those that are gone are left out."""
        found = [await self.find_by_pk(request, pk) for pk in pks]
        return [row for row in found if row is not None]

    def _column(self, name: str) -> ColumnElement[str]:
        rows = self.table.rows
        return cast(getattr(getattr(rows, "c", rows), name), String)

    def _matching(self, q: str | None) -> Sequence[ColumnElement[bool]]:
        searched = [self._column(name) for name in self.table.search.split()]
        wanted = [column.icontains(_plain(q), autoescape=True) for column in searched]
        return [or_(*wanted)] if q else []

    async def _read(
        self, request: Request, query: Any, show: Callable[[Kite, Any], Any] | None = None
    ) -> list[Any]:
        kite: Kite = request.state.kite

        def read() -> list[Any]:
            with kite.read(self.table.read) as session:
                found = session.execute(query).unique().all()
            plain = [row[0] if len(row) == 1 else row for row in found]
            return [(show or self.table.show)(kite, row) for row in plain]

        return await run_in_threadpool(read)

    # --- changing

    async def create(self, request: Request, data: dict[str, Any]) -> Any:
        """Create a row with what was filled in."""
        return await _submit(request, self.table.insert, data)

    async def edit(self, request: Request, pk: Any, data: dict[str, Any]) -> Any:
        """Change a row to what was filled in."""
        return await _submit(request, self.table.change, await self.find_by_pk(request, pk), data)

    async def delete(self, request: Request, pks: list[Any]) -> int:
        """Delete rows."""
        assert self.table.drop  # noqa: S101 - see can_delete
        rows = await self.find_by_pks(request, pks)
        for row in rows:
            try:
                await run_in_threadpool(self.table.drop[1], request.state.kite, row)
            except KiteError as error:
                raise _refused(request, error) from error
        return len(rows)

    async def repr(self, obj: Any, request: Request) -> str:
        """How messages call a row."""
        del request
        return str(getattr(obj, self.table.pk))


def checked(body: type[BaseModel], data: Mapping[str, object]) -> dict[str, Any]:
    """The values of a form, checked as the body of the API request would be."""
    sent = {k: v.isoformat() if isinstance(v, datetime) else v for k, v in data.items()}
    return body.model_validate(sent).model_dump(exclude_unset=True)


def length_of(chosen: object) -> timedelta:
    """A chosen length of time.

    Raises:
        KiteError: REQUEST_INVALID.
    """
    if chosen not in LENGTHS:
        raise KiteError("REQUEST_INVALID", "There is no such length of time.")
    return timedelta(seconds=int(str(chosen)))


def end_of(chosen: object) -> str | None:
    """When a chosen length of time will be over; None for 0.

    Raises:
        KiteError: REQUEST_INVALID.
    """
    length = length_of(chosen)
    return (datetime.now(UTC) + length).isoformat() if length else None


def _plain(text: object) -> str:
    """Without the one character that PostgreSQL does not take."""
    return str(text).replace("\0", "")


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
        icon_class=f"fa-solid fa-{act.icon}",
        form=form,
        custom_response=act.secret,
        modal_size="md",
    )(press)
    return made


def _link(link: Link) -> Callable[..., Any]:
    def address(self: Screen, request: Request, pk: str) -> str:
        del self
        return link.address(request, pk)

    icon = f"fa-solid fa-{link.icon}"
    made: Callable[..., Any] = link_row_action(link.name, t(link.label), icon_class=icon)(address)
    return made


def _refused(request: Request, error: KiteError) -> ActionFailed:
    request.state.code = error.code
    return ActionFailed(explain(error))


async def _submit(request: Request, form: tuple[str, Any] | None, *arguments: object) -> Any:
    """Send a form to the core; what it refuses is shown above the form or below a field."""
    assert form  # noqa: S101 - see can_create and can_edit
    try:
        return await run_in_threadpool(form[1], request.state.kite, *arguments)
    except KiteError as error:
        request.state.code = error.code
        flash(request, explain(error), "error")
        raise FormValidationError({}) from error
    except ValidationError as error:
        request.state.code = "REQUEST_INVALID"
        hint = look_up("Not valid; see the hint.")
        wrong: dict[str | int, Any] = {str(problem["loc"][0]): hint for problem in error.errors()}
        raise FormValidationError(wrong) from error
