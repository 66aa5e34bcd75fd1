"""The examples in Python and JavaScript of the API pages, against a real Kite with real nginx."""

import os
import re
import signal
import time

import httpx
import pytest

from kite import __version__
from tests.kite.stack import Stack, probe, wait_for
from tests.proof import Proof
from tests.requests.conftest import load_program
from tests.requests.pages import ROOT
from tests.requests.programs import ExampleError, Program, examples, in_node, in_python

pytestmark = pytest.mark.system

PROGRAMS: dict[str, Program] = {"endpoints.py": in_python, "endpoints.mjs": in_node}


@pytest.mark.parametrize(("file", "program"), PROGRAMS.items(), ids=PROGRAMS)
def test_every_endpoint_example(fresh: Stack, file: str, program: Program, proof: Proof) -> None:
    """Each function once, in an order in which all of them have something to do."""
    stack = fresh
    yes, no = ("True", "False") if file.endswith(".py") else ("true", "false")
    names: list[str] = []
    with program(stack.api) as run_one:

        def run(name: str) -> str:
            names.append(name)
            return run_one(name)

        assert run("health") == __version__
        assert run("ready") == "200 []"
        assert run("metrics") == "kite_viewers 0.0"
        assert run("create_user") == "moderator"
        assert run("create_user") == "moderator"  # USER_EXISTS is not a failure here
        assert re.fullmatch(r"moderator 20\S+Z", run("sign_in"))
        assert run("change_user") == "operator"
        assert run("list_users") == "mei operator"
        assert re.fullmatch(r"3 kt_\S{32}", run("create_token"))
        assert run("revoke_token") == ""
        states = [line.split()[2] for line in run("list_tokens").splitlines()]
        assert states == ["valid", "valid", "revoked"]
        assert run("create_room").endswith("/hls/demo.m3u8")
        assert run("create_room").endswith("/hls/demo.m3u8")  # ROOM_EXISTS is not a failure here
        assert run("change_room") == "Second light music"
        assert run("list_rooms") == "demo idle Second light"
        assert re.fullmatch(r"rtmp://\S+/live\ndemo\?key=kk_\S{32}", run("create_key"))
        stream_key = run("rotate_key")
        assert run("stop_room") == "not live"
        with stack.live(stream_key) as encoder:
            assert run("show_room").startswith("live 20")
            assert run("list_keys").startswith("1 kk_")
            assert re.fullmatch(r"http://\S+/\d+-\S{43}/demo.m3u8 20\S+Z", run("create_play_link"))
            wait_for(lambda: stack.request("GET", "/v1/recordings").json()["items"], "recording")
            stack.playlist("demo")  # so that there is a picture
            assert run("stop_room") == "idle"
            assert encoder.wait(10) != 0
        wait_for(lambda: run("show_recording") == "ready", "the recording is ready")
        assert re.fullmatch(r"1 ready \d{4,}", run("list_recordings"))
        assert run("download_recording") == ""
        assert probe("demo.mp4").keys() == {"h264", "aac"}
        assert run("delete_recording") == ""
        assert run("list_recordings") == ""
        assert re.fullmatch(r"1 whsec_\S{32}", run("create_webhook"))
        assert run("list_webhooks").endswith(" broadcast.started, broadcast.ended")
        assert run("test_webhook") == "1 pending"
        assert run("list_deliveries") == ""
        assert run("replay_delivery") == "pending"
        assert run("delete_webhook") == ""
        assert re.fullmatch(r"1 \d+ \d+ stopped", run("list_broadcasts"))
        assert run("stop_everything") == yes
        assert run("show_emergency") == f"{yes} Network attack"
        assert run("lift_emergency") == no
        assert run("ban_room") == "banned 2036-01-31T20:00:00Z"
        assert run("unban_room") == "idle"
        assert run("revoke_key") == "revoked"
        assert run("ban_user") == yes
        assert run("unban_user") == no
        assert run("delete_user") == ""
        assert [line.split()[2] for line in run("list_audit").splitlines()] == [
            "room.unbanned",
            "room.banned",
            "broadcast.cut",
            "room.updated",
            "room.created",
        ]
        assert run("delete_room") == ""
        assert run("list_rooms") == ""
    assert set(names) == set(examples(file))
    proof.ran(f"snippets/requests/{file}")


def test_the_examples_are_the_same_in_each_language() -> None:
    first, *others = (examples(file) for file in PROGRAMS)
    assert len(first) == 41
    assert others == [first]


def test_an_example_in_node_says_what_kite_said(environment: Stack) -> None:
    with in_node() as run, pytest.raises(ExampleError, match=r"Error: ROOM_NOT_FOUND: ") as caught:
        run("show_room")
    said = str(caught.value)
    assert "code: 'ROOM_NOT_FOUND'" in said
    [request_id] = re.findall(r"request_id: '(\w+)'", said)
    assert f"({request_id})" in said
    assert request_id in environment.logs()


def test_an_example_in_node_knows_an_answer_that_is_not_kites(
    environment: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A page of a proxy, or here of nginx."""
    monkeypatch.setenv("KITE_API", environment.hls)
    with in_node() as run, pytest.raises(ExampleError, match="HTTP 404, not from Kite"):
        run("show_room")


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
