"""The `.out` file beside a session: what each region printed, as pages include it."""

import re
from collections.abc import Mapping
from typing import Final

_REGION: Final = re.compile(
    r"^# --8<-- \[start:([\w-]+)\]\n(.*?)^# --8<-- \[end:\1\]\n", re.M | re.S
)


def read(text: str) -> dict[str, str]:
    """Region name → output."""
    return {name: body.rstrip("\n") for name, body in _REGION.findall(text)}


def write(outputs: Mapping[str, str]) -> str:
    """The text of an `.out` file."""
    blocks = [
        f"# --8<-- [start:{name}]\n{body}\n# --8<-- [end:{name}]\n"
        for name, body in outputs.items()
    ]
    return "\n".join(blocks)
