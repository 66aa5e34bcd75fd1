"""The extension guide says what is in the source: its modules, tables, hooks, numbers and names."""

import ast
import re
from collections.abc import Iterator
from graphlib import TopologicalSorter
from importlib import import_module
from pathlib import Path

import pytest

from kite import callbacks, database, delivery, plugin_api, plugins
from kite.models import Base
from kite.settings import Settings
from tests.requests.pages import LANGUAGES, ROOT, code, codes, section, table

PACKAGE = ROOT / "snippets" / "kite"


def page(language: str, name: str) -> Path:
    return ROOT / "docs" / language / "extend" / f"{name}.md"


# Modules.


def units() -> dict[str, list[Path]]:
    """What the page calls a module, a file or a folder with a slash, and its Python files."""
    found = {path.name: [path] for path in PACKAGE.glob("*.py")}
    for folder in PACKAGE.iterdir():
        if files := sorted(folder.rglob("*.py")) if folder.is_dir() else []:
            found[f"{folder.name}/"] = files
    return found


def rows(language: str) -> list[list[str]]:
    """The modules of each row, the foundation first."""
    return [codes(row[0]) for row in table(section(page(language, "index"), "code-structure"))]


def used(path: Path) -> Iterator[str]:
    """Dotted names a file imports, also inside of functions."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        if isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def imports() -> dict[str, set[str]]:
    """For each unit the other ones it imports."""
    known = units()
    graph: dict[str, set[str]] = {}
    for unit, files in known.items():
        names = (name.split(".") for file in files for name in used(file))
        own = [parts[1] for parts in names if parts[0] == "kite"]
        targets = {f"{name}/" if f"{name}/" in known else f"{name}.py" for name in own}
        graph[unit] = {t if t in known else "__init__.py" for t in targets} - {unit}
    return graph


@pytest.mark.parametrize("language", LANGUAGES)
def test_code_structure_names_every_module_once(language: str) -> None:
    named = [name for row in rows(language) for name in row]
    assert sorted(named) == sorted(units())


def test_rows_are_the_same_in_both_languages() -> None:
    assert rows("zh") == rows("en")


def test_imports_go_to_the_own_row_or_rows_above() -> None:
    level = {name: number for number, row in enumerate(rows("en")) for name in row}
    graph = imports()
    assert graph["app.py"] > {"api/", "admin/", "worker.py"}  # they are seen at all
    upwards = {
        (unit, target)
        for unit, targets in graph.items()
        for target in targets
        if level[target] > level[unit]
    }
    assert upwards == set()


def test_imports_make_no_circle() -> None:
    TopologicalSorter(imports()).prepare()


# Interfaces.


def directives(language: str, name: str) -> list[tuple[str, list[str]]]:
    """Module and chosen members of each ``:::``."""
    text = page(language, name).read_text(encoding="utf-8")
    found = re.findall(r"^::: (\S+)\n    options: \{([^}]*)\}$", text, re.M)
    assert len(found) == text.count("\n::: ")
    chosen = (re.search(r"members: \[(.*)\]", options) for _, options in found)
    lists = [match[1].split(", ") if match else [] for match in chosen]
    return [(module, names) for (module, _), names in zip(found, lists, strict=True)]


@pytest.mark.parametrize("name", ["interfaces", "interfaces-operations", "plugins"])
def test_documented_interfaces_exist(name: str) -> None:
    found = directives("en", name)
    assert found
    assert directives("zh", name) == found
    for module, members in found:
        loaded = import_module(module)
        assert [member for member in members if not hasattr(loaded, member)] == []


# What the pages say in words and numbers.


@pytest.mark.parametrize("language", LANGUAGES)
def test_storage_names_every_table(language: str) -> None:
    text = section(page(language, "index"), "storage")
    named = [name for row in table(text) for name in codes(row[0])]
    assert sorted(named) == sorted(Base.metadata.tables)
    assert f"`{database.REVISION}`" in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_hooks_are_those_of_kite(language: str) -> None:
    hooks = [code(row[0]) for row in table(section(page(language, "plugins"), "hooks"))]
    assert tuple(hooks) == plugins.HOOKS


@pytest.mark.parametrize("language", LANGUAGES)
def test_numbers_are_those_of_kite(language: str) -> None:
    fields = Settings.model_json_schema()["properties"]
    limits = {
        name: tuple(fields[name][key] for key in ("default", "minimum", "maximum"))
        for name in ("plugin_timeout_ms", "webhook_timeout_seconds")
    }
    assert limits == {
        "plugin_timeout_ms": (500, 10, 1500),
        "webhook_timeout_seconds": (10, 1, 60),
    }
    assert fields["plugin_failure"]["default"] == "refuse"
    assert plugin_api.PLUGIN_API == 1
    assert (plugins.THREADS, plugins.CHECKS_SECONDS, plugins.REASON_LENGTH) == (4, 10, 200)
    assert (len(delivery.RETRY_SECONDS), sum(delivery.RETRY_SECONDS) // 3600) == (8, 20)
    assert database.BUSY_SECONDS == 2
    template = (PACKAGE / "templates" / "nginx.conf.j2").read_text(encoding="utf-8")
    for line in ("netcall_timeout 5s", "proxy_cache_valid 204 10s", "proxy_cache_valid 403 2s"):
        assert line in template
    hooks = section(page(language, "plugins"), "hooks")
    dash = {"zh": "～", "en": "–"}[language]
    for said in (f"10{dash}1500", f"1{dash}60", "200", "`refuse`", "503", "403"):
        assert said in hooks
    assert "21" in hooks


def test_a_late_answer_is_too_late_even_for_the_slowest_database() -> None:
    """The budget of the page: 5 s of nginx, less what Kite's own database may take."""
    budget = 5 - 2 * database.BUSY_SECONDS
    assert 2 * Settings.model_fields["plugin_timeout_ms"].default <= 1000 * budget


@pytest.mark.parametrize("language", LANGUAGES)
def test_tests_that_conventions_name_exist(language: str) -> None:
    rows_ = table(section(page(language, "conventions"), "add"))
    named = {name for row in rows_ for name in codes(row[2])}
    assert len(named) > 5
    assert [name for name in named if not (ROOT / name).exists()] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_functions_of_the_lifecycle_exist(language: str) -> None:
    """``module.name`` in the text is a name in that module."""
    text = section(page(language, "index"), "lifecycle")
    named = {name for name in re.findall(r"`(\w+\.\w+)(?:\(\))?`", text) if name != "kite.change"}
    assert len(named) > 8
    events = {"broadcast.started", "broadcast.ended"}
    for name in named - events - {"nginx.conf", "media.publishing", "media.drop_publisher"}:
        module, attribute = name.split(".")
        owner = plugins.Plugins if module == "plugins" else import_module(f"kite.{module}")
        assert hasattr(owner, attribute), name
    assert callbacks.REFUSALS["/callbacks/publish"] == "publish.refused"
