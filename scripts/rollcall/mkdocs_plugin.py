"""The MkDocs front: the same engine inside `mkdocs build` and `mkdocs serve`.

In a build every finding is a warning, so `--strict` fails. In `serve` findings never stop the
build: each page shows its own in a banner, and one generated page lists them all. The site built
without this plugin is the same site, without the checks.
"""

import posixpath
from html import escape
from pathlib import Path, PurePosixPath
from typing import Any, Final, Literal

from mkdocs.config import config_options
from mkdocs.config.base import Config
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.livereload import LiveReloadServer
from mkdocs.plugins import BasePlugin, event_priority, get_plugin_logger
from mkdocs.structure.files import File, Files, InclusionLevel
from mkdocs.structure.pages import Page

from rollcall.engine import judge
from rollcall.load import load
from rollcall.model import InputError, Outcome, Report, Severity, Status, did_you_mean
from rollcall.project import Project
from rollcall.reporters.markdown import matrix
from rollcall.reporters.text import headline, summary
from rollcall.rules import RULES
from rollcall.snapshot import Snapshot

LIST_PAGE: Final = "_rollcall.md"
MATRIX_MARK: Final = "<!-- rollcall: matrix -->"
log = get_plugin_logger(__name__)


class RollcallConfig(Config):  # type: ignore[no-untyped-call]
    """Options under `plugins: rollcall:`."""

    checklist = config_options.Type(str, default="checklist.yml")
    language = config_options.Choice(("zh", "en"), default="en")
    ignore = config_options.Type(str, default="")  # rules, separated by blanks


class RollcallPlugin(BasePlugin[RollcallConfig]):  # type: ignore[no-untyped-call]
    """Findings as warnings in a build, as banners in a preview."""

    def __init__(self) -> None:
        self.serving = False
        self.project: Project | None = None
        self.report: Report | None = None
        self.refused: tuple[str, ...] = ()
        self.docs = ""

    def on_startup(self, *, command: Literal["build", "gh-deploy", "serve"], dirty: bool) -> None:
        """Keep this instance over the rebuilds of `serve`, and know which of the two it is."""
        del dirty
        self.serving = command == "serve"

    @event_priority(-50)
    def on_files(self, files: Files, *, config: MkDocsConfig) -> Files:
        """Check the sources, then log the findings; in `serve`, add the page that lists them."""
        path = Path(config.config_file_path).parent / self.config.checklist
        snapshot = Snapshot(path.parent)
        self.project, self.report, self.refused = None, None, ()
        try:
            self.project = Project(load(snapshot, path.name), snapshot)
            self.report = judge(self.project, ignore=self._ignored())
        except InputError as error:
            self._refuse(error)
        self.docs = _below(Path(config.docs_dir).resolve(), snapshot.root)
        if self.report is not None:
            self._log(self.report)
        if self.serving:
            files.append(self._list_page(config))
        return files

    def _ignored(self) -> tuple[str, ...]:
        names = tuple(self.config.ignore.split())
        known = [rule.ID for rule in RULES]
        for name in names:
            if name not in known:
                guess = did_you_mean(name, known).get(self.config.language)
                raise PluginError(f"rollcall: ignore: `{name}`{guess}")
        return names

    def _log(self, report: Report) -> None:
        language = self.config.language
        say = log.info if self.serving else log.warning
        for outcome in report.findings:
            quiet = outcome.severity is Severity.INFO and outcome.status is not Status.BROKEN
            (log.info if quiet else say)("%s", headline(outcome, language))
        log.info("%s", summary(report).get(language))

    def _refuse(self, error: InputError) -> None:
        language = self.config.language
        self.refused = tuple(f"{place}: {text.get(language)}" for place, text in error.problems)
        if not self.serving:
            raise PluginError("rollcall: " + "\n".join(self.refused))
        for line in self.refused:
            log.info("%s", line)

    def _list_page(self, config: MkDocsConfig) -> File:
        language = self.config.language
        title = {"zh": "还缺什么", "en": "What is missing"}[language]
        nothing = {"zh": "什么都不缺。", "en": "Nothing."}[language]
        body = self._banner(self.report.findings if self.report else ()) or nothing
        content = f"# {title}\n\n{body}\n"
        inclusion = InclusionLevel.NOT_IN_NAV
        return File.generated(config, LIST_PAGE, content=content, inclusion=inclusion)

    def on_page_markdown(
        self, markdown: str, *, page: Page, config: MkDocsConfig, files: Files
    ) -> str:
        """Put the matrix where a page asks for it, and tell the theme when the page was proven."""
        del config, files
        if proven := self._proven(f"{self.docs}/{page.file.src_uri}"):
            page.meta["proven"] = proven
        if MATRIX_MARK not in markdown or self.report is None:
            return markdown
        here = PurePosixPath(self.docs, page.file.src_uri).parent
        shown = matrix(self.report, self.config.language, lambda found: self._link(found, here))
        return markdown.replace(MATRIX_MARK, shown)

    def _proven(self, path: str) -> dict[str, str] | None:
        """Date and version of the oldest proof of what a page shows; `None` if it shows nothing."""
        bound = self.project.by_path.get(path) if self.project else None
        try:
            entry = self.project.last_proven(bound.page) if self.project and bound else None
        except InputError:  # the record is missing or broken: the check has said so
            return None
        return {"date": f"{entry.date}", "version": entry.version} if entry else None

    def _link(self, outcome: Outcome, here: PurePosixPath) -> str:
        """A link to the page to mend, if this edition has it; else its place as text."""
        path = outcome.at.path
        if not path.startswith(f"{self.docs}/") or not path.endswith(".md"):
            return f"`{outcome.at}`"
        return f"[`{outcome.at}`]({posixpath.relpath(path, here)})"

    def on_page_content(self, html: str, *, page: Page, config: MkDocsConfig, files: Files) -> str:
        """In `serve`, put a page's findings above it."""
        del config, files
        if not self.serving or page.file.src_uri == LIST_PAGE:
            return html
        path = f"{self.docs}/{page.file.src_uri}"
        findings = self.report.findings if self.report else ()
        return self._banner(tuple(found for found in findings if found.at.path == path)) + html

    def _banner(self, outcomes: tuple[Outcome, ...]) -> str:
        """The findings, or why nothing could be checked, as HTML; empty when all is well."""
        language = self.config.language
        items = [f"<li><code>{_one_line(line)}</code></li>" for line in self.refused]
        for outcome in outcomes:
            hint = f"<br><em>{_one_line(outcome.hint.get(language))}</em>" if outcome.hint else ""
            items.append(f"<li><code>{_one_line(headline(outcome, language))}</code>{hint}</li>")
        if not items:
            return ""
        title = {"zh": "点名：这里还缺", "en": "Roll call: missing here"}[language]
        return (
            f'<div class="admonition failure rollcall" data-search-exclude>'
            f'<p class="admonition-title">{title} ({len(items)})</p><ul>{"".join(items)}</ul></div>'
        )

    def on_serve(
        self, server: LiveReloadServer, *, config: MkDocsConfig, builder: Any
    ) -> LiveReloadServer:
        """Rebuild when the checklist changes."""
        del builder
        server.watch(str(Path(config.config_file_path).parent / self.config.checklist))
        return server


def _below(folder: Path, root: Path) -> str:
    try:
        return folder.relative_to(root).as_posix()
    except ValueError:
        raise PluginError(
            f"rollcall: docs_dir {folder} is not below {root}, the folder of the checklist"
        ) from None


def _one_line(text: str) -> str:
    return escape(" ".join(text.split()))
