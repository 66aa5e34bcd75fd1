"""Recordings: from nginx's files to files to keep, and how those go.

nginx writes every broadcast to ``recordings/incoming/<room>-<unix time>.flv`` from its first frame
on. Where that is not wanted, Kite stops it within two seconds and removes the file, which held no
more than the HLS files beside it. The other way round, to start once nginx lists the publisher, is too
late: the first key frame is gone by then, and nginx waits for the next one. Measured with FFmpeg and a
key frame every 2 s: a recording started on request began 1.4 s after the request; this way, 150 of the
150 frames of a broadcast were in the file.

``room.record`` takes effect within two seconds, during a broadcast too: on, the recording begins with
the next key frame; off, it ends. A broadcast can thus have several recordings.

Every step can be cut off: a recording is first the FLV, then the FLV and the MP4, then the MP4, and
what is found half-way is done again. Kite must see the media server's ``recordings`` folder, so it
runs beside it or shares the folder.
"""

import fcntl
import os
import re
import shutil
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from kite import log, paging
from kite.context import Kite
from kite.errors import KiteError
from kite.events import RecordingPayload
from kite.models import Broadcast, Recording, Room, now
from kite.nginx import incoming_dir, recordings_dir

FINISH_SECONDS = 2.0
RETENTION_SECONDS = 60.0
REMUX_SECONDS = 3600
"""FFmpeg copies as fast as the disk; longer than this, it hangs."""

HEADERS_ONLY = 1000
"""Bytes of an FLV whose encoder left before the first picture."""

RESUME_FACTOR = 1.1
"""A recording begins only with this much more than the least free space, or it would soon end."""

MEDIA_TYPES = {".mp4": "video/mp4", ".flv": "video/x-flv"}
INCOMING = re.compile(r"(?P<room>[a-z0-9-]+)-(?P<time>\d+)\.flv")
MEGABYTE = 1_000_000
RUNNING = Recording.state == "recording", Recording.ended_at.is_(None)


def page(kite: Kite, room_id: str | None, limit: int, before: int) -> Sequence[Recording]:
    """Up to ``limit`` recordings, newest first, those with ids below ``before`` (0: from the top).

    Raises:
        KiteError: FORBIDDEN.
    """
    with kite.read("recording.read") as session:
        wanted = [Recording.state != "deleting"]
        wanted += [Recording.room_id == room_id] if room_id is not None else []
        return paging.newest(session, Recording, limit, before, *wanted)


def show(kite: Kite, recording_id: int) -> Recording:
    """The recording as it is now.

    Raises:
        KiteError: FORBIDDEN or RECORDING_NOT_FOUND.
    """
    with kite.read("recording.read") as session:
        return _get(session, recording_id)


def file(kite: Kite, recording_id: int) -> Path:
    """The file of a finished recording.

    Raises:
        KiteError: FORBIDDEN, RECORDING_NOT_FOUND or RECORDING_RUNNING.
    """
    recording = show(kite, recording_id)
    _refuse_running(recording)
    path = _path(kite, recording)
    if not path.is_file():
        detail = f"The file of recording {recording_id} is missing."
        raise KiteError("RECORDING_NOT_FOUND", detail)
    return path


def delete(kite: Kite, recording_id: int) -> None:
    """Delete a recording for good.

    Raises:
        KiteError: FORBIDDEN, RECORDING_NOT_FOUND, or RECORDING_RUNNING until it is ready.
    """
    with kite.change("recording.delete", "recording.deleted") as change:
        recording = _get(change.session, recording_id, lock=True)
        _refuse_running(recording)
        recording.state = "deleting"
        change.emit(_payload(recording))
        change.note(recording=recording_id, room=recording.room_id)
    with suppress(OSError):  # ``finish`` tries again, and logs why it fails
        _remove(kite.privileged(), recording)


def spare_disk(kite: Kite, rooms: Iterable[str]) -> None:
    """Stop the recording of rooms that nginx publishes while too little space is free.

    It needs no database, which may be on the same disk. No write of the recorder may ever fail: it
    would go on, and at the end close, under the number of a file that is closed, and that may be
    another file by then.

    Raises:
        KiteError: MEDIA_UNREACHABLE.
    """
    incoming_dir(kite.settings).mkdir(parents=True, exist_ok=True)  # nginx may start later
    free, least = _free_mb(kite), kite.settings.min_free_disk_mb
    for room_id in rooms if free < least else ():
        if kite.media.stop_recording(room_id):
            _log_low(room_id, free, least)


def follow(kite: Kite, live: Mapping[str, Broadcast]) -> None:
    """Let nginx record what is wanted, and nothing else; note what it records.

    Args:
        kite: The installation.
        live: Room to broadcast, of what nginx said to be publishing.

    Raises:
        KiteError: MEDIA_UNREACHABLE.
    """
    with kite.database.reads() as session:
        wanted = set(session.scalars(select(Room.id).where(Room.record, Room.id.in_(live.keys()))))
        running = set(session.scalars(select(Recording.room_id).where(*RUNNING)))
    free, least = _free_mb(kite), kite.settings.min_free_disk_mb
    recorded = wanted if free >= least * RESUME_FACTOR else wanted & running
    if free < least:
        recorded = set()
    for room_id in live:
        if room_id in recorded:
            # As a rule it does that already; not after a write that failed.
            kite.media.start_recording(room_id)
        elif kite.media.stop_recording(room_id) and room_id in wanted:
            _log_low(room_id, free, least)
    _note_files(kite, live, recorded)


def finish(kite: Kite) -> None:
    """Make ended recordings ready, and end deletions that were cut off.

    Raises:
        OSError: A file could not be moved or removed; the others were.
    """
    with kite.database.reads() as session:
        ended = Recording.state == "recording", Recording.ended_at.is_not(None)
        to_finish = session.scalars(select(Recording).where(*ended).order_by(Recording.id)).all()
        to_remove = session.scalars(select(Recording).where(Recording.state == "deleting")).all()
    failed: OSError | None = None
    for recording, work in [(r, _remove) for r in to_remove] + [(r, _finish) for r in to_finish]:
        try:
            work(kite, recording)
        except OSError as error:  # one file that cannot be moved must not hold up the others
            failed = failed or error
    if failed:
        raise failed


def retain(kite: Kite) -> None:
    """Delete what is older than ``recording_days`` or beyond ``recording_max_gb``."""
    days, most = kite.settings.recording_days, kite.settings.recording_max_gb * 1000 * MEGABYTE
    with kite.database.reads() as session:
        ready = select(Recording).where(Recording.state == "ready")
        newest = session.scalars(
            ready.order_by(Recording.started_at.desc(), Recording.id.desc())
        ).all()
    kept = 0
    for recording in newest:
        kept += recording.bytes
        age = now() - (recording.ended_at or recording.started_at)
        if (days and age > timedelta(days=days)) or (most and kept > most):
            delete(kite, recording.id)


def _get(session: Session, recording_id: int, *, lock: bool = False) -> Recording:
    recording = session.get(Recording, recording_id, with_for_update=lock or None)
    if recording is None or recording.state == "deleting":
        raise KiteError("RECORDING_NOT_FOUND", f"There is no recording {recording_id}.")
    return recording


def _refuse_running(recording: Recording) -> None:
    if recording.state == "recording":
        detail = f"Recording {recording.id} is not ready yet."
        raise KiteError("RECORDING_RUNNING", detail)


def _path(kite: Kite, recording: Recording) -> Path:
    return recordings_dir(kite.settings) / Path(recording.file).name


def _free_mb(kite: Kite) -> int:
    return shutil.disk_usage(recordings_dir(kite.settings)).free // MEGABYTE


def _log_low(room_id: str, free: int, least: int) -> None:
    low = KiteError("DISK_LOW", f"{free} MB are free; min_free_disk_mb is {least}.")
    log.warning("recording.stopped", room=room_id, code=low.code, detail=low.detail)


def _note_files(kite: Kite, live: Mapping[str, Broadcast], recorded: set[str]) -> None:
    """Make a row for each new file that is wanted, remove the others; end the rows that ended."""
    found = [INCOMING.fullmatch(path.name) for path in incoming_dir(kite.settings).glob("*.flv")]
    files = sorted((match for match in found if match), key=lambda match: match["time"])
    newest = {match["room"]: match[0] for match in files}
    with kite.database.reads() as session:  # after the look at the files: their claims are older
        rows = session.scalars(select(Recording).where(Recording.state == "recording")).all()
        query = select(Broadcast).where(Broadcast.ended_at.is_(None))
        claims = {claim.room_id: claim.id for claim in session.scalars(query)}
    noted = {recording.file: recording for recording in rows}
    for match in files:
        room_id, claim = match["room"], claims.get(match["room"])
        if claim and (room_id not in live or live[room_id].id != claim):
            continue  # it began after nginx was asked; the next time will tell
        running = claim is not None and room_id in recorded and newest[room_id] == match[0]
        recording = noted.pop(match[0], None)
        if recording is None:
            _adopt(kite, match, running=running)
        elif recording.ended_at is None and not running:
            _end(kite, recording)
    for recording in noted.values():
        if recording.ended_at is None:
            _end(kite, recording)  # somebody removed the file


def _adopt(kite: Kite, match: re.Match[str], *, running: bool) -> None:
    path, room_id = incoming_dir(kite.settings) / match[0], match["room"]
    began = datetime.fromtimestamp(int(match["time"]), UTC)
    with kite.change("recording.delete", "recording.started") as change:
        room = change.session.get(Room, room_id)
        finished = Recording.file.in_((path.name, path.with_suffix(".mp4").name))
        known = change.session.scalar(select(Recording.id).where(finished))
        if wanted := room is not None and room.record and known is None:
            query = select(Broadcast.id).where(
                Broadcast.room_id == room_id, Broadcast.started_at <= began + timedelta(seconds=2)
            )
            recording = Recording(room_id=room_id, file=path.name, state="recording")
            recording.broadcast_id = change.session.scalar(query.order_by(Broadcast.id.desc()))
            recording.started_at = began
            recording.ended_at = None if running else _written_at(path)
            change.session.add(recording)
            change.session.flush()
            change.note(recording=recording.id, room=room_id)
        change.quiet = not wanted
    if not wanted:
        path.unlink(missing_ok=True)


def _end(kite: Kite, recording: Recording) -> None:
    with kite.change("recording.delete", "recording.ended") as change:
        row = change.session.get(Recording, recording.id, with_for_update=True)
        if row is not None:
            row.ended_at = _written_at(incoming_dir(kite.settings) / row.file)
        change.note(recording=recording.id, room=recording.room_id)


def _written_at(path: Path) -> datetime:
    """When the last frame came: Kite may find out much later."""
    try:
        return datetime.fromtimestamp(int(path.stat().st_mtime), UTC)
    except FileNotFoundError:
        return now()


def _finish(kite: Kite, recording: Recording) -> None:
    source = incoming_dir(kite.settings) / recording.file
    finished = [
        recordings_dir(kite.settings) / source.with_suffix(kind).name for kind in MEDIA_TYPES
    ]
    try:
        held = source.open("rb")
    except FileNotFoundError:  # cut off after the last step, or somebody removed it
        _ready(kite, recording, next((path for path in finished if path.is_file()), None))
        return
    with held:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return  # a process that lost its lease is still at it
        mp4, flv = finished
        if source.stat().st_size < HEADERS_ONLY:
            _ready(kite, recording, None)
        elif _remux(kite, source, mp4):
            _ready(kite, recording, mp4)
        else:
            source.replace(flv)
            _ready(kite, recording, flv)
        source.unlink(missing_ok=True)


def _remux(kite: Kite, source: Path, target: Path) -> bool:
    """Put the same pictures and sound into an MP4; False if they have to stay in the FLV."""
    part = target.with_suffix(".part")
    space = _free_mb(kite) - source.stat().st_size // MEGABYTE
    if space < kite.settings.min_free_disk_mb:
        log.warning("recording.kept_as_flv", file=source.name, detail="no space for a copy")
        return False
    # When Kite ends, FFmpeg does too: the next start begins this again.
    program = ["setpriv", "--pdeathsig", "KILL", str(kite.settings.ffmpeg_binary)]
    options = ["-nostdin", "-hide_banner", "-loglevel", "error", "-y", "-i", str(source)]
    copy = ["-c", "copy", "-movflags", "+faststart", "-f", "mp4", str(part)]
    try:
        subprocess.run(  # noqa: S603 - our own command, from checked settings
            [*program, *options, *copy], capture_output=True, timeout=REMUX_SECONDS, check=True
        )
    except subprocess.SubprocessError as error:
        told = getattr(error, "stderr", None) or str(error).encode()
        said = told.decode("utf-8", "replace").strip().splitlines()
        log.warning("recording.kept_as_flv", file=source.name, detail=said[-1])
        part.unlink(missing_ok=True)
        return False
    with part.open("rb") as written:
        os.fsync(written.fileno())
    part.replace(target)
    return True


def _ready(kite: Kite, recording: Recording, path: Path | None) -> None:
    """Show the file; without one there is nothing to keep."""
    name = "recording.ready" if path else "recording.discarded"
    with kite.change("recording.delete", name) as change:
        row = change.session.get(Recording, recording.id, with_for_update=True)
        if row is None or row.state != "recording":
            change.quiet = True
            return
        if path is None:
            change.session.delete(row)
        else:
            row.state, row.file, row.bytes = "ready", path.name, path.stat().st_size
            change.emit(_payload(row))
        change.note(recording=row.id, room=row.room_id)


def _remove(kite: Kite, recording: Recording) -> None:
    _path(kite, recording).unlink(missing_ok=True)
    with kite.change("recording.delete", "recording.removed") as change:
        row = change.session.get(Recording, recording.id, with_for_update=True)
        if row is None:
            change.quiet = True
            return
        change.session.delete(row)
        change.note(recording=row.id, room=row.room_id)


def _payload(recording: Recording) -> RecordingPayload:
    return RecordingPayload(
        room=recording.room_id,
        recording=recording.id,
        broadcast=recording.broadcast_id,
        bytes=recording.bytes,
    )
