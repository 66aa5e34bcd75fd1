"""Install, run, upgrade, roll back and remove Kite for real, on an isolated copy of Debian.

systemd itself is not there: `standin_systemctl.py` starts the units by their own lines.
`UPDATE_OUTPUTS=1` rewrites an `.out` file whose masked text has changed.
"""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.deploy import machine
from tests.proof import Proof
from tests.snippets import outputs, session

pytestmark = pytest.mark.system
DEPLOY = machine.DEPLOY


@pytest.fixture(scope="module")
def wheels(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if reason := machine.unavailable():
        pytest.skip(reason)
    folder = tmp_path_factory.mktemp("wheels")
    machine.fetch_wheels(folder)
    return folder


@pytest.mark.long
@pytest.mark.parametrize("name", ["quickstart-install", "production"])
def test_documented_commands_on_a_copy_of_debian(
    name: str, wheels: Path, tmp_path: Path, proof: Proof
) -> None:
    path = DEPLOY / f"{name}.sh"
    outputs.compare(path, machine.run(path, wheels, tmp_path))
    proof.session(path, session.used(path))


@pytest.mark.long
def test_upgrade_from_0_1_and_back(wheels: Path, tmp_path: Path, proof: Proof) -> None:
    old = machine.release_0_1(tmp_path / "kite-0.1.0")
    if old is None:
        pytest.skip("needs the history of the repository, for the source of Kite 0.1")
    machine.fetch_wheels(wheels, old / "snippets" / "deploy" / "kite.lock", old / "build.lock")
    path = DEPLOY / "from-0-1.sh"
    outputs.compare(path, machine.run(path, wheels, tmp_path, old))
    proof.session(path, session.used(path))


def test_lock_is_an_excerpt_of_the_repository_lock() -> None:
    def pins(text: str) -> dict[str, set[str]]:
        blocks = re.split(r"^(?=[a-z0-9])", text, flags=re.M)[1:]
        return {block.split()[0]: set(re.findall(r"sha256:\w+", block)) for block in blocks}

    ours = pins((DEPLOY / "kite.lock").read_text(encoding="utf-8"))
    whole = pins((session.ROOT / "requirements.lock").read_text(encoding="utf-8"))
    assert ours
    assert ours == {name: whole.get(name) for name in ours}


def test_scripts_have_no_shellcheck_findings() -> None:
    if shutil.which("shellcheck") is None:
        pytest.skip("needs shellcheck")
    scripts = [*DEPLOY.glob("*.sh"), DEPLOY / "kite-as-owner", machine.HERE / "machine.sh"]
    done = subprocess.run(
        ["shellcheck", "--severity=warning", *map(str, scripts)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert not done.stdout


@pytest.mark.parametrize("role", ["all", "origin", "edge"])
def test_units_are_valid_for_systemd(role: str, tmp_path: Path, proof: Proof) -> None:
    if shutil.which("systemd-analyze") is None:
        pytest.skip("needs systemd-analyze")

    def place(source: Path, target: Path) -> None:
        # The only thing that is not there before the installation is the program.
        text = source.read_text(encoding="utf-8").replace("/opt/kite/current/bin/kite", "/bin/true")
        target.parent.mkdir(exist_ok=True)
        target.write_text(text, encoding="utf-8")

    units = [*DEPLOY.glob("*.service"), *DEPLOY.glob("*.timer")]
    for unit in units:
        place(unit, tmp_path / unit.name)
    more = [] if role == "all" else [DEPLOY / "scale-out" / f"{role}.conf"]
    for drop_in in more:
        place(drop_in, tmp_path / "kite-media.service.d" / "role.conf")
    assert len(units) == 4
    done = subprocess.run(
        ["systemd-analyze", "verify", *(str(tmp_path / unit.name) for unit in units)],
        env=os.environ | {"SYSTEMD_UNIT_PATH": f"{tmp_path}:"},
        capture_output=True,
        text=True,
        check=False,
    )
    ours = [line for line in done.stderr.splitlines() if "kite" in line or "role.conf" in line]
    assert (done.returncode, ours) == (0, [])
    proof.used(*units, *more)
