"""What holds for the repository as a whole: its front door, its locks, its generated pages."""

import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml

import kite

ROOT = Path(__file__).resolve().parents[1]
DOORS = ["README.md", "CONTRIBUTING.md"]


@pytest.mark.parametrize("door", DOORS)
def test_commands_of_the_front_door_exist(door: str) -> None:
    blocks = re.findall(r"```bash\n(.*?)```", (ROOT / door).read_text(encoding="utf-8"), re.S)
    words = [
        next(word for word in line.split() if "=" not in word)
        for block in blocks
        for line in block.splitlines()
    ]
    assert words
    for word in words:
        if word == "uv":
            continue  # a maintainer's tool; the lock it writes is tested below
        path = ROOT / word
        assert path.exists(), f"{door}: {word}"
        assert path.stat().st_mode & 0o111, f"{door}: {word} is not executable"


@pytest.mark.parametrize("door", DOORS)
def test_links_of_the_front_door_lead_somewhere(door: str) -> None:
    text = (ROOT / door).read_text(encoding="utf-8")
    targets = re.findall(r"\]\(([^)#]+)\)", text)
    inside = [target for target in targets if not target.startswith("http")]
    assert inside
    assert [target for target in inside if not (ROOT / target).exists()] == []


def test_generated_pages_are_fresh() -> None:
    result = subprocess.run(
        [sys.executable, "scripts/generate.py", "--check"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stdout


def test_generate_check_says_what_is_stale(tmp_path: Path) -> None:
    for folder in ("docs", "snippets", "scripts"):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("*.pyc"))
    for file in ("checklist.yml", "CHANGELOG.md"):
        shutil.copy(ROOT / file, tmp_path)
    command = [sys.executable, str(tmp_path / "scripts" / "generate.py"), "--check"]
    fresh = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (fresh.returncode, fresh.stdout) == (0, ""), fresh.stderr
    page = tmp_path / "docs" / "zh" / "contribute" / "rules.md"
    page.write_text(page.read_text(encoding="utf-8").replace("### `", "### x`", 1), "utf-8")
    stale = subprocess.run(command, capture_output=True, text=True, check=False)
    assert stale.returncode == 1
    assert stale.stdout == "docs/zh/contribute/rules.md: stale; run scripts/generate\n"
    parts = {"facts": 0, "blocks": 1}
    for part, status in parts.items():
        done = subprocess.run([*command, "--only", part], capture_output=True, check=False)
        assert done.returncode == status, part


def test_changelog_has_the_version_of_both_packages() -> None:
    newest = re.findall(r"^## \[(\d+\.\d+\.\d+)\]", (ROOT / "CHANGELOG.md").read_text(), re.M)[0]
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    kite = (ROOT / "snippets" / "kite" / "__init__.py").read_text(encoding="utf-8")
    assert project["version"] == newest
    assert f'__version__ = "{newest}"' in kite


def test_checksum_of_the_version_in_the_tree(tmp_path: Path) -> None:
    """Who changes Kite says so: by another version, or by the checksum of one not handed out yet."""
    environment = os.environ | {"GIT_INDEX_FILE": str(tmp_path / "index")}

    def git(*args: str) -> str:
        command = ["git", "-c", "safe.directory=*", *args]
        return subprocess.run(
            command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True
        ).stdout.strip()

    git("add", "snippets/kite")
    tree = git("write-tree", "--prefix=snippets/kite/")
    releases = yaml.safe_load((ROOT / "snippets/policy/releases.yml").read_text(encoding="utf-8"))
    release = next(r for r in releases["releases"] if r["version"] == kite.__version__)
    assert [found["value"] for found in release["checksums"]] == [tree], "releases.yml"
    assert tree in (ROOT / "snippets/sessions/releases/identify.out").read_text(encoding="utf-8")


@pytest.mark.parametrize("lock", ["requirements.lock", "build.lock"])
def test_every_locked_package_has_hashes(lock: str) -> None:
    text = (ROOT / lock).read_text(encoding="utf-8")
    packages = re.findall(
        r"^([\w.\-]+)==[^\n]*\\\n((?:    --hash=sha256:[0-9a-f]{64}.*\n?)+)", text, re.M
    )
    assert len(packages) == len(re.findall(r"^[\w.\-]+==", text, re.M))
    assert packages
    assert "://" not in text
