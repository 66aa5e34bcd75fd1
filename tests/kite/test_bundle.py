"""The support bundle says a lot and gives nothing away; so does everything that masks."""

import json
import tarfile
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from kite import bundle, database, log, masking, nginx
from kite.credentials import new_secret
from kite.errors import KiteError
from kite.settings import Settings
from kite.settings_load import Loaded, load
from tests.kite.stack import Stack, free_ports

KEY, TOKEN = new_secret("kk_").plain, new_secret("kt_").plain
WEBHOOK = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
TICKET = "1797649000-" + "aB3_-" * 8 + "xyz"
URL_PASSWORD = "unguessable/%40:1"
PASSWORD = "p4ss/w@rd:x"  # characters that the URL should have quoted
SECRETS = {
    "key": KEY,
    "cut key": KEY[:20],
    "token": TOKEN,
    "webhook": WEBHOOK,
    "ticket": TICKET,
    "password": PASSWORD,
    "password of the settings": "unguessable",
    "part of the password": "rd:x",
    "bearer": "eyJhbGciOiJub25lIn0.e30.",
    "form": "s3cr3t-in-a-form",
    "json": "s3cr3t-in-json",
}
PEOPLE = {"ipv4": "203.0.113.77", "ipv6": "2001:db8::beef:1", "email": "ann@example.com"}
LINE = (
    f'GET /live/demo?key={KEY}&x=1 token={TOKEN} "{WEBHOOK}" /hls/{TICKET}/demo.m3u8 {KEY[:20]} '
    f"postgresql+psycopg://kite:{PASSWORD}@db/kite Authorization: Bearer {SECRETS['bearer']} "
    f'/x?secret={SECRETS["form"]} {{"password": "{SECRETS["json"]}"}} '
    f"ip=203.0.113.77 http://203.0.113.77:80/ [2001:db8::beef:1]:443 mail=ann@example.com"
)


class Stat(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(f"<rtmp><stream><name>{LINE}</name></stream></rtmp>".encode())

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        pass


@pytest.fixture
def planted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Loaded]:
    """An installation that is down, without a database, and with secrets in every place."""
    monkeypatch.chdir(tmp_path)
    data, (port, silent) = tmp_path / "data", free_ports(2)
    (data / "logs").mkdir(parents=True)
    (data / "nginx").mkdir()
    for name in ("kite.log", "nginx-error.log", "nginx-rtmp.log", "nginx-http.log"):
        (data / "logs" / name).write_bytes(LINE.encode() + b"\n\xff\xfe broken\n")
    nginx.config_path(Settings(data_dir=data)).write_text(f"# {LINE}\n", encoding="utf-8")
    url = f"postgresql+psycopg://kite:{URL_PASSWORD}@127.0.0.1:{silent}/kite"
    values = {"data_dir": data, "database_url": url, "media_url": f"http://127.0.0.1:{port}"}
    for name, value in values.items():
        monkeypatch.setenv(f"KITE_{name.upper()}", str(value))
    with ThreadingHTTPServer(("127.0.0.1", port), Stat) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield load()
        server.shutdown()


def parts(file: Path) -> dict[str, str]:
    with tarfile.open(file) as tar:
        return {name: tar.extractfile(name).read().decode() for name in tar.getnames()}  # type: ignore[union-attr]


def test_no_secret_leaves(planted: Loaded, tmp_path: Path) -> None:
    file = tmp_path / "out" / "bundle.tar.gz"
    names = bundle.write(planted, file)
    found = parts(file)
    assert names == list(found)
    assert file.stat().st_mode & 0o777 == 0o600
    for part, content in found.items():
        for what, secret in {**SECRETS, **PEOPLE}.items():
            assert secret not in content, f"{what} in {part}"
    for part in ("stat.xml", "nginx-in-use.conf", "logs/kite.log", "logs/nginx-rtmp.log"):
        assert "?key=***&x=1" in found[part], "masked, not left out"
        assert "ip=ip-1 http://ip-1:80/" in found[part], "the same address by the same number"
    assert "kite:***@127.0.0.1" in found["settings.json"]


def test_addresses_stay_if_wanted(planted: Loaded, tmp_path: Path) -> None:
    bundle.write(planted, tmp_path / "b.tar.gz", mask_people=False)
    text = parts(tmp_path / "b.tar.gz")["logs/kite.log"]
    assert all(value in text for value in PEOPLE.values())
    assert not any(value in text for value in SECRETS.values())


def test_a_part_that_cannot_be_made_says_why(planted: Loaded, tmp_path: Path) -> None:
    bundle.write(planted, tmp_path / "b.tar.gz")
    found = parts(tmp_path / "b.tar.gz")
    assert found["tables.json"].startswith("Could not be made:")
    assert "refused" in found["tables.json"]
    by_code = {check["code"]: check for check in json.loads(found["doctor.json"])}
    assert by_code["database"]["status"] == "fail"
    assert "kite: " in found["system.txt"]


def test_the_database_is_counted_not_copied(settings: Settings, tmp_path: Path) -> None:
    database.create(settings)
    loaded = Loaded(settings, dict.fromkeys(Settings.model_fields, "default"))
    bundle.write(loaded, tmp_path / "b.tar.gz")
    found = parts(tmp_path / "b.tar.gz")
    tables = json.loads(found["tables.json"])
    assert tables["revision"] == database.REVISION
    assert tables["rows"]["rooms"] == 0
    assert found["nginx.conf"].startswith("# Rendered by kite")
    assert "No such file" in found["nginx-in-use.conf"]
    assert "Connection refused" in found["stat.xml"]


def test_a_broken_file_and_no_folder_at_all(settings: Settings, tmp_path: Path) -> None:
    loaded = Loaded(settings, dict.fromkeys(Settings.model_fields, "default"))
    bundle.write(loaded, tmp_path / "nothing.tar.gz")
    settings.data_dir.mkdir()
    (settings.data_dir / "kite.db").write_bytes(b"x" * 5000)
    bundle.write(loaded, tmp_path / "broken.tar.gz")
    assert "not a database" in parts(tmp_path / "broken.tar.gz")["tables.json"]
    with pytest.raises(KiteError, match="FILE_UNUSABLE"):
        bundle.write(loaded, tmp_path)


def test_only_the_end_of_a_long_log_goes_along(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bundle, "LOG_LINES", 100)
    logs = settings.data_dir / "logs"
    logs.mkdir(parents=True)
    line = "x" * 3000 + "\n"
    (logs / "kite.log").write_text("first\n" + line * 500 + "last\n", encoding="utf-8")
    bundle.write(
        Loaded(settings, dict.fromkeys(Settings.model_fields, "default")), tmp_path / "b.tar.gz"
    )
    lines = parts(tmp_path / "b.tar.gz")["logs/kite.log"].splitlines()
    assert (len(lines) <= bundle.LOG_LINES, lines[-1]) == (True, "last")
    assert {len(line) for line in lines[:-1]} == {bundle.MAX_LINE}


@pytest.mark.parametrize(
    "harmless",
    [
        "time=2026-11-21T02:48:35.795+00:00 level=info event=request ms=167",
        "event=key.created key=3 room=demo actor=token:1 token=2",
        "hint kk_3cFDek and kt__eZxZp",
        "nginx/1.22.1 ffmpeg 5.1.9-0+deb12u1 at 127.0.0.1:8080 and [::1]:80, 0.0.0.0",
        "http://127.0.0.1:8080/v1 rtmp://127.0.0.1:1935/live",
        "2026/11/21 05:28:46 [emerg] 1234#1234: dlopen()",
    ],
)
def test_what_is_no_secret_stays(harmless: str) -> None:
    assert masking.People().mask(masking.secrets(harmless)) == harmless


def test_a_secret_in_an_exception_does_not_reach_the_log(tmp_path: Path) -> None:
    import logging

    file = tmp_path / "kite.log"
    log.configure("info", file)
    try:
        raise ValueError(f"{KEY} {TOKEN} {WEBHOOK}")
    except ValueError:
        log.exception("defect", request_id="0123456789abcdef", what=KEY)
    logging.shutdown()
    text = file.read_text(encoding="utf-8")
    assert text.count("\n") == 1
    assert "request_id=0123456789abcdef" in text
    assert not any(secret in text for secret in (KEY, TOKEN, WEBHOOK))


@pytest.mark.system
def test_while_it_runs(stack: Stack, tmp_path: Path) -> None:
    """A real broadcast: nothing that nginx, FFmpeg or Kite wrote gives its key away."""
    key = stack.make_room("demo")
    with stack.live(f"demo?key={key['secret']}"):
        shown = stack.request("GET", "/metrics").text
        assert 'kite_publish_decisions_total{code="OK"} 1.0' in shown
        assert "kite_broadcasts_running 1.0" in shown
        assert stack.request("GET", "/readyz").json()["ready"] is True
        said = stack.cli("support-bundle", str(tmp_path / "b.tar.gz")).stdout
    assert "  logs/nginx-rtmp.log\n" in said
    found = parts(tmp_path / "b.tar.gz")
    assert "<name>demo</name>" in found["stat.xml"]
    assert not any("Could not be made" in content for content in found.values())
    for content in found.values():
        assert key["secret"] not in content
        assert stack.token not in content
    refused = stack.cli("upgrade", "--to", "0001", check=False)
    assert refused.stderr.startswith("error[KITE_RUNNING]")
