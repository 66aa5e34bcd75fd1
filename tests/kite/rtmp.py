"""A publisher that sends nothing but the RTMP commands, for tests and figures with many of them.

After Adobe's RTMP specification 1.0 (2012): handshake §5.2, chunks §5.3, AMF0 commands §7.2.
"""

import socket
import struct
import time
from contextlib import closing
from types import TracebackType
from typing import Final, Self

HANDSHAKE: Final = 1536
CHUNK: Final = 128
COMMAND: Final = 20
STARTED: Final = b"NetStream.Publish.Start"


class Publisher:
    """A connection that publishes to ``stream_key`` (``room?key=…``) until it is closed.

    Attributes:
        seconds: From the connection to the answer of the media server.
        accepted: Whether it let the publisher in; False when it hung up instead.
    """

    def __init__(self, port: int, stream_key: str, app: str = "live") -> None:
        began = time.perf_counter()
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=10)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._handshake()
        url = f"rtmp://127.0.0.1:{port}/{app}"
        self._command("connect", 1.0, {"app": app, "tcUrl": url})
        self._command("createStream", 2.0, None)
        self._command("publish", 3.0, None, stream_key, "live", stream=1)
        self.accepted = self._answer()
        self.seconds = time.perf_counter() - began

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Hang up; the media server ends the broadcast."""
        self._socket.close()

    def _handshake(self) -> None:
        self._socket.sendall(b"\x03" + bytes(HANDSHAKE))
        with closing(self._socket.makefile("rb")) as answers:
            answers.read(1)
            mine = answers.read(HANDSHAKE)
            answers.read(HANDSHAKE)
        self._socket.sendall(mine)

    def _command(self, *values: object, stream: int = 0) -> None:
        body = b"".join(map(_amf0, values))
        header = bytes(3) + len(body).to_bytes(3, "big") + bytes([COMMAND])
        parts = [body[i : i + CHUNK] for i in range(0, len(body), CHUNK)]
        head = b"\x03" + header + struct.pack("<I", stream)
        self._socket.sendall(head + b"\xc3".join(parts))

    def _answer(self) -> bool:
        heard = b""
        while STARTED not in heard:
            try:
                part = self._socket.recv(4096)
            except ConnectionResetError:
                return False
            if not part:
                return False
            heard += part
        return True


def _amf0(value: object) -> bytes:
    """Encode a value of a command (AMF0 specification §2)."""
    if value is None:
        return b"\x05"
    if isinstance(value, float):
        return b"\x00" + struct.pack(">d", value)
    if isinstance(value, str):
        return b"\x02" + _text(value)
    assert isinstance(value, dict)
    pairs = b"".join(_text(name) + _amf0(item) for name, item in value.items())
    return b"\x03" + pairs + b"\x00\x00\x09"


def _text(text: str) -> bytes:
    raw = text.encode()
    return struct.pack(">H", len(raw)) + raw
