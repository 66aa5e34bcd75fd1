"""Real nginx and FFmpeg: who gets in, what comes out, and how a broadcast ends."""

import shutil
import subprocess
from contextlib import closing
from http.client import HTTPConnection

import httpx
import pytest

from tests.kite.stack import Stack, probe, publish_command, wait_for

pytestmark = pytest.mark.system


def refused(stack: Stack, stream_key: str) -> None:
    """Publish and see FFmpeg fail at the start."""
    command = publish_command(f"{stack.rtmp}/{stream_key}", 20)
    done = subprocess.run(command, capture_output=True, text=True, timeout=15, check=False)
    assert done.returncode != 0
    assert "Input/output error" in done.stderr


def logged(stack: Stack, event: str, code: str, room: str) -> bool:
    found = f"event={event} code={code} room={room} ip=127.0.0.1 request_id="
    return found in (stack.data_dir / "logs" / "kite.log").read_text(encoding="utf-8")


def test_hls_comes_out(stack: Stack) -> None:
    key = stack.make_room("good")
    with stack.live(key["stream_key"]):
        playlist = stack.playlist("good")
        segment = next(line for line in playlist.splitlines() if line.endswith(".ts"))
        answer = httpx.get(f"{stack.hls}/good.m3u8", trust_env=False)
        assert answer.headers["content-type"] == "application/vnd.apple.mpegurl"
        assert answer.headers["cache-control"] == "no-cache"
        assert answer.headers["access-control-allow-origin"] == "*"
        part = httpx.head(f"{stack.hls}/{segment}", trust_env=False)
        assert part.headers["content-type"] == "video/mp2t"
        streams = probe(f"{stack.hls}/{segment}")
        assert streams.keys() == {"h264", "aac"}
        assert (streams["h264"]["width"], streams["h264"]["height"]) == (160, 120)
    wait_for(lambda: stack.room("good")["state"] == "idle", "the end is noticed")
    listed = stack.request("GET", "/v1/rooms/good/keys").json()["items"]
    assert listed[0]["last_used_at"] is not None


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
    assert httpx.get(f"{stack.hls}/ban.m3u8", trust_env=False).status_code == 404
    assert list((stack.data_dir / "hls").glob("ban*")) == [neighbour]
    refused(stack, key["stream_key"])
    assert logged(stack, "publish.refused", "ROOM_BANNED", "ban")
    with pytest.raises(subprocess.CalledProcessError):
        probe(f"{stack.rtmp}/ban")
    assert logged(stack, "play.refused", "ROOM_BANNED", "ban")
    stack.request("POST", "/v1/rooms/ban/unban").raise_for_status()
    with stack.live(key["stream_key"]):
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
