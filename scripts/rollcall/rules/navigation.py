"""Every page is in its language's navigation, and every entry of it has a page."""

from collections.abc import Iterator
from typing import Final

from rollcall.bound import BoundPage
from rollcall.checklist import Strict
from rollcall.model import Level, Outcome, Place, Severity, Text, met, unmet
from rollcall.nav import Navigation
from rollcall.project import Project
from rollcall.references import is_external

ID: Final = "navigation"
LEVEL: Final = Level.COMPLETE
SEVERITY: Final = Severity.ERROR
SUMMARY: Final = Text("页面不在导航里", "a page is not in the navigation")
EXPLANATION: Final = Text(
    "不在导航里的页面，读者只能碰运气找到。导航里没有对应页面的条目同样是问题。"
    "配置里没有 `nav` 时，MkDocs 会列出全部页面，算通过。",
    "A page outside the navigation is found by luck. An entry without a page is a finding too. "
    "Without `nav`, MkDocs lists every page, and all is well.",
)


class Options(Strict):
    """This rule has no options."""


def check(project: Project, _options: Options) -> Iterator[Outcome]:
    """One outcome per page, and one per entry that has no page."""
    for language, navigation in project.navigation.items():
        docs = project.checklist.languages[language].docs
        listed = {entry for entry, _ in navigation.entries or ()}
        for page in project.pages:
            if page.language == language and page.cell is not None:  # else `page-type` reports it
                yield _page(page, navigation, navigation.entries is None or page.key in listed)
        for entry, line in navigation.entries or ():
            path = f"{docs}/{entry}"
            known = path in project.by_path or path in project.absent or is_external(entry)
            if not known and not project.snapshot.is_file(path):
                at = Place(navigation.config.path, line)
                message = Text(
                    f"导航条目没有对应的页面：`{entry}`",
                    f"navigation entry without a page: `{entry}`",
                )
                yield unmet(f"{at.path}:{entry}", at, at, message)


def _page(page: BoundPage, navigation: Navigation, listed: bool) -> Outcome:
    at = Place(page.path)
    if listed:
        return met(page.path, at, navigation.config, page.cell)
    return unmet(
        page.path,
        at,
        navigation.config,
        Text(f"页面不在导航里：`{page.key}`", f"page is not in the navigation: `{page.key}`"),
        hint=Text(
            f"加到 {navigation.config.path} 的 nav", f"add it to `nav` in {navigation.config.path}"
        ),
        cell=page.cell,
    )
