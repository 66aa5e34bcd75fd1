"""The Python and JavaScript examples of the API pages, against a real Kite with real nginx."""

import inspect
import os
import re
import signal
import subprocess
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import httpx
import pytest

from kite import __version__
from tests.kite.stack import Stack, probe, wait_for
from tests.proof import Proof
from tests.requests.conftest import load_program
from tests.requests.pages import ROOT

pytestmark = pytest.mark.system


def test_every_endpoint_example(
    environment: Stack,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    proof: Proof,
) -> None:
    """Each function of the Python program once."""
    stack = environment
    monkeypatch.chdir(tmp_path)
    program = load_program("endpoints")
    get = program.httpx.get
    with closing(program.api):
        names: set[str] = set()

        def run(name: str) -> str:
            names.add(name.replace("-", "_"))
            getattr(program, name.replace("-", "_"))()
            return capsys.readouterr().out.strip()

        with monkeypatch.context() as local:  # the two examples with a fixed address
            local.setattr(
                program.httpx, "get", lambda url, **more: get(stack.api + url[21:], **more)
            )
            assert run("health") == __version__
            assert run("ready") == "200 []"
        integrate(stack, run)
    own = (value for value in vars(program).values() if inspect.isfunction(value))
    assert names == {value.__name__ for value in own if value.__module__ == program.__name__}
    proof.ran("snippets/requests/endpoints.py")


def test_every_endpoint_example_in_javascript(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, proof: Proof
) -> None:
    """Each example of the JavaScript program once, with Node.js."""
    program = ROOT / "snippets" / "requests" / "endpoints.mjs"
    monkeypatch.chdir(tmp_path)
    names: set[str] = set()

    def run(name: str) -> str:
        names.add(name)
        ran = subprocess.run(["node", program, name], capture_output=True, text=True, check=False)
        assert (ran.returncode, ran.stderr) == (0, "")
        return ran.stdout.strip()

    with Stack(tmp_path / "data", {"webhook_allow": "127.0.0.1/32"}) as stack:
        for name, value in {"KITE_API": stack.api, "KITE_TOKEN": stack.token}.items():
            monkeypatch.setenv(name, value)
        monkeypatch.setenv("PASSWORD", "correct horse battery")
        assert run("health") == __version__
        assert run("ready") == "200 []"
        integrate(stack, run)
    assert names == set(re.findall(r"\[start:([\w-]+)\]", program.read_text())) - {"client"}
    proof.ran("snippets/requests/endpoints.mjs")


def integrate(stack: Stack, run: Callable[[str], str]) -> None:
    """Run the example of every endpoint, in an order in which all of them have something to do."""
    assert run("metrics") == "kite_viewers 0.0"
    assert run("create-user") == "moderator"
    assert run("create-user") == "moderator"  # USER_EXISTS is not a failure here
    assert re.fullmatch(r"moderator 20\S+Z", run("sign-in"))
    assert run("change-user") == "operator"
    assert run("list-users") == "mei operator"
    assert re.fullmatch(r"3 kt_\S{32}", run("create-token"))
    assert run("revoke-token") == ""
    states = [line.split()[2] for line in run("list-tokens").splitlines()]
    assert states == ["valid", "valid", "revoked"]
    assert run("create-room").endswith("/hls/demo.m3u8")
    assert run("create-room").endswith("/hls/demo.m3u8")  # ROOM_EXISTS is not a failure here
    assert run("change-room") == "Second light music"
    assert run("list-rooms") == "demo idle Second light"
    assert re.fullmatch(r"rtmp://\S+/live\ndemo\?key=kk_\S{32}", run("create-key"))
    stream_key = run("rotate-key")
    assert run("stop-room") == "not live"
    with stack.live(stream_key) as encoder:
        assert run("show-room").startswith("live 20")
        assert run("list-keys").startswith("1 kk_")
        assert re.fullmatch(r"http://\S+/\d+-\S{43}/demo.m3u8 20\S+Z", run("create-play-link"))
        wait_for(lambda: stack.request("GET", "/v1/recordings").json()["items"], "recording")
        stack.playlist("demo")  # so that there is a picture
        assert run("stop-room") == "idle"
        assert encoder.wait(10) != 0
    wait_for(lambda: run("show-recording") == "ready", "the recording is ready")
    assert re.fullmatch(r"1 ready \d{4,}", run("list-recordings"))
    assert run("download-recording") == ""
    assert probe("demo.mp4").keys() == {"h264", "aac"}
    assert run("delete-recording") == ""
    assert run("list-recordings") == ""
    assert re.fullmatch(r"1 whsec_\S{32}", run("create-webhook"))
    assert run("list-webhooks").endswith(" broadcast.started, broadcast.ended")
    assert run("test-webhook") == "1 pending"
    assert run("list-deliveries") == ""
    assert run("replay-delivery") == "pending"
    assert run("delete-webhook") == ""
    assert re.fullmatch(r"1 \d+ \d+ stopped", run("list-broadcasts"))
    assert run("stop-everything").lower() == "true"
    assert run("show-emergency").lower() == "true network attack"
    assert run("lift-emergency").lower() == "false"
    assert run("ban-room") == "banned 2036-01-31T20:00:00Z"
    assert run("unban-room") == "idle"
    assert run("revoke-key") == "revoked"
    assert run("ban-user").lower() == "true"
    assert run("unban-user").lower() == "false"
    assert run("delete-user") == ""
    assert [line.split()[2] for line in run("list-audit").splitlines()] == [
        "room.unbanned",
        "room.banned",
        "broadcast.cut",
        "room.updated",
        "room.created",
    ]
    assert run("delete-room") == ""
    assert run("list-rooms") == ""


def test_error_example(environment: Stack, monkeypatch: pytest.MonkeyPatch, proof: Proof) -> None:
    stack = environment
    program = load_program("errors")
    waited: list[float] = []
    monkeypatch.setattr(program.time, "sleep", waited.append)
    assert program.call("POST", "/v1/rooms", {"id": "busy", "title": "x"}).status_code == 201
    with pytest.raises(program.KiteError, match="ROOM_EXISTS: ") as caught:
        program.call("POST", "/v1/rooms", {"id": "busy", "title": "x"})
    assert caught.value.code == "ROOM_EXISTS"
    assert waited == []
    key = stack.request("POST", "/v1/rooms/busy/keys").json()
    monkeypatch.undo()
    monkeypatch.setenv("KITE_TOKEN", stack.token)
    with stack.live(key["stream_key"]):
        began = time.monotonic()
        with pytest.raises(program.KiteError, match="ROOM_LIVE"):
            program.call("DELETE", "/v1/rooms/busy", attempts=2)
        assert time.monotonic() - began >= 1
    proof.ran("snippets/requests/errors.py")


def test_a_silent_kite_refuses_after_five_seconds(stack: Stack) -> None:
    """What callbacks.md says about timeouts: fail closed, and running broadcasts go on."""
    running = stack.make_room("running")
    late = stack.make_room("late")
    with stack.live(running["stream_key"]) as encoder:
        pid = int((stack.data_dir / "api.pid").read_text())
        os.kill(pid, signal.SIGSTOP)
        try:
            began = time.monotonic()
            with stack.publish(late["stream_key"], 30) as refused:
                assert refused.wait(20) != 0
                took = time.monotonic() - began
        finally:
            os.kill(pid, signal.SIGCONT)
        assert 4.5 < took < 9
        assert encoder.poll() is None
        before = stack.playlist("running")
        wait_for(lambda: stack.playlist("running") != before, "the running broadcast goes on")
    assert stack.room("late")["state"] == "idle"
    asked = [line for line in stack.logs().splitlines() if "path=/callbacks/publish " in line]
    assert "status=204" not in asked[-1], "nginx asked once more after the refusal"


def test_every_refusal_looks_alike_to_the_encoder() -> None:
    """What callbacks.md says about its captured output."""
    stored = (ROOT / "snippets/sessions/api/refusals.out").read_text(encoding="utf-8")
    refused = re.findall(r"^rtmp://\S+: (.*)$", stored, re.M)
    assert refused == ["Input/output error"] * 9
    assert "Error closing file\nexit 1\n" in stored  # cut in the middle of a broadcast
    assert re.findall(r"event=publish.refused code=(\w+)", stored) == [
        "ROOM_NOT_FOUND",
        "KEY_MISSING",
        "KEY_UNKNOWN",
        "KEY_REVOKED",
        "ROOM_ALREADY_LIVE",
        "USER_BANNED",
        "ROOM_NOT_SCHEDULED",
        "ROOM_BANNED",
        "EMERGENCY_STOP",
    ]


def test_bearer_header_is_needed(stack: Stack) -> None:
    """The causes authentication.md gives for TOKEN_MISSING."""
    for header in ("", "Bearer", f"Basic {stack.token}", stack.token):
        answer = httpx.get(
            stack.api + "/v1/rooms", headers={"Authorization": header}, trust_env=False
        )
        assert answer.json()["code"] == "TOKEN_MISSING", header
    by_query = httpx.get(f"{stack.api}/v1/rooms?access_token={stack.token}", trust_env=False)
    assert by_query.json()["code"] == "TOKEN_MISSING"


def test_conventions(stack: Stack) -> None:
    """What index.md says about bodies, unknown names, slashes, browsers and sizes."""
    with httpx.Client(
        base_url=stack.api, headers={"Authorization": f"Bearer {stack.token}"}, trust_env=False
    ) as api:
        text = b'{"id": "typed", "title": "x"}'
        assert api.post("/v1/rooms", content=text).json()["code"] == "REQUEST_INVALID"
        body = {"id": "typed", "title": "x", "extra": 1}
        assert api.post("/v1/rooms", json=body).json()["code"] == "REQUEST_INVALID"
        assert api.get("/v1/rooms?extra=1").status_code == 200
        assert api.get("/v1/rooms/").json()["code"] == "NOT_FOUND"
        answer = api.get("/v1/rooms", headers={"Origin": "http://x", "X-Request-Id": "mine"})
        assert answer.headers["x-request-id"] != "mine"
        assert not any(name.startswith("access-control") for name in answer.headers)
        assert api.head("/healthz").status_code == 200
        large = api.post("/v1/rooms", json={"id": "large", "title": "x" * 300_000})
        assert "at most 100 characters" in large.text
        large = api.post("/v1/rooms", json={"id": "large", "title": "x" * 1_100_000})
        assert large.json()["code"] == "REQUEST_TOO_LARGE"
        for at, shown in {
            "2036-01-31T20:00:00+08:00": "2036-01-31T12:00:00Z",
            "2036-01-31T20:00:00": None,
        }.items():
            answer = api.post("/v1/rooms", json={"id": "later", "title": "x", "scheduled_at": at})
            assert answer.json().get("scheduled_at") == shown
        room = api.patch("/v1/rooms/later", json={"scheduled_at": None}).json()
        assert room["scheduled_at"] is None
        assert room["title"] == "x"
        assert "next" in api.get("/v1/audit", params={"limit": 1, "before": 2}).json()
