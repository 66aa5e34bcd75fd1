"""Files of the policy folder as typed data; rules see those that are there and valid."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Generic, TypeVar

from pydantic import ValidationError

from rollcall.checklist import Source, Strict
from rollcall.model import Outcome, Place, Text, did_you_mean, met, unmet
from rollcall.names import matches
from rollcall.project import Project
from rollcall.snapshot import UnreadableError
from rollcall.validation import problems_of
from rollcall.yaml_tree import YamlError

M = TypeVar("M", bound=Strict)


@dataclass(frozen=True, slots=True)
class PolicyFile(Generic[M]):
    """A valid file of the policy folder: its data, and the line of every entry."""

    source: Source
    data: M

    @property
    def path(self) -> str:
        """Its path from the root."""
        return self.source.path

    def place(self, *location: str | int) -> Place:
        """The place of an entry, or of the nearest one above it that has a line."""
        return self.source.place(*location)


@dataclass(frozen=True, slots=True)
class Invalid:
    """A file of the policy folder that cannot be used, with every reason."""

    problems: tuple[tuple[Place, Text], ...]


def policy_files(project: Project) -> tuple[str, ...]:
    """Paths, from the policy folder, of every YAML file in it.

    Raises:
        UnreadableError: the folder cannot be listed.
    """
    folder = project.checklist.policy
    if folder is None:
        return ()
    files = (path.removeprefix(f"{folder}/") for path in project.snapshot.files(folder))
    return tuple(name for name in files if name.endswith((".yml", ".yaml")))


def read_policy(project: Project, name: str, model: type[M]) -> PolicyFile[M] | None:
    """The file `name` of the policy folder.

    `None` without a policy folder, without the file, or if it is invalid: the rule `policy-file`
    says so, once, and no other rule adds to it.
    """
    folder = project.checklist.policy
    if folder is None or not project.snapshot.is_file(f"{folder}/{name}"):
        return None
    found = judge(project, name, model)
    return None if isinstance(found, Invalid) else found


def read_all(project: Project, pattern: str, model: type[M]) -> Iterator[PolicyFile[M]]:
    """Every valid file of the policy folder whose path matches, such as `advisories/*.yml`."""
    try:
        names = [name for name in policy_files(project) if matches(name, pattern)]
    except UnreadableError:
        return
    for name in names:
        if file := read_policy(project, name, model):
            yield file


def judge(project: Project, name: str, model: type[M]) -> PolicyFile[M] | Invalid:
    """The file `name` of the policy folder, or every reason why it is not valid."""
    path = f"{project.checklist.policy}/{name}"
    try:
        tree = project.yaml(path)
    except UnreadableError as error:
        return Invalid(((Place(path), error.reason),))
    except YamlError as error:
        return Invalid(((Place(path, error.line), Text(error.zh, error.en)),))
    if not isinstance(tree.data, dict):
        empty = Text("是空的，或不是键值对", "empty, or not a mapping")
        return Invalid(((Place(path, 1), empty),))
    try:
        data = model.model_validate(tree.data)
    except ValidationError as error:
        return Invalid(problems_of(error, tree, path, model))
    return PolicyFile(Source(path, tree.lines), data)


def refers(
    subject: str, name: str, valid: Collection[str], at: Place, because: Place, what: Text
) -> Outcome:
    """Whether an entry of one file names something that another one has."""
    if name in valid:
        return met(subject, at, because)
    guess = did_you_mean(name, valid)
    zh, en = f"没有这个{what.zh} `{name}`{guess.zh}", f"no {what.en} `{name}`{guess.en}"
    return unmet(subject, at, because, Text(zh, en))
