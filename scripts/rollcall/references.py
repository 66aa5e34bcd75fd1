"""What a reference on a page points at: shared by the rules about links, anchors and images."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final
from urllib.parse import unquote

from rollcall.bound import BoundPage
from rollcall.page import Link
from rollcall.project import Project

_SCHEME: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:|//")


@dataclass(frozen=True, slots=True)
class Reference:
    """A link to something in this tree: the path from the root it means, and its fragment."""

    link: Link
    path: str
    fragment: str

    @property
    def subject(self) -> str:
        """The target as written."""
        return self.link.target


def is_external(target: str) -> bool:
    """Whether a target names another host or scheme (`https:`, `mailto:`, `//host`)."""
    return _SCHEME.match(target) is not None


def internal(project: Project, page: BoundPage) -> Iterator[Reference]:
    """Links and images of a page that point into the tree; its own path stands for `#fragment`."""
    for link in page.page.links:
        if is_external(link.target):
            continue
        written, _, fragment = link.target.partition("#")
        written = unquote(written.partition("?")[0])
        path = project.resolve(page, written) if written else page.path
        yield Reference(link, path, unquote(fragment))
