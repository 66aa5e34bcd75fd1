"""The rendered configuration: complete, accepted by nginx, and closed to injection."""

import re
import subprocess
from pathlib import Path

import pytest

from kite import nginx
from kite.errors import KiteError
from kite.settings import Settings
from tests.kite.test_settings import INJECTIONS


def test_rendering_follows_the_settings(settings: Settings) -> None:
    changed = settings.model_copy(
        update={"rtmp_port": 2001, "http_port": 2002, "control_port": 2003, "api_port": 2004}
    )
    text = nginx.render(changed)
    assert text.startswith("# Rendered by kite 0.1.0 — do not edit.")
    for line in (
        "listen 2001;",
        "listen 2002;",
        "listen 127.0.0.1:2003;",
        "on_publish http://127.0.0.1:2004/callbacks/publish;",
        "on_publish_done http://127.0.0.1:2004/callbacks/publish-done;",
        "on_play http://127.0.0.1:2004/callbacks/play;",
        f"hls_path {settings.data_dir}/hls;",
        "worker_processes 1;",
    ):
        assert f"{line}\n" in text


def test_logs_can_hold_no_key(settings: Settings) -> None:
    text = nginx.render(settings)
    format_of_rtmp = text.split("rtmp {")[1].split("access_log")[0].split("log_format")[1]
    for variable in ("$name", "$args", "$tcurl", "$flashver", "$app", "$pageurl", "$swfurl"):
        assert variable not in format_of_rtmp
    assert "nginx-error.log warn;" in text


def test_every_written_path_is_in_the_data_directory(settings: Settings) -> None:
    directive = r"^\s*(pid|lock_file|error_log|access_log|hls_path|\w+_temp_path|root) (\S+?)[ ;]"
    found = re.findall(directive, nginx.render(settings), re.MULTILINE)
    written = {path for _, path in found if path != "off"}
    assert len(found) == 13
    assert all(path.startswith(str(settings.data_dir)) for path in written)


@pytest.mark.system
def test_nginx_accepts_it(settings: Settings) -> None:
    path = nginx.config_path(settings)
    nginx.write(settings, path)
    command = [*nginx.command(settings, path), "-t"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=10)
    assert done.returncode == 0, done.stderr
    assert "warn" not in done.stderr


@pytest.mark.parametrize("value", INJECTIONS)
def test_no_value_reaches_nginx_unchecked(settings: Settings, value: str) -> None:
    """Each of these would change the configuration if the settings let it pass."""
    unchecked = settings.model_copy(update={"data_dir": Path(value)})
    assert value in nginx.render(unchecked)
    with pytest.raises(ValueError, match="may hold only ASCII"):
        Settings(data_dir=Path(value))


def test_unwritable_output(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(KiteError, match="FILE_UNUSABLE"):
        nginx.write(settings, tmp_path / "file" / "nginx.conf")
    blocked = Settings(data_dir=tmp_path / "file")
    with pytest.raises(KiteError, match="DATA_DIR_UNUSABLE"):
        nginx.prepare(blocked)
