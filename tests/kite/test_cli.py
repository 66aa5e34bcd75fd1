"""The command line: its output and its exit status, in this process.

Sessions, `test_up` and the tests on the real stack run it as a process of its own.
"""

import json
import os
import sqlite3
import subprocess
from contextlib import chdir, closing
from pathlib import Path

import pytest
from click.testing import CliRunner

from kite.cli import main
from kite.errors import CATALOGUE
from tests.kite.stack import free_ports, kite_env

Done = subprocess.CompletedProcess[str]


class Shell:
    """Runs ``kite`` with a data directory and a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.data = folder / "data"
        self.settings: dict[str, object] = {"control_port": free_ports(1)[0]}

    def __call__(self, *args: str, stdin: str = "", **settings: object) -> Done:
        environment = kite_env(self.data, **self.settings, **settings)
        left_out: dict[str, str | None] = dict.fromkeys(set(os.environ) - set(environment))
        with chdir(self.folder):
            result = CliRunner().invoke(
                main, args, input=stdin, env=left_out | environment, prog_name="kite"
            )
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        return Done(args, result.exit_code, result.stdout, result.stderr)

    def ok(self, *args: str) -> str:
        done = self(*args)
        assert (done.returncode, done.stderr) == (0, "")
        return done.stdout

    def error(self, *args: str, **settings: str) -> str:
        """Run, check the shape of the error and return its code."""
        done = self(*args, **settings)
        assert done.returncode == 1
        assert done.stdout == ""
        first, second = done.stderr.splitlines()
        code = first.removeprefix("error[").partition("]: ")[0]
        assert second == f"fix: {CATALOGUE[code].en.fix}"
        return code


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    return Shell(tmp_path)


@pytest.fixture
def ready(shell: Shell) -> Shell:
    shell.ok("init")
    return shell


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Shell:
    """An installation with the room demo, for commands that change nothing."""
    shell = Shell(tmp_path_factory.mktemp("shared"))
    shell.ok("init")
    shell.ok("room", "create", "demo")
    return shell


def test_init_prints_the_token_once(shell: Shell) -> None:
    first = shell.ok("init")
    assert "First access token, shown only now: kt_" in first
    assert shell.ok("init") == f"{shell.data} exists already; nothing to create.\n"
    assert [token["name"] for token in json.loads(shell.ok("token", "list", "--json"))] == [
        "first token"
    ]


def test_rooms(ready: Shell) -> None:
    printed = ready.ok("room", "create", "demo", "--title", "第一道光")
    assert printed.startswith("Room demo: 第一道光\n")
    assert printed.endswith("Next: kite key create demo\n")
    ready.ok("room", "create", "other", "--json")
    assert [room["id"] for room in json.loads(ready.ok("room", "list", "--json"))] == [
        "demo",
        "other",
    ]
    ready.ok("room", "ban", "demo", "--reason", "noise")
    assert "banned (noise)" in ready.ok("room", "show", "demo")
    ready.ok("room", "unban", "demo")
    assert json.loads(ready.ok("room", "show", "demo", "--json"))["state"] == "idle"
    ready.ok("room", "delete", "demo")
    assert [line.split()[0] for line in ready.ok("room", "list").splitlines()] == ["id", "other"]


def test_keys(ready: Shell) -> None:
    ready.ok("room", "create", "demo")
    made = json.loads(ready.ok("key", "create", "demo", "--json"))
    text = ready.ok("key", "rotate", "demo", "1")
    secret = text.split("OBS stream key  demo?key=")[1].split()[0]
    assert f"'rtmp://127.0.0.1:1935/live/demo?key={secret}'" in text
    assert secret != made["secret"]
    ready.ok("key", "revoke", "demo", "1")
    listed = json.loads(ready.ok("key", "list", "demo", "--json"))
    assert [(key["id"], key["state"]) for key in listed] == [(1, "revoked")]
    assert "secret" not in listed[0]


def test_changes_are_logged(ready: Shell) -> None:
    for command in (
        "room create demo",
        "room ban demo --reason x",
        "room unban demo",
        "key create demo",
        "key rotate demo 1",
        "key revoke demo 1",
        "room delete demo",
        "token create ops",
        "token revoke 2",
        "room list",
    ):
        ready.ok(*command.split())
    log = (ready.data / "logs" / "kite.log").read_text(encoding="utf-8")
    assert [line.partition(" level=info event=")[2] for line in log.splitlines()] == [
        "token.created token=1 role=owner actor=cli request_id=-",
        "room.created room=demo actor=cli request_id=-",
        "room.banned room=demo actor=cli request_id=-",
        "room.unbanned room=demo actor=cli request_id=-",
        "key.created room=demo key=1 actor=cli request_id=-",
        "key.rotated room=demo key=1 actor=cli request_id=-",
        "key.revoked room=demo key=1 actor=cli request_id=-",
        "room.deleted room=demo actor=cli request_id=-",
        "token.created token=2 role=owner actor=cli request_id=-",
        "token.revoked token=2 actor=cli request_id=-",
    ]


def test_a_log_that_cannot_be_written_stops_no_change(ready: Shell) -> None:
    log = ready.data / "logs" / "kite.log"
    log.unlink()
    log.mkdir()
    done = ready("room", "create", "demo")
    assert done.returncode == 0
    assert done.stderr.endswith(" event=room.created room=demo actor=cli request_id=-\n")


def test_tokens(ready: Shell) -> None:
    assert ready.ok("token", "create", "ops").startswith("Token 2 (ops), shown only now: kt_")
    ready.ok("token", "revoke", "1")
    ready.ok("token", "revoke", "2")  # here the last one may go
    states = [token["state"] for token in json.loads(ready.ok("token", "list", "--json"))]
    assert states == ["revoked", "revoked"]


def test_room_fields(ready: Shell) -> None:
    made = ready.ok("room", "create", "demo", "--category", "games", "--record", "--json")
    assert json.loads(made) | {"category": "games", "record": True} == json.loads(made)
    when = "2036-01-31T20:00:00Z"
    changed = json.loads(
        ready.ok("room", "update", "demo", "--scheduled-at", when, "--no-record", "--json")
    )
    assert (changed["scheduled_at"], changed["record"]) == (when, False)
    assert (changed["category"], changed["title"]) == ("games", "demo")  # not given, so kept


def test_users(ready: Shell) -> None:
    done = ready("user", "create", "mei", "--role", "owner", stdin="correct horse battery\n")
    assert (done.returncode, done.stdout) == (0, "User mei (owner) is created.\n")
    ready.ok("user", "create", "holder", "--role", "viewer", "--no-password")
    for command in (
        ("user", "role", "mei", "viewer"),
        ("user", "ban", "mei", "--reason", "x"),
        ("user", "delete", "mei"),
    ):
        assert ready.error(*command) == "LAST_OWNER"
    ready.ok("user", "ban", "holder", "--reason", "spam", "--until", "2036-01-31T20:00:00Z")
    listed = {user["name"]: user for user in json.loads(ready.ok("user", "list", "--json"))}
    assert (listed["holder"]["banned"], listed["holder"]["ban_reason"]) == (True, "spam")
    ready.ok("user", "unban", "holder")
    ready.ok("user", "delete", "holder")
    done = ready("user", "password", "mei", stdin="another long password\n")
    assert done.returncode == 0
    assert "mei" in ready.ok("user", "list")
    logs = (ready.data / "logs" / "kite.log").read_text(encoding="utf-8")
    assert "horse" not in logs
    assert "another long" not in logs


def test_emergency(ready: Shell) -> None:
    assert ready.ok("emergency", "show") == "Nothing is stopped.\n"
    said = ready.ok("emergency", "stop", "--reason", "fire")
    assert said == "Everything is stopped: 0 broadcasts cut, publishing refused.\n"
    assert ready.ok("emergency", "show").endswith(": fire\n")
    assert json.loads(ready.ok("emergency", "show", "--json"))["stopped"] is True
    ready.ok("emergency", "lift")
    assert ready.ok("emergency", "show") == "Nothing is stopped.\n"


def test_limited_tokens(ready: Shell) -> None:
    scopes = ("--scope", "room.read", "--scope", "play.sign")
    end = ("--expires-at", "2036-01-31T20:00:00Z")
    made = json.loads(
        ready.ok("token", "create", "player", "--role", "viewer", *scopes, *end, "--json")
    )
    assert (made["role"], made["scopes"]) == ("viewer", ["room.read", "play.sign"])
    assert made["expires_at"] == "2036-01-31T20:00:00Z"
    assert ready.error("token", "create", "x", "--scope", "nothing") == "REQUEST_INVALID"
    assert "room.read,play.sign" in ready.ok("token", "list")


@pytest.mark.parametrize(
    ("command", "code"),
    [
        ("room update none --title x", "ROOM_NOT_FOUND"),
        ("room update demo --scheduled-at tomorrow", "REQUEST_INVALID"),
        ("room ban demo --reason x --until 2020-01-01T00:00:00Z", "REQUEST_INVALID"),
        ("key create demo --user nobody", "USER_NOT_FOUND"),
        ("user ban nobody --reason x", "USER_NOT_FOUND"),
        ("user create X --role viewer --no-password", "REQUEST_INVALID"),
        ("room create BAD", "REQUEST_INVALID"),
        ("room create demo --title=", "REQUEST_INVALID"),
        ("room create demo", "ROOM_EXISTS"),
        ("room show none", "ROOM_NOT_FOUND"),
        ("room ban none --reason x", "ROOM_NOT_FOUND"),
        ("room unban none", "ROOM_NOT_FOUND"),
        ("room stop none", "ROOM_NOT_FOUND"),
        ("room stop demo", "ROOM_NOT_LIVE"),
        ("room delete none", "ROOM_NOT_FOUND"),
        ("key create none", "ROOM_NOT_FOUND"),
        ("key list none", "ROOM_NOT_FOUND"),
        ("key rotate demo 9", "KEY_NOT_FOUND"),
        ("key revoke demo 9", "KEY_NOT_FOUND"),
        ("token revoke 9", "TOKEN_NOT_FOUND"),
        ("restore none", "FILE_UNUSABLE"),
        ("backup /proc/none/x", "FILE_UNUSABLE"),
        ("render-nginx --output /proc/none/x", "FILE_UNUSABLE"),
    ],
)
def test_errors(shared: Shell, command: str, code: str) -> None:
    assert shared.error(*command.split()) == code


def test_before_init(shell: Shell) -> None:
    for command in ("room list", "serve", "backup x"):
        assert shell.error(*command.split()) == "DATABASE_MISSING"


def test_database_of_another_version(ready: Shell) -> None:
    with closing(sqlite3.connect(ready.data / "kite.db")) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '0099'")
        connection.commit()
    for command in ("room list", "init", "up", "serve"):
        assert ready.error(*command.split()) == "DATABASE_VERSION"


def test_damaged_database(ready: Shell) -> None:
    (ready.data / "kite.db").write_bytes(b"x" * 5000)
    for command in ("room list", "init", "up", "serve"):
        assert ready.error(*command.split()) == "DATABASE_UNUSABLE"


def test_unusable_data_directory(shell: Shell) -> None:
    shell.data.touch()
    assert shell.error("init") == "DATA_DIR_UNUSABLE"
    assert shell.error("up") == "DATA_DIR_UNUSABLE"


def test_wrong_settings_stop_every_command(shell: Shell) -> None:
    for command in ("init", "up", "serve", "doctor", "settings", "room list"):
        done = shell(*command.split(), rtmp_port="80", colour="red")
        assert done.returncode == 2
        assert done.stdout == ""
        named = [line.split(": ")[1] for line in done.stderr.splitlines()]
        assert named == ["KITE_COLOUR", "rtmp_port"]


@pytest.mark.parametrize(
    "command", ["nothing", "room nothing", "key rotate demo x", "room ban demo"]
)
def test_wrong_usage(shared: Shell, command: str) -> None:
    done = shared(*command.split())
    assert done.returncode == 2
    assert done.stderr.startswith("Usage: ")


def test_settings_show_their_source(shell: Shell) -> None:
    (shell.folder / "kite.toml").write_text("api_port = 9001\n", encoding="utf-8")
    lines = shell.ok("settings").splitlines()
    assert lines[0].split() == ["data_dir", f'"{shell.data}"', "(env", "KITE_DATA_DIR)"]
    assert "(kite.toml)" in next(line for line in lines if line.startswith("api_port"))
    shown = json.loads(shell.ok("settings", "--json"))
    assert shown["api_port"] == {"value": 9001, "source": "kite.toml"}
    assert shown["http_port"] == {"value": 8088, "source": "default"}


def test_backup_and_restore(ready: Shell) -> None:
    ready.ok("room", "create", "demo")
    assert ready.ok("backup", "b.tar.gz") == "Backed up Kite 0.2.0 (schema 2): b.tar.gz\n"
    ready.ok("room", "delete", "demo")
    assert ready.error("restore", "b.tar.gz") == "RESTORE_TARGET_NOT_EMPTY"
    assert "compare them" in ready.ok("restore", "b.tar.gz", "--force")
    assert "idle" in ready.ok("room", "show", "demo")


def test_render_to_a_file_equals_standard_output(shell: Shell) -> None:
    shell.ok("render-nginx", "--output", "nginx.conf")
    printed = shell.ok("render-nginx")
    assert (shell.folder / "nginx.conf").read_text(encoding="utf-8") == printed
