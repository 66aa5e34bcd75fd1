"""A running Kite, and the documented Python programs loaded against it."""

import importlib.util
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from tests.kite.stack import Stack
from tests.requests.pages import ROOT


def load_program(name: str) -> ModuleType:
    """Import `snippets/requests/NAME.py` anew, with the environment as it is now."""
    path = ROOT / "snippets" / "requests" / f"{name}.py"
    spec = importlib.util.spec_from_file_location(f"request_{name}", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def new_stack(folder: Path) -> Stack:
    """A Kite, not yet running, whose webhooks may go to this machine."""
    return Stack(folder / "data", {"webhook_allow": "127.0.0.1/32"})


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    with new_stack(tmp_path_factory.mktemp("requests")) as running:
        yield running


@pytest.fixture
def fresh(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stack]:
    """A Kite where nothing has happened, the variables set to it; the working folder is empty."""
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")
    with new_stack(tmp_path) as running:
        yield set_environment(running, monkeypatch)


@pytest.fixture
def environment(stack: Stack, monkeypatch: pytest.MonkeyPatch) -> Stack:
    """The variables that programs read, set to the running Kite."""
    return set_environment(stack, monkeypatch)


def set_environment(stack: Stack, monkeypatch: pytest.MonkeyPatch) -> Stack:
    monkeypatch.setenv("KITE_API", stack.api)
    monkeypatch.setenv("KITE_TOKEN", stack.token)
    monkeypatch.setenv("PASSWORD", "correct horse battery")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    return stack
