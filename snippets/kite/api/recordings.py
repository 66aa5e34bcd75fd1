"""Recordings: list, show, download and delete them."""

from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Response
from fastapi.responses import FileResponse
from pydantic import Field
from starlette.responses import MalformedRangeHeader, RangeNotSatisfiable

from kite import recordings
from kite.api.common import Before, EntryId, InRoom, Limit, errors
from kite.dependencies import CallerDep
from kite.errors import KiteError
from kite.schemas import Page, View

router = APIRouter(prefix="/recordings", tags=["recordings"])
FILE_ANSWERS: dict[int | str, dict[str, Any]] = {
    200: {"content": {kind: {} for kind in recordings.MEDIA_TYPES.values()}},
    206: {"description": "The part the `Range` header asks for (RFC 9110 §14)."},
}
RANGE: dict[str, Any] = {
    "name": "Range",
    "in": "header",
    "required": False,
    "schema": {"type": "string", "examples": ["bytes=0-99"]},
    "description": "Only these bytes (RFC 9110 §14.2); one that cannot be read is ignored.",
}
"""Read by ``FileResponse`` itself, so that no argument of the route tells FastAPI of it."""


class RecordingView(View):
    """A file with one broadcast, or a part of one."""

    id: int
    room: Annotated[str, Field(validation_alias="room_id")]
    broadcast: Annotated[int | None, Field(validation_alias="broadcast_id")]
    state: Annotated[
        Literal["recording", "ready"],
        Field(description="recording: until the file can be downloaded."),
    ]
    bytes: Annotated[int, Field(description="Size of the file; 0 until it is ready.")]
    started_at: datetime
    ended_at: datetime | None


class _File(FileResponse):
    """A file that answers to a ``Range`` header as Kite does, where the library has plain text."""

    @classmethod
    def _parse_range_header(cls, http_range: str, file_size: int) -> list[tuple[int, int]]:
        try:
            return super()._parse_range_header(http_range, file_size)
        except MalformedRangeHeader:
            return []  # RFC 9110 §14.2: what is not understood is ignored
        except RangeNotSatisfiable as error:
            raise KiteError("RANGE_INVALID", f"The file has {file_size} bytes.") from error


@router.get("", summary="List recordings", responses=errors("REQUEST_INVALID"))
def list_recordings(
    kite: CallerDep, room: InRoom = None, limit: Limit = 50, before: Before = 0
) -> Page[RecordingView, int]:
    """List the recordings, running ones too, newest first."""
    found = recordings.page(kite, room, limit + 1, before)
    return Page[RecordingView, int].of([RecordingView.model_validate(r) for r in found], limit)


@router.get(
    "/{recording}",
    summary="Show a recording",
    responses=errors("REQUEST_INVALID", "RECORDING_NOT_FOUND"),
)
def get_recording(kite: CallerDep, recording: EntryId) -> RecordingView:
    """Show one recording."""
    return RecordingView.model_validate(recordings.show(kite, recording))


@router.get(
    "/{recording}/file",
    summary="Download a recording",
    response_class=FileResponse,
    openapi_extra={"parameters": [RANGE]},
    responses=FILE_ANSWERS
    | errors("REQUEST_INVALID", "RECORDING_NOT_FOUND", "RECORDING_RUNNING", "RANGE_INVALID"),
)
def get_recording_file(kite: CallerDep, recording: EntryId) -> FileResponse:
    """Download the MP4, or a part of it with a `Range` header; FLV if it fits into no MP4."""
    path = recordings.file(kite, recording)
    return _File(path, media_type=recordings.MEDIA_TYPES[path.suffix], filename=path.name)


@router.delete(
    "/{recording}",
    status_code=204,
    summary="Delete a recording",
    responses=errors("REQUEST_INVALID", "RECORDING_NOT_FOUND", "RECORDING_RUNNING"),
)
def delete_recording(kite: CallerDep, recording: EntryId) -> Response:
    """Delete a finished recording with its file for good."""
    recordings.delete(kite, recording)
    return Response(status_code=204)
