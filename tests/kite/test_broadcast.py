"""Real nginx and FFmpeg: who gets in, what comes out, and how a broadcast ends."""

import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from http.client import HTTPConnection

import httpx
import pytest

from kite.models import now
from tests.kite.stack import Stack, probe, publish_command, wait_for

pytestmark = pytest.mark.system


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    settings: dict[str, object] = {"max_broadcasts": 2, "early_start_minutes": 5}
    with Stack(tmp_path_factory.mktemp("broadcast") / "data", settings) as running:
        yield running


def refused(stack: Stack, stream_key: str) -> None:
    """Publish and see FFmpeg fail at the start."""
    command = publish_command(f"{stack.rtmp}/{stream_key}", 20)
    done = subprocess.run(command, capture_output=True, text=True, timeout=15, check=False)
    assert done.returncode != 0
    assert "Input/output error" in done.stderr


def logged(stack: Stack, event: str, code: str, room: str) -> bool:
    found = f"event={event} code={code} room={room} ip=127.0.0.1 request_id="
    return found in kite_log(stack)


def kite_log(stack: Stack) -> str:
    return (stack.data_dir / "logs" / "kite.log").read_text(encoding="utf-8")


def post(stack: Stack, path: str, **body: object) -> httpx.Response:
    answer = stack.request("POST", f"/v1{path}", body)
    answer.raise_for_status()
    return answer


def reason(stack: Stack, room: str) -> str | None:
    """Why the last broadcast of the room ended."""
    found = stack.request("GET", f"/v1/broadcasts?room={room}").json()["items"]
    why: str | None = found[0]["reason"]
    return why


def test_hls_comes_out(stack: Stack) -> None:
    key = stack.make_room("good")
    with stack.live(key["stream_key"]):
        playlist = stack.playlist("good")
        segment = next(line for line in playlist.splitlines() if line.endswith(".ts"))
        answer = httpx.get(f"{stack.hls}/good.m3u8", trust_env=False)
        assert answer.headers["content-type"] == "application/vnd.apple.mpegurl"
        assert answer.headers["cache-control"] == "public, max-age=1"
        assert answer.headers["access-control-allow-origin"] == "*"
        part = httpx.head(f"{stack.hls}/{segment}", trust_env=False)
        assert part.headers["content-type"] == "video/mp2t"
        assert part.headers["cache-control"] == "public, max-age=600, immutable"
        missing = httpx.get(f"{stack.hls}/good-1.ts", trust_env=False)
        assert (missing.status_code, missing.headers["cache-control"]) == (404, "no-store")
        streams = probe(f"{stack.hls}/{segment}")
        assert streams.keys() == {"h264", "aac"}
        assert (streams["h264"]["width"], streams["h264"]["height"]) == (160, 120)
    wait_for(lambda: stack.room("good")["state"] == "idle", "the end is noticed")
    listed = stack.request("GET", "/v1/rooms/good/keys").json()["items"]
    assert listed[0]["last_used_at"] is not None


def test_segment_names_are_never_used_again(stack: Stack) -> None:
    """A cache may keep a segment: the next broadcast, even of a new room, has other names."""
    key = stack.make_room("names")
    before: set[str] = set()
    for _ in range(2):
        with stack.live(key["stream_key"]):
            names = set(re.findall(r"names-\d+\.ts", stack.playlist("names"))) - before
            assert names
            before |= names
        wait_for(lambda: stack.room("names")["state"] == "idle", "the end is noticed")
        for path in (stack.data_dir / "hls").glob("names*"):
            path.unlink()  # as a ban does, and nginx itself after a while
    assert len(before) >= 2


def test_rtmp_play(stack: Stack) -> None:
    key = stack.make_room("rtmp")
    with stack.live(key["stream_key"]):
        assert probe(f"{stack.rtmp}/rtmp").keys() == {"h264", "aac"}


@pytest.mark.parametrize(
    "path",
    [
        "/kite.db",
        "/hls/../kite.db",
        "/hls/",
        "/hls/%2e%2e/kite.db",
        "/hls/x.txt",
        "/stat",
        "/control/",
    ],
)
def test_other_files_are_not_served(stack: Stack, path: str) -> None:
    (stack.data_dir / "hls" / "x.txt").touch()
    port = stack.settings["http_port"]
    connection = HTTPConnection(f"127.0.0.1:{port}", timeout=10)  # sends the path as it is
    with closing(connection):
        connection.request("GET", path)
        assert connection.getresponse().status == 404


@pytest.mark.parametrize(
    ("room", "suffix", "code"),
    [
        ("no-such", "?key=kk_x", "ROOM_NOT_FOUND"),
        ("refuse", "", "KEY_MISSING"),
        ("refuse", "?key=", "KEY_MISSING"),
        ("refuse", "?key=kk_wrong", "KEY_UNKNOWN"),
        ("refuse", "?key=kk_wrong&name=other", "REQUEST_INVALID"),
    ],
)
def test_wrong_keys_are_refused(stack: Stack, room: str, suffix: str, code: str) -> None:
    if stack.request("GET", "/v1/rooms/refuse").status_code == 404:
        stack.make_room("refuse")
    refused(stack, room + suffix)
    assert logged(stack, "publish.refused", code, room)


def test_key_of_another_room_is_refused(stack: Stack) -> None:
    stack.make_room("mine")
    other = stack.make_room("theirs")
    refused(stack, f"mine?key={other['secret']}")
    assert logged(stack, "publish.refused", "KEY_UNKNOWN", "mine")


def test_key_pasted_as_the_whole_stream_key(stack: Stack) -> None:
    secret = stack.make_room("pasted")["secret"]
    refused(stack, secret)
    assert logged(stack, "publish.refused", "ROOM_NOT_FOUND", "-")


def test_revoking_cuts_and_refuses(stack: Stack) -> None:
    key = stack.make_room("revoke")
    spare = stack.request("POST", "/v1/rooms/revoke/keys").json()
    with stack.live(key["stream_key"]) as encoder:
        stack.request("POST", f"/v1/rooms/revoke/keys/{spare['id']}/revoke").raise_for_status()
        assert stack.room("revoke")["state"] == "live"
        stack.request("POST", f"/v1/rooms/revoke/keys/{key['id']}/revoke").raise_for_status()
        assert encoder.wait(5) != 0
    refused(stack, key["stream_key"])
    assert logged(stack, "publish.refused", "KEY_REVOKED", "revoke")


def test_banning_cuts_refuses_and_removes(stack: Stack) -> None:
    key = stack.make_room("ban")
    stack.make_room("ban-1")
    neighbour = stack.data_dir / "hls" / "ban-1-0.ts"
    neighbour.touch()
    with stack.live(key["stream_key"]) as encoder:
        stack.playlist("ban")
        stack.request("POST", "/v1/rooms/ban/ban", {"reason": "test"}).raise_for_status()
        assert encoder.wait(5) != 0
    assert httpx.get(f"{stack.hls}/ban.m3u8", trust_env=False).status_code in {403, 404}
    assert reason(stack, "ban") == "banned"
    assert list((stack.data_dir / "hls").glob("ban*")) == [neighbour]
    refused(stack, key["stream_key"])
    assert logged(stack, "publish.refused", "ROOM_BANNED", "ban")
    with pytest.raises(subprocess.CalledProcessError):
        probe(f"{stack.rtmp}/ban")
    assert logged(stack, "play.refused", "ROOM_BANNED", "ban")
    stack.request("POST", "/v1/rooms/ban/unban").raise_for_status()
    with stack.live(key["stream_key"]):
        pass


def test_ban_with_an_end(stack: Stack) -> None:
    key = stack.make_room("pause")
    until = now() + timedelta(seconds=3)
    post(stack, "/rooms/pause/ban", reason="test", until=until.isoformat())
    refused(stack, key["stream_key"])
    assert logged(stack, "publish.refused", "ROOM_BANNED", "pause")
    wait_for(lambda: now() >= until, "the ban ends")
    with stack.live(key["stream_key"]):
        pass


def test_banned_holder_is_cut_and_refused(stack: Stack) -> None:
    stack.make_room("held")
    post(stack, "/users", name="mei", role="viewer")
    key = post(stack, "/rooms/held/keys", user="mei").json()
    with stack.live(key["stream_key"]) as encoder:
        post(stack, "/users/mei/ban", reason="test")
        assert encoder.wait(5) != 0
    assert reason(stack, "held") == "banned"
    refused(stack, key["stream_key"])
    assert logged(stack, "publish.refused", "USER_BANNED", "held")
    post(stack, "/users/mei/unban")
    with stack.live(key["stream_key"]):
        pass


def test_expired_key_is_refused(stack: Stack) -> None:
    stack.make_room("late")
    end = now() + timedelta(seconds=2)
    key = post(stack, "/rooms/late/keys", expires_at=end.isoformat()).json()
    wait_for(lambda: now() >= end, "the key expires")
    refused(stack, key["stream_key"])
    assert logged(stack, "publish.refused", "KEY_EXPIRED", "late")


def test_too_early_is_refused(stack: Stack) -> None:
    key = stack.make_room("early")
    for minutes in (7, 4):
        start = (now() + timedelta(minutes=minutes)).isoformat()
        stack.request("PATCH", "/v1/rooms/early", {"scheduled_at": start}).raise_for_status()
        if minutes == 7:
            refused(stack, key["stream_key"])
            assert logged(stack, "publish.refused", "ROOM_NOT_SCHEDULED", "early")
    with stack.live(key["stream_key"]):
        pass


def test_over_the_limit_is_refused(stack: Stack) -> None:
    keys = {room: stack.make_room(room)["stream_key"] for room in ("first", "second", "third")}
    with stack.live(keys["first"]):
        with stack.live(keys["second"]):
            refused(stack, keys["third"])
            assert logged(stack, "publish.refused", "LIMIT_REACHED", "third")
        wait_for(lambda: stack.room("second")["state"] == "idle", "the end is noticed")
        with stack.live(keys["third"]):
            pass


def test_emergency_stop(stack: Stack) -> None:
    keys = [stack.make_room(room)["stream_key"] for room in ("red", "alert")]
    with stack.live(keys[0]) as one, stack.live(keys[1]) as two:
        post(stack, "/emergency-stop", reason="test")
        assert one.wait(5) != 0
        assert two.wait(5) != 0
    assert [reason(stack, room) for room in ("red", "alert")] == ["emergency"] * 2
    refused(stack, keys[0])
    assert logged(stack, "publish.refused", "EMERGENCY_STOP", "red")
    stack.request("DELETE", "/v1/emergency-stop").raise_for_status()
    with stack.live(keys[0]):
        pass


def test_playing_an_unknown_room_is_refused(stack: Stack) -> None:
    with pytest.raises(subprocess.CalledProcessError):
        probe(f"{stack.rtmp}/nowhere")
    assert logged(stack, "play.refused", "ROOM_NOT_FOUND", "nowhere")


def test_stop_cuts_and_lets_back_in(stack: Stack) -> None:
    key = stack.make_room("stop")
    with stack.live(key["stream_key"]) as encoder:
        assert stack.cli("room", "stop", "stop").stdout == "The broadcast in stop is cut.\n"
        assert encoder.wait(5) != 0
    assert stack.room("stop")["state"] == "idle"
    assert reason(stack, "stop") == "stopped"
    again = stack.request("POST", "/v1/rooms/stop/stop")
    assert again.json()["code"] == "ROOM_NOT_LIVE"
    with stack.live(key["stream_key"]):
        pass


def test_second_publisher_is_refused_and_the_first_goes_on(stack: Stack) -> None:
    key = stack.make_room("two")
    with stack.live(key["stream_key"]) as first:
        since = stack.room("two")["live_since"]
        refused(stack, key["stream_key"])
        assert logged(stack, "publish.refused", "ROOM_ALREADY_LIVE", "two")
        assert first.poll() is None
        before = stack.playlist("two")
        wait_for(lambda: stack.playlist("two") != before, "the first goes on")
        assert stack.room("two")["state"] == "live"
        assert stack.room("two")["live_since"] == since


def test_rotation_leaves_the_running_broadcast(stack: Stack) -> None:
    old = stack.make_room("rotate")
    with stack.live(old["stream_key"]) as encoder:
        new = stack.request("POST", f"/v1/rooms/rotate/keys/{old['id']}/rotate").json()
        before = stack.playlist("rotate")
        wait_for(lambda: stack.playlist("rotate") != before, "it goes on")
        assert encoder.poll() is None
    wait_for(lambda: stack.room("rotate")["state"] == "idle", "the end is noticed")
    refused(stack, old["stream_key"])
    with stack.live(new["stream_key"]):
        pass


def test_rotation_with_grace(stack: Stack) -> None:
    old = stack.make_room("grace")
    path = f"/rooms/grace/keys/{old['id']}/rotate"
    began = now()
    new = post(stack, path, grace_seconds=4).json()
    for key in (old, new):
        with stack.live(key["stream_key"]):
            pass
        wait_for(lambda: stack.room("grace")["state"] == "idle", "the end is noticed")
    wait_for(lambda: now() > began + timedelta(seconds=5), "the grace ends")
    refused(stack, old["stream_key"])
    assert logged(stack, "publish.refused", "KEY_UNKNOWN", "grace")


def test_logged_names_of_start_and_end(stack: Stack) -> None:
    key = stack.make_room("named")
    with stack.live(key["stream_key"]):
        assert "event=broadcast.started room=named ip=127.0.0.1 client=" in kite_log(stack)
    wait_for(lambda: stack.room("named")["state"] == "idle", "the end is noticed")
    assert re.search(r"event=broadcast.ended room=named .*reason=finished", kite_log(stack))


def test_no_secret_in_any_log(stack: Stack) -> None:
    """Last in the file: by now every refusal and every cut above is in the logs."""
    logs = stack.logs()
    assert "event=publish.refused" in logs
    assert "command=PUBLISH" in logs
    assert "kk_" not in logs
    assert "kt_" not in logs


def test_ffmpeg_line_of_key_create_works(stack: Stack) -> None:
    stack.cli("room", "create", "printed")
    lines = stack.cli("key", "create", "printed").stdout.splitlines()
    command = next(line for line in lines if "ffmpeg" in line).strip()
    shell = shutil.which("sh")
    assert shell
    with subprocess.Popen(
        [shell, "-c", f"exec {command} -loglevel error"], stdin=subprocess.DEVNULL
    ) as encoder:
        wait_for(lambda: stack.room("printed")["state"] == "live", "the printed line publishes")
        encoder.kill()
