"""What the tests want to know of a built page."""

from dataclasses import dataclass, field
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

# Where an address makes the browser fetch something by itself; for <link>, it depends on `rel`.
FETCHING = {
    "script": "src",
    "img": "src",
    "iframe": "src",
    "source": "src",
    "video": "src",
    "audio": "src",
}
FETCHING |= {"embed": "src", "object": "data", "use": "href", "image": "href"}
# What a reader of the text passes over, and what does not end a word.
UNREAD = {"pre", "script", "style"}
INLINE = {"a", "abbr", "b", "code", "em", "i", "kbd", "mark", "q", "small", "span", "strong"}
INLINE |= {"sub", "sup", "wbr"}
FETCHING_RELS = {
    "stylesheet",
    "icon",
    "preload",
    "modulepreload",
    "prefetch",
    "preconnect",
    "dns-prefetch",
}


@dataclass
class Page(HTMLParser):
    """One parsed page."""

    file: Path
    language: str = ""
    description: str = ""
    headings: int = 0
    ids: set[str] = field(default_factory=set)
    links: list[str] = field(default_factory=list)
    resources: list[str] = field(default_factory=list)
    editions: dict[str, str] = field(default_factory=dict)
    cells: int = 0
    blocks: int = 0
    article: str = ""  # its text, without UNREAD

    def __post_init__(self) -> None:
        super().__init__()
        self._open = dict.fromkeys({"article", *UNREAD}, 0)
        self.text = self.file.read_text(encoding="utf-8")
        self.feed(self.text)

    __hash__ = object.__hash__

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        self._pass(tag, 1)
        self.ids.add(values.get("id", ""))
        self.cells += tag == "td"
        self.blocks += tag == "pre"
        self.headings += tag == "h1"
        if tag == "html":
            self.language = values["lang"]
        if tag == "meta" and values.get("name") == "description":
            self.description = values["content"]
        if tag == "a" and "href" in values:
            self.links.append(values["href"])
            if "md-select__link" in values.get("class", ""):
                self.editions[values["hreflang"]] = values["href"]
        if tag == "link" and FETCHING_RELS & set(values.get("rel", "").split()):
            self.resources.append(values["href"])
        if address := values.get(FETCHING.get(tag, "")):
            self.resources.append(address)

    def handle_endtag(self, tag: str) -> None:
        self._pass(tag, -1)

    def handle_data(self, data: str) -> None:
        if self._open["article"] and not any(self._open[tag] for tag in UNREAD):
            self.article += data

    def _pass(self, tag: str, step: int) -> None:
        """A tag begins or ends: count those that are open; unless it is one within a line, a word ends."""
        if tag in self._open:
            self._open[tag] += step
        if tag not in INLINE:
            self.article += " "


@cache
def pages(site: Path) -> dict[str, Page]:
    """All pages of a site by address below its root, without the pages for errors."""
    files = sorted(file for file in site.rglob("*.html") if file.name != "404.html")
    return {
        file.relative_to(site).as_posix().removesuffix("index.html"): Page(file) for file in files
    }
