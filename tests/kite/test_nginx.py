"""The rendered configuration: complete, accepted by nginx, and closed to injection."""

import re
import subprocess
from pathlib import Path

import pytest
from pydantic import ValidationError

from kite import __version__, nginx
from kite.errors import KiteError
from kite.settings import Settings
from tests.kite.test_settings import INJECTIONS


def test_rendering_follows_the_settings(settings: Settings) -> None:
    changed = settings.model_copy(
        update={"rtmp_port": 2001, "http_port": 2002, "control_port": 2003, "api_port": 2004}
    )
    text = nginx.render(changed)
    assert text.startswith(f"# Rendered by kite {__version__} — do not edit.")
    for line in (
        "listen 2001;",
        "listen 2002;",
        "listen 127.0.0.1:2003;",
        "on_publish http://127.0.0.1:2003/callbacks/publish;",
        "on_publish_done http://127.0.0.1:2003/callbacks/publish-done;",
        "on_play http://127.0.0.1:2003/callbacks/play;",
        "server 127.0.0.1:2004;",
        "worker_connections 4096;",
        "worker_rlimit_nofile 8192;",
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


def test_each_role_takes_whom_it_is_for(settings: Settings) -> None:
    known = settings.model_copy(update={"edge_addresses": networks("10.0.0.0/24,fd00::1")})
    texts = {role: nginx.render(known, role) for role in nginx.ROLES}
    lines = {role: [line.strip() for line in text.splitlines()] for role, text in texts.items()}
    for role in nginx.ROLES:
        assert "worker_processes 1;" in lines[role]
        assert ("auth_request /decision;" in lines[role]) == (role != "origin")
        assert ("deny publish all;" in lines[role]) == (role == "edge")
        assert ("deny play all;" in lines[role]) == (role == "origin")
        assert ("allow play fd00::1/128;" in lines[role]) == (role == "origin")
        assert ("allow 10.0.0.0/24;" in lines[role]) == (role == "origin")
        assert ("hls on;" in lines[role]) == (role != "edge")
        assert any(line.startswith("on_publish ") for line in lines[role]) == (role != "edge")


def test_control_pages_are_for_named_addresses(settings: Settings) -> None:
    def control(text: str) -> str:
        return text.split("# Statistics and control")[1]

    assert "listen 127.0.0.1:8089;" in control(nginx.render(settings))
    apart = settings.model_copy(update={"control_addresses": networks("10.0.0.5")})
    shown = control(nginx.render(apart))
    assert "listen 8089;" in shown
    allowed = "allow 127.0.0.1;\n        allow 10.0.0.5/32;\n        deny all;\n"
    assert allowed in shown
    callbacks = shown.split("location /callbacks/ {")[1].split("}")[0]
    assert re.findall(r"(?:allow|deny) \S+;", callbacks) == ["allow 127.0.0.1;", "deny all;"]


def networks(text: str) -> object:
    return Settings(media_addresses=text).media_addresses


FULL = {
    "edge_addresses": "10.0.0.0/24,fd00::1",
    "proxy_addresses": "10.0.1.1",
    "control_addresses": "10.0.2.1",
    "control_urls": "http://10.0.2.1:8080,http://10.0.2.2",
}


@pytest.mark.system
@pytest.mark.parametrize("more", [{}, FULL], ids=["plain", "full"])
@pytest.mark.parametrize("role", nginx.ROLES)
def test_nginx_accepts_it(settings: Settings, role: nginx.Role, more: dict[str, str]) -> None:
    settings = Settings(data_dir=settings.data_dir, **more)  # type: ignore[arg-type]
    path = nginx.config_path(settings)
    nginx.write(settings, path, role)
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


TEXTS = ("media_url", "control_urls", "origin_url", "origin_rtmp", "play_base_url")
NETWORKS = ("media_addresses", "control_addresses", "edge_addresses", "proxy_addresses")
TAILS = [";}daemon on;", "{", " a", '"', "'", "\nuser root", "\\", "#", "$pid", "数据", "\tx", ";"]


@pytest.mark.parametrize("name", TEXTS)
@pytest.mark.parametrize("tail", TAILS)
def test_no_address_reaches_nginx_unchecked(name: str, tail: str) -> None:
    good = "rtmp://10.0.0.1:1935/live" if name == "origin_rtmp" else "http://10.0.0.1:8088"
    assert Settings(**{name: good})  # type: ignore[arg-type]
    for bad in (good + tail, good.replace("10.0", f"10{tail}.0")):
        with pytest.raises(ValidationError):
            Settings(**{name: bad})  # type: ignore[arg-type]


@pytest.mark.parametrize("name", NETWORKS)
@pytest.mark.parametrize("tail", [*TAILS, "%eth0", "%;}", "%eth0;}daemon on;"])
def test_no_network_reaches_nginx_unchecked(name: str, tail: str) -> None:
    for good in ("10.0.0.1", "fe80::1", "10.0.0.0/8", "fe80::/64"):
        assert Settings(**{name: good})  # type: ignore[arg-type]
        for bad in (good + tail, good.replace("0", f"0{tail}", 1)):
            try:
                taken = getattr(Settings(**{name: bad}), name)  # type: ignore[arg-type]
            except ValidationError:
                continue
            assert {str(network) for network in taken} <= {"10.0.0.1/32", "fe80::1/128"} | {
                "10.0.0.0/8",
                "fe80::/64",
            }


@pytest.mark.parametrize("value", [63, 100_001, "1;", "many"])
def test_connections_are_a_number(value: object) -> None:
    with pytest.raises(ValidationError):
        Settings(worker_connections=value)


def test_unwritable_output(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(KiteError, match="FILE_UNUSABLE"):
        nginx.write(settings, tmp_path / "file" / "nginx.conf")
    blocked = Settings(data_dir=tmp_path / "file")
    with pytest.raises(KiteError, match="DATA_DIR_UNUSABLE"):
        nginx.prepare(blocked)
