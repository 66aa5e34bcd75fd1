"""The navigation that a language's MkDocs configuration lists."""

import posixpath
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from rollcall.model import InputError, Place, Text
from rollcall.snapshot import Snapshot, UnreadableError
from rollcall.yaml_tree import Location, Tree, YamlError, parse

_MAX_PARENTS: Final = 5

_Leaf: TypeAlias = tuple[str, Location]


@dataclass(frozen=True, slots=True)
class Navigation:
    """The pages that one language's MkDocs configuration lists; `None` when it lists none."""

    config: Place
    entries: tuple[tuple[str, int], ...] | None


def read_navigation(snapshot: Snapshot, path: str, because: Place) -> Navigation:
    """The `nav` of a configuration or, as in MkDocs, of the nearest one it inherits from.

    Raises:
        InputError: a configuration cannot be read or is not YAML.
    """
    first = path
    for _ in range(_MAX_PARENTS):
        tree = _read(snapshot, path, because)
        data: dict[str, Any] = tree.data if isinstance(tree.data, dict) else {}
        if data.get("nav") is not None:
            leaves = _leaves(data["nav"], ("nav",))
            entries = tuple((leaf, tree.line(location)) for leaf, location in leaves)
            return Navigation(Place(path, tree.line(("nav",))), entries)
        if not isinstance(data.get("INHERIT"), str):
            break
        because = Place(path, tree.line(("INHERIT",)))
        path = posixpath.normpath(posixpath.join(posixpath.dirname(path), data["INHERIT"]))
    return Navigation(Place(first), None)


def _read(snapshot: Snapshot, path: str, because: Place) -> Tree:
    try:
        return parse(snapshot.read(path), foreign_tags=True)
    except UnreadableError as error:
        reason = Text(f"{path}：{error.reason.zh}", f"{path}: {error.reason.en}")
        raise InputError(((because, reason),)) from None
    except YamlError as error:
        raise InputError(((Place(path, error.line), Text(error.zh, error.en)),)) from None


def _leaves(node: object, location: Location) -> Iterator[_Leaf]:
    if isinstance(node, str):
        yield node, location
    elif isinstance(node, list):
        for index, item in enumerate(node):
            yield from _leaves(item, (*location, index))
    elif isinstance(node, dict):
        for key, item in node.items():
            yield from _leaves(item, (*location, key))
