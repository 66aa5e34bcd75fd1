"""Settings: order of the sources, all mistakes at once, nothing that could reach into nginx."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from jsonschema import Draft202012Validator

from kite.cli import main
from kite.settings import Settings
from kite.settings_load import SettingsError, load
from kite.truth import settings_schema as schema


@pytest.fixture(autouse=True)
def _clean(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in Settings.model_fields:
        monkeypatch.delenv(f"KITE_{name.upper()}", raising=False)
    monkeypatch.delenv("KITE_CONFIG", raising=False)


def problems(config: Path | None = None) -> list[str]:
    with pytest.raises(SettingsError) as caught:
        load(config)
    return caught.value.problems


def test_environment_wins_over_file_wins_over_default(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "kite.toml"
    file.write_text("api_port = 9001\nrtmp_port = 9002\n", encoding="utf-8")
    monkeypatch.setenv("KITE_API_PORT", "9003")
    loaded = load()
    ports = (loaded.settings.api_port, loaded.settings.rtmp_port, loaded.settings.http_port)
    assert ports == (9003, 9002, 8088)
    shown = [loaded.sources[name] for name in ("api_port", "rtmp_port", "http_port")]
    assert shown == ["env KITE_API_PORT", "kite.toml", "default"]


def test_file_can_be_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "kite.toml").write_text("api_port = 9001\n", encoding="utf-8")
    other, argument = tmp_path / "other.toml", tmp_path / "argument.toml"
    other.write_text("api_port = 9002\n", encoding="utf-8")
    argument.write_text("api_port = 9003\n", encoding="utf-8")
    monkeypatch.setenv("KITE_CONFIG", str(other))
    assert load().settings.api_port == 9002
    assert load(argument).settings.api_port == 9003


def test_token_in_the_environment_is_no_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KITE_TOKEN", "kt_x")
    assert load().settings.api_port == 8080


def test_all_mistakes_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "kite.toml"
    file.write_text('hls_fragment = 3\nlog_level = "loud"\nrtmp_port = 8088\n', encoding="utf-8")
    monkeypatch.setenv("KITE_API_PORT", "80")
    monkeypatch.setenv("KITE_COLOUR", "red")
    monkeypatch.setenv("KITE_HLS_PLAYLIST_SECONDS", "5")
    found = problems()
    expected = [
        ("KITE_COLOUR", "no such setting", "environment"),
        ("api_port", "greater than or equal to 1024", "env KITE_API_PORT"),
        ("http_port", "must differ from rtmp_port", "default"),
        ("hls_playlist_seconds", "3 × hls_fragment_seconds", "env KITE_HLS_PLAYLIST_SECONDS"),
        ("log_level", "'debug', 'info', 'warning' or 'error'", "kite.toml"),
        ("hls_fragment", "no such setting", "kite.toml"),
    ]
    assert len(found) == len(expected)
    for line, (name, message, source) in zip(found, expected, strict=True):
        assert line.startswith(f"{name}: ")
        assert message in line
        assert line.endswith(f"({source})")


@pytest.mark.parametrize(
    "content", [b"api_port = ", b"\xff", b"api_port = 1\napi_port = 2", b"[[a]]\n" * 2 + b"]"]
)
def test_unreadable_file(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "kite.toml"
    file.write_bytes(content)
    assert problems()[0].startswith("kite.toml: not TOML")


def test_missing_file_and_directory(tmp_path: Path) -> None:
    assert "No such file" in problems(tmp_path / "none.toml")[0]
    assert "Is a directory" in problems(tmp_path)[0]


@pytest.mark.parametrize("value", ["[1]", "{ a = 1 }", "1.5", "true", '"1935x"', "2024-01-01"])
def test_wrong_types(tmp_path: Path, value: str) -> None:
    (tmp_path / "kite.toml").write_text(f"rtmp_port = {value}\n", encoding="utf-8")
    assert problems()[0].startswith("rtmp_port: ")


INJECTIONS = [
    "/data;}daemon on;",
    "/data{",
    "/da ta",
    '/da"ta',
    "/da'ta",
    "/data\nuser root",
    "/data\\",
    "/data#",
    "/$pid",
    "/数据",
    "/da\tta",
]


@pytest.mark.parametrize("value", INJECTIONS)
@pytest.mark.parametrize("name", ["data_dir", "rtmp_module", "nginx_binary", "ffmpeg_binary"])
def test_paths_cannot_hold_nginx_syntax(
    name: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(f"KITE_{name.upper()}", value)
    assert [line.split(":")[0] for line in problems()] == [name]


@pytest.mark.parametrize("value", ["a;b", "a b", "a{", "-a", "a\n", "", "a/b", "[::1]", "$host"])
def test_public_host_is_a_plain_name(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KITE_PUBLIC_HOST", value)
    assert problems()[0].startswith("public_host: ")


@pytest.mark.parametrize(
    "value",
    [
        "postgresql://u:p@h/d",
        "mysql+pymysql://u:p@h/d",
        "sqlite://",
        "sqlite:///:memory:",
        "sqlite:///a?mode=ro",
        "postgresql+psycopg://u:p@ss@h/d",
        "postgresql+psycopg://u:p@h:port/d",
        "postgresql+psycopg://u:p@h/d' x",
        "x",
    ],
)
def test_only_databases_that_kite_knows(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KITE_DATABASE_URL", value)
    (problem,) = problems()
    assert problem.startswith("database_url: ")
    assert "u:p" not in problem


NETWORKS = ["10.0.0.0/8", "2001:db8::/32"]


@pytest.mark.parametrize(
    "value", [", ".join(NETWORKS), json.dumps(NETWORKS), "10.0.0.0/8,2001:db8::/32,"]
)
def test_lists_from_the_environment(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KITE_EDGE_ADDRESSES", value)
    assert load().settings.model_dump(mode="json")["edge_addresses"] == NETWORKS


def test_lists_from_the_file(tmp_path: Path) -> None:
    (tmp_path / "kite.toml").write_text(f"edge_addresses = {NETWORKS}\n", encoding="utf-8")
    assert [str(network) for network in load().settings.edge_addresses] == NETWORKS


@pytest.mark.parametrize(
    "value",
    ["10.0.0.1/8", "x", "[", '["10.0.0.1", 7]', "[true]", "fe80::1%eth0", "10.0.0.1;", "{}"],
)
def test_mistakes_in_lists(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KITE_EDGE_ADDRESSES", value)
    assert all(line.startswith("edge_addresses: ") for line in problems())


def test_every_mistake_in_a_list_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KITE_EDGE_ADDRESSES", "x,10.0.0.1,y")
    monkeypatch.setenv("KITE_CONTROL_URLS", "ftp://a,http://b/c")
    assert [line.split(":")[0] for line in problems()] == ["control_urls"] * 2 + [
        "edge_addresses"
    ] * 2


@pytest.mark.parametrize("value", ["http://a;b", "http://a b", "http://a/{", "http://$host", "a"])
@pytest.mark.parametrize("name", ["media_url", "control_urls", "origin_url", "play_base_url"])
def test_addresses_cannot_hold_nginx_syntax(
    name: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(f"KITE_{name.upper()}", value)
    assert {line.split(":")[0] for line in problems()} == {name}


def test_the_password_is_shown_nowhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KITE_DATABASE_URL", "postgresql+psycopg://kite:unguessable@db/kite")
    loaded = load()
    assert loaded.shown()["database_url"] == "postgresql+psycopg://kite:***@db/kite"
    assert "unguessable" not in repr(loaded)
    for as_json in ([], ["--json"]):
        done = CliRunner().invoke(main, ["settings", *as_json])
        assert done.exit_code == 0
        assert "unguessable" not in done.output
        assert "kite:***@db/kite" in done.output
        assert "env KITE_DATABASE_URL" in done.output


UNITS = {"_seconds": "s", "_minutes": "min", "_ms": "ms", "_mb": "MB", "_gb": "GB", "_days": "d"}


def test_every_setting_is_documented() -> None:
    described = schema()["properties"]
    assert list(described) == list(Settings.model_fields)
    for name, setting in described.items():
        assert setting["description"].endswith("."), name
        assert setting["x-kite"]["zh"].endswith("。"), name
        assert setting["x-kite"]["restart"] is True, name
        assert setting["x-kite"]["environment"] == f"KITE_{name.upper()}"
        unit = next((unit for end, unit in UNITS.items() if name.endswith(end)), None)
        assert setting["x-kite"]["unit"] == unit, name
        limited = {"minimum", "maximum"} <= setting.keys()
        assert limited == (setting["type"] == "integer"), name
        assert "default" in setting, name


def test_the_schema_takes_what_kite_takes(tmp_path: Path) -> None:
    validator = Draft202012Validator(schema())
    Draft202012Validator.check_schema(schema())
    defaults = {name: setting["default"] for name, setting in schema()["properties"].items()}
    validator.validate(defaults)
    assert Settings(**defaults) == Settings()
    for wrong in ({"api_port": 80}, {"log_level": "loud"}, {"colour": 1}, {"edge_addresses": "x"}):
        assert not validator.is_valid(wrong), wrong


def test_every_setting_is_used() -> None:
    """A setting nobody reads would be a promise nobody keeps."""
    package = Path(__file__).parents[2] / "snippets" / "kite"
    sources = [path for path in package.rglob("*.*") if path.suffix in {".py", ".j2"}]
    texts = {path: path.read_text(encoding="utf-8") for path in sources}
    for name in Settings.model_fields:
        users = [path for path, text in texts.items() if name in text]
        own = f"self.{name}" in texts[package / "settings.py"]
        assert own or [path for path in users if path.name != "settings.py"], name
