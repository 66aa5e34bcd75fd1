"""MkDocs hooks: what search needs. A site built without them is complete, only harder to search."""

import logging
from html import escape

import jieba  # type: ignore[import-untyped]  # The theme's search goes on without it, and then finds no Chinese word.
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import Files
from mkdocs.structure.pages import Page


def on_startup(command: str, dirty: bool) -> None:  # noqa: ARG001
    """Keep jieba's account of loading its dictionary out of the build log."""
    jieba.setLogLevel(logging.WARNING)


def on_page_content(html: str, page: Page, config: MkDocsConfig, files: Files) -> str:  # noqa: ARG001
    """Show a page's `aliases`, the other words for its subject, under its title.

    Search reads the page's own HTML and nothing that templates add, so main.html is no place for them. Home, which
    mentions everything, would come first for every query; search leaves it out.
    """
    if page.is_homepage:
        page.meta["search"] = {"exclude": True}
        return html
    words = page.meta.get("aliases")
    if not isinstance(words, list) or not words:
        return html
    text = config.extra["frame"]
    line = f'<p class="kite-aliases"><span>{text["aliases"]}</span> '
    line += escape(text["separator"].join(str(word) for word in words)) + "</p>"
    head, end, rest = html.partition("</h1>")
    return f"{head}{end}\n{line}{rest}" if end else f"{line}\n{html}"
