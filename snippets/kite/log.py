"""One-line logs, ``key=value`` separated by blanks.

Secrets are never passed to them; should one come in the text of an exception, it is masked.
"""

import json
import logging
import re
from datetime import UTC, datetime
from pathlib import Path

from kite import masking

LOGGER = logging.getLogger("kite")
PLAIN = re.compile(r"[A-Za-z0-9._:/@+-]+")


class LineFormatter(logging.Formatter):
    """Format a record as one line: time (UTC, ISO 8601), level, event, then the fields."""

    def format(self, record: logging.LogRecord) -> str:
        """Quote every value that holds anything unusual, so that no client can forge a line."""
        fields = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "event": record.getMessage(),
            **getattr(record, "fields", {}),
        }
        if record.exc_info:
            fields["exception"] = self.formatException(record.exc_info)
        line = " ".join(f"{key}={_value(value)}" for key, value in fields.items())
        return masking.secrets(line)


def configure(level: str, file: Path | None = None) -> None:
    """Write Kite's events from ``level`` up, and the warnings of libraries.

    They are appended to ``file``, or go to standard error if there is none or it cannot be written:
    a ban must not fail for want of a log.
    """
    try:
        handler = logging.FileHandler(file, encoding="utf-8") if file else logging.StreamHandler()
    except OSError:
        handler = logging.StreamHandler()
    handler.setFormatter(LineFormatter())
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)
    LOGGER.setLevel(level.upper())


def debug(event: str, **fields: object) -> None:
    """Log what happens too often to be kept."""
    LOGGER.debug(event, extra={"fields": fields})


def info(event: str, **fields: object) -> None:
    """Log that something happened."""
    LOGGER.info(event, extra={"fields": fields})


def warning(event: str, **fields: object) -> None:
    """Log a refusal or something an operator should look at."""
    LOGGER.warning(event, extra={"fields": fields})


def exception(event: str, **fields: object) -> None:
    """Log the exception being handled, with its traceback on the same line."""
    LOGGER.exception(event, extra={"fields": fields})


def _value(value: object) -> str:
    text = str(value)
    return text if PLAIN.fullmatch(text) else json.dumps(text)
