"""What customers type, put to the search that is shipped, in a real browser: `pytest tests/site/test_search.py -rP`."""

import json
import logging
import random
import re
import string
from dataclasses import dataclass
from functools import cached_property
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

import pytest
import yaml
from playwright.sync_api import Browser

from tests.site.browser import serving

ROOT = Path(__file__).parents[2]
SCRIPT = ROOT / "docs/theme/search.js"
WORKER = "assets/javascripts/workers/search.*.min.js"
QUERIES = yaml.safe_load(Path(__file__).with_name("queries.yml").read_text(encoding="utf-8"))
LANGUAGES = ("zh", "en")

# Talks to the worker as the theme's script does; what it finds is grouped by page, best page first.
ASK = """async queries => {
  const config = JSON.parse(document.getElementById("__config").textContent)
  const base = new URL(config.base + "/", location)
  const worker = new Worker(new URL(config.search, location))
  const ask = message => new Promise((resolve, reject) => {
    worker.onmessage = ({ data }) => resolve(data.data)
    worker.onerror = error => reject(new Error(error.message))
    worker.postMessage(message)
  })
  const index = await (await fetch(new URL("search/search_index.json", base))).json()
  await ask({ type: 0, data: { ...index, options: { suggest: true } } })
  const found = []
  for (const query of queries)
    found.push((await ask({ type: 2, data: query })).items.map(([best]) => best.location.replace(/#.*/, "")))
  worker.terminate()
  return found
}"""


def address(path: str) -> str:
    """Where a page of the checklist is built: `deploy/index` at `deploy/`."""
    return (path.removesuffix("index").rstrip("/") + "/").lstrip("/")


@dataclass(frozen=True)
class Answer:
    """A query, the pages that answer it, and the pages that search found, best first."""

    query: str
    wanted: list[str]
    found: list[str]

    @cached_property
    def rank(self) -> float:
        """1 for the first page found."""
        places = [place for place, page in enumerate(self.found, 1) if page in self.wanted]
        return min(places, default=float("inf"))

    def __str__(self) -> str:
        place = f"is number {self.rank:.0f}" if self.rank <= len(self.found) else "is not found"
        return (
            f"{self.query}: {' or '.join(self.wanted)} {place}; first {', '.join(self.found[:3])}"
        )


def expected(language: str) -> dict[str, list[str]]:
    """The queries of a language with the addresses that answer them."""
    queries = QUERIES[language]["queries"].items()
    return {
        str(query): [address(page) for page in ([pages] if isinstance(pages, str) else pages)]
        for query, pages in queries
    }


def ask(
    browser: Browser, site: Path, language: str, queries: list[str], text: str = ""
) -> list[list[str]]:
    """The pages found for each query, by the site served below a path of a host; with `text`, it is the only page's."""
    with serving(site, "/help/kite/") as root:
        page = browser.new_page()
        if text:
            only = {"location": "only/", "title": "only", "text": text}
            fields = {"title": {"boost": 1}, "text": {"boost": 1}}
            config = {"lang": [language], "separator": "[ ]+", "pipeline": [], "fields": fields}
            index = {"config": config, "docs": [only]}
            page.route("**/search_index.json", lambda route: route.fulfill(json=index))
        page.goto(f"{root}{language}/", wait_until="load")
        found: list[list[str]] = page.evaluate(ASK, queries)
        page.close()
    return found


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_expected_page_is_built(site: Path, language: str) -> None:
    """Or a renamed page would count as never found, and a removed one as nobody's question."""
    pages = {page for wanted in expected(language).values() for page in wanted}
    assert [page for page in pages if not (site / language / page / "index.html").is_file()] == []
    assert len(expected(language)) >= 40


@pytest.mark.system
@pytest.mark.parametrize("language", LANGUAGES)
def test_search_finds_what_customers_type(site: Path, browser: Browser, language: str) -> None:
    """The share of queries answered by the first page found, by one of three, and by none at all, in percent."""
    wanted = expected(language)
    found = ask(browser, site, language, list(wanted))
    answers = [
        Answer(query, wanted[query], pages) for query, pages in zip(wanted, found, strict=True)
    ]
    percent = 100 / len(answers)
    measured = {
        "first": percent * sum(answer.rank == 1 for answer in answers),
        "three": percent * sum(answer.rank <= 3 for answer in answers),
        "something": percent * sum(bool(answer.found) for answer in answers),
    }
    floor = QUERIES[language]["floor"]
    shares = ", ".join(
        f"{name} {share:.1f} (floor {floor[name]})" for name, share in measured.items()
    )
    report = "\n".join(
        [
            f"{language}: {len(answers)} queries; {shares}; not first:",
            *(str(answer) for answer in sorted(answers, key=lambda a: a.rank) if answer.rank > 1),
        ]
    )
    print(report)
    assert all(share >= floor[name] for name, share in measured.items()), report


@pytest.mark.system
@pytest.mark.parametrize(
    ("language", "query"),
    [
        ("zh", "怎么处理推流失败"),  # begins with words that no page has
        ("zh", "防火墙1935"),  # Chinese joined to a number
        ("zh", "龘龘推流"),  # unknown characters
        ("en", "how to deploy"),  # the page says Deployments
        ("en", "firewal"),  # begins the word
        ("en", "firewoll"),  # a slip
        ("en", 'KITE_PUBLISH_403: "encoder" rejected -x'),  # pasted; nothing here is an operator
    ],
)
def test_search_understands(sample: Path, browser: Browser, language: str, query: str) -> None:
    assert ask(browser, sample, language, [query]) == [["deploy/publish/"]]


@pytest.mark.system
def test_search_takes_the_last_word_and_only_known_ones(sample: Path, browser: Browser) -> None:
    """The theme would drop 证书 and find nothing for the others."""
    found = ask(
        browser, sample, "zh", ["失败证书", "证书", "怎么", "", "的", "__proto__", "~", "*", ":"]
    )
    assert found[:2] == [["deploy/publish/"]] * 2
    assert all(pages in ([], ["deploy/publish/"]) for pages in found[2:])


@pytest.mark.parametrize("language", LANGUAGES)
def test_our_script_comes_first_in_the_one_search_worker(site: Path, language: str) -> None:
    (worker,) = (site / language).glob(WORKER)
    text, ours = worker.read_text(encoding="utf-8"), SCRIPT.read_text(encoding="utf-8")
    assert text.startswith(ours)
    assert text.count(ours) == 1
    assert "lunr" in text.removeprefix(ours)
    assert not (site / language / SCRIPT.name).exists()


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_index_has_aliases_and_named_rows(site: Path, language: str) -> None:
    index = json.loads((site / language / "search/search_index.json").read_text(encoding="utf-8"))
    docs = {doc["location"]: doc for doc in index["docs"]}
    pages = {place for place in docs if "#" not in place}
    assert [place for place in pages if not docs[place].get("about")] == []
    assert docs["api/errors/#KEY_UNKNOWN"]["title"] == "KEY_UNKNOWN"
    if language == "zh":  # what has so many characters has more than one word
        texts = [doc.get(name, "") for doc in docs.values() for name in ("title", "about")]
        assert [text for text in texts if re.search(r"[\u4e00-\u9fff]{8}", text)] == []


@pytest.fixture
def hooks() -> ModuleType:
    """The hooks, loaded from their file as MkDocs does."""
    spec = spec_from_file_location("hooks_under_test", ROOT / "docs/theme/hooks.py")
    assert spec
    assert spec.loader
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_a_theme_without_the_worker_is_complained_of(
    hooks: ModuleType, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """By a logger whose warnings fail a strict build."""
    hooks.prepend(tmp_path)
    (record,) = caplog.records
    assert record.levelno == logging.WARNING
    assert record.name.startswith("mkdocs.")


def test_our_script_is_put_there_once(hooks: ModuleType, tmp_path: Path) -> None:
    worker = tmp_path / WORKER.replace("*", "0123")
    worker.parent.mkdir(parents=True)
    worker.write_text("theirs", encoding="utf-8")
    hooks.prepend(tmp_path)
    hooks.prepend(tmp_path)
    assert worker.read_text(encoding="utf-8") == SCRIPT.read_text(encoding="utf-8") + "theirs"


@pytest.mark.system
def test_words_with_digits_do_not_kill_the_search(sample: Path, browser: Browser) -> None:
    """lunr merges what it must not where a word has digits: every search for "server" died of such a word once."""
    chance = random.Random(14)  # one of few by which words meet
    letters, digits = string.ascii_lowercase, string.digits
    starts = list(zip(chance.choices(letters, k=400), chance.choices(letters, k=400), strict=True))
    words = {
        f"{first}{second}{chance.choice(digits)}{''.join(chance.choices(letters, k=2))}"
        for first, second in starts
    }
    words |= {
        a + b + digit
        for a in letters[:10]
        for b in letters[:10]
        for digit in chance.sample(digits, 2)
    }
    queries = sorted({word[:2] + "*" for word in words})
    found = ask(browser, sample, "en", queries, " ".join(words))
    assert [query for query, pages in zip(queries, found, strict=True) if pages != ["only/"]] == []
