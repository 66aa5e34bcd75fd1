"""What a Kite needs for an audience: uplink, connections, disk, delay. Arithmetic, not a load test."""

import argparse
import math
import sys
from dataclasses import dataclass

SPARE = 0.3
"""Part of the uplink and of the connections that stays free; it also covers containers and headers."""

KEPT_PLAYLISTS = 3
"""How many playlists of segments to reckon with on the disk: what is listed, written and not yet deleted."""

START_SEGMENTS = 3
"""A player starts at the third segment from the end (RFC 8216, section 6.3.3)."""


@dataclass(frozen=True)
class Plan:
    """An evening: so many broadcasts, so many viewers of all of them together.

    Attributes:
        broadcasts: Broadcasts at the same time.
        viewers: Viewers of all of them together.
        kbps: Bit rate of one broadcast, sound included, in kbit/s.
        keyframe: Seconds between two key frames.
        fragment: The setting hls_fragment_seconds.
        playlist: The setting hls_playlist_seconds.
    """

    broadcasts: int
    viewers: int
    kbps: int
    keyframe: float
    fragment: int
    playlist: int

    @property
    def inbound_mbit(self) -> float:
        """What the encoders send, in Mbit/s."""
        return self.broadcasts * self.kbps / 1000

    @property
    def uplink_mbit(self) -> float:
        """What the line to the viewers should carry, in Mbit/s."""
        return self.viewers * self.kbps / 1000 / (1 - SPARE)

    @property
    def connections(self) -> int:
        """The least worker_connections."""
        return math.ceil((self.broadcasts + self.viewers) / (1 - SPARE))

    @property
    def segment(self) -> float:
        """Real length of a segment in seconds: it ends at the first key frame after `fragment`."""
        return math.ceil(round(self.fragment / self.keyframe, 6)) * self.keyframe

    @property
    def delay(self) -> float:
        """Least delay of an HLS player in seconds."""
        return START_SEGMENTS * self.segment

    @property
    def segments_mb(self) -> float:
        """Disk for the segments, in MB of 1,000,000 bytes."""
        return self.broadcasts * self.kbps * self.playlist / 8000 * KEPT_PLAYLISTS

    @property
    def recording_gb_per_hour(self) -> float:
        """Disk that an hour of recordings takes, in GB of 1,000,000,000 bytes."""
        return self.broadcasts * self.kbps * 3600 / 8 / 1_000_000


def viewers(uplink_mbit: float, kbps: int) -> int:
    """How many viewers an uplink carries."""
    return math.floor(round(uplink_mbit * 1000 * (1 - SPARE) / kbps, 6))


def main() -> None:
    """Print what the plan on the command line needs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--broadcasts", type=int, default=1)
    parser.add_argument("--viewers", type=int, default=100)
    parser.add_argument("--kbps", type=int, default=2500)
    parser.add_argument("--keyframe", type=float, default=2)
    parser.add_argument("--fragment", type=int, default=2)
    parser.add_argument("--playlist", type=int, default=12)
    parser.add_argument("--uplink", type=float, help="Mbit/s that there are: how many can watch?")
    given = vars(parser.parse_args())
    uplink = given.pop("uplink")
    if min(given.values()) <= 0 or (uplink is not None and uplink <= 0):
        parser.error("every number must be above 0")
    plan = Plan(**given)
    lines = [
        f"from encoders       {plan.inbound_mbit:.1f} Mbit/s",
        f"to viewers          {plan.uplink_mbit:.0f} Mbit/s",
        f"worker_connections  {plan.connections}",
        f"segments on disk    {plan.segments_mb:.0f} MB",
        f"recordings          {plan.recording_gb_per_hour:.2f} GB an hour",
        f"length of segments  {plan.segment:g} s",
        f"delay of HLS        {plan.delay:g} s and more",
    ]
    if uplink is not None:
        lines.append(f"viewers it carries  {viewers(uplink, plan.kbps)}")
    sys.stdout.write("\n".join([*lines, ""]))


if __name__ == "__main__":
    main()
