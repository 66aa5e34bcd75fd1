"""MkDocs hooks: what search needs. A site built without them is complete, only harder to search."""

import json
import logging
import re
from html import escape
from pathlib import Path

import jieba  # type: ignore[import-untyped]  # The theme's search goes on without it, and then finds no Chinese word.
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.plugins import event_priority
from mkdocs.structure.files import Files
from mkdocs.structure.pages import Page

SCRIPT = Path(__file__).with_name("search.js")
WORKER = "assets/javascripts/workers/search.*.min.js"
INDEX = "search/search_index.json"
HAN = re.compile(r"[\u3400-\u9fff]+")
# A table row whose first cell is named, such as an error code's.
ROW = re.compile(r'<tr>\s*<td><code id="([^"]+)">(.*?)</code></td>(.*?)</tr>', re.DOTALL)
# The pages whose tables say what a name means: there every row headed by one is named after it.
DEFINING = ("deploy/configuration/", "deploy/monitoring/", "api/webhooks/")
HEADED = re.compile(r"(<tr>\s*<td><code)(>([a-z]+(?:[._][a-z0-9]+)+)</code></td>)")

log = logging.getLogger("mkdocs.hooks.search")
found: dict[str, tuple[str, list[tuple[str, str, str]]]] = {}


def on_startup(command: str, dirty: bool) -> None:  # noqa: ARG001
    """Keep jieba's account of loading its dictionary out of the build log."""
    jieba.setLogLevel(logging.WARNING)


def on_page_content(html: str, page: Page, config: MkDocsConfig, files: Files) -> str:  # noqa: ARG001
    """Show a page's `aliases`, the other words for its subject, under its title; note what else search should know.

    Home, which mentions everything, would come first for every query; search leaves it out.
    """
    if page.is_homepage:
        page.meta["search"] = {"exclude": True}
        return html
    if "writer" in (page.meta.get("audience") or []):
        page.meta.setdefault("search", {"boost": 0.3})  # about these pages, not about the product
    if page.url.startswith("api/endpoints/"):
        # So many pages, so alike: who types words wants the page that explains.
        page.meta.setdefault("search", {"boost": 0.85})
    if page.url in DEFINING:
        html = HEADED.sub(r'\1 id="\3"\2', html)
    words = page.meta.get("aliases")
    words = [str(word) for word in words] if isinstance(words, list) else []
    found[page.url] = (
        " / ".join([*words, str(page.meta.get("description", ""))]),
        ROW.findall(html),
    )
    if not words:
        return html
    text = config.extra["frame"]
    line = f'<p class="kite-aliases"><span>{text["aliases"]}</span> '
    line += escape(text["separator"].join(words)) + "</p>"
    head, end, rest = html.partition("</h1>")
    return f"{head}{end}\n{line}{rest}" if end else f"{line}\n{html}"


def cut(text: str) -> str:
    """Cut Chinese into words the way the theme does: U+200B around every word."""
    return HAN.sub(lambda run: "\u200b".join(["", *jieba.cut(run[0]), ""]), text)


@event_priority(-50)
def on_post_build(config: MkDocsConfig) -> None:
    """After the theme has written its index: what it leaves out of it, and our part of its search worker.

    The index gets a field with the aliases and the description of a page, and an entry for every named table row, so
    that an error code leads to its row and not to the top of a table with thirty of them.
    """
    site = Path(config.site_dir)
    if not (site / INDEX).is_file():
        return
    index = json.loads((site / INDEX).read_text(encoding="utf-8"))
    for doc in index["docs"][:]:
        about, rows = found.get(doc["location"], ("", []))
        if about:
            doc["about"] = cut(escape(about, quote=False))
        for anchor, name, rest in rows:
            row: dict[str, object] = {"location": f"{doc['location']}#{anchor}", "title": name}
            row["boost"] = 1.2 if doc["location"] in DEFINING else 2  # the latter: error codes
            row["text"] = cut(re.sub(r"\s*<[^>]+>\s*", " ", rest).strip())
            index["docs"].append(row)
    text = json.dumps(index, separators=(",", ":"))
    (site / INDEX).write_text(text, encoding="utf-8")
    prepend(site)
    (site / SCRIPT.name).unlink(missing_ok=True)  # MkDocs copies what lies in the theme's folder


def prepend(site: Path) -> None:
    """Put our script in front of the theme's search worker, whatever the hash in its name."""
    workers = list(site.glob(WORKER))
    if not workers:
        log.warning("No search worker at %s: this version of the theme keeps it elsewhere", WORKER)
    ours = SCRIPT.read_text(encoding="utf-8")
    for worker in workers:
        theirs = worker.read_text(encoding="utf-8")
        if not theirs.startswith(ours):  # a dirty build leaves the file there
            worker.write_text(ours + theirs, encoding="utf-8")
