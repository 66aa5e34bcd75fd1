"""The arithmetic of live streaming, with the working shown. Nothing is measured here.

python3 capacity.py bandwidth --kbit 2500 --viewers 300
"""

import argparse
import math
import sys
from collections.abc import Callable, Mapping

SPARE = 0.7
"""Share of a line that is planned for; the rest is for peaks."""


def bandwidth(kbit: float, viewers: float) -> str:
    """The uplink that so many viewers need."""
    mbit = kbit * viewers / 1000 / SPARE
    return f"{kbit:g} kbit/s × {viewers:g} viewers ÷ 1000 ÷ {SPARE:g} = {mbit:.0f} Mbit/s"


def viewers(kbit: float, mbit: float) -> str:
    """The viewers that an uplink carries."""
    found = mbit * 1000 * SPARE / kbit
    return f"{mbit:g} Mbit/s × 1000 × {SPARE:g} ÷ {kbit:g} kbit/s = {found:.0f} viewers"


def traffic(kbit: float, viewers: float, hours: float) -> str:
    """What is sent in a month of 30 days, with so many viewers for so many hours a day."""
    found = kbit * viewers * hours * 3600 * 30 / 8 / 1e9
    return (
        f"{kbit:g} kbit/s × {viewers:g} viewers × {hours:g} h × 3600 × 30 days ÷ 8 ÷ 10⁹"
        f" = {found:.1f} TB a month"
    )


def disk(kbit: float, rooms: float, hours: float, days: float) -> str:
    """What recordings take: rooms × hours a day, kept for so many days."""
    found = kbit * rooms * hours * 3600 * days / 8 / 1e6
    return (
        f"{kbit:g} kbit/s × {rooms:g} rooms × {hours:g} h × 3600 × {days:g} days ÷ 8 ÷ 10⁶"
        f" = {found:.0f} GB"
    )


def delay(gop: float, fps: float, fragment: float) -> str:
    """The HLS delay to expect: three to four segments."""
    keys = gop / fps
    segment = keys * max(1, math.ceil(fragment / keys - 1e-9))
    return (
        f"{gop:g} frames ÷ {fps:g} = {keys:.2f} s between key frames; segment {segment:.2f} s;"
        f" delay {3 * segment:.1f}–{4 * segment:.1f} s"
    )


def calls(kbit: float, people: float) -> str:
    """What each participant of a call sends and receives, three ways."""
    others = people - 1
    return "\n".join(
        [
            f"mesh: each sends {others:g} × {kbit:g} = {others * kbit:g} kbit/s, receives the same",
            f"SFU: each sends {kbit:g}, receives {others:g} × {kbit:g} = {others * kbit:g} kbit/s;"
            f" the server sends {people:g} × {others:g} × {kbit:g} = {people * others * kbit:g}",
            f"MCU: each sends {kbit:g}, receives {kbit:g} kbit/s; the server decodes {people:g}"
            " and encodes again",
        ]
    )


def tcp(rtt: float, loss: float) -> str:
    """What one TCP connection can carry at most (Mathis et al. 1997), MSS 1460 bytes."""
    found = 1460 * 8 / (rtt / 1000) / math.sqrt(loss / 100) / 1000
    return (
        f"1460 bytes × 8 ÷ {rtt:g} ms ÷ √({loss:g} %) = {found:.0f} kbit/s at most"
        " for one TCP connection"
    )


KINDS: Mapping[str, tuple[Callable[..., str], tuple[str, ...]]] = {
    "bandwidth": (bandwidth, ("kbit", "viewers")),
    "viewers": (viewers, ("kbit", "mbit")),
    "traffic": (traffic, ("kbit", "viewers", "hours")),
    "disk": (disk, ("kbit", "rooms", "hours", "days")),
    "delay": (delay, ("gop", "fps", "fragment")),
    "calls": (calls, ("kbit", "people")),
    "tcp": (tcp, ("rtt", "loss")),
}


def positive(text: str) -> float:
    """A number above 0."""
    number = float(text)
    if not 0 < number < math.inf:
        raise argparse.ArgumentTypeError(f"{text} is not a number above 0")
    return number


def main() -> int:
    """Work out one kind and print it."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    kinds = parser.add_subparsers(dest="kind", required=True)
    for name, (work, needs) in KINDS.items():
        kind = kinds.add_parser(name, help=work.__doc__)
        for need in needs:
            kind.add_argument(f"--{need}", type=positive, required=True)
    given = vars(parser.parse_args())
    work, needs = KINDS[given["kind"]]
    sys.stdout.write(work(*(given[need] for need in needs)) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
