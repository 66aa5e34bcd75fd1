"""Talk to the running nginx: who publishes what, cut a publisher, start and stop recordings."""

from dataclasses import dataclass
from datetime import timedelta
from http.client import HTTPConnection, HTTPException
from urllib.parse import quote, urlsplit
from xml.etree import ElementTree

from kite.errors import KiteError

APPLICATION = "live"
"""The one RTMP application in the rendered configuration."""

RECORDER = "rec"
"""The one recorder of the application."""

TIMEOUT_SECONDS = 2.0
"""nginx is on this machine or beside it; when it takes longer, something is wrong."""


@dataclass(frozen=True)
class Stream:
    """A publisher and its stream, as nginx sees them at one moment.

    Attributes:
        room: Name of the stream.
        client: nginx's number of the publisher's connection.
        connected: How long that connection exists.
        age: How long the stream exists; longer than the publisher if RTMP players held it.
        bytes_in: Bytes received by the stream since it exists.
        bitrate_kbps: kbit/s received, as a mean of 10 s; 0 during the first 10.
        viewers: RTMP players.
        video: ``h264 1280x720 30fps``; None until the encoder has sent its metadata.
        audio: ``aac 48000 Hz 2ch``, likewise.
    """

    room: str
    client: str
    connected: timedelta
    age: timedelta
    bytes_in: int
    bitrate_kbps: int
    viewers: int
    video: str | None
    audio: str | None


@dataclass(frozen=True)
class Media:
    """The media server, reached through its control port.

    Attributes:
        base_url: Address of the statistics and control pages, without a slash at the end.
    """

    base_url: str

    def streams(self) -> list[Stream]:
        """What is published at this moment.

        Raises:
            KiteError: MEDIA_UNREACHABLE; caused by a ``ConnectionRefusedError`` if nothing listens.
        """
        try:
            # The document is made by our own nginx, without a DTD.
            root = ElementTree.fromstring(self._get("/stat"))  # noqa: S314
        except ElementTree.ParseError as error:
            raise KiteError("MEDIA_UNREACHABLE", "The statistics page is not XML.") from error
        return [
            _stream(stream, publisher)
            for stream in root.iterfind(f".//application[name='{APPLICATION}']/live/stream")
            for publisher in stream.iterfind("client[publishing]")
        ]

    def publishing(self) -> set[tuple[str, str]]:
        """Pairs of room id and client number that publish at this moment.

        Raises:
            KiteError: MEDIA_UNREACHABLE.
        """
        return {(stream.room, stream.client) for stream in self.streams()}

    def drop_publisher(self, room_id: str, client: str = "") -> bool:
        """Disconnect the publisher of a room; False if there was none.

        Args:
            room_id: The room.
            client: Number of the one connection that is meant; empty for whichever publishes.

        Raises:
            KiteError: MEDIA_UNREACHABLE.
        """
        only = f"&clientid={client}" if client else ""
        target = f"app={APPLICATION}&name={quote(room_id, safe='')}{only}"
        count = self._get(f"/control/drop/publisher?{target}")
        return count.strip() not in ("", "0")

    def start_recording(self, room_id: str) -> bool:
        """Record the stream from now on; False if that is done already, or nobody publishes.

        Raises:
            KiteError: MEDIA_UNREACHABLE.
        """
        return self._record("start", room_id)

    def stop_recording(self, room_id: str) -> bool:
        """Close the file; False if nothing is recorded.

        Raises:
            KiteError: MEDIA_UNREACHABLE.
        """
        return self._record("stop", room_id)

    def _record(self, what: str, room_id: str) -> bool:
        # nginx answers with the path of the file that it opened or closed, or with nothing.
        path = f"/control/record/{what}?app={APPLICATION}&name={room_id}&rec={RECORDER}"
        return self._get(path) != ""

    def _get(self, path: str) -> str:
        connection = HTTPConnection(urlsplit(self.base_url).netloc, timeout=TIMEOUT_SECONDS)
        try:
            connection.request("GET", path)
            answer = connection.getresponse()
            body = answer.read().decode("utf-8", "replace")
        except (OSError, HTTPException) as error:
            detail = f"The media server at {self.base_url} does not answer."
            raise KiteError("MEDIA_UNREACHABLE", detail) from error
        finally:
            connection.close()
        if answer.status not in (200, 204):
            detail = f"The media server at {self.base_url} answers with status {answer.status}."
            raise KiteError("MEDIA_UNREACHABLE", detail)
        return body


def _stream(stream: ElementTree.Element, publisher: ElementTree.Element) -> Stream:
    return Stream(
        room=stream.findtext("name", ""),
        client=publisher.findtext("id", ""),
        connected=timedelta(milliseconds=_number(publisher, "time")),
        age=timedelta(milliseconds=_number(stream, "time")),
        bytes_in=_number(stream, "bytes_in"),
        bitrate_kbps=_number(stream, "bw_in") // 1000,
        viewers=sum(client.find("publishing") is None for client in stream.iterfind("client")),
        video=_described(stream, "video", "{codec} {width}x{height} {frame_rate}fps"),
        audio=_described(stream, "audio", "{codec} {sample_rate} Hz {channels}ch"),
    )


def _number(element: ElementTree.Element, name: str) -> int:
    return int(element.findtext(name) or 0)


def _described(stream: ElementTree.Element, kind: str, form: str) -> str | None:
    """Fill ``form``; None unless nginx knows everything that is in it."""
    known = {part.tag: (part.text or "").lower() for part in stream.iterfind(f"meta/{kind}/*")}
    try:
        return form.format_map(known)[:60]
    except KeyError:
        return None
