"""The built files, read without a browser."""

import json
import re
from itertools import pairwise
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit
from xml.etree import ElementTree

import pytest

from tests.site.html import Page, pages

LANGUAGES = ("zh", "en")
ROOT = Path(__file__).parents[2]
RECORD = ROOT / "proof.json"
HAN = re.compile(r"[\u4e00-\u9fff]")
MINUTES_LIMIT = 10
"""The longest page reads in less than this, silently and from top to bottom, code left out."""
WORDS_A_MINUTE = 238
"""Words of Latin script: silent reading of English non-fiction by adults, the mean of 190 studies in
M. Brysbaert, "How many words do we read per minute? A review and meta-analysis of reading rate",
Journal of Memory and Language 109 (2019) 104047."""
HAN_A_MINUTE = 400
"""Han characters: the number that this project uses, a convention and not from a study."""
BETWEEN_WORDS = re.compile(r"[\s\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]+")
"""Blanks, Han characters and the punctuation of Chinese."""
# Addresses in the theme's script that it asks only for a repository in the header, a diagram or an old browser.
# The browser test proves that no page does.
DORMANT = (
    "https://api.github.com/",
    "https://${e}/api/v4/",
    "https://unpkg.com/mermaid@11/",
    "https://unpkg.com/resize-observer-polyfill",
    "http://www.w3.org/",  # names of XML vocabularies
)


def sitemap(site: Path, language: str) -> list[str]:
    """The addresses in a sitemap, below the root of the site."""
    tree = ElementTree.parse(site / language / "sitemap.xml")
    places = [place.text or "" for place in tree.iter() if place.tag.endswith("}loc")]
    return [language + urlsplit(place).path.partition(f"/{language}")[2] for place in places]


def documents(site: Path) -> dict[str, Page]:
    """The pages of both editions, without the chooser."""
    return {path: page for path, page in pages(site).items() if path}


def minutes(page: Page) -> float:
    """How long the text of a page takes to read. A word has a letter or a digit: “—” is none."""
    words = [word for word in BETWEEN_WORDS.split(page.article) if re.search(r"[^\W_]", word)]
    return len(words) / WORDS_A_MINUTE + len(HAN.findall(page.article)) / HAN_A_MINUTE


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_sitemap_lists_exactly_the_pages(site: Path, language: str) -> None:
    built = {path for path in documents(site) if path.startswith(f"{language}/")}
    assert sorted(sitemap(site, language)) == sorted(built)
    assert f"{language}/" in built


def test_both_editions_have_the_same_pages(site: Path) -> None:
    found = documents(site)
    here, there = ({p[3:] for p in found if p.startswith(f"{lang}/")} for lang in LANGUAGES)
    assert here == there


def test_every_page_has_one_title_a_description_and_its_language(site: Path) -> None:
    wrong = {
        path: (page.headings, page.description, page.language)
        for path, page in documents(site).items()
        if page.headings != 1 or not page.description or page.language != path[:2]
    }
    assert wrong == {}


def test_pages_with_proven_code_say_when_it_was_proven(site: Path) -> None:
    """The oldest day of the record for what the page includes; other pages say nothing."""
    record = json.loads(RECORD.read_text(encoding="utf-8")) if RECORD.exists() else {"snippets": {}}
    days = {name.removeprefix("snippets/"): e["date"] for name, e in record["snippets"].items()}
    for path, page in documents(site).items():
        source = ROOT / "docs" / f"{path}index.md"
        source = source if source.exists() else ROOT / "docs" / f"{path.rstrip('/')}.md"
        includes = re.findall(r'^ *--8<-- "([^":]+)', source.read_text(encoding="utf-8"), re.M)
        proven = sorted(days[name] for name in includes if name in days)
        shown = re.findall(
            r"<li><span>(?:最后实证|Last proven)</span> (\S+) (?:·|with) Kite [\d.]+</li>",
            page.text,
        )
        assert shown == proven[:1], path


def test_no_page_takes_too_long_to_read(site: Path) -> None:
    found = {path: minutes(page) for path, page in documents(site).items()}
    for path, time in found.items():
        assert time, f"{path}: no text found to read"
    long = [
        f"{path} takes {time:.1f} minutes to read, the limit is {MINUTES_LIMIT}: split it"
        for path, time in found.items()
        if time >= MINUTES_LIMIT
    ]
    assert not long, "\n".join(long)


def test_what_counts_as_read(tmp_path: Path) -> None:
    """Neither code blocks, scripts and styles, nor what is around the article."""
    file = tmp_path / "page.html"
    file.write_text(
        "<nav>Menu</nav><article><h1>Two words</h1><p>推流<b>码</b> <code>a_b</code>s，12 —</p>"
        "<ul><li>one</li><li>more</li></ul><pre>not <span>this</span></pre><style>p {}</style>"
        "<script>nor(this)</script>last</article><footer>End</footer>",
        encoding="utf-8",
    )
    words = ["Two", "words", "a_bs", "12", "one", "more", "last"]
    assert minutes(Page(file)) == len(words) / WORDS_A_MINUTE + 3 / HAN_A_MINUTE


def test_descriptions_differ(site: Path) -> None:
    found = sorted((page.description, path) for path, page in documents(site).items())
    assert [pair for pair in pairwise(found) if pair[0][0] == pair[1][0]] == []


def test_the_language_links_lead_to_the_same_page(site: Path) -> None:
    wrong = {}
    for path, page in documents(site).items():
        targets = {lang: urljoin(f"/{path}", href) for lang, href in page.editions.items()}
        if targets != {lang: f"/{lang}/{path[3:]}" for lang in LANGUAGES}:
            wrong[path] = targets
    assert wrong == {}


def test_every_local_address_exists(site: Path) -> None:
    """Links, anchors, images, styles and scripts, also from one language to the other."""
    found, broken = pages(site), []
    for path, page in found.items():
        for address in page.links + page.resources:
            parts = urlsplit(urljoin(f"/{path}", address))
            if parts.scheme or parts.netloc:
                continue
            target = unquote(parts.path).lstrip("/").removesuffix("index.html")
            there = found.get(target)
            if there is None and not (site / target).is_file():
                broken.append(f"{path}: {address}")
            if there and parts.fragment and unquote(parts.fragment) not in there.ids:
                broken.append(f"{path}: {address} (no such anchor)")
    assert broken == []


def test_no_page_fetches_from_another_host(site: Path) -> None:
    foreign = [
        f"{path}: {address}"
        for path, page in pages(site).items()
        for address in page.resources
        if urlsplit(address).netloc
    ]
    assert foreign == []


def test_no_style_loads_from_another_host(site: Path) -> None:
    pattern = re.compile(r"(?:url\(|@import)\s*[\"']?(?:https?:)?//[^\s)]*")
    styles = [*site.rglob("*.css"), *site.rglob("*.html")]
    foreign = {file.name: pattern.findall(file.read_text(encoding="utf-8")) for file in styles}
    assert {name: found for name, found in foreign.items() if found} == {}


def test_no_script_holds_the_address_of_another_host(site: Path) -> None:
    pattern = re.compile(r"[\"'`]((?:https?:)?//[\w$].*?)[\"'`]")
    scripts = [
        file for file in site.rglob("*.js") if "lunr" not in file.parts
    ]  # word lists, which ask for nothing
    found = {address for file in scripts for address in pattern.findall(file.read_text("utf-8"))}
    assert {address for address in found if not address.startswith(DORMANT)} == set()
    assert found  # the theme's dormant ones: the pattern does see addresses


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_search_index_is_cut_into_words(site: Path, language: str) -> None:
    """Without jieba, or without U+200B among the separators, no Chinese word can be found, and nothing says so."""
    index = json.loads((site / language / "search/search_index.json").read_text(encoding="utf-8"))
    assert "\\u200b" in index["config"]["separator"]
    assert "stemmer" not in index["config"]["pipeline"]
    runs = [run for doc in index["docs"] for run in re.findall(r"[\u4e00-\u9fff]+", doc["text"])]
    whole = [doc["location"] for doc in index["docs"] if len(HAN.findall(doc["text"])) > 20]
    uncut = [
        d["location"] for d in index["docs"] if d["location"] in whole and "\u200b" not in d["text"]
    ]
    assert uncut == []
    assert runs or language == "en"
    assert max(map(len, runs), default=0) <= 8


def test_the_frame_of_a_page_comes_from_its_front_matter(sample: Path) -> None:
    zh, en = (pages(sample)[f"{lang}/deploy/publish/"].text for lang in LANGUAGES)
    for text in ("部署运维、开发", "15 分钟", "Kite 0.1", "推不上去、连接被拒绝"):
        assert text in zh
    for text in (
        "operations, developers",
        "15 min",
        "Kite 0.1",
        "encoder rejected, cannot go live",
    ):
        assert text in en
    order = [zh.index(mark) for mark in ("</h1>", "kite-frame", "kite-aliases", 'id="firewall"')]
    assert order == sorted(order)


def test_a_page_without_front_matter_has_no_frame(sample: Path) -> None:
    home = pages(sample)["zh/"].text
    assert "kite-frame" not in home
    assert "kite-aliases" not in home


def test_explicit_ids_and_permalinks(sample: Path) -> None:
    for language in LANGUAGES:
        page = pages(sample)[f"{language}/deploy/publish/"]
        assert "firewall" in page.ids
        assert "#firewall" in page.links
