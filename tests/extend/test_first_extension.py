"""The extension of “Your first extension in ten minutes” works, and fails as the page says."""

import importlib.util
import json
import os
import resource
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

from kite import doctor, processes
from kite.settings import Settings
from tests.kite.stack import Stack, kite_env

FILE = Path(__file__).parents[2] / "snippets" / "extend" / "acme_kite.py"


@pytest.fixture
def acme() -> ModuleType:
    spec = importlib.util.spec_from_file_location("acme_kite", FILE)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path / "data")


def run(soft_limit: int, env: dict[str, str], *args: str) -> subprocess.CompletedProcess[str]:
    """Run the extension as a program under a limit of open files."""
    return subprocess.run(
        [
            "bash",
            "-c",
            f'ulimit -Sn {soft_limit} && exec "$@"',
            "bash",
            sys.executable,
            FILE,
            *args,
        ],
        env=env,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def check(done: subprocess.CompletedProcess[str]) -> dict[str, str]:
    found: list[dict[str, str]] = json.loads(done.stdout)
    assert [result["code"] for result in found] == [c.code for c in doctor.CHECKS] + [
        "acme-open-files"
    ]
    return found[-1]


@pytest.mark.parametrize(("limit", "status"), [(1024, "warn"), (4095, "warn"), (4096, "ok")])
def test_limit_of_the_shell(tmp_path: Path, limit: int, status: str) -> None:
    done = run(limit, kite_env(tmp_path / "data"), "doctor", "--json")
    found = check(done)
    assert found["status"] == status
    assert found["message"] == f"this shell may open {limit} files, 4096 wanted"
    assert bool(found["fix"]) == (status == "warn")


def test_unlimited_is_enough(
    acme: ModuleType, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    unlimited = (resource.RLIM_INFINITY, resource.RLIM_INFINITY)
    monkeypatch.setattr(resource, "prlimit", lambda *_: unlimited)
    assert acme.open_files(settings).status == "ok"


def test_nginx_of_another_user(
    acme: ModuleType, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(resource, "prlimit", refuse)
    monkeypatch.setattr(processes, "running", lambda _: {"nginx": 4711})
    found = acme.open_files(settings)
    assert (found.status, found.fix) == ("warn", "Run it as Kite's user.")
    assert "nginx (pid=4711)" in found.message


@pytest.mark.system
def test_limit_of_the_running_nginx(stack: Stack) -> None:
    found = check(run(512, stack.env, "doctor", "--json"))
    pid = processes.running(Settings(data_dir=stack.data_dir))["nginx"]
    soft, _ = resource.prlimit(pid, resource.RLIMIT_NOFILE)
    assert f"nginx (pid={pid}) may open {soft} files" in found["message"]


def test_the_other_commands_are_there(tmp_path: Path) -> None:
    env = kite_env(tmp_path / "data")
    assert run(1024, env, "init").stdout.startswith("Created ")
    assert run(1024, env, "room", "list").stdout.startswith("id ")


def test_importing_it_changes_nothing(acme: ModuleType) -> None:
    assert "acme-open-files" not in [c.code for c in doctor.CHECKS]
    assert os.environ.get("KITE_DATA_DIR") is None
