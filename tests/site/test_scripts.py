"""The entry points on a machine that lacks something: one clear line, and nothing half done that stays."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest

ROOT = Path(__file__).parents[2]
SCRIPTS = [
    ROOT / "scripts" / name
    for name in ("serve", "test", "build", "check", "generate", "regenerate", "setup.sh")
]
TOOLS = ("bash", "cat", "dirname", "sha256sum", "flock", "grep", "tail", "id", "env", "rm")


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A folder with what set-up reads, and an empty PATH of its own in `bin`."""
    for name in ("scripts/setup.sh", "build.lock", "requirements.lock", "pyproject.toml"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    (tmp_path / "snippets").mkdir()
    shutil.copy(ROOT / "snippets/pyproject.toml", tmp_path / "snippets")
    (tmp_path / "bin").mkdir()
    for tool in TOOLS:
        path = shutil.which(tool)
        assert path, tool
        (tmp_path / "bin" / tool).symlink_to(path)
    return tmp_path


def command(checkout: Path, name: str, body: str) -> None:
    """Put a command on the checkout's PATH."""
    path = checkout / "bin" / name
    path.unlink(missing_ok=True)
    path.write_text(f"#!/bin/bash\n{body}\n", encoding="utf-8")
    path.chmod(0o755)


def source(checkout: Path, line: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a line of shell after sourcing setup.sh, in an environment that holds nothing else."""
    return subprocess.run(
        ["bash", "-c", f"source scripts/setup.sh; {line}"],
        cwd=checkout,
        env={"PATH": str(checkout / "bin"), "HOME": str(checkout), **environment},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.system
def test_the_scripts_are_clean() -> None:
    done = subprocess.run(
        ["shellcheck", "-x", "-P", "SCRIPTDIR", *SCRIPTS, ROOT / ".ci/run"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout + done.stderr == ""


def test_a_part_that_cannot_be_regenerated() -> None:
    done = subprocess.run(
        [ROOT / "scripts/regenerate", "facts", "figures"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert done.stderr == "error: no such part: figures (facts, blocks, pictures, outputs)\n"


def test_an_old_python_is_named(checkout: Path) -> None:
    command(checkout, "python3", "case $2 in *print*) echo 3.9 ;; *) exit 1 ;; esac")
    done = source(checkout, "set_up")
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert "Python 3.11 or newer is needed (found: python3 is 3.9)" in done.stderr


def test_no_python_at_all(checkout: Path) -> None:
    done = source(checkout, "set_up")
    assert done.returncode == 2
    assert "(found: none)" in done.stderr


def test_a_newer_python_beside_an_old_one_is_found(checkout: Path) -> None:
    command(checkout, "python3", "case $2 in *print*) echo 3.9 ;; *) exit 1 ;; esac")
    command(checkout, "python3.12", "case $2 in *print*) echo 3.12 ;; esac")
    done = source(checkout, 'find_python; echo "$python"')
    assert done.stdout == "python3.12\n"


def test_missing_packages_without_the_right_to_install(checkout: Path) -> None:
    for name, body in {"dpkg-query": "exit 1", "apt-get": "exit 9", "sudo": "exit 1"}.items():
        command(checkout, name, body)
    command(checkout, "id", "echo 1000")
    done = source(checkout, "install_packages nginx-light ffmpeg")
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert "sudo apt-get update && sudo apt-get install -y nginx-light ffmpeg\n" in done.stderr


def test_a_system_without_apt(checkout: Path) -> None:
    done = source(checkout, "install_packages nginx-light")
    assert done.returncode == 2
    assert done.stderr.endswith("are needed: nginx-light\n")


def test_only_missing_packages_are_installed(checkout: Path) -> None:
    command(checkout, "dpkg-query", '[[ $4 == missing ]] || echo "install ok installed"')
    command(checkout, "apt-get", 'echo "$*" >>apt.log')
    for name, body in {"id": "echo 1000", "sudo": '[[ $1 == -n ]] && shift; "$@"'}.items():
        command(checkout, name, body)
    command(checkout, "tee", "cat >/dev/null")
    command(checkout, "chmod", ":")
    command(checkout, "rm", ":")
    assert source(checkout, "install_packages present").returncode == 0
    assert not (checkout / "apt.log").exists()
    assert source(checkout, "install_packages present missing").returncode == 0
    update, install = (checkout / "apt.log").read_text().splitlines()
    assert update.startswith("update")
    assert install.startswith("install -y")
    assert install.endswith(" missing")


def test_a_package_that_cannot_be_installed(checkout: Path) -> None:
    command(checkout, "dpkg-query", "exit 1")
    command(checkout, "apt-get", 'echo "E: Unable to locate package $*"; exit 100')
    for name in ("tee", "chmod", "rm"):
        command(checkout, name, "cat >/dev/null </dev/null")
    command(checkout, "id", "echo 0")
    done = source(checkout, "install_packages nosuch")
    assert done.returncode == 2
    assert "E: Unable to locate package" in done.stderr
    assert done.stderr.endswith("error: apt-get could not install: nosuch\n")


def test_no_network(checkout: Path) -> None:
    """A package index that cannot be reached: one line, no stamp, and nothing that looks set up."""
    (checkout / "bin/python3").symlink_to(sys.executable)
    index = {"PIP_INDEX_URL": "http://127.0.0.1:9/simple", "PIP_RETRIES": "1"}
    done = source(checkout, "set_up", PIP_CONFIG_FILE=os.devnull, **index)
    assert done.returncode == 2
    assert done.stderr.count("\n") == 2, done.stderr
    first, last = done.stderr.splitlines()
    assert first.startswith("Setting up .venv")
    assert last.startswith("error: the package index cannot be reached")
    assert not (checkout / ".venv/locks.stamp").exists()


@pytest.mark.parametrize(
    "spoil",
    [
        "echo other >.venv/locks.stamp",  # made from other lock files
        "rm .venv/locks.stamp",  # interrupted while it was made
        "rm .venv/bin/python",  # the Python it was made with is gone
    ],
)
def test_a_stale_environment_is_made_anew_and_a_good_one_kept(checkout: Path, spoil: str) -> None:
    fake = """
if [[ $1 == -c ]]; then [[ $2 != *print* ]] || echo 3.11; exit 0; fi
if [[ $2 == venv ]]; then
  /bin/mkdir -p .venv/bin; /bin/cp "$0" .venv/bin/python; echo venv >>calls
else
  echo pip >>calls
fi"""
    command(checkout, "python3", fake)
    assert source(checkout, "set_up").returncode == 0
    assert (checkout / "calls").read_text().split() == ["venv", "pip", "pip", "pip"]
    assert source(checkout, "set_up").stderr == ""
    assert (checkout / "calls").read_text().split() == ["venv", "pip", "pip", "pip"]
    source(checkout, spoil)
    assert source(checkout, "set_up").returncode == 0
    assert (checkout / "calls").read_text().split()[4:7] == ["venv", "pip", "pip"]


def test_a_changed_project_file_is_installed_again(checkout: Path) -> None:
    (checkout / ".venv/bin").mkdir(parents=True)
    command(checkout, "fake", "echo $* >>calls")
    (checkout / "bin/fake").rename(checkout / ".venv/bin/python")
    stamp = (
        'printf "%s\\n" "$PWD $(cat build.lock requirements.lock | sha256sum)" >.venv/locks.stamp'
    )
    done = source(checkout, f"{stamp}; set_up; echo '#' >>pyproject.toml; set_up; set_up")
    assert done.returncode == 0, done.stderr
    installs = [line for line in (checkout / "calls").read_text().splitlines() if "install" in line]
    assert len(installs) == 2
    assert all(line.endswith("-e . -e snippets") for line in installs)


def test_tests_that_need_packages_can_be_skipped_and_are_counted() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "--no-system", "tests/site/test_browser.py"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    last = done.stdout.splitlines()[-1]
    assert " skipped in " in last
    assert "passed" not in last


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    assert isinstance(port, int)
    return port


@pytest.mark.parametrize("arguments", [["--dry-run"], []])
def test_a_taken_port_is_named(arguments: list[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        done = subprocess.run(
            [sys.executable, "scripts/preview.py", "--port", str(port), *arguments],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.returncode == 2
    hint = f"error: port {port} is in use; choose another one: scripts/serve --port {port + 1}\n"
    assert done.stderr == hint


@pytest.mark.parametrize("port", ["0", "65536", "http"])
def test_a_number_that_is_no_port(port: str) -> None:
    done = subprocess.run(
        [sys.executable, "scripts/preview.py", "--port", port],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert f"not a port: {port}" in done.stderr


@contextmanager
def preview(folder: Path) -> Iterator[tuple[str, Path]]:
    """A preview of a copy of the site's sources: its address, and the file it writes to."""
    port, log = free_port(), folder / "preview.log"
    with log.open("w") as stream:
        process = subprocess.Popen(
            [sys.executable, "scripts/preview.py", "--port", str(port)],
            cwd=folder,
            stdout=stream,
            stderr=stream,
        )
        try:
            yield f"http://127.0.0.1:{port}/", log
        finally:
            process.send_signal(signal.SIGINT)
            assert process.wait(timeout=20) == 0
    assert log.read_text().endswith("Stopped\n")


def eventually(url: str, text: str, *, seconds: float = 60) -> None:
    """Wait until a page says something."""
    deadline, seen = time.monotonic() + seconds, ""
    while time.monotonic() < deadline:
        try:
            with urlopen(url, timeout=10) as response:
                seen = response.read().decode()
        except (URLError, ConnectionError, TimeoutError) as error:
            seen = str(error)
        if text in seen:
            return
        time.sleep(0.2)
    pytest.fail(f"{url} never said {text!r}; last: {seen[:300]}")


def logged(log: Path, text: str, *, seconds: float = 60) -> None:
    """Wait until the preview has said something."""
    deadline = time.monotonic() + seconds
    while text not in log.read_text(encoding="utf-8"):
        assert time.monotonic() < deadline, log.read_text(encoding="utf-8")
        time.sleep(0.1)


@pytest.fixture
def small_site(tmp_path: Path) -> Path:
    """The site's sources with one page in each language, and a set-up that does nothing."""
    (tmp_path / "scripts").mkdir()
    stub = 'set -euo pipefail; set_up() { :; }; die() { echo "$*" >&2; exit 2; }\n'
    stub += "export NO_MKDOCS_2_WARNING=1 DISABLE_MKDOCS_2_WARNING=true\n"
    (tmp_path / "scripts/setup.sh").write_text(stub, encoding="utf-8")
    (tmp_path / "docs").mkdir()
    linked = ("docs/theme", "docs/words.txt", "docs/index.html", "scripts/build")
    for name in (*linked, "scripts/preview.py", "snippets", ".venv"):
        (tmp_path / name).symlink_to(ROOT / name)
    for config, language in (("mkdocs.yml", "zh"), ("mkdocs.en.yml", "en")):
        head, _, rest = (ROOT / config).read_text(encoding="utf-8").partition("\nnav:\n")
        rest = rest[rest.index("\n\n") :].replace(" rollcall: {", " rollcall: {enabled: false, ")
        text = f"{head}\nnav: [index.md]\n{rest}"
        (tmp_path / config).write_text(text, encoding="utf-8")
        (tmp_path / "docs" / language).mkdir()
        (tmp_path / "docs" / language / "index.md").write_text(
            "# Page\n\nfirst\n", encoding="utf-8"
        )
    return tmp_path


def test_a_build_without_findings_is_silent_and_complete(small_site: Path) -> None:
    done = build(small_site)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    for name in ("index.html", "zh/index.html", "en/index.html", "en/sitemap.xml"):
        assert (small_site / "site" / name).is_file()


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize(
    ("file", "text", "said"),
    [
        ("index.md", "# Page\n\n[gone](gone.md)\n", "gone.md"),
        ("index.md", "# Page\n\n[gone](#gone)\n", "#gone"),
        ("index.md", "# Page\n\n[gone](/gone/)\n", "/gone/"),
        ("index.md", '# Page\n\n--8<-- "no/such/file"\n', "no/such/file"),
        ("lost.md", "# In no navigation\n", "lost.md"),
    ],
)
def test_a_strict_build_fails(
    small_site: Path, language: str, file: str, text: str, said: str
) -> None:
    (small_site / "docs" / language / file).write_text(text, encoding="utf-8")
    done = build(small_site)
    assert done.returncode == 2
    assert said in done.stderr
    assert f"the strict build failed: {language}\n" in done.stderr


def build(folder: Path) -> subprocess.CompletedProcess[str]:
    """Run scripts/build in a folder."""
    return subprocess.run(
        ["scripts/build"], cwd=folder, capture_output=True, text=True, check=False
    )


def test_the_preview_follows_edits_and_survives_broken_ones(small_site: Path) -> None:
    zh, en = (small_site / "docs" / language / "index.md" for language in ("zh", "en"))
    with preview(small_site) as (root, log):
        eventually(f"{root}zh/", "first")
        eventually(f"{root}en/", "livereload")
        eventually(root, "English")
        logged(log, "Built zh and en in")

        en.write_text("# Page\n\nsecond\n")
        eventually(f"{root}en/", "second")
        logged(log, "Built en in")
        assert "Built zh in" not in log.read_text()

        zh.write_text('# Page\n\n--8<-- "no/such/file"\n')
        logged(log, "zh cannot be built")
        assert "no/such/file" in log.read_text()
        assert "Traceback" not in log.read_text()
        eventually(f"{root}zh/", "first")

        zh.write_text("# Page\n\nthird\n")
        eventually(f"{root}zh/", "third")
