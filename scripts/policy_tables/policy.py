"""Policy data for tables, and how a table is written."""

from collections.abc import Iterable
from typing import TypeVar

from rollcall.checklist import Strict
from rollcall.model import InputError
from rollcall.names import matches
from rollcall.policy.files import Invalid, PolicyFile, judge, policy_files
from rollcall.policy.matrix import Matrix, read_matrix
from rollcall.policy.registry import kind_of
from rollcall.project import Project

M = TypeVar("M", bound=Strict)


class Policy:
    """The policy folder of a project, file by file.

    Raises:
        InputError: on reading, a file is missing or invalid.
    """

    def __init__(self, project: Project) -> None:
        self._project = project

    def holds(self, name: str) -> bool:
        """Whether there is such a file."""
        return name in policy_files(self._project)

    def read(self, name: str, model: type[M]) -> M:
        """The data of a file."""
        return self.file(name, model).data

    def file(self, name: str, model: type[M]) -> PolicyFile[M]:
        """A file, with the lines of its entries."""
        found = judge(self._project, name, model)
        if isinstance(found, Invalid):
            raise InputError(found.problems)
        return found

    def matrix(self) -> Matrix:
        """Plans × severities, with their clocks."""
        for name in ("severities.yml", "plans.yml", "targets.yml", "calendars.yml"):
            kind = kind_of(name)
            assert kind is not None  # noqa: S101
            self.file(name, kind.model)
        found = read_matrix(self._project)
        assert found is not None  # all four were read above  # noqa: S101
        return found

    def title(self, page: str, language: str) -> str:
        """The title of a page below a language's folder, or its path where there is none yet."""
        found = self._project.by_path.get(self._project.path_in(page, language))
        return str(found.page.front.data.get("title", page)) if found else page

    def answering(self, need: str, language: str) -> tuple[str, ...]:
        """Keys of the pages of a language that name a need in `answers`, in the order of paths."""
        return tuple(
            page.key
            for page in self._project.pages
            if page.language == language and need in page.page.front.data.get("answers", ())
        )

    def read_all(self, pattern: str, model: type[M]) -> tuple[M, ...]:
        """The data of every file whose path matches, such as `advisories/*.yml`."""
        names = (name for name in policy_files(self._project) if matches(name, pattern))
        return tuple(self.read(name, model) for name in names)


def table(header: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """A pipe table; pipes and line ends inside cells are made harmless."""
    head = tuple(header)
    lines = [_row(head), "|" + "---|" * len(head)]
    return "\n".join([*lines, *(_row(row) for row in rows)]) + "\n"


def _row(cells: Iterable[str]) -> str:
    return "| " + " | ".join(" ".join(cell.replace("|", "\\|").split()) for cell in cells) + " |"
