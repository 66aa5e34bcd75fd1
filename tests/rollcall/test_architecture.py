"""Who may import whom: down this table only, and never a sibling."""

import ast
import re
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[2] / "scripts" / "rollcall"

# A module, or a folder of modules, and all of rollcall that it may import. Earlier never imports later.
MAY_IMPORT: dict[str, set[str]] = {
    "model": set(),
    "yaml_tree": set(),
    "names": set(),
    "checklist": {"model"},
    "snapshot": {"model"},
    "page": {"model", "yaml_tree"},
    "proof": {"checklist", "model", "snapshot", "yaml_tree"},
    "generated": {"page"},
    "shown": {"generated", "page"},
    "steps": set(),
    "inline": {"page"},
    "headings": {"page"},
    "directives": {"page", "yaml_tree"},
    "front_matter": {"model", "page", "yaml_tree"},
    "markdown": {"directives", "front_matter", "headings", "inline", "model", "page"},
    "nav": {"model", "snapshot", "yaml_tree"},
    "bound": {"checklist", "model", "page"},
    "validation": {"checklist", "model", "yaml_tree"},
    "items": {"model"},
    "inventories/document": {"model", "yaml_tree"},
    "inventories/schemas": {"items"},
    "inventories/*": {
        *("inventories/document", "inventories/schemas", "items", "model", "validation"),
        "yaml_tree",
    },
    "inventories": {"inventories/*", "inventories/document", "items"},
    "product": {"checklist", "inventories", "items", "model", "snapshot"},
    "agreement": {"inline", "items"},
    "sightings": {"agreement", "bound", "checklist", "inline", "items", "names", "page"},
    "evidence": {"bound", "checklist", "items", "model", "names", "page", "product", "sightings"},
    "passages": {"bound", "generated", "inline", "page"},
    "project": {
        *("bound", "checklist", "evidence", "markdown", "model", "names", "nav", "page"),
        *("passages", "product", "proof", "snapshot", "yaml_tree"),
    },
    "policy/texts": {"checklist"},
    "policy/files": {
        *("checklist", "model", "names", "project", "snapshot", "validation", "yaml_tree"),
    },
    "policy/versions": set(),
    "policy/changelog": set(),
    "policy/metrics": {"checklist", "policy/texts"},
    "policy/*": {"checklist", "policy/metrics", "policy/texts", "policy/versions"},
    "policy/clock": {"policy/*"},
    "policy/matrix": {
        *("model", "policy/*", "policy/clock", "policy/files", "policy/texts", "project"),
    },
    "policy/registry": {"checklist", "names", "policy/*"},
    "policy": set(),
    "references": {"bound", "page", "project"},
    "sentences": {"inline", "page"},
    "glossary": {"checklist", "model", "snapshot", "validation", "yaml_tree"},
    "ledger": {"checklist", "model", "passages", "snapshot", "validation", "yaml_tree"},
    "pairs": {"bound", "model", "passages", "project"},
    "units": set(),
    "quantities": {"units"},
    "spans": {"inline"},
    "translations": {"ledger", "pairs", "project"},
    "rules/*": {
        *("agreement", "bound", "checklist", "evidence", "generated", "glossary", "inline"),
        *(
            "items",
            "ledger",
            "model",
            "names",
            "nav",
            "page",
            "pairs",
            "passages",
            "policy/*",
            "policy/changelog",
        ),
        *("policy/clock", "policy/files", "policy/matrix", "policy/metrics", "policy/registry"),
        *("policy/texts", "policy/versions", "product", "project", "quantities", "references"),
        *("sentences", "shown", "sightings", "snapshot", "spans", "steps", "translations"),
    },
    "rules": {"checklist", "model", "project", "rules/*"},
    "load_covers": {"checklist", "inventories", "model"},
    "load": {
        *("checklist", "load_covers", "model", "names", "rules", "snapshot", "validation"),
        "yaml_tree",
    },
    "engine": {"checklist", "model", "project", "rules", "snapshot"},
    "levels": {"model"},
    "reporters/text": {"model"},
    "reporters/*": {"levels", "model", "reporters/text"},
    "reporters": {"model", "reporters/*", "reporters/text"},
    "skeleton": {"checklist", "model", "names"},
    "schema": {"checklist", "rules"},
    "listing": {"engine", "levels", "model", "project", "reporters/text", "rules"},
    "restrict": {"checklist", "model"},
    "output": {"checklist", "model"},
    "confirm": {"bound", "checklist", "ledger", "model", "project", "translations"},
    "cli": {
        *("checklist", "confirm", "engine", "ledger", "listing", "load", "model", "output"),
        *("project", "reporters", "restrict", "rules", "schema", "skeleton", "snapshot"),
    },
    "__main__": {"cli"},
    "mkdocs_plugin": {
        *("engine", "load", "model", "project", "reporters/*", "reporters/text", "rules"),
        "snapshot",
    },
}
ONLY_STDLIB = {
    "model",
    "names",
    "snapshot",
    "page",
    "inline",
    "generated",
    "shown",
    "steps",
    "passages",
    "units",
}
ONLY_STDLIB |= {"quantities", "spans", "pairs"}
MAY_READ_FILES = {"snapshot"}
MODULES = sorted(PACKAGE.rglob("*.py"))


def layer(module: str) -> str:
    """`rules.navigation` → `rules/*`; `rollcall` itself → ``."""
    name = module.removeprefix("rollcall").removeprefix(".").replace(".", "/")
    if name in MAY_IMPORT:
        return name
    folder = name.partition("/")[0]
    return f"{folder}/*" if f"{folder}/*" in MAY_IMPORT and "/" in name else name


def module_of(path: Path) -> str:
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    return ".".join(("rollcall", *(part for part in parts if part != "__init__")))


def imports(path: Path) -> set[str]:
    """Full names of the modules that a file imports, at the top or within a function."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "no relative imports"
            names = {f"{node.module}.{alias.name}" for alias in node.names}
            modules = {module_of(other) for other in MODULES}
            found |= (names & modules) or {node.module or ""}
    return found


@pytest.mark.parametrize("path", MODULES, ids=module_of)
def test_imports_go_down_only(path: Path) -> None:
    here = layer(module_of(path))
    inside = {layer(name) for name in imports(path) if name.startswith("rollcall")} - {""}
    if here:
        assert inside <= MAY_IMPORT[here]
    else:
        assert inside == set()


def test_the_table_holds_no_cycle_and_no_ghost() -> None:
    order = list(MAY_IMPORT)
    for name, allowed in MAY_IMPORT.items():
        assert all(order.index(other) < order.index(name) for other in allowed), name
    assert {layer(module_of(path)) for path in MODULES} - {""} == set(order)


def test_the_table_allows_nothing_that_is_not_used() -> None:
    used: dict[str, set[str]] = {name: set() for name in MAY_IMPORT}
    for path in MODULES:
        if here := layer(module_of(path)):
            used[here] |= {layer(name) for name in imports(path) if name.startswith("rollcall")}
    assert {name: used[name] - {""} for name in used} == MAY_IMPORT


@pytest.mark.parametrize("path", MODULES, ids=module_of)
def test_the_core_needs_no_library_and_only_the_snapshot_reads(path: Path) -> None:
    import sys

    here = layer(module_of(path))
    foreign = {name.partition(".")[0] for name in imports(path)} - {"rollcall"}
    if here in ONLY_STDLIB:
        assert foreign <= set(sys.stdlib_module_names)
    if here not in {*MAY_READ_FILES, "cli", "mkdocs_plugin", "output", "skeleton"}:
        text = path.read_text(encoding="utf-8")
        assert not re.findall(r"open\(|read_text|read_bytes|\bos\.", text)
    assert not foreign & {"pickle", "subprocess", "importlib", "socket", "urllib.request"}


@pytest.mark.parametrize("path", MODULES, ids=module_of)
def test_files_and_functions_stay_small(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 300
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef):
            assert (node.end_lineno or 0) - node.lineno < 50, node.name
