"""The tree that is checked: path → text. The only module that reads its files.

Nothing outside the root is ever read: a link that leads out, or into a loop, is unreadable.
"""

import os
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Final

from rollcall.model import Text

MAX_BYTES: Final = 2_000_000
MAX_FILES: Final = 100_000


class UnreadableError(Exception):
    """A file that exists but cannot be judged; `reason` says why."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.reason = Text(zh, en)


class Snapshot:
    """A folder, with an optional overlay.

    An overlay's texts stand in for files (an editor's buffer); `None` stands for no file at all.
    """

    def __init__(
        self, root: Path, overlay: Mapping[str, str | None] = MappingProxyType({})
    ) -> None:
        self.root = root.resolve()
        self.overlay = overlay
        self._texts: dict[str, str] = {}

    def files(self, folder: str) -> tuple[str, ...]:
        """Every file and link below `folder`, sorted, as POSIX paths from the root.

        Linked folders are listed as if they were files and never entered.

        Raises:
            UnreadableError: more than `MAX_FILES` files, or a folder that cannot be listed.
        """
        found = [path for path in self.overlay if path.startswith(f"{folder}/")]
        for here, folders, names in os.walk(self.root / folder, onerror=_cannot_list):
            links = [name for name in folders if (Path(here) / name).is_symlink()]
            folders[:] = sorted(set(folders) - set(links))
            base = Path(here).relative_to(self.root).as_posix()
            found += [f"{base}/{name}" for name in (*names, *links)]
            if len(found) > MAX_FILES:
                raise UnreadableError(
                    f"{folder} 里的文件超过 {MAX_FILES} 个", f"over {MAX_FILES} files in {folder}"
                )
        hidden = {path for path, text in self.overlay.items() if text is None}
        return tuple(sorted(set(found) - hidden))

    def is_file(self, path: str) -> bool:
        """Whether `path` is a regular file inside the root (links out of it are not)."""
        if path in self.overlay:
            return self.overlay[path] is not None
        try:
            return self._inside(path).is_file()
        except (UnreadableError, OSError):
            return False

    def is_dead_link(self, path: str) -> bool:
        """Whether `path` is a link that leads to no file of the tree."""
        return (self.root / path).is_symlink() and not self.is_file(path)

    def is_dir(self, path: str) -> bool:
        """Whether `path` is a folder inside the root."""
        try:
            return self._inside(path).is_dir()
        except (UnreadableError, OSError):
            return False

    def read(self, path: str) -> str:
        """The text of a file, line ends normalised.

        Raises:
            UnreadableError: missing, a loop, outside the root, too large, binary or not UTF-8.
        """
        text = self.overlay.get(path)
        if text is not None:
            return text
        if path in self.overlay:
            raise _missing()
        if path not in self._texts:
            self._texts[path] = self._load(path)
        return self._texts[path]

    def _inside(self, path: str) -> Path:
        try:
            target = (self.root / path).resolve(strict=True)
        except (OSError, RuntimeError, ValueError):
            raise _missing() from None
        if not target.is_relative_to(self.root):
            raise UnreadableError("链接指向目录树之外", "a link that leads out of the tree")
        return target

    def _load(self, path: str) -> str:
        target = self._inside(path)
        if not target.is_file():
            raise UnreadableError("不是普通文件", "not a regular file")
        try:
            size = target.stat().st_size
            if size > MAX_BYTES:
                raise UnreadableError(
                    f"{size / 1e6:.1f} MB，超过上限 {MAX_BYTES / 1e6:.0f} MB",
                    f"{size / 1e6:.1f} MB, the limit is {MAX_BYTES / 1e6:.0f} MB",
                )
            raw = target.read_bytes()
        except OSError as error:
            raise UnreadableError(
                f"读取失败：{error.strerror}", f"cannot be read: {error.strerror}"
            ) from None
        return _decode(raw)


def _cannot_list(error: OSError) -> None:
    if not isinstance(error, FileNotFoundError | NotADirectoryError):
        what = f"{error.filename}: {error.strerror}"
        raise UnreadableError(f"文件夹列不出来：{what}", f"folder cannot be listed: {what}")


def _missing() -> UnreadableError:
    return UnreadableError(
        "打不开：文件不存在，或链接成环", "cannot be opened: missing, or a link loop"
    )


def _decode(raw: bytes) -> str:
    if b"\0" in raw:
        raise UnreadableError("是二进制文件", "a binary file")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise UnreadableError(f"第 {line} 行不是 UTF-8 编码", f"not UTF-8 on line {line}") from None
    return text.replace("\r\n", "\n").replace("\r", "\n")
