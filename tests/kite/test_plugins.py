"""Plugins: found, asked, and harmless when they fail. The example is really installed."""

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from textwrap import dedent

import pytest

from kite import doctor, plugins
from kite.checks import Check, Finding
from kite.context import Kite
from kite.delivery import Deliverer
from kite.errors import KiteError
from kite.plugin_api import PlayRequest, Plugin, PluginEvent, PublishRequest, Refused
from kite.plugins import THREADS, Host, Plugins
from kite.settings import Settings
from tests.kite.conftest import Api
from tests.kite.stack import Stack, publish_command, wait_for

EXAMPLE = Path(__file__).parents[2] / "snippets" / "plugins" / "kite-word-filter"
PUBLISH = PublishRequest("demo", 1, "mei", "192.0.2.7")
NETCALL_SECONDS = 5.0


class Base(Plugin):
    api = 1

    def __init__(self) -> None:
        super().__init__(Settings())


def hosting(*loaded: Plugin, seconds: float = 0.2, open_door: bool = False) -> Plugins:
    hosts = [Host(f"plugin-{number}", plugin) for number, plugin in enumerate(loaded)]
    return Plugins(hosts, seconds, open_door)


def code_of(call: Callable[[], object]) -> str:
    with pytest.raises(KiteError) as caught:
        call()
    return f"{caught.value.code}: {caught.value.detail}"


# What is asked, and what the answers do.


class Doorman(Base):
    def authorise_publish(self, request: PublishRequest) -> str | None:
        return None if request.holder == "mei" else f"{request.holder} is not on the list"

    def authorise_play(self, request: PlayRequest) -> str | None:
        return "" if request.ip == "192.0.2.66" else None


def test_verdicts() -> None:
    loaded = hosting(Doorman())
    loaded.authorise_publish(PUBLISH)
    refusal = code_of(lambda: loaded.authorise_publish(replace(PUBLISH, holder="eve")))
    assert refusal == "PLUGIN_REFUSED: plugin-0: eve is not on the list"
    loaded.authorise_play(PlayRequest("demo", "192.0.2.7"))
    no_reason = code_of(lambda: loaded.authorise_play(PlayRequest("demo", "192.0.2.66")))
    assert no_reason == "PLUGIN_REFUSED: plugin-0: "
    assert loaded.filter_text("any") == "any"


class Chain(Base):
    def __init__(self, made: object) -> None:
        super().__init__()
        self.made = made

    def filter_text(self, text: str) -> str:
        if isinstance(self.made, BaseException):
            raise self.made
        return text + self.made if isinstance(self.made, str) else self.made  # type: ignore[return-value]


def test_filters_follow_each_other() -> None:
    assert hosting(Chain("b"), Chain("c")).filter_text("a") == "abc"
    refusal = code_of(lambda: hosting(Chain("b"), Chain(Refused("rude"))).filter_text("a"))
    assert refusal == "PLUGIN_REFUSED: plugin-1: rude"


@pytest.mark.parametrize("made", [None, 7, b"x", "\n", "\x9b", "x" * 100])
def test_filtered_text_is_still_a_title(made: object) -> None:
    assert code_of(lambda: hosting(Chain(made)).filter_text("a")).startswith("PLUGIN_FAILED")


@pytest.mark.parametrize("raised", [ValueError("secret-17"), SystemExit(3), KeyboardInterrupt()])
def test_exceptions(raised: BaseException, caplog: pytest.LogCaptureFixture) -> None:
    said = code_of(lambda: hosting(Chain(raised)).filter_text("a"))
    assert said.startswith("PLUGIN_FAILED: plugin-0: ")
    assert "secret-17" not in said  # it is in the log, for the operator
    (record,) = caplog.records
    assert record.exc_info
    assert record.__dict__["fields"] == {"plugin": "plugin-0", "hook": "filter_text"}


class Odd(Base):
    def authorise_publish(self, request: PublishRequest) -> str | None:
        return False  # type: ignore[return-value]


def test_an_odd_verdict_is_no_agreement() -> None:
    assert "PLUGIN_FAILED" in code_of(lambda: hosting(Odd()).authorise_publish(PUBLISH))


class Hanging(Base):
    def __init__(self) -> None:
        super().__init__()
        self.release = threading.Event()
        self.calls = 0

    def authorise_publish(self, request: PublishRequest) -> str | None:
        self.calls += 1
        self.release.wait()
        return None


@pytest.fixture
def hanging() -> Iterator[Hanging]:
    plugin = Hanging()
    yield plugin
    plugin.release.set()


def test_hanging_plugin(hanging: Hanging) -> None:
    loaded = hosting(hanging)
    for _ in range(THREADS + 3):  # the last ones find no free thread
        began = time.monotonic()
        assert "TimeoutError" in code_of(lambda: loaded.authorise_publish(PUBLISH))
        assert time.monotonic() - began < 1
    assert hanging.calls == THREADS
    loaded.authorise_play(PlayRequest("demo", "192.0.2.7"))  # other questions are still answered
    hanging.release.set()
    wait_for(lambda: answers(loaded), "the plugin answers again")


def answers(loaded: Plugins) -> bool:
    try:
        loaded.authorise_publish(PUBLISH)
    except KiteError:
        return False
    return True


def test_failure_may_be_agreement(hanging: Hanging) -> None:
    strict, lax = Doorman(), hanging
    loaded = hosting(lax, strict, Chain(ValueError()), open_door=True)
    loaded.authorise_publish(PUBLISH)
    assert loaded.filter_text("a") == "a"
    refused = code_of(lambda: loaded.authorise_publish(replace(PUBLISH, holder="eve")))
    assert refused.startswith("PLUGIN_REFUSED")  # a real refusal still counts


# Events.


class Listener(Base):
    def __init__(self, failures: int = 0) -> None:
        super().__init__()
        self.failures = failures
        self.got: list[PluginEvent] = []

    def on_event(self, event: PluginEvent) -> None:
        self.got.append(event)
        if len(self.got) <= self.failures:
            raise ValueError("not today")


def with_plugins(api: Api, loaded: Plugins) -> Api:
    return Api(replace(api.kite, plugins=loaded), api.nginx, api.token)


def deliver(api: Api, kite: Kite, *states: str) -> list[dict[str, object]]:
    deliverer = Deliverer((0, 0))

    def settled() -> bool:
        deliverer.run(kite)
        return all(item["state"] in states for item in shown(api))

    wait_for(settled, f"deliveries are {states}")
    return shown(api)


def shown(api: Api) -> list[dict[str, object]]:
    items: list[dict[str, object]] = api.client.get("/v1/deliveries").json()["items"]
    return items


def test_event_is_tried_again(api: Api) -> None:
    listener = Listener(failures=2)
    api = with_plugins(api, hosting(listener, Doorman()))
    api.make_room()
    (item,) = deliver(api, api.kite, "delivered")
    assert (item["plugin"], item["webhook"], item["attempts"]) == ("plugin-0", None, 3)
    assert [event.type for event in listener.got] == ["room.created"] * 3
    assert len({event.id for event in listener.got}) == 1
    assert listener.got[0].data["room"] == "demo"


def test_event_of_a_plugin_that_is_gone(api: Api) -> None:
    api = with_plugins(api, hosting(Listener(failures=9)))
    api.make_room()
    (item,) = deliver(api, replace(api.kite, plugins=Plugins()), "dead")
    assert item["error"] == "PLUGIN_FAILED: plugin-0: not loaded."


# Titles and callbacks through the service.


def test_title_in_the_api(api: Api) -> None:
    api = with_plugins(api, hosting(Chain("!")))
    made = api.client.post("/v1/rooms", json={"id": "demo", "title": "Hi", "category": "games"})
    assert (made.json()["title"], made.json()["category"]) == ("Hi!", "games")
    changed = api.client.patch("/v1/rooms/demo", json={"category": "music"}).json()
    assert (changed["title"], changed["category"]) == ("Hi!", "music")
    assert api.client.patch("/v1/rooms/demo", json={"title": "Bye"}).json()["title"] == "Bye!"


def test_filter_sees_only_what_is_permitted(api: Api) -> None:
    """A caller without the right must not learn from a plugin, nor keep it busy."""
    api = with_plugins(api, hosting(Chain(Refused("rude"))))
    token = api.client.post("/v1/tokens", json={"name": "v", "role": "viewer"}).json()["secret"]
    visitor = api.visitor(authorization=f"Bearer {token}")
    answer = visitor.post("/v1/rooms", json={"id": "demo", "title": "x"})
    assert answer.json()["code"] == "FORBIDDEN"


def test_hanging_filter_blocks_no_writer(api: Api) -> None:
    """Plugins are asked outside of the transaction, whose lock SQLite has only one of."""

    class Slow(Base):
        def filter_text(self, text: str) -> str:
            inside.set()
            done.wait()
            return text

    inside, done = threading.Event(), threading.Event()
    slow = with_plugins(api, hosting(Slow(), seconds=10))
    body = {"id": "slow", "title": "x"}
    caller = threading.Thread(target=slow.client.post, args=("/v1/rooms",), kwargs={"json": body})
    caller.start()
    assert inside.wait(5)
    began = time.monotonic()
    api.make_room("quick")
    assert time.monotonic() - began < 2
    done.set()
    caller.join()
    assert api.client.get("/v1/rooms/slow").status_code == 200


# Found by entry point.


def install(folder: Path, name: str, source: str, entry: str = "Made") -> None:
    """What ``pip install`` leaves of a package with one module and one entry point."""
    module = f"plugin_{name.replace('-', '_')}"
    (folder / f"{module}.py").write_text(dedent(source), encoding="utf-8")
    info = folder / f"{module}-1.5.dist-info"
    info.mkdir()
    metadata = f"Metadata-Version: 2.1\nName: kite-{name}\nVersion: 1.5\n"
    (info / "METADATA").write_text(metadata, encoding="utf-8")
    points = f"[kite.plugins]\n{name} = {module}:{entry}\n"
    (info / "entry_points.txt").write_text(points, encoding="utf-8")


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "site"
    folder.mkdir()
    monkeypatch.syspath_prepend(str(folder))
    return folder


GOOD = """
    from kite.plugin_api import Plugin
    class Made(Plugin):
        api = 1
        def on_event(self, event):
            pass
"""
BROKEN = {
    "import": "import no_such_module",
    "entry": "x = 1",
    "construct": GOOD
    + "        def __init__(self, settings):\n            raise OSError('no rules')",
    "kind": "class Made:\n    api = 1\n    def __init__(self, settings): pass",
    "version": GOOD.replace("api = 1", "api = 2"),
    "undeclared": GOOD.replace("api = 1", "pass"),
}


def test_loaded(site: Path, settings: Settings) -> None:
    install(site, "good", GOOD)
    loaded = Plugins.load(settings)
    assert loaded.listeners == ("good",)
    assert loaded.loaded[0].plugin.settings is settings
    (found,) = plugins.installed(settings)
    assert (found.name, found.distribution, found.version, found.state) == (
        "good",
        "kite-good",
        "1.5",
        "loaded",
    )


@pytest.mark.parametrize("kind", BROKEN)
def test_broken_plugin_keeps_kite_from_starting(site: Path, settings: Settings, kind: str) -> None:
    install(site, f"bad-{kind}", BROKEN[kind])
    said = code_of(lambda: Plugins.load(settings))
    assert said.startswith(f"PLUGIN_BROKEN: bad-{kind} (plugin_bad_{kind}:Made) of kite-bad-{kind}")
    assert f"disabled_plugins = ['bad-{kind}']" in said
    (check, *_) = plugins.checks(settings)
    assert check.look(settings).status == "fail"
    disabled = settings.model_copy(update={"disabled_plugins": (f"bad-{kind}",)})
    assert Plugins.load(disabled).loaded == ()
    assert [found.state for found in plugins.installed(disabled)] == ["disabled"]


def test_required_plugin_must_be_there(site: Path, settings: Settings) -> None:
    install(site, "good", GOOD)
    required = settings.model_copy(update={"required_plugins": ("good", "guard")})
    said = code_of(lambda: Plugins.load(required))
    assert said.startswith("PLUGIN_BROKEN: guard is in required_plugins, but not installed")
    assert {p.name: p.state for p in plugins.installed(required)} == {
        "good": "loaded",
        "guard": "broken",
    }
    turned_off = settings.model_copy(
        update={"required_plugins": ("good",), "disabled_plugins": ("good",)}
    )
    assert code_of(lambda: Plugins.load(turned_off)).startswith("PLUGIN_BROKEN: good")
    met = settings.model_copy(update={"required_plugins": ("good",)})
    assert [host.name for host in Plugins.load(met).loaded] == ["good"]


def test_one_name_twice(site: Path, settings: Settings) -> None:
    install(site, "good", GOOD)
    twin = site / "twin-1.0.dist-info"
    twin.mkdir()
    (twin / "METADATA").write_text("Name: twin\nVersion: 1.0\n", encoding="utf-8")
    (twin / "entry_points.txt").write_text("[kite.plugins]\ngood = plugin_good:Made\n")
    assert "two plugins have this name" in code_of(lambda: Plugins.load(settings))


class Careful(Base):
    def checks(self) -> Sequence[Check]:
        def burst(settings: Settings) -> Finding:
            raise ValueError("no disk")

        return [Check("fine", lambda _: Finding("ok", "all good")), Check("bad", burst)]


def test_checks_of_plugins(site: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    found = [plugins.Installed("careful", "kite-careful", "1.0", Host("careful", Careful()))]
    monkeypatch.setattr(plugins, "installed", lambda _: found)
    results = doctor.examine(settings, plugins.checks(settings))[-3:]
    assert [(r.code, r.status, r.message) for r in results] == [
        ("plugins", "ok", "careful 1.0 loaded"),
        ("careful/fine", "ok", "all good"),
        ("careful/bad", "fail", "ValueError: no disk"),
    ]


# The example, installed by pip, in a running Kite; beside it one that hangs.

MOODY = """
    import time
    from kite.plugin_api import Plugin
    class Made(Plugin):
        api = 1
        def authorise_publish(self, request):
            if request.room == "hang":
                time.sleep(600)
"""


@pytest.fixture(scope="module")
def extended(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    folder = tmp_path_factory.mktemp("extended")
    site, data = folder / "site", folder / "data"
    data.mkdir()
    rules = 'refuse = ["spam"]\nmask = ["damn"]\nopen_until = 0\n'
    (data / "word-filter.toml").write_text(rules, encoding="utf-8")
    options = ["--no-index", "--no-deps", "--no-build-isolation", "--quiet"]
    subprocess.run(
        [sys.executable, "-m", "pip", "install", *options, "--target", str(site), str(EXAMPLE)],
        check=True,
    )
    install(site, "moody", MOODY)
    stack = Stack(data)
    stack.env["PYTHONPATH"] = str(site)
    with stack:
        yield stack


def test_example_filters_titles(extended: Stack) -> None:
    refused = extended.request("POST", "/v1/rooms", {"id": "rude", "title": "Buy SPAM"})
    assert (refused.status_code, refused.json()["code"]) == (403, "PLUGIN_REFUSED")
    assert refused.json()["detail"] == ("word-filter: the title holds a word that is not allowed")
    masked = extended.request("POST", "/v1/rooms", {"id": "mild", "title": "Damn good"})
    assert masked.json()["title"] == "**** good"
    by_hand = extended.cli("room", "create", "rude", "--title", "spam", check=False)
    assert by_hand.returncode == 1
    assert "error[PLUGIN_REFUSED]" in by_hand.stderr


def test_example_gets_events(extended: Stack) -> None:
    extended.request("POST", "/v1/rooms", {"id": "told", "title": "told"}).raise_for_status()
    log = extended.data_dir / "logs" / "word-filter.jsonl"

    def line() -> dict[str, object] | None:
        lines = map(json.loads, log.read_text(encoding="utf-8").splitlines())
        return next((found for found in lines if found["room"] == "told"), None)

    wait_for(log.exists, "the plugin wrote something")
    assert wait_for(line, "the event arrived")["type"] == "room.created"


def test_example_refuses_publishers(extended: Stack) -> None:
    key = extended.make_room("closed")
    assert publish(extended, key["stream_key"]) != 0
    refusals = [line for line in extended.logs().splitlines() if "event=publish.refused" in line]
    (line,) = [line for line in refusals if "room=closed" in line]
    assert "code=PLUGIN_REFUSED" in line
    assert 'detail="word-filter: ' in line


def test_hanging_plugin_in_a_running_kite(extended: Stack) -> None:
    key = extended.make_room("hang")
    began = time.monotonic()
    assert publish(extended, key["stream_key"]) != 0
    assert time.monotonic() - began < NETCALL_SECONDS
    assert "event=publish.refused code=PLUGIN_FAILED room=hang" in extended.logs()
    assert "event=plugin.failed plugin=moody hook=authorise_publish" in extended.logs()
    assert extended.request("GET", "/v1/rooms").status_code == 200


def test_example_in_doctor_and_list(extended: Stack) -> None:
    shown = json.loads(extended.cli("doctor", "--json", check=False).stdout)
    found = {result["code"]: result for result in shown}
    assert found["plugins"]["message"] == "moody 1.5 loaded, word-filter 1.0.0 loaded"
    assert found["word-filter/rules"]["status"] == "ok"
    listed = json.loads(extended.cli("plugin", "list", "--json").stdout)
    assert listed[1] == {
        "name": "word-filter",
        "state": "loaded",
        "version": "1.0.0",
        "distribution": "kite-word-filter",
        "hooks": ["authorise_publish", "filter_text", "on_event", "checks"],
        "problem": None,
    }


def test_broken_plugin_stops_kite_up(extended: Stack) -> None:
    rules = extended.data_dir / "word-filter.toml"
    text = rules.read_text(encoding="utf-8")
    rules.write_text("not TOML", encoding="utf-8")
    try:
        started = extended.cli("up", check=False)
        assert started.returncode == 1
        assert "error[PLUGIN_BROKEN]: word-filter (kite_word_filter:WordFilter)" in started.stderr
        assert "broken" in extended.cli("plugin", "list").stdout
        extended.env["KITE_DISABLED_PLUGINS"] = "word-filter"
        assert "disabled" in extended.cli("plugin", "list").stdout
        extended.cli("room", "list")
    finally:
        extended.env.pop("KITE_DISABLED_PLUGINS", None)
        rules.write_text(text, encoding="utf-8")


def test_command_ends_although_a_plugin_hangs(tmp_path: Path) -> None:
    """Threads of plugins must not keep the process."""
    stack = Stack(tmp_path / "data")
    stack.cli("init")
    source = MOODY.replace("authorise_publish(self, request)", "filter_text(self, text)")
    install(tmp_path, "moody", source.replace('request.room == "hang"', "True"))
    stack.env["PYTHONPATH"] = str(tmp_path)
    began = time.monotonic()
    done = stack.cli("room", "create", "demo", check=False)
    assert time.monotonic() - began < 10
    assert "error[PLUGIN_FAILED]: moody: TimeoutError in filter_text." in done.stderr


def test_own_tests_of_the_example() -> None:
    bare = {name: value for name, value in os.environ.items() if not name.startswith("KITE_")}
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(EXAMPLE)],
        env={**bare, "PYTHONPATH": str(EXAMPLE)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout


def publish(stack: Stack, stream_key: str) -> int:
    """Exit status of an encoder that is refused."""
    command = publish_command(f"{stack.rtmp}/{stream_key}", 10)
    return subprocess.run(command, capture_output=True, timeout=30, check=False).returncode
