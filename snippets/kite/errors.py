"""Kite's errors: one stable code each, the same in the API, the logs and the command line.

The texts live in ``errors.toml`` so that documentation and translations can be held against them.
"""

import tomllib
from collections.abc import Mapping
from importlib.resources import files
from types import MappingProxyType
from typing import Literal

from pydantic import BaseModel, ConfigDict

ERROR_TYPE_PREFIX = "urn:kite:error:"
"""Prefix of the problem ``type`` URI (RFC 9457 §3.1.1); the code follows it."""


class ErrorText(BaseModel):
    """What a reader is told about an error, in one language."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: str
    cause: str
    fix: str


Encoder = Literal["refused", "cut", "player"]

ENCODER: Mapping[Encoder, Mapping[str, str]] = MappingProxyType(
    {
        "refused": {
            "en": "The connection is closed without a reason. FFmpeg: “…: Input/output error”, "
            "exit 1. OBS: it does not connect, or is disconnected at once.",
            "zh": "连接被关闭，不带原因。FFmpeg：“…: Input/output error”，退出码 1。"
            "OBS：连接失败，或刚连上就断开。",
        },
        "cut": {
            "en": "While live, the connection is closed. FFmpeg: “av_interleaved_write_frame(): "
            "Broken pipe”, exit 1; OBS: disconnected, reconnecting fails. From then on it is "
            "refused: FFmpeg: “…: Input/output error”.",
            "zh": "直播中连接被关闭。FFmpeg：“av_interleaved_write_frame(): Broken pipe”，退出码 1；"
            "OBS：断开，重连失败。此后推流被拒绝：FFmpeg：“…: Input/output error”。",
        },
        "player": {
            "en": "RTMP: the connection is closed; FFmpeg: “…: Input/output error”. HLS: 403.",
            "zh": "RTMP：连接被关闭；FFmpeg：“…: Input/output error”。HLS：403。",
        },
    }
)
"""What encoders and players see of an error: never its code, which is in kite.log.

FFmpeg's words are those of 5.1 against the real server; what OBS shows was not tried.
"""


class ErrorInfo(BaseModel):
    """One entry of the catalogue.

    Attributes:
        status: HTTP status; 0 if only the command line reports the error.
        retry: Whether the same request may succeed later without anyone changing anything.
        who: Who can put it right.
        encoder: What the encoder or player sees, a key of ``ENCODER``; None where none is told.
        en: English texts.
        zh: Chinese texts.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    status: int
    retry: bool
    who: Literal["broadcaster", "operator", "developer", "support"]
    encoder: Encoder | None = None
    en: ErrorText
    zh: ErrorText


def load_catalogue() -> Mapping[str, ErrorInfo]:
    """Read ``errors.toml``: error code to entry, in the order of the file."""
    text = files("kite").joinpath("errors.toml").read_text(encoding="utf-8")
    entries = {code: ErrorInfo.model_validate(raw) for code, raw in tomllib.loads(text).items()}
    return MappingProxyType(entries)


CATALOGUE = load_catalogue()
"""Every error Kite can report, by code."""


# --8<-- [start:error]
class KiteError(Exception):
    """An expected failure that has an entry in the catalogue.

    Args:
        code: A key of ``CATALOGUE``.
        detail: What happened this time, one sentence without secrets.

    Raises:
        KeyError: The code is not in the catalogue; a defect, found by the tests.
    """

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(f"{code}: {detail}")
        self.code = code
        self.detail = detail
        self.info = CATALOGUE[code]


# --8<-- [end:error]


class FieldProblem(BaseModel):
    """One field of a request that was not accepted. Never repeats the value: it may be a secret."""

    field: str
    message: str


class Problem(BaseModel):
    """Body of every error answer: ``application/problem+json`` (RFC 9457) plus Kite's members.

    Attributes:
        type: ``urn:kite:error:`` followed by the code.
        title: The same for every occurrence of the code.
        status: HTTP status, repeated from the response.
        detail: What happened this time.
        instance: Path of the request.
        code: Stable error code, a key of the catalogue.
        retry: Whether the same request may succeed later unchanged.
        request_id: Same as the ``X-Request-Id`` header and ``request_id`` in the log.
        errors: For REQUEST_INVALID, the fields that were not accepted.
    """

    type: str
    title: str
    status: int
    detail: str
    instance: str
    code: str
    retry: bool
    request_id: str
    errors: list[FieldProblem] | None = None


def problem(error: KiteError, instance: str, request_id: str) -> Problem:
    """Describe ``error`` as the answer to the request at path ``instance``."""
    return Problem(
        type=ERROR_TYPE_PREFIX + error.code,
        title=error.info.en.title,
        status=error.info.status,
        detail=error.detail,
        instance=instance,
        code=error.code,
        retry=error.info.retry,
        request_id=request_id,
    )
