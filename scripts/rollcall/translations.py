"""Which sections the ledger of translations is about, and which of its entries are about nothing."""

from collections.abc import Iterable, Iterator

from rollcall.ledger import Key
from rollcall.pairs import Pair, pairs
from rollcall.project import Project


def keyed(project: Project) -> Iterator[tuple[Key, Pair]]:
    """Each section that somebody translates and that can be compared, by its key in the ledger."""
    for pair in pairs(project):
        page = pair.other.page
        if page.kind is None or not page.kind.generated:
            yield (page.key, pair.source.passage.name, page.language), pair


def vanished(project: Project, keys: Iterable[Key]) -> Iterator[Key]:
    """Keys of pages and sections in neither language, of generated pages, or of no language.

    What is in one language only is reported as missing in the other, so it may come back.
    """
    unreadable = {item.path for item in project.unreadable}
    for key in sorted(keys):
        page, section, language = key
        if language not in project.checklist.languages or language == _source(project):
            yield key
            continue
        paths = [project.path_in(page, name) for name in (_source(project), language)]
        sides = [project.by_path[path] for path in paths if path in project.by_path]
        if any(path in unreadable for path in paths) or any(side.anonymous for side in sides):
            continue
        generated = any(side.kind is not None and side.kind.generated for side in sides)
        if generated or not any(section in project.passages(side) for side in sides):
            yield key


def _source(project: Project) -> str:
    return project.checklist.source_language
