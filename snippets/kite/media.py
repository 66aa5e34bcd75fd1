"""Talk to the running nginx: who is publishing, and cut a publisher."""

from dataclasses import dataclass
from xml.etree import ElementTree

import httpx

from kite.errors import KiteError

APPLICATION = "live"
"""The one RTMP application in the rendered configuration."""

TIMEOUT_SECONDS = 2.0
"""nginx is on this machine; when it takes longer, something is wrong."""


@dataclass(frozen=True)
class Media:
    """The media server, reached through its control port.

    Attributes:
        base_url: Address of the statistics and control pages, without a slash at the end.
    """

    base_url: str

    def publishing(self) -> set[tuple[str, str]]:
        """Pairs of room id and client number that publish at this moment.

        Raises:
            KiteError: MEDIA_UNREACHABLE.
        """
        try:
            # The document is made by our own nginx on the loopback address, without a DTD.
            root = ElementTree.fromstring(self._get("/stat"))  # noqa: S314
        except ElementTree.ParseError as error:
            raise KiteError("MEDIA_UNREACHABLE", "The statistics page is not XML.") from error
        return {
            (stream.findtext("name", ""), client.findtext("id", ""))
            for stream in root.iterfind(f".//application[name='{APPLICATION}']/live/stream")
            for client in stream.iterfind("client[publishing]")
        }

    def drop_publisher(self, room_id: str) -> bool:
        """Disconnect the publisher of a room; False if there was none.

        Raises:
            KiteError: MEDIA_UNREACHABLE.
        """
        count = self._get(f"/control/drop/publisher?app={APPLICATION}&name={room_id}")
        return count.strip() not in ("", "0")

    def _get(self, path: str) -> str:
        try:
            answer = httpx.get(self.base_url + path, timeout=TIMEOUT_SECONDS, trust_env=False)
            answer.raise_for_status()
        except httpx.HTTPError as error:
            detail = f"The media server at {self.base_url} does not answer."
            raise KiteError("MEDIA_UNREACHABLE", detail) from error
        return answer.text
