"""The pictures of the operator manual, taken from the running product: `python -m tests.site.manual_pictures`.

Writes `docs/<language>/assets/admin-<screen>.png` for the screens that pages show, in both languages.
"""

import shutil
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from tests.kite.admin_screens import screenshots

DOCS: Final = Path(__file__).resolve().parents[2] / "docs"
SHOWN: Final = (
    "sign-in",
    "overview",
    "emergency",
    "rooms-list",
    "rooms-create",
    "rooms-detail",
    "keys-list",
    "key",
    "broadcasts-list",
    "recordings-list",
    "bans-list",
    "ban-phone",
    "users-list",
    "tokens-list",
    "webhooks-list",
    "deliveries-list",
    "audit-list",
)


def main() -> None:
    """Take the pictures and keep those that are shown."""
    for language in ("zh", "en"):
        with TemporaryDirectory() as folder:
            screenshots(Path(folder), language)
            for name in SHOWN:
                taken = Path(folder) / f"{name}.png"
                shutil.copy(taken, DOCS / language / "assets" / f"admin-{name}.png")


if __name__ == "__main__":
    main()
