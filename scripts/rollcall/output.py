"""Where a report goes: stdout, or a file that is replaced as a whole and is never an input."""

import os
from pathlib import Path

import click

from rollcall.checklist import Checklist
from rollcall.model import Refusal


def write(text: str, output_file: str | None, root: Path, inputs: tuple[str, ...]) -> None:
    """Print a report, or put it in a file that lies in none of `inputs`.

    Raises:
        Refusal: the file is an input of the check, or cannot be written.
    """
    data = text.encode("utf-8", "backslashreplace")  # a file name need not be UTF-8
    if output_file is None:
        click.echo(data, nl=False)
        return
    target = Path(output_file).resolve()
    for path in ((root / name).resolve() for name in inputs):
        if target == path or path in target.parents:
            raise Refusal(
                f"{output_file} 是检查的输入，不能覆盖", f"{output_file} is an input of the check"
            )
    _replace(target, data, output_file)


def replace(root: Path, path: str, text: str) -> None:
    """Replace a file of the tree as a whole, or create it.

    Raises:
        Refusal: it is a link, lies out of the tree, or cannot be written.
    """
    target = root / path
    if target.is_symlink() or not target.resolve().is_relative_to(root):
        raise Refusal(f"{path} 是链接，或在目录树之外", f"{path} is a link or out of the tree")
    _replace(target, text.encode(), path)


def _replace(target: Path, data: bytes, name: str) -> None:
    partial = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        partial.write_bytes(data)
        partial.replace(target)
    except OSError as error:
        partial.unlink(missing_ok=True)
        what = error.strerror
        raise Refusal(f"{name} 写不了：{what}", f"{name}: {what}") from None


def inputs_of(checklist: Checklist, path: str) -> tuple[str, ...]:
    """All that a check reads, from the root: the checklist, what it names, pages, snippets."""
    languages = checklist.languages.values()
    named = [*(language.config for language in languages), checklist.ledger, checklist.glossary]
    files = [name for name in named if name is not None]
    return (path, *(language.docs for language in languages), *checklist.snippets, *files)
