"""The extension guide names what is in the source, all of it and nothing else."""

import re
from importlib import import_module
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "snippets" / "kite"


def page(language: str, name: str) -> str:
    return (ROOT / "docs" / language / "extend" / f"{name}.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_code_structure_names_every_module(language: str) -> None:
    section = re.search(r"\{#code-structure\}(.*?)^## ", page(language, "index"), re.M | re.S)
    assert section
    named = re.findall(r"^\| `(\w+\.py)`", section[1], re.M)
    assert sorted(named) == sorted(path.name for path in PACKAGE.glob("*.py"))


def layers() -> list[list[str]]:
    """The layers of the page, lowest first."""
    return [
        re.findall(r"`(\w+)\.py`", line)
        for line in re.findall(r"^\d\. .*$", page("en", "index").split("{#imports}")[1], re.M)
    ]


def test_layers_are_the_same_in_both_languages() -> None:
    zh = re.findall(r"^\d\. .*$", page("zh", "index").split("{#imports}")[1], re.M)
    assert [re.findall(r"`(\w+)\.py`", line) for line in zh] == layers()


def test_imports_go_downwards() -> None:
    level = {name: number for number, names in enumerate(layers()) for name in names}
    assert sorted(level) == sorted(path.stem for path in PACKAGE.glob("*.py"))
    for path in PACKAGE.glob("*.py"):
        text = path.read_text(encoding="utf-8")
        used = set(re.findall(r"^from kite\.(\w+) import", text, re.M))
        for names in re.findall(r"^from kite import (.+)$", text, re.M):
            used |= set(re.findall(r"\w+", names)) & level.keys()
        upwards = {name for name in used if level[name] > level[path.stem]}
        assert not upwards, f"{path.name} imports a higher layer"


@pytest.mark.parametrize("language", ["zh", "en"])
def test_documented_interfaces_exist(language: str) -> None:
    names = re.findall(r"^::: (kite\.\w+)\.(\w+)$", page(language, "interfaces"), re.M)
    assert len(names) > 30
    for module, name in names:
        assert hasattr(import_module(module), name), f"{module}.{name}"


def test_both_languages_document_the_same_interfaces() -> None:
    zh, en = (re.findall(r"^::: \S+", page(lang, "interfaces"), re.M) for lang in ("zh", "en"))
    assert zh == en


@pytest.mark.parametrize("module", ["rooms", "keys", "tokens", "moderation", "errors", "doctor"])
def test_every_public_name_is_documented(module: str) -> None:
    text = (PACKAGE / f"{module}.py").read_text(encoding="utf-8")
    public = re.findall(r"^(?:def|class) ([A-Za-z]\w+)", text, re.M)
    documented = re.findall(rf"^::: kite\.{module}\.(\w+)$", page("en", "interfaces"), re.M)
    assert set(public) <= set(documented)
