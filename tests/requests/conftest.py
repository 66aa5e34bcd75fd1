"""A running Kite, and the documented Python programs loaded against it."""

import importlib.util
from collections.abc import Iterator
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


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    allow: dict[str, object] = {"webhook_allow": "127.0.0.1/32"}
    with Stack(tmp_path_factory.mktemp("requests") / "data", allow) as running:
        yield running


@pytest.fixture
def environment(stack: Stack, monkeypatch: pytest.MonkeyPatch) -> Stack:
    """What the programs read, set to the running Kite."""
    monkeypatch.setenv("KITE_API", stack.api)
    monkeypatch.setenv("KITE_TOKEN", stack.token)
    monkeypatch.setenv("PASSWORD", "correct horse battery")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    return stack
